//! Keys of files that are no documents: INI, TOML, HOCON, `key = value`.

use super::super::Flat;
use super::super::blocks::values_at;
use super::anchor;
use crate::facts::{Program, Read};
use crate::knowledge::Carrier;
use crate::view::View;
use std::ops::Range;
use yaml_spans::Tree;

/// What a file says whose name selects rows; one that is a document is read as
/// such.
pub(super) fn reads(
    view: &View,
    flat: &Flat,
    tree: Option<&Tree>,
    named: &[&'static Carrier],
) -> Vec<Read> {
    if tree.is_some() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for row in named {
        for key in row.keys {
            for (whole, value) in values_at(&flat.text, key.path) {
                for item in items(&flat.text, &value) {
                    let anchor = anchor::path(view, flat, &item);
                    found.extend(anchor.map(|anchor| Read {
                        program: Program::Carrier(row),
                        role: row.role,
                        anchor,
                        target: None,
                        at: view.span(flat.source_range(&whole)),
                    }));
                }
            }
        }
    }
    found
}

/// The items of `["a", "b"]`, or the one value.
fn items(text: &str, value: &Range<usize>) -> Vec<Range<usize>> {
    let own = &text[value.clone()];
    let Some(inner) = own.strip_prefix('[').and_then(|own| own.strip_suffix(']')) else {
        return vec![value.clone()];
    };
    let mut at = value.start + 1;
    let mut found = Vec::new();
    for item in inner.split(',') {
        let lead = item.len() - item.trim_start().len();
        let start = at + lead;
        found.push(start..start + item.trim().len());
        at += item.len() + 1;
    }
    found
}
