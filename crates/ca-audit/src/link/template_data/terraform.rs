//! What a module of Terraform says of its variables: `default` in a block
//! `variable`, an assignment in `locals`, a line of a file of values.

use super::data_file::DataFile;
use crate::place::Span;
use crate::value::{Data, Piece, Text, Unknown, Value, Why};
use smol_str::SmolStr;
use std::ops::Range;

/// The value of `var.NAME` or `local.NAME`, and where it is said.
pub(super) fn value(file: &DataFile, path: &[SmolStr]) -> Option<(Data, Span)> {
    let [kind, name] = path else { return None };
    let text = file.text.as_str();
    let assigned = match kind.as_str() {
        "var" => default(text, name).or_else(|| assigned(text, &(0..text.len()), name, true)),
        _ => blocks(text, "locals").find_map(|block| assigned(text, &block, name, false)),
    };
    let (line, value) = assigned?;
    let data = data(file, &value)?;
    Some((data, Span::new(file.file, line, value.end)))
}

/// `default = …` of `variable "name" { … }`.
fn default(text: &str, name: &str) -> Option<(usize, Range<usize>)> {
    let mut named = blocks(text, &format!("variable \"{name}\""));
    named.find_map(|block| assigned(text, &block, "default", false))
}

/// The insides of the blocks that begin with a heading at the start of a line.
fn blocks<'t>(text: &'t str, heading: &str) -> impl Iterator<Item = Range<usize>> + 't {
    let heading = heading.to_owned();
    let starts: Vec<usize> = text.match_indices(&heading).map(|(at, _)| at).collect();
    starts.into_iter().filter_map(move |at| {
        let is_first = text[..at].rsplit('\n').next()?.trim().is_empty();
        let open = at + heading.len() + text[at + heading.len()..].find('{')?;
        let between = text[at + heading.len()..open].trim();
        let end = closing(text, open)?;
        (is_first && between.is_empty()).then_some(open + 1..end)
    })
}

/// The bracket that closes the one at `open`, strings left out.
fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut is_escaped = false;
    for (at, byte) in text.as_bytes().iter().enumerate().skip(open) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// The line and the value of `name = value` in a range; `is_whole`: only in a
/// file of nothing but assignments, where no block is open.
fn assigned(
    text: &str,
    range: &Range<usize>,
    name: &str,
    is_whole: bool,
) -> Option<(usize, Range<usize>)> {
    let mut at = range.start;
    for line in text[range.clone()].split_inclusive('\n') {
        let own = line.trim_start();
        let start = at + (line.len() - own.len());
        at += line.len();
        let Some(rest) = own.strip_prefix(name) else {
            if is_whole && own.trim_end().ends_with('{') {
                return None;
            }
            continue;
        };
        let Some(value) = rest.trim_start().strip_prefix('=') else {
            continue;
        };
        let value = value.trim_start();
        let from = start + (own.len() - value.len());
        let end = match value.as_bytes().first()? {
            b'"' => from + 1 + string_end(&text[from + 1..])? + 1,
            b'[' => closing(text, from)? + 1,
            _ => from + value.trim_end().len(),
        };
        return Some((start, from..end));
    }
    None
}

/// Where a string ends that began before `rest`.
fn string_end(rest: &str) -> Option<usize> {
    let mut is_escaped = false;
    let ends = |(_, c): &(usize, char)| {
        let ends = (*c == '"' || *c == '\n') && !is_escaped;
        is_escaped = *c == '\\' && !is_escaped;
        ends
    };
    let (at, found) = rest.char_indices().find(ends)?;
    (found == '"').then_some(at)
}

/// A string, or a list of strings.
fn data(file: &DataFile, range: &Range<usize>) -> Option<Data> {
    let source = &file.text[range.clone()];
    let at = Span::new(file.file, range.start, range.end);
    if let Some(inner) = source.strip_prefix('"') {
        return Some(Data::Text(interpolated(inner.strip_suffix('"')?, at)));
    }
    if source == "null" {
        return Some(Data::Undef);
    }
    if matches!(source, "true" | "false") {
        return Some(Data::Text(Text::literal(source)));
    }
    let inner = source.strip_prefix('[')?.strip_suffix(']')?;
    let items = inner.split(',').map(str::trim).filter(|it| !it.is_empty());
    let items = items.map(|item| {
        let item = item.strip_prefix('"')?.strip_suffix('"')?;
        Some(Value::known(Data::Text(interpolated(item, at))))
    });
    Some(Data::Array(items.collect::<Option<_>>()?))
}

/// A string with its `${…}` as holes.
fn interpolated(text: &str, at: Span) -> Text {
    let mut found = Text::default();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (code, behind) = after.split_once('}').unwrap_or((after, ""));
        if !before.is_empty() {
            found.push(&Text::literal(before));
        }
        found.pieces.push(Piece::Hole(Unknown {
            why: Why::Variable(code.trim().into()),
            at: Some(at),
        }));
        rest = behind;
    }
    if !rest.is_empty() {
        found.push(&Text::literal(rest));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::FileId;

    fn told(text: &str, kind: &str, name: &str) -> Option<String> {
        let file = DataFile::new(FileId(0), "a.tf", text.as_bytes());
        let (data, _) = value(&file, &[kind.into(), name.into()])?;
        Some(match data {
            Data::Text(text) => text.to_string(),
            Data::Undef => "null".into(),
            Data::Array(items) => format!("{} items", items.len()),
            _ => "other".into(),
        })
    }

    #[test]
    fn variables_of_a_module() {
        let text = "variable \"url\" {\n  type = string\n  default = \"https://a:2379\"\n}\nvariable \"none\" {}\nlocals {\n  hosts = [\"a\", \"b\"]\n  ca    = \"/etc/${var.x}/ca.pem\"\n}\n";
        assert_eq!(told(text, "var", "url").as_deref(), Some("https://a:2379"));
        assert_eq!(told(text, "var", "none"), None);
        assert_eq!(told(text, "local", "hosts").as_deref(), Some("2 items"));
        assert!(told(text, "local", "ca").unwrap().starts_with("/etc/"));
        assert_eq!(told("url = \"b\"\n", "var", "url").as_deref(), Some("b"));
        for text in [
            "variable \"url\" {",
            "url = \"",
            "url = [",
            "variable \"url\" }",
        ] {
            assert_eq!(told(text, "var", "url"), None, "{text}");
        }
    }
}
