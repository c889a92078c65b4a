//! How one node hangs on another, in words, seen from either end.

use super::Why;
use ca_audit::facts::Role;
use ca_audit::trust_graph::{Edge, Flow, Node, Proof};

impl Why<'_> {
    /// What comes to a node, in words that follow its name.
    pub(super) fn comes(&self, edge: &Edge) -> String {
        let chart = &self.chart;
        let name = chart.name(edge.from);
        let from = chart.graph.node(edge.from);
        match (edge.flow, from) {
            (Flow::StandsIn, _) => format!("holds {name}"),
            (Flow::Signed(Proof::Key), _) => format!("signed by {name}"),
            (Flow::Signed(Proof::Unchecked), _) => {
                format!("signed by {name} as far as its name tells; that cannot be checked here")
            }
            (Flow::Signed(_), _) => {
                format!("names {name} as its issuer, but another key signed it")
            }
            (Flow::CopiedBy, Node::HostPath(_)) => format!("copied from {name} of the same host"),
            (Flow::CopiedBy, Node::Unknown { .. }) => {
                format!("copied from a source that depends on {name}")
            }
            (Flow::ContentOf, Node::Unknown { .. }) => format!("its content depends on {name}"),
            (Flow::CopiedBy, _) => format!("copied from {name}"),
            (Flow::ContentOf, _) => format!("its content is {name}"),
            (Flow::LinkedBy, _) => format!("a link to {name}"),
            (Flow::Decides, _) => format!("decided by {name}"),
            (Flow::Declares, _) => format!("declared by {name}"),
            (Flow::Writes, _) => format!("written by {name}"),
            (Flow::Removes, _) => format!("removed by {name}"),
            (Flow::Keeps, _) => format!("{name} looks after its owner and mode, not its content"),
            (Flow::OnHost, Node::Program { .. }) => format!("set by the template of {name}"),
            (Flow::OnHost, _) => format!("is {name} there"),
            (Flow::NextRunCopies, _) if chart.changes_at_next_run(edge) => {
                format!("Puppet's next run there replaces it by what is in {name}")
            }
            (Flow::NextRunCopies, _) => format!("Puppet copies it there from {name}"),
            (Flow::JoinsRoots, _) => {
                format!("made by the host's own tools, among others from {name}")
            }
            (Flow::SystemLink, _) => format!("linked by the host's own tools to {name}"),
            (Flow::ReadBy(role), _) => format!("names {name} as its {}", trusted_as(role)),
            (Flow::TrustedByDefault(_), _) => format!("names no CA for etcd, so it trusts {name}"),
            (Flow::TrustedIn, _) => format!("trusted in it: {name}"),
            (Flow::IssuesFor, _) => format!("its authority signs with {name}"),
            _ => name,
        }
    }

    /// Where a node goes, in words that follow its name.
    pub(super) fn goes(&self, edge: &Edge) -> String {
        let chart = &self.chart;
        let name = chart.name(edge.to);
        match edge.flow {
            Flow::StandsIn => format!("stands in {name}"),
            Flow::Signed(Proof::Key) => format!("signed {name}"),
            Flow::Signed(Proof::Unchecked) => {
                format!("signed {name} as far as its name tells; that cannot be checked here")
            }
            Flow::Signed(_) => {
                format!("named as the issuer by {name}, which another key signed")
            }
            Flow::CopiedBy => format!("copied by {name}"),
            Flow::ContentOf => format!("the content of {name}"),
            Flow::LinkedBy => format!("linked by {name}"),
            Flow::Decides => format!("decides {name}"),
            Flow::Declares => format!("declares {name}"),
            Flow::Writes => format!("writes {name}"),
            Flow::Removes => format!("removes {name}"),
            Flow::Keeps => format!("looks after owner and mode of {name}, not its content"),
            Flow::OnHost => format!("is {name}"),
            Flow::NextRunCopies if chart.changes_at_next_run(edge) => {
                format!("Puppet's next run copies it over {name}")
            }
            Flow::NextRunCopies => format!("Puppet copies it to {name}"),
            Flow::JoinsRoots => format!("becomes part of {name}"),
            Flow::SystemLink => format!("the host's own tools link {name} to it"),
            Flow::ReadBy(role) => format!(
                "trusted by {name}, which names it as its {}",
                trusted_as(role)
            ),
            Flow::TrustedByDefault(_) => {
                format!("trusted by {name}, which names no CA for etcd")
            }
            Flow::TrustedIn => format!("trusted by the Puppet agent there, in {name}"),
            Flow::IssuesFor => format!("signs for {name}"),
            _ => name,
        }
    }
}

fn trusted_as(role: Role) -> &'static str {
    match role {
        Role::EtcdClient => "CA for etcd",
        other => other.noun(),
    }
}
