//! The graph as Mermaid draws it in Markdown on most forges.
//!
//! (Mermaid's flowchart syntax, <https://mermaid.js.org/syntax/flowchart.html>,
//! section "Special characters that break syntax": characters may be written as
//! `#` and their number.)

use super::dot::left_out;
use super::label::Group;
use super::{Chart, conditions};
use crate::finding::Severity;
use ca_audit::trust_graph::{Edge, Flow, Node, NodeId};
use std::fmt::Write as _;

const TAIL: &str = "  classDef certificate fill:#fff7d6,stroke:#555
  classDef puppet fill:#e9f5e6,stroke:#555
  classDef program fill:#e3ecfb,stroke:#555
  classDef unseen fill:#fff,stroke:#555,stroke-dasharray:4
  classDef error stroke:#cc1f1a,stroke-width:3px
  classDef warning stroke:#d97706,stroke-width:3px
";

/// What Mermaid refuses to draw (its configuration, `maxTextSize` and
/// `maxEdges`, which no diagram may raise for itself).
const MOST_TEXT: usize = 50_000;
const MOST_EDGES: usize = 500;

/// Mermaid would not draw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;

/// The report of `graph --format mermaid`.
///
/// # Errors
/// Where Mermaid would refuse to draw so much.
pub fn mermaid(chart: &Chart) -> Result<String, TooLarge> {
    let text = drawn(chart);
    let fits = text.len() <= MOST_TEXT && chart.edges().count() < MOST_EDGES;
    if fits { Ok(text) } else { Err(TooLarge) }
}

fn drawn(chart: &Chart) -> String {
    let mut text = String::from("flowchart LR\n");
    for (group, ids) in chart.groups() {
        let is_open = open(chart, group, &mut text);
        for id in ids {
            let _ = writeln!(text, "    {}", node(chart, id));
        }
        if is_open {
            text.push_str("  end\n");
        }
    }
    let mut styles = String::new();
    for (index, edge) in chart.edges().enumerate() {
        let _ = writeln!(text, "  {}", arrow(chart, edge));
        if let Some(colour) = chart.edge_trouble(edge).map(colour) {
            let _ = writeln!(
                styles,
                "  linkStyle {index} stroke:{colour},stroke-width:3px"
            );
        }
    }
    for words in left_out(&chart.selection) {
        let _ = writeln!(text, "  left_out_{}[\"{}\"]", words.len(), escaped(&words));
    }
    text + TAIL + &styles
}

/// Begins a subgraph; whether there is one.
fn open(chart: &Chart, group: Group, text: &mut String) -> bool {
    let (name, title) = match group {
        Group::Repository => ("repository".to_owned(), "repository".to_owned()),
        Group::Host(host) => (format!("host_{host}"), format!("host {}", chart.host(host))),
        Group::None => return false,
    };
    let _ = writeln!(text, "  subgraph {name}[\"{}\"]", escaped(&title));
    true
}

fn node(chart: &Chart, id: NodeId) -> String {
    let lines: Vec<String> = chart.label(id).iter().map(|line| escaped(line)).collect();
    let (left, right) = match chart.graph.node(id) {
        Node::Program { .. } => ("{{", "}}"),
        Node::SystemRoots => ("[(", ")]"),
        Node::Declaration { .. } | Node::Resource { .. } => ("[[", "]]"),
        Node::Realm(_) | Node::Unknown { .. } | Node::Outside(_) => ("([", "])"),
        Node::Statement { .. } => ("(", ")"),
        _ => ("[", "]"),
    };
    let class = match chart.graph.node(id) {
        Node::Certificate(_) => ":::certificate",
        Node::Declaration { .. } | Node::Resource { .. } => ":::puppet",
        Node::Program { .. } => ":::program",
        Node::Unknown { .. } | Node::Outside(_) => ":::unseen",
        _ => "",
    };
    let name = chart.identity(id);
    let mut text = format!("{name}{left}\"{}\"{right}{class}", lines.join("<br/>"));
    if let Some(severity) = chart.troubles.worst(id) {
        let _ = write!(text, "\n    class {name} {}", severity.name());
    }
    text
}

fn arrow(chart: &Chart, edge: &Edge) -> String {
    let when = conditions(edge);
    let is_faint = !when.is_empty() || matches!(edge.flow, Flow::StandsIn | Flow::Decides);
    let line = if is_faint { "-.->" } else { "-->" };
    let label = match chart.edge_label(edge) {
        "" => String::new(),
        label => format!("|\"{}\"|", escaped(label)),
    };
    let (from, to) = (chart.identity(edge.from), chart.identity(edge.to));
    format!("{from} {line}{label} {to}")
}

fn colour(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "#cc1f1a",
        Severity::Warning => "#d97706",
        Severity::Note => "#2563eb",
    }
}

/// A text between quotation marks: all but letters, digits and harmless signs
/// by number, since Mermaid looks for Markdown, HTML, directives and entities
/// there.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        let is_harmless = character.is_alphanumeric() || " /.:,-()=…✗?".contains(character);
        if is_harmless {
            escaped.push(character);
        } else if character.is_control() {
            escaped.push('�');
        } else {
            let _ = write!(escaped, "#{};", u32::from(character));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a browser shows of a label.
    fn read(escaped: &str) -> String {
        let mut text = String::new();
        let mut rest = escaped;
        while let Some((before, after)) = rest.split_once('#') {
            let (number, after) = after.split_once(';').expect("an end");
            text.push_str(before);
            text.extend(number.parse().ok().and_then(char::from_u32));
            rest = after;
        }
        text + rest
    }

    #[test]
    fn hostile_names_stay_names() {
        for name in [
            "\"]-->x",
            "<img onerror=x>",
            "%%{init: {}}%%",
            "`**x**`",
            "a#b;",
            "{{x}}",
        ] {
            assert_eq!(read(&escaped(name)), name);
        }
        assert_eq!(escaped("\"]>"), "#34;#93;#62;");
        assert_eq!(escaped("a\nb"), "a�b");
    }

    proptest! {
        #[test]
        fn nothing_breaks_out(text in any::<String>()) {
            let escaped = escaped(&text);
            let breaks = ['"', '\n', '<', '>', '[', ']', '{', '}', '|', '`', '%', '&', '\\'];
            prop_assert!(!escaped.contains(breaks), "{}", escaped);
        }

        #[test]
        fn every_text_is_shown_as_it_is(text in "[^\\p{Cc}]{0,40}") {
            prop_assert_eq!(read(&escaped(&text)), text);
        }
    }
}
