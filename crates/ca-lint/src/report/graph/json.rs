//! The graph for other programs; fields change as in the form for findings.

use super::identity::kind;
use super::{Chart, Flow, NodeId};
use crate::report::SCHEMA_VERSION;
use crate::report::json::{GapEntry, Location, Tool, document, gaps};
use ca_audit::certificate::fingerprint::hex;
use ca_audit::trust_graph::{Edge, Node, Proof};
use serde::Serialize;

/// The report of `graph --format json`.
pub fn json(chart: &Chart) -> String {
    let locate = chart.locate();
    document(&Document {
        schema_version: SCHEMA_VERSION,
        tool: Tool::THIS,
        nodes: node_entries(chart),
        edges: edge_entries(chart),
        left_out: LeftOut {
            too_many: chart.selection.cut,
            aside: chart.selection.aside,
            bundled: chart.selection.bundled,
        },
        gaps: gaps(&locate, &chart.gaps),
    })
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    nodes: Vec<NodeEntry<'a>>,
    edges: Vec<EdgeEntry<'a>>,
    left_out: LeftOut,
    gaps: Vec<GapEntry<'a>>,
}

/// How many nodes are not listed, and why.
#[derive(Serialize)]
struct LeftOut {
    too_many: usize,
    aside: usize,
    bundled: usize,
}

/// A node.
#[derive(Serialize)]
pub(in crate::report) struct NodeEntry<'a> {
    id: &'a str,
    kind: &'static str,
    /// What people call it.
    name: String,
    host: Option<&'a str>,
    /// The path on the host of what is a path there.
    host_path: Option<&'a str>,
    /// SHA-256 of the certificate that it is.
    certificate: Option<String>,
    /// Why it cannot be seen, where that is so.
    reason: Option<&'static str>,
    location: Option<Location<'a>>,
    findings: Vec<FindingEntry<'a>>,
}

#[derive(Serialize)]
struct FindingEntry<'a> {
    rule: &'static str,
    severity: &'static str,
    message: &'a str,
}

/// An edge.
#[derive(Serialize)]
pub(in crate::report) struct EdgeEntry<'a> {
    from: &'a str,
    to: &'a str,
    flow: &'static str,
    /// What a program trusts it for: only of `read-by` and `trusted-by-default`.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    /// Whether it changes what stands at its end: only of `next-run-copies`.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<bool>,
    location: Option<Location<'a>>,
    /// All of these hold together.
    when: Vec<String>,
    /// The statements on the way.
    via: Vec<&'a str>,
}

/// The nodes that a chart shows.
pub(in crate::report) fn node_entries<'a>(chart: &'a Chart) -> Vec<NodeEntry<'a>> {
    chart.nodes().map(|id| node_entry(chart, id)).collect()
}

/// The edges that a chart shows.
pub(in crate::report) fn edge_entries<'a>(chart: &'a Chart) -> Vec<EdgeEntry<'a>> {
    chart.edges().map(|edge| edge_entry(chart, edge)).collect()
}

fn node_entry<'a>(chart: &'a Chart, id: NodeId) -> NodeEntry<'a> {
    let node = chart.graph.node(id);
    let findings = chart.troubles.of(id).iter().map(|trouble| FindingEntry {
        rule: trouble.rule,
        severity: trouble.severity.name(),
        message: &trouble.message,
    });
    NodeEntry {
        id: chart.identity(id),
        kind: kind(node),
        name: chart.bare_name(id),
        host: node.host().map(|host| chart.host(host)),
        host_path: match node {
            Node::HostPath(path) | Node::HostFile { path, .. } => Some(path),
            _ => None,
        },
        certificate: match node {
            Node::Certificate(sha256) => Some(hex(sha256)),
            _ => None,
        },
        reason: match node {
            Node::Unknown { reason, .. } => Some(reason.name()),
            _ => None,
        },
        location: node.at().map(|at| chart.locate().location(at)),
        findings: findings.collect(),
    }
}

fn edge_entry<'a>(chart: &'a Chart, edge: &'a Edge) -> EdgeEntry<'a> {
    EdgeEntry {
        from: chart.identity(edge.from),
        to: chart.identity(edge.to),
        flow: flow(edge.flow),
        role: match edge.flow {
            Flow::ReadBy(role) | Flow::TrustedByDefault(role) => Some(role.noun()),
            _ => None,
        },
        changes: (edge.flow == Flow::NextRunCopies).then(|| chart.changes_at_next_run(edge)),
        location: edge.at.map(|at| chart.locate().location(at)),
        when: edge.when.iter().map(ToString::to_string).collect(),
        via: edge.via.iter().map(|id| chart.identity(*id)).collect(),
    }
}

fn flow(flow: Flow) -> &'static str {
    match flow {
        Flow::StandsIn => "stands-in",
        Flow::Signed(Proof::Key) => "signed",
        Flow::Signed(Proof::Unchecked) => "signed-unchecked",
        Flow::Signed(Proof::NameOnly) => "has-name-of-issuer",
        Flow::CopiedBy => "copied-by",
        Flow::ContentOf => "content-of",
        Flow::LinkedBy => "linked-by",
        Flow::Decides => "decides",
        Flow::Declares => "declares",
        Flow::Writes => "writes",
        Flow::Removes => "removes",
        Flow::Keeps => "keeps",
        Flow::OnHost => "on-host",
        Flow::NextRunCopies => "next-run-copies",
        Flow::JoinsRoots => "joins-roots",
        Flow::SystemLink => "system-link",
        Flow::ReadBy(_) => "read-by",
        Flow::TrustedByDefault(_) => "trusted-by-default",
        Flow::TrustedIn => "trusted-in",
        Flow::IssuesFor => "issues-for",
        _ => "other",
    }
}
