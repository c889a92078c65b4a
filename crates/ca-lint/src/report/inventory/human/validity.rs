//! How long a certificate is still good for.

use super::{NEAR, Report, WRONG};
use crate::report::canvas::Ink;
use crate::report::human::day;
use crate::report::prose::counted;
use ca_audit::certificate::{Certificate, Date};

const SECONDS_A_DAY: i64 = 86_400;
/// From here on an end is near.
const NEAR_DAYS: i64 = 90;
/// Columns of the bar.
const CELLS: i64 = 10;

/// Where a time lies in a certificate's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report::inventory) enum Age {
    Unreadable,
    NotYet { days: i64 },
    Expired { days: i64 },
    Valid { days: i64, spent: i64 },
}

impl Age {
    /// Of a certificate, at a time in Unix seconds.
    pub(in crate::report::inventory) fn of(certificate: &Certificate, now: i64) -> Self {
        let ends = [certificate.not_before(), certificate.not_after()].map(Date::seconds);
        let [Some(from), Some(until)] = ends else {
            return Self::Unreadable;
        };
        let days = |from: i64, until: i64| (until - from) / SECONDS_A_DAY;
        if now > until {
            return Self::Expired {
                days: days(until, now),
            };
        }
        if now < from {
            return Self::NotYet {
                days: days(now, from),
            };
        }
        let length = (until - from).max(1);
        Self::Valid {
            days: days(now, until),
            spent: (now - from) * CELLS / length,
        }
    }

    /// `1816 days left`, or what is the matter.
    pub(in crate::report::inventory) fn words(self) -> String {
        match self {
            Self::Unreadable => "dates unreadable".to_owned(),
            Self::NotYet { days } => format!("not valid for another {}", counted_days(days)),
            Self::Expired { days } => format!("expired {} ago", counted_days(days)),
            Self::Valid { days, .. } => format!("{} left", counted_days(days)),
        }
    }

    /// Whether it is valid now.
    pub(in crate::report::inventory) fn is_valid(self) -> bool {
        matches!(self, Self::Valid { .. })
    }

    /// Whether it is valid now, and its end is not near.
    pub(in crate::report::inventory) fn is_good(self) -> bool {
        matches!(self, Self::Valid { days, .. } if days >= NEAR_DAYS)
    }

    fn ink(self) -> Option<Ink> {
        match self {
            age if age.is_good() => None,
            age if age.is_valid() => Some(NEAR),
            _ => Some(WRONG),
        }
    }
}

impl Report<'_, '_> {
    /// `2026-11-21 to 2031-11-21 ████░░░░░░ 1816 days left`: the bar shows how
    /// much of it is spent.
    pub(super) fn validity(&self, certificate: &Certificate) -> String {
        let age = Age::of(certificate, self.layout.now);
        let (from, until) = (certificate.not_before(), certificate.not_after());
        let spent = match age {
            Age::Valid { spent, .. } => spent,
            Age::NotYet { .. } | Age::Unreadable => 0,
            Age::Expired { .. } => CELLS,
        };
        let (full, empty) = if self.layout.canvas.unicode {
            ("█", "░")
        } else {
            ("#", "-")
        };
        let cell = |at| if at < spent { full } else { empty };
        let bar: String = (0..CELLS).map(cell).collect();
        let bar = self.aged(age, &bar);
        let words = self.aged(age, &age.words());
        format!("{} to {} {bar} {words}", day(from), day(until))
    }

    /// `1816 days left`, or what is the matter.
    pub(super) fn left(&self, certificate: &Certificate) -> (String, Option<Ink>) {
        let age = Age::of(certificate, self.layout.now);
        (age.words(), age.ink())
    }

    fn aged(&self, age: Age, text: &str) -> String {
        match age.ink() {
            Some(ink) => self.paint(ink, text),
            None => text.to_owned(),
        }
    }
}

fn counted_days(days: i64) -> String {
    counted(usize::try_from(days).unwrap_or_default(), "day")
}
