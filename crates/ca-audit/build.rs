//! Checks `knowledge/consumers.toml` and turns it into Rust constants, so that
//! a wrong row stops the build and reading the table costs nothing at run time.

#[path = "build/carriers.rs"]
mod carriers;

use carriers::Carrier;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::{env, fs, path::Path};

const TABLE: &str = "knowledge/consumers.toml";

fn main() {
    println!("cargo::rerun-if-changed={TABLE}");
    println!("cargo::rerun-if-changed=build");
    let text = fs::read_to_string(TABLE).expect("the table is beside the manifest");
    let table: Table = toml::from_str(&text).unwrap_or_else(|error| panic!("{TABLE}: {error}"));
    check(&table);
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let write = |name: &str, text: String| {
        fs::write(Path::new(&out).join(name), text).expect("OUT_DIR is writable");
    };
    write("knowledge.rs", rust(&table));
    write("carriers.rs", carriers::rust(&table.carrier));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "fields that are only checked are never read")]
struct Table {
    schema_version: u32,
    consumer: Vec<Consumer>,
    trap: Vec<Trap>,
    carrier: Vec<Carrier>,
    runtime_env: Vec<RuntimeEnv>,
    trust_store: Vec<TrustStore>,
    provided_ca: Vec<ProvidedCa>,
    confidence: Vec<Row>,
}

type Row = BTreeMap<String, toml::Value>;

/// A variable by which a language's TLS library takes its CAs.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "fields that are only checked are never read")]
struct RuntimeEnv {
    name: String,
    langs: Vec<String>,
    effect: String,
    #[serde(default)]
    lab: String,
    verified: bool,
}

#[derive(Deserialize)]
struct Trap {
    id: String,
    source: String,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "fields that are only checked are never read")]
struct TrustStore {
    os: String,
    anchors: Option<String>,
    bundle: Option<String>,
    made: Option<String>,
    source: String,
    verified: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "fields that are only checked are never read")]
struct ProvidedCa {
    paths: Vec<String>,
    by: String,
    note: Option<String>,
    source: String,
    verified: bool,
}

/// One row; every key that a row may have stands here, so that a misspelt one
/// is an error.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
#[allow(dead_code, reason = "keys that no reader uses yet are still checked")]
struct Consumer {
    id: String,
    role: String,
    lang: String,
    names: Vec<String>,
    files: Vec<String>,
    doc_match: String,
    classes: Vec<String>,
    flag_style: String,
    subcommand: String,
    endpoint_flags: Vec<String>,
    endpoint_env: Vec<String>,
    endpoint_keys: Vec<String>,
    endpoint_default: String,
    ca_flags: Vec<String>,
    ca_env: Vec<String>,
    ca_keys: Vec<String>,
    ca_query: String,
    ca_form: String,
    dead_ca_flags: Vec<String>,
    dead_ca_keys: Vec<String>,
    dead_ca_env: Vec<String>,
    cert_flags: Vec<String>,
    cert_env: Vec<String>,
    cert_keys: Vec<String>,
    cert_query: String,
    key_flags: Vec<String>,
    key_env: Vec<String>,
    key_keys: Vec<String>,
    key_query: String,
    insecure_flags: Vec<String>,
    insecure_env: Vec<String>,
    insecure_keys: Vec<String>,
    insecure_query: String,
    auth_flags: Vec<String>,
    auth_env: Vec<String>,
    auth_keys: Vec<String>,
    requires_keys: Vec<String>,
    server_ca_flags: Vec<String>,
    tls_switch_flags: Vec<String>,
    tls_switch_env: Vec<String>,
    tls_switch_keys: Vec<String>,
    env_carriers: Vec<String>,
    context_any: Vec<String>,
    not_if: String,
    not_if_flags: Vec<String>,
    only_if: String,
    /// Positional arguments that are endpoints: `urls`, `etcd-urls`.
    arguments: String,
    /// Functions whose calls make the client.
    calls: Vec<String>,
    endpoint_has: Vec<String>,
    endpoint_schemes: Vec<String>,
    store_flags: Vec<String>,
    store_env: Vec<String>,
    store_keys: Vec<String>,
    store_values: Vec<String>,
    store_default: bool,
    when: String,
    interface: String,
    used_by: Vec<String>,
    api: String,
    also: Vec<String>,
    schemeless: String,
    absent: String,
    absent_with_certificate: String,
    absent_detail: String,
    ca_traps: Vec<String>,
    error_text: String,
    note: String,
    source: String,
    verified: bool,
}

const ABSENT: [&str; 11] = [
    "",
    "system-roots",
    "certifi",
    "no-verify",
    "no-client-auth",
    "plaintext",
    "error",
    "empty-pool",
    "runtime-default",
    "skipped",
    "unknown",
];

fn check(table: &Table) {
    let mut ids = BTreeSet::new();
    for row in &table.consumer {
        let id = &row.id;
        assert!(
            !id.is_empty() && ids.insert(id),
            "{TABLE}: id {id:?} is empty or used twice"
        );
        assert!(!row.source.trim().is_empty(), "{TABLE}: {id} has no source");
        assert!(!row.role.is_empty(), "{TABLE}: {id} has no role");
        assert!(
            row.interface.is_empty() || row.interface.contains('='),
            "{TABLE}: {id}: interface is VARIABLE=VALUE"
        );
        assert!(
            ["", "urls", "etcd-urls"].contains(&row.arguments.as_str()),
            "{TABLE}: {id}: arguments = {:?}",
            row.arguments
        );
        for absent in [&row.absent, &row.absent_with_certificate] {
            assert!(
                ABSENT.contains(&absent.as_str()),
                "{TABLE}: {id}: absent = {absent:?}"
            );
        }
        for trap in &row.ca_traps {
            assert!(
                table.trap.iter().any(|known| known.id == *trap),
                "{TABLE}: {id}: no trap {trap}"
            );
        }
    }
    assert!(
        table.trap.iter().all(|row| !row.source.is_empty()),
        "{TABLE}: a trap without source"
    );
    assert!(
        table.trust_store.iter().all(|row| !row.source.is_empty()),
        "{TABLE}: a trust store without source"
    );
    for store in &table.trust_store {
        let patterns = store.made.as_ref().zip(store.anchors.as_ref());
        assert!(
            store.made.is_none()
                || patterns.is_some_and(|(made, anchors)| [made, anchors]
                    .iter()
                    .all(|pattern| pattern.matches('*').count() == 1)),
            "{TABLE}: {}: made and anchors have one * each",
            store.os
        );
    }
    for row in &table.provided_ca {
        assert!(
            !row.paths.is_empty() && !row.by.is_empty() && !row.source.is_empty(),
            "{TABLE}: provided_ca {:?} lacks paths, by or source",
            row.paths
        );
    }
    carriers::check(&table.carrier);
}

fn rust(table: &Table) -> String {
    let mut out = String::from("pub(super) static CONSUMERS: &[Consumer] = &[\n");
    for row in &table.consumer {
        consumer(row, &runtime_ca(table, &row.lang), &mut out);
    }
    out.push_str("];\npub(super) static TRUST_STORES: &[TrustStore] = &[\n");
    for store in &table.trust_store {
        let (anchors, bundle) = (store.anchors.as_deref(), store.bundle.as_deref());
        let _ = writeln!(
            out,
            "TrustStore {{ os: {:?}, anchors: {:?}, bundle: {:?}, made: {:?} }},",
            store.os,
            anchors.unwrap_or_default(),
            bundle.unwrap_or_default(),
            store.made.as_deref().unwrap_or_default()
        );
    }
    out.push_str("];\npub(super) static PROVIDED_CAS: &[ProvidedCa] = &[\n");
    for row in &table.provided_ca {
        let _ = writeln!(
            out,
            "ProvidedCa {{ paths: &{:?}, by: {:?}, source: {:?} }},",
            row.paths, row.by, row.source
        );
    }
    out.push_str("];\n");
    let _ = writeln!(
        out,
        "pub(super) static SETTING_WORDS: &[&str] = &{:?};",
        words(&setting_names(table))
    );
    out
}

/// The verified variables by which programs of a language take their CAs.
fn runtime_ca<'t>(table: &'t Table, lang: &str) -> Vec<&'t str> {
    let rows = table.runtime_env.iter();
    let own = rows.filter(|row| row.verified && row.langs.iter().any(|own| own == lang));
    own.map(|row| row.name.as_str()).collect()
}

/// The flags (with their dash) and variables that name an endpoint or a CA,
/// and the programs and functions that take their endpoint as an argument: one
/// of these makes a text worth reading closely.
fn setting_names(table: &Table) -> BTreeSet<String> {
    let rows: Vec<&Consumer> = table.consumer.iter().filter(|row| is_judged(row)).collect();
    let flags = rows.iter().flat_map(|row| {
        let flags = row.endpoint_flags.iter().chain(&row.ca_flags);
        // A flag of one letter stands in every other command line; the program
        // that has it is named beside it.
        flags.flat_map(|flag| {
            if flag.len() == 1 {
                row.names.clone()
            } else {
                // What follows is another argument, or stands behind a `=`.
                let flag = flag.split(' ').next().unwrap_or(flag);
                vec![format!("-{flag}")]
            }
        })
    });
    let variables = rows
        .iter()
        .flat_map(|row| row.endpoint_env.iter().chain(&row.ca_env))
        .cloned();
    let with_arguments = rows.iter().filter(|row| !row.arguments.is_empty());
    let programs = with_arguments.flat_map(|row| row.names.iter());
    let calls = rows.iter().flat_map(|row| row.calls.iter());
    flags
        .chain(variables)
        .chain(programs.chain(calls).cloned())
        .collect()
}

/// Whether a row's settings alone tell what the program does.
fn is_judged(row: &Consumer) -> bool {
    let is_etcd = row.role == "etcd-client" || row.role == "etcd-server";
    row.verified && is_etcd && conditions(row).is_empty()
}

/// Conditions in words under which a row applies.
fn conditions(row: &Consumer) -> Vec<&String> {
    Some(&row.only_if)
        .into_iter()
        .filter(|condition| !condition.is_empty())
        .collect()
}

/// A few short words of which every name has one: a text without any of them
/// has no name. Greedy: always the word that the most names share. A name that
/// is shorter than a word stands for itself, with the dash of a flag.
fn words(names: &BTreeSet<String>) -> Vec<String> {
    const LEN: usize = 6;
    let names = names.iter().map(String::as_str);
    let (mut left, short): (Vec<&str>, Vec<&str>) = names.partition(|name| name.len() >= LEN);
    let mut words: Vec<String> = short.into_iter().map(str::to_owned).collect();
    while !left.is_empty() {
        let mut shared: BTreeMap<&str, usize> = BTreeMap::new();
        for name in &left {
            let own: BTreeSet<&str> = (0..=name.len() - LEN)
                .filter_map(|at| name.get(at..at + LEN))
                .collect();
            for word in own {
                *shared.entry(word).or_default() += 1;
            }
        }
        let Some((word, _)) = shared.into_iter().max_by_key(|(_, count)| *count) else {
            break;
        };
        words.push(word.to_owned());
        left.retain(|name| !name.contains(word));
    }
    words
}

fn consumer(row: &Consumer, runtime_ca: &[&str], out: &mut String) {
    let settings = |flags: &[String], env: &[String], keys: &[String]| {
        format!("Settings {{ flags: &{flags:?}, env: &{env:?}, keys: &{keys:?} }}")
    };
    let _ = writeln!(
        out,
        "Consumer {{ id: {:?}, role: {:?}, names: &{:?}, files: &{:?}, doc_match: {:?}, classes: &{:?}, subcommand: {:?}, \
         endpoint: {}, ca: {}, dead_ca: {}, cert: {}, key: {}, insecure: {}, tls_switch: {}, required: {}, client_auth: {}, \
         interface: {:?}, traps: &{:?}, not_if_flags: &{:?}, context_any: &{:?}, \
         query: Query {{ ca: {:?}, cert: {:?}, key: {:?}, insecure: {:?} }}, \
         store: Store {{ settings: {}, values: &{:?}, is_default: {:?} }}, runtime_ca: &{:?}, \
         arguments: {}, calls: &{:?}, endpoint_has: &{:?}, endpoint_schemes: &{:?}, \
         not_if: {:?}, only_if: &{:?}, schemeless: {:?}, absent: {}, absent_with_certificate: {}, error_text: {:?}, source: {:?}, verified: {:?} }},",
        row.id,
        row.role,
        row.names,
        row.files,
        row.doc_match,
        row.classes,
        row.subcommand,
        settings(&row.endpoint_flags, &row.endpoint_env, &row.endpoint_keys),
        settings(&row.ca_flags, &row.ca_env, &row.ca_keys),
        settings(&row.dead_ca_flags, &row.dead_ca_env, &row.dead_ca_keys),
        settings(&row.cert_flags, &row.cert_env, &row.cert_keys),
        settings(&row.key_flags, &row.key_env, &row.key_keys),
        settings(&row.insecure_flags, &row.insecure_env, &row.insecure_keys),
        settings(
            &row.tls_switch_flags,
            &row.tls_switch_env,
            &row.tls_switch_keys
        ),
        settings(&[], &[], &row.requires_keys),
        settings(&row.auth_flags, &row.auth_env, &row.auth_keys),
        row.interface,
        row.ca_traps,
        row.not_if_flags,
        row.context_any,
        row.ca_query,
        row.cert_query,
        row.key_query,
        row.insecure_query,
        settings(&row.store_flags, &row.store_env, &row.store_keys),
        row.store_values,
        row.store_default,
        runtime_ca,
        match row.arguments.as_str() {
            "urls" => "Arguments::Urls",
            "etcd-urls" => "Arguments::EtcdUrls",
            _ => "Arguments::None",
        },
        row.calls,
        row.endpoint_has,
        row.endpoint_schemes,
        row.not_if,
        conditions(row),
        row.schemeless,
        absent(&row.absent),
        match row.absent_with_certificate.as_str() {
            "" => absent(&row.absent),
            with => absent(with),
        },
        row.error_text,
        row.source,
        row.verified,
    );
}

fn absent(name: &str) -> String {
    let variant = match name {
        "system-roots" => "SystemRoots",
        "certifi" => "Certifi",
        "no-verify" => "NoVerification",
        "no-client-auth" => "NoClientAuthentication",
        "plaintext" => "Plaintext",
        "error" => "Refuses",
        "empty-pool" => "EmptyPool",
        _ => "Unknown",
    };
    format!("Absent::{variant}")
}
