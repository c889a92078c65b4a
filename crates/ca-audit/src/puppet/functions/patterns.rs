//! Functions that take regular expressions.

use super::{Call, Function, list};
use crate::puppet::ruby_pattern::{Flags, RubyPattern};
use crate::value::{Data, Value};
use regex::Captures;

pub(super) fn named(name: &str) -> Option<Function> {
    Some(match name {
        "split" => split,
        "regsubst" => regsubst,
        "match" => matched,
        "grep" => |call| chosen(call, true),
        "reject" => |call| chosen(call, false),
        "delete_regex" => delete_regex,
        _ => return None,
    })
}

/// The source of an argument that is a pattern, or a string that is one.
fn source(data: &Data) -> Option<&str> {
    match data {
        Data::Regex(source) => Some(source),
        Data::Text(text) => text.as_str(),
        // `Regexp[/a/]`
        Data::Reference { kind, titles } if kind == "regexp" => match titles.as_slice() {
            [title] => match title.single()? {
                Data::Regex(source) => Some(source),
                Data::Text(text) => text.as_str(),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

fn pattern(data: &Data) -> Option<RubyPattern> {
    RubyPattern::new(source(data)?, Flags::default())
}

fn split(call: &Call<'_>) -> Option<Value> {
    let [Data::Text(text), by] = call.args else {
        return None;
    };
    let by = pattern(by)?;
    let text = text.as_str()?;
    let parts = ruby_split(text, by.on(text)?);
    Some(list(parts.into_iter().map(Value::text).collect()))
}

/// `String#split`: what groups capture is in the result, empty strings at the
/// end are not.
fn ruby_split(text: &str, by: &regex::Regex) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut start = 0;
    for found in by.captures_iter(text) {
        let Some(whole) = found.get(0) else {
            continue;
        };
        // An empty match splits between two characters.
        if whole.is_empty() && (whole.start() == start && start == 0 || whole.start() >= text.len())
        {
            continue;
        }
        parts.push(text[start..whole.start()].into());
        start = whole.end();
        let groups = found.iter().skip(1).flatten();
        parts.extend(groups.map(|group| group.as_str().to_owned()));
    }
    parts.push(text[start..].into());
    while parts.last().is_some_and(String::is_empty) {
        parts.pop();
    }
    parts
}

fn regsubst(call: &Call<'_>) -> Option<Value> {
    let mut flags = Flags::default();
    let mut is_global = false;
    let given = match call.data(3) {
        Data::Undef => "",
        _ => call.text(3)?,
    };
    for flag in given.chars() {
        match flag {
            'G' => is_global = true,
            'I' => flags.ignore_case = true,
            'M' => flags.multi_line = true,
            'E' => flags.extended = true,
            _ => return None,
        }
    }
    if call.args.len() > 4 || call.args.len() < 3 {
        return None;
    }
    let pattern = RubyPattern::new(source(call.data(1))?, flags)?;
    let replacement = call.text(2)?;
    let replaced = |text: &str| {
        let regex = pattern.on(text)?;
        let limit = usize::from(!is_global);
        // Ruby has one more match of nothing right behind a match of something.
        let is_empty = |found: regex::Match<'_>| found.is_empty();
        if is_global && regex.find_iter(text).any(is_empty) && !regex.find_iter(text).all(is_empty)
        {
            return None;
        }
        let mut is_told = true;
        let out = regex.replacen(text, limit, |found: &Captures<'_>| {
            expanded(replacement, found).unwrap_or_else(|| {
                is_told = false;
                String::new()
            })
        });
        is_told.then(|| out.into_owned())
    };
    match call.data(0) {
        Data::Text(text) => Some(Value::text(replaced(text.as_str()?)?)),
        Data::Array(items) => {
            let items: Option<Vec<Value>> = items
                .iter()
                .map(|item| Some(Value::text(replaced(item.as_str()?)?)))
                .collect();
            Some(list(items?))
        }
        _ => None,
    }
}

/// A replacement with `\0`, `\1` and `\k<name>` filled in.
fn expanded(replacement: &str, found: &Captures<'_>) -> Option<String> {
    let mut out = String::new();
    let mut characters = replacement.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        match characters.next() {
            None | Some('\\') => out.push('\\'),
            Some('&') => out.push_str(found.get(0).map_or("", |it| it.as_str())),
            Some(digit) if digit.is_ascii_digit() => {
                let index = digit.to_digit(10)? as usize;
                out.push_str(found.get(index).map_or("", |it| it.as_str()));
            }
            Some('k') => {
                let rest = characters.as_str().strip_prefix('<')?;
                let (name, after) = rest.split_once('>')?;
                out.push_str(found.name(name)?.as_str());
                characters = after.chars();
            }
            // The text before, behind, and the last group.
            Some('`' | '\'' | '+') => return None,
            Some(other) => out.extend(['\\', other]),
        }
    }
    Some(out)
}

/// `match(text, pattern)`: what matched and its groups, or `undef`.
fn matched(call: &Call<'_>) -> Option<Value> {
    let [subject, by] = call.args else {
        return None;
    };
    let by = pattern(by)?;
    let of = |text: &str| {
        let groups = by.on(text)?.captures(text);
        let group = |group: Option<regex::Match<'_>>| {
            group.map_or_else(Value::undef, |it| Value::text(it.as_str()))
        };
        Some(groups.map_or_else(Value::undef, |it| list(it.iter().map(group).collect())))
    };
    match subject {
        Data::Text(text) => of(text.as_str()?),
        Data::Array(items) => {
            let items: Option<Vec<Value>> = items.iter().map(|item| of(item.as_str()?)).collect();
            Some(list(items?))
        }
        _ => None,
    }
}

/// The elements that match, or that do not.
fn chosen(call: &Call<'_>, wanted: bool) -> Option<Value> {
    let [Data::Array(items), Data::Text(source)] = call.args else {
        return None;
    };
    let by = RubyPattern::new(source.as_str()?, Flags::default())?;
    let mut kept = Vec::new();
    for item in items.iter() {
        let text = item.as_str()?;
        if by.on(text)?.is_match(text) == wanted {
            kept.push(item.clone());
        }
    }
    Some(list(kept))
}

/// Elements in which the pattern stands as a whole word are left out.
fn delete_regex(call: &Call<'_>) -> Option<Value> {
    let (Data::Array(items), [_, sources]) = (call.data(0), call.args) else {
        return None;
    };
    let sources: Vec<&str> = match sources {
        Data::Text(text) => vec![text.as_str()?],
        Data::Array(all) => all.iter().map(Value::as_str).collect::<Option<_>>()?,
        _ => return None,
    };
    let mut kept = items.to_vec();
    for source in sources {
        let by = RubyPattern::new(&format!(r"\b{source}\b"), Flags::default())?;
        let mut left = Vec::new();
        for item in kept {
            let text = item.as_str()?;
            if !by.on(text)?.is_match(text) {
                left.push(item);
            }
        }
        kept = left;
    }
    Some(list(kept))
}
