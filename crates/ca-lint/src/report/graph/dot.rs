//! The graph for Graphviz: `ca-lint graph | dot -Tsvg > trust.svg`.
//!
//! (The DOT language, <https://graphviz.org/doc/info/lang.html>: in quoted
//! strings only `"` and `\` are special, in labels also entities.)

use super::label::Group;
use super::selection::Selection;
use super::{Chart, conditions};
use crate::finding::Severity;
use ca_audit::trust_graph::{Edge, Flow, Node, NodeId};
use std::fmt::Write as _;

const HEAD: &str = r##"digraph trust {
  graph [rankdir=LR, fontname="Helvetica", fontsize=14, nodesep=0.25, ranksep=0.7, label="who writes, holds, signs and reads CA certificates; red: ca-lint check finds an error there, orange: a warning; dashed: under a condition or where a value comes from", labelloc=b, tooltip="who writes, holds, signs and reads CA certificates"];
  node [fontname="Helvetica", fontsize=10, shape=box, style=filled, fillcolor="white", color="#555555"];
  edge [fontname="Helvetica", fontsize=9, color="#777777", fontcolor="#555555", arrowsize=0.7];
"##;

/// The report of `graph --format dot`.
pub fn dot(chart: &Chart) -> String {
    let mut text = String::from(HEAD);
    for (group, ids) in chart.groups() {
        let is_open = open(chart, group, &mut text);
        for id in ids {
            let _ = writeln!(text, "    {}", node(chart, id));
        }
        if is_open {
            text.push_str("  }\n");
        }
    }
    for edge in chart.edges() {
        let _ = writeln!(text, "  {}", arrow(chart, edge));
    }
    for words in left_out(&chart.selection) {
        let _ = writeln!(
            text,
            "  left_out_{} [shape=plaintext, style=\"\", label={}];",
            words.len(),
            quoted(&words)
        );
    }
    text.push_str("}\n");
    text
}

/// Begins a cluster; whether there is one.
fn open(chart: &Chart, group: Group, text: &mut String) -> bool {
    let (name, title, fill) = match group {
        Group::Repository => ("repository".to_owned(), "repository".to_owned(), "#f7f7f2"),
        Group::Host(host) => (
            format!("host_{host}"),
            format!("host {}", chart.host(host)),
            "#eef4fb",
        ),
        Group::None => return false,
    };
    let _ = writeln!(
        text,
        "  subgraph cluster_{name} {{\n    label={}; labelloc=t; style=\"filled,rounded\"; color=\"#aaaaaa\"; fillcolor=\"{fill}\";",
        quoted(&title)
    );
    true
}

fn node(chart: &Chart, id: NodeId) -> String {
    let lines: Vec<String> = chart.label(id).iter().map(|line| escaped(line)).collect();
    let mut style = match chart.graph.node(id) {
        Node::Certificate(_) => "shape=note, fillcolor=\"#fff7d6\"",
        Node::HostPath(_) | Node::RepositoryFile(_) => "shape=tab",
        Node::HostFile { .. } | Node::RepositoryText { .. } => "shape=box",
        Node::SystemRoots => "shape=cylinder, fillcolor=\"#e8e8e8\"",
        Node::Resource { .. } => "shape=component, margin=\"0.25,0.08\", fillcolor=\"#e9f5e6\"",
        Node::Declaration { .. } => "shape=box, fillcolor=\"#e9f5e6\"",
        Node::Statement { .. } => "shape=box, style=\"filled,rounded\", fillcolor=\"#f2f2f2\"",
        Node::Program { .. } => "shape=hexagon, fillcolor=\"#e3ecfb\"",
        Node::Realm(_) => "shape=octagon, fillcolor=\"#f3e8fb\"",
        _ => "shape=ellipse, style=\"filled,dashed\"",
    }
    .to_owned();
    if let Some(colour) = chart.troubles.worst(id).map(colour) {
        let _ = write!(style, ", color=\"{colour}\", penwidth=2.5");
    }
    format!(
        "{} [label=\"{}\", tooltip={}, {style}];",
        chart.identity(id),
        lines.join("\\n"),
        quoted(&chart.tooltip(id))
    )
}

fn arrow(chart: &Chart, edge: &Edge) -> String {
    let label = chart.edge_label(edge);
    let mut style = format!("label={}", quoted(label));
    let when = conditions(edge);
    let tooltip = match when.as_str() {
        "" => label.to_owned(),
        when => format!("{label}, if {when}"),
    };
    let _ = write!(style, ", tooltip={}", quoted(&tooltip));
    if !when.is_empty() {
        style.push_str(", style=dashed");
    } else if matches!(edge.flow, Flow::StandsIn | Flow::Decides) {
        style.push_str(", style=dotted");
    }
    if let Some(colour) = chart.edge_trouble(edge).map(colour) {
        let _ = write!(
            style,
            ", color=\"{colour}\", fontcolor=\"{colour}\", penwidth=2.5"
        );
    }
    format!(
        "{} -> {} [{style}];",
        chart.identity(edge.from),
        chart.identity(edge.to)
    )
}

fn colour(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "#cc1f1a",
        Severity::Warning => "#d97706",
        Severity::Note => "#2563eb",
    }
}

/// What is not drawn, in words.
pub(in crate::report) fn left_out(selection: &Selection) -> Vec<String> {
    let counted = |count: usize, one: &str, many: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {many}")),
    };
    let parts = [
        counted(
            selection.cut,
            "node further away is not drawn (--about PLACE draws what is near it)",
            "nodes further away are not drawn (--about PLACE draws what is near it)",
        ),
        counted(
            selection.aside,
            "node in tests, examples, documentation, vendored or past copies is not drawn",
            "nodes in tests, examples, documentation, vendored or past copies are not drawn",
        ),
        counted(
            selection.bundled,
            "public CA that only stands in bundles is not drawn",
            "public CAs that only stand in bundles are not drawn",
        ),
    ];
    parts.into_iter().flatten().collect()
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// A text between quotation marks. Graphviz reads entities in labels, and a
/// backslash begins a word of its own there.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '&' => escaped.push_str("&amp;"),
            other if other.is_control() => escaped.push('�'),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What Graphviz makes of a label between quotation marks.
    fn read(quoted: &str) -> Option<String> {
        let inner = quoted.strip_prefix('"')?.strip_suffix('"')?;
        let mut text = String::new();
        let mut characters = inner.chars();
        while let Some(character) = characters.next() {
            match character {
                '"' => return None,
                '\\' => match characters.next()? {
                    escaped @ ('"' | '\\') => text.push(escaped),
                    _ => return None,
                },
                other => text.push(other),
            }
        }
        Some(text.replace("&amp;", "&"))
    }

    #[test]
    fn hostile_names_stay_names() {
        for name in [
            "\"]; x -> y [label=\"",
            "a\\",
            "\\N\\G",
            "<b>",
            "&lt;",
            "x -->",
        ] {
            assert_eq!(read(&quoted(name)).as_deref(), Some(name), "{name}");
        }
        assert_eq!(quoted("a\nb"), "\"a�b\"");
    }

    proptest! {
        #[test]
        fn every_text_is_one_string(text in "\\PC{0,40}") {
            prop_assert_eq!(read(&quoted(&text)), Some(text));
        }

        #[test]
        fn nothing_breaks_out(text in any::<String>()) {
            prop_assert!(read(&quoted(&text)).is_some());
            prop_assert!(!quoted(&text).contains('\n'));
        }
    }
}
