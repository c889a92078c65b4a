//! Mounts of a Puppet server's file server: what `puppet:///MOUNT/PATH` names.
//! (Puppet's manual, "fileserver.conf".)
//!
//! A repository may ship the `fileserver.conf` of its servers. The folder of a
//! mount is on the server; it is in the tree where the end of its path is.

use crate::place::{FileId, Span};
use crate::sniff::without_template_suffix;
use crate::tree::Entry;
use std::collections::BTreeMap;

/// A mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Its folder on the server, as it is written; nothing where a template
    /// makes it.
    pub path: Option<String>,
    /// Where its name stands.
    pub at: Span,
    /// Its folder in the tree.
    pub(crate) folder: Option<String>,
}

/// All mounts that a tree tells of, by name.
#[derive(Debug, Default)]
pub(crate) struct Mounts(BTreeMap<String, Mount>);

/// Whether a file is a `fileserver.conf` or makes one.
pub(crate) fn is_configuration(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    without_template_suffix(name) == "fileserver.conf"
}

impl Mounts {
    /// The mounts of every `fileserver.conf` in the tree; of two with one name
    /// the one counts whose folder is in the tree, else the first.
    pub(crate) fn of(entries: &[Entry], text: &dyn Fn(FileId) -> Option<String>) -> Self {
        let mut mounts: BTreeMap<String, Mount> = BTreeMap::new();
        for (index, entry) in entries.iter().enumerate() {
            if entry.aside || !is_configuration(&entry.path) {
                continue;
            }
            let file = FileId(index as u32);
            let Some(text) = text(file) else {
                continue;
            };
            for (name, mount) in read(file, &text, entries) {
                match mounts.get(&name) {
                    Some(known) if known.folder.is_some() || mount.folder.is_none() => {}
                    _ => {
                        mounts.insert(name, mount);
                    }
                }
            }
        }
        Self(mounts)
    }

    /// The mount of a URL, and the path below its folder.
    pub(crate) fn of_url<'u>(&self, url: &'u str) -> Option<(&Mount, &'u str)> {
        let (name, rest) = url.strip_prefix("puppet:///")?.split_once('/')?;
        Some((self.0.get(name)?, rest))
    }

    /// The path in the tree of what a URL names.
    pub(crate) fn in_tree(&self, url: &str) -> Option<String> {
        let (mount, rest) = self.of_url(url)?;
        Some(format!("{}/{rest}", mount.folder.as_ref()?))
    }
}

impl Mount {
    /// The path on the server of what lies below the mount's folder.
    pub(crate) fn server_path(&self, rest: &str) -> Option<String> {
        let folder = self.path.as_ref()?.trim_end_matches('/');
        Some(format!("{folder}/{rest}"))
    }
}

/// The mounts of one file: `[name]`, then `path /folder`.
fn read(file: FileId, text: &str, entries: &[Entry]) -> Vec<(String, Mount)> {
    let mut mounts: Vec<(String, Mount)> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = Span::new(file, start, start + line.trim_end().len());
        start += line.len();
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            let (path, folder) = (None, None);
            mounts.push((name.to_owned(), Mount { path, at, folder }));
        } else if let Some(path) = line.strip_prefix("path")
            && path.starts_with([' ', '\t'])
            && let Some((_, mount)) = mounts.last_mut()
        {
            let path = path.trim();
            let is_open = path.contains("<%");
            mount.path = (!is_open).then(|| path.to_owned());
        }
    }
    let folders: Vec<Option<String>> = mounts
        .iter()
        .map(|(_, mount)| folder_of(mount.path.as_deref()?, entries))
        .collect();
    for (index, (_, mount)) in mounts.iter_mut().enumerate() {
        // Where two of a server's folders end alike, neither is told by its end.
        let folder = &folders[index];
        let is_shared = folders.iter().filter(|it| *it == folder).count() > 1;
        mount.folder.clone_from(folder);
        if is_shared {
            mount.folder = None;
        }
    }
    mounts
}

/// The folder of the tree that the end of a server's path names; `%h` and the
/// like are another folder for each host.
fn folder_of(path: &str, entries: &[Entry]) -> Option<String> {
    if path.contains('%') {
        return None;
    }
    let names: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
    let tails = (0..names.len()).map(|start| names[start..].join("/"));
    tails.into_iter().find(|tail| {
        let folder = format!("{tail}/");
        let at = entries.partition_point(|entry| *entry.path < *folder);
        entries
            .get(at)
            .is_some_and(|it| it.path.starts_with(&folder))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{Memory, Tree};

    const CONFIG: &str = "# shares\n[files]\n  path /etc/puppet/files\n  allow *\n[private]\n  path /srv/private/%h\n[made]\n\tpath <%= @x %>\n[plugins]\n  allow *\n";

    fn mounts(tree: &Memory) -> Mounts {
        let entries = tree.list().entries;
        Mounts::of(&entries, &|_| Some(CONFIG.to_owned()))
    }

    #[test]
    fn a_mount_is_in_the_tree_where_the_end_of_its_path_is() {
        let tree = Memory::new()
            .with("fileserver.conf", "")
            .with("files/ssl/ca.pem", "");
        let mounts = mounts(&tree);
        let path = mounts.in_tree("puppet:///files/ssl/ca.pem");
        assert_eq!(path.as_deref(), Some("files/ssl/ca.pem"));
        let (mount, rest) = mounts.of_url("puppet:///private/ca.pem").unwrap();
        let path = mount.server_path(rest);
        assert_eq!(path.as_deref(), Some("/srv/private/%h/ca.pem"));
        let (made, _) = mounts.of_url("puppet:///made/ca.pem").unwrap();
        assert_eq!(made.path, None);
        assert!(mounts.of_url("puppet:///nobody/ca.pem").is_none());
    }

    #[test]
    fn two_folders_that_end_alike_are_not_told_apart() {
        let text = "[a]\npath /git/files\n[b]\npath /private/files\n";
        let tree = Memory::new()
            .with("files/ca.pem", "")
            .with("modules/p/templates/fileserver.conf.erb", "");
        let entries = tree.list().entries;
        let mounts = Mounts::of(&entries, &|_| Some(text.to_owned()));
        assert_eq!(mounts.in_tree("puppet:///a/ca.pem"), None);
        assert_eq!(mounts.in_tree("puppet:///b/ca.pem"), None);
    }
}
