//! Everything known of one place: who writes it, from where, and whom it
//! concerns.

mod answer;
mod human;
mod json;
mod phrases;
mod tree;

pub use human::{Layout, concise, human};
pub use json::json;

use super::graph::Chart;
use crate::asked_place::Match;
use ca_audit::trust_graph::{Edge, Flow, Node, NodeId};

/// What was found of a place that was asked for.
pub struct Why<'a> {
    /// The part of the graph around it.
    pub chart: Chart<'a>,
    /// As it was asked for.
    pub asked: String,
    /// What may be meant by it.
    pub matches: Vec<Match>,
}

impl Why<'_> {
    /// The nodes with the content that a user would change.
    fn content_nodes(&self, found: &Match) -> Vec<NodeId> {
        // Several resources of one file have several contents, and no answer
        // fits them all.
        let is_single = found.nodes.len() == 1;
        let has_content = |id: &NodeId| match self.chart.graph.node(*id) {
            Node::HostPath(_)
            | Node::HostFile { .. }
            | Node::RepositoryFile(_)
            | Node::SystemRoots => true,
            Node::RepositoryText { .. } | Node::Resource { .. } => is_single,
            _ => false,
        };
        found.nodes.iter().copied().filter(has_content).collect()
    }

    /// Where the certificates of a match stand.
    fn places_of_certificates(&self, found: &Match) -> Vec<NodeId> {
        let nodes = found.nodes.iter();
        let edges = nodes.flat_map(|id| self.shown_out_of(*id));
        edges
            .filter(|edge| edge.flow == Flow::StandsIn)
            .map(|edge| edge.to)
            .collect()
    }

    fn shown_into(&self, id: NodeId) -> impl Iterator<Item = &Edge> {
        let edges = self.chart.graph.edges_into(id);
        edges.filter(|edge| self.chart.selection.has(edge.from))
    }

    fn shown_out_of(&self, id: NodeId) -> impl Iterator<Item = &Edge> {
        let edges = self.chart.graph.edges_out_of(id);
        edges.filter(|edge| self.chart.selection.has(edge.to))
    }
}
