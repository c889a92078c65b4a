//! Names of rules that there are.

use crate::rules::{nearest, rule};
use serde::de::{Deserialize, Deserializer, Error};

/// The name of a rule that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleName(pub &'static str);

impl<'de> Deserialize<'de> for RuleName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let known = rule(&name).map(|rule| Self(rule.name));
        known.ok_or_else(|| D::Error::custom(unknown(&name)))
    }
}

fn unknown(name: &str) -> String {
    match nearest(name) {
        Some(nearest) => format!("there is no rule {name}; there is {nearest}"),
        None => format!("there is no rule {name} (ca-lint rules lists them)"),
    }
}
