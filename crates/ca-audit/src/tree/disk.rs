//! A tree on disk.

use super::{Entry, EntryKind, Listing, MAX_FILE_BYTES, Tree, Unreadable};
use crate::facts::Reason;
use crate::sniff::is_aside;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;
use walkdir::{DirEntry, WalkDir};

/// Files below one or more folders (or single files) on disk.
///
/// Symbolic links are listed, never followed, except a root itself: a host
/// tree full of absolute links must not lead into the auditor's own `/etc`.
#[derive(Debug)]
pub struct Disk {
    roots: Vec<PathBuf>,
    /// Shown path to real path, where they differ (names that are not UTF-8,
    /// roots outside the working directory).
    odd: OnceLock<BTreeMap<String, PathBuf>>,
}

impl Disk {
    /// A tree of everything below `roots`, shown as the paths are given.
    pub fn new<P: Into<PathBuf>>(roots: impl IntoIterator<Item = P>) -> Self {
        Self {
            roots: roots.into_iter().map(Into::into).collect(),
            odd: OnceLock::new(),
        }
    }

    fn real(&self, shown: &str) -> PathBuf {
        let odd = self.odd.get().and_then(|odd| odd.get(shown));
        odd.cloned().unwrap_or_else(|| PathBuf::from(shown))
    }
}

impl Tree for Disk {
    fn list(&self) -> Listing {
        let mut found = BTreeMap::new();
        let mut odd = BTreeMap::new();
        for root in &self.roots {
            for step in WalkDir::new(root)
                .follow_links(false)
                .into_iter()
                .filter_entry(is_project)
            {
                let (path, kind) = match step {
                    Ok(entry) if entry.file_type().is_dir() => continue,
                    Ok(entry) => (entry.path().to_path_buf(), kind_of(&entry)),
                    Err(error) => {
                        let path = error.path().unwrap_or(root).to_path_buf();
                        (path, EntryKind::Closed(closed(&error.into())))
                    }
                };
                let shown = shown_path(&path);
                let aside = path
                    .strip_prefix(root)
                    .is_ok_and(|inside| is_aside(&shown_path(inside)));
                if Path::new(&shown) != path {
                    odd.insert(shown.clone(), path);
                }
                found.insert(shown, (kind, aside));
            }
        }
        // A second listing of the same roots gives the same names.
        let _ = self.odd.set(odd);
        let entry = |(path, (kind, aside))| Entry { path, kind, aside };
        Listing {
            entries: found.into_iter().map(entry).collect(),
        }
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Unreadable> {
        fs::read(self.real(path)).map_err(|error| closed(&error))
    }
}

/// Version control's own store is not part of the project: it holds every
/// deleted certificate of the past in packed form.
fn is_project(entry: &DirEntry) -> bool {
    !(entry.depth() > 0 && entry.file_type().is_dir() && entry.file_name() == ".git")
}

fn kind_of(entry: &DirEntry) -> EntryKind {
    let kind = entry.file_type();
    if kind.is_symlink() && entry.depth() > 0 {
        let target = fs::read_link(entry.path()).unwrap_or_default();
        return EntryKind::Link(target.to_string_lossy().into_owned());
    }
    if !kind.is_file() && !kind.is_symlink() {
        let message = "not a regular file (a device, socket or pipe)";
        return EntryKind::Closed(Unreadable::new(Reason::Unreadable, message));
    }
    match entry.metadata() {
        Ok(about) if about.len() > MAX_FILE_BYTES => {
            let message = format!(
                "{} MiB; files over {} MiB are not read",
                about.len() >> 20,
                MAX_FILE_BYTES >> 20
            );
            EntryKind::Closed(Unreadable::new(Reason::TooLarge, message))
        }
        Ok(_) => EntryKind::File,
        Err(error) => EntryKind::Closed(closed(&error.into())),
    }
}

/// The path as shown: `/` between names, no leading `./`, bytes that are not
/// UTF-8 as `\xNN`.
fn shown_path(path: &Path) -> String {
    let mut names: Vec<String> = Vec::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::RootDir => names.push(String::new()),
            other => names.push(printable(other.as_os_str())),
        }
    }
    names.join("/")
}

fn printable(name: &std::ffi::OsStr) -> String {
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

fn closed(error: &std::io::Error) -> Unreadable {
    let message = match error.kind() {
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::NotFound => "no such file".to_owned(),
        _ => error.to_string(),
    };
    Unreadable::new(Reason::Unreadable, message)
}
