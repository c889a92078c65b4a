//! The rows of the knowledge table that a file's name selects.

use super::names::names_etcd;
use crate::knowledge::{Arguments, Consumer, etcd_clients, etcd_servers};
use crate::words::searcher;
use aho_corasick::AhoCorasick;
use globset::{Glob, GlobSet, GlobSetBuilder};
use std::sync::LazyLock;

/// The rows that a file's name selects, template suffixes taken off.
pub(super) fn rows_for_file(path: &str) -> Vec<&'static Consumer> {
    static NAMES: LazyLock<FileNames> =
        LazyLock::new(|| FileNames::of(etcd_clients().chain(etcd_servers())));
    NAMES.rows(without_template_suffix(path))
}

/// Whether a file's name selects a row whose settings are keys of a document:
/// such keys are too common to be searched for in other files. Where any URL
/// is fetched, an etcd's must stand in the file.
pub(super) fn is_structured(path: &str, bytes: &[u8]) -> bool {
    static NAMES: LazyLock<FileNames> = LazyLock::new(|| {
        let rows = etcd_clients().chain(etcd_servers());
        FileNames::of(rows.filter(|row| !row.endpoint.keys.is_empty()))
    });
    let may_be = |row: &Consumer| row.arguments != Arguments::EtcdUrls || names_etcd(bytes);
    NAMES
        .rows(without_template_suffix(path))
        .into_iter()
        .any(may_be)
}

struct FileNames {
    globs: GlobSet,
    /// The row of each glob.
    rows: Vec<&'static Consumer>,
    /// Of each glob what any match has. Few paths have one of these words, and
    /// a glob takes many times longer to tell.
    words: AhoCorasick,
}

impl FileNames {
    fn of(clients: impl Iterator<Item = &'static Consumer>) -> Self {
        let mut globs = GlobSetBuilder::new();
        let mut rows = Vec::new();
        let mut words = Vec::new();
        for row in clients {
            for pattern in row.files {
                globs.add(Glob::new(pattern).expect("the build script's table has valid globs"));
                rows.push(row);
                words.extend(words_of(pattern));
            }
        }
        let globs = globs
            .build()
            .expect("the table is far below the matcher's limits");
        Self {
            globs,
            rows,
            words: searcher(words),
        }
    }

    fn rows(&self, path: &str) -> Vec<&'static Consumer> {
        if !self.words.is_match(path) {
            return Vec::new();
        }
        let hits = self.globs.matches(path);
        let mut rows: Vec<_> = hits.into_iter().map(|index| self.rows[index]).collect();
        rows.dedup_by_key(|row| row.id);
        rows
    }
}

/// Words of which every match of a glob has one: its longest part, or its
/// first alternatives where it has little else.
fn words_of(pattern: &str) -> Vec<&str> {
    let longest = longest_word(pattern);
    let alternatives = pattern
        .split_once('{')
        .and_then(|(_, rest)| rest.split_once('}'));
    match alternatives {
        Some((alternatives, _)) if longest.len() < 3 => alternatives.split(',').collect(),
        _ => vec![longest],
    }
}

/// The longest part of a glob that stands in every match: outside of braces,
/// which hold alternatives, and without a slash at its ends, for `**/x` matches
/// `x`.
fn longest_word(pattern: &str) -> &str {
    let mut depth = 0;
    let is_end = |letter: char| {
        let inside = depth > 0;
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        inside || matches!(letter, '{' | '}' | '*' | '?' | '[' | ']')
    };
    let words = pattern.split(is_end).map(|word| word.trim_matches('/'));
    words.max_by_key(|word| word.len()).unwrap_or_default()
}

pub(super) fn without_template_suffix(path: &str) -> &str {
    let suffixes = [".erb", ".epp", ".j2", ".tpl", ".tmpl", ".gotmpl"];
    suffixes
        .iter()
        .find_map(|suffix| path.strip_suffix(suffix))
        .unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_glob_has_a_word_of_its_own() {
        for (pattern, word) in [
            ("**/kubeadm*.{yaml,yml}", "kubeadm"),
            ("**/rancher/{k3s,rke2}/config.yaml", "config.yaml"),
            ("**/user-data", "user-data"),
            ("**/nginx/**", "nginx"),
        ] {
            assert_eq!(longest_word(pattern), word);
        }
        for row in etcd_clients() {
            let words = row.files.iter().flat_map(|pattern| words_of(pattern));
            let short: Vec<&str> = words.filter(|word| word.len() < 3).collect();
            assert!(short.is_empty(), "{}: most paths have {short:?}", row.id);
        }
    }

    #[test]
    fn names_select_rows() {
        assert!(is_structured("x/kubeadm-config.yaml.erb", b""));
        assert!(is_structured("x/mimir.yaml", b""));
        assert!(is_structured("x/fleet/fleet.conf", b""));
        assert!(!is_structured("x/y.yaml", b""));
        assert!(!is_structured("x/nginx/y", b"proxy_pass https://a"));
        assert!(is_structured("x/nginx/y", b"proxy_pass https://etcd"));
        assert!(
            rows_for_file("etc/default/kube-apiserver")
                .iter()
                .any(|row| row.id == "kube-apiserver")
        );
    }
}
