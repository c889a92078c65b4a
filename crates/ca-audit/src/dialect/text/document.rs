//! YAML and JSON: every string as a text of its own, with the key that it
//! stands under.

use super::marks;
use super::{Seen, found};
use crate::dialect::extract_nested;
use crate::facts::{Facts, Reason, Wrapping};
use crate::sniff::{Form, is_document_name, looks_like_document};
use crate::view::{MAX_DEPTH, View};
use smol_str::SmolStr;
use std::cell::{OnceCell, RefCell};
use yaml_spans::{Limits, Node, Paths, Style, Tree};

/// Reads the strings of a document that may hold certificates. What is found
/// counts as seen; the rest is left to who reads the text as it is written.
pub(super) fn strings(view: &View, form: Form, seen: &mut Seen, facts: &mut Facts) {
    let is_document = form == Form::Document;
    // What stands inside has no name of its own, and shows by its form.
    let may_be = view.is_file()
        && matches!(form, Form::Text | Form::Erb | Form::Epp)
        && (is_document_name(view.path) || looks_like_document(view.bytes));
    if view.depth() >= MAX_DEPTH || !(is_document || may_be) {
        return;
    }
    let own;
    let tree = if let Some(tree) = view.document {
        tree
    } else {
        let is_json = view.is_file() && view.path.ends_with(".json");
        own = Tree::parse_auto(&*view.text(), is_json, &Limits::default());
        &own
    };
    // A text that only looked like a document is none.
    if !is_document && !tree.errors().is_empty() {
        return;
    }
    let mut paths = Paths::default();
    for node in tree.scalars() {
        if let Some(text) = node.as_str().filter(|text| marks::any(text.as_bytes())) {
            string(view, node, text, &mut paths, seen, facts);
        }
    }
    if let Some(error) = tree.errors().first()
        && view.is_file()
    {
        let at = error.span.start as usize..error.span.end as usize;
        let message = format!("not readable as a document from here on: {}", error.message);
        view.gap(facts, Reason::Unparsed, at, message);
    }
}

fn string(
    view: &View,
    node: Node<'_>,
    text: &str,
    paths: &mut Paths,
    seen: &mut Seen,
    facts: &mut Facts,
) {
    let before = found(facts);
    let map = node.offset_map();
    let to_outer = |offset: usize| map.source(offset as u32) as usize;
    let (paths, name) = (RefCell::new(paths), OnceCell::new());
    let path = || view.container_of(&bare(&paths.borrow_mut().of(node)));
    let container = || -> SmolStr { name.get_or_init(path).clone() };
    let inner = view
        .nested(text.as_bytes(), &to_outer)
        .without(wrapping(node))
        .under(&container);
    extract_nested(&inner, facts);
    if found(facts) > before {
        facts.understood = true;
        seen.add(node.span().start as usize..node.span().end as usize);
    }
}

/// Whether line breaks are written `\n` in a string.
fn wrapping(node: Node<'_>) -> Wrapping {
    match node.style() {
        Style::DoubleQuoted if node.source().contains("\\n") => Wrapping::Escaped,
        _ => Wrapping::Plain,
    }
}

/// A data file's own key without what quotes it: `["a::b"]` → `a::b`.
fn bare(path: &str) -> String {
    let key = path
        .strip_prefix("[\"")
        .and_then(|path| path.strip_suffix("\"]"));
    key.filter(|key| !key.contains('"'))
        .unwrap_or(path)
        .to_owned()
}
