//! Values as JSON and YAML, and read from these.
//!
//! What cannot be seen becomes a hole in the text, so that the rest of a file
//! that is made this way can still be read.

use super::{Call, Function};
use crate::hiera::{Format, document};
use crate::puppet::hash;
use crate::puppet::interpolation::text_of;
use crate::ruby_float::float_to_s;
use crate::value::{Data, Piece, Text, Unknown, Value, Why};
use std::fmt::Write as _;

/// Longer texts are not read as data.
const MAX_TEXT: usize = 1 << 20;
/// Lists and hashes inside each other that are written.
const MAX_DEPTH: usize = 100;

pub(super) fn named(name: &str) -> Option<Function> {
    Some(match name {
        "to_json" | "stdlib::to_json" => |call| json(call, None),
        "to_json_pretty" | "stdlib::to_json_pretty" | "to_pretty_json" => {
            |call| json(call, Some(0))
        }
        "to_yaml" | "stdlib::to_yaml" => yaml,
        "parsejson" | "stdlib::parsejson" => |call| parsed(call, Format::Json),
        "parseyaml" | "stdlib::parseyaml" => |call| parsed(call, Format::Yaml),
        _ => return None,
    })
}

fn parsed(call: &Call<'_>, format: Format) -> Option<Value> {
    let text = call.text(0)?;
    if text.len() > MAX_TEXT {
        return None;
    }
    match document(call.at.file, text, format) {
        // What is no value, and numbers too long for one, Puppet refuses.
        Ok(datum) if datum.is_truthy() => {
            (datum.is_value() && datum.is_json()).then(|| datum.into_value())
        }
        // The default stands for nothing, and for what cannot be read.
        Ok(_) if call.args.len() == 1 => Some(Value::undef()),
        Ok(_) | Err(_) => call.args.get(1).map(|data| match data {
            // Functions of the old form are given an empty string for it.
            Data::Undef => Value::text(""),
            data => Value::known((*data).clone()),
        }),
    }
}

fn json(call: &Call<'_>, indent: Option<usize>) -> Option<Value> {
    let is_plain = call.args.len() == 1;
    let mut text = Text::default();
    write_json(&mut text, call.data(0), indent, MAX_DEPTH)?;
    if indent.is_some() {
        if !matches!(call.data(0), Data::Array(_) | Data::Hash(_)) {
            return None;
        }
        text.push(&Text::literal("\n"));
    }
    is_plain.then(|| Value::known(Data::Text(text)))
}

/// `JSON.generate` of Ruby, and with an indent `JSON.pretty_generate`.
fn write_json(out: &mut Text, data: &Data, indent: Option<usize>, depth: usize) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    let inner = indent.map(|indent| indent + 1);
    let line = |indent: Option<usize>| match indent {
        Some(indent) => Text::literal(format!("\n{}", "  ".repeat(indent))),
        None => Text::default(),
    };
    match data {
        Data::Undef => out.push(&Text::literal("null")),
        Data::Bool(_) | Data::Integer(_) => out.push(&text_of(data)),
        Data::Float(value) if value.is_finite() => out.push(&Text::literal(float_to_s(*value))),
        Data::Text(text) => out.push(&json_string(text)),
        Data::Unknown(unknown) => out.push(&Text::hole(unknown.clone())),
        // How these look with an indent depends on the version of Ruby's `json`.
        Data::Array(items) if items.is_empty() && indent.is_some() => return None,
        Data::Hash(entries) if entries.is_empty() && indent.is_some() => return None,
        Data::Array(items) => {
            out.push(&Text::literal("["));
            for (index, item) in items.iter().enumerate() {
                out.push(&Text::literal(if index > 0 { "," } else { "" }));
                out.push(&line(inner));
                write_json(out, item.single()?, inner, depth)?;
            }
            out.push(&line(indent));
            out.push(&Text::literal("]"));
        }
        Data::Hash(entries) => {
            if !hash::keys_differ(entries) {
                return None;
            }
            out.push(&Text::literal("{"));
            for (index, (key, value)) in entries.iter().enumerate() {
                out.push(&Text::literal(if index > 0 { "," } else { "" }));
                out.push(&line(inner));
                let key = match key.single()? {
                    key @ (Data::Text(_) | Data::Integer(_) | Data::Float(_) | Data::Bool(_)) => {
                        json_string(&text_of(key))
                    }
                    _ => return None,
                };
                out.push(&key);
                out.push(&Text::literal(if indent.is_some() { ": " } else { ":" }));
                write_json(out, value.single()?, inner, depth)?;
            }
            out.push(&line(indent));
            out.push(&Text::literal("}"));
        }
        _ => return None,
    }
    Some(())
}

fn json_string(text: &Text) -> Text {
    let mut out = Text::literal("\"");
    for piece in &text.pieces {
        match piece {
            Piece::Literal(text) => out.push(&Text::literal(json_escaped(text))),
            Piece::Hole(unknown) => out.push(&Text::hole(unknown.clone())),
        }
    }
    out.push(&Text::literal("\""));
    out
}

fn json_escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            control if control < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out
}

fn yaml(call: &Call<'_>) -> Option<Value> {
    if call.args.len() != 1 {
        return None;
    }
    let mut text = Text::literal("---");
    write_yaml(&mut text, call.data(0), Above::Root, 0, MAX_DEPTH)?;
    text.push(&Text::literal("\n"));
    Some(Value::known(Data::Text(text)))
}

/// What a YAML value stands in.
#[derive(Clone, Copy, PartialEq)]
enum Above {
    Root,
    List,
    Hash,
}

/// Ruby's `to_yaml`, as Psych writes it: what it would put into quotes is a
/// hole here, since how is a matter of many rules.
fn write_yaml(
    out: &mut Text,
    data: &Data,
    above: Above,
    indent: usize,
    depth: usize,
) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    let hole = || {
        Text::hole(Unknown {
            why: Why::Function("to_yaml".into()),
            at: None,
        })
    };
    match data {
        Data::Array(items) if items.is_empty() => out.push(&Text::literal(" []")),
        Data::Hash(entries) if entries.is_empty() => out.push(&Text::literal(" {}")),
        Data::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                start(out, above == Above::List && index == 0, indent);
                out.push(&Text::literal("-"));
                write_yaml(out, item.single()?, Above::List, indent + 2, depth)?;
            }
        }
        Data::Hash(entries) => {
            if !hash::keys_differ(entries) {
                return None;
            }
            for (index, (key, value)) in entries.iter().enumerate() {
                start(out, above == Above::List && index == 0, indent);
                match key.single()? {
                    Data::Text(text) if text.as_str().is_some_and(is_plain) => out.push(text),
                    Data::Text(text) if text.as_str().is_some_and(is_path) => {
                        out.push(&Text::literal(format!("\"{text}\"")));
                    }
                    Data::Integer(_) => out.push(&text_of(key.single()?)),
                    _ => out.push(&hole()),
                }
                out.push(&Text::literal(":"));
                let value = value.single()?;
                // A list stands as far to the left as the key before it.
                let inner = match value {
                    Data::Array(_) => indent,
                    _ => indent + 2,
                };
                write_yaml(out, value, Above::Hash, inner, depth)?;
            }
        }
        Data::Undef if above == Above::Root => return None,
        Data::Undef => {}
        Data::Text(text) => {
            out.push(&Text::literal(" "));
            match text.as_str() {
                Some(text) if is_plain(text) => out.push(&Text::literal(text)),
                Some(text) if is_quoted(text) => out.push(&Text::literal(format!("'{text}'"))),
                Some(text) if is_path(text) => out.push(&Text::literal(format!("\"{text}\""))),
                Some(text) if is_block(text) => out.push(&block(text, above, indent)),
                _ => out.push(&hole()),
            }
        }
        Data::Bool(_) | Data::Integer(_) => {
            out.push(&Text::literal(" "));
            out.push(&text_of(data));
        }
        // It may be a list, which begins on a line of its own.
        Data::Unknown(unknown) => out.push(&Text::hole(unknown.clone())),
        _ => out.push(&hole()),
    }
    Some(())
}

/// A new line, or on the line of the dash before it.
fn start(out: &mut Text, is_beside_dash: bool, indent: usize) {
    out.push(&Text::literal(if is_beside_dash {
        " ".to_owned()
    } else {
        format!("\n{}", " ".repeat(indent))
    }));
}

/// A string that stands without quotes in YAML beyond doubt.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let is_word = |word: &str| {
        word.starts_with(|it: char| it.is_ascii_alphabetic())
            && word.ends_with(|it: char| it.is_ascii_alphanumeric() || it == '/')
            && word
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"/_.-:=@+".contains(&it))
    };
    text.split(' ').all(is_word)
        && is_short(text)
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

/// Longer ones are folded at their blanks.
fn is_short(text: &str) -> bool {
    text.len() <= 60 || !text.contains(' ')
}

/// A string that stands in single quotes beyond doubt: nothing, or what would be
/// a truth value or a number.
fn is_quoted(text: &str) -> bool {
    const WORDS: [&str; 7] = ["yes", "no", "on", "off", "true", "false", "null"];
    let is_number = (1..=15).contains(&text.len())
        && text.bytes().all(|it| it.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'));
    text.is_empty() || is_number || WORDS.contains(&text)
}

/// A string that stands in double quotes beyond doubt: Psych does so with what
/// begins with no letter.
fn is_path(text: &str) -> bool {
    text.starts_with('/')
        && is_short(text)
        && text
            .bytes()
            .all(|it| (b' '..=b'~').contains(&it) && !b"\"\\".contains(&it))
}

/// A string of several lines that stands as a block beyond doubt.
fn is_block(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let is_plain_line = |line: &str| {
        !line.is_empty()
            && !line.starts_with(' ')
            && !line.ends_with(' ')
            && line.bytes().all(|it| (b' '..=b'~').contains(&it))
    };
    body.contains('\n') && body.split('\n').all(is_plain_line)
}

fn block(text: &str, above: Above, indent: usize) -> Text {
    let indent = if above == Above::Root { 2 } else { indent };
    let (mark, body) = match text.strip_suffix('\n') {
        Some(body) => ("|", body),
        None => ("|-", text),
    };
    let mut out = mark.to_owned();
    for line in body.split('\n') {
        let _ = write!(out, "\n{}{line}", " ".repeat(indent));
    }
    Text::literal(out)
}
