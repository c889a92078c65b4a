//! The two answers that come first: what to change, and what not to.

use super::Why;
use crate::asked_place::Match;
use crate::certificate_words::all_certificates;
use crate::report::prose::listed;
use ca_audit::trust_graph::{Edge, Flow, Lasting, Node, NodeId};
use std::collections::BTreeSet;

/// Places that are named in one sentence.
const NAMED: usize = 6;

impl Why<'_> {
    /// Where content would have to be changed; of a certificate, each place
    /// where it stands by itself.
    pub(super) fn lasting(&self, found: &Match) -> Lasting {
        let graph = self.chart.graph;
        let places = self.places_of_certificates(found);
        if places.is_empty() {
            return graph.lasting(&self.content_nodes(found));
        }
        let lasts = |id: &NodeId| graph.lasting(&[*id]).change == [*id];
        let (change, futile) = places.into_iter().partition(lasts);
        Lasting { change, futile }
    }

    /// What to change, one sentence for each kind of place.
    pub(super) fn change(&self, found: &Match, lasting: &Lasting) -> Vec<String> {
        let is_each = !self.places_of_certificates(found).is_empty();
        let named = |ids: &[NodeId]| {
            if is_each {
                self.named(ids, "and")
            } else {
                self.alternatives(ids)
            }
        };
        let mut sentences = Vec::new();
        let is_ring = lasting.change.is_empty() && !lasting.futile.is_empty();
        if is_ring && !is_each {
            sentences.push("the resources: these files are only copied from each other".into());
        }
        let of = |wanted: &dyn Fn(&Node) -> bool| -> Vec<NodeId> {
            let all = lasting.change.iter().copied();
            all.filter(|id| wanted(self.chart.graph.node(*id)))
                .collect()
        };
        let in_repository =
            of(&|node| matches!(node, Node::RepositoryFile(_) | Node::RepositoryText { .. }));
        if !in_repository.is_empty() {
            let names = named(&in_repository);
            sentences.push(format!("{names}, in this repository"));
        }
        let on_hosts = of(&|node| matches!(node, Node::HostPath(_) | Node::HostFile { .. }));
        if !on_hosts.is_empty() {
            let (names, it) = (named(&on_hosts), pronoun(&on_hosts));
            let whose = self.whose(&on_hosts);
            let there = self.there(&on_hosts);
            sentences.push(format!(
                "{names}{whose}: nothing here writes {it}, so a change there lasts{there}"
            ));
        }
        let resources = of(&|node| matches!(node, Node::Resource { .. }));
        if !resources.is_empty() {
            sentences.push(format!("the resource {}", named(&resources)));
        }
        let outside = of(&|node| matches!(node, Node::Outside(_)));
        if !outside.is_empty() {
            let names = named(&outside);
            sentences.push(format!("what stands behind {names}"));
        }
        let unknown = of(&|node| matches!(node, Node::Unknown { .. }));
        if !unknown.is_empty() {
            let names = named(&unknown);
            sentences.push(format!("whatever it comes from: that depends on {names}"));
        }
        sentences
    }

    /// Paths are of every host; files name theirs.
    fn whose(&self, ids: &[NodeId]) -> &'static str {
        let is_path = |id: &NodeId| matches!(self.chart.graph.node(*id), Node::HostPath(_));
        if ids.iter().all(is_path) {
            " of the host itself"
        } else {
            ""
        }
    }

    /// Which of several paths the hosts in the tree have.
    fn there(&self, ids: &[NodeId]) -> String {
        let mut hosts: Vec<String> = Vec::new();
        for id in ids.iter().filter(|_| ids.len() > 1) {
            let files = self
                .shown_out_of(*id)
                .filter(|edge| edge.flow == Flow::OnHost);
            let copied = |edge: &&Edge| {
                let mut onward = self.shown_out_of(edge.to);
                onward.any(|edge| edge.flow == Flow::NextRunCopies)
            };
            hosts.extend(files.filter(copied).map(|edge| self.chart.name(edge.to)));
        }
        match hosts.as_slice() {
            [] => String::new(),
            [one] => format!("; at hand is {one}"),
            [one, rest @ ..] => format!("; at hand are {one} and {} more", rest.len()),
        }
    }

    /// What is not worth changing, with how long a change there lasts.
    pub(super) fn futile(&self, lasting: &Lasting) -> Vec<String> {
        let mut groups: Vec<(&str, Vec<NodeId>)> = Vec::new();
        let paths: Vec<&Node> = lasting
            .futile
            .iter()
            .map(|id| self.chart.graph.node(*id))
            .collect();
        for id in &lasting.futile {
            // The path stands for the file that it is on each host.
            if let Node::HostFile { path, .. } = self.chart.graph.node(*id)
                && paths.contains(&&Node::HostPath(path.clone()))
            {
                continue;
            }
            let until = self.until(*id);
            match groups.iter_mut().find(|(known, _)| *known == until) {
                Some((_, ids)) => ids.push(*id),
                None => groups.push((until, vec![*id])),
            }
        }
        let sentence = |(until, ids): &(&str, Vec<NodeId>)| {
            format!(
                "{}: a change there lasts until {until}",
                self.named(ids, "and")
            )
        };
        groups.iter().map(sentence).collect()
    }

    /// On which hosts Puppet's next run changes what stands there now.
    pub(super) fn reverts(&self, found: &Match) -> Vec<String> {
        let mut of: Vec<NodeId> = self.content_nodes(found);
        of.extend(self.places_of_certificates(found));
        for id in &found.nodes {
            let on_hosts = self
                .shown_out_of(*id)
                .filter(|edge| edge.flow == Flow::OnHost);
            of.extend(on_hosts.map(|edge| edge.to));
        }
        let of: BTreeSet<NodeId> = of.into_iter().collect();
        let edges = of.iter().flat_map(|id| self.shown_into(*id));
        let edges = edges.filter(|edge| self.chart.changes_at_next_run(edge));
        edges
            .map(|edge| {
                format!(
                    "Puppet's next run replaces {} in {} by {} from {}",
                    all_certificates(&self.chart.held(edge.to)),
                    self.chart.name(edge.to),
                    all_certificates(&self.chart.held(edge.from)),
                    self.chart.bare_name(edge.from),
                )
            })
            .collect()
    }

    /// What stands in a file, in words.
    pub(super) fn holds(&self, id: NodeId) -> Option<String> {
        let node = self.chart.graph.node(id);
        let is_place = matches!(
            node,
            Node::HostFile { .. } | Node::RepositoryFile(_) | Node::RepositoryText { .. }
        );
        let held = self.chart.held(id);
        (is_place && !held.is_empty()).then(|| format!("holds {}", all_certificates(&held)))
    }

    /// That a change to a node lasts, in words that fit it.
    pub(super) fn lasts(&self, id: NodeId) -> &'static str {
        match self.chart.graph.node(id) {
            Node::HostPath(_) | Node::HostFile { .. } => {
                "nothing here writes it: a change there lasts"
            }
            _ => "in this repository: a change here lasts",
        }
    }

    /// How long a change to a node lasts.
    fn until(&self, id: NodeId) -> &'static str {
        let by_system = |flow: Flow| matches!(flow, Flow::JoinsRoots | Flow::SystemLink);
        let mut flows = self.shown_into(id).map(|edge| edge.flow);
        if flows.any(by_system) {
            return "the host next makes its trust store anew (update-ca-certificates, update-ca-trust)";
        }
        "Puppet's next run"
    }

    fn alternatives(&self, ids: &[NodeId]) -> String {
        let names = self.named(ids, "or");
        if ids.len() > 1 {
            return format!("one of {names}");
        }
        names
    }

    fn named(&self, ids: &[NodeId], last: &str) -> String {
        let mut names: Vec<String> = Vec::new();
        for id in ids {
            let name = match (self.chart.graph.node(*id), self.chart.place(*id)) {
                (Node::RepositoryText { .. } | Node::Resource { .. }, Some(place)) => {
                    format!("{} ({place})", self.chart.bare_name(*id))
                }
                _ => self.chart.name(*id),
            };
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let more = names.len().saturating_sub(NAMED);
        names.truncate(NAMED);
        if more > 0 {
            names.push(format!("{more} more"));
        }
        match (last, names.as_slice()) {
            ("or", [most @ .., last]) if !most.is_empty() => {
                format!("{} or {last}", most.join(", "))
            }
            _ => listed(&names),
        }
    }
}

fn pronoun(ids: &[NodeId]) -> &'static str {
    if ids.len() == 1 { "it" } else { "them" }
}
