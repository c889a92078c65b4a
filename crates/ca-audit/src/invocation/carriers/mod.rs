//! Settings and objects that give a program a CA, whatever the program: one
//! reader over the rows of `[[carrier]]`.
//!
//! Three forms: a flag of a program, a key of a document, a key in a file of
//! sections. What is absent is no finding: a row whose key is not there gives
//! nothing.

mod anchor;
mod documents;
mod flags;
mod objects;
mod sections;

pub(crate) use objects::objects;

use super::Flat;
use super::file_names::without_template_suffix;
use crate::facts::Read;
use crate::knowledge::{Carrier, carrier_words, carriers};
use crate::view::View;
use crate::words::searcher;
use aho_corasick::AhoCorasick;
use globset::{Glob, GlobSet, GlobSetBuilder};
use std::sync::LazyLock;
use yaml_spans::Tree;

/// Whether a text may have anything that a row selects. Decides only what is
/// read more closely.
pub(crate) fn may_carry(path: &str, bytes: &[u8]) -> bool {
    static WORDS: LazyLock<AhoCorasick> =
        LazyLock::new(|| searcher(carrier_words().iter().copied()));
    static ROWS: LazyLock<Vec<Vec<&Carrier>>> =
        LazyLock::new(|| carrier_words().iter().map(|word| rows_with(word)).collect());
    if !rows_for_file(path).is_empty() {
        return true;
    }
    let has = |word: &str| memchr::memmem::find(bytes, word.as_bytes()).is_some();
    let may_have =
        |row: &&Carrier| row.flags.iter().any(|flag| has(flag)) || documents::may_have(row, &has);
    // A word that proves nothing once proves nothing again.
    let mut seen = vec![false; ROWS.len()];
    WORDS.find_iter(bytes).any(|hit| {
        let word = hit.pattern().as_usize();
        !std::mem::replace(&mut seen[word], true) && ROWS[word].iter().any(may_have)
    })
}

/// The rows that a word may belong to.
fn rows_with(word: &str) -> Vec<&'static Carrier> {
    let has = |row: &&Carrier| {
        let mut flags = row.flags.iter().map(|flag| format!("-{flag}"));
        flags.any(|flag| flag.contains(word))
            || row.keys.iter().any(|key| key.path.contains(word))
            || row.doc_match.contains(word)
    };
    carriers().iter().filter(has).collect()
}

/// Every program that a text gives a CA.
///
/// `tree` is the same text as a document, where it is one.
pub(crate) fn reads(view: &View, flat: &Flat, tree: Option<&Tree>) -> Vec<Read> {
    let name = if view.is_file() { view.path } else { "" };
    let named = rows_for_file(name);
    let mut found = flags::reads(view, flat, tree, &named);
    if let Some(tree) = tree {
        found.extend(documents::reads(view, flat, tree, &named));
    }
    found.extend(sections::reads(view, flat, tree, &named));
    found.sort_by_key(|read| (read.at, read.role));
    found
}

/// The rows that a file's name selects, template suffixes taken off.
fn rows_for_file(path: &str) -> Vec<&'static Carrier> {
    static NAMES: LazyLock<(GlobSet, Vec<&'static Carrier>, AhoCorasick)> = LazyLock::new(|| {
        let mut globs = GlobSetBuilder::new();
        let mut rows = Vec::new();
        for row in carriers() {
            for pattern in row.files {
                globs.add(Glob::new(pattern).expect("a test builds every one"));
                rows.push(row);
            }
        }
        let words = carriers().iter().flat_map(|row| row.files).map(|glob| {
            let parts = glob.split(['*', '/', '{', '}', ',']);
            parts.max_by_key(|part| part.len()).unwrap_or_default()
        });
        let globs = globs.build().expect("a test builds every one");
        (globs, rows, searcher(words))
    });
    let (globs, rows, words) = &*NAMES;
    // Few paths have one of these words, and a glob takes many times longer.
    if path.is_empty() || !words.is_match(path) {
        return Vec::new();
    }
    let hits = globs.matches(without_template_suffix(path));
    let mut named: Vec<_> = hits.into_iter().map(|index| rows[index]).collect();
    named.dedup_by_key(|row| row.id);
    named
}
