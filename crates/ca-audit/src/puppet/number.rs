//! Numbers as Puppet reads them from strings.

use std::cmp::Ordering;

/// A number of the Puppet language.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    /// An integer of 64 bits; Puppet refuses longer ones.
    Integer(i64),
    /// A floating-point number.
    Float(f64),
}

impl Number {
    /// The number that a string is in an arithmetic expression: decimal, octal
    /// (`017`), hexadecimal (`0x1f`) or with a fraction or an exponent, with
    /// blanks around it and after the sign (`Patterns::NUMERIC` of Puppet 7).
    pub(super) fn of_text(text: &str) -> Option<Self> {
        let text = text.trim_matches([' ', '\t']);
        let (is_negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let digits = text.trim_start_matches([' ', '\t']);
        let lower = digits.to_ascii_lowercase();
        let are = |text: &str, radix| !text.is_empty() && text.chars().all(|it| it.is_digit(radix));
        if let Some(hex) = lower.strip_prefix("0x") {
            let whole = are(hex, 16).then(|| i128::from_str_radix(hex, 16).ok())??;
            return Self::signed(whole, is_negative);
        }
        if are(&lower, 10) {
            // Ruby's Integer() takes a leading zero for octal.
            let radix = if lower.len() > 1 && lower.starts_with('0') {
                8
            } else {
                10
            };
            let whole = i128::from_str_radix(&lower, radix).ok()?;
            return Self::signed(whole, is_negative);
        }
        let float = float_text(&lower)?;
        Some(Self::Float(if is_negative { -float } else { float }))
    }

    fn signed(whole: i128, is_negative: bool) -> Option<Self> {
        let whole = if is_negative { -whole } else { whole };
        i64::try_from(whole).ok().map(Self::Integer)
    }

    /// The nearest floating-point number.
    #[expect(clippy::cast_precision_loss, reason = "as Ruby's to_f")]
    pub(super) fn to_float(self) -> f64 {
        match self {
            Self::Integer(value) => value as f64,
            Self::Float(value) => value,
        }
    }

    /// Which is the larger; `None` for NaN, and where a float cannot hold the
    /// integer beside it.
    pub(super) fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(left), Self::Integer(right)) => Some(left.cmp(&right)),
            (left, right) => {
                const EXACT: u64 = 1 << 53;
                let fits = |number| match number {
                    Self::Integer(value) => value.unsigned_abs() <= EXACT,
                    Self::Float(_) => true,
                };
                (fits(left) && fits(right))
                    .then(|| left.to_float().partial_cmp(&right.to_float()))?
            }
        }
    }
}

/// `\d+(\.\d+)?(e-?\d+)?`
fn float_text(text: &str) -> Option<f64> {
    let are_digits = |it: &str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once('e') {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let is_number = are_digits(whole)
        && fraction.is_none_or(are_digits)
        && exponent.is_none_or(|it| are_digits(it.strip_prefix('-').unwrap_or(it)));
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_strings() {
        for (text, number) in [
            ("10", Some(Number::Integer(10))),
            (" - 7 ", Some(Number::Integer(-7))),
            ("0x1F", Some(Number::Integer(31))),
            ("017", Some(Number::Integer(15))),
            ("1.5e-2", Some(Number::Float(0.015))),
            ("08", None),
            ("1e+2", None),
            ("", None),
            ("1_000", None),
            ("9223372036854775808", None),
        ] {
            assert_eq!(Number::of_text(text), number, "{text:?}");
        }
    }
}
