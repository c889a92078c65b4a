//! Files that stand as strings in a document: the data of a `ConfigMap`, the
//! `stringData` of a `Secret`, `write_files` of cloud-init, `storage.files` of
//! Ignition; and the documents in the heredocs of Terraform. Their keys are
//! settings as they would be in a file of that name; flags and variables in
//! them are seen in the outer text already.

use super::file_names::rows_for_file;
use super::names::endpoint_key_words;
use super::{Flat, Fragment, blocks, select, structured};
use crate::sniff::{is_document_name, looks_like_document};
use crate::view::View;
use crate::words::searcher;
use aho_corasick::AhoCorasick;
use std::ops::Range;
use std::sync::LazyLock;
use yaml_spans::{Limits, Node, Tree};

/// More heredocs than this of one file are not read.
const MAX_HEREDOCS: usize = 256;

/// Whether a file may hold such strings.
pub(super) fn may_hold(path: &str, bytes: &[u8]) -> bool {
    (is_document_name(path) || has_heredocs(path)) && holds(bytes)
}

/// Whether something that holds files stands in a text, and a key by which some
/// program of the table names its endpoints. The word `etcd` need not.
fn holds(bytes: &[u8]) -> bool {
    static HOLDERS: LazyLock<AhoCorasick> = LazyLock::new(|| {
        searcher([
            "ConfigMap",
            "stringData",
            "write_files",
            "\"storage\"",
            "ignition",
        ])
    });
    static KEYS: LazyLock<AhoCorasick> = LazyLock::new(|| searcher(endpoint_key_words()));
    HOLDERS.is_match(bytes) && KEYS.is_match(bytes)
}

fn has_heredocs(path: &str) -> bool {
    path.ends_with(".tf")
}

/// The fragments of the files that stand in a document.
pub(super) fn fragments(view: &View, flat: &Flat, tree: &Tree) -> Vec<Fragment> {
    if !view.is_file() || !holds(flat.text.as_bytes()) {
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
        if looks_like_document(text.as_bytes()) || !rows_for_file(name).is_empty() {
            found.extend(file(view, flat, node, text, name));
        }
    }
    found
}

/// The fragments of the documents that stand in heredocs: the user data of a
/// machine, a manifest.
pub(super) fn heredocs(view: &View, flat: &Flat) -> Vec<Fragment> {
    if !has_heredocs(view.path) {
        return Vec::new();
    }
    let inside = heredoc_ranges(&flat.text).into_iter();
    inside
        .filter(|range| looks_like_document(flat.text[range.clone()].as_bytes()))
        .flat_map(|range| {
            let part = flat.part(&range);
            let tree = Tree::parse_auto(&*part.text, false, &Limits::default());
            select::fragments(view, &part, Some(&tree))
        })
        .collect()
}

/// The insides of `<<EOF` and `<<-EOF`, line by line.
///
/// Source: developer.hashicorp.com/terraform/language/expressions/strings.
fn heredoc_ranges(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<(&str, usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        match open {
            Some((word, from)) if line.trim() == word => {
                found.push(from..start);
                open = None;
            }
            Some(_) => {}
            None => {
                let begun = line.split_once("<<").map(|(_, rest)| rest.trim_end());
                let word = begun.map(|word| word.strip_prefix('-').unwrap_or(word));
                let is_word = |word: &&str| {
                    word.starts_with(|c: char| c.is_alphabetic())
                        && word.chars().all(|c| c.is_alphanumeric() || c == '_')
                };
                open = word.filter(is_word).map(|word| (word, at));
            }
        }
        if found.len() == MAX_HEREDOCS {
            break;
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
    if matches!(key, "inline" | "source") && holder.key()?.as_str() == Some("contents") {
        return holder.parent()?.get("path")?.as_str();
    }
    let under = holder.key()?.as_str()?;
    matches!(under, "data" | "stringData").then_some(key)
}

fn file(view: &View, flat: &Flat, node: Node<'_>, text: &str, name: &str) -> Vec<Fragment> {
    let map = node.offset_map();
    let to_outer = |offset: usize| flat.source(map.source(offset as u32) as usize);
    let inner = view.nested(text.as_bytes(), &to_outer);
    let tree = Tree::parse_auto(text, name.ends_with(".json"), &Limits::default());
    let flat = Flat::plain(text);
    let mut found = structured::fragments_of(&inner, &flat, &tree, name);
    found.extend(blocks::fragments_of(&inner, &flat, name));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heredocs_of_terraform() {
        let text = "a = <<-EOF\n  x: y\n  EOF\nb = 1 << 2\nc = <<END\nz\nEND\nd = <<EOF\n";
        let found: Vec<&str> = heredoc_ranges(text)
            .into_iter()
            .map(|range| &text[range])
            .collect();
        assert_eq!(found, ["  x: y\n", "z\n"]);
    }
}
