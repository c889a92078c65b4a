//! The chain behind and before a place as an indented tree.

use super::Why;
use super::human::{Layout, Writer};
use crate::report::canvas::Ink;
use crate::report::graph::conditions;
use crate::report::human::Detail;
use crate::report::prose::counted;
use ca_audit::trust_graph::{Edge, Flow, Node, NodeId};
use std::collections::{BTreeMap, BTreeSet};

/// More branches than these are counted in a normal report.
const BRANCHES: usize = 6;
/// Steps that are followed; longer chains are not seen outside of tests.
const DEPTH: usize = 24;
/// Statements that are told of one value.
const STATEMENTS: usize = 4;

/// In which direction a tree is followed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Against the arrows.
    From,
    /// Along the arrows.
    To,
}

pub(super) struct Tree<'t, 'a> {
    why: &'t Why<'a>,
    way: Way,
    layout: Layout,
    /// The nodes that were told in full.
    told: BTreeSet<NodeId>,
    /// What the tree is about.
    roots: Vec<NodeId>,
}

impl<'t, 'a> Tree<'t, 'a> {
    pub(super) fn new(why: &'t Why<'a>, way: Way, layout: Layout) -> Self {
        Self {
            why,
            way,
            layout,
            told: BTreeSet::new(),
            roots: Vec::new(),
        }
    }

    /// Writes what hangs on `roots`; whether there was anything.
    pub(super) fn write(&mut self, roots: &[NodeId], writer: &mut Writer) -> bool {
        self.told.extend(roots);
        self.roots = roots.to_vec();
        let mut edges: Vec<&'t Edge> = Vec::new();
        for root in roots {
            edges.extend(self.branches(*root));
        }
        edges.sort_by_key(|edge| rank(edge.flow));
        let is_any = !edges.is_empty();
        self.branch_out(&edges, "", 0, writer);
        is_any
    }

    fn end(&self, edge: &Edge) -> NodeId {
        match self.way {
            Way::From => edge.from,
            Way::To => edge.to,
        }
    }

    /// The edges of a node that are told below it, what matters most first.
    fn branches(&self, id: NodeId) -> Vec<&'t Edge> {
        let why: &'t Why<'a> = self.why;
        let mut edges: Vec<&Edge> = match self.way {
            Way::From => why.shown_into(id).collect(),
            Way::To => why.shown_out_of(id).collect(),
        };
        let is_value = matches!(why.chart.graph.node(id), Node::Statement { .. });
        edges.retain(|edge| match edge.flow {
            // Told beside the value that it decides.
            Flow::Decides => is_value,
            // Told in the line of the file.
            Flow::StandsIn => self.way == Way::To,
            // Another name of the same file says nothing of its content, and
            // what the tree is about is at its top.
            Flow::OnHost => !self.is_link(edge) && !self.roots.contains(&self.end(edge)),
            _ => true,
        });
        edges.sort_by_key(|edge| rank(edge.flow));
        edges
    }

    /// Whether a name leads to a file of another name, seen from the file.
    fn is_link(&self, edge: &Edge) -> bool {
        let graph = self.why.chart.graph;
        match (self.way, graph.node(edge.from), graph.node(edge.to)) {
            (Way::From, Node::HostPath(name), Node::HostFile { path, .. }) => name != path,
            _ => false,
        }
    }

    fn branch_out(&mut self, edges: &[&'t Edge], indent: &str, depth: usize, writer: &mut Writer) {
        let limit = match self.layout.detail {
            Detail::Verbose => usize::MAX,
            Detail::Normal => BRANCHES,
        };
        let shown = edges.len().min(limit);
        for (index, edge) in edges.iter().take(shown).enumerate() {
            let is_last = index + 1 == edges.len();
            self.branch(edge, indent, is_last, depth, writer);
        }
        let rest = &edges[shown..];
        if !rest.is_empty() {
            let marks = writer.marks(indent, true);
            let words = format!("and {} (-v lists them)", counted_flows(rest, self.way));
            writer.entry(&marks, &words, None, Ink::Faint);
        }
    }

    fn branch(
        &mut self,
        edge: &'t Edge,
        indent: &str,
        is_last: bool,
        depth: usize,
        writer: &mut Writer,
    ) {
        let id = self.end(edge);
        let marks = writer.marks(indent, is_last);
        let words = match self.way {
            Way::From => self.why.comes(edge),
            Way::To => self.why.goes(edge),
        };
        let is_new = self.told.insert(id);
        let mut below = self.branches(id);
        let goes_on = match (is_new, depth < DEPTH) {
            _ if below.is_empty() => "",
            (false, _) => " (as told above)",
            (true, false) => " (the chain goes on)",
            (true, true) => "",
        };
        if !is_new || depth >= DEPTH {
            below.clear();
        }
        let words = words + goes_on;
        let place = self.why.chart.place(id);
        writer.entry(&marks, &words, place.as_deref(), Ink::Strong);
        let deeper = if below.is_empty() {
            format!("{}  ", marks.rest)
        } else {
            marks.rest.clone() + writer.bar()
        };
        self.notes(edge, id, &deeper, is_new, writer);
        self.branch_out(&below, &marks.rest, depth + 1, writer);
    }

    /// What is to be said of an edge and its end besides their names.
    fn notes(&self, edge: &Edge, id: NodeId, indent: &str, is_new: bool, writer: &mut Writer) {
        let chart = &self.why.chart;
        let when = conditions(edge);
        if !when.is_empty() {
            writer.note(indent, &format!("if {when}"), None);
        }
        if self.way == Way::From {
            for statement in edge.via.iter().rev().take(STATEMENTS) {
                if matches!(chart.graph.node(*statement), Node::Statement { .. }) {
                    let place = chart.place(*statement);
                    writer.note(indent, &chart.name(*statement), place.as_deref());
                }
            }
            if edge.via.len() > STATEMENTS {
                let more = counted(edge.via.len() - STATEMENTS, "more step");
                writer.note(indent, &more, None);
            }
        }
        if !is_new {
            return;
        }
        // Where the certificate itself leads, its name is there already.
        let is_said = edge.flow == Flow::StandsIn && chart.held(id).len() == 1;
        if let Some(holds) = self.why.holds(id).filter(|_| !is_said) {
            writer.note(indent, &holds, None);
        }
        if self.way == Way::From && self.is_end(id) {
            writer.note(indent, self.why.lasts(id), None);
        }
    }

    /// Whether content comes from here and nothing writes it.
    fn is_end(&self, id: NodeId) -> bool {
        let node = self.why.chart.graph.node(id);
        let is_content = matches!(
            node,
            Node::HostPath(_) | Node::RepositoryFile(_) | Node::RepositoryText { .. }
        );
        is_content && self.why.chart.graph.lasting(&[id]).change == [id]
    }
}

/// What is told first: content, then who asks for it, then signatures.
fn rank(flow: Flow) -> u8 {
    match flow {
        Flow::NextRunCopies => 0,
        Flow::Writes | Flow::Removes | Flow::CopiedBy | Flow::ContentOf | Flow::LinkedBy => 1,
        Flow::OnHost | Flow::JoinsRoots | Flow::SystemLink => 2,
        Flow::ReadBy(_) | Flow::TrustedByDefault(_) | Flow::StandsIn => 3,
        Flow::TrustedIn | Flow::IssuesFor | Flow::Keeps => 4,
        Flow::Signed(_) => 5,
        _ => 6,
    }
}

/// `3 more declarations and 2 more places`.
fn counted_flows(edges: &[&Edge], way: Way) -> String {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for edge in edges {
        let noun = match (edge.flow, way) {
            (Flow::Declares, _) => "more declaration",
            (Flow::Signed(_), _) => "more certificate",
            (Flow::Writes | Flow::Removes | Flow::Keeps, Way::From)
            | (Flow::CopiedBy | Flow::ContentOf, Way::To) => "more resource",
            (Flow::ReadBy(_) | Flow::TrustedByDefault(_), _) => "more program",
            _ => "more place",
        };
        *kinds.entry(noun).or_default() += 1;
    }
    let words: Vec<String> = kinds
        .iter()
        .map(|(noun, count)| counted(*count, noun))
        .collect();
    crate::report::prose::listed(&words)
}
