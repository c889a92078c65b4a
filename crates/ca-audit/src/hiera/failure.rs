//! Why a lookup ends without an answer.

use super::world::Question;
use std::fmt;

/// An error of the lookup itself, as Puppet would raise it: nothing is found by
/// it, and the catalog does not compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What Puppet objects to.
    pub message: String,
}

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// What ends a lookup early.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// Puppet would end here, too.
    Failed(Failure),
    /// The answer depends on something that is not known.
    Asks(Question),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}
