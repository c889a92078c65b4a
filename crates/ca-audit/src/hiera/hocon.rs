//! HOCON, by the crate `hocon-parser`. It tells no places inside a file, so
//! every value stands at the file as a whole.

use super::datum::{Datum, Hash, Key, Kind};
use super::failure::Failure;
use crate::place::{FileId, Span};
use crate::value::Text;
use ::hocon::{HoconValue, ScalarType, ScalarValue, parse_with_env};
use std::collections::HashMap;

/// The hash in a HOCON file.
///
/// # Errors
/// What is no HOCON, and files that include others: nothing here reads a file
/// on its own.
pub(super) fn read(file: FileId, text: &str) -> Result<Hash, Failure> {
    if text.contains("include") && has_include(text) {
        return Err(Failure::new("files that this one includes are not read"));
    }
    let config = parse_with_env(text, &HashMap::new())
        .map_err(|error| Failure::new(format!("Unable to parse: {error}")))?;
    let at = Span::whole(file);
    let entries = config.keys().into_iter().filter_map(|key| {
        let quoted = format!("\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""));
        Some((key, config.get(&quoted)?))
    });
    Ok(entries
        .map(|(key, value)| (Key::from(key), datum(value, at)))
        .collect())
}

/// `include "…"`, `include file(…)` at the beginning of a line or a field.
fn has_include(text: &str) -> bool {
    let fields = text.split(['\n', '{', '}', ',']);
    fields.map(str::trim_start).any(|field| {
        let rest = field.strip_prefix("include").unwrap_or_default();
        rest.trim_start() != rest && !rest.trim_start().starts_with(['=', ':', '{'])
    })
}

fn datum(value: &HoconValue, at: Span) -> Datum {
    let kind = match value {
        HoconValue::Array(items) => Kind::Array(items.iter().map(|item| datum(item, at)).collect()),
        HoconValue::Object(fields) => {
            let field =
                |(key, value): (&String, &HoconValue)| (Key::from(key.as_str()), datum(value, at));
            Kind::Hash(fields.iter().map(field).collect())
        }
        HoconValue::Scalar(scalar) => self::scalar(scalar),
        _ => Kind::Null,
    };
    Datum { kind, at: Some(at) }
}

fn scalar(scalar: &ScalarValue) -> Kind {
    let raw = scalar.raw.as_str();
    let text = || Kind::Text(Text::literal(raw));
    match scalar.value_type {
        ScalarType::Null => Kind::Null,
        ScalarType::Boolean => Kind::Bool(raw == "true"),
        // Ruby's `Integer()` takes a leading zero for octal.
        ScalarType::Number
            if raw.len() > 1
                && raw.bytes().all(|it| it.is_ascii_digit())
                && raw.starts_with('0') =>
        {
            i128::from_str_radix(raw, 8).map_or_else(|_| text(), Kind::Int)
        }
        ScalarType::Number => match (raw.parse(), raw.parse()) {
            (Ok(value), _) => Kind::Int(value),
            (_, Ok(value)) => Kind::Float(value),
            _ => text(),
        },
        _ => text(),
    }
}
