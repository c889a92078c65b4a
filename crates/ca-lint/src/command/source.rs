//! What is audited: files on disk, or one document.

use ca_audit::tree::{Disk, Listing, Memory, Tree, Unreadable};
use std::path::PathBuf;

/// The tree of a run.
pub(super) enum Source {
    /// Files on disk.
    Disk(Disk),
    /// A document that was given.
    Document(Memory),
}

impl Source {
    /// Where a file lies on disk, if it does.
    pub(super) fn path_on_disk(&self, shown: &str) -> Option<PathBuf> {
        match self {
            Self::Disk(disk) => Some(disk.path_on_disk(shown)),
            Self::Document(_) => None,
        }
    }
}

impl Tree for Source {
    fn list(&self) -> Listing {
        match self {
            Self::Disk(disk) => disk.list(),
            Self::Document(document) => document.list(),
        }
    }

    fn read(&self, path: &str, buffer: &mut Vec<u8>) -> Result<(), Unreadable> {
        match self {
            Self::Disk(disk) => disk.read(path, buffer),
            Self::Document(document) => document.read(path, buffer),
        }
    }
}
