//! Dates as Go reads them.
//!
//! Source: `ReadASN1UTCTime` and `ReadASN1GeneralizedTime` in
//! `cryptobyte/asn1.go` of Go 1.27.3: a date must print back as it was written.

use super::certificate::{Checked, or};
use super::der::{Der, GENERALIZED_TIME, UTC_TIME};

/// Reads one date.
pub(super) fn check(der: &mut Der<'_>) -> Checked<()> {
    const WHY: &str = "one of its dates is malformed";
    let element = or(der.any(), WHY)?;
    let text = element.content.0;
    let is_date = match element.tag {
        UTC_TIME => is_utc_time(text),
        GENERALIZED_TIME => text.len() >= 14 && is_date(&text[..8], &text[8..14], &text[14..]),
        _ => false,
    };
    or(is_date.then_some(()), WHY)
}

/// Two digits of the year; seconds may be missing.
fn is_utc_time(text: &[u8]) -> bool {
    let Some((year, rest)) = text.split_at_checked(2) else {
        return false;
    };
    // `time.Parse`: from 69 on it is the last century.
    let century: &[u8] = if year >= b"69".as_slice() {
        b"19"
    } else {
        b"20"
    };
    let dated = |time: &[u8], zone: &[u8]| {
        let mut date = century.to_vec();
        date.extend_from_slice(year);
        date.extend_from_slice(&rest[..4]);
        is_date(&date, time, zone)
    };
    if rest.len() >= 10 && dated(&rest[4..10], &rest[10..]) {
        return true;
    }
    rest.len() >= 8 && dated(&[&rest[4..8], b"00"].concat(), &rest[8..])
}

/// `YYYYMMDD`, `hhmmss` and `Z` or an offset.
fn is_date(date: &[u8], time: &[u8], zone: &[u8]) -> bool {
    let (Some(year), Some(month), Some(day)) =
        (number(&date[..4]), number(&date[4..6]), number(&date[6..8]))
    else {
        return false;
    };
    let (Some(hour), Some(minute), Some(second)) =
        (number(&time[..2]), number(&time[2..4]), number(&time[4..6]))
    else {
        return false;
    };
    (1..=12).contains(&month)
        && (1..=days(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60
        && is_zone(zone)
}

/// An offset of zero prints as `Z`, so it may not be written as one.
fn is_zone(zone: &[u8]) -> bool {
    match zone {
        b"Z" => true,
        [b'+' | b'-', digits @ ..] if digits.len() == 4 => {
            match (number(&digits[..2]), number(&digits[2..])) {
                (Some(hours), Some(minutes)) => {
                    hours <= 24 && minutes < 60 && (hours, minutes) != (0, 0)
                }
                _ => false,
            }
        }
        _ => false,
    }
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, digit| {
        digit
            .is_ascii_digit()
            .then(|| value * 10 + u32::from(digit - b'0'))
    })
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
