//! Command lines and calls: where a program is started, and which text it is
//! started with.

use super::names::{Meaning, Occurrence};
use super::select::Selected;
use super::variables::{expansions, is_comment};
use super::{Flat, HOLE};
use crate::knowledge::Consumer;
use std::ops::Range;

/// Every command line that starts a program of the table, and every call of a
/// function that makes a client.
pub(super) fn commands(flat: &Flat, found: &[Occurrence]) -> Vec<Selected> {
    let text = &flat.text;
    let exported = exported(text);
    let mut selected = Vec::new();
    for occurrence in found {
        if is_comment(text, occurrence.at.start) {
            continue;
        }
        for meaning in occurrence.meanings {
            match meaning {
                Meaning::Program(consumer) if is_command(text, &occurrence.at) => {
                    selected.push(command(flat, &occurrence.at, consumer, &exported));
                }
                Meaning::Call(consumer) => {
                    selected.extend(call(text, &occurrence.at, consumer));
                }
                _ => {}
            }
        }
    }
    selected
}

fn command(
    flat: &Flat,
    at: &Range<usize>,
    consumer: &'static Consumer,
    exported: &[Exported],
) -> Selected {
    let text = &flat.text;
    let main = at.start..command_end(flat, at.end);
    let mut more = assignments_before(text, at.start);
    more.extend(expansions(text, &main));
    let is_later = |it: &&Exported| it.is_command && it.at.start > at.start;
    let is_called_later = is_in_function(text, at.start);
    let told = exported
        .iter()
        .filter(|it| is_called_later || !is_later(it));
    more.extend(told.map(|it| it.at.clone()));
    Selected {
        consumer,
        main,
        more,
        is_call: false,
    }
}

/// From a function's name to the bracket that closes its call.
fn call(text: &str, at: &Range<usize>, consumer: &'static Consumer) -> Option<Selected> {
    const MAX_LEN: usize = 4096;
    let bytes = text.as_bytes();
    if bytes.get(at.end) != Some(&b'(') {
        return None;
    }
    let mut depth = 0;
    let limit = bytes.len().min(at.end + MAX_LEN);
    for (index, byte) in bytes[at.end..limit].iter().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(Selected {
                consumer,
                main: at.end + 1..at.end + index,
                more: Vec::new(),
                is_call: true,
            });
        }
    }
    None
}

/// Whether a name stands where a program to start would: after a path, a quote
/// or white space, and before its arguments.
pub(super) fn is_command(text: &str, at: &Range<usize>) -> bool {
    let before = text[..at.start].chars().next_back();
    let after = text[at.end..].chars().next();
    before.is_none_or(|before| {
        before.is_whitespace() || before == HOLE || "/\"'`(=&|;@!-".contains(before)
    }) && after.is_none_or(|after| after.is_whitespace() || "\"',\\".contains(after))
}

/// The end of the command that starts at `from`: an unescaped line end or a
/// shell operator. A quoted list goes on to its closing bracket, an argument
/// list of YAML to its last item.
pub(super) fn command_end(flat: &Flat, from: usize) -> usize {
    let text = &flat.text;
    let bytes = text.as_bytes();
    if matches!(bytes.get(from), Some(b'"' | b'\'')) && is_list_item(text, from + 1) {
        let close = text[from..].find([']', '}', ')']);
        return close.map_or(text.len(), |at| from + at);
    }
    let mut at = from;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at = after_tags(flat, at + 2),
            b'\n' | b';' | b'|' | b'`' => return at,
            b'&' if bytes.get(at + 1) == Some(&b'&') => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Past lines that are a template's tag and nothing else: a condition around
/// further arguments stands on lines of its own, and is no line when rendered.
fn after_tags(flat: &Flat, mut at: usize) -> usize {
    let text = &flat.text;
    while at > 0 && text.as_bytes().get(at - 1) == Some(&b'\n') {
        let Some(len) = text[at..].find('\n') else {
            break;
        };
        let end = at + len;
        let taken_out = flat.source(end) - flat.source(at - 1) > end - (at - 1);
        if !taken_out || !text[at..end].trim().is_empty() {
            break;
        }
        at = end + 1;
    }
    at
}

/// Whether a list goes on after a quoted item: `"etcdctl", "--endpoints"`.
fn is_list_item(text: &str, after_quote: usize) -> bool {
    text[after_quote..].trim_start().starts_with([',', ']'])
}

/// `SSL_CERT_FILE=x` before a program's name on its own line.
fn assignments_before(text: &str, start: usize) -> Vec<Range<usize>> {
    let line = text[..start]
        .rfind(['\n', ';', '|', '&'])
        .map_or(0, |end| end + 1);
    let before = line..start;
    let has_assignment = text[before.clone()].contains('=');
    has_assignment.then_some(before).into_iter().collect()
}

/// What programs of a text are started with.
struct Exported {
    at: Range<usize>,
    /// Whether it is a command, which those before it do not see.
    is_command: bool,
}

/// `export` of a shell, and `Environment=` of a unit.
fn exported(text: &str) -> Vec<Exported> {
    const MAX: usize = 256;
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let own = line.trim_start();
        let is_command = is_export(own);
        if is_command || own.starts_with("Environment=") {
            found.push(Exported {
                at: at..at + line.trim_end().len(),
                is_command,
            });
        }
        at += line.len();
        if found.len() == MAX {
            break;
        }
    }
    found
}

fn is_export(line: &str) -> bool {
    line.starts_with("export ")
}

/// Whether a place stands in a line that exports a variable.
pub(super) fn is_exported(text: &str, at: usize) -> bool {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    is_export(text[line..].trim_start())
}

/// Whether a place stands in a function of a shell, which runs when it is
/// called: `name() {`, closed by a line of its own.
pub(super) fn is_in_function(text: &str, at: usize) -> bool {
    const MAX_LINES: usize = 400;
    let line = text[..at].rfind('\n').map_or(0, |end| end);
    let before = text[..line].rsplit('\n').take(MAX_LINES);
    let mut edges = before.filter_map(|line| {
        let is_open = line.trim_end().ends_with('{') && line.contains("()");
        (is_open || line == "}").then_some(is_open)
    });
    edges.next().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_run_when_they_are_called() {
        let text = "a() {\n  x\n}\ny\n";
        assert!(is_in_function(text, text.find('x').unwrap()));
        assert!(!is_in_function(text, text.find('y').unwrap()));
    }
}
