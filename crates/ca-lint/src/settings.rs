//! What rules are given besides the evidence.
//!
//! Rules ask no clock and read no configuration, so the same evidence and the
//! same settings give the same findings.

/// What a user may set, and the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The time that dates are judged by, in Unix seconds.
    pub now: i64,
    /// A CA that ends within so many days is about to expire.
    pub expiry_days: u32,
}

impl Settings {
    /// What holds when a user sets nothing, at the time `now` in Unix seconds.
    pub fn at(now: i64) -> Self {
        Self {
            now,
            expiry_days: 90,
        }
    }
}
