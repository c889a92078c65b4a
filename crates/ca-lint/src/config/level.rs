//! How loud a rule is.

use crate::finding::Severity;
use serde::Deserialize;

/// The level of a rule, as a configuration says it.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The rule is not asked.
    Off,
    /// Worth knowing.
    Note,
    /// It depends on something outside.
    Warning,
    /// It has broken, or breaks.
    Error,
}

impl Level {
    /// The severity of what the rule finds; none where it is not asked.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Note => Some(Severity::Note),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}
