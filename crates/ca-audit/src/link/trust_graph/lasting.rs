//! Where a change lasts: against the arrows of content, to what nobody writes.

use super::{Edge, Flow, Node, NodeId, TrustGraph};
use std::collections::BTreeSet;

/// Where content would have to be changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lasting {
    /// Nothing that can be seen writes these: a change to one of them lasts.
    pub change: Vec<NodeId>,
    /// These are written from others: a change to one of them is lost again.
    pub futile: Vec<NodeId>,
}

impl TrustGraph {
    /// Where the content of these nodes would have to be changed so that the
    /// change lasts, in the order in which it was found.
    pub fn lasting(&self, of: &[NodeId]) -> Lasting {
        let mut lasting = Lasting::default();
        let mut seen = BTreeSet::new();
        let mut left: Vec<NodeId> = of.iter().rev().copied().collect();
        while let Some(id) = left.pop() {
            if !seen.insert(id) {
                continue;
            }
            let sources: Vec<NodeId> = self.sources(id);
            let is_content = !matches!(self.node(id), Node::Resource { .. });
            match (sources.is_empty(), is_content) {
                (true, _) => lasting.change.push(id),
                (false, true) => lasting.futile.push(id),
                (false, false) => {}
            }
            left.extend(sources.into_iter().rev());
        }
        lasting
    }

    /// What the content of a node is made from.
    fn sources(&self, id: NodeId) -> Vec<NodeId> {
        let carries = |edge: &&Edge| match edge.flow {
            Flow::CopiedBy
            | Flow::ContentOf
            | Flow::LinkedBy
            | Flow::Writes
            | Flow::Removes
            | Flow::JoinsRoots
            | Flow::SystemLink => true,
            // A file on a host is its own source unless its own path is written;
            // what is written under another name is a link to it.
            Flow::OnHost => self.is_same_path(edge) && !self.sources(edge.from).is_empty(),
            _ => false,
        };
        self.edges_into(id)
            .filter(carries)
            .map(|edge| edge.from)
            .collect()
    }

    fn is_same_path(&self, edge: &Edge) -> bool {
        match (self.node(edge.from), self.node(edge.to)) {
            (Node::HostPath(path), Node::HostFile { path: own, .. }) => path == own,
            _ => false,
        }
    }
}
