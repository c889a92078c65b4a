//! What rules are given besides the evidence.
//!
//! Rules ask no clock and read no configuration, so the same evidence and the
//! same settings give the same findings.

use crate::scope::Scopes;

/// What a user may set, and the time.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The time that dates are judged by, in Unix seconds.
    pub now: i64,
    /// A CA that ends within so many days is about to expire.
    pub expiry_days: u32,
    /// What is kept apart, and which CAs may stand there.
    pub scopes: Scopes,
}

impl Settings {
    /// What holds when a user sets nothing, at the time `now` in Unix seconds.
    pub fn at(now: i64) -> Self {
        Self {
            now,
            expiry_days: 90,
            scopes: Scopes::default(),
        }
    }
}
