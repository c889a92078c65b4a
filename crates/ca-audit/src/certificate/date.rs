//! The dates of a certificate: reading and printing them.
//!
//! Reading follows what OpenSSL's `ASN1_TIME_to_tm` accepts, which is more
//! than RFC 5280 §4.1.2.5 allows: seconds may be missing, and an offset may
//! stand for `Z`. Dates are Unix seconds; leap seconds do not exist.

use super::der::{Element, GENERALIZED_TIME, UTC_TIME};

/// One end of a certificate's validity.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Date {
    /// Unix seconds.
    At(i64),
    /// What stands there instead of a date.
    Broken(String),
}

impl Date {
    /// Unix seconds, if the date could be read.
    pub fn seconds(&self) -> Option<i64> {
        match self {
            Self::At(seconds) => Some(*seconds),
            Self::Broken(_) => None,
        }
    }

    /// Reads a `UTCTime` or a `GeneralizedTime`.
    pub(super) fn read(time: Option<Element<'_>>) -> Self {
        let Some(Element { tag, content, .. }) = time else {
            return Self::Broken(String::new());
        };
        seconds(tag, content).map_or_else(
            || Self::Broken(content.escape_ascii().to_string()),
            Self::At,
        )
    }
}

/// Whether a date has one of the two forms of RFC 5280 §4.1.2.5:
/// `YYMMDDHHMMSSZ` or `YYYYMMDDHHMMSSZ`.
pub(super) fn is_rfc5280(time: &Element<'_>) -> bool {
    let digits = if time.tag == UTC_TIME { 12 } else { 14 };
    time.content.len() == digits + 1 && time.content.ends_with(b"Z")
}

/// The date as RFC 3339 prints it, in UTC: `2029-01-01T00:00:00Z`.
///
/// Years outside 0–9999, which RFC 3339 lacks, get a sign and at least six
/// digits as in ISO 8601.
pub fn rfc3339(seconds: i64) -> String {
    let day = seconds.div_euclid(86_400);
    let second = seconds.rem_euclid(86_400);
    let (year, month, day) = civil(day);
    let year = match year {
        0..=9999 => format!("{year:04}"),
        _ => format!("{year:+07}"),
    };
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

fn seconds(tag: u8, content: &[u8]) -> Option<i64> {
    let mut digits = Digits(content);
    let year = match tag {
        // RFC 5280 §4.1.2.5.1: two digits mean 1950 to 2049.
        UTC_TIME => match digits.two()? {
            year @ 50.. => 1900 + year,
            year => 2000 + year,
        },
        GENERALIZED_TIME => digits.two()? * 100 + digits.two()?,
        _ => return None,
    };
    let month = digits.within(1, 12)?;
    let day = digits.within(1, days_of_month(year, month))?;
    let hour = digits.within(0, 23)?;
    let minute = digits.within(0, 59)?;
    let second = if digits.starts_with_digit() {
        digits.within(0, 59)?
    } else {
        0
    };
    if tag == GENERALIZED_TIME {
        digits.skip_fraction()?;
    }
    let local = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    Some(local - digits.offset()?)
}

/// What is left to read of a date.
struct Digits<'a>(&'a [u8]);

impl Digits<'_> {
    fn two(&mut self) -> Option<i64> {
        let (&[tens, ones], rest) = self.0.split_first_chunk()?;
        if !tens.is_ascii_digit() || !ones.is_ascii_digit() {
            return None;
        }
        self.0 = rest;
        Some(i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
    }

    fn within(&mut self, least: i64, most: i64) -> Option<i64> {
        self.two().filter(|value| (least..=most).contains(value))
    }

    fn starts_with_digit(&self) -> bool {
        self.0.first().is_some_and(u8::is_ascii_digit)
    }

    /// A point and at least one digit, or nothing.
    fn skip_fraction(&mut self) -> Option<()> {
        let Some(fraction) = self.0.strip_prefix(b".") else {
            return Some(());
        };
        let length = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
        self.0 = &fraction[length..];
        (length > 0).then_some(())
    }

    /// The offset from UTC in seconds, with which the date must end.
    fn offset(&mut self) -> Option<i64> {
        let (&sign, rest) = self.0.split_first()?;
        self.0 = rest;
        let offset = match sign {
            b'Z' => 0,
            b'+' => self.hours_and_minutes()?,
            b'-' => -self.hours_and_minutes()?,
            _ => return None,
        };
        self.0.is_empty().then_some(offset)
    }

    fn hours_and_minutes(&mut self) -> Option<i64> {
        Some(self.within(0, 12)? * 3600 + self.within(0, 59)? * 60)
    }
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a date in the Gregorian calendar.
///
/// Years are counted from March, so that the leap day is a year's last.
/// Source: H. Hinnant, “chrono-compatible low-level date algorithms”,
/// `days_from_civil`.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The year, month and day that lie `days` after 1970-01-01.
///
/// Source: as for [`days`], `civil_from_days`.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> Option<i64> {
        seconds(UTC_TIME, text.as_bytes())
    }

    fn generalized(text: &str) -> Option<i64> {
        seconds(GENERALIZED_TIME, text.as_bytes())
    }

    #[test]
    fn reads_both_forms() {
        assert_eq!(utc("700101000000Z"), Some(0));
        assert_eq!(utc("491231235959Z"), Some(2_524_607_999));
        assert_eq!(utc("500101000000Z"), Some(-631_152_000));
        assert_eq!(generalized("20290101000000Z"), Some(1_861_920_000));
        assert_eq!(generalized("99991231235959Z"), Some(253_402_300_799));
        assert_eq!(generalized("00000101000000Z"), Some(-62_167_219_200));
    }

    #[test]
    fn reads_what_openssl_reads_besides() {
        assert_eq!(utc("7001010000Z"), Some(0));
        assert_eq!(utc("700101010000+0100"), Some(0));
        assert_eq!(utc("691231233000-0030"), Some(0));
        assert_eq!(generalized("19700101000001.5Z"), Some(1));
        assert_eq!(generalized("20000229000000Z"), Some(951_782_400));
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in [
            "",
            "7001010000",
            "700101000000",
            "700001000000Z",
            "700100000000Z",
            "700230000000Z",
            "700101240000Z",
            "700101006000Z",
            "700101000060Z",
            "7001010000000Z",
            "700101000000Zx",
            "700101000000+01",
            "700101000000+1300",
            "-00101000000Z",
        ] {
            assert_eq!(utc(text), None, "{text}");
        }
        assert_eq!(generalized("19000229000000Z"), None);
        assert_eq!(generalized("19700101000000.Z"), None);
        assert_eq!(seconds(0x0c, b"700101000000Z"), None);
    }

    #[test]
    fn prints_what_it_reads() {
        for text in [
            "0000-02-29",
            "1900-03-01",
            "1969-12-31",
            "2000-02-29",
            "2024-12-31",
        ] {
            let compact = format!("{}123456Z", text.replace('-', ""));
            let expected = format!("{text}T12:34:56Z");
            assert_eq!(rfc3339(generalized(&compact).unwrap()), expected);
        }
    }

    #[test]
    fn prints_any_number() {
        assert_eq!(rfc3339(253_402_300_800), "+010000-01-01T00:00:00Z");
        assert_eq!(rfc3339(-62_167_219_201), "-000001-12-31T23:59:59Z");
        assert!(rfc3339(i64::MAX).starts_with('+'));
        assert!(rfc3339(i64::MIN).starts_with('-'));
    }
}
