//! Which folder was the host's `/` for those who recorded its paths.
//!
//! A host may itself have lain below a folder when Puppet ran: a container's
//! root, a lab. Its settings then say `/srv/lab/host1/etc/puppet` where its files
//! have `/etc/puppet`.

use crate::host::{Host, joined};
use crate::tree::Entry;

/// Settings of folders that a host with an agent has.
/// (Puppet's configuration reference.)
const FOLDERS: [&str; 5] = ["confdir", "ssldir", "vardir", "statedir", "clientbucketdir"];

/// The folder, without a slash at its end; empty where paths are as they are
/// recorded.
pub(super) fn recorded_root(host: &Host, entries: &[Entry]) -> String {
    let settings = FOLDERS.iter().filter_map(|name| host.puppet.agent(name));
    let roots = settings.filter_map(|folder| root_of(host, entries, folder.trim_end_matches('/')));
    roots.into_iter().next().unwrap_or_default()
}

/// What is too much at the beginning of a folder's path; nothing where the
/// folder is not in the tree at all.
fn root_of(host: &Host, entries: &[Entry], folder: &str) -> Option<String> {
    let starts = folder.match_indices('/').map(|(start, _)| start);
    // One name alone, as `/ssl`, agrees by chance.
    let mut starts = starts.filter(|start| folder[start + 1..].contains('/'));
    let start = starts.find(|start| has_folder(host, entries, &folder[*start..]))?;
    Some(folder[..start].to_owned())
}

fn has_folder(host: &Host, entries: &[Entry], folder: &str) -> bool {
    let inside = format!("{}/", joined(&host.root, folder.trim_start_matches('/')));
    let first = entries.partition_point(|entry| entry.path < inside);
    entries
        .get(first)
        .is_some_and(|entry| entry.path.starts_with(&inside))
}

/// A recorded path as the host has it.
pub(super) fn on_host<'p>(path: &'p str, root: &str) -> &'p str {
    match path.strip_prefix(root) {
        Some(rest) if rest.starts_with('/') => rest,
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::PuppetConf;
    use crate::tree::{Memory, Tree};

    fn root(conf: &str) -> String {
        let tree = Memory::new().with("h/var/lib/puppet/ssl/certs/ca.pem", "");
        let host = Host {
            name: "h".into(),
            root: "h".into(),
            puppet: PuppetConf::parse(conf),
        };
        recorded_root(&host, &tree.list().entries)
    }

    #[test]
    fn a_host_below_a_folder() {
        assert_eq!(
            root("[main]\nssldir = /srv/lab/h/var/lib/puppet/ssl\n"),
            "/srv/lab/h"
        );
        assert_eq!(
            root("[main]\nssldir = @ROOT@/h/var/lib/puppet/ssl\n"),
            "@ROOT@/h"
        );
        assert_eq!(root("[main]\nssldir = /var/lib/puppet/ssl\n"), "");
        assert_eq!(root("[main]\nssldir = /opt/other/ssl\n"), "");
        assert_eq!(
            root("[main]\nvardir = /a/b/c\nssldir = /x/var/lib/puppet/ssl/\n"),
            "/x"
        );
        assert_eq!(root(""), "");
        assert_eq!(on_host("/srv/lab/h/etc/x", "/srv/lab/h"), "/etc/x");
        assert_eq!(
            on_host("/srv/lab/hx/etc/x", "/srv/lab/h"),
            "/srv/lab/hx/etc/x"
        );
        assert_eq!(on_host("/etc/x", ""), "/etc/x");
    }
}
