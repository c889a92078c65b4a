//! Hosts whose files are in the tree.
//!
//! A host's root is named on the command line (`--host NAME=DIR`) or
//! recognised by itself: by a Puppet agent's configuration, its ssl directory or
//! its state at the place where packages put them.

mod puppet_conf;
pub mod records;
mod ssl_directory;

pub use puppet_conf::PuppetConf;
pub use ssl_directory::{Issued, SslDirectory, SslKind, ssl_directories};

use crate::place::FileId;
use crate::tree::{Entry, EntryKind};
use std::collections::{BTreeMap, BTreeSet};

/// A host.
#[derive(Clone, Debug)]
pub struct Host {
    /// Its name: as given, else the certificate name in its `puppet.conf`, else
    /// its folder's name.
    pub name: String,
    /// The folder that is its `/`, without a slash at the end (but `/` itself);
    /// empty where the tree itself is.
    pub root: String,
    /// The agent's settings.
    pub puppet: PuppetConf,
}

/// Where packages put what an agent has; each proves that its prefix is a root.
/// (`ssldir`, `confdir` and `statedir` in Puppet's configuration reference;
/// Debian's package moves `ssldir` to `/var/lib/puppet/ssl`.)
const MARKS: [&str; 13] = [
    "etc/puppet/puppet.conf",
    "etc/puppetlabs/puppet/puppet.conf",
    "var/lib/puppet/ssl/certs/ca.pem",
    "var/lib/puppet/client/ssl/certs/ca.pem",
    "var/lib/puppet/server/ssl/certs/ca.pem",
    "etc/puppetlabs/puppet/ssl/certs/ca.pem",
    "etc/puppet/ssl/certs/ca.pem",
    "var/lib/puppet/state/state.yaml",
    "var/cache/puppet/state/state.yaml",
    "opt/puppetlabs/puppet/cache/state/state.yaml",
    "var/lib/puppet/state/last_run_report.yaml",
    "var/cache/puppet/state/last_run_report.yaml",
    "opt/puppetlabs/puppet/cache/state/last_run_report.yaml",
];

/// The hosts of a tree, by root: the `named` ones, and those recognised.
pub fn hosts(
    entries: &[Entry],
    named: &[(String, String)],
    read: &dyn Fn(FileId) -> Option<String>,
) -> Vec<Host> {
    let mut roots: BTreeMap<String, Option<String>> = BTreeMap::new();
    for (name, root) in named {
        roots.insert(without_slash(root).to_owned(), Some(name.clone()));
    }
    for root in entries.iter().filter_map(|entry| marked_root(&entry.path)) {
        let inside_named = named
            .iter()
            .any(|(_, named)| is_below(&root, without_slash(named)));
        if !inside_named {
            roots.entry(root).or_insert(None);
        }
    }
    let host = |(root, name): (String, Option<String>)| {
        let puppet = puppet_conf(entries, &root, read);
        let folder = root
            .rsplit('/')
            .next()
            .filter(|folder| !folder.is_empty())
            .unwrap_or("localhost");
        let name = name
            .or_else(|| puppet.certname().map(str::to_owned))
            .unwrap_or_else(|| folder.to_owned());
        Host { name, root, puppet }
    };
    roots.into_iter().map(host).collect()
}

/// The root that a path proves, unless it lies in a module's own files.
fn marked_root(path: &str) -> Option<String> {
    let mark = MARKS.iter().find(|mark| path.ends_with(*mark))?;
    let before = &path[..path.len() - mark.len()];
    let root = match before {
        "" | "/" => before,
        _ => before.strip_suffix('/')?,
    };
    let in_module = root
        .split('/')
        .any(|folder| matches!(folder, "files" | "templates" | "spec" | "manifests"));
    (!in_module).then(|| root.to_owned())
}

fn puppet_conf(
    entries: &[Entry],
    root: &str,
    read: &dyn Fn(FileId) -> Option<String>,
) -> PuppetConf {
    let text = MARKS[..2]
        .iter()
        .find_map(|place| read(find(entries, &joined(root, place))?));
    text.map_or_else(PuppetConf::default, |text| PuppetConf::parse(&text))
}

impl Host {
    /// The file at a path of the host, through its own symbolic links.
    pub fn file(&self, entries: &[Entry], host_path: &str) -> Option<FileId> {
        let mut path = host_path.to_owned();
        let mut seen = BTreeSet::new();
        while seen.insert(path.clone()) && seen.len() < 16 {
            let id = find(entries, &joined(&self.root, path.trim_start_matches('/')))?;
            match &entries[id.0 as usize].kind {
                EntryKind::Link(target) => path = resolved(&path, target),
                _ => return Some(id),
            }
        }
        None
    }

    /// The path on the host of a file of the tree.
    pub fn host_path<'p>(&self, path: &'p str) -> Option<&'p str> {
        if matches!(self.root.as_str(), "" | "/") {
            return Some(path);
        }
        let rest = path.strip_prefix(self.root.as_str())?;
        rest.starts_with('/').then_some(rest)
    }
}

/// The entry at a path.
pub fn find(entries: &[Entry], path: &str) -> Option<FileId> {
    let index = entries
        .binary_search_by(|entry| entry.path.as_str().cmp(path))
        .ok()?;
    Some(FileId(index as u32))
}

fn joined(root: &str, path: &str) -> String {
    match root {
        "" => path.to_owned(),
        "/" => format!("/{path}"),
        _ => format!("{root}/{path}"),
    }
}

fn without_slash(root: &str) -> &str {
    if root == "/" {
        root
    } else {
        root.trim_end_matches('/')
    }
}

fn is_below(path: &str, root: &str) -> bool {
    path == root
        || root == "/"
        || path
            .strip_prefix(root)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// A link's target, seen from the link's own folder.
fn resolved(link: &str, target: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    let folder = link.rsplit_once('/').map_or("", |(folder, _)| folder);
    let from = if target.starts_with('/') { "" } else { folder };
    for name in from.split('/').chain(target.split('/')) {
        match name {
            "" | "." => {}
            ".." => {
                names.pop();
            }
            name => names.push(name),
        }
    }
    format!("/{}", names.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_stay_on_the_host() {
        assert_eq!(
            resolved("/etc/ssl/certs/x.pem", "../../../usr/x.crt"),
            "/usr/x.crt"
        );
        assert_eq!(
            resolved("/etc/ssl/certs/h.0", "x.pem"),
            "/etc/ssl/certs/x.pem"
        );
        assert_eq!(resolved("/a", "../../../../etc/x"), "/etc/x");
    }

    #[test]
    fn roots_are_recognised_by_the_agent() {
        assert_eq!(
            marked_root("hosts/a/etc/puppet/puppet.conf").as_deref(),
            Some("hosts/a")
        );
        assert_eq!(marked_root("etc/puppet/puppet.conf").as_deref(), Some(""));
        assert_eq!(
            marked_root("modules/puppet/files/etc/puppet/puppet.conf"),
            None
        );
        assert_eq!(marked_root("xetc/puppet/puppet.conf"), None);
        assert_eq!(marked_root("/etc/puppet/puppet.conf").as_deref(), Some("/"));
    }
}
