//! What stands under a setting that carries a CA, as what it means.

use super::super::Flat;
use super::super::value::resolved;
use crate::facts::{Anchor, ObjectKey};
use crate::knowledge::{Carried, Carrier};
use crate::view::View;
use std::ops::Range;
use yaml_spans::{Kind, Node};

/// The path that a range of a text names, without its quotes; `None` where that
/// is no path.
pub(super) fn path(view: &View, flat: &Flat, range: &Range<usize>) -> Option<Anchor> {
    let range = unquoted(&flat.text, range.clone());
    let text = &flat.text[range.clone()];
    if matches!(text, "" | "~" | "null" | "undef" | "None") {
        return None;
    }
    Some(Anchor::Path {
        path: resolved(flat, &range, view),
        at: view.span(flat.source_range(&range)),
    })
}

/// What a node of a document means in a form.
pub(super) fn of_node(
    view: &View,
    flat: &Flat,
    row: &Carrier,
    form: Carried,
    node: Node<'_>,
    root: Node<'_>,
) -> Option<Anchor> {
    let range = range(node);
    let text = node.as_str().unwrap_or_default().trim();
    match form {
        Carried::PathOrHere if text.starts_with('/') => path(view, flat, &range),
        Carried::Path if node.kind() == Kind::Scalar => path(view, flat, &range),
        Carried::Here | Carried::PathOrHere if is_content(text) => {
            Some(Anchor::Here(view.span(flat.source_range(&range))))
        }
        Carried::ConfigMap => reference(row, "ConfigMap", node, root),
        Carried::Secret => reference(row, "Secret", node, root),
        Carried::Pin => pin(text),
        _ => None,
    }
}

/// The range of a node in its text.
pub(super) fn range(node: Node<'_>) -> Range<usize> {
    node.span().start as usize..node.span().end as usize
}

/// What may be a certificate: `Cg==` (a line break) and the like stand where an
/// operator fills in the CA later.
fn is_content(text: &str) -> bool {
    const LEAST: usize = 12;
    text.len() >= LEAST || text.contains(super::super::HOLE)
}

/// `name`, `namespace/name`, `{kind, namespace, name, key}`.
fn reference(row: &Carrier, kind: &'static str, node: Node<'_>, root: Node<'_>) -> Option<Anchor> {
    let field = |name: &str| node.get(name).and_then(Node::as_str);
    let (namespace, name) = match node.as_str() {
        Some(text) => match text.split_once('/') {
            Some((namespace, name)) => (Some(namespace), name),
            None => (None, text),
        },
        None => (field("namespace"), field("name")?),
    };
    let kind = match field("kind") {
        Some("Secret") => "Secret",
        Some("ConfigMap") => "ConfigMap",
        Some(_) => return None,
        None => kind,
    };
    let of_document = || root.get("metadata")?.get("namespace")?.as_str();
    let of_row = Some(row.ref_namespace).filter(|name| !name.is_empty());
    let namespace = namespace.or(of_row).or_else(of_document);
    let is_known = |text: &str| !text.is_empty() && !text.contains(super::super::HOLE);
    let key = field("key").or(Some(row.ref_key));
    is_known(name).then(|| {
        Anchor::Object(ObjectKey {
            kind,
            namespace: namespace.filter(|name| is_known(name)).map(Into::into),
            name: name.into(),
            key: key.filter(|key| is_known(key)).map(Into::into),
        })
    })
}

/// `sha256:` and 64 digits, or the digits alone. (kubeadm's
/// `--discovery-token-ca-cert-hash`.)
fn pin(text: &str) -> Option<Anchor> {
    let digits = text.strip_prefix("sha256:").unwrap_or(text).as_bytes();
    let mut hash = [0; 32];
    if digits.len() != 2 * hash.len() {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).ok()?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(Anchor::Pin(hash))
}

fn unquoted(text: &str, range: Range<usize>) -> Range<usize> {
    match text[range.clone()].as_bytes() {
        [b'"', .., b'"'] | [b'\'', .., b'\''] => range.start + 1..range.end - 1,
        _ => range,
    }
}
