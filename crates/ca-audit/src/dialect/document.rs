//! YAML and JSON: the key under which a certificate stands.

use super::Dialect;
use crate::facts::{Facts, Reason};
use crate::sniff::Form;
use crate::view::View;
use yaml_spans::{Limits, Tree};

pub(super) const DIALECT: Dialect = Dialect {
    name: "YAML or JSON",
    reads: |form| form == Form::Document,
    extract,
};

/// Parsing is the dear part, so it waits until there is something to name.
fn extract(view: &View, _: Form, facts: &mut Facts) {
    if facts.certs.is_empty() && facts.private_keys.is_empty() && facts.gaps.is_empty() {
        return;
    }
    let text = view.text();
    let tree = Tree::parse_auto(&*text, view.path.ends_with(".json"), &Limits::default());
    facts.understood = true;
    for cert in &mut facts.certs {
        if let Some(node) = tree.node_at(cert.at.start) {
            cert.container = view.container_of(&bare(&node.path()));
        }
    }
    for key in &mut facts.private_keys {
        if let Some(node) = tree.node_at(key.at.start) {
            key.container = view.container_of(&bare(&node.path()));
        }
    }
    if let Some(error) = tree.errors().first() {
        let at = error.span.start as usize..error.span.end as usize;
        let message = format!("not readable as a document from here on: {}", error.message);
        view.gap(facts, Reason::Unparsed, at, message);
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
