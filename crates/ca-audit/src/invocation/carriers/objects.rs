//! Objects of Kubernetes that hold data: which keys stand where.

use super::super::Flat;
use super::{anchor, documents};
use crate::facts::Object;
use crate::view::View;
use smol_str::SmolStr;
use yaml_spans::{Node, Tree};

/// Every `ConfigMap` and `Secret` of a document that has a name.
pub(crate) fn objects(view: &View, flat: &Flat, tree: &Tree) -> Vec<Object> {
    let roots = tree.documents().filter_map(|document| document.root());
    let mut found = Vec::new();
    for root in roots {
        found.extend(documents::objects(root).filter_map(|root| object(view, flat, root)));
    }
    found
}

fn object(view: &View, flat: &Flat, root: Node<'_>) -> Option<Object> {
    let kind = match root.get("kind")?.as_str()? {
        "ConfigMap" => "ConfigMap",
        "Secret" => "Secret",
        _ => return None,
    };
    let metadata = root.get("metadata")?;
    let known = |key: &str| -> Option<SmolStr> {
        let text = metadata.get(key)?.as_str()?;
        (!text.is_empty() && !text.contains(super::super::HOLE)).then(|| text.into())
    };
    let mut data = Vec::new();
    for holder in ["data", "stringData", "binaryData"] {
        for (key, value) in root.get(holder).into_iter().flat_map(Node::entries) {
            let at = view.span(flat.source_range(&anchor::range(value)));
            data.extend(key.as_str().map(|key| (key.into(), at)));
        }
    }
    Some(Object {
        kind,
        namespace: known("namespace"),
        name: known("name")?,
        data,
    })
}
