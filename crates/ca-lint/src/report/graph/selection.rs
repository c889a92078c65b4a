//! Which part of the graph is shown.

use ca_audit::Evidence;
use ca_audit::place::FileId;
use ca_audit::trust_graph::{Edge, Flow, Node, NodeId, TrustGraph};
use std::collections::{BTreeSet, VecDeque};

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Only what these hang on and whom they concern; everything that has to do
    /// with CAs where this is not given.
    pub about: Option<Vec<NodeId>>,
    /// Also tests, examples, documentation and vendored copies.
    pub asides: bool,
    /// No more nodes than these.
    pub most: usize,
}

/// The nodes that are shown.
#[derive(Debug)]
pub(in crate::report) struct Selection {
    is_shown: Vec<bool>,
    /// How many are left out because there are too many.
    pub(super) cut: usize,
    /// How many are left out because of where they stand.
    pub(super) aside: usize,
    /// How many public CAs of large bundles are left out.
    pub(super) bundled: usize,
}

/// A file with so many certificates is a bundle of public CAs; those that stand
/// nowhere else would hide everything else.
const BULK: usize = 16;

impl Selection {
    pub(super) fn new(evidence: &Evidence, graph: &TrustGraph, scope: &Scope) -> Self {
        let chooser = Chooser { evidence, graph };
        let seeds = match &scope.about {
            Some(about) => about.clone(),
            None => chooser.seeds(),
        };
        let (up, down) = (graph.upstream(&seeds), graph.downstream(&seeds));
        let mut selection = Self {
            is_shown: up
                .iter()
                .zip(&down)
                .map(|(up, down)| *up || *down)
                .collect(),
            cut: 0,
            aside: 0,
            bundled: 0,
        };
        selection.add_other_sides(graph);
        selection.drop_asides(&chooser, scope, &seeds);
        selection.drop_bundled(&chooser, &seeds);
        selection.drop_unconnected(graph, &seeds);
        selection.cut_to(graph, scope.most, &seeds);
        selection
    }

    pub(in crate::report) fn has(&self, id: NodeId) -> bool {
        self.is_shown[id.0 as usize]
    }

    pub(in crate::report) fn has_edge(&self, edge: &Edge) -> bool {
        self.has(edge.from) && self.has(edge.to)
    }

    /// A realm has its meaning from all that are trusted in it.
    fn add_other_sides(&mut self, graph: &TrustGraph) {
        let realms: Vec<NodeId> = graph
            .nodes()
            .filter(|(id, node)| matches!(node, Node::Realm(_)) && self.has(*id))
            .map(|(id, _)| id)
            .collect();
        let shown = graph.upstream(&realms);
        for (is_shown, more) in self.is_shown.iter_mut().zip(shown) {
            *is_shown |= more;
        }
    }

    fn drop_asides(&mut self, chooser: &Chooser, scope: &Scope, seeds: &[NodeId]) {
        for (id, node) in chooser.graph.nodes() {
            let file = node.at().map(|at| at.file);
            let is_aside = file.is_some_and(|file| {
                (!scope.asides && chooser.evidence.is_aside(file)) || chooser.evidence.is_past(file)
            });
            if is_aside && self.has(id) && !(scope.about.is_some() && seeds.contains(&id)) {
                self.is_shown[id.0 as usize] = false;
                self.aside += 1;
            }
        }
    }

    /// A public CA that stands in bundles only.
    fn drop_bundled(&mut self, chooser: &Chooser, seeds: &[NodeId]) {
        for (id, node) in chooser.graph.nodes() {
            if !matches!(node, Node::Certificate(_)) || !self.has(id) || seeds.contains(&id) {
                continue;
            }
            let mut places = chooser
                .graph
                .edges_out_of(id)
                .filter(|edge| edge.flow == Flow::StandsIn);
            if places.all(|edge| chooser.is_bulk(edge.to)) {
                self.is_shown[id.0 as usize] = false;
                self.bundled += 1;
            }
        }
    }

    /// What is left of something that was dropped: nothing comes to it, and
    /// nothing goes out from it.
    fn drop_unconnected(&mut self, graph: &TrustGraph, seeds: &[NodeId]) {
        for (id, node) in graph.nodes() {
            let is_connected = graph
                .edges_into(id)
                .chain(graph.edges_out_of(id))
                .any(|edge| self.has_edge(edge));
            let may_stand_alone = matches!(node, Node::HostFile { .. }) || seeds.contains(&id);
            if self.has(id) && !is_connected && !may_stand_alone {
                self.is_shown[id.0 as usize] = false;
            }
        }
    }

    /// Keeps what is nearest to what was asked for.
    fn cut_to(&mut self, graph: &TrustGraph, most: usize, seeds: &[NodeId]) {
        let mut kept = BTreeSet::new();
        let mut left: VecDeque<NodeId> = seeds.iter().copied().filter(|id| self.has(*id)).collect();
        while let Some(id) = left.pop_front() {
            if kept.len() >= most || !kept.insert(id) {
                continue;
            }
            let near = graph.edges_into(id).map(|edge| edge.from);
            let near = near.chain(graph.edges_out_of(id).map(|edge| edge.to));
            left.extend(near.filter(|near| self.has(*near) && !kept.contains(near)));
        }
        for (index, is_shown) in self.is_shown.iter_mut().enumerate() {
            if *is_shown && !kept.contains(&NodeId(index as u32)) {
                *is_shown = false;
                self.cut += 1;
            }
        }
    }
}

struct Chooser<'a> {
    evidence: &'a Evidence,
    graph: &'a TrustGraph,
}

impl Chooser<'_> {
    /// Everything that has to do with CAs by itself, what matters most first.
    fn seeds(&self) -> Vec<NodeId> {
        let mut seeds: Vec<NodeId> = self.of_kind(|node| {
            matches!(
                node,
                Node::Program { .. } | Node::Realm(_) | Node::SystemRoots
            )
        });
        for managed in self.evidence.managed_cas() {
            let resource = Node::Resource {
                title: managed.write.resource.clone(),
                at: managed.write.at,
                declared_at: managed.write.declared_at(),
            };
            seeds.extend(self.graph.find(&resource));
        }
        for (certificate, _) in self.evidence.inventory() {
            if certificate.is_ca() != Some(false) {
                seeds.extend(self.graph.find(&Node::Certificate(*certificate.sha256())));
            }
        }
        let mut seen = BTreeSet::new();
        seeds.retain(|id| seen.insert(*id));
        seeds
    }

    fn of_kind(&self, wanted: impl Fn(&Node) -> bool) -> Vec<NodeId> {
        let nodes = self.graph.nodes().filter(|(_, node)| wanted(node));
        nodes.map(|(id, _)| id).collect()
    }

    fn is_bulk(&self, id: NodeId) -> bool {
        let file: Option<FileId> = self.graph.node(id).at().map(|at| at.file);
        file.is_some_and(|file| self.evidence.certs_in(file).len() >= BULK)
    }
}
