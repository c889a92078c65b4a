//! The rows of `[[carrier]]`: settings and objects that name or carry a CA.

use crate::TABLE;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// One row; every key that a row may have stands here, so that a misspelt one
/// is an error.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
#[allow(dead_code, reason = "what is written for people is still checked")]
pub(crate) struct Carrier {
    domain: String,
    id: String,
    kind: String,
    path: String,
    form: String,
    program: String,
    role: String,
    names: Vec<String>,
    files: Vec<String>,
    doc_match: String,
    flags: Vec<String>,
    keys: Vec<String>,
    target: String,
    ref_key: String,
    ref_namespace: String,
    default: String,
    insecure: String,
    trust: String,
    absent: String,
    note: String,
    source: String,
    verified: bool,
}

/// The names of `facts::Role`, with its variants.
const ROLES: [(&str, &str); 22] = [
    ("etcd", "EtcdClient"),
    ("peers", "Peers"),
    ("api-server", "ApiServer"),
    ("clients", "Clients"),
    ("front-proxy", "FrontProxy"),
    ("kubelets", "Kubelets"),
    ("webhook", "Webhook"),
    ("aggregated-api", "AggregatedApi"),
    ("identity-provider", "IdentityProvider"),
    ("service-account-root", "ServiceAccountRoot"),
    ("signing", "Signing"),
    ("registry", "Registry"),
    ("upstream", "Upstream"),
    ("issuer", "Issuer"),
    ("scraped", "Scraped"),
    ("source", "Source"),
    ("storage", "Storage"),
    ("proxy", "Proxy"),
    ("ldap", "Ldap"),
    ("bundle", "Bundle"),
    ("puppet-server", "PuppetServer"),
    ("server", "Server"),
];

pub(crate) fn check(rows: &[Carrier]) {
    let mut ids = BTreeSet::new();
    for row in rows {
        let id = &row.id;
        assert!(
            !row.source.is_empty(),
            "{TABLE}: carrier {id} has no source"
        );
        assert!(
            !id.is_empty() && ids.insert(id),
            "{TABLE}: carrier {id:?} is empty or used twice"
        );
        if row.program.is_empty() {
            continue;
        }
        assert!(
            role(row).is_some(),
            "{TABLE}: carrier {id}: no role {:?}",
            row.role
        );
        assert!(
            !row.flags.is_empty() || !row.keys.is_empty(),
            "{TABLE}: carrier {id}: neither flags nor keys"
        );
        assert!(
            row.flags.is_empty() || !row.names.is_empty(),
            "{TABLE}: carrier {id}: flags of no program"
        );
        for key in keys(row) {
            assert!(
                form(key.1).is_some(),
                "{TABLE}: carrier {id}: {} has the form {:?}",
                key.0,
                key.1
            );
        }
    }
}

/// The rows that are read, as constants, and words of which every text that one
/// of them may select has one.
pub(crate) fn rust(rows: &[Carrier]) -> String {
    let read = rows
        .iter()
        .filter(|row| row.verified && !row.program.is_empty());
    let read: Vec<&Carrier> = read.collect();
    let mut out = String::from("static CARRIERS: &[Carrier] = &[\n");
    for row in &read {
        carrier(row, &mut out);
    }
    let names: BTreeSet<String> = read.iter().flat_map(|row| rarest(row)).collect();
    let _ = writeln!(
        out,
        "];\nstatic CARRIER_WORDS: &[&str] = &{:?};",
        shortest(&names)
    );
    out
}

fn carrier(row: &Carrier, out: &mut String) {
    let keys: Vec<String> = keys(row)
        .map(|(path, own)| {
            let form = form(own).expect("checked");
            format!("Key {{ path: {path:?}, form: Carried::{form} }}")
        })
        .collect();
    let _ = writeln!(
        out,
        "Carrier {{ id: {:?}, program: {:?}, role: Role::{}, names: &{:?}, files: &{:?}, doc_match: {:?}, \
         flags: &{:?}, keys: &[{}], target: {:?}, ref_key: {:?}, ref_namespace: {:?}, source: {:?} }},",
        row.id,
        row.program,
        role(row).expect("checked"),
        row.names,
        row.files,
        row.doc_match,
        row.flags,
        keys.join(", "),
        row.target,
        row.ref_key,
        row.ref_namespace,
        row.source,
    );
}

fn role(row: &Carrier) -> Option<&'static str> {
    let known = ROLES.iter().find(|(name, _)| *name == row.role);
    known.map(|(_, variant)| *variant)
}

/// The path of each key with its form.
fn keys(row: &Carrier) -> impl Iterator<Item = (&str, &str)> {
    row.keys
        .iter()
        .map(|key| key.split_once(" as ").unwrap_or((key, &row.form)))
}

fn form(name: &str) -> Option<&'static str> {
    match name {
        "path" => Some("Path"),
        "pem" | "b64pem" | "pem|b64pem" => Some("Here"),
        "path|pem" => Some("PathOrHere"),
        "ref-configmap" => Some("ConfigMap"),
        "ref-secret" => Some("Secret"),
        "hash" => Some("Pin"),
        _ => None,
    }
}

/// What few texts have of all that a row's flags and keys need: the key's own
/// name where that is told from others, else the longest word of its kind or
/// of its path. Rows that a file's name selects need none.
fn rarest(row: &Carrier) -> Vec<String> {
    let flags = row.flags.iter().map(|flag| format!("-{flag}"));
    let is_by_name = !row.files.is_empty() && row.flags.is_empty();
    let keys = row
        .keys
        .iter()
        .filter(|_| !is_by_name && row.flags.is_empty());
    flags
        .chain(keys.map(|key| rarest_of_key(row, key)))
        .collect()
}

fn rarest_of_key(row: &Carrier, key: &str) -> String {
    const LEAST: usize = 8;
    let path = key.split(" as ").next().unwrap_or_default();
    // A quoted name is a name of its own: an annotation, a key of Hiera's.
    if let Some(quoted) = path.split('"').nth(1).filter(|name| name.len() >= LEAST) {
        return quoted.to_owned();
    }
    let segments = path
        .split('.')
        .map(|part| part.trim_end_matches("[]").trim_matches('"').to_owned());
    let last = segments.clone().next_back().unwrap_or_default();
    let lower = last.to_lowercase();
    let is_telling = lower != "certificates"
        && ["ca", "cert", "trust"]
            .iter()
            .any(|word| lower.contains(word));
    if last.len() >= LEAST && is_telling {
        return last;
    }
    let kinds = row.doc_match.split_whitespace().filter_map(|word| {
        let value = word.split_once('=')?.1.trim_end_matches('*');
        (!value.contains('|') && value.len() >= LEAST).then(|| value.to_owned())
    });
    let longest = |words: &mut dyn Iterator<Item = String>| words.max_by_key(String::len);
    longest(&mut { kinds })
        .or_else(|| longest(&mut { segments }))
        .unwrap_or_default()
}

/// Without those that hold another one.
fn shortest(words: &BTreeSet<String>) -> Vec<&String> {
    let holds_other = |word: &&String| {
        words
            .iter()
            .any(|other| other != *word && word.contains(other.as_str()))
    };
    words.iter().filter(|word| !holds_other(word)).collect()
}
