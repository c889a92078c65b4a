//! Where a certificate stands: who writes it there, who reads it there, and
//! whether a change there lasts.

use super::Page;
use crate::report::inventory::human::block::wrapping;
use crate::report::inventory::{Item, Sighting};
use crate::report::prose::counted;
use ca_audit::place::Span;
use ca_audit::trust_graph::{Flow, Node, NodeId};
use ca_audit::{Does, Reader, Writer};
use maud::{Markup, html as markup};

/// More places than these are folded away.
const OPEN: usize = 8;
/// More writers, readers or places of content than these are counted.
const LISTED: usize = 6;

/// The table of all places.
pub(super) fn table(page: &Page, item: &Item) -> Markup {
    let (open, folded) = item.sightings.split_at(item.sightings.len().min(OPEN));
    markup! {
        (rows(page, item, open))
        @if !folded.is_empty() {
            details {
                summary { (counted(folded.len(), "more place")) }
                (rows(page, item, folded))
            }
        }
    }
}

fn rows(page: &Page, item: &Item, sightings: &[Sighting]) -> Markup {
    markup! {
        table {
            thead {
                tr {
                    th scope="col" { "Stands in" }
                    th scope="col" { "Written by" }
                    th scope="col" { "Read by" }
                    th scope="col" { "A change here" }
                }
            }
            tbody {
                @for sighting in sightings { (row(page, item, sighting)) }
            }
        }
    }
}

fn row(page: &Page, item: &Item, sighting: &Sighting) -> Markup {
    let writers = sighting.writers.iter().map(|it| writer(page, it)).collect();
    let readers = sighting.readers.iter().map(|it| reader(page, it)).collect();
    markup! {
        tr {
            th scope="row" {
                code { (place(page, sighting.cert.at)) } " "
                span.faint { (wrapping(sighting)) }
            }
            td data-label="Written by" { (list(writers, "nothing that is known here")) }
            td data-label="Read by" { (list(readers, "nothing that is known here")) }
            td data-label="A change here" { (lasting(page, item, sighting)) }
        }
    }
}

fn list(mut entries: Vec<Markup>, none: &str) -> Markup {
    let more = entries.len().saturating_sub(LISTED);
    entries.truncate(LISTED);
    markup! {
        @if entries.is_empty() {
            span.faint { (none) }
        } @else {
            ul.plain {
                @for entry in &entries { li { (entry) } }
                @if more > 0 { li.faint { "and " (more) " more" } }
            }
        }
    }
}

fn writer(page: &Page, writer: &Writer) -> Markup {
    let write = writer.write;
    markup! {
        @if writer.does == Does::Copies { "source of " }
        code { (write.resource) } " " span.place { (place(page, write.declared_at())) }
    }
}

fn reader(page: &Page, reader: &Reader) -> Markup {
    markup! {
        @if reader.names_it {
            (reader.program) " as its " (reader.role.noun())
        } @else {
            (reader.program) ", which names no " (reader.role.noun()) " and trusts this host’s CAs"
        }
        @if let Some(at) = reader.at { " " span.place { (place(page, at)) } }
    }
}

fn place(page: &Page, at: Span) -> String {
    let path = page.inventory.evidence.path(at.file);
    format!("{path}:{}", page.inventory.line(at))
}

/// Whether a change to this place is kept, and where else to make it.
fn lasting(page: &Page, item: &Item, sighting: &Sighting) -> Markup {
    if page.inventory.evidence.is_past(sighting.cert.at.file) {
        return markup! { span.faint { "only remembers the past" } };
    }
    let Some(id) = node(page, item, sighting) else {
        return markup! { span.faint { "cannot be told" } };
    };
    let lasting = page.chart.graph.lasting(&[id]);
    if lasting.change == [id] {
        return markup! { "lasts" };
    }
    if lasting.change.is_empty() {
        return markup! { span.badge.warning { "is lost" } " these files are only copied from each other" };
    }
    let names = lasting.change.iter().map(|id| page.chart.name(*id));
    let names: Vec<Markup> = names.map(|name| markup! { code { (name) } }).collect();
    let instead = if names.len() == 1 {
        "change instead"
    } else {
        "change instead what it comes from, one of"
    };
    markup! { span.badge.warning { "is lost" } " " (instead) (list(names, "")) }
}

/// The node of the graph that the certificate stands in.
fn node(page: &Page, item: &Item, sighting: &Sighting) -> Option<NodeId> {
    let graph = page.chart.graph;
    let certificate = graph.find(&Node::Certificate(*item.certificate.sha256()))?;
    let mut edges = graph.edges_out_of(certificate);
    let edge =
        edges.find(|edge| edge.flow == Flow::StandsIn && edge.at == Some(sighting.cert.at))?;
    Some(edge.to)
}
