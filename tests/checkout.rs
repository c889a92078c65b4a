//! The repository itself, as data for tests.

use std::fs;
use std::path::{Path, PathBuf};

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize()
        .expect("the crate lies in the repository")
}

/// A file of the repository.
pub(crate) struct File {
    /// Its path from the root, `/` between names.
    pub(crate) path: String,
    /// What it holds, characters that are not UTF-8 replaced.
    pub(crate) text: String,
}

/// Every file of the repository that is not built.
pub(crate) fn files() -> Vec<File> {
    let mut paths = Vec::new();
    collect(&root(), &mut paths);
    paths.sort();
    assert!(
        paths.len() > 100,
        "the walk ended early: {} files",
        paths.len()
    );
    paths.iter().map(|path| read(path)).collect()
}

/// Every Rust source of the repository.
pub(crate) fn rust_sources() -> impl Iterator<Item = File> {
    files()
        .into_iter()
        .filter(|file| file.path.ends_with(".rs"))
}

/// Every file below `folder`, links left alone.
pub(crate) fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder that can be listed") {
        let entry = entry.expect("an entry");
        let kind = entry.file_type().expect("its kind");
        // A folder; in a worktree a file that names the folder.
        if entry.file_name() == ".git" {
            continue;
        }
        if kind.is_file() {
            found.push(entry.path());
        } else if kind.is_dir() && entry.file_name() != "target" {
            collect(&entry.path(), found);
        }
    }
}

fn read(path: &Path) -> File {
    let bytes = fs::read(path).expect("a file that can be read");
    let path = path.strip_prefix(root()).expect("a path below the root");
    File {
        path: path.to_string_lossy().into_owned(),
        text: String::from_utf8_lossy(&bytes).into_owned(),
    }
}

impl File {
    /// Its last name, without the extension.
    pub(crate) fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.split('.').next().unwrap_or(name)
    }

    /// Its lines of code with their numbers: no comment lines, and nothing
    /// from the file's own tests on, which stand at its end.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate();
        let before_tests = lines.take_while(|(_, line)| *line != "#[cfg(test)]");
        before_tests
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
            .map(|(index, line)| (index + 1, line))
    }
}
