//! Certificates that are named on the page lead to where they are told.

use crate::certificate_words::day;
use crate::report::inventory::human::bundles::Bundles;
use crate::report::inventory::human::short_subject;
use crate::report::inventory::human::validity::Age;
use crate::report::inventory::{Inventory, Item};
use ca_audit::certificate::Certificate;
use ca_audit::certificate::fingerprint::{colon_hex, hex};
use maud::{Markup, html as markup};
use std::collections::BTreeSet;

/// The certificates that have a place of their own on the page.
pub(super) struct Links(BTreeSet<[u8; 32]>);

impl Links {
    /// All but those that are told with their bundle.
    pub(super) fn new(inventory: &Inventory, bundles: &Bundles) -> Self {
        let told = |item: &&Item| !bundles.hides(item);
        let hashes = inventory.items.iter().filter(told);
        Self(hashes.map(|item| *item.certificate.sha256()).collect())
    }

    /// The name of a certificate, leading to it where that is possible.
    pub(super) fn named(&self, certificate: &Certificate) -> Markup {
        let name = markup! {
            bdi { (short_subject(certificate)) } " "
            span.faint { (colon_hex(&certificate.sha256()[..4])) "…" }
        };
        if !self.0.contains(certificate.sha256()) {
            return name;
        }
        markup! { a href={ "#" (id(certificate)) } { (name) } }
    }
}

/// The name of a certificate in links.
pub(super) fn id(certificate: &Certificate) -> String {
    format!("certificate-{}", hex(certificate.sha256()))
}

/// When it ends and what that means, in a word and a colour.
pub(super) fn validity(certificate: &Certificate, now: i64) -> Markup {
    let age = Age::of(certificate, now);
    let class = match age {
        age if age.is_good() => "badge good",
        age if age.is_valid() => "badge warning",
        _ => "badge error",
    };
    markup! {
        @if let Some(end) = certificate.not_after().seconds() {
            "until " time datetime=(day(end)) { (day(end)) } " "
        }
        span class=(class) { (age.words()) }
    }
}
