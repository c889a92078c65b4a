//! Which file of the tree has the content that a checksum names.

use crate::facts::Cert;
use crate::host::records::{Digest, HostRecords, digests_of};
use crate::place::FileId;
use crate::tree::{Entry, Tree};
use std::collections::{BTreeSet, HashMap};

/// A file with certificates is small; a larger one is not looked into again.
const MOST_BYTES: usize = 4 << 20;

/// Files by the checksums of their contents. Only those with certificates are
/// known, and only in the kinds of checksums that records use. The name of a
/// folder in a bucket is not believed: a copy may be damaged.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    by_digest: HashMap<Digest, FileId>,
    by_file: HashMap<FileId, Vec<Digest>>,
}

impl Contents {
    /// Knows nothing, and reads nothing, where nobody recorded a checksum.
    pub(super) fn new(
        tree: &dyn Tree,
        entries: &[Entry],
        certs: &[Cert],
        records: &[HostRecords],
    ) -> Self {
        let kinds: BTreeSet<&str> = digests_of(records)
            .map(|digest| digest.kind.as_str())
            .collect();
        let mut contents = Self::default();
        if kinds.is_empty() {
            return contents;
        }
        let files: BTreeSet<FileId> = certs.iter().map(|cert| cert.at.file).collect();
        let mut bytes = Vec::new();
        for file in files {
            let path = &entries[file.0 as usize].path;
            if tree.read(path, &mut bytes).is_ok() && bytes.len() <= MOST_BYTES {
                let digests = kinds.iter().filter_map(|kind| Digest::of(kind, &bytes));
                digests.for_each(|digest| contents.add(digest, file));
            }
        }
        contents
    }

    fn add(&mut self, digest: Digest, file: FileId) {
        self.by_digest.entry(digest.clone()).or_insert(file);
        self.by_file.entry(file).or_default().push(digest);
    }

    pub(super) fn file(&self, digest: &Digest) -> Option<FileId> {
        self.by_digest.get(digest).copied()
    }

    pub(super) fn digests(&self, file: FileId) -> &[Digest] {
        self.by_file.get(&file).map_or(&[], Vec::as_slice)
    }
}
