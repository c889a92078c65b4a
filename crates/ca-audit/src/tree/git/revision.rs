//! The files of one commit.

use super::command::{GitFailure, answer};
use super::objects::Objects;
use super::repository::{Commit, Repository};
use crate::facts::Reason;
use crate::sniff::is_aside;
use crate::tree::name::printable;
use crate::tree::{Entry, EntryKind, Listing, Tree, Unreadable};
use std::collections::BTreeMap;
use std::path::Path;

/// Submodules inside submodules: more than these are not looked into.
const MAX_NESTED: usize = 8;

/// The files of a commit below one or more folders, under the names that the
/// working tree's would have.
#[derive(Debug)]
pub struct Revision {
    listing: Vec<Entry>,
    /// By shown path: whose object it is, and its name.
    blobs: BTreeMap<String, (usize, String)>,
    /// Of the repository, then of each submodule.
    objects: Vec<Objects>,
}

/// A folder or file that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its path from the repository's root; `""` for all of it.
    pub inside: String,
    /// How it is shown; `""` for the working directory.
    pub shown: String,
}

impl Revision {
    /// The files of `commit` below `parts`.
    ///
    /// # Errors
    /// Git cannot list them.
    pub fn open(
        repository: &Repository,
        commit: &Commit,
        parts: &[Part],
    ) -> Result<Self, GitFailure> {
        let mut revision = Self {
            listing: Vec::new(),
            blobs: BTreeMap::new(),
            objects: Vec::new(),
        };
        revision.add(repository, commit, "", parts, 0)?;
        revision.listing.sort_by(|a, b| a.path.cmp(&b.path));
        // A file below two parts is one file; as on disk the last part decides
        // whether it is a test, and sorting has kept their order.
        revision.listing.reverse();
        revision.listing.dedup_by(|a, b| a.path == b.path);
        revision.listing.reverse();
        Ok(revision)
    }

    fn add(
        &mut self,
        repository: &Repository,
        commit: &Commit,
        below: &str,
        parts: &[Part],
        depth: usize,
    ) -> Result<(), GitFailure> {
        let store = self.objects.len();
        let folder = repository.folder();
        self.objects.push(Objects::new(folder.to_owned()));
        let listed = answer(folder, ["ls-tree", "-r", "-z", "--full-tree", &commit.0])?;
        for row in listed.split(|byte| *byte == 0).filter_map(Row::read) {
            let path = join(below, &row.path);
            let shown: Vec<(String, bool)> =
                parts.iter().filter_map(|it| it.shows(&path)).collect();
            if row.mode == "160000" && depth < MAX_NESTED && holds_part(&path, parts) {
                self.submodule(&folder.join(&row.path), &row, &path, parts, depth);
            } else {
                for shown in shown {
                    self.add_row(store, &row, shown);
                }
            }
        }
        Ok(())
    }

    fn add_row(&mut self, store: usize, row: &Row, (path, aside): (String, bool)) {
        let kind = match row.mode {
            "120000" => {
                let mut target = Vec::new();
                match self.objects[store].read(&row.id, &mut target) {
                    Ok(()) => EntryKind::Link(String::from_utf8_lossy(&target).into_owned()),
                    Err(trouble) => EntryKind::Closed(trouble),
                }
            }
            "160000" => EntryKind::Closed(not_here()),
            _ => {
                self.blobs.insert(path.clone(), (store, row.id.clone()));
                EntryKind::File
            }
        };
        self.listing.push(Entry { path, kind, aside });
    }

    /// The files of a submodule, where the working tree has it and its history
    /// holds the commit that is asked for.
    fn submodule(&mut self, folder: &Path, row: &Row, path: &str, parts: &[Part], depth: usize) {
        let before = self.objects.len();
        let is_checked_out = folder.join(".git").exists();
        let opened = is_checked_out.then(|| Repository::around(folder));
        let added = match opened {
            Some(Ok(repository)) => {
                let commit = Commit(row.id.clone());
                self.add(&repository, &commit, path, parts, depth + 1)
                    .is_ok()
            }
            _ => false,
        };
        if !added {
            self.objects.truncate(before);
            for shown in parts.iter().filter_map(|part| part.shows(path)) {
                self.add_row(before, row, shown);
            }
        }
    }
}

impl Tree for Revision {
    fn list(&self) -> Listing {
        Listing {
            entries: self.listing.clone(),
        }
    }

    fn read(&self, path: &str, buffer: &mut Vec<u8>) -> Result<(), Unreadable> {
        buffer.clear();
        match self.blobs.get(path) {
            Some((store, id)) => self.objects[*store].read(id, buffer),
            None => Err(Unreadable::new(Reason::Unreadable, "no such file")),
        }
    }
}

impl Part {
    /// How a file of the repository is shown, and whether it lies among tests
    /// and such below this part; `None` if it is not of this part.
    pub(super) fn shows(&self, path: &str) -> Option<(String, bool)> {
        let rest = match self.inside.as_str() {
            "" => path,
            inside => match path.strip_prefix(inside)? {
                "" => "",
                rest => rest.strip_prefix('/')?,
            },
        };
        let shown = if rest.is_empty() {
            self.shown.clone()
        } else {
            join(&self.shown, rest)
        };
        Some((shown, is_aside(rest)))
    }
}

/// Whether something below `path`, or around it, was asked for.
fn holds_part(path: &str, parts: &[Part]) -> bool {
    let is_below = |part: &Part| {
        part.inside
            .strip_prefix(path)
            .is_some_and(|it| it.starts_with('/'))
    };
    parts
        .iter()
        .any(|part| part.shows(path).is_some() || is_below(part))
}

/// A line of `git ls-tree`.
struct Row<'r> {
    mode: &'r str,
    id: String,
    /// From the root of its repository, printable as on disk.
    path: String,
}

impl<'r> Row<'r> {
    fn read(row: &'r [u8]) -> Option<Self> {
        let tab = row.iter().position(|byte| *byte == b'\t')?;
        let mut about = std::str::from_utf8(&row[..tab]).ok()?.split(' ');
        let (mode, _, id) = (about.next()?, about.next()?, about.next()?);
        Some(Self {
            mode,
            id: id.to_owned(),
            path: printable(&row[tab + 1..]),
        })
    }
}

fn join(folder: &str, path: &str) -> String {
    match folder {
        "" => path.to_owned(),
        folder => format!("{}/{path}", folder.trim_end_matches('/')),
    }
}

fn not_here() -> Unreadable {
    let message = "a submodule whose commit is not on this machine";
    Unreadable::new(Reason::Unreadable, message)
}
