//! What is known of other programs: which settings name their etcd endpoints
//! and their CA, and what they do without one.
//!
//! The table is `knowledge/consumers.toml`, each row with its source; the build
//! script checks it and makes these constants of it.

mod carriers;

pub use carriers::{Carried, Carrier, Key, carrier_words, carriers};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::sync::LazyLock;

include!(concat!(env!("OUT_DIR"), "/knowledge.rs"));

/// A program that talks to etcd.
#[derive(Debug)]
pub struct Consumer {
    /// The row's name.
    pub id: &'static str,
    /// `etcd-client`, `etcd-server`, …
    pub role: &'static str,
    /// `argv[0]`, image and unit names that select the row.
    pub names: &'static [&'static str],
    /// Globs of file names (template suffixes stripped) that select it.
    pub files: &'static [&'static str],
    /// Keys of a document that select it: `apiVersion=… kind=…`.
    pub doc_match: &'static str,
    /// Puppet classes of which the keys are parameters; no document has them.
    pub classes: &'static [&'static str],
    /// The sub-command that makes the program this consumer.
    pub subcommand: &'static str,
    /// Any of these: the program is an etcd client here.
    pub endpoint: Settings,
    /// Any of these with a value: the CA is explicit.
    pub ca: Settings,
    /// Names that look like the CA's, and that the program does not read.
    pub dead_ca: Settings,
    /// A client certificate: TLS is in use.
    pub cert: Settings,
    /// The key of the client certificate.
    pub key: Settings,
    /// Verification is switched off.
    pub insecure: Settings,
    /// Turns TLS on or off, whatever the endpoint says.
    pub tls_switch: Settings,
    /// Without these a CA is not used.
    pub required: Settings,
    /// A server asks its clients for certificates.
    pub client_auth: Settings,
    /// `VARIABLE=VALUE` of the environment under which the program is this row,
    /// where several rows have its name.
    pub interface: &'static str,
    /// The conditions in which a CA that is named has no effect.
    pub traps: &'static [&'static str],
    /// With one of these flags the program does not talk to etcd.
    pub not_if_flags: &'static [&'static str],
    /// The row's environment names count only beside one of these words.
    pub context_any: &'static [&'static str],
    /// Parameters in the query of an endpoint's URL.
    pub query: Query,
    /// What decides which kind of store the program talks to.
    pub store: Store,
    /// Environment variables by which the program's runtime takes its CAs.
    pub runtime_ca: &'static [&'static str],
    /// Which of its positional arguments are endpoints.
    pub arguments: Arguments,
    /// Functions whose calls make the client, as code names them.
    pub calls: &'static [&'static str],
    /// An endpoint counts only with one of these in its value, if there are any.
    pub endpoint_has: &'static [&'static str],
    /// An endpoint with another scheme than these is no etcd, if there are any.
    pub endpoint_schemes: &'static [&'static str],
    /// What a document has for which the row does not hold: `path=value`, a
    /// path, `!` and a path that it has not.
    pub not_if: &'static str,
    /// Conditions in words under which the row applies; no reader understands
    /// them yet, so such a row is not judged.
    pub only_if: &'static [&'static str],
    /// What an endpoint without a scheme means.
    pub schemeless: &'static str,
    /// What the program does over TLS without a CA.
    pub absent: Absent,
    /// The same where a client certificate and its key are named.
    pub absent_with_certificate: Absent,
    /// What it prints then, where that is known.
    pub error_text: &'static str,
    /// Where this was read or seen.
    pub source: &'static str,
    /// Whether the source was read, or the behaviour was seen.
    pub verified: bool,
}

/// Which positional arguments of a command are endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arguments {
    /// None.
    None,
    /// Every URL.
    Urls,
    /// URLs that are an etcd's by their port, their path or their name.
    EtcdUrls,
}

/// Which kind of store a program with several talks to.
#[derive(Debug)]
pub struct Store {
    /// The settings that say it.
    pub settings: Settings,
    /// The values that mean etcd; `etcd*` for every value that begins so.
    pub values: &'static [&'static str],
    /// Whether it is etcd where nothing is said.
    pub is_default: bool,
}

impl Store {
    /// Whether a value of the setting means etcd.
    pub fn is_etcd(&self, value: &str) -> bool {
        let matches = |pattern: &&str| match pattern.strip_suffix('*') {
            Some(prefix) => value.starts_with(prefix),
            None => *pattern == value,
        };
        self.values.iter().any(matches)
    }
}

/// Names of settings in the query of an endpoint's URL; empty where there is
/// none.
#[derive(Debug)]
pub struct Query {
    /// The CA.
    pub ca: &'static str,
    /// A client certificate.
    pub cert: &'static str,
    /// The key of the client certificate.
    pub key: &'static str,
    /// Verification is switched off.
    pub insecure: &'static str,
}

impl Query {
    /// Whether the row has no such settings.
    pub fn is_empty(&self) -> bool {
        self.ca.is_empty() && self.insecure.is_empty()
    }
}

/// The names of one setting in each form it has.
#[derive(Debug)]
pub struct Settings {
    /// Command-line flags, without dashes.
    pub flags: &'static [&'static str],
    /// Environment variables.
    pub env: &'static [&'static str],
    /// Paths of keys in a document.
    pub keys: &'static [&'static str],
}

/// What a program does over TLS without a CA of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// Trusts whatever the host trusts.
    SystemRoots,
    /// Trusts the bundle of the Python package `certifi`.
    Certifi,
    /// Verifies nothing.
    NoVerification,
    /// A server: asks no client for a certificate.
    NoClientAuthentication,
    /// Speaks without TLS.
    Plaintext,
    /// Refuses to start or to connect.
    Refuses,
    /// Trusts nothing, so every connection fails.
    EmptyPool,
    /// Not known.
    Unknown,
}

/// The folder and bundle of a system's trust store.
#[derive(Debug)]
pub struct TrustStore {
    /// The systems that have it.
    pub os: &'static str,
    /// Where local CAs are put; a folder or a glob; may be empty.
    pub anchors: &'static str,
    /// The bundle made of them; may be empty.
    pub bundle: &'static str,
    /// What is made of each anchor, its name in the place of the `*`; may be
    /// empty.
    pub made: &'static str,
}

/// CA files that a package or a program puts on hosts by itself.
#[derive(Debug)]
pub struct ProvidedCa {
    /// Globs of paths on hosts.
    pub paths: &'static [&'static str],
    /// Who puts them there, in words that follow "comes from".
    pub by: &'static str,
    /// Where this was read or seen.
    pub source: &'static str,
}

/// Every etcd client that can be judged by its settings alone.
pub fn etcd_clients() -> impl Iterator<Item = &'static Consumer> {
    consumers().filter(|row| {
        row.role == "etcd-client"
            && row.only_if.is_empty()
            && (!row.endpoint.is_empty()
                || row.arguments != Arguments::None
                || !row.calls.is_empty())
    })
}

/// Every etcd server that can be judged by its settings alone.
pub fn etcd_servers() -> impl Iterator<Item = &'static Consumer> {
    consumers().filter(|row| {
        row.role == "etcd-server" && row.only_if.is_empty() && !row.endpoint.is_empty()
    })
}

/// Every row that a rule may use.
pub fn consumers() -> impl Iterator<Item = &'static Consumer> {
    CONSUMERS.iter().filter(|row| row.verified)
}

/// Words of which every flag and variable that names an endpoint or a CA has
/// one: a text without them says nothing of a client's trust.
pub fn setting_words() -> &'static [&'static str] {
    SETTING_WORDS
}

/// Every known trust store.
pub fn trust_stores() -> &'static [TrustStore] {
    TRUST_STORES
}

/// Who puts a CA at a path of hosts by itself, if anybody is known to.
///
/// Rows that nobody verified count as well: at worst a warning is not given.
pub fn provided_ca(host_path: &str) -> Option<&'static ProvidedCa> {
    static GLOBS: LazyLock<Vec<(GlobSet, &ProvidedCa)>> =
        LazyLock::new(|| PROVIDED_CAS.iter().map(|row| (globs(row), row)).collect());
    let (_, row) = GLOBS.iter().find(|(globs, _)| globs.is_match(host_path))?;
    Some(row)
}

fn globs(row: &ProvidedCa) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    for path in row.paths {
        let glob = GlobBuilder::new(path).literal_separator(true).build();
        builder.add(glob.expect("a test builds every one"));
    }
    builder.build().expect("a test builds every one")
}

impl TrustStore {
    /// The anchor of which this store makes what stands at a path of hosts.
    ///
    /// `update-ca-certificates` also replaces a few characters of the name;
    /// this is the plain name.
    pub fn anchor_of(&self, host_path: &str) -> Option<String> {
        let name = between(self.made, host_path)?;
        (!name.contains('/')).then(|| self.anchors.replacen('*', name, 1))
    }
}

/// What stands in the place of a pattern's `*`.
fn between<'p>(pattern: &str, path: &'p str) -> Option<&'p str> {
    let (before, after) = pattern.split_once('*')?;
    let name = path.strip_prefix(before)?.strip_suffix(after)?;
    (!name.is_empty()).then_some(name)
}

impl Consumer {
    /// The program's name as people say it.
    pub fn program(&self) -> &'static str {
        let id = self.id;
        let form = ["-v1", "-cfg", "-env"]
            .iter()
            .filter_map(|form| id.find(form))
            .min();
        self.names
            .first()
            .copied()
            .unwrap_or(&id[..form.unwrap_or(id.len())])
    }
}

impl Settings {
    /// Whether one of the names is `name`: a flag with its dashes, a variable, a
    /// path of keys.
    pub fn has(&self, name: &str) -> bool {
        let flag = name.trim_start_matches('-');
        let is_flag = flag.len() < name.len() && self.flags.contains(&flag);
        is_flag || self.env.contains(&name) || self.keys.contains(&name)
    }

    /// Whether no form of the setting is known.
    pub fn is_empty(&self) -> bool {
        self.flags.is_empty() && self.env.is_empty() && self.keys.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_that_rules_use_has_a_source() {
        assert!(consumers().count() > 50);
        assert!(CONSUMERS.iter().all(|row| !row.source.is_empty()));
    }

    #[test]
    fn cas_that_somebody_else_provides() {
        let by = |path| provided_ca(path).map(|row| row.by);
        for path in [
            "/etc/ssl/certs/ca-certificates.crt",
            "/var/lib/puppet/ssl/certs/ca.pem",
            "/var/lib/puppet/client/ssl/certs/ca.pem",
            "/etc/puppetlabs/puppet/ssl/certs/ca.pem",
            "/etc/kubernetes/pki/etcd/ca.crt",
        ] {
            assert!(by(path).is_some(), "{path}");
        }
        for path in [
            "/etc/etcd/ssl/ca.pem",
            "/etc/puppetry/ssl/certs/ca.pem",
            "/etc/kubernetes/pki/etcd/other/ca.crt",
            "etc/ssl/certs/ca-certificates.crt",
        ] {
            assert_eq!(by(path), None, "{path}");
        }
    }

    #[test]
    fn links_that_a_trust_store_makes() {
        let anchor = |path: &str| {
            trust_stores()
                .iter()
                .find_map(|store| store.anchor_of(path))
        };
        assert_eq!(
            anchor("/etc/ssl/certs/Own_CA.pem").as_deref(),
            Some("/usr/local/share/ca-certificates/Own_CA.crt")
        );
        assert_eq!(anchor("/etc/ssl/certs/own/CA.pem"), None);
        assert_eq!(anchor("/etc/ssl/certs/.pem"), None);
    }

    #[test]
    fn every_setting_has_one_of_the_words() {
        for row in etcd_clients() {
            for settings in [&row.endpoint, &row.ca] {
                let flags = settings
                    .flags
                    .iter()
                    .filter(|flag| flag.len() > 1)
                    .map(|flag| format!("-{flag}"));
                for name in flags.chain(settings.env.iter().map(|name| (*name).to_owned())) {
                    assert!(
                        setting_words().iter().any(|word| name.contains(word)),
                        "{name}"
                    );
                }
            }
        }
    }
}
