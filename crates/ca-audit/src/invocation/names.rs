//! Finds the names of the knowledge table in text, all in one pass.

use super::select::rows_for_file;
use super::{Flat, HOLE, SettingKind};
use crate::knowledge::{Consumer, Settings, etcd_clients};
use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// What a name of the table means.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meaning {
    /// A command-line flag.
    Flag(&'static Consumer, SettingKind),
    /// An environment variable.
    Environment(&'static Consumer, SettingKind),
    /// The program's own name.
    Program(&'static Consumer),
}

/// A name of the table that stands in a text.
pub(super) struct Occurrence {
    /// Where, without leading dashes.
    pub(super) at: Range<usize>,
    /// What it may mean.
    pub(super) meanings: &'static [Meaning],
}

struct Table {
    automaton: AhoCorasick,
    meanings: Vec<Vec<Meaning>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut patterns: Vec<String> = Vec::new();
    let mut meanings: Vec<Vec<Meaning>> = Vec::new();
    let mut index: HashMap<String, usize> = HashMap::new();
    let mut add = |pattern: String, meaning: Meaning| {
        let at = *index.entry(pattern.clone()).or_insert_with(|| {
            patterns.push(pattern);
            meanings.push(Vec::new());
            meanings.len() - 1
        });
        meanings[at].push(meaning);
    };
    for row in etcd_clients() {
        for name in row.names {
            add((*name).to_owned(), Meaning::Program(row));
        }
        for flag in row.not_if_flags {
            add(format!("-{flag}"), Meaning::Flag(row, SettingKind::NotEtcd));
        }
        for (kind, settings) in kinds(row) {
            for flag in settings.flags {
                add(format!("-{flag}"), Meaning::Flag(row, kind));
            }
            for name in settings.env {
                add((*name).to_owned(), Meaning::Environment(row, kind));
            }
        }
    }
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(&patterns)
        .expect("the table is far below the automaton's limits");
    Table {
        automaton,
        meanings,
    }
});

fn kinds(row: &'static Consumer) -> [(SettingKind, &'static Settings); 4] {
    [
        (SettingKind::Endpoint, &row.endpoint),
        (SettingKind::Ca, &row.ca),
        (SettingKind::ClientCertificate, &row.cert),
        (SettingKind::Insecure, &row.insecure),
    ]
}

/// Whether a file may hold settings: a name of the table stands in it, or its
/// name or kind selects a row. Decides only what is read more closely.
pub fn may_select(path: &str, bytes: &[u8]) -> bool {
    TABLE
        .automaton
        .find_iter(bytes)
        .any(|found| is_word(bytes, found.start(), found.end()))
        || KINDS.is_match(bytes)
        || rows_for_file(path)
            .iter()
            .any(|row| !row.endpoint.keys.is_empty())
}

/// The kinds of documents that select a row: the last words of `kind=…`.
static KINDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let conditions = etcd_clients().flat_map(|row| row.doc_match.split_whitespace());
    let patterns = conditions
        .filter_map(|word| word.split_once('='))
        .flat_map(|(_, values)| values.split('|'));
    let patterns: Vec<&str> = patterns
        .map(|pattern| pattern.trim_end_matches('*'))
        .collect();
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(patterns)
        .expect("a few short patterns")
});

/// Every name of the table in `flat`, in order.
pub(super) fn occurrences(flat: &Flat) -> Vec<Occurrence> {
    let text = flat.text.as_bytes();
    let mut found = Vec::new();
    for hit in TABLE.automaton.find_iter(text) {
        if !is_word(text, hit.start(), hit.end()) {
            continue;
        }
        let dash = usize::from(text[hit.start()] == b'-');
        found.push(Occurrence {
            at: hit.start() + dash..hit.end(),
            meanings: &TABLE.meanings[hit.pattern().as_usize()],
        });
    }
    found
}

/// Whether a name ends where it seems to: `--etcd-servers-overrides` does not
/// hold `--etcd-servers`, `MY_ETCD_ENDPOINTS` no `ETCD_ENDPOINTS`.
fn is_word(text: &[u8], start: usize, end: usize) -> bool {
    let in_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let after = text
        .get(end)
        .is_none_or(|byte| !in_name(*byte) && *byte != b'-' && *byte != b'.');
    let before = start.checked_sub(1).map(|at| text[at]);
    after && before.is_none_or(|byte| !in_name(byte) && (text[start] == b'-' || byte != b'-'))
}

/// The offset after `at` of the character after a hole or a byte.
pub(super) fn step(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(1, |found| {
        if found == HOLE {
            HOLE.len_utf8()
        } else {
            found.len_utf8()
        }
    })
}
