//! Days in a configuration.

use serde::de::{Deserialize, Deserializer, Error};
use time::Date;
use time::macros::format_description;

/// A day, as `2027-01-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub Date);

impl Day {
    /// The day that is written so.
    pub fn read(text: &str) -> Option<Self> {
        let format = format_description!("[year]-[month]-[day]");
        Date::parse(text, format).ok().map(Self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || D::Error::custom(format!("{text} is no day; write it as in 2027-01-31"));
        Self::read(&text).ok_or_else(wrong)
    }
}
