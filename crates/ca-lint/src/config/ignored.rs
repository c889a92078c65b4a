//! What a repository wants out of sight.

use super::RuleName;
use super::day::Day;
use globset::{GlobBuilder, GlobMatcher};
use serde::Deserialize;
use serde::de::{Deserializer, Error};

/// An entry under `ignore:`.
#[derive(Clone, Debug)]
pub struct Ignored {
    /// Findings of these rules; of any when empty.
    pub rules: Vec<RuleName>,
    /// In files like this, from the folder of the configuration.
    pub path: Option<PathPattern>,
    /// About the certificate with this SHA-256, in lower-case hexadecimal.
    pub certificate: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Day>,
}

/// A pattern of paths: `*` within a name, `**` over names.
#[derive(Clone, Debug)]
pub struct PathPattern(pub GlobMatcher);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    rule: Option<RuleName>,
    #[serde(default)]
    rules: Vec<RuleName>,
    path: Option<PathPattern>,
    certificate: Option<String>,
    reason: String,
    until: Option<Day>,
}

impl<'de> Deserialize<'de> for Ignored {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        let mut rules = written.rules;
        rules.extend(written.rule);
        if rules.is_empty() && written.path.is_none() && written.certificate.is_none() {
            return Err(D::Error::custom(
                "an entry names a rule, a path or a certificate",
            ));
        }
        if written.reason.trim().is_empty() {
            return Err(D::Error::custom("say why, for whoever reads it next"));
        }
        let certificate = written.certificate.map(|text| fingerprint(&text));
        let certificate = certificate.transpose().map_err(D::Error::custom)?;
        Ok(Self {
            rules,
            path: written.path,
            certificate,
            reason: written.reason,
            until: written.until,
        })
    }
}

/// A SHA-256 as any tool prints it.
pub(super) fn fingerprint(text: &str) -> Result<String, String> {
    let text = text.trim();
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    let digits: String = digits.chars().filter(|c| !matches!(c, ':' | ' ')).collect();
    if digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(digits.to_ascii_lowercase());
    }
    Err(format!(
        "{text} is no SHA-256 (64 hexadecimal digits, as in ca-lint inventory)"
    ))
}

impl<'de> Deserialize<'de> for PathPattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let glob = GlobBuilder::new(text.trim_start_matches("./"))
            .literal_separator(true)
            .build();
        let glob = glob.map_err(|error| D::Error::custom(error.kind().to_string()))?;
        Ok(Self(glob.compile_matcher()))
    }
}
