//! What paths are on the hosts in the tree, and what the hosts' own tools make
//! of them.

use super::builder::Builder;
use super::{Flow, Node, NodeId};
use crate::ca_name::local_anchor_folder;
use crate::host::Host;
use crate::place::FileId;
use smol_str::SmolStr;

impl Builder<'_> {
    /// Paths that resources and programs name, as files of hosts.
    pub(super) fn on_hosts(&mut self) {
        for (id, path) in self.host_paths() {
            for host in &self.evidence.hosts {
                if let Some(file) = self.evidence.host_file(host, &path) {
                    let file = self.file(file);
                    self.edge(id, file, Flow::OnHost, None);
                }
            }
        }
        self.next_runs();
    }

    fn host_paths(&self) -> Vec<(NodeId, SmolStr)> {
        let paths = self.graph.nodes().filter_map(|(id, node)| match node {
            Node::HostPath(path) => Some((id, path.clone())),
            _ => None,
        });
        paths.collect()
    }

    /// On hosts that have both files, Puppet copies the one over the other.
    fn next_runs(&mut self) {
        for managed in self.evidence.managed_cas() {
            let write = managed.write;
            let Some(path) = write.path.as_str() else {
                continue;
            };
            let resource = Node::Resource {
                title: write.resource.clone(),
                at: write.at,
                declared_at: write.declared_at(),
            };
            let via: Vec<NodeId> = self.graph.find(&resource).into_iter().collect();
            for host in &self.evidence.hosts {
                let copied = self.evidence.copied_from(host, &managed);
                let (Some(from), Some(to)) = (copied, self.evidence.host_file(host, path)) else {
                    continue;
                };
                if self.evidence.host_of(from).is_some() {
                    let (from, to) = (self.file(from), self.file(to));
                    let (at, when) = (Some(write.content_at), &write.when);
                    self.edge_when(from, to, Flow::NextRunCopies, at, when, via.clone());
                }
            }
        }
    }

    /// Local CAs become part of what a host trusts.
    pub(super) fn system_roots(&mut self) {
        for (id, path) in self.host_paths() {
            if local_anchor_folder(&path).is_some() {
                let roots = self.node(Node::SystemRoots);
                self.edge(id, roots, Flow::JoinsRoots, None);
            }
            if let Some(link) = system_link(&path)
                && let Some(link) = self.graph.find(&Node::HostPath(link))
            {
                self.edge(id, link, Flow::SystemLink, None);
            }
        }
        for (id, host, path) in self.host_files() {
            if local_anchor_folder(&path).is_some()
                && let Some(bundle) = self.bundle(host)
            {
                let bundle = self.file(bundle);
                self.edge(id, bundle, Flow::JoinsRoots, None);
            }
        }
    }

    fn host_files(&self) -> Vec<(NodeId, usize, SmolStr)> {
        let files = self.graph.nodes().filter_map(|(id, node)| match node {
            Node::HostFile { host, path, .. } => Some((id, *host, path.clone())),
            _ => None,
        });
        files.collect()
    }

    fn bundle(&self, host: usize) -> Option<FileId> {
        let host: &Host = &self.evidence.hosts[host];
        self.evidence.system_bundle(host)
    }
}

/// The link that Debian's `update-ca-certificates` makes to a local CA: in
/// `/etc/ssl/certs`, named `.pem`, blanks and commas as `_`, brackets as `=`
/// (its function `add`, in the package `ca-certificates`).
fn system_link(path: &str) -> Option<SmolStr> {
    let name = path.strip_prefix("/usr/local/share/ca-certificates/")?;
    let name = name.rsplit('/').next()?.strip_suffix(".crt")?;
    let named = |character| match character {
        ' ' | ',' => '_',
        '(' | ')' => '=',
        other => other,
    };
    let name: String = name.chars().map(named).collect();
    Some(smol_str::format_smolstr!("/etc/ssl/certs/{name}.pem"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_named_as_debian_names_them() {
        let link = |path: &str| system_link(path).map(|link| link.to_string());
        let folder = "/usr/local/share/ca-certificates";
        assert_eq!(
            link(&format!("{folder}/a/My CA (new).crt")).as_deref(),
            Some("/etc/ssl/certs/My_CA_=new=.pem")
        );
        assert_eq!(link(&format!("{folder}/a.pem")), None);
        assert_eq!(link("/etc/a.crt"), None);
    }
}
