//! A tree on disk.

use super::mounts::{self, LeftOut};
use super::name::printable;
use super::{Entry, EntryKind, Listing, MAX_FILE_BYTES, Tree, Unreadable, too_large};
use crate::facts::Reason;
use crate::sniff::is_aside;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Read as _};
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;
use walkdir::{DirEntry, WalkDir};

/// What is read of a file before its size is asked for.
const SMALL_BYTES: u64 = 8 * 1024;

/// Files below one or more folders (or single files) on disk.
///
/// Symbolic links are listed, never followed, except a root itself: a host
/// tree full of absolute links must not lead into the auditor's own `/etc`.
///
/// What is mounted below a root and is not this machine's own (the kernel's state
/// as in `/proc`, network shares) is not walked; each is listed once, with the
/// cause. A root itself is read whatever it is.
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

    /// A path as the listing shows it.
    pub fn shown(path: impl AsRef<Path>) -> String {
        shown_path(path.as_ref())
    }

    /// The first of the roots that cannot be opened, and why.
    pub(crate) fn first_unreadable_root(&self) -> Option<(PathBuf, String)> {
        let trouble = |root: &PathBuf| {
            let about = fs::metadata(root);
            let opened = match about {
                Ok(about) if about.is_dir() => fs::read_dir(root).map(drop),
                Ok(_) => open(root).map(drop),
                Err(error) => Err(error),
            };
            let error = opened.err()?;
            Some((root.clone(), closed(&error).message))
        };
        self.roots.iter().find_map(trouble)
    }

    /// Where a file of the listing lies on disk.
    pub fn path_on_disk(&self, shown: &str) -> PathBuf {
        let odd = self.odd.get().and_then(|odd| odd.get(shown));
        odd.cloned().unwrap_or_else(|| PathBuf::from(shown))
    }
}

impl Tree for Disk {
    fn list(&self) -> Listing {
        let mut entries = Vec::new();
        let mut odd = BTreeMap::new();
        for found in self.roots.iter().flat_map(|root| walk(root)) {
            entries.extend(found.entries);
            odd.extend(found.odd);
        }
        // A file below two roots is one file; the later root says where it lies.
        entries.par_sort_by(|a, b| a.path.cmp(&b.path));
        entries.reverse();
        entries.dedup_by(|a, b| a.path == b.path);
        entries.reverse();
        // A second listing of the same roots gives the same names.
        let _ = self.odd.set(odd);
        Listing { entries }
    }

    fn read(&self, path: &str, buffer: &mut Vec<u8>) -> Result<(), Unreadable> {
        buffer.clear();
        let path = self.path_on_disk(path);
        let mut file = open(&path).map_err(|error| closed(&error))?;
        // Most files end here; asking each for its size first would cost more
        // than reading it.
        let mut start = file.by_ref().take(SMALL_BYTES);
        let read = start.read_to_end(buffer).map_err(|error| closed(&error))?;
        if (read as u64) < SMALL_BYTES {
            return Ok(());
        }
        let size = file.metadata().map_err(|error| closed(&error))?.len();
        if size > MAX_FILE_BYTES {
            return Err(too_large(size));
        }
        // Not past the size that was told: a file may grow while it is read.
        // Files that tell no size (as in /proc) are read to the bound.
        let bound = if size == 0 { MAX_FILE_BYTES } else { size };
        let rest = file
            .take(bound.saturating_sub(SMALL_BYTES))
            .read_to_end(buffer);
        rest.map(|_| ()).map_err(|error| closed(&error))
    }
}

/// What was found in a folder.
#[derive(Default)]
struct Found {
    entries: Vec<Entry>,
    /// Shown path and real path, where they differ.
    odd: Vec<(String, PathBuf)>,
}

/// A folder or file that was asked for.
struct Root<'p> {
    path: &'p Path,
    shown: String,
    /// What is not walked below it.
    left_out: LeftOut,
}

/// How deep one thread looks before all help: a repository's modules lie at
/// this depth.
const SHALLOW: usize = 2;

/// Every name below `root`. Opening folders is a good part of an audit's time,
/// so those at some depth are shared out.
fn walk(path: &Path) -> Vec<Found> {
    let root = &Root {
        path,
        shown: shown_path(path),
        left_out: mounts::below(path),
    };
    let mut top = Found::default();
    let mut folders = Vec::new();
    for step in WalkDir::new(path)
        .max_depth(SHALLOW)
        .into_iter()
        .filter_entry(|entry| root.has(entry))
    {
        match step {
            Ok(entry) if entry.file_type().is_dir() && entry.depth() == SHALLOW => {
                folders.push(entry.into_path());
            }
            step => top.add(root, step, true),
        }
    }
    // In small portions: one module may hold as many folders as a hundred.
    let below = folders.par_iter().with_max_len(8).map(|folder| {
        let mut found = Found::default();
        let steps = WalkDir::new(folder).into_iter();
        for step in steps.filter_entry(|entry| root.has(entry)) {
            found.add(root, step, false);
        }
        found
    });
    let mut all: Vec<Found> = below.collect();
    top.add_left_out(root);
    all.push(top);
    all
}

impl Root<'_> {
    /// Whether it is walked. Version control's own store is not part of the
    /// project: it holds every deleted certificate of the past in packed form.
    fn has(&self, entry: &DirEntry) -> bool {
        let is_git = entry.file_type().is_dir() && entry.file_name() == ".git";
        let is_left_out = !self.left_out.is_empty() && self.left_out.contains_key(entry.path());
        entry.depth() == 0 || !(is_git || is_left_out)
    }
}

impl Found {
    fn add(&mut self, root: &Root, step: walkdir::Result<DirEntry>, from_root: bool) {
        let (path, kind) = match step {
            Ok(entry) if entry.file_type().is_dir() => return,
            Ok(entry) => {
                // A root that is a link is what was asked for.
                let is_root = from_root && entry.depth() == 0;
                let kind = kind_of(&entry, is_root);
                (entry.into_path(), kind)
            }
            Err(error) => {
                let path = error.path().unwrap_or(root.path).to_path_buf();
                (path, EntryKind::Closed(closed(&error.into())))
            }
        };
        self.push(root, path, kind);
    }

    /// What was not walked, as far as it lies in what was.
    fn add_left_out(&mut self, root: &Root) {
        for (folder, why) in &root.left_out {
            let mut above = folder.ancestors().skip(1);
            if !above.any(|folder| root.left_out.contains_key(folder)) {
                let kind = EntryKind::Closed(Unreadable::new(Reason::LeftOut, why.as_str()));
                self.push(root, folder.clone(), kind);
            }
        }
    }

    fn push(&mut self, root: &Root, path: PathBuf, kind: EntryKind) {
        let shown = shown_path(&path);
        // By text: comparing paths name by name is dear in a tree of thousands.
        let inside = shown.strip_prefix(root.shown.as_str()).unwrap_or_default();
        let aside = is_aside(inside.trim_start_matches('/'));
        if Path::new(&shown).as_os_str() != path.as_os_str() {
            self.odd.push((shown.clone(), path));
        }
        self.entries.push(Entry {
            path: shown,
            kind,
            aside,
        });
    }
}

/// Opens a file that was regular when it was listed. Where a pipe has come in
/// its place since, or the kernel waits for something to say (`/proc/kmsg`),
/// nothing is waited for.
#[cfg(unix)]
fn open(path: &Path) -> std::io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = fs::OpenOptions::new();
    options.read(true).custom_flags(libc::O_NONBLOCK).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> std::io::Result<fs::File> {
    fs::File::open(path)
}

fn kind_of(entry: &DirEntry, is_root: bool) -> EntryKind {
    let kind = entry.file_type();
    if kind.is_symlink() && !is_root {
        let target = fs::read_link(entry.path()).unwrap_or_default();
        return EntryKind::Link(target.to_string_lossy().into_owned());
    }
    if !kind.is_file() && !kind.is_symlink() {
        let message = "not a regular file (a device, socket or pipe)";
        return EntryKind::Closed(Unreadable::new(Reason::Unreadable, message));
    }
    EntryKind::File
}

/// The path as shown: `/` between names, no leading `./`, bytes that are not
/// UTF-8 as `\xNN`.
fn shown_path(path: &Path) -> String {
    if let Some(plain) = path.to_str().filter(|path| is_plain(path)) {
        return plain.to_owned();
    }
    let mut names: Vec<String> = Vec::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::RootDir => names.push(String::new()),
            other => names.push(printable(other.as_os_str().as_encoded_bytes())),
        }
    }
    names.join("/")
}

/// Nothing to take out or to write otherwise.
fn is_plain(path: &str) -> bool {
    !path.starts_with("./")
        && !path.contains("/./")
        && !path.contains("//")
        && !path.ends_with('/')
        && path != "."
}

fn closed(error: &std::io::Error) -> Unreadable {
    let message = match error.kind() {
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::NotFound => "no such file".to_owned(),
        _ => error.to_string(),
    };
    Unreadable::new(Reason::Unreadable, message)
}
