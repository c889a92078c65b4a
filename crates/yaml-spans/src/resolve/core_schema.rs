//! The core schema of YAML 1.2.2, chapter 10.3.2.

use super::{Resolved, YAML_TAG, base64_lenient, number};

pub(super) fn plain(text: &str) -> Resolved<'_> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Resolved::Null,
        "true" | "True" | "TRUE" => Resolved::Bool(true),
        "false" | "False" | "FALSE" => Resolved::Bool(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Resolved::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Resolved::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => Resolved::Float(f64::NAN),
        _ => plain_number(text).unwrap_or(Resolved::String(text)),
    }
}

pub(super) fn tagged<'t>(tag: &str, text: &'t str) -> Resolved<'t> {
    match tag.strip_prefix(YAML_TAG) {
        Some("null" | "bool" | "int") => plain(text),
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
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+')) {
        return None;
    }
    let integer = if let Some(digits) = text.strip_prefix("0o") {
        unsigned(digits, 8)
    } else if let Some(digits) = text.strip_prefix("0x") {
        unsigned(digits, 16)
    } else {
        number::int(text, 10)
    };
    if let Some(integer) = integer {
        return Some(integer.into());
    }
    let is_float = number::is_float(text);
    is_float.then(|| text.parse().map(Resolved::Float).ok())?
}

fn unsigned(digits: &str, base: u32) -> Option<number::Number> {
    number::int(digits, base).filter(|_| !digits.starts_with(['-', '+']))
}
