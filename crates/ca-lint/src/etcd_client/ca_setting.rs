//! The CA setting that a client lacks: its name in the form of the settings
//! beside it, the file that a sibling names, and the edit that adds it.

use crate::finding::Fix;
use ca_audit::facts::Role;
use ca_audit::invocation::{Setting, SettingKind};
use ca_audit::knowledge::Consumer;
use ca_audit::value::Piece;
use ca_audit::{Client, Evidence, Transport};

/// A CA setting in the form of another setting of the same program.
pub(crate) struct CaSetting {
    /// `--etcd-cafile`, `ETCDCTL_CACERT`, `etcd.external.caFile`.
    pub(crate) name: String,
    /// What stands between it and its value in prose.
    pub(crate) sign: &'static str,
    /// Whether it has the form of the setting beside it.
    is_of_form: bool,
}

impl CaSetting {
    /// A flag beside a flag, a variable beside a variable, a key beside a key.
    pub(crate) fn beside(consumer: &Consumer, endpoint: &Setting) -> Self {
        let ca = &consumer.ca;
        let dashes = &endpoint.name[..endpoint.name.len() - undashed(&endpoint.name).len()];
        let form = |name: String, sign| (name, sign);
        let flag = ca.flags.first().map(|flag| {
            let dashes = if dashes.is_empty() { "--" } else { dashes };
            form(format!("{dashes}{flag}"), "=")
        });
        let variable = nearest(ca.env, &endpoint.name).map(|name| form(name.to_owned(), "="));
        let key =
            nearest(ca.keys, &endpoint.name).map(|key| parameter_or_key(consumer, endpoint, key));
        let preferred = if !dashes.is_empty() {
            flag.clone()
        } else if let Some(in_hash) = key_of_hash(consumer, endpoint) {
            Some(form(in_hash, " => "))
        } else if consumer.endpoint.env.contains(&endpoint.name.as_str()) {
            variable.clone()
        } else {
            key.clone()
        };
        let is_of_form = preferred.is_some();
        let parameter = Some(consumer.query.ca)
            .filter(|name| !name.is_empty())
            .map(|name| form(format!("{}{name}", query_sign(endpoint)), "="));
        let (name, sign) = preferred
            .or(parameter)
            .or(flag)
            .or(variable)
            .or(key)
            .unwrap_or_else(|| form("CA setting".to_owned(), "="));
        Self {
            name,
            sign,
            is_of_form,
        }
    }

    /// The edit that adds it beside the only endpoint of a client that is known
    /// to use TLS.
    pub(crate) fn addition(
        &self,
        evidence: &Evidence,
        client: &Client,
        path: &SiblingCa,
    ) -> Option<Fix> {
        let endpoint = only_endpoint(client)?;
        let room = endpoint.editable.as_ref()?.room.as_ref()?;
        let is_safe = matches!(client.transport, Transport::Tls(_))
            && self.is_of_form
            && path.is_only
            && is_plain(&path.path)
            && is_plain(&self.name);
        let (parent, name) = self.name.rsplit_once('.').unwrap_or(("", &self.name));
        let is_key = self.sign == ": ";
        let own_parent = endpoint
            .name
            .rsplit_once('.')
            .map_or("", |(parent, _)| parent);
        if !is_safe || !path.is_seen_by(evidence, client) || (is_key && parent != own_parent) {
            return None;
        }
        let name = if is_key { name } else { &self.name };
        let text = room.filled(name, &path.path);
        Some(Fix::new(format!("add {}", self.name), room.at, text))
    }
}

/// A key of a document; of a Puppet class the parameter, in Hiera's data with
/// the class before it.
fn parameter_or_key(consumer: &Consumer, endpoint: &Setting, key: &str) -> (String, &'static str) {
    if consumer.classes.is_empty() {
        return (key.to_owned(), ": ");
    }
    match endpoint.name.rsplit_once("::") {
        Some((class, _)) => (format!("{class}::{key}"), ": "),
        None => (key.to_owned(), " => "),
    }
}

/// The CA's flag as a key of a Puppet hash, where the endpoint is such a key:
/// `etcd_cafile` beside `etcd_servers`, `etcd-cafile` beside `etcd-servers`.
fn key_of_hash(consumer: &Consumer, endpoint: &Setting) -> Option<String> {
    let written = endpoint.name.as_str();
    let is_key = consumer.endpoint.keys.contains(&written);
    let is_flag = consumer
        .endpoint
        .flags
        .contains(&written.replace('_', "-").as_str());
    let flag = consumer.ca.flags.first().filter(|_| is_flag && !is_key)?;
    Some(if written.contains('_') {
        flag.replace('-', "_")
    } else {
        (*flag).to_owned()
    })
}

/// What a further parameter of an endpoint's URL begins with: the first with a
/// question mark.
fn query_sign(endpoint: &Setting) -> char {
    let mut pieces = endpoint.value.pieces.iter();
    let has_query = pieces.any(|piece| matches!(piece, Piece::Literal(text) if text.contains('?')));
    if has_query { '&' } else { '?' }
}

/// The name that has the most in common with the endpoint's: `PATRONI_ETCD3_…`
/// beside `PATRONI_ETCD3_…`, keys of one mapping.
fn nearest(names: &'static [&'static str], endpoint: &str) -> Option<&'static str> {
    let common = |name: &&&str| {
        let pairs = name.bytes().zip(endpoint.bytes());
        pairs.take_while(|(a, b)| a == b).count()
    };
    // The first of those that have as much.
    names.iter().rev().max_by_key(common).copied()
}

fn undashed(name: &str) -> &str {
    name.trim_start_matches('-')
}

/// The endpoint, where one place alone says it.
fn only_endpoint(client: &Client) -> Option<&Setting> {
    let mut endpoints = client.fragment.active(SettingKind::Endpoint);
    let first = endpoints.next()?;
    endpoints.all(|other| other.at == first.at).then_some(first)
}

/// Whether no shell, no YAML and no template reads anything into it.
pub(crate) fn is_plain(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@".contains(c);
    !text.is_empty() && text.chars().all(is_plain)
}

/// The CA file of another client of the project.
pub(crate) struct SiblingCa<'c> {
    /// The client.
    pub(crate) client: &'c Client,
    /// The file.
    pub(crate) path: String,
    /// Whether it is beyond doubt: that client talks to the same etcd, or all
    /// that name a CA name this one.
    pub(crate) is_only: bool,
}

impl SiblingCa<'_> {
    /// Whether the file is where the client would look for it. In a container
    /// that is only known of folders that the client's own settings name, or of
    /// what another container of the same file names.
    pub(crate) fn is_seen_by(&self, evidence: &Evidence, client: &Client) -> bool {
        let path = evidence.path(client.read.at.file);
        let may_be_container = [".yaml", ".yml", ".json"]
            .iter()
            .any(|name| path.contains(name));
        let is_key =
            |setting: &Setting| client.row().endpoint.keys.contains(&setting.name.as_str());
        let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
        let own = folder(&self.path);
        !may_be_container
            || self.client.read.at.file == client.read.at.file
            || client.fragment.active(SettingKind::Endpoint).all(is_key)
            || client.fragment.settings.iter().any(|setting| {
                let value = setting.value.as_str();
                value.is_some_and(|value| value.starts_with('/') && folder(value) == own)
            })
    }
}

/// Another client that names a CA: of the same etcd first, then the nearest by
/// place.
pub(crate) fn sibling<'c>(evidence: &'c Evidence, client: &Client) -> Option<SiblingCa<'c>> {
    let own = evidence.path(client.read.at.file);
    let is_aside = evidence.is_aside(client.read.at.file);
    let mut known: Vec<(&Client, &str)> = evidence
        .reads(Role::EtcdClient)
        .filter(|other| other.read.at != client.read.at)
        .filter(|other| is_aside || !evidence.is_aside(other.read.at.file))
        .filter_map(|other| match other.ca_paths.as_slice() {
            [one] => Some((other, one.path.as_str())),
            _ => None,
        })
        .collect();
    known.sort_by_key(|(other, _)| {
        let shared = !other.etcd.is_disjoint(&client.etcd);
        let path = evidence.path(other.read.at.file);
        let near = path.bytes().zip(own.bytes()).take_while(|(a, b)| a == b);
        (std::cmp::Reverse((shared, near.count())), other.read.at)
    });
    let (first, path) = *known.first()?;
    let mut same_etcd = known
        .iter()
        .filter(|(other, _)| !other.etcd.is_disjoint(&client.etcd))
        .peekable();
    let is_only = if same_etcd.peek().is_some() {
        same_etcd.all(|(_, other)| *other == path)
    } else {
        known.iter().all(|(_, other)| *other == path)
    };
    Some(SiblingCa {
        client: first,
        path: path.to_owned(),
        is_only,
    })
}

/// Whether a setting tells the program not to verify: a switch that is on, or
/// one that the table knows to mean it (`proxy_ssl_verify=off`).
pub(crate) fn skips_verification(consumer: &Consumer, setting: &Setting) -> bool {
    let is_known = |known: &&str| {
        let value = setting.value.as_str();
        known.split_once('=').is_some_and(|(name, off)| {
            name.ends_with(setting.name.as_str())
                && value.is_some_and(|value| value.eq_ignore_ascii_case(off))
        })
    };
    is_on(setting) || consumer.insecure.keys.iter().any(is_known)
}

/// Whether a switch is on: a flag without a value, `true`, `1`, `yes`, `on`.
pub(crate) fn is_on(setting: &Setting) -> bool {
    match setting.value.as_str() {
        Some("") => setting.name.starts_with('-'),
        Some(value) => {
            // `--insecure get /x`: what follows a switch is not its value.
            let is_word = !matches!(
                value,
                "false" | "0" | "no" | "off" | "f" | "F" | "False" | "FALSE"
            );
            let is_yes = matches!(
                value,
                "true" | "1" | "yes" | "on" | "t" | "T" | "True" | "TRUE"
            );
            is_yes || (setting.name.starts_with('-') && is_word)
        }
        None => false,
    }
}
