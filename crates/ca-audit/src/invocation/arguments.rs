//! Endpoints that no setting names: the URLs among the arguments of a command
//! or a call.

use super::select::Selected;
use super::url::is_etcd_url;
use super::value::{resolved, text_of};
use super::variables::{uses, values};
use super::{Flat, HOLE, Setting, SettingKind};
use crate::knowledge::Arguments;
use crate::place::Span;
use crate::value::{Text, Unknown, Why};
use crate::view::View;
use smol_str::SmolStr;
use std::ops::Range;

/// More words than this of one command are not read.
const MAX_WORDS: usize = 512;

/// The settings that stand as bare arguments: URLs, and letters of joined
/// short flags that switch verification off.
pub(super) fn settings(view: &View, flat: &Flat, selected: &Selected) -> Vec<Setting> {
    let row = selected.consumer;
    let mut found = Vec::new();
    if row.arguments == Arguments::None {
        return found;
    }
    let mut flag_before = false;
    for word in words(&flat.text, &selected.main) {
        let text = &flat.text[word.clone()];
        let kind = if text.starts_with('-') {
            joined_insecure(text, row.insecure.flags).then_some(SettingKind::Insecure)
        } else {
            is_endpoint(view, flat, &word, selected, flag_before).then_some(SettingKind::Endpoint)
        };
        flag_before = takes_value(text);
        if let Some(kind) = kind {
            let has_query = kind == SettingKind::Endpoint && !row.query.is_empty();
            let word = if has_query {
                to_end_of_url(&flat.text, &word)
            } else {
                word
            };
            let text = &flat.text[word.clone()];
            found.push(Setting {
                kind,
                name: match kind {
                    SettingKind::Endpoint => "the URL".into(),
                    _ => text.into(),
                },
                at: view.span(flat.source_range(&word)),
                value: endpoint_value(view, flat, &word, selected),
                presence: flat.presence(word.start),
                editable: None,
            });
        }
    }
    found
}

/// Whether a word is a flag, and what follows it may be its value. Letters of
/// curl and wget that take none are told apart (`curl -s -f "$URL"`).
///
/// Source: curl(1) 7.88, wget(1) 1.21.
fn takes_value(word: &str) -> bool {
    const ALONE: &str = "sSfkLiIvgNqO#46";
    let Some(letters) = word.strip_prefix('-') else {
        return false;
    };
    let is_alone = !letters.is_empty() && letters.chars().all(|letter| ALONE.contains(letter));
    !word.contains('=') && !is_alone
}

/// A URL with a list of servers goes on behind their commas, up to its query.
fn to_end_of_url(text: &str, word: &Range<usize>) -> Range<usize> {
    let is_end = |c: char| c.is_whitespace() || "\"'`\\".contains(c);
    let rest = &text[word.end..];
    word.start..word.end + rest.find(is_end).unwrap_or(rest.len())
}

/// Expressions that stand as words of their own in a range and may be any
/// arguments.
pub(super) fn open(view: &View, flat: &Flat, range: &Range<usize>) -> Vec<(SmolStr, Span)> {
    let mut found = Vec::new();
    let mut flag_before = false;
    for word in words(&flat.text, range) {
        let text = &flat.text[word.clone()];
        let may_be_any = !flag_before && is_open(flat, &word);
        // A dash alone begins an item of a list.
        flag_before = text.len() > 1 && text.starts_with('-') && !text.contains('=');
        if may_be_any {
            let shown = match text.strip_suffix(HOLE) {
                Some(before) => flat.hole(word.start + before.len()),
                None => text.into(),
            };
            found.push((shown, view.span(flat.source_range(&word))));
        }
    }
    found
}

/// The words of a range: what white space, quotes, commas and brackets part.
pub(super) fn words(text: &str, range: &Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    let mut depth = 0_usize;
    for (offset, letter) in text[range.clone()].char_indices() {
        let at = range.start + offset;
        // `$(hostname -s)`, `${A:-b c}` and `{{ a }}` are parts of a word.
        match letter {
            '(' | '{' if start.is_some() && (depth > 0 || text[..at].ends_with(['$', '{'])) => {
                depth += 1;
            }
            ')' | '}' if depth > 0 => depth -= 1,
            _ => {}
        }
        let parts = letter.is_whitespace() || "\"',()[]\\".contains(letter);
        let ends =
            letter == '\n' || (depth == 0 && parts && !(letter == ')' && was_open(text, at)));
        match (start, ends) {
            (Some(from), true) => {
                found.push(from..at);
                start = None;
                depth = 0;
            }
            (None, false) => start = Some(at),
            _ => {}
        }
        if found.len() == MAX_WORDS {
            return found;
        }
    }
    found.extend(start.map(|from| from..range.end));
    found
}

/// Whether a closing bracket closes a `$(` of the same word.
fn was_open(text: &str, at: usize) -> bool {
    let word = text[..at].rfind(['\n', '"', '\'']).map_or(0, |end| end + 1);
    let inside = &text[word..at];
    inside
        .rfind("$(")
        .is_some_and(|open| !inside[open..].contains(')'))
}

fn is_endpoint(
    view: &View,
    flat: &Flat,
    word: &Range<usize>,
    selected: &Selected,
    flag_before: bool,
) -> bool {
    let row = selected.consumer;
    let text = &flat.text[word.clone()];
    let value = endpoint_value(view, flat, word, selected);
    let shown = shown(&value);
    let is_url = shown.contains("://");
    if !row.endpoint_schemes.is_empty() {
        let has_own = |scheme: &&str| shown.starts_with(&format!("{scheme}://"));
        return row.endpoint_schemes.iter().any(has_own);
    }
    let names = names(flat, word);
    match row.arguments {
        Arguments::None => false,
        Arguments::Urls => {
            let called = |name: &&str| {
                let name = name.to_ascii_lowercase();
                ["url", "uri", "endpoint"]
                    .iter()
                    .any(|word| name.contains(word))
            };
            is_url || (!flag_before && names.iter().any(called))
        }
        Arguments::EtcdUrls => {
            let is_bare_name = selected.is_call
                && text.to_ascii_lowercase().contains("etcd")
                && text
                    .chars()
                    .all(|c| c.is_alphanumeric() || "_.".contains(c))
                && !text.contains("..");
            is_bare_name
                || ((is_url || !flag_before) && is_etcd_url(&shown, &names))
                    && (is_url || shown.contains(['$', HOLE, '{']))
        }
    }
}

/// The value with its holes as characters.
fn shown(value: &Text) -> String {
    let pieces = value.pieces.iter().map(|piece| match piece {
        crate::value::Piece::Literal(literal) => literal.to_string(),
        crate::value::Piece::Hole(Unknown {
            why: Why::Variable(name),
            ..
        }) if name.starts_with('$') => name.to_string(),
        crate::value::Piece::Hole(_) => HOLE.to_string(),
    });
    pieces.collect()
}

/// The names of the expressions and variables in a word.
fn names<'f>(flat: &'f Flat, word: &Range<usize>) -> Vec<&'f str> {
    let variables = uses(&flat.text, word).into_iter().map(|used| used.name);
    variables.chain(flat.holes_in(word)).collect()
}

/// A word with its variables filled in; in a call also a bare name that the
/// text gives a value.
fn endpoint_value(view: &View, flat: &Flat, word: &Range<usize>, selected: &Selected) -> Text {
    let text = &flat.text[word.clone()];
    let is_name = selected.is_call && text.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !is_name {
        return resolved(flat, word, view);
    }
    match assigned_string(&flat.text, text, selected.main.start) {
        Some(value) => text_of(flat, &value, view),
        None => Text::hole(Unknown {
            why: Why::Variable(text.into()),
            at: Some(view.span(flat.source_range(word))),
        }),
    }
}

/// `name = "value"` before an offset: the last such value.
fn assigned_string(text: &str, name: &str, before: usize) -> Option<Range<usize>> {
    let start_before = |end: usize| text[..end].rfind('\n').map_or(0, |at| at + 1);
    let starts = std::iter::successors(Some(start_before(before)), |start| {
        start.checked_sub(1).map(start_before)
    });
    starts.take(200).find_map(|start| {
        let line = text[start..].split('\n').next()?;
        let rest = line.trim_start().strip_prefix(name)?.trim_start();
        let rest = rest.strip_prefix('=')?.trim_start();
        let rest = rest.trim_start_matches(['f', 'r', 'b', 'u']);
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let from = start + (line.len() - rest.len()) + 1;
        let len = text[from..].find([quote, '\n'])?;
        Some(from..from + len)
    })
}

fn is_open(flat: &Flat, word: &Range<usize>) -> bool {
    let text = &flat.text[word.clone()];
    if matches!(text, "$@" | "$*" | "${@}") {
        return true;
    }
    let mut letters = text.chars();
    if letters.next() == Some(HOLE) && letters.next().is_none() {
        return true;
    }
    // `--{{ name }}={{ value }}` of a loop.
    let mut sides = text.trim_start_matches('-').split('=');
    let is_hole = |side: Option<&str>| side.is_some_and(|side| side.chars().eq([HOLE]));
    if text.starts_with('-') && is_hole(sides.next()) && is_hole(sides.next()) {
        return sides.next().is_none();
    }
    match uses(&flat.text, word).as_slice() {
        [used] => used.at == *word && values(&flat.text, used.name).is_empty(),
        _ => false,
    }
}

/// `-sk` holds `-k`.
fn joined_insecure(word: &str, flags: &[&str]) -> bool {
    let letters = &word[1..];
    letters.len() >= 2
        && letters.chars().all(|c| c.is_ascii_alphabetic())
        && flags
            .iter()
            .any(|flag| flag.len() == 1 && letters.contains(flag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parted(text: &str) -> Vec<&str> {
        words(text, &(0..text.len()))
            .into_iter()
            .map(|word| &text[word])
            .collect()
    }

    #[test]
    fn words_of_commands() {
        assert_eq!(
            parted("-s -L \"${_endpoint}/health\" | x"),
            ["-s", "-L", "${_endpoint}/health", "|", "x"]
        );
        assert_eq!(
            parted("https://$(hostname -s):2379/x y"),
            ["https://$(hostname -s):2379/x", "y"]
        );
        assert_eq!(
            parted("\n  \"https://{host}:2379/h\".format(host=h),\n verify=False"),
            ["https://{host}:2379/h", ".format", "host=h", "verify=False"]
        );
    }

    #[test]
    fn joined_short_flags() {
        assert!(joined_insecure("-sk", &["insecure", "k"]));
        assert!(!joined_insecure("-k", &["k"]));
        assert!(!joined_insecure("--sk", &["k"]));
        assert!(!joined_insecure("-sL", &["k"]));
    }
}
