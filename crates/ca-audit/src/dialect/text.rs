//! Certificates in text: PEM, and what has to be decoded first.
//!
//! A document's strings are read as programs get them, each as a text of its
//! own; whatever else stands in the file is read as it is written. So one that
//! stands in a comment, or in a template that is no valid YAML, is found too.

mod armour;
mod document;
mod encoded;
mod manifest;
mod marks;
mod percent;
mod private_key;
mod readings;

use super::Dialect;
use crate::facts::Facts;
use crate::sniff::Form;
use crate::view::View;
use std::ops::Range;

pub(super) const DIALECT: Dialect = Dialect {
    name: "text that holds certificates",
    reads: |form| !matches!(form, Form::Der | Form::KeyStore | Form::Gzip),
    nests: true,
    extract,
};

fn extract(view: &View, form: Form, facts: &mut Facts) {
    if !marks::any(view.bytes) {
        return;
    }
    let before = facts.certs.len();
    let mut seen = Seen::default();
    document::strings(view, form, &mut seen, facts);
    private_key::keys(view, &seen, facts);
    armour::certificates(view, &mut seen, facts);
    percent::extract(view, &mut seen, facts);
    encoded::extract(view, &mut seen, facts);
    let found = before..facts.certs.len();
    readings::note(view, form, found, facts);
    if form == Form::Manifest {
        manifest::name(view, facts);
    }
}

/// How much was found so far.
fn found(facts: &Facts) -> usize {
    facts.certs.len() + facts.private_keys.len()
}

/// The parts of a text that have been read already, in no order.
#[derive(Default)]
struct Seen(Vec<Range<usize>>);

impl Seen {
    fn add(&mut self, range: Range<usize>) {
        self.0.push(range);
    }

    /// Whether a place was read as part of something.
    fn holds(&self, at: usize) -> bool {
        self.0.iter().any(|range| range.contains(&at))
    }
}
