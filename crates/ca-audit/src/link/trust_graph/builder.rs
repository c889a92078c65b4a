//! Facts to nodes and edges.

use super::{Edge, Flow, Node, NodeId, TrustGraph};
use crate::evidence::Evidence;
use crate::place::{FileId, Span};
use crate::value::{Condition, Origin};
use std::collections::HashSet;

/// The graph of a project.
pub(super) fn build(evidence: &Evidence) -> TrustGraph {
    let mut builder = Builder {
        evidence,
        graph: TrustGraph::default(),
        known: HashSet::new(),
    };
    builder.writes();
    builder.programs();
    builder.agents();
    builder.certificates();
    builder.on_hosts();
    builder.system_roots();
    builder.finish()
}

pub(super) struct Builder<'e> {
    pub(super) evidence: &'e Evidence,
    pub(super) graph: TrustGraph,
    /// Edges that are there already, by all but their conditions.
    known: HashSet<(NodeId, NodeId, Flow, Option<Span>)>,
}

impl Builder<'_> {
    /// The node, made where it is new.
    pub(super) fn node(&mut self, node: Node) -> NodeId {
        if let Some(id) = self.graph.find(&node) {
            return id;
        }
        let id = NodeId(self.graph.nodes.len() as u32);
        self.graph.nodes.push(node.clone());
        self.graph.ids.insert(node, id);
        id
    }

    /// An edge that needs no more words.
    pub(super) fn edge(&mut self, from: NodeId, to: NodeId, flow: Flow, at: Option<Span>) {
        self.edge_when(from, to, flow, at, &[], Vec::new());
    }

    /// An edge; one that is there already stays as it is.
    pub(super) fn edge_when(
        &mut self,
        from: NodeId,
        to: NodeId,
        flow: Flow,
        at: Option<Span>,
        when: &[Condition],
        via: Vec<NodeId>,
    ) {
        // A resource that copies what it writes would be its own cause.
        if from == to || !self.known.insert((from, to, flow, at)) {
            return;
        }
        self.graph.edges.push(Edge {
            from,
            to,
            flow,
            at,
            when: when.to_vec(),
            via,
        });
    }

    /// The node of a file: of its host where it lies on one.
    pub(super) fn file(&mut self, file: FileId) -> NodeId {
        let node = self.host_file(file);
        self.node(node.unwrap_or(Node::RepositoryFile(file)))
    }

    /// A file as a file of its host.
    pub(super) fn host_file(&self, file: FileId) -> Option<Node> {
        let path = self.evidence.path(file);
        let mut hosts = self.evidence.hosts.iter().enumerate();
        let (host, path) = hosts.find_map(|(index, host)| Some((index, host.host_path(path)?)))?;
        // A tree that is a host's own root shows its paths without a slash.
        let path = smol_str::format_smolstr!("/{}", path.trim_start_matches('/'));
        Some(Node::HostFile { host, path, file })
    }

    /// The statements of a value's way, each deciding the next and the last one
    /// deciding `user`.
    pub(super) fn statements(&mut self, from: &[Origin], user: NodeId) -> Vec<NodeId> {
        let statement = |origin: &Origin| Node::Statement {
            at: origin.at,
            what: origin.what.as_ref().into(),
        };
        let mut via: Vec<NodeId> = Vec::new();
        for origin in from {
            let id = self.node(statement(origin));
            if !via.contains(&id) {
                via.push(id);
            }
        }
        for pair in via.windows(2) {
            self.edge(pair[0], pair[1], Flow::Decides, None);
        }
        if let Some(last) = via.last() {
            self.edge(*last, user, Flow::Decides, None);
        }
        via
    }

    fn finish(mut self) -> TrustGraph {
        let graph = &mut self.graph;
        graph.into = vec![Vec::new(); graph.nodes.len()];
        graph.out_of = vec![Vec::new(); graph.nodes.len()];
        for (index, edge) in graph.edges.iter().enumerate() {
            graph.into[edge.to.0 as usize].push(index);
            graph.out_of[edge.from.0 as usize].push(index);
        }
        self.graph
    }
}
