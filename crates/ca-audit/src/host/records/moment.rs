//! When something happened, by the clock of the host that recorded it.

use crate::certificate::rfc3339;
use std::fmt;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A moment; earlier ones are less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// Unix seconds.
    pub seconds: i64,
    /// Nanoseconds of that second.
    pub nanoseconds: u32,
}

impl Moment {
    /// Reads `2026-11-22T17:42:42.85+00:00` (reports since Puppet 4) or
    /// `2026-11-22 17:42:42.85 +00:00` (state files, and reports before).
    pub fn read(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let first = words.next()?;
        let text = match (words.next(), words.next()) {
            (None, _) => first.to_owned(),
            (Some(time), zone) => format!("{first}T{time}{}", zone.unwrap_or_default()),
        };
        Self::from_rfc3339(&text)
    }

    /// Unix seconds, as `last_run_summary.yaml` has them.
    pub fn of_seconds(seconds: i64) -> Self {
        Self {
            seconds,
            nanoseconds: 0,
        }
    }

    fn from_rfc3339(text: &str) -> Option<Self> {
        let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        Some(Self {
            seconds: moment.unix_timestamp(),
            nanoseconds: moment.nanosecond(),
        })
    }
}

/// To the second, in UTC: `2026-11-22T17:42:42Z`.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&rfc3339(self.seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_reports_and_as_state_files_write_it() {
        let report = Moment::read("2026-11-22T17:42:42.854964414+00:00");
        let state = Moment::read("2026-11-22 17:42:42.854964414 +00:00");
        assert_eq!(report, state);
        assert_eq!(
            report.map(|moment| moment.to_string()).as_deref(),
            Some("2026-11-22T17:42:42Z")
        );
        let elsewhere = Moment::read("2026-11-22 19:42:42.854964414 +02:00");
        assert_eq!(elsewhere, state);
        assert_eq!(
            Moment::read("2026-11-22 17:42:42 Z"),
            Moment::read("2026-11-22T17:42:42Z")
        );
        assert_eq!(Moment::read("yesterday"), None);
        assert_eq!(Moment::read(""), None);
    }
}
