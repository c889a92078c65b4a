//! `sprintf` and `String(value, format)`. (Ruby's `format_specifications`;
//! Puppet's reference of `new` for `String`.)

use super::conversion::{datum, ruby_to_s};
use super::{Call, Function};
use crate::hiera::{Datum, Kind, convert};
use crate::puppet::interpolation::text_of;
use crate::puppet::number::Number;
use crate::value::{Data, Text, Value};

/// The greatest width or precision that is followed.
const MAX_WIDTH: usize = 4096;

pub(super) fn named(name: &str) -> Option<Function> {
    Some(match name {
        "sprintf" | "sprintf_hash" => sprintf,
        "String" => string,
        _ => return None,
    })
}

fn sprintf(call: &Call<'_>) -> Option<Value> {
    let format = call.text(0)?;
    let mut rest = format;
    let mut out = Text::default();
    let mut next = 1;
    while let Some(at) = rest.find('%') {
        out.push(&Text::literal(&rest[..at]));
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            out.push(&Text::literal("%"));
            rest = after;
            continue;
        }
        // `%{name}` stands for the value as it is.
        if let Some((name, after)) = rest.strip_prefix('{').and_then(|it| it.split_once('}')) {
            out.push(&shown(named_value(call, name)?)?);
            rest = after;
            continue;
        }
        let (directive, after) = Directive::read(rest)?;
        rest = after;
        let data = if let Some(name) = directive.name {
            named_value(call, name)?
        } else {
            next += 1;
            *call.args.get(next - 1)?
        };
        out.push(&directive.apply(data)?);
    }
    out.push(&Text::literal(rest));
    (next <= call.args.len()).then(|| Value::known(Data::Text(out)))
}

fn named_value<'a>(call: &Call<'a>, name: &str) -> Option<&'a Data> {
    let entries = call.entries(1)?;
    let found = entries.iter().find(|(key, _)| key.as_str() == Some(name))?;
    found.1.single()
}

/// What `%s` makes of a value; Ruby prints lists and hashes in its own way.
fn shown(data: &Data) -> Option<Text> {
    match data {
        Data::Array(_) | Data::Hash(_) => Some(Text::literal(ruby_to_s(data)?)),
        Data::Each(_) | Data::Reference { .. } | Data::Default | Data::Regex(_) => None,
        data => Some(text_of(data)),
    }
}

/// One `%-10s`.
struct Directive<'f> {
    name: Option<&'f str>,
    flags: &'f str,
    width: usize,
    precision: Option<usize>,
    kind: char,
}

impl<'f> Directive<'f> {
    /// What stands behind a percent sign, and the rest.
    fn read(text: &'f str) -> Option<(Self, &'f str)> {
        let mut rest = text;
        let end = rest.find(|it| !matches!(it, '-' | '+' | '0' | ' ' | '#'))?;
        let (mut flags, after) = rest.split_at(end);
        rest = after;
        let mut name = None;
        if let Some((inner, after)) = rest.strip_prefix('<').and_then(|it| it.split_once('>')) {
            name = Some(inner);
            let end = after.find(|it| !matches!(it, '-' | '+' | '0' | ' ' | '#'))?;
            if end > 0 {
                flags = &after[..end];
            }
            rest = &after[end..];
        }
        let (width, after) = digits(rest)?;
        rest = after;
        let mut precision = None;
        if let Some(after) = rest.strip_prefix('.') {
            let (given, after) = digits(after)?;
            precision = Some(given);
            rest = after;
        }
        let kind = rest.chars().next()?;
        let directive = Self {
            name,
            flags,
            width,
            precision,
            kind,
        };
        Some((directive, &rest[kind.len_utf8()..]))
    }

    fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }

    fn apply(&self, data: &Data) -> Option<Text> {
        let body = match self.kind {
            's' => {
                let text = shown(data)?;
                if self.width == 0 && self.precision.is_none() {
                    return Some(text);
                }
                let text = text.as_str()?;
                match self.precision {
                    Some(most) => text.chars().take(most).collect(),
                    None => text.to_owned(),
                }
            }
            'd' | 'i' | 'u' | 'x' | 'X' | 'o' | 'b' => {
                return self.number(whole(data)?).map(Text::literal);
            }
            'f' | 'e' => return self.float(float(data)?).map(Text::literal),
            'c' => match data {
                Data::Text(text) => text.as_str()?.chars().take(1).collect(),
                _ => return None,
            },
            _ => return None,
        };
        Some(Text::literal(self.padded(&body)))
    }

    /// An integer, with a sign, a mark of its base and zeros before it.
    fn number(&self, value: i64) -> Option<String> {
        let size = value.unsigned_abs();
        let (mark, digits) = match self.kind {
            'x' => ("0x", format!("{size:x}")),
            'X' => ("0X", format!("{size:X}")),
            'o' => ("0", format!("{size:o}")),
            'b' => ("0b", format!("{size:b}")),
            _ => ("", size.to_string()),
        };
        let has_sign = self.has('+') || self.has(' ');
        // Ruby prints negative numbers of other bases as two's complements.
        if !mark.is_empty() && value < 0 && !has_sign {
            return None;
        }
        let mark = if self.has('#') && value != 0 {
            mark
        } else {
            ""
        };
        let digits = match self.precision {
            Some(least) => format!("{digits:0>least$}"),
            None => digits,
        };
        Some(self.signed(value < 0, mark, &digits, self.precision.is_none()))
    }

    fn float(&self, value: f64) -> Option<String> {
        let precision = self.precision.unwrap_or(6);
        if !value.is_finite() || self.has('#') {
            return None;
        }
        let size = value.abs();
        let digits = if self.kind == 'f' {
            format!("{size:.precision$}")
        } else {
            let text = format!("{size:.precision$e}");
            let (digits, exponent) = text.split_once('e')?;
            let exponent: i32 = exponent.parse().ok()?;
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
        };
        Some(self.signed(value.is_sign_negative(), "", &digits, true))
    }

    fn signed(&self, is_negative: bool, mark: &str, digits: &str, may_fill: bool) -> String {
        let sign = match is_negative {
            true => "-",
            false if self.has('+') => "+",
            false if self.has(' ') => " ",
            false => "",
        };
        let taken = sign.len() + mark.len() + digits.len();
        if self.has('0') && !self.has('-') && may_fill {
            let zeros = "0".repeat(self.width.saturating_sub(taken));
            return format!("{sign}{mark}{zeros}{digits}");
        }
        self.padded(&format!("{sign}{mark}{digits}"))
    }

    fn padded(&self, text: &str) -> String {
        let width = self.width;
        if self.has('-') {
            format!("{text:<width$}")
        } else {
            format!("{text:>width$}")
        }
    }
}

fn digits(text: &str) -> Option<(usize, &str)> {
    let end = text
        .find(|it: char| !it.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let value = match digits {
        "" => 0,
        digits => digits.parse().ok().filter(|it| *it <= MAX_WIDTH)?,
    };
    Some((value, rest))
}

/// The whole number that `%d` makes of a value; floats lose their fraction.
fn whole(data: &Data) -> Option<i64> {
    match data {
        Data::Integer(value) => Some(*value),
        Data::Float(value) => {
            const EXACT: f64 = 9_007_199_254_740_992.0;
            #[expect(clippy::cast_possible_truncation, reason = "in range")]
            let whole = value.trunc() as i64;
            (value.abs() < EXACT).then_some(whole)
        }
        Data::Text(text) => match Number::of_text(text.as_str()?)? {
            Number::Integer(value) => Some(value),
            Number::Float(_) => None,
        },
        _ => None,
    }
}

fn float(data: &Data) -> Option<f64> {
    match data {
        Data::Text(text) => {
            let text = text.as_str()?;
            let is_plain = text.bytes().all(|it| it.is_ascii_digit() || it == b'.');
            is_plain.then(|| Number::of_text(text).map(Number::to_float))?
        }
        data => Number::of(data).map(Number::to_float),
    }
}

/// `String(value)`, `String(255, '%x')`
fn string(call: &Call<'_>) -> Option<Value> {
    match call.args {
        [Data::Text(text)] => Some(Value::known(Data::Text(text.clone()))),
        [data] => {
            let to = Datum::made(Kind::Array(vec![Datum::text("String")]));
            let made = convert(datum(data)?, &to, "").ok()?.into_value();
            (!made.has_unknown()).then_some(made)
        }
        [data, Data::Text(format)] => {
            let directive = format.as_str()?.strip_prefix('%')?;
            let (directive, rest) = Directive::read(directive)?;
            let is_plain = !directive.has(' ') && !directive.has('#') && directive.name.is_none();
            let has_meaning = match (data, directive.kind) {
                (Data::Integer(_), 'd' | 'x' | 'X' | 'o' | 'b') | (Data::Float(_), 'f') => true,
                (Data::Text(_), 's') => directive.flags.is_empty() && directive.precision.is_none(),
                _ => false,
            };
            let is_told = has_meaning && is_plain && rest.is_empty();
            is_told
                .then(|| directive.apply(data))
                .flatten()
                .map(|text| Value::known(Data::Text(text)))
        }
        _ => None,
    }
}
