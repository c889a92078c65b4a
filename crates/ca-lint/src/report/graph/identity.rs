//! Names of nodes that stay the same while lines move and files come and go.

use ca_audit::Evidence;
use ca_audit::certificate::fingerprint::hex;
use ca_audit::place::Span;
use ca_audit::trust_graph::{Node, NodeId, TrustGraph};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;

/// The name of every node of a graph: letters, digits and underlines, the
/// first of them a letter.
pub(super) struct Identities(Vec<String>);

impl Identities {
    pub(super) fn new(evidence: &Evidence, graph: &TrustGraph) -> Self {
        let mut times: HashMap<String, usize> = HashMap::new();
        let name = |(_, node)| {
            let name = name(evidence, node);
            let times = times.entry(name.clone()).or_default();
            *times += 1;
            match *times {
                1 => name,
                // Two of one kind with one name in one file, in its order.
                more => format!("{name}_{more}"),
            }
        };
        Self(graph.nodes().map(name).collect())
    }

    pub(super) fn of(&self, id: NodeId) -> &str {
        &self.0[id.0 as usize]
    }
}

/// The kind of a node and the beginning of the SHA-256 of what makes it the one
/// that it is; never a line.
fn name(evidence: &Evidence, node: &Node) -> String {
    let file = |at: &Span| evidence.path(at.file).to_owned();
    let host = |host: &usize| evidence.hosts[*host].name.clone();
    let parts: Vec<String> = match node {
        Node::Certificate(sha256) => vec![hex(sha256)],
        Node::HostPath(path) => vec![path.to_string()],
        Node::HostFile { host: on, path, .. } => vec![host(on), path.to_string()],
        Node::RepositoryFile(file) => vec![evidence.path(*file).to_owned()],
        Node::RepositoryText { at, name } => vec![file(at), name.to_string()],
        Node::Resource {
            title,
            at,
            declared_at,
        } => {
            vec![title.to_string(), file(at), file(declared_at)]
        }
        Node::Declaration { at, what, .. } | Node::Statement { at, what } => {
            vec![what.to_string(), file(at)]
        }
        Node::Program { name, at, host: on } => {
            let at = at.as_ref().map(file).unwrap_or_default();
            vec![
                (*name).to_owned(),
                at,
                on.as_ref().map(host).unwrap_or_default(),
            ]
        }
        Node::Realm(server) => server.iter().map(ToString::to_string).collect(),
        Node::Outside(what) => vec![what.to_string()],
        Node::Unknown { what, at, .. } => {
            vec![what.to_string(), at.as_ref().map(file).unwrap_or_default()]
        }
        _ => Vec::new(),
    };
    let digest = Sha256::digest(parts.join("\0").as_bytes());
    format!("{}_{}", kind(node).replace('-', "_"), hex(&digest[..6]))
}

/// The name of a node's kind in machine-readable output.
pub(super) fn kind(node: &Node) -> &'static str {
    match node {
        Node::Certificate(_) => "certificate",
        Node::HostPath(_) => "host-path",
        Node::HostFile { .. } => "host-file",
        Node::SystemRoots => "system-roots",
        Node::RepositoryFile(_) => "repository-file",
        Node::RepositoryText { .. } => "repository-text",
        Node::Resource { .. } => "resource",
        Node::Declaration { .. } => "declaration",
        Node::Statement { .. } => "statement",
        Node::Program { .. } => "program",
        Node::Realm(_) => "realm",
        Node::Outside(_) => "outside",
        Node::Unknown { .. } => "unknown",
        _ => "other",
    }
}
