//! Reads the value that follows a setting's name, in every form of writing
//! that texts have: `--k=v`, `--k v`, `"--k", "v"`, a list item after a list
//! item, `K=v`, `K: v`, `- name: K` with `value: v` below.

use super::names::{is_whole_name, step};
use super::variables::{is_comment, uses, values};
use super::{Flat, HOLE};
use crate::place::Span;
use crate::value::{Piece, Text, Unknown, Why};
use crate::view::View;
use smol_str::format_smolstr;
use std::ops::Range;

/// The value of a flag whose name ends at `end`, as a range of the text.
/// `None`: the flag has no value here.
pub(super) fn of_flag(text: &str, start: usize, end: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    // The quote before the dashes, if any, also ends the value.
    let dashes = bytes[..start]
        .iter()
        .rev()
        .take_while(|byte| **byte == b'-')
        .count();
    let quote = start
        .checked_sub(dashes + 1)
        .map(|at| bytes[at])
        .filter(|byte| is_quote(*byte));
    if bytes.get(end) == Some(&b'=') {
        return Some(word(text, end + 1, quote));
    }
    let from = skip_to_next_word(bytes, end)?;
    let quote = Some(bytes[from - 1]).filter(|byte| is_quote(*byte));
    let value = word(text, from, quote);
    let is_flag = bytes[value.clone()].first() == Some(&b'-');
    (!is_flag && !value.is_empty()).then_some(value)
}

/// The value of an environment variable whose name ends at `end`; `None` where
/// the name is only mentioned.
pub(super) fn of_variable(text: &str, start: usize, end: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    // `${NAME:-x}` uses it.
    if text[..start].ends_with("${") {
        return None;
    }
    let quote = start
        .checked_sub(1)
        .map(|at| bytes[at])
        .filter(|byte| is_quote(*byte));
    if bytes.get(end) == Some(&b'=') && bytes.get(end + 1) != Some(&b'=') {
        return Some(assigned(text, end + 1, quote));
    }
    let rest = &text[end..];
    let after_quote = rest.strip_prefix(['"', '\'']).unwrap_or(rest);
    let after_name = after_quote.trim_start_matches([' ', '\t']);
    let offset = |rest: &str| text.len() - rest.len();
    if let Some(value) = after_name.strip_prefix(':') {
        return Some(mapped(text, offset(value)));
    }
    let item = after_name.trim_start_matches([' ', '\t', '\r', '\n', ',', '"', '\'']);
    let key = item.strip_prefix("value")?.trim_start_matches(['"', '\'']);
    let value = key.trim_start_matches([' ', '\t']).strip_prefix(':')?;
    Some(mapped(text, offset(value)))
}

/// What `valueFrom` after an environment variable's name refers to.
pub(super) struct Reference {
    pub(super) key: Range<usize>,
    /// The kind and the name of the object.
    pub(super) object: Option<(&'static str, Range<usize>)>,
    /// The value that an object in the same text has under the key.
    pub(super) value: Option<Range<usize>>,
}

impl Reference {
    /// What it stands for: the value in the same text, else a hole that names
    /// the object.
    pub(super) fn text(&self, flat: &Flat, view: &View) -> Text {
        if let Some(value) = &self.value {
            return text_of(flat, value, view);
        }
        let key = &flat.text[self.key.clone()];
        let told = self.object.as_ref().map(|(kind, name)| {
            let name = text_of(flat, name, view);
            format_smolstr!("key {key} of the {kind} {name}")
        });
        Text::hole(Unknown {
            why: Why::Variable(told.unwrap_or_else(|| key.into())),
            at: Some(view.span(flat.source_range(&self.key))),
        })
    }
}

pub(super) fn referenced(text: &str, end: usize) -> Option<Reference> {
    const MAX_LEN: usize = 400;
    let rest = &text[end..];
    let after = rest.trim_start_matches(['"', '\'', ' ', '\t', '\r', '\n', ',', '{']);
    if !after.starts_with("valueFrom") {
        return None;
    }
    let from = text.len() - after.len();
    let mut limit = text.len().min(from + MAX_LEN);
    while !text.is_char_boundary(limit) {
        limit -= 1;
    }
    let block = &text[from..limit];
    let next = block.find("- name:").unwrap_or(block.len());
    let name = block[..next].find("key:").map(|at| from + at + 4)?;
    let key = mapped(text, name);
    let of_data = |start: &usize| {
        let line = text[..*start].rfind('\n').map_or(0, |end| end + 1);
        text[line..*start].trim().is_empty() && text[start + key.len()..].starts_with(':')
    };
    let starts = memchr::memmem::find_iter(text.as_bytes(), &text[key.clone()]);
    let value = (!key.is_empty()).then_some(starts)?.find(of_data);
    let value = value.map(|start| mapped(text, start + key.len() + 1));
    Some(Reference {
        object: object_in(text, &(from..from + next)),
        key,
        value,
    })
}

/// The object of a `configMapKeyRef` or `secretKeyRef`.
fn object_in(text: &str, block: &Range<usize>) -> Option<(&'static str, Range<usize>)> {
    let kinds = [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")];
    let inner = &text[block.clone()];
    let (word, kind) = kinds.into_iter().find(|(word, _)| inner.contains(word))?;
    let after = inner.find(word)? + word.len();
    let name = after + inner[after..].find("name:")?;
    Some((kind, mapped(text, block.start + name + "name:".len())))
}

/// The value as text with holes.
pub(super) fn text_of(flat: &Flat, range: &Range<usize>, view: &View) -> Text {
    let mut value = Text::default();
    let mut at = range.start;
    for part in flat.text[range.clone()].split_inclusive(HOLE) {
        let literal = part.trim_end_matches(HOLE);
        if !literal.is_empty() {
            value.push(&Text::literal(literal));
        }
        if part.ends_with(HOLE) {
            value.push(&Text {
                pieces: vec![Piece::Hole(hole(flat, at + literal.len(), view))],
            });
        }
        at += part.len();
    }
    value
}

/// The same with the text's own variables filled in where they have one value;
/// the others are holes.
pub(super) fn resolved(flat: &Flat, range: &Range<usize>, view: &View) -> Text {
    let mut value = Text::default();
    let mut at = range.start;
    for used in uses(&flat.text, range) {
        value.push(&text_of(flat, &(at..used.at.start), view));
        at = used.at.end;
        match values(&flat.text, used.name).as_slice() {
            [only] if !used.has_default && !only.contains(&used.at.start) => {
                value.push(&named_values(flat, only, view));
            }
            [] => {
                let object = of_object(flat, used.name, view);
                value.push(&object.unwrap_or_else(|| variable(flat, &used.at, view)));
            }
            _ => value.push(&variable(flat, &used.at, view)),
        }
    }
    value.push(&text_of(flat, &(at..range.end), view));
    value
}

/// The value of a variable that a container takes from an object of Kubernetes.
fn of_object(flat: &Flat, name: &str, view: &View) -> Option<Text> {
    const MOST: usize = 8;
    if name.len() < 2 {
        return None;
    }
    let text = flat.text.as_bytes();
    let starts = memchr::memmem::find_iter(text, name).take(MOST);
    let mut ends = starts.map(|start| (start, start + name.len()));
    let found = ends.find_map(|(start, end)| {
        let is_name = is_whole_name(text, start, end) && !is_comment(&flat.text, start);
        is_name.then(|| referenced(&flat.text, end)).flatten()
    })?;
    Some(found.text(flat, view))
}

/// A value with the variables in it as holes.
fn named_values(flat: &Flat, range: &Range<usize>, view: &View) -> Text {
    let mut value = Text::default();
    let mut at = range.start;
    for used in uses(&flat.text, range) {
        value.push(&text_of(flat, &(at..used.at.start), view));
        value.push(&variable(flat, &used.at, view));
        at = used.at.end;
    }
    value.push(&text_of(flat, &(at..range.end), view));
    value
}

fn variable(flat: &Flat, at: &Range<usize>, view: &View) -> Text {
    Text::hole(Unknown {
        why: Why::Variable(flat.text[at.clone()].into()),
        at: Some(view.span(flat.source_range(at))),
    })
}

fn hole(flat: &Flat, at: usize, view: &View) -> Unknown {
    let source = flat.source(at);
    let place: Span = view.span(source..source);
    Unknown {
        why: Why::Variable(flat.hole(at)),
        at: Some(place),
    }
}

/// A word: to the closing quote if one is open, else to white space or quote.
fn word(text: &str, start: usize, quote: Option<u8>) -> Range<usize> {
    let bytes = text.as_bytes();
    let opened = bytes.get(start).copied().filter(|byte| is_quote(*byte));
    let (start, quote) = match opened {
        Some(own) if quote != Some(own) => (start + 1, Some(own)),
        _ => (start, quote),
    };
    let mut end = start;
    while end < bytes.len() {
        let byte = bytes[end];
        let closes = Some(byte) == quote || byte == b'\n';
        if closes || byte.is_ascii_whitespace() || is_quote(byte) || byte == b'`' {
            break;
        }
        end += step(text, end);
    }
    // `[a, b]`: what separates items is not part of one.
    let trimmed = text[start..end].trim_end_matches([',', ']', ')', ';', '\\']);
    start..start + trimmed.len()
}

/// After `NAME=`: to the quote that was opened before the name or after the
/// sign, else a word.
fn assigned(text: &str, start: usize, before: Option<u8>) -> Range<usize> {
    let bytes = text.as_bytes();
    let own = bytes
        .get(start)
        .copied()
        .filter(|byte| is_quote(*byte) && before != Some(*byte));
    match own.or(before) {
        Some(quote) => {
            let start = start + usize::from(own.is_some());
            start..closing(bytes, start, quote)
        }
        None => word(text, start, None),
    }
}

/// The end of a quoted value: its closing quote, or the end of a line that a
/// backslash does not join to the next.
fn closing(bytes: &[u8], start: usize, quote: u8) -> usize {
    let ends = |(at, byte): (usize, &u8)| {
        *byte == quote
            || (*byte == b'\n' && !bytes[start..start + at].trim_ascii_end().ends_with(b"\\"))
    };
    let len = bytes[start..].iter().enumerate().position(ends);
    len.map_or(bytes.len(), |len| start + len)
}

/// After `NAME:`: the rest of the line without quotes and comment.
fn mapped(text: &str, start: usize) -> Range<usize> {
    let line = text[start..].split('\n').next().unwrap_or_default();
    let line = line.split(" #").next().unwrap_or_default();
    let lead = line.len() - line.trim_start_matches([' ', '\t', '"', '\'']).len();
    let value = line[lead..].trim_end_matches([' ', '\t', '\r', '"', '\'', ',', '}']);
    start + lead..start + lead + value.len()
}

/// From the end of a flag's name to the first byte of the next word: over its
/// closing quote, a comma, a line continuation, the dash of a list item.
fn skip_to_next_word(bytes: &[u8], end: usize) -> Option<usize> {
    let mut at = end;
    let mut crossed = false;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' | b',' | b'\\' => at += 1,
            b' ' | b'\t' | b'\r' => {
                crossed = true;
                at += 1;
            }
            b'\n' => {
                crossed = true;
                at = list_item(bytes, at + 1).unwrap_or(at + 1);
            }
            _ => return (crossed || at > end + 1).then_some(at),
        }
    }
    None
}

/// After the indentation and dash of a YAML list item.
fn list_item(bytes: &[u8], line: usize) -> Option<usize> {
    let indent = bytes[line..]
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    bytes[line + indent..]
        .starts_with(b"- ")
        .then_some(line + indent + 2)
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flag(text: &str) -> Option<&str> {
        let start = text.find("cacert").unwrap();
        of_flag(text, start, start + 6).map(|range| &text[range])
    }

    fn variable(text: &str) -> Option<&str> {
        let start = text.find("CACERT").unwrap();
        of_variable(text, start, start + 6).map(|range| &text[range])
    }

    #[test]
    fn flags_in_every_form() {
        for text in [
            "x --cacert=/ca.pem y",
            "x --cacert /ca.pem",
            "x --cacert \\\n  /ca.pem",
            "x -cacert \"/ca.pem\" z",
            "[\"--cacert\", \"/ca.pem\"]",
            "[\"--cacert=/ca.pem\", \"--x\"]",
            "[x, --cacert=/ca.pem]",
            "- --cacert\n  - /ca.pem\n",
            "O=\"--x=1 --cacert=/ca.pem\"",
        ] {
            assert_eq!(flag(text), Some("/ca.pem"), "{text}");
        }
        assert_eq!(flag("x --cacert --key=k"), None);
        assert_eq!(flag("x --cacert=\"\" y"), Some(""));
        assert_eq!(flag("x --cacert"), None);
    }

    #[test]
    fn variables_in_every_form() {
        for text in [
            "CACERT=/ca.pem",
            "export CACERT='/ca.pem'",
            "Environment=\"CACERT=/ca.pem\"",
            "  CACERT: \"/ca.pem\"",
            "{\"CACERT\": \"/ca.pem\"}",
            "- name: CACERT\n  value: /ca.pem\n",
            "{\"name\": \"CACERT\", \"value\": \"/ca.pem\"}",
        ] {
            assert_eq!(variable(text), Some("/ca.pem"), "{text}");
        }
        assert_eq!(variable("if [ -z \"$CACERT\" ]"), None);
        assert_eq!(variable("CACERT="), Some(""));
        assert_eq!(variable("$CACERT == x"), None);
    }
}
