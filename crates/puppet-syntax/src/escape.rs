//! Escape sequences: from the source of a string to its value, and back.
//!
//! The rules are those of Puppet's lexer (`Puppet::Pops::Parser::SlurpSupport`
//! in Puppet 7.23): single quotes know `\\` and `\'`; everything else a set of
//! enabled letters. An escape that is not enabled stays as it is written.

use crate::Span;
use crate::ast::{Escapes, TextForm};
use std::borrow::Cow;

/// A `\u` escape that names no Unicode scalar value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadCodePoint;

/// The value of a single-quoted string.
pub(crate) fn decode_single(raw: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\\', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    for piece in SinglePieces(raw) {
        out.push_str(piece.value);
    }
    Cow::Owned(out)
}

/// The value of text in which `escapes` are enabled.
pub(crate) fn decode(raw: &str, escapes: Escapes) -> Result<Cow<'_, str>, BadCodePoint> {
    if escapes == Escapes::NONE || memchr::memchr(b'\\', raw.as_bytes()).is_none() {
        return Ok(Cow::Borrowed(raw));
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        let (len, value) = escape_at(&rest[at..], escapes);
        match value {
            Value::Str(text) => out.push_str(text),
            Value::Char('\\') => return decode_in_two_steps(raw, escapes),
            Value::Char(c) => out.push(c),
            Value::Bad => return Err(BadCodePoint),
        }
        rest = &rest[at + len..];
    }
    out.push_str(rest);
    Ok(Cow::Owned(out))
}

/// Puppet resolves `\u` first and then looks at the result again, so an
/// escaped backslash written `\u005c` takes part in further escapes.
fn decode_in_two_steps(raw: &str, escapes: Escapes) -> Result<Cow<'_, str>, BadCodePoint> {
    /// Each round shortens the text; real texts need one.
    const MAX_ROUNDS: usize = 16;
    let mut text = raw.to_owned();
    for _ in 0..MAX_ROUNDS {
        let mut out = String::with_capacity(text.len());
        let mut changed = false;
        let mut rest = text.as_str();
        while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
            out.push_str(&rest[..at]);
            let (len, value) = escape_at(&rest[at..], Escapes::U);
            match value {
                Value::Char(c) => {
                    changed = true;
                    out.push(c);
                }
                Value::Bad => return Err(BadCodePoint),
                Value::Str(_) => out.push_str(&rest[at..at + len]),
            }
            rest = &rest[at + len..];
        }
        out.push_str(rest);
        text = out;
        if !changed {
            break;
        }
    }
    let without_u = Escapes(escapes.0 & !Escapes::U.0);
    decode(&text, without_u).map(|value| Cow::Owned(value.into_owned()))
}

/// Whether Puppet warns about an escape in the text: about a `\u` without its
/// digits always, about others that are not enabled only between quotes.
pub(crate) fn warns(raw: &str, escapes: Escapes, quoted: bool) -> bool {
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        let (len, value) = escape_at(&rest[at..], escapes);
        let kept = matches!(value, Value::Str(text) if text.len() == len && len > 1);
        if kept && (quoted || (rest[at + 1..].starts_with('u') && escapes.has(Escapes::U))) {
            return true;
        }
        rest = &rest[at + len..];
    }
    false
}

enum Value<'s> {
    Str(&'s str),
    Char(char),
    Bad,
}

/// Length and value of the escape at the start of `text`, which is a backslash.
fn escape_at(text: &str, escapes: Escapes) -> (usize, Value<'_>) {
    let Some(c) = text[1..].chars().next() else {
        return (1, Value::Str(text));
    };
    let len = 1 + c.len_utf8();
    let written = Value::Str(&text[..len]);
    let enabled = |set: Escapes, value: &'static str| {
        if escapes.has(set) {
            (len, Value::Str(value))
        } else {
            (len, Value::Str(&text[..len]))
        }
    };
    match c {
        '\\' => enabled(Escapes::BACKSLASH, "\\"),
        '\'' => enabled(Escapes::QUOTES, "'"),
        '"' => enabled(Escapes::QUOTES, "\""),
        '$' => enabled(Escapes::DOLLAR, "$"),
        'r' => enabled(Escapes::R, "\r"),
        'n' => enabled(Escapes::N, "\n"),
        't' => enabled(Escapes::T, "\t"),
        's' => enabled(Escapes::S, " "),
        '\n' => enabled(Escapes::NEWLINE, ""),
        '\r' if text[2..].starts_with('\n') => {
            if escapes.has(Escapes::NEWLINE) {
                (3, Value::Str(""))
            } else {
                (3, Value::Str(&text[..3]))
            }
        }
        // A lone carriage return is no escape: only the backslash is taken.
        '\r' => (1, Value::Str(&text[..1])),
        'u' if escapes.has(Escapes::U) => unicode_escape(text).unwrap_or((len, written)),
        _ => (len, written),
    }
}

/// `\u0041` or `\u{41}`.
fn unicode_escape(text: &str) -> Option<(usize, Value<'_>)> {
    let digits = &text[2..];
    let (len, hex) = if let Some(braced) = digits.strip_prefix('{') {
        let end = braced.bytes().take(7).position(|b| b == b'}')?;
        (4 + end, braced.get(..end)?)
    } else {
        (6, digits.get(..4)?)
    };
    if hex.is_empty() || hex.len() > 6 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let code = u32::from_str_radix(hex, 16).ok()?;
    Some((len, char::from_u32(code).map_or(Value::Bad, Value::Char)))
}

/// A run of source text and the text it stands for.
struct Piece<'s> {
    len: usize,
    value: &'s str,
}

/// The pieces of a single-quoted string.
struct SinglePieces<'s>(&'s str);

impl<'s> Iterator for SinglePieces<'s> {
    type Item = Piece<'s>;

    fn next(&mut self) -> Option<Piece<'s>> {
        if self.0.is_empty() {
            return None;
        }
        let bytes = self.0.as_bytes();
        let escaped = bytes[0] == b'\\' && matches!(bytes.get(1), Some(b'\\' | b'\''));
        let (len, value) = if escaped {
            (2, &self.0[1..2])
        } else {
            let end = memchr::memchr(b'\\', &bytes[1..]).map_or(bytes.len(), |at| at + 1);
            (end, &self.0[..end])
        };
        self.0 = &self.0[len..];
        Some(Piece { len, value })
    }
}

/// An offset in a decoded text whose source starts at `base`.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) base: u32,
    pub(crate) offset: usize,
}

/// The source offset of a place in the value of `raw`.
pub(crate) fn source_offset(raw: &str, place: Place, form: TextForm, source: &str) -> u32 {
    match form {
        TextForm::Bare => place.base + place.offset.min(raw.len()) as u32,
        TextForm::Single => single_offset(raw, place),
        TextForm::Double => escaped_offset(raw, place, Escapes::DOUBLE, ""),
        TextForm::Heredoc { escapes, margin } => {
            escaped_offset(raw, place, escapes, margin_text(margin, source))
        }
    }
}

fn margin_text(margin: Span, source: &str) -> &str {
    margin.of(source)
}

fn single_offset(raw: &str, place: Place) -> u32 {
    let (mut at, mut value_at) = (0, 0);
    for piece in SinglePieces(raw) {
        let past = value_at + piece.value.len();
        if place.offset < past {
            let inside = if piece.len == piece.value.len() {
                place.offset - value_at
            } else {
                0
            };
            return place.base + (at + inside) as u32;
        }
        at += piece.len;
        value_at = past;
    }
    place.base + at as u32
}

fn escaped_offset(raw: &str, place: Place, escapes: Escapes, margin: &str) -> u32 {
    let (mut at, mut value_at) = (0, 0);
    // A text that starts behind the margin of its line has none to remove.
    let mut line_start = false;
    while at < raw.len() {
        let rest = &raw[at..];
        if line_start && !margin.is_empty() && rest.starts_with(margin) {
            at += margin.len();
            line_start = false;
            continue;
        }
        let (len, value_len) = step(rest, escapes);
        if place.offset < value_at + value_len {
            break;
        }
        value_at += value_len;
        at += len;
        line_start = rest.as_bytes()[len - 1] == b'\n';
    }
    place.base + at as u32
}

/// Source and value length of the next escape or character.
fn step(rest: &str, escapes: Escapes) -> (usize, usize) {
    if rest.starts_with('\\') && escapes != Escapes::NONE {
        let (len, value) = escape_at(rest, escapes);
        let value_len = match value {
            Value::Str(text) => text.len(),
            Value::Char(c) => c.len_utf8(),
            Value::Bad => 0,
        };
        return (len, value_len);
    }
    let len = rest.chars().next().map_or(1, char::len_utf8);
    (len, len)
}

#[cfg(test)]
mod tests {
    use super::{Place, decode, decode_single, source_offset};
    use crate::Span;
    use crate::ast::{Escapes, TextForm};

    #[test]
    fn single_quotes_know_two_escapes() {
        assert_eq!(decode_single(r"a\'b\\c\n"), r"a'b\c\n");
    }

    #[test]
    fn double_quotes_know_them_all() {
        let value = decode("a\\tb\\u0041\\u{1F600}\\\n \\q\\$", Escapes::DOUBLE);
        assert_eq!(value.as_deref(), Ok("a\tbA\u{1F600} \\q$"));
        assert!(decode(r"\ud800", Escapes::DOUBLE).is_err());
        assert!(decode(r"\u{110000}", Escapes::DOUBLE).is_err());
    }

    #[test]
    fn an_escaped_backslash_by_number_escapes_what_follows() {
        assert_eq!(decode(r"\u005cn", Escapes::DOUBLE).as_deref(), Ok("\n"));
    }

    #[test]
    fn offsets_lead_back_to_the_source() {
        let at = |raw, offset, form| source_offset(raw, Place { base: 100, offset }, form, "  ");
        assert_eq!(at(r"a\tb", 2, TextForm::Double), 103);
        assert_eq!(at(r"a\'b", 1, TextForm::Single), 101);
        assert_eq!(at(r"a\'b", 2, TextForm::Single), 103);
        let heredoc = TextForm::Heredoc {
            escapes: Escapes::NONE,
            margin: Span::new(0, 2),
        };
        assert_eq!(at("a\n  b\n", 2, heredoc), 104);
        assert_eq!(at("ab", 9, TextForm::Double), 102);
    }
}
