//! What is no CA, and what stands in bundles of public CAs only: a line each.

use super::links::{Links, id, validity};
use super::{Page, places};
use crate::report::inventory::Item;
use crate::report::inventory::human::block::signer;
use crate::report::inventory::human::bundles::{Bundle, Bundles};
use crate::report::inventory::human::family::sort_by_end;
use crate::report::inventory::human::subject;
use crate::report::inventory::human::validity::Age;
use crate::report::prose::counted;
use ca_audit::certificate::Certificate;
use ca_audit::certificate::fingerprint::colon_hex;
use maud::{Markup, html as markup};
use std::collections::BTreeSet;

/// The section; `heads` are told elsewhere.
pub(super) fn section(page: &Page, links: &Links, bundles: &Bundles, heads: &[usize]) -> Markup {
    let heads: BTreeSet<usize> = heads.iter().copied().collect();
    let items = page.inventory.items.iter().enumerate();
    let mut others: Vec<&Item> = items
        .filter(|(at, item)| !heads.contains(at) && !bundles.hides(item))
        .map(|(_, item)| item)
        .collect();
    sort_by_end(&mut others);
    markup! {
        @if others.is_empty() && bundles.groups.is_empty() {
            p { "There are none." }
        }
        @for item in others { (certificate(page, item)) }
        @for bundle in &bundles.groups { (folded(page, links, bundle)) }
    }
}

fn certificate(page: &Page, item: &Item) -> Markup {
    let certificate = item.certificate;
    markup! {
        details.card id=(id(certificate)) {
            summary {
                bdi.name { (subject(certificate)) } ", "
                (validity(certificate, page.now)) ", "
                (counted(item.sightings.len(), "place"))
            }
            p { (signer(item).0) }
            p { "SHA-256 " code.whole { (colon_hex(certificate.sha256())) } }
            (places::table(page, item))
        }
    }
}

/// A bundle with all that it holds.
fn folded(page: &Page, links: &Links, bundle: &Bundle) -> Markup {
    let is_over = |ca: &&&Certificate| !Age::of(ca, page.now).is_valid();
    let over = bundle.cas.iter().filter(is_over).count();
    markup! {
        details.card {
            summary {
                @if let Some(first) = bundle.paths.first() { code { (first) } ": " }
                (counted(bundle.cas.len(), "CA certificate"))
                @if over > 0 { ", " span.badge.error { (over) " not valid now" } }
                @if bundle.paths.len() > 1 {
                    ", the same in " (counted(bundle.paths.len() - 1, "other place"))
                }
            }
            @if bundle.paths.len() > 1 {
                ul { @for path in &bundle.paths { li { code { (path) } } } }
            }
            table {
                thead {
                    tr {
                        th scope="col" { "CA" }
                        th scope="col" { "Valid" }
                        th scope="col" { "SHA-256" }
                    }
                }
                tbody {
                    @for ca in &bundle.cas {
                        tr {
                            th scope="row" { (links.named(ca)) }
                            td data-label="Valid" { (validity(ca, page.now)) }
                            td data-label="SHA-256" { code.whole { (colon_hex(ca.sha256())) } }
                        }
                    }
                }
            }
        }
    }
}
