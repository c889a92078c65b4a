//! Finds the names of the knowledge table in text, all in one pass.

use super::file_names::is_structured;
use super::{
    Flat, HOLE, SettingKind, embedded, puppet_files, puppet_hash, puppet_parameters, shell_files,
};
use crate::knowledge::{Arguments, Consumer, Settings, etcd_clients, etcd_servers, setting_words};
use crate::words::searcher;
use aho_corasick::{AhoCorasick, AhoCorasickKind, Match, MatchKind};
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
    /// A function whose call makes the client.
    Call(&'static Consumer),
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
    /// Whether a pattern names an endpoint or a CA: without one there is no
    /// fragment.
    is_setting: Vec<Told>,
}

/// What a name in a text tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// Nothing by itself.
    Nothing,
    /// That there is a client, where an etcd's URL stands in the text: of
    /// programs that fetch any URL.
    BesideEtcd,
    /// That there may be a client.
    Alone,
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
    for row in etcd_clients().chain(etcd_servers()) {
        for name in row.names {
            add((*name).to_owned(), Meaning::Program(row));
        }
        for name in row.calls {
            add((*name).to_owned(), Meaning::Call(row));
        }
        for name in row.runtime_ca {
            add(
                (*name).to_owned(),
                Meaning::Environment(row, SettingKind::RuntimeCa),
            );
        }
        for flag in row.not_if_flags {
            add(format!("-{flag}"), Meaning::Flag(row, SettingKind::NotEtcd));
        }
        if let Some((variable, _)) = row.interface.split_once('=') {
            let meaning = Meaning::Environment(row, SettingKind::Interface);
            add(variable.to_owned(), meaning);
        }
        for (kind, settings) in kinds(row) {
            for pattern in settings.flags.iter().flat_map(|flag| written(flag)) {
                add(pattern, Meaning::Flag(row, kind));
            }
            for name in settings.env {
                add((*name).to_owned(), Meaning::Environment(row, kind));
            }
        }
    }
    // A DFA: every text file of a project runs through it.
    let automaton = AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .match_kind(MatchKind::LeftmostLongest)
        .build(&patterns)
        .expect("the table is far below the automaton's limits");
    let names_a_setting = |meanings: &Vec<Meaning>| {
        let told = meanings.iter().map(Meaning::told);
        told.max_by_key(|told| *told as u8).unwrap_or(Told::Nothing)
    };
    Table {
        automaton,
        is_setting: meanings.iter().map(names_a_setting).collect(),
        meanings,
    }
});

/// How a flag is written, its dash first. One with a word of its own behind it
/// (`cluster-store-opt kv.cacertfile`) has that as the next argument, or behind
/// a `=`.
fn written(flag: &str) -> Vec<String> {
    const BETWEEN: [&str; 4] = [" ", "=", "\", \"", "', '"];
    match flag.split_once(' ') {
        Some((flag, word)) => BETWEEN
            .iter()
            .map(|between| format!("-{flag}{between}{word}"))
            .collect(),
        None => vec![format!("-{flag}")],
    }
}

impl Meaning {
    fn told(&self) -> Told {
        match self {
            Self::Flag(_, SettingKind::Endpoint | SettingKind::Ca)
            | Self::Environment(_, SettingKind::Endpoint | SettingKind::Ca) => Told::Alone,
            Self::Program(row) | Self::Call(row) => match row.arguments {
                Arguments::Urls => Told::Alone,
                Arguments::EtcdUrls => Told::BesideEtcd,
                Arguments::None if matches!(self, Self::Call(_)) => Told::Alone,
                Arguments::None => Told::Nothing,
            },
            _ => Told::Nothing,
        }
    }
}

/// The settings of a row, by what they mean.
pub(crate) fn kinds(row: &'static Consumer) -> [(SettingKind, &'static Settings); 10] {
    [
        (SettingKind::Endpoint, &row.endpoint),
        (SettingKind::Ca, &row.ca),
        (SettingKind::UnreadCa, &row.dead_ca),
        (SettingKind::ClientCertificate, &row.cert),
        (SettingKind::ClientKey, &row.key),
        (SettingKind::Insecure, &row.insecure),
        (SettingKind::TlsSwitch, &row.tls_switch),
        (SettingKind::Required, &row.required),
        (SettingKind::ClientAuthentication, &row.client_auth),
        (SettingKind::Store, &row.store.settings),
    ]
}

/// Whether a file may hold settings: a setting's name stands in it, or its
/// name or kind selects a row. Decides only what is read more closely.
pub fn may_select(path: &str, bytes: &[u8]) -> bool {
    let mut hits = TABLE.automaton.find_iter(bytes);
    let is_setting = |hit: Match| {
        let kind = TABLE.is_setting[hit.pattern().as_usize()];
        let is_told = kind == Told::Alone || (kind == Told::BesideEtcd && names_etcd(bytes));
        is_told && is_word(bytes, hit.start(), hit.end())
    };
    (WORDS.is_match(bytes) && (KINDS.is_match(bytes) || hits.any(is_setting)))
        || is_structured(path, bytes)
        || puppet_hash::may_hold(path, bytes)
        || puppet_files::may_hold(path, bytes)
        || puppet_parameters::may_hold(path, bytes)
        || shell_files::may_hold(path, bytes)
        || embedded::may_hold(path, bytes)
}

/// The last names of the keys by which documents of the table's programs name
/// their endpoints.
pub(super) fn endpoint_key_words() -> impl Iterator<Item = &'static str> {
    let rows = etcd_clients().chain(etcd_servers());
    rows.flat_map(|row| row.endpoint.keys).map(|path| {
        let last = path.rsplit(['.', '!']).next().unwrap_or(path);
        last.trim_end_matches("[]").trim_matches('"')
    })
}

/// Whether some URL of an etcd may stand in a text.
pub(super) fn names_etcd(bytes: &[u8]) -> bool {
    static WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
        searcher([
            "etcd", "ETCD", "Etcd", ":2379", ":4001", ":2381", "/v2/keys", "/v3/kv",
        ])
    });
    WORDS.is_match(bytes)
}

/// What a text must have to select anything: few and short, so that they are
/// searched several times faster than the names themselves.
static WORDS: LazyLock<AhoCorasick> =
    LazyLock::new(|| searcher(setting_words().iter().copied().chain(kinds_of_documents())));

static KINDS: LazyLock<AhoCorasick> = LazyLock::new(|| searcher(kinds_of_documents()));

/// What a document must hold to select a row by its kind: of each condition
/// the longest word, as the one that the fewest other documents have.
fn kinds_of_documents() -> impl Iterator<Item = &'static str> {
    etcd_clients().flat_map(|row| {
        let words = row
            .doc_match
            .split_whitespace()
            .filter_map(|word| word.split_once('='));
        let longest = words
            .map(|(_, values)| values)
            .max_by_key(|values| values.len());
        longest
            .into_iter()
            .flat_map(|values| values.split('|'))
            .map(|value| value.trim_end_matches('*'))
    })
}

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

/// Whether a range is a whole name, not a part of a longer one.
pub(super) fn is_whole_name(text: &[u8], start: usize, end: usize) -> bool {
    is_word(text, start, end)
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
