//! Parts of a project that are kept apart.

use super::ignored::fingerprint;
use super::{Config, PathPattern};
use crate::scope::{AllowedCa, Scope, Scopes};
use crate::source_roots::SourceRoots;
use globset::GlobMatcher;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

/// An entry under `scopes:`.
#[derive(Clone, Debug)]
pub struct ConfiguredScope {
    /// Files like these belong to it.
    pub paths: Vec<PathPattern>,
    /// So do the files of hosts that are named like this.
    pub hosts: Vec<PathPattern>,
    /// The CAs that may stand there; any where nothing is said.
    pub allowed_cas: Option<Vec<AllowedCa>>,
}

impl Config {
    /// The scopes, whose paths count from `ground`.
    pub fn scopes(&self, ground: SourceRoots) -> Scopes {
        let globs = |patterns: &[PathPattern]| -> Vec<GlobMatcher> {
            patterns.iter().map(|pattern| pattern.0.clone()).collect()
        };
        let scopes = self.scopes.iter().map(|(name, scope)| Scope {
            name: name.clone(),
            paths: globs(&scope.paths),
            hosts: globs(&scope.hosts),
            allowed: scope.allowed_cas.clone(),
        });
        Scopes {
            scopes: scopes.collect(),
            ground,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    #[serde(default)]
    paths: Vec<PathPattern>,
    #[serde(default)]
    hosts: Vec<PathPattern>,
    allowed_cas: Option<Vec<Allowed>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenCa {
    certificate: Option<String>,
    key: Option<String>,
    file: Option<String>,
}

struct Allowed(AllowedCa);

impl<'de> Deserialize<'de> for ConfiguredScope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        if written.paths.is_empty() && written.hosts.is_empty() {
            return Err(D::Error::custom("a scope has paths or hosts"));
        }
        let allowed = written.allowed_cas;
        Ok(Self {
            paths: written.paths,
            hosts: written.hosts,
            allowed_cas: allowed.map(|cas| cas.into_iter().map(|ca| ca.0).collect()),
        })
    }
}

impl<'de> Deserialize<'de> for Allowed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = WrittenCa::deserialize(deserializer)?;
        let hash = |text: &str| fingerprint(text).map_err(D::Error::custom);
        let ca = match (written.certificate, written.key, written.file) {
            (Some(certificate), None, None) => AllowedCa::Certificate(hash(&certificate)?),
            (None, Some(key), None) => AllowedCa::Key(hash(&key)?),
            (None, None, Some(file)) => AllowedCa::File(file.trim_start_matches("./").to_owned()),
            _ => {
                let message = "a CA is told by one of certificate (SHA-256), key (SHA-256 of the public key, as kubeadm pins it) and file";
                return Err(D::Error::custom(message));
            }
        };
        Ok(Self(ca))
    }
}
