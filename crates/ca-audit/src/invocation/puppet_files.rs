//! Files that a manifest puts together itself: a `content` that stands in it,
//! and settings and lines that resources add one by one (`ini_setting`,
//! `file_line`, `shellvar`, `augeas`, the `x_config` of `OpenStack`'s modules).
//!
//! What is said of one path is read together, as the file at that path.

mod collected;

use super::names::names_etcd;
use super::{Flat, Fragment, SettingKind, select};
use crate::sniff::is_document_name;
use crate::view::View;
use crate::words::searcher;
use aho_corasick::AhoCorasick;
use collected::Files;
use puppet_syntax::parse;
use std::sync::LazyLock;
use yaml_spans::{Limits, Tree};

/// Whether a manifest may put together a file that says where an etcd is.
pub(super) fn may_hold(path: &str, bytes: &[u8]) -> bool {
    static WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
        searcher([
            "ini_setting",
            "ini_subsetting",
            "Ini_setting",
            "file_line",
            "shellvar",
            "augeas",
            "_config {",
            "_config{",
            "content",
        ])
    });
    path.ends_with(".pp") && WORDS.is_match(bytes) && names_etcd(bytes)
}

/// The fragments of such files.
pub(super) fn fragments(view: &View, text: &str) -> Vec<Fragment> {
    if !view.is_file() || !may_hold(view.path, text.as_bytes()) {
        return Vec::new();
    }
    let program = parse(text).program;
    let mut files = Files::new(text);
    files.collect(&program);
    let mut found = Vec::new();
    for (path, flat) in files.put {
        if names_etcd(flat.text.as_bytes()) {
            found.extend(of_file(view, &path, &flat));
        }
    }
    found
}

/// Whether `fragment` is told more exactly by one of `put`: the same program,
/// and every endpoint begins at the same place.
pub(super) fn is_told(put: &[Fragment], fragment: &Fragment) -> bool {
    let mut endpoints = fragment.active(SettingKind::Endpoint).peekable();
    endpoints.peek().is_some()
        && endpoints.all(|endpoint| {
            let mut others = put.iter().flat_map(|other| {
                let is_same = other.consumer.id == fragment.consumer.id;
                other.active(SettingKind::Endpoint).filter(move |_| is_same)
            });
            others.any(|other| other.at.start == endpoint.at.start)
        })
}

fn of_file(view: &View, path: &str, flat: &Flat) -> Vec<Fragment> {
    let path = path.trim_start_matches('/');
    let tree = is_document_name(path)
        .then(|| Tree::parse_auto(&*flat.text, path.ends_with(".json"), &Limits::default()));
    let mut found = select::fragments(&view.called(path), flat, tree.as_ref());
    for setting in found.iter_mut().flat_map(|own| &mut own.settings) {
        // What would be put there is not what stands in the manifest.
        setting.editable = None;
    }
    found
}
