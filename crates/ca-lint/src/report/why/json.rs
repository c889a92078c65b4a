//! `why` for other programs; fields change as in the form for findings.

use super::Why;
use crate::report::SCHEMA_VERSION;
use crate::report::graph::{EdgeEntry, NodeEntry, edge_entries, node_entries};
use crate::report::json::{GapEntry, Tool, document, gaps};
use ca_audit::trust_graph::NodeId;
use serde::Serialize;

/// The report of `why --format json`.
pub fn json(why: &Why) -> String {
    let chart = &why.chart;
    let identities = |ids: &[NodeId]| ids.iter().map(|id| chart.identity(*id)).collect();
    let entry = |found| {
        let lasting = why.lasting(found);
        MatchEntry {
            name: &found.title,
            nodes: identities(&found.nodes),
            change: identities(&lasting.change),
            futile: identities(&lasting.futile),
        }
    };
    document(&Document {
        schema_version: SCHEMA_VERSION,
        tool: Tool::THIS,
        asked: &why.asked,
        matches: why.matches.iter().map(entry).collect(),
        nodes: node_entries(chart),
        edges: edge_entries(chart),
        gaps: gaps(&chart.locate(), chart.gaps()),
    })
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    asked: &'a str,
    matches: Vec<MatchEntry<'a>>,
    nodes: Vec<NodeEntry<'a>>,
    edges: Vec<EdgeEntry<'a>>,
    gaps: Vec<GapEntry<'a>>,
}

/// Something that was meant; everything of it by its nodes.
#[derive(Serialize)]
struct MatchEntry<'a> {
    name: &'a str,
    nodes: Vec<&'a str>,
    /// Where a change lasts.
    change: Vec<&'a str>,
    /// Where a change is lost again.
    futile: Vec<&'a str>,
}
