//! The forms of a report: each is valid by its own schema or reader, and all
//! tell the same findings.

mod agreement;
mod for_people;
mod inventory_page;
mod odd_names;
mod output_files;
mod readers;
mod sarif;
mod standard_input;
mod xml_shapes;

use crate::checkout;
use std::fs;
use std::path::Path;

const FIXTURE: &str = "fixtures/toolforge-2019";

/// A repository of its own with what lies at `fixture`.
fn repository(fixture: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&checkout::root().join(fixture), folder.path());
    fs::create_dir(folder.path().join(".git")).expect("a folder");
    folder
}

/// Puts everything below `from` below `to`.
fn copy(from: &Path, to: &Path) {
    let mut files = Vec::new();
    checkout::collect(from, &mut files);
    for file in files {
        let inside = file.strip_prefix(from).expect("a file below");
        put(&to.join(inside), &fs::read(&file).expect("a file"));
    }
}

/// Writes a file and the folders around it.
fn put(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    fs::write(path, bytes).expect("a file");
}
