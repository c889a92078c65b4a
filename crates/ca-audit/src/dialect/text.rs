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
use std::collections::BTreeMap;
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

/// The parts of a text that have been read already: where each begins and
/// ends. They do not touch, so that one look tells whether a place is in one.
#[derive(Default)]
struct Seen(BTreeMap<usize, usize>);

impl Seen {
    fn add(&mut self, range: Range<usize>) {
        let Range { mut start, mut end } = range;
        while let Some((first, last)) = self.before(end).filter(|(_, last)| *last >= start) {
            self.0.remove(&first);
            (start, end) = (start.min(first), end.max(last));
        }
        self.0.insert(start, end);
    }

    /// Whether a place was read as part of something.
    fn holds(&self, at: usize) -> bool {
        self.before(at).is_some_and(|(_, end)| at < end)
    }

    /// The last part that begins at a place or before it.
    fn before(&self, at: usize) -> Option<(usize, usize)> {
        let (start, end) = self.0.range(..=at).next_back()?;
        Some((*start, *end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_seen_is_held(ranges in proptest::collection::vec((0..60_usize, 0..9_usize), 0..20)) {
            let mut seen = Seen::default();
            for (start, len) in &ranges {
                seen.add(*start..*start + *len);
            }
            for at in 0..80 {
                let expected = ranges.iter().any(|(start, len)| (*start..*start + *len).contains(&at));
                prop_assert_eq!(seen.holds(at), expected, "{}", at);
            }
        }
    }
}
