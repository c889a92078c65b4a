//! Keys of documents: objects of Kubernetes, configuration in YAML or JSON,
//! Hiera's data.

use super::super::structured::{at_path, matches_document, segments};
use super::super::{Flat, HOLE};
use super::anchor;
use crate::facts::{Anchor, Program, Read};
use crate::knowledge::{Carrier, carriers};
use crate::sniff::looks_like_document;
use crate::view::{MAX_DEPTH, View};
use smol_str::{SmolStr, format_smolstr};
use yaml_spans::{Kind, Limits, Node, Tree};

/// What the keys of a document say, and of the documents in its strings.
pub(super) fn reads(
    view: &View,
    flat: &Flat,
    tree: &Tree,
    named: &[&'static Carrier],
) -> Vec<Read> {
    let mut found = Vec::new();
    let rows: Vec<&'static Carrier> = carriers()
        .iter()
        .filter(|row| row.files.is_empty() || is_in(row, named))
        .filter(|row| may_have(row, &|word| flat.text.contains(word)))
        .collect();
    for document in tree.documents() {
        for root in document.root().into_iter().flat_map(objects) {
            for row in rows.iter().filter(|row| is_selected(row, named, root)) {
                found.extend(of_object(view, flat, row, root));
            }
        }
    }
    found.extend(inside(view, flat, tree));
    found
}

/// A document itself, and each item of a `List`.
pub(super) fn objects(root: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let items = root.get("items").filter(|_| {
        root.get("kind")
            .and_then(Node::as_str)
            .is_some_and(|kind| kind.ends_with("List"))
    });
    std::iter::once(root).chain(items.into_iter().flat_map(Node::items))
}

/// Whether a text has all words of one of a row's keys, and the row's kind.
pub(super) fn may_have(row: &Carrier, has: &dyn Fn(&str) -> bool) -> bool {
    let has_kind = || {
        row.doc_match.split_whitespace().all(|word| {
            let values = word.split_once('=').map_or("", |(_, values)| values);
            values
                .split('|')
                .any(|value| has(value.trim_end_matches('*')))
        })
    };
    let has_all = |path: &'static str| {
        segments(path)
            .map(|segment| segment.trim_end_matches("[]"))
            .all(|segment| segment == "*" || has(segment))
    };
    !row.keys.is_empty() && has_kind() && row.keys.iter().any(|key| has_all(key.path))
}

fn is_in(row: &Carrier, named: &[&'static Carrier]) -> bool {
    named.iter().any(|named| std::ptr::eq(*named, row))
}

fn is_selected(row: &Carrier, named: &[&'static Carrier], root: Node<'_>) -> bool {
    match (row.doc_match, row.files) {
        // A key of Hiera's has its module in its name.
        ("", []) => true,
        ("", _) => is_in(row, named),
        (condition, _) => matches_document(condition, root),
    }
}

fn of_object(view: &View, flat: &Flat, row: &'static Carrier, root: Node<'_>) -> Vec<Read> {
    let mut found = Vec::new();
    for key in row.keys {
        for node in at_path(root, key.path) {
            let anchor = anchor::of_node(view, flat, row, key.form, node, root);
            found.extend(anchor.map(|anchor| read(view, flat, row, node, anchor)));
        }
    }
    found
}

fn read(view: &View, flat: &Flat, row: &'static Carrier, node: Node<'_>, anchor: Anchor) -> Read {
    let range = anchor::range(node);
    let start = node
        .key()
        .map_or(range.start, |key| key.span().start as usize);
    let start = if start <= range.end {
        start
    } else {
        range.start
    };
    // An item is told by itself; a text of many lines by its key.
    let end = match (&anchor, node.key()) {
        (Anchor::Here(_), Some(key)) => key.span().end as usize,
        _ => range.end,
    };
    Read {
        program: Program::Carrier(row),
        role: row.role,
        target: target(row, node),
        at: view.span(flat.source_range(&(start..end.max(start)))),
        anchor,
    }
}

/// What stands beside a CA and names whom it is for.
fn target(row: &Carrier, node: Node<'_>) -> Option<SmolStr> {
    if row.target.is_empty() {
        return None;
    }
    let holder = node.parent()?;
    let beside = holder.get(row.target)?.follow();
    let known = |text: &str| !text.is_empty() && !text.contains(HOLE);
    if beside.kind() == Kind::Mapping {
        let part = |key| {
            beside
                .get(key)
                .and_then(Node::as_str)
                .filter(|text| known(text))
        };
        return Some(format_smolstr!("{}.{}", part("name")?, part("namespace")?));
    }
    let text = beside.as_str()?.trim().trim_end_matches('/');
    known(text).then(|| text.into())
}

/// Documents that stand as strings in a document: a kubeconfig in a
/// `ConfigMap`. Those in base64 that hold certificates come as views of their
/// own.
fn inside(view: &View, flat: &Flat, tree: &Tree) -> Vec<Read> {
    let mut found = Vec::new();
    if view.depth() >= MAX_DEPTH {
        return found;
    }
    for node in tree.scalars() {
        let text = node.as_str().filter(|text| {
            text.contains('\n')
                && looks_like_document(text.as_bytes())
                && super::may_carry("", text.as_bytes())
        });
        let Some(text) = text else { continue };
        let map = node.offset_map();
        let to_outer = |offset: usize| flat.source(map.source(offset as u32) as usize);
        let inner = view.nested(text.as_bytes(), &to_outer);
        let tree = Tree::parse_auto(text, false, &Limits::default());
        found.extend(reads(&inner, &Flat::plain(text), &tree, &[]));
    }
    found
}
