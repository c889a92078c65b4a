//! A repository, and what names of revisions mean in it.

use super::command::{GitFailure, answer, line};
use std::path::{Path, PathBuf};

/// A git repository on disk.
#[derive(Clone, Debug)]
pub struct Repository {
    /// Its working tree; its own folder where it has none.
    folder: PathBuf,
    is_bare: bool,
}

/// A commit, by its full object name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit(pub(super) String);

impl Commit {
    /// The object name, in hexadecimal.
    pub fn id(&self) -> &str {
        &self.0
    }
}

impl Repository {
    /// The repository in which `path` lies; a bare one, if `path` is its folder.
    ///
    /// # Errors
    /// It lies in none, or git refuses to say.
    pub fn around(path: &Path) -> Result<Self, GitFailure> {
        let folder = if path.is_dir() {
            path
        } else {
            path.parent()
                .filter(|it| !it.as_os_str().is_empty())
                .unwrap_or(Path::new("."))
        };
        let is_bare = line(folder, ["rev-parse", "--is-bare-repository"])?;
        let is_bare = is_bare == "true";
        let asked = if is_bare {
            "--absolute-git-dir"
        } else {
            "--show-toplevel"
        };
        let folder = line(folder, ["rev-parse", asked])?;
        Ok(Self {
            folder: folder.into(),
            is_bare,
        })
    }

    /// The root of its working tree; the repository itself where it is bare.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The commit that `revision` names: a branch, a tag, `HEAD~3`, an object name.
    ///
    /// # Errors
    /// There is none of that name; a shallow clone says that it is one.
    pub fn commit(&self, revision: &str) -> Result<Commit, GitFailure> {
        let commit = format!("{revision}^{{commit}}");
        // What looks like an option would be taken for one.
        let found = if revision.starts_with('-') || revision.is_empty() {
            None
        } else {
            line(&self.folder, ["rev-parse", "--verify", "--quiet", &commit]).ok()
        };
        found.map(Commit).ok_or_else(|| self.unknown(revision))
    }

    /// The last commit that both have in their past; `None` where nobody can
    /// tell, as in a shallow clone.
    pub fn fork_point(&self, one: &Commit, other: &Commit) -> Option<Commit> {
        line(&self.folder, ["merge-base", &one.0, &other.0])
            .ok()
            .filter(|id| !id.is_empty())
            .map(Commit)
    }

    /// Whether its history is cut off.
    pub fn is_shallow(&self) -> bool {
        line(&self.folder, ["rev-parse", "--is-shallow-repository"]).is_ok_and(|it| it == "true")
    }

    /// Files and folders (with a `/` at their end) of the working tree that git
    /// is told to ignore, from its root.
    pub(super) fn ignored(&self) -> Result<Vec<Vec<u8>>, GitFailure> {
        if self.is_bare {
            return Ok(Vec::new());
        }
        let listed = answer(
            &self.folder,
            [
                "ls-files",
                "-z",
                "--others",
                "--ignored",
                "--exclude-standard",
                "--directory",
            ],
        )?;
        let paths = listed.split(|byte| *byte == 0);
        Ok(paths
            .filter(|path| !path.is_empty())
            .map(<[u8]>::to_vec)
            .collect())
    }

    fn unknown(&self, revision: &str) -> GitFailure {
        let mut message = format!("git knows no revision {revision} here");
        if self.is_shallow() {
            message.push_str(
                "; this clone is shallow: fetch more of its history first \
                 (in GitHub Actions: fetch-depth: 0)",
            );
        }
        GitFailure(message)
    }
}
