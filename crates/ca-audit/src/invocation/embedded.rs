//! Files that stand as strings in a document: the data of a `ConfigMap`, the
//! `stringData` of a `Secret`, `write_files` of cloud-init. Their keys are
//! settings as they would be in a file of that name; flags and variables in
//! them are seen in the outer text already.

use super::names::names_etcd;
use super::{Flat, Fragment, structured};
use crate::sniff::{is_document_name, looks_like_document};
use crate::view::View;
use crate::words::searcher;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;
use yaml_spans::{Limits, Node, Tree};

/// Whether a file may hold such strings.
pub(super) fn may_hold(path: &str, bytes: &[u8]) -> bool {
    static HOLDERS: LazyLock<AhoCorasick> =
        LazyLock::new(|| searcher(["ConfigMap", "stringData", "write_files"]));
    is_document_name(path) && HOLDERS.is_match(bytes) && names_etcd(bytes)
}

/// The fragments of the files that stand in a document.
pub(super) fn fragments(view: &View, flat: &Flat, tree: &Tree) -> Vec<Fragment> {
    if !view.is_file() || !may_hold(view.path, flat.text.as_bytes()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for node in tree.scalars() {
        let text = node
            .as_str()
            .filter(|text| text.contains('\n') || text.starts_with('{'));
        let (Some(name), Some(text)) = (file_name(node), text) else {
            continue;
        };
        if names_etcd(text.as_bytes()) || looks_like_document(text.as_bytes()) {
            found.extend(file(view, flat, node, text, name));
        }
    }
    found
}

/// The name of the file that a string is the content of.
fn file_name(node: Node<'_>) -> Option<&str> {
    let key = node.key()?.as_str()?;
    let holder = node.parent()?;
    if key == "content" {
        return holder.get("path")?.as_str();
    }
    let under = holder.key()?.as_str()?;
    matches!(under, "data" | "stringData").then_some(key)
}

fn file(view: &View, flat: &Flat, node: Node<'_>, text: &str, name: &str) -> Vec<Fragment> {
    let map = node.offset_map();
    let to_outer = |offset: usize| flat.source(map.source(offset as u32) as usize);
    let inner = view.nested(text.as_bytes(), &to_outer);
    let tree = Tree::parse_auto(text, name.ends_with(".json"), &Limits::default());
    structured::fragments_of(&inner, &Flat::plain(text), &tree, name)
}
