//! What the rules found, by the node where it was found.

use crate::finding::{Finding, Severity};
use ca_audit::place::Span;
use ca_audit::trust_graph::{Edge, Flow, Node, NodeId, TrustGraph};
use std::collections::BTreeMap;

/// Findings at nodes.
#[derive(Debug, Default)]
pub struct Troubles {
    at: BTreeMap<NodeId, Vec<Trouble>>,
}

/// One finding at a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) rule: &'static str,
    pub(super) severity: Severity,
    pub(super) message: String,
}

impl Troubles {
    /// The findings that are warnings or worse, each at the nodes of its place.
    pub fn new(graph: &TrustGraph, findings: &[Finding]) -> Self {
        let mut troubles = Self::default();
        let bad = |finding: &&Finding| finding.severity >= Severity::Warning;
        for finding in findings.iter().filter(bad) {
            for id in with_instances(graph, nodes_at(graph, finding.at)) {
                troubles.at.entry(id).or_default().push(Trouble {
                    rule: finding.rule,
                    severity: finding.severity,
                    message: finding.message.clone(),
                });
            }
        }
        troubles
    }

    /// What was found at a node.
    pub(super) fn of(&self, id: NodeId) -> &[Trouble] {
        self.at.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The worst of it.
    pub(in crate::report) fn worst(&self, id: NodeId) -> Option<Severity> {
        self.of(id).iter().map(|trouble| trouble.severity).max()
    }
}

/// The nodes at a place: those whose own place it is; else the file or text
/// that holds it, and the certificate that stands just there.
fn nodes_at(graph: &TrustGraph, at: Span) -> Vec<NodeId> {
    let own = |node: &Node| match node {
        Node::Resource {
            at: own,
            declared_at,
            ..
        } => *own == at || *declared_at == at,
        node => node.at() == Some(at) && at.start < at.end,
    };
    let owners: Vec<NodeId> = all(graph, own).collect();
    if !owners.is_empty() {
        return owners;
    }
    let holds = |node: &Node| match node {
        Node::HostFile { file, .. } | Node::RepositoryFile(file) => *file == at.file,
        Node::RepositoryText { at: text, .. } => {
            text.file == at.file && text.start <= at.start && at.end <= text.end
        }
        _ => false,
    };
    let stands_there = |edge: &&Edge| edge.flow == Flow::StandsIn && edge.at == Some(at);
    let certificates = graph.edges().iter().filter(stands_there);
    let mut found: Vec<NodeId> = all(graph, holds).collect();
    found.extend(certificates.map(|edge| edge.from));
    found.sort_unstable();
    found.dedup();
    found
}

/// What is wrong with a template is wrong with the program on each host.
fn with_instances(graph: &TrustGraph, mut ids: Vec<NodeId>) -> Vec<NodeId> {
    let programs = ids.clone().into_iter();
    let programs = programs.filter(|id| matches!(graph.node(*id), Node::Program { .. }));
    let edges = programs.flat_map(|id| graph.edges_out_of(id));
    ids.extend(
        edges
            .filter(|edge| edge.flow == Flow::OnHost)
            .map(|edge| edge.to),
    );
    ids
}

fn all(graph: &TrustGraph, wanted: impl Fn(&Node) -> bool) -> impl Iterator<Item = NodeId> {
    let nodes = graph.nodes().filter(move |(_, node)| wanted(node));
    nodes.map(|(id, _)| id)
}
