//! go-yaml v2 as kept by `sigs.k8s.io/yaml` (`goyaml.v2/resolve.go`).

use super::{Resolved, YAML_TAG, base64_lenient, number};

pub(super) fn plain(text: &str) -> Resolved<'_> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Resolved::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Resolved::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Resolved::Bool(false)
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Resolved::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Resolved::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => Resolved::Float(f64::NAN),
        _ => plain_number(text).unwrap_or(Resolved::String(text)),
    }
}

/// Any tag but those of the core types leaves a string; a core tag that the
/// text does not fit makes go-yaml fail, which is told as a string here.
pub(super) fn tagged<'t>(tag: &str, text: &'t str) -> Resolved<'t> {
    match tag.strip_prefix(YAML_TAG) {
        Some("null" | "bool" | "int" | "timestamp") => plain(text),
        Some("float") => match plain(text) {
            #[expect(clippy::cast_precision_loss, reason = "a float was asked for")]
            Resolved::Int(value) => Resolved::Float(value as f64),
            other => other,
        },
        Some("binary") => Resolved::Binary(base64_lenient(text)),
        _ => Resolved::String(text),
    }
}

fn plain_number(text: &str) -> Option<Resolved<'_>> {
    match text.as_bytes()[0] {
        b'.' => float(text),
        b'0'..=b'9' | b'-' | b'+' => {
            if is_timestamp(text) {
                return Some(Resolved::Timestamp(text));
            }
            let digits = text.replace('_', "");
            integer(&digits)
                .map(Resolved::from)
                .or_else(|| float(&digits))
        }
        _ => None,
    }
}

fn float<'t>(text: &str) -> Option<Resolved<'t>> {
    let value: f64 = number::is_float(text).then(|| text.parse().ok())??;
    // Out of range is an error to `strconv.ParseFloat`.
    value.is_finite().then_some(Resolved::Float(value))
}

/// `strconv.ParseInt` with base 0: the prefix tells the base.
fn integer(text: &str) -> Option<number::Number> {
    let (negative, digits) = number::sign(text);
    let lower = digits.to_ascii_lowercase();
    let (base, digits) = if let Some(digits) = lower.strip_prefix("0x") {
        (16, digits)
    } else if let Some(digits) = lower.strip_prefix("0o") {
        (8, digits)
    } else if let Some(digits) = lower.strip_prefix("0b") {
        (2, digits)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (8, &lower[1..])
    } else {
        (10, lower.as_str())
    };
    if digits.starts_with(['-', '+']) {
        return None;
    }
    number::int(
        &format!("{}{digits}", if negative { "-" } else { "" }),
        base,
    )
}

/// The layouts go-yaml hands to `time.Parse`: a date alone, or with a time
/// behind `T` (zone required) or a blank (no zone).
fn is_timestamp(text: &str) -> bool {
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some((&text[at..=at], &text[at + 1..]))),
        None => (text, None),
    };
    is_date(date)
        && match time {
            None => true,
            Some((" ", clock)) => is_clock(clock),
            Some((_, time)) => split_zone(time).is_some_and(is_clock),
        }
}

fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let year = parts.next().filter(|year| year.len() == 4);
    let numbers = (
        year.and_then(|text| short_number(text, 4)),
        parts.next().and_then(|text| short_number(text, 2)),
        parts.next().and_then(|text| short_number(text, 2)),
    );
    let (Some(year), Some(month), Some(day)) = numbers else {
        return false;
    };
    parts.next().is_none() && (1..=days_in_month(year, month)).contains(&day)
}

/// Days of a month of the Gregorian calendar; 0 for a month there is not.
pub(super) fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

fn is_clock(text: &str) -> bool {
    let (clock, fraction) = match text.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (text, None),
    };
    let mut parts = clock.split(':');
    let mut below = |limit: u32| {
        let number = parts.next().and_then(|part| short_number(part, 2));
        number.is_some_and(|number| number < limit)
    };
    below(24)
        && below(60)
        && below(60)
        && parts.next().is_none()
        && fraction.is_none_or(|digits| !digits.is_empty() && number::are_digits(digits))
}

/// The part before `Z`, `+hh:mm` or `-hh:mm`.
fn split_zone(text: &str) -> Option<&str> {
    if let Some(clock) = text.strip_suffix('Z') {
        return Some(clock);
    }
    let at = text.len().checked_sub(6)?;
    let zone = text.get(at..)?;
    let (hours, minutes) = zone.strip_prefix(['+', '-'])?.split_once(':')?;
    let fits = short_number(hours, 2).filter(|_| hours.len() == 2)? <= 24
        && short_number(minutes, 2).filter(|_| minutes.len() == 2)? < 60;
    fits.then(|| &text[..at])
}

/// One to `most` decimal digits.
pub(super) fn short_number(text: &str, most: usize) -> Option<u32> {
    let fits = (1..=most).contains(&text.len()) && number::are_digits(text);
    fits.then(|| text.parse().ok())?
}
