//! A working tree as it was at a commit.

use super::command::GitFailure;
use super::repository::{Commit, Repository};
use super::revision::{Part, Revision};
use crate::tree::name::printable;
use crate::tree::{Entry, Listing, Tree, Unreadable};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What git keeps is read from the commit; what it does not (ignored files,
/// such as installed modules, and folders outside of the repository, such as
/// copies of hosts) is as it is on disk now. So the difference to the working
/// tree is what was changed, and nothing else.
pub struct AsOf<'d> {
    revision: Revision,
    disk: &'d dyn Tree,
    entries: Vec<Entry>,
    from_disk: BTreeSet<String>,
}

impl<'d> AsOf<'d> {
    /// The files of `disk`, whose roots lie at `roots`, at `commit`.
    ///
    /// # Errors
    /// Git cannot list them.
    pub fn open(
        repository: &Repository,
        commit: &Commit,
        disk: &'d dyn Tree,
        roots: &[PathBuf],
    ) -> Result<Self, GitFailure> {
        let parts: Vec<Part> = roots
            .iter()
            .filter_map(|root| part(repository, root))
            .collect();
        let revision = Revision::open(repository, commit, &parts)?;
        let mut entries = revision.list().entries;
        let committed: BTreeSet<String> = entries.iter().map(|it| it.path.clone()).collect();
        let ignored = shown_ignored(repository, &parts)?;
        let outside: Vec<&PathBuf> = roots
            .iter()
            .filter(|it| part(repository, it).is_none())
            .collect();
        let mut from_disk = BTreeSet::new();
        for entry in disk.list().entries {
            let is_outside = || {
                outside
                    .iter()
                    .any(|root| Path::new(&entry.path).starts_with(root))
            };
            let is_uncommitted = is_ignored(&entry.path, &ignored) || is_outside();
            if is_uncommitted && !committed.contains(&entry.path) {
                from_disk.insert(entry.path.clone());
                entries.push(entry);
            }
        }
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self {
            revision,
            disk,
            entries,
            from_disk,
        })
    }
}

impl Tree for AsOf<'_> {
    fn list(&self) -> Listing {
        Listing {
            entries: self.entries.clone(),
        }
    }

    fn read(&self, path: &str, buffer: &mut Vec<u8>) -> Result<(), Unreadable> {
        if self.from_disk.contains(path) {
            return self.disk.read(path, buffer);
        }
        self.revision.read(path, buffer)
    }
}

/// Where a root lies in the repository; `None` if it lies outside.
fn part(repository: &Repository, root: &Path) -> Option<Part> {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    // A root need not be there any more; then its folder tells.
    let path = real(root).or_else(|| Some(real(root.parent()?)?.join(root.file_name()?)))?;
    let inside = path.strip_prefix(real(repository.folder())?).ok()?;
    let shown = match root {
        root if root == Path::new(".") => String::new(),
        root => root.to_string_lossy().into_owned(),
    };
    Some(Part {
        inside: inside.to_str()?.to_owned(),
        shown,
    })
}

/// What git ignores, as it is shown; a folder ends with `/`.
fn shown_ignored(repository: &Repository, parts: &[Part]) -> Result<BTreeSet<String>, GitFailure> {
    let mut shown = BTreeSet::new();
    for path in repository.ignored()? {
        let path = printable(&path);
        let end = if path.ends_with('/') { "/" } else { "" };
        let path = path.trim_end_matches('/');
        for part in parts {
            match part.shows(path) {
                Some((path, _)) => {
                    shown.insert(format!("{path}{end}"));
                }
                // The part itself lies in an ignored folder.
                None if part.inside.starts_with(&format!("{path}/")) => {
                    shown.insert(format!("{}/", part.shown));
                }
                None => {}
            }
        }
    }
    Ok(shown)
}

/// Whether a path, or a folder around it, is among those that git ignores: there
/// may be as many of these as there are files.
fn is_ignored(path: &str, ignored: &BTreeSet<String>) -> bool {
    let mut folders = path.match_indices('/').map(|(at, _)| &path[..=at]);
    // `/` stands for all that is shown from the working directory.
    ignored.contains(path) || ignored.contains("/") || folders.any(|it| ignored.contains(it))
}
