//! What a repository says of itself: `.ca-lint.yaml`.
//!
//! Read by `serde_yaml`, which knows where a key or a value stands that it does
//! not want, and refuses two entries under one key.

mod day;
mod function_model;
mod ignored;
mod level;
mod rule_name;
mod schema;
mod scope;

pub use day::Day;
pub use function_model::FunctionModel;
pub use ignored::{Ignored, PathPattern};
pub use level::Level;
pub use rule_name::RuleName;
pub use schema::schema;
pub use scope::ConfiguredScope;

use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// The settings of a repository. What the command line says goes before.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Config {
    /// The level of a rule, where it is another than its own.
    pub rules: BTreeMap<RuleName, Level>,
    /// A CA that ends within so many days is about to expire.
    pub expiry_days: Option<u32>,
    /// The copies of hosts' files, by the name of the host; folders below that
    /// of the configuration.
    pub hosts: BTreeMap<String, String>,
    /// Environments, realms, clusters: what is kept apart, by name.
    pub scopes: BTreeMap<String, ConfiguredScope>,
    /// Findings that are to be out of sight.
    pub ignore: Vec<Ignored>,
    /// The baseline, where none is named on the command line; a path below the
    /// folder of the configuration.
    pub baseline: Option<String>,
    /// What is not in the tree, but true of its Puppet code.
    pub puppet: Puppet,
}

/// What is to be known of Puppet.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Puppet {
    /// What functions return whose source says it to nobody: every value that
    /// there may be.
    pub functions: BTreeMap<String, FunctionModel>,
    /// The `hiera.yaml` of the servers, where it is another than that of the
    /// environment; a path below the folder of the configuration.
    pub hiera: Option<String>,
}

/// What is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What, in words.
    pub message: String,
    /// Where, in bytes of the file.
    pub at: Range<usize>,
}

impl Config {
    /// Reads a configuration.
    ///
    /// # Errors
    ///
    /// The first thing in it that is not known or not possible.
    pub fn read(text: &str) -> Result<Self, Mistake> {
        // An empty file sets nothing.
        let config: Result<Option<Self>, _> = serde_yaml::from_str(text);
        let config = config.map_err(|error| Mistake::of(&error, text))?;
        Ok(config.unwrap_or_default())
    }
}

impl Mistake {
    fn of(error: &serde_yaml::Error, text: &str) -> Self {
        let told = error.location().map_or(0, |place| place.index());
        let at = |at: &usize| text.is_char_boundary(*at);
        let start = (0..=told.min(text.len())).rev().find(at).unwrap_or(0);
        let rest = &text[start..];
        let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}' | '#');
        let word = rest.split(ends).next().unwrap_or_default();
        // At least one letter is underlined.
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let end = word.trim_end_matches(':').len().max(first);
        Self {
            message: without_place(&error.to_string()),
            at: start..start + end,
        }
    }
}

/// The place is shown, so it need not be told as well.
fn without_place(message: &str) -> String {
    let end = message.rfind(" at line ").unwrap_or(message.len());
    message[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_can_be_set() {
        let text = "\
rules:
  weak-ca: off
  expiring-ca: error
expiry-days: 30
hosts:
  web1: hosts/web1
scopes:
  production:
    paths: [hieradata/production/**]
    hosts: [web*]
    allowed-cas:
      - file: modules/tls/files/ca.pem
      - key: sha256:4d9bc6f8933f3b064d9bc6f8933f3b064d9bc6f8933f3b064d9bc6f8933f3b06
ignore:
  - rule: weak-ca
    path: modules/old/**
    reason: the old cluster
    until: 2030-01-01
  - certificate: '4D:9B:C6:F8:93:3F:3B:06:4D:9B:C6:F8:93:3F:3B:06:4D:9B:C6:F8:93:3F:3B:06:4D:9B:C6:F8:93:3F:3B:06'
    reason: it is not ours
baseline: .ca-lint-baseline.json
puppet:
  functions:
    puppet_ssldir: [/var/lib/puppet/ssl, /var/lib/puppet/client/ssl]
    os_version: [true, false]
    lonely: 3
  hiera: modules/puppetmaster/files/production.hiera.yaml
";
        let config = Config::read(text).expect("it is right");
        assert_eq!(config.rules.len(), 2);
        assert_eq!(config.expiry_days, Some(30));
        assert_eq!(config.hosts["web1"], "hosts/web1");
        assert_eq!(config.ignore.len(), 2);
        let certificate = config.ignore[1].certificate.as_deref();
        assert_eq!(certificate.map(str::len), Some(64));
        assert_eq!(config.baseline.as_deref(), Some(".ca-lint-baseline.json"));
        assert_eq!(config.puppet.functions["os_version"].values.len(), 2);
        assert_eq!(config.puppet.functions["lonely"].values.len(), 1);
        let hiera = config.puppet.hiera.expect("a hierarchy");
        assert_eq!(hiera, "modules/puppetmaster/files/production.hiera.yaml");
    }

    #[test]
    fn nothing_is_set_by_an_empty_file() {
        for text in ["", "---\n", "# later\n", "puppet:\n"] {
            let config = Config::read(text).expect(text);
            assert!(config.rules.is_empty() && config.puppet.functions.is_empty());
        }
    }

    #[test]
    fn what_is_wrong_is_underlined() {
        for (text, wrong, said) in [
            ("rulez: {}\n", "rulez", "unknown field `rulez`"),
            ("rules:\n  weak-sea: off\n", "weak-sea", "weak-ca"),
            ("rules:\n  weak-ca: loud\n", "loud", "one of"),
            ("expiry-days: soon\n", "soon", "invalid type"),
            ("puppet:\n  functions:\n    f: []\n", "f", "no value"),
            ("scopes:\n  a: {allowed-cas: []}\n", "a", "paths or hosts"),
            (
                "scopes:\n  a: {paths: [x], allowed-cas: [{key: \"1\"}]}\n",
                "[{key",
                "no SHA-256",
            ),
            ("ignore:\n  - reason: why\n", "-", "names a rule"),
            ("ignore:\n  - {rule: weak-ca}\n", "{", "missing field"),
            (
                "ignore:\n  - {rule: weak-ca, reason: x, until: soon}\n",
                "{",
                "no day",
            ),
            ("ignore:\n  - {path: \"[\", reason: x}\n", "{", "unclosed"),
            (
                "expiry-days: 1\nexpiry-days: 2\n",
                "expiry-days",
                "duplicate",
            ),
        ] {
            let mistake = Config::read(text).expect_err(text);
            assert!(mistake.message.contains(said), "{mistake:?}");
            assert!(
                text[mistake.at.clone()].starts_with(wrong),
                "{mistake:?} of {text}"
            );
        }
    }
}
