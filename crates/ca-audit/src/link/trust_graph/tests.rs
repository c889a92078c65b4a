//! Small projects, and what their graphs say.

use super::*;
use crate::tree::Memory;
use crate::{Request, audit};

fn graph_of(tree: &Memory) -> (Evidence, TrustGraph) {
    let evidence = audit(tree, &Request::default());
    let graph = evidence.trust_graph();
    (evidence, graph)
}

/// The names of the places where a change to `path` lasts, and of those where
/// it does not.
fn lasting(tree: &Memory, path: &str) -> (Vec<String>, Vec<String>) {
    let (evidence, graph) = graph_of(tree);
    let id = graph.find(&Node::HostPath(path.into())).expect("the path");
    let lasting = graph.lasting(&[id]);
    let name = |id: &NodeId| match graph.node(*id) {
        Node::HostPath(path) => path.to_string(),
        Node::RepositoryFile(file) => evidence.path(*file).to_owned(),
        Node::Unknown { what, reason, .. } => format!("{what} ({})", reason.name()),
        Node::Resource { title, .. } => title.to_string(),
        other => format!("{other:?}"),
    };
    let names = |ids: &[NodeId]| ids.iter().map(name).collect();
    (names(&lasting.change), names(&lasting.futile))
}

fn manifest(body: &str) -> Memory {
    Memory::new()
        .with(
            "modules/a/manifests/init.pp",
            format!("class a {{\n{body}}}\n"),
        )
        .with("modules/a/files/ca.pem", "none")
}

#[test]
fn a_change_lasts_where_nobody_writes() {
    let tree = manifest(
        "  file { '/etc/b/ca.pem': source => '/etc/a/ca.pem' }\n  file { '/etc/a/ca.pem': source => 'puppet:///modules/a/ca.pem' }\n",
    );
    let (change, futile) = lasting(&tree, "/etc/b/ca.pem");
    assert_eq!(change, ["modules/a/files/ca.pem"]);
    assert_eq!(futile, ["/etc/b/ca.pem", "/etc/a/ca.pem"]);
}

#[test]
fn a_copy_of_the_hosts_own_file_lasts_there() {
    let tree =
        manifest("  file { '/etc/b/ca.pem': source => '/var/lib/puppet/ssl/certs/ca.pem' }\n");
    let (change, _) = lasting(&tree, "/etc/b/ca.pem");
    assert_eq!(change, ["/var/lib/puppet/ssl/certs/ca.pem"]);
}

#[test]
fn what_cannot_be_seen_is_an_end_with_its_reason() {
    let tree = manifest("  file { '/etc/b/ca.pem': content => $facts['x'] }\n");
    let (change, _) = lasting(&tree, "/etc/b/ca.pem");
    assert_eq!(change, ["fact x (unknown-fact)"]);
}

#[test]
fn a_ring_of_copies_ends() {
    let tree = manifest(
        "  file { '/etc/a/ca.pem': source => '/etc/b/ca.pem' }\n  file { '/etc/b/ca.pem': source => '/etc/a/ca.pem' }\n",
    );
    let (change, futile) = lasting(&tree, "/etc/a/ca.pem");
    assert!(change.is_empty());
    assert_eq!(futile, ["/etc/a/ca.pem", "/etc/b/ca.pem"]);
}

#[test]
fn removing_is_writing() {
    let tree = manifest("  file { '/etc/a/ca.pem': ensure => absent }\n");
    let (change, futile) = lasting(&tree, "/etc/a/ca.pem");
    assert_eq!(change, ["File[/etc/a/ca.pem]"]);
    assert_eq!(futile, ["/etc/a/ca.pem"]);
}

#[test]
fn local_cas_reach_programs_that_name_none() {
    let tree = manifest(
        "  file { '/usr/local/share/ca-certificates/x.crt': source => 'puppet:///modules/a/ca.pem' }\n  file { '/etc/default/kube-apiserver': content => template('a/api.erb') }\n",
    )
    .with(
        "modules/a/templates/api.erb",
        "DAEMON_ARGS=\"--etcd-servers=https://etcd.test:2379\"\n",
    )
    .with(
        "modules/a/templates/kube-apiserver.default.erb",
        "DAEMON_ARGS=\"--etcd-servers=https://etcd.test:2379\"\n",
    );
    let (_, graph) = graph_of(&tree);
    let from = graph
        .find(&Node::HostPath(
            "/usr/local/share/ca-certificates/x.crt".into(),
        ))
        .expect("the path");
    let reached = graph.downstream(&[from]);
    let programs: Vec<&str> = graph
        .nodes()
        .filter(|(id, _)| reached[id.0 as usize])
        .filter_map(|(_, node)| match node {
            Node::Program { name, .. } => Some(*name),
            _ => None,
        })
        .collect();
    assert!(programs.contains(&"kube-apiserver"), "{programs:?}");
}

#[test]
fn both_sides_of_every_edge_know_it() {
    let tree = manifest("  file { '/etc/b/ca.pem': source => '/etc/a/ca.pem' }\n");
    let (_, graph) = graph_of(&tree);
    for edge in graph.edges() {
        assert!(graph.edges_into(edge.to).any(|it| it == edge));
        assert!(graph.edges_out_of(edge.from).any(|it| it == edge));
    }
    assert_eq!(graph.edges().len(), 2, "copied and written");
}
