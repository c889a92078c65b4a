//! `convert_to` of `lookup_options`: `Type.new(value, …)` for the types that
//! data are converted to. (puppet.com's reference of functions, `new`.)

use super::datum::{Datum, Hash, Key, Kind};
use super::failure::Failure;
use crate::value::{Unknown, Why};
use std::fmt::Write as _;

/// `value` as `to` says: a type's name, or a list of it and arguments.
///
/// A type that is not known here makes the value unknown.
///
/// # Errors
/// Values that the type does not take.
pub(crate) fn convert(value: Datum, to: &Datum, key: &str) -> Result<Datum, Failure> {
    let (name, arguments): (Option<&str>, &[Datum]) = match &to.kind {
        Kind::Array(items) => match items.split_first() {
            Some((name, arguments)) => (name.as_str(), arguments),
            None => (None, &[]),
        },
        _ => (to.as_str(), &[]),
    };
    let at = value.at;
    let failure = |message: String| {
        let raised = "raised error";
        Failure::new(format!(
            "The convert_to lookup_option for key '{key}' {raised}: {message}"
        ))
    };
    let name = name.map(str::trim).unwrap_or_default();
    // An optional type makes what the type makes.
    let optional = name.strip_prefix("Optional[");
    let name = optional.and_then(|it| it.strip_suffix(']')).unwrap_or(name);
    let kind = match name {
        _ if matches!(value.kind, Kind::Unknown(_)) => value.kind,
        "Sensitive" => Kind::Sensitive(Box::new(value)),
        "String" if arguments.is_empty() => Kind::Text(string(&value)),
        "Integer" => whole(&value, arguments).map_err(failure)?,
        _ if name.starts_with("Integer[") => {
            let kind = whole(&value, arguments).map_err(failure)?;
            match in_range(&kind, &name["Integer[".len()..]) {
                Some(true) => kind,
                Some(false) => return Err(failure("the number is out of range".into())),
                None => unknown(at),
            }
        }
        "Float" => Kind::Float(float(&value).map_err(failure)?),
        "Numeric" => numeric(&value).map_err(failure)?,
        "Boolean" => Kind::Bool(boolean(&value).map_err(failure)?),
        "Array" => Kind::Array(array(value, arguments).map_err(failure)?),
        "Hash" if arguments.is_empty() => Kind::Hash(hash(value).map_err(failure)?),
        "Any" | "Data" | "Scalar" | "Undef" | "" => {
            return Err(failure(format!(
                "Creation of new instance of type '{name}' is not supported"
            )));
        }
        _ if !puppet_syntax::parse(name).errors.is_empty() => {
            return Err(Failure::new(format!(
                "Invalid data type in lookup_options for key '{key}'"
            )));
        }
        _ => unknown(at),
    };
    Ok(Datum { kind, at })
}

/// Whether a number is in the range of `Integer[0, 5]`; `None` where that is not
/// plain.
fn in_range(kind: &Kind, range: &str) -> Option<bool> {
    let Kind::Int(value) = kind else {
        return None;
    };
    let mut ends = range.strip_suffix(']')?.split(',').map(str::trim);
    let mut end = |open: i128| match ends.next() {
        None | Some("default") => Some(open),
        Some(end) => end.parse().ok(),
    };
    let (from, to) = (end(i128::MIN)?, end(i128::MAX)?);
    Some((from..=to).contains(value))
}

fn unknown(at: Option<crate::place::Span>) -> Kind {
    Kind::Unknown(Unknown {
        why: Why::Function("new".into()),
        at,
    })
}

/// `String.new(value)`: `undef` is the empty string, and what holds others is
/// printed as Puppet prints it.
fn string(value: &Datum) -> crate::value::Text {
    match &value.kind {
        Kind::Array(_) | Kind::Hash(_) => crate::value::Text::literal(printed(value, false)),
        Kind::Float(value) => crate::value::Text::literal(format!("{value:.6}")),
        _ => value.to_text(),
    }
}

fn printed(value: &Datum, is_inner: bool) -> String {
    match &value.kind {
        Kind::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| printed(item, true)).collect();
            format!("[{}]", items.join(", "))
        }
        Kind::Hash(hash) => {
            let entry = |(key, value): (&Key, &Datum)| {
                let key = match key {
                    Key::Text(text) => printed(&Datum::text(text), true),
                    key => key.name().to_string(),
                };
                format!("{key} => {}", printed(value, true))
            };
            let entries: Vec<String> = hash.iter().map(entry).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Kind::Text(text) if is_inner => quoted(&text.to_string()),
        Kind::Null if is_inner => "undef".into(),
        _ => value.to_text().to_string(),
    }
}

/// `puppet_quote` of `string_converter.rb`.
fn quoted(text: &str) -> String {
    if text.chars().any(|it| it < ' ') {
        return double_quoted(text);
    }
    let mut out = String::from("'");
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\'' => out.push_str("\\'"),
            // What follows a backslash stands as it is, a quote too.
            '\\' => match characters.next() {
                Some(next) => out.extend(['\\', next]),
                None => out.push('\\'),
            },
            other => out.push(other),
        }
    }
    out.push('\'');
    out
}

fn double_quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '"' | '$' | '\\' => out.extend(['\\', character]),
            control if control < ' ' => {
                let _ = write!(out, "\\u{{{:X}}}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

fn whole(value: &Datum, arguments: &[Datum]) -> Result<Kind, String> {
    let radix = match arguments.first().map(|it| &it.kind) {
        Some(Kind::Int(radix)) => Some(u32::try_from(*radix).unwrap_or_default()),
        _ => None,
    };
    Ok(Kind::Int(match &value.kind {
        Kind::Int(value) => *value,
        #[expect(clippy::cast_possible_truncation, reason = "as Ruby's to_i")]
        Kind::Float(value) => value.trunc() as i128,
        Kind::Bool(value) => i128::from(*value),
        Kind::Text(_) => {
            let text = value.as_str().unwrap_or_default();
            parsed(text, radix)
                .ok_or_else(|| format!("The string '{text}' cannot be converted to Integer"))?
        }
        _ => return Err("expects a value that can be converted to Integer".into()),
    }))
}

/// A whole number in Puppet's notations: `0x1f`, `0b11`, `017`, with spaces
/// after the sign (`INTEGER_PATTERN_LENIENT`).
fn parsed(text: &str, radix: Option<u32>) -> Option<i128> {
    let (is_negative, digits) = signed(text);
    let lower = digits.to_ascii_lowercase();
    let marked = |mark: &str, own: u32| {
        let digits = lower.strip_prefix(mark)?;
        radix
            .is_none_or(|radix| radix == own)
            .then_some((own, digits))
    };
    let (radix, digits) = if lower.starts_with("0x") {
        marked("0x", 16)?
    } else if lower.starts_with("0b") {
        marked("0b", 2)?
    } else if !lower.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    } else if radix.is_none() && lower.len() > 1 && lower.starts_with('0') {
        (8, &lower[1..])
    } else {
        (radix.unwrap_or(10), lower.as_str())
    };
    if !matches!(radix, 2 | 8 | 10 | 16) || digits.starts_with(['+', '-']) {
        return None;
    }
    let value = i128::from_str_radix(digits, radix).ok()?;
    Some(if is_negative { -value } else { value })
}

/// A sign, and what follows it without the spaces between.
fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').map_or(text, str::trim_start)),
    }
}

#[expect(clippy::cast_precision_loss, reason = "as Ruby's to_f")]
fn float(value: &Datum) -> Result<f64, String> {
    Ok(match &value.kind {
        Kind::Int(value) => *value as f64,
        Kind::Float(value) => *value,
        Kind::Bool(value) => f64::from(u8::from(*value)),
        Kind::Text(_) => {
            let text = value.as_str().unwrap_or_default();
            let (is_negative, digits) = signed(text);
            let second = digits.chars().nth(1);
            let is_marked = matches!(second, Some('x' | 'X' | 'b' | 'B'));
            let number = if is_marked {
                parsed(digits, None).map(|value| value as f64)
            } else {
                decimal(digits)
            };
            let number = number
                .ok_or_else(|| format!("The string '{text}' cannot be converted to Float"))?;
            if is_negative { -number } else { number }
        }
        _ => return Err("expects a value that can be converted to Float".into()),
    })
}

/// Digits, perhaps a fraction and an exponent, each with digits of its own.
fn decimal(text: &str) -> Option<f64> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let are_digits =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.map(|it| it.strip_prefix(['+', '-']).unwrap_or(it));
    let is_number =
        are_digits(whole) && fraction.is_none_or(are_digits) && exponent.is_none_or(are_digits);
    is_number.then(|| text.parse().ok()).flatten()
}

fn numeric(value: &Datum) -> Result<Kind, String> {
    match &value.kind {
        Kind::Text(_) => {
            let text = value.as_str().unwrap_or_default();
            match parsed(text, None) {
                Some(value) => Ok(Kind::Int(value)),
                None => Ok(Kind::Float(float(value)?)),
            }
        }
        Kind::Float(value) => Ok(Kind::Float(*value)),
        _ => whole(value, &[]),
    }
}

fn boolean(value: &Datum) -> Result<bool, String> {
    let refused = || Err("expects a value that can be converted to Boolean".into());
    match &value.kind {
        Kind::Bool(value) => Ok(*value),
        Kind::Int(value) => Ok(*value != 0),
        Kind::Float(value) => Ok(*value != 0.0),
        Kind::Text(_) => match value
            .as_str()
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str()
        {
            "true" | "yes" | "y" => Ok(true),
            "false" | "no" | "n" => Ok(false),
            _ => refused(),
        },
        _ => refused(),
    }
}

fn array(value: Datum, arguments: &[Datum]) -> Result<Vec<Datum>, String> {
    let is_wrapped = matches!(arguments.first().map(|it| &it.kind), Some(Kind::Bool(true)));
    let at = value.at;
    match value.kind {
        Kind::Array(items) => Ok(items),
        kind if is_wrapped => Ok(vec![Datum { kind, at }]),
        Kind::Hash(hash) => Ok(hash
            .into_iter()
            .map(|(key, value)| Datum::made(Kind::Array(vec![of_key(&key), value])))
            .collect()),
        kind => iterated(&kind).ok_or_else(|| "a value cannot be converted to Array".into()),
    }
}

/// The elements of what Puppet takes for iterable: the characters of a string,
/// the numbers below a number.
fn iterated(kind: &Kind) -> Option<Vec<Datum>> {
    match kind {
        Kind::Text(text) => {
            let characters = text.as_str().unwrap_or_default().chars();
            Some(
                characters
                    .map(|it| Datum::text(it.encode_utf8(&mut [0; 4])))
                    .collect(),
            )
        }
        Kind::Int(end @ 0..=10_000) => {
            Some((0..*end).map(|it| Datum::made(Kind::Int(it))).collect())
        }
        _ => None,
    }
}

fn of_key(key: &Key) -> Datum {
    match key {
        Key::Int(value) => Datum::made(Kind::Int(i128::from(*value))),
        other => Datum::text(&other.name()),
    }
}

/// A list of pairs, or a flat list of keys and values.
fn hash(value: Datum) -> Result<Hash, String> {
    let items = match value.kind {
        Kind::Hash(hash) => return Ok(hash),
        Kind::Array(items) => items,
        kind => iterated(&kind).ok_or("a value cannot be converted to Hash")?,
    };
    let is_pair = |item: &Datum| matches!(&item.kind, Kind::Array(pair) if pair.len() == 2);
    if items.iter().all(is_pair) {
        let pairs = items.into_iter().filter_map(|item| match item.kind {
            Kind::Array(pair) => <[Datum; 2]>::try_from(pair).ok(),
            _ => None,
        });
        return Ok(pairs.map(|[key, value]| (Key::of(&key), value)).collect());
    }
    if items.len() % 2 == 1 {
        return Err("odd number of arguments for Hash".into());
    }
    let mut hash = Hash::new();
    let mut items = items.into_iter();
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        hash.insert(Key::of(&key), value);
    }
    Ok(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_converted_or_refused() {
        for name in [
            "Integer", "Float", "Numeric", "Boolean", "Array", "Hash", "String",
        ] {
            for text in [
                "", "é ü", "0", "0x", "-", "+ 7", "1e", "١", "0b12", "Integer[",
            ] {
                let converted = convert(Datum::text(text), &Datum::text(name), "key");
                let is_number = matches!(text, "0" | "+ 7");
                if matches!(name, "Integer" | "Float" | "Numeric") {
                    assert_eq!(converted.is_ok(), is_number, "{name} {text:?}");
                }
            }
        }
    }
}
