//! What is audited: files on disk, or one document.

use crate::source_roots::SourceRoots;
use ca_audit::tree::{Disk, Entry, Listing, Memory, Tree, Unreadable};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// The tree of a run.
pub(super) enum Source {
    /// Files on disk.
    Disk {
        /// All of them.
        disk: Disk,
        /// Those that are none of the project, from `/`: what this run writes
        /// was written by the last one, too, and names every CA there is.
        left_out: BTreeSet<String>,
        /// Knows shown paths from `/`.
        roots: SourceRoots,
    },
    /// A document that was given.
    Document(Memory),
}

impl Source {
    /// Where a file lies on disk, if it does.
    pub(super) fn path_on_disk(&self, shown: &str) -> Option<PathBuf> {
        match self {
            Self::Disk { disk, .. } => Some(disk.path_on_disk(shown)),
            Self::Document(_) => None,
        }
    }
}

impl Tree for Source {
    fn list(&self) -> Listing {
        match self {
            Self::Disk {
                disk,
                left_out,
                roots,
            } => {
                let mut listing = disk.list();
                if !left_out.is_empty() {
                    let is_out = |entry: &Entry| left_out.contains(&roots.absolute(&entry.path));
                    listing.entries.retain(|entry| !is_out(entry));
                }
                listing
            }
            Self::Document(document) => document.list(),
        }
    }

    fn read(&self, path: &str, buffer: &mut Vec<u8>) -> Result<(), Unreadable> {
        match self {
            Self::Disk { disk, .. } => disk.read(path, buffer),
            Self::Document(document) => document.read(path, buffer),
        }
    }
}
