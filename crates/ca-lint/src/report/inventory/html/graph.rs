//! The graph of trust: drawn, and as a table for those who cannot see it.

use super::Page;
use super::drawing::drawing;
use crate::report::graph::{Chart, conditions, left_out};
use crate::report::prose::counted;
use ca_audit::trust_graph::{Edge, NodeId};
use maud::{Markup, html as markup};

/// A longer table is folded away.
const OPEN: usize = 40;

/// The section.
pub(super) fn section(page: &Page) -> Markup {
    let chart = page.chart;
    let edges: Vec<&Edge> = chart.edges().collect();
    if edges.is_empty() {
        return markup! { p { "Nothing here signs, writes or reads a CA." } };
    }
    let rows = table(chart, &edges);
    markup! {
        p {
            "Trust flows from left to right: from the key that signs over the files and the "
            "resources that write them to the programs that read them. Red is what an error was "
            "found at, orange a warning; dashed holds under a condition only. The table below "
            "tells the same."
        }
        figure {
            div.drawing role="region" aria-label="Drawing, wider than the page" tabindex="0" {
                (drawing(chart))
            }
            @let left_out = left_out(&chart.selection);
            @if !left_out.is_empty() {
                figcaption { @for words in left_out { (words) ". " } }
            }
        }
        @if edges.len() > OPEN {
            details {
                summary { "The same as a table (" (counted(edges.len(), "row")) ")" }
                (rows)
            }
        } @else {
            (rows)
        }
    }
}

fn table(chart: &Chart, edges: &[&Edge]) -> Markup {
    markup! {
        table {
            caption { "Who signs, holds, writes and reads what" }
            thead {
                tr {
                    th scope="col" { "From" }
                    th scope="col" { "How" }
                    th scope="col" { "To" }
                    th scope="col" { "Where" }
                }
            }
            tbody { @for edge in edges { (row(chart, edge)) } }
        }
    }
}

fn row(chart: &Chart, edge: &Edge) -> Markup {
    let when = conditions(edge);
    markup! {
        tr {
            th scope="row" { (node(chart, edge.from)) }
            td data-label="How" {
                (how(chart, edge))
                @if let Some(severity) = chart.edge_trouble(edge) {
                    " " span class={ "badge " (severity.name()) } { (severity.name()) }
                }
                @if !when.is_empty() { ", if " (when) }
            }
            td data-label="To" { (node(chart, edge.to)) }
            td data-label="Where" {
                @match place(chart, edge) {
                    Some(place) => { span.place { (place) } }
                    None => { span.faint { "—" } }
                }
            }
        }
    }
}

/// The place that says so, or that of an end that has one.
fn place(chart: &Chart, edge: &Edge) -> Option<String> {
    let own = edge.at.map(|at| chart.place_of(at));
    own.or_else(|| chart.place(edge.to))
        .or_else(|| chart.place(edge.from))
}

fn node(chart: &Chart, id: NodeId) -> Markup {
    markup! {
        bdi { (chart.name(id)) }
        @if let Some(severity) = chart.troubles.worst(id) {
            " " span class={ "badge " (severity.name()) } { (severity.name()) }
        }
    }
}

/// What an arrow says; in a drawing some need no words.
pub(super) fn how(chart: &Chart, edge: &Edge) -> &'static str {
    match chart.edge_label(edge) {
        "" => "stands in",
        label => label,
    }
}
