//! The graph of trust: drawn, as JSON, and the parts that `why` shows of it.
//!
//! A new form is a file here and a value of `GraphFormat`.

mod dot;
mod identity;
mod json;
mod label;
mod mermaid;
mod names;
mod selection;
#[cfg(test)]
mod tests;
mod trouble;

pub use dot::dot;
pub use json::json;
pub use mermaid::{TooLarge, mermaid};
pub use selection::Scope;
pub use trouble::Troubles;

pub(super) use dot::left_out;
pub(super) use json::{EdgeEntry, NodeEntry, edge_entries, node_entries};

use super::json::Locate;
use super::{Places, distinct_gaps};
use ca_audit::Evidence;
use ca_audit::certificate::Certificate;
use ca_audit::facts::Gap;
use ca_audit::place::Span;
use ca_audit::tree::Tree;
use ca_audit::trust_graph::{Edge, Flow, NodeId, TrustGraph};
use identity::Identities;
use selection::Selection;
use std::collections::HashMap;

/// A part of the graph with everything that is needed to tell of it.
pub struct Chart<'a> {
    pub(super) evidence: &'a Evidence,
    pub(super) graph: &'a TrustGraph,
    pub(super) selection: Selection,
    pub(super) troubles: &'a Troubles,
    certificates: HashMap<[u8; 32], &'a Certificate>,
    identities: Identities,
    places: Places,
    gaps: Vec<&'a Gap>,
}

impl<'a> Chart<'a> {
    /// The part of `graph` that `scope` asks for, its lines worked out.
    pub fn new(
        tree: &dyn Tree,
        evidence: &'a Evidence,
        graph: &'a TrustGraph,
        troubles: &'a Troubles,
        scope: &Scope,
    ) -> Self {
        let selection = Selection::new(evidence, graph, scope);
        let gaps = distinct_gaps(evidence);
        let nodes = graph.nodes().filter(|(id, _)| selection.has(*id));
        let edges = graph.edges().iter().filter(|edge| selection.has_edge(edge));
        let mut spans: Vec<Span> = nodes.filter_map(|(_, node)| node.at()).collect();
        spans.extend(edges.filter_map(|edge| edge.at));
        spans.extend(gaps.iter().map(|gap| gap.at));
        let certificates = evidence
            .certs
            .iter()
            .map(|cert| (*cert.certificate.sha256(), cert.certificate.as_ref()));
        Self {
            evidence,
            graph,
            troubles,
            certificates: certificates.collect(),
            identities: Identities::new(evidence, graph),
            places: Places::resolve(tree, evidence, spans),
            selection,
            gaps,
        }
    }

    /// The nodes that are shown, in order.
    pub(super) fn nodes(&self) -> impl Iterator<Item = NodeId> {
        let ids = self.graph.nodes().map(|(id, _)| id);
        ids.filter(|id| self.selection.has(*id))
    }

    /// The edges that are shown, in order.
    pub(super) fn edges(&self) -> impl Iterator<Item = &'a Edge> {
        let edges = self.graph.edges().iter();
        edges.filter(|edge| self.selection.has_edge(edge))
    }

    /// The certificate of a node that is one.
    pub(super) fn certificate(&self, sha256: &[u8; 32]) -> Option<&'a Certificate> {
        self.certificates.get(sha256).copied()
    }

    /// The certificates that stand in a node, in order of place.
    pub(super) fn held(&self, id: NodeId) -> Vec<&'a Certificate> {
        let holds = |edge: &&Edge| edge.flow == Flow::StandsIn;
        let mut edges: Vec<&Edge> = self.graph.edges_into(id).filter(holds).collect();
        edges.sort_by_key(|edge| edge.at);
        let certificate = |edge: &Edge| match self.graph.node(edge.from) {
            ca_audit::trust_graph::Node::Certificate(sha256) => self.certificate(sha256),
            _ => None,
        };
        edges.into_iter().filter_map(certificate).collect()
    }

    /// Whether Puppet's next run changes the content of the file.
    pub(super) fn changes_at_next_run(&self, edge: &Edge) -> bool {
        let keys = |id| -> std::collections::BTreeSet<[u8; 32]> {
            let held = self.held(id);
            held.iter()
                .map(|certificate| *certificate.sha256())
                .collect()
        };
        edge.flow == Flow::NextRunCopies && keys(edge.from) != keys(edge.to)
    }

    /// The name of a node for programs.
    pub(super) fn identity(&self, id: NodeId) -> &str {
        self.identities.of(id)
    }

    /// What could not be seen anywhere in the project.
    pub(super) fn gaps(&self) -> &[&'a Gap] {
        &self.gaps
    }

    pub(super) fn locate(&self) -> Locate<'_> {
        Locate {
            evidence: self.evidence,
            places: &self.places,
        }
    }
}

/// Characters of a condition that are shown.
const CONDITION: usize = 80;

/// The conditions of an edge in words; empty where there are none.
pub(super) fn conditions(edge: &Edge) -> String {
    let words = edge.when.iter().map(|condition| {
        let text = condition.to_string();
        let words: Vec<&str> = text.split_whitespace().collect();
        names::cut(&words.join(" "), CONDITION)
    });
    words.collect::<Vec<String>>().join(" and ")
}
