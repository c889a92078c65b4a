//! A tree that is only in memory: tests, standard input, editors.

use super::{Entry, EntryKind, Listing, Tree, Unreadable};
use crate::facts::Reason;
use crate::sniff::is_aside;
use std::collections::BTreeMap;

/// Files by path.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<String, Vec<u8>>,
}

impl Memory {
    /// An empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a file.
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.into(), bytes.into());
        self
    }
}

impl Tree for Memory {
    fn list(&self) -> Listing {
        let entry = |path: &String| Entry {
            path: path.clone(),
            kind: EntryKind::File,
            aside: is_aside(path),
        };
        Listing {
            entries: self.files.keys().map(entry).collect(),
        }
    }

    fn read(&self, path: &str, buffer: &mut Vec<u8>) -> Result<(), Unreadable> {
        let absent = || Unreadable::new(Reason::Unreadable, "no such file");
        buffer.clone_from(self.files.get(path).ok_or_else(absent)?);
        Ok(())
    }
}
