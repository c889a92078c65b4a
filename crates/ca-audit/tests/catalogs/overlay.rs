//! A case's files, over those of a real tree where it has one.

use crate::case::Case;
use ca_audit::sniff::is_aside;
use ca_audit::tree::{Disk, Entry, EntryKind, Listing, Tree, Unreadable};
use std::collections::BTreeMap;

/// A tree on disk, read once for all its cases.
#[derive(Default)]
pub(crate) struct Base {
    files: BTreeMap<String, Vec<u8>>,
    others: Vec<Entry>,
}

/// What an audit of a case reads.
pub(crate) struct Overlay<'b> {
    base: &'b Base,
    over: BTreeMap<String, Vec<u8>>,
}

impl Base {
    /// What lies below `folder`, under paths that begin there.
    ///
    /// Its own site manifests and Hiera configuration are left out: the case
    /// says what Puppet was given instead.
    pub(crate) fn read(folder: &str) -> Self {
        let disk = Disk::new([folder]);
        let mut base = Self::default();
        for mut entry in disk.list().entries {
            let Some(path) = entry.path.strip_prefix(folder) else {
                continue;
            };
            let path = path.trim_start_matches('/').to_owned();
            if path.starts_with("manifests/") || path == "hiera.yaml" || path == "environment.conf"
            {
                continue;
            }
            match disk.bytes(&entry.path) {
                Ok(bytes) if entry.kind == EntryKind::File => {
                    base.files.insert(path, bytes);
                }
                _ => {
                    entry.path = path;
                    base.others.push(entry);
                }
            }
        }
        base
    }
}

impl<'b> Overlay<'b> {
    pub(crate) fn new(base: &'b Base, case: &Case) -> Self {
        let over = case.files.iter();
        Self {
            base,
            over: over
                .map(|(path, text)| (path.clone(), text.clone().into_bytes()))
                .collect(),
        }
    }
}

impl Tree for Overlay<'_> {
    fn list(&self) -> Listing {
        let below = self.base.files.keys();
        let below = below.filter(|path| !self.over.contains_key(*path));
        let files = below.chain(self.over.keys()).map(|path| Entry {
            path: path.clone(),
            kind: EntryKind::File,
            aside: is_aside(path),
        });
        let mut entries: Vec<Entry> = files.chain(self.base.others.iter().cloned()).collect();
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Listing { entries }
    }

    fn read(&self, path: &str, buffer: &mut Vec<u8>) -> Result<(), Unreadable> {
        let found = self.over.get(path).or_else(|| self.base.files.get(path));
        let absent = || Unreadable::new(ca_audit::facts::Reason::Unreadable, "no such file");
        buffer.clone_from(found.ok_or_else(absent)?);
        Ok(())
    }
}
