//! Digits to numbers, for all schemas.

/// Reads digits of a base, with a sign before them; `None` if there is none,
/// or one is not of the base.
pub(super) fn int(text: &str, base: u32) -> Option<Number> {
    let (negative, digits) = sign(text);
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(base)) {
        return None;
    }
    Some(match i128::from_str_radix(text, base) {
        Ok(value) => Number::Int(value),
        Err(_) => Number::Float(float_of(digits, base, negative)),
    })
}

/// A number that may be too long for [`Resolved::Int`](crate::Resolved::Int).
#[derive(Debug, PartialEq)]
pub(super) enum Number {
    Int(i128),
    Float(f64),
}

impl From<Number> for crate::Resolved<'_> {
    fn from(number: Number) -> Self {
        match number {
            Number::Int(value) => Self::Int(value),
            Number::Float(value) => Self::Float(value),
        }
    }
}

/// Splits a sign off.
pub(super) fn sign(text: &str) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, the floats of the
/// core schema and of go-yaml.
pub(super) fn is_float(text: &str) -> bool {
    let (_, text) = sign(text);
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let has_digits = !whole.is_empty() || fraction.is_some_and(|digits| !digits.is_empty());
    has_digits
        && are_digits(whole)
        && fraction.is_none_or(are_digits)
        && exponent.is_none_or(|exponent| {
            let (_, digits) = sign(exponent);
            !digits.is_empty() && are_digits(digits)
        })
}

/// Whether there are only decimal digits, if any.
pub(super) fn are_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The nearest float of digits too many for an integer.
fn float_of(digits: &str, base: u32, negative: bool) -> f64 {
    let value = digits
        .chars()
        .filter_map(|c| c.to_digit(base))
        .fold(0.0, |value, digit| {
            value * f64::from(base) + f64::from(digit)
        });
    if negative { -value } else { value }
}
