//! The graph as SVG: boxes in columns by kind, arrows between them.

mod layout;

use super::graph::how;
use crate::finding::Severity;
use crate::report::graph::{Chart, conditions};
use ca_audit::trust_graph::{Edge, Flow, Node, NodeId};
use layout::{Layout, Line, Placed, Size};
use maud::{Markup, html as markup};
use std::collections::BTreeMap;

/// All lengths are pixels.
const LINE_HEIGHT: i64 = 15;
/// Of a letter, with some to spare for wide ones.
const LETTER: i64 = 7;
const PADDING: i64 = 8;
/// Room for the names of the columns.
const HEADING: i64 = 28;
/// Letters of a line; the tooltip has the rest.
const LINE: usize = 40;

/// What the columns are called.
const COLUMNS: [&str; 8] = [
    "Signers",
    "Certificates",
    "Files and values",
    "Declared by",
    "Resources",
    "Paths on hosts",
    "Files of hosts",
    "Who trusts it",
];

/// The drawing.
pub(super) fn drawing(chart: &Chart) -> Markup {
    let ids: Vec<NodeId> = chart.nodes().collect();
    let labels: Vec<Vec<String>> = ids.iter().map(|id| label(chart, *id)).collect();
    let sizes = ids.iter().zip(&labels).map(|(id, lines)| Size {
        column: column(chart, *id),
        width: 2 * PADDING + LETTER * lines.iter().map(|line| letters(line)).max().unwrap_or(0),
        height: 2 * PADDING + LINE_HEIGHT * lines.len() as i64,
    });
    let numbers: BTreeMap<NodeId, usize> = ids.iter().copied().zip(0..).collect();
    let edges: Vec<&Edge> = chart.edges().collect();
    let lines = edges.iter().map(|edge| Line {
        from: numbers[&edge.from],
        to: numbers[&edge.to],
    });
    let layout = Layout::new(sizes.collect(), &lines.collect::<Vec<Line>>());
    let height = layout.height + HEADING;
    markup! {
        svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="drawing-title drawing-words"
            width=(layout.width) height=(height) viewBox={ "0 0 " (layout.width) " " (height) } {
            title #drawing-title { "Who trusts what" }
            desc #drawing-words {
                (ids.len()) " boxes and " (edges.len()) " arrows; the table below tells each of them."
            }
            defs { @for kind in ["plain", "warning", "error"] { (arrow_head(kind)) } }
            @for (column, x) in &layout.columns {
                text.heading x=(x) y="16" { (COLUMNS[*column]) }
            }
            g transform={ "translate(0 " (HEADING) ")" } {
                @for (edge, curve) in edges.iter().zip(layout.curves()) {
                    (arrow(chart, edge, &curve))
                }
                @for ((id, lines), at) in ids.iter().zip(&labels).zip(layout.boxes()) {
                    (node(chart, *id, lines, at))
                }
            }
        }
    }
}

fn letters(line: &str) -> i64 {
    line.chars().count() as i64
}

fn label(chart: &Chart, id: NodeId) -> Vec<String> {
    let cut = |line: String| match line.char_indices().nth(LINE) {
        None => line,
        Some((at, _)) => format!("{}…", &line[..at]),
    };
    chart.label(id).into_iter().map(cut).collect()
}

/// The column of a node, by what it is.
fn column(chart: &Chart, id: NodeId) -> usize {
    let signs = |edge: &Edge| matches!(edge.flow, Flow::Signed(_)) && edge.to != id;
    match chart.graph.node(id) {
        Node::Certificate(_) if chart.graph.edges_out_of(id).any(signs) => 0,
        Node::Certificate(_) => 1,
        Node::Declaration { .. } => 3,
        Node::Resource { .. } => 4,
        Node::HostPath(_) => 5,
        Node::HostFile { .. } | Node::SystemRoots => 6,
        Node::Program { .. } | Node::Realm(_) => 7,
        _ => 2,
    }
}

fn arrow_head(kind: &str) -> Markup {
    markup! {
        marker id={ "head-" (kind) } class={ "head " (kind) } viewBox="0 0 8 8" refX="8" refY="4"
            markerWidth="7" markerHeight="7" orient="auto" {
            path d="M0 0 8 4 0 8z" {}
        }
    }
}

fn arrow(chart: &Chart, edge: &Edge, curve: &str) -> Markup {
    let kind = kind(chart.edge_trouble(edge));
    let when = conditions(edge);
    let line = if when.is_empty() { "" } else { " dashed" };
    markup! {
        path class={ "arrow " (kind) (line) } d=(curve) marker-end={ "url(#head-" (kind) ")" } {
            title {
                (chart.name(edge.from)) " — " (how(chart, edge)) " → " (chart.name(edge.to))
                @if !when.is_empty() { ", if " (when) }
            }
        }
    }
}

fn node(chart: &Chart, id: NodeId, lines: &[String], at: &Placed) -> Markup {
    let shape = match chart.graph.node(id) {
        Node::Certificate(_) => "certificate",
        Node::Declaration { .. } | Node::Resource { .. } => "puppet",
        Node::Program { .. } | Node::Realm(_) => "program",
        Node::Unknown { .. } | Node::Outside(_) => "unseen",
        _ => "file",
    };
    markup! {
        g class={ "node " (shape) " " (kind(chart.troubles.worst(id))) }
            transform={ "translate(" (at.x) " " (at.y) ")" } {
            title { (chart.tooltip(id)) }
            rect width=(at.width) height=(at.height) rx="4" {}
            @for (line, y) in lines.iter().zip(1..) {
                text x=(PADDING) y=(PADDING + LINE_HEIGHT * y - 4) { (line) }
            }
        }
    }
}

fn kind(trouble: Option<Severity>) -> &'static str {
    match trouble {
        Some(Severity::Error) => "error",
        Some(Severity::Warning) => "warning",
        _ => "plain",
    }
}
