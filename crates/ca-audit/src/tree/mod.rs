//! The only door to files.
//!
//! An audit reads a [`Tree`]: a folder on disk ([`Disk`]), files in memory
//! ([`Memory`]), a commit ([`git`]). Nothing else in this crate touches the file
//! system (a law test says so).

mod disk;
pub mod git;
mod memory;
mod mounts;
mod name;

pub use disk::Disk;
pub use memory::Memory;

use crate::facts::Reason;

/// Larger files are reported as a gap: offsets are 32 bits wide, and nothing
/// that a person edits is this large.
pub const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// A set of files with stable names.
pub trait Tree: Sync {
    /// Every file and link, sorted by path, and what could not be listed.
    fn list(&self) -> Listing;

    /// Puts the bytes of a file of the listing into `buffer`, in place of what
    /// it held.
    ///
    /// # Errors
    /// Says why a file cannot be read; the audit turns it into a gap.
    fn read(&self, path: &str, buffer: &mut Vec<u8>) -> Result<(), Unreadable>;

    /// The bytes of a file of the listing.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn bytes(&self, path: &str) -> Result<Vec<u8>, Unreadable> {
        let mut bytes = Vec::new();
        self.read(path, &mut bytes).map(|()| bytes)
    }
}

/// What a tree holds.
#[derive(Debug, Default)]
pub struct Listing {
    /// Files and links, sorted by path.
    pub entries: Vec<Entry>,
}

/// One name in a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The path as it is shown: `/` between names, relative to the working
    /// directory where that is possible.
    pub path: String,
    /// What stands there.
    pub kind: EntryKind,
    /// Whether it lies, below the root that was asked for, among tests,
    /// examples, documentation or vendored copies
    /// (see [`is_aside`](crate::sniff::is_aside)).
    pub aside: bool,
}

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A symbolic link and where it points, as written; links are not followed,
    /// so that a certificate seen through one counts once.
    Link(String),
    /// Something that cannot be audited, and why.
    Closed(Unreadable),
}

/// Why something cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The kind of gap this makes.
    pub reason: Reason,
    /// The cause in words.
    pub message: String,
}

impl Unreadable {
    /// A cause of kind `reason`.
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
        }
    }
}

fn too_large(size: u64) -> Unreadable {
    let message = format!(
        "{} MiB; files over {} MiB are not read",
        size >> 20,
        MAX_FILE_BYTES >> 20
    );
    Unreadable::new(Reason::TooLarge, message)
}
