//! Functions on strings that work letter by letter.

use super::{Call, Function, boolean, list};
use crate::value::{Data, Piece, Text, Value};

pub(super) fn named(name: &str) -> Option<Function> {
    Some(match name {
        "upcase" | "downcase" | "swapcase" => recased,
        "capitalize" => |call| each(call, capitalized),
        "camelcase" => |call| each(call, camelcased),
        "strip" => |call| each(call, |text| Some(text.trim_matches(BLANKS).into())),
        "lstrip" => |call| each(call, |text| Some(text.trim_start_matches(BLANKS).into())),
        "rstrip" => |call| each(call, |text| Some(text.trim_end_matches(BLANKS).into())),
        "chomp" => |call| each(call, |text| Some(without_line_end(text).into())),
        "chop" => |call| each(call, |text| Some(chopped(text).into())),
        "squeeze" => squeeze,
        "dos2unix" => |call| one(call, |text| Some(text.replace("\r\n", "\n"))),
        "unix2dos" => |call| one(call, |text| Some(with_dos_ends(text))),
        "regexpescape" => |call| each(call, |text| Some(escaped(text))),
        "stdlib::start_with" => |call| affixed(call, |text, affix| text.starts_with(affix)),
        "stdlib::end_with" => |call| affixed(call, |text, affix| text.ends_with(affix)),
        "stdlib::xml_encode" => xml_encode,
        _ => return None,
    })
}

/// What Ruby strips: blanks, line ends and the null character.
const BLANKS: [char; 7] = ['\0', '\t', '\n', '\u{b}', '\u{c}', '\r', ' '];

/// `f` of a string, or of the strings of a list; numbers stay as they are.
fn each(call: &Call<'_>, f: fn(&str) -> Option<String>) -> Option<Value> {
    let own = |data: &Data| match data {
        Data::Text(text) => Some(Value::text(f(text.as_str()?)?)),
        Data::Integer(_) | Data::Float(_) => Some(Value::known(data.clone())),
        _ => None,
    };
    match (call.args, call.data(0)) {
        ([_], Data::Array(items)) => {
            let items: Option<Vec<Value>> = items.iter().map(|item| own(item.single()?)).collect();
            Some(list(items?))
        }
        ([_], data) => own(data),
        _ => None,
    }
}

fn one(call: &Call<'_>, f: fn(&str) -> Option<String>) -> Option<Value> {
    Some(Value::text(f(call.text(0)?)?))
}

/// Letters change one by one, so what can be seen between holes can be told.
fn recased(call: &Call<'_>) -> Option<Value> {
    let change = |text: &str| {
        let swapped = |it: char| {
            if it.is_ascii_uppercase() {
                it.to_ascii_lowercase()
            } else {
                it.to_ascii_uppercase()
            }
        };
        match call.name {
            "upcase" => text.to_uppercase(),
            "downcase" => text.to_lowercase(),
            _ => text.chars().map(swapped).collect(),
        }
    };
    let own = |data: &Data| match data {
        Data::Text(text) => {
            let mut changed = Text::default();
            for piece in &text.pieces {
                changed.pieces.push(match piece {
                    // Other scripts have rules of their own.
                    Piece::Literal(text) if !text.is_ascii() => return None,
                    Piece::Literal(text) => Piece::Literal(change(text).into()),
                    hole @ Piece::Hole(_) => hole.clone(),
                });
            }
            Some(Value::known(Data::Text(changed)))
        }
        Data::Integer(_) | Data::Float(_) | Data::Bool(_) => Some(Value::known(data.clone())),
        _ => None,
    };
    if call.name == "swapcase" && !matches!(call.data(0), Data::Text(_) | Data::Array(_)) {
        return None;
    }
    match (call.args, call.data(0)) {
        ([_], Data::Array(items)) => {
            let items: Option<Vec<Value>> = items.iter().map(|item| own(item.single()?)).collect();
            Some(list(items?))
        }
        ([_], data) => own(data),
        _ => None,
    }
}

fn capitalized(text: &str) -> Option<String> {
    if !text.is_ascii() {
        return None;
    }
    let mut text = text.to_ascii_lowercase();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Some(text)
}

fn camelcased(text: &str) -> Option<String> {
    text.split('_').map(capitalized).collect()
}

/// Ruby's `chomp`: one line end.
fn without_line_end(text: &str) -> &str {
    text.strip_suffix("\r\n")
        .or_else(|| text.strip_suffix(['\n', '\r']))
        .unwrap_or(text)
}

/// Ruby's `chop`: the last character, or `\r\n`.
fn chopped(text: &str) -> &str {
    if let Some(rest) = text.strip_suffix("\r\n") {
        return rest;
    }
    let mut characters = text.chars();
    characters.next_back();
    characters.as_str()
}

/// Runs of one character as one; with a second argument, of those in it.
fn squeeze(call: &Call<'_>) -> Option<Value> {
    // Ruby reads `a-z` and `^a` in it.
    let only = match call.args.len() {
        1 => None,
        2 => Some(call.text(1).filter(|it| !it.contains(['-', '^', '\\']))?),
        _ => return None,
    };
    let squeezed = |text: &str| {
        let mut out = String::new();
        for character in text.chars() {
            let may_repeat = only.is_some_and(|only| !only.contains(character));
            if may_repeat || !out.ends_with(character) {
                out.push(character);
            }
        }
        out
    };
    match call.data(0) {
        Data::Text(text) => Some(Value::text(squeezed(text.as_str()?))),
        Data::Array(items) => {
            let items: Option<Vec<Value>> = items
                .iter()
                .map(|item| Some(Value::text(squeezed(item.as_str()?))))
                .collect();
            Some(list(items?))
        }
        _ => None,
    }
}

/// `\r*\n` becomes `\r\n`.
fn with_dos_ends(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\n') {
        out.push_str(rest[..at].trim_end_matches('\r'));
        out.push_str("\r\n");
        rest = &rest[at + 1..];
    }
    out + rest
}

/// Ruby's `Regexp.escape`.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '[' | ']' | '{' | '}' | '(' | ')' | '|' | '-' | '*' | '.' | '\\' | '?' | '+' | '^'
            | '$' | '#' | ' ' => out.extend(['\\', character]),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            other => out.push(other),
        }
    }
    out
}

fn affixed(call: &Call<'_>, test: fn(&str, &str) -> bool) -> Option<Value> {
    let text = call.text(0)?;
    let holds = match call.data(1) {
        Data::Text(affix) => test(text, affix.as_str()?),
        Data::Array(affixes) => {
            let affixes: Option<Vec<&str>> = affixes.iter().map(Value::as_str).collect();
            affixes?.iter().any(|affix| test(text, affix))
        }
        _ => return None,
    };
    Some(boolean(holds))
}

fn xml_encode(call: &Call<'_>) -> Option<Value> {
    let text = call.text(0)?;
    let as_attribute = match call.text(1) {
        None if call.args.len() == 1 => false,
        Some("text") => false,
        Some("attr") => true,
        _ => return None,
    };
    let mut out = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    if as_attribute {
        out = format!("\"{}\"", out.replace('"', "&quot;"));
    }
    Some(Value::text(out))
}
