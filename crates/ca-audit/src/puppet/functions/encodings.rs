//! Functions that encode text.

use super::{Call, Function, list};
use crate::value::{Data, Value};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

pub(super) fn named(name: &str) -> Option<Function> {
    Some(match name {
        "base64" => base64,
        "uriescape" => uriescape,
        _ => return None,
    })
}

/// `base64('encode', text, 'default' | 'strict' | 'urlsafe')`; the default
/// breaks lines behind 60 characters.
fn base64(call: &Call<'_>) -> Option<Value> {
    let text = call.text(1)?;
    let way = match call.args.len() {
        2 => "default",
        3 => call.text(2)?,
        _ => return None,
    };
    match (call.text(0)?, way) {
        ("encode", "strict") => Some(Value::text(STANDARD.encode(text))),
        ("encode", "urlsafe") => Some(Value::text(URL_SAFE.encode(text))),
        ("encode", "default") => Some(Value::text(in_lines(&STANDARD.encode(text)))),
        ("decode", "strict") => decoded(STANDARD.decode(text).ok()?),
        ("decode", "urlsafe") => decoded(URL_SAFE.decode(text).ok()?),
        ("decode", "default") => {
            // Ruby passes over line ends, and over much else.
            let text: String = text.split_ascii_whitespace().collect();
            decoded(STANDARD.decode(text).ok()?)
        }
        _ => None,
    }
}

fn in_lines(encoded: &str) -> String {
    let mut out = String::with_capacity(encoded.len() + encoded.len() / 60 + 1);
    for (index, character) in encoded.chars().enumerate() {
        if index > 0 && index % 60 == 0 {
            out.push('\n');
        }
        out.push(character);
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

fn decoded(bytes: Vec<u8>) -> Option<Value> {
    String::from_utf8(bytes).ok().map(Value::text)
}

/// Ruby's `URI::DEFAULT_PARSER.escape`.
fn uriescape(call: &Call<'_>) -> Option<Value> {
    match call.args {
        [Data::Text(text)] => Some(Value::text(escaped(text.as_str()?))),
        [Data::Array(items)] => {
            let item = |item: &Value| match item.single()? {
                Data::Text(text) => Some(Value::text(escaped(text.as_str()?))),
                Data::Unknown(_) | Data::Undef => None,
                other => Some(Value::known(other.clone())),
            };
            Some(list(items.iter().map(item).collect::<Option<_>>()?))
        }
        _ => None,
    }
}

fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'();/?:@&=+$,[]".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
