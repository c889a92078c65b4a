//! Names of rules that there are.

use crate::rules::RULES;
use serde::de::{Deserialize, Deserializer, Error};

/// The name of a rule that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleName(pub &'static str);

impl<'de> Deserialize<'de> for RuleName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let rule = RULES.iter().find(|rule| rule.name == name);
        rule.map(|rule| Self(rule.name))
            .ok_or_else(|| D::Error::custom(unknown(&name)))
    }
}

fn unknown(name: &str) -> String {
    let alike = |rule: &&str| strsim::jaro_winkler(rule, name);
    let names = RULES.iter().map(|rule| rule.name);
    let nearest = names.max_by(|a, b| alike(a).total_cmp(&alike(b)));
    match nearest.filter(|rule| alike(rule) > 0.8) {
        Some(nearest) => format!("there is no rule {name}; there is {nearest}"),
        None => format!("there is no rule {name} (ca-lint rules lists them)"),
    }
}
