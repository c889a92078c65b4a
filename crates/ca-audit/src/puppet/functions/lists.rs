//! Functions that make lists of lists, and strings of lists.

use super::{Call, Function, integer, list};
use crate::puppet::combine::combine;
use crate::puppet::hash;
use crate::puppet::interpolation::{append, text_of};
use crate::puppet::number::Number;
use crate::puppet::sameness::{Sameness, same, same_values};
use crate::value::{Case, Data, Text, Value};
use std::cmp::Ordering;

pub(super) fn named(name: &str) -> Option<Function> {
    Some(match name {
        "join" => join,
        "prefix" | "suffix" => affixed,
        "concat" => concat,
        "flatten" => |call| Some(list(flattened(call.args)?)),
        "unique" => unique,
        "sort" => sort,
        "reverse" => reverse,
        "union" => union,
        "any2array" => any2array,
        "zip" => zip,
        "slice" => slice,
        "join_keys_to_values" => join_keys_to_values,
        "range" => range,
        "length" | "size" => size,
        "count" => count,
        _ => return None,
    })
}

/// `join(list, separator)`; lists in it are joined as well.
fn join(call: &Call<'_>) -> Option<Value> {
    let separator = match call.args {
        [_] => Value::text(""),
        [_, separator @ Data::Text(_)] => Value::known((*separator).clone()),
        _ => return None,
    };
    // A string by itself is refused by Puppet 4 and later, and taken by stdlib.
    if let Data::Text(text) = call.data(0) {
        return Some(Value::known(Data::Text(text.clone())));
    }
    let items = flattened(&[&Data::Array(call.items(0)?.into())])?;
    let mut cases = vec![Case::new(Data::Text(Text::default()))];
    for (index, item) in items.iter().enumerate() {
        let is_printed_otherwise = |data: &Data| {
            matches!(
                data,
                Data::Hash(_) | Data::Each(_) | Data::Reference { .. } | Data::Regex(_)
            )
        };
        if item.cases.iter().any(|it| is_printed_otherwise(&it.data)) {
            return None;
        }
        if index > 0 {
            cases = append(&cases, &separator);
        }
        cases = append(&cases, item);
    }
    Some(Value::of(cases))
}

/// The elements of the arguments and of all lists in them; `None` where
/// something may be a list and is not seen.
fn flattened(args: &[&Data]) -> Option<Vec<Value>> {
    let mut flat = Vec::new();
    for data in args {
        match data {
            Data::Array(items) => {
                for item in items.iter() {
                    match &*item.cases {
                        [case] if case.when.is_empty() => {
                            let before = flat.len();
                            flat.extend(flattened(&[&case.data])?);
                            // What it is stays with where it came from.
                            if !matches!(case.data, Data::Array(_)) {
                                flat.truncate(before);
                                flat.push(item.clone());
                            }
                        }
                        cases => {
                            let may_be_list = |case: &Case| {
                                matches!(
                                    case.data,
                                    Data::Array(_) | Data::Each(_) | Data::Unknown(_)
                                )
                            };
                            if cases.iter().any(may_be_list) {
                                return None;
                            }
                            flat.push(item.clone());
                        }
                    }
                }
            }
            Data::Each(_) | Data::Unknown(_) => return None,
            other => flat.push(Value::known((*other).clone())),
        }
    }
    Some(flat)
}

/// `prefix(list, text)`, `suffix(list, text)`; of a hash, its keys.
fn affixed(call: &Call<'_>) -> Option<Value> {
    let affix = match (call.args.len(), call.data(1)) {
        (1, _) => Text::default(),
        (2, Data::Text(affix)) => affix.clone(),
        _ => return None,
    };
    let affix = Value::known(Data::Text(affix));
    let with = |value: &Value| -> Option<Value> {
        // Ruby prints these otherwise than Puppet.
        let is_plain = |case: &Case| {
            matches!(
                case.data,
                Data::Text(_)
                    | Data::Integer(_)
                    | Data::Float(_)
                    | Data::Bool(_)
                    | Data::Undef
                    | Data::Unknown(_)
            )
        };
        if !value.cases.iter().all(is_plain) {
            return None;
        }
        let pair = match call.name {
            "prefix" => [&affix, value],
            _ => [value, &affix],
        };
        Some(combine(&pair, call.at, |data| {
            let mut text = text_of(data[0]);
            text.push(&text_of(data[1]));
            Value::known(Data::Text(text))
        }))
    };
    match call.data(0) {
        Data::Array(items) => Some(list(items.iter().map(with).collect::<Option<_>>()?)),
        Data::Hash(entries) => {
            let mut all = Vec::new();
            for (key, value) in entries.iter() {
                hash::insert(&mut all, with(key)?, value.clone());
            }
            Some(Value::known(Data::Hash(all.into())))
        }
        _ => None,
    }
}

fn concat(call: &Call<'_>) -> Option<Value> {
    let mut items = call.items(0)?.to_vec();
    for data in &call.args[1..] {
        match data {
            Data::Array(more) => items.extend(more.iter().cloned()),
            Data::Each(_) | Data::Unknown(_) => return None,
            // Functions of the old form are given an empty string for it.
            Data::Undef => items.push(Value::text("")),
            other => items.push(Value::known((*other).clone())),
        }
    }
    (call.args.len() > 1).then(|| list(items))
}

fn unique(call: &Call<'_>) -> Option<Value> {
    match call.data(0) {
        Data::Array(items) => Some(list(distinct(items)?)),
        Data::Text(text) => {
            let mut out = String::new();
            for character in text.as_str()?.chars() {
                if !out.contains(character) {
                    out.push(character);
                }
            }
            Some(Value::text(out))
        }
        _ => None,
    }
}

/// Each element once, at its first place.
fn distinct(items: &[Value]) -> Option<Vec<Value>> {
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        let mut is_new = true;
        for other in &kept {
            is_new &= !same_values(item, other, Sameness::Key)?;
        }
        if is_new {
            kept.push(item.clone());
        }
    }
    Some(kept)
}

/// Strings by their bytes, numbers by value; Ruby refuses to compare the two.
fn sort(call: &Call<'_>) -> Option<Value> {
    if call.args.len() != 1 {
        return None;
    }
    if let Some(text) = call.text(0) {
        let mut characters: Vec<char> = text.chars().collect();
        characters.sort_unstable();
        return Some(Value::text(characters.into_iter().collect::<String>()));
    }
    let items = call.items(0)?;
    if items.len() < 2 {
        return Some(Value::known(call.data(0).clone()));
    }
    if let Some(mut texts) = items
        .iter()
        .map(Value::as_str)
        .collect::<Option<Vec<&str>>>()
    {
        texts.sort_unstable();
        return Some(list(texts.into_iter().map(Value::text).collect()));
    }
    let number = |item: &Value| Number::of(item.single()?);
    let mut numbers: Vec<Number> = items.iter().map(number).collect::<Option<_>>()?;
    let mut is_told = true;
    numbers.sort_by(|left, right| {
        let order = left.compare(*right);
        // Which of `1` and `1.0` comes first is chance.
        is_told &= order.is_some() && (order != Some(Ordering::Equal) || left == right);
        order.unwrap_or(Ordering::Equal)
    });
    is_told.then(|| {
        let known = |it: Number| Value::known(it.into_data());
        list(numbers.into_iter().map(known).collect())
    })
}

fn reverse(call: &Call<'_>) -> Option<Value> {
    match call.data(0) {
        Data::Array(items) => Some(list(items.iter().rev().cloned().collect())),
        Data::Text(text) => Some(Value::text(
            text.as_str()?.chars().rev().collect::<String>(),
        )),
        _ => None,
    }
}

fn union(call: &Call<'_>) -> Option<Value> {
    let mut all = Vec::new();
    for index in 0..call.args.len() {
        all.extend(call.items(index)?.iter().cloned());
    }
    (call.args.len() > 1).then(|| distinct(&all).map(list))?
}

fn any2array(call: &Call<'_>) -> Option<Value> {
    let data = match call.args {
        [] => return Some(list(Vec::new())),
        [data] => *data,
        args => {
            // Functions of the old form are given an empty string for `undef`.
            let own = |data: &&Data| match data {
                Data::Undef => Value::text(""),
                data => Value::known((*data).clone()),
            };
            return Some(list(args.iter().map(own).collect()));
        }
    };
    match data {
        Data::Array(_) | Data::Each(_) => Some(Value::known(data.clone())),
        Data::Undef => Some(list(Vec::new())),
        Data::Text(text) if text.as_str() == Some("") => Some(list(Vec::new())),
        Data::Text(text) if text.as_str().is_none() && text.prefix().is_empty() => None,
        Data::Hash(entries) => {
            let flat = entries.iter().flat_map(|(key, value)| [key, value]);
            Some(list(flat.cloned().collect()))
        }
        Data::Unknown(_) => None,
        other => Some(list(vec![Value::known(other.clone())])),
    }
}

fn zip(call: &Call<'_>) -> Option<Value> {
    let (left, right) = (call.items(0)?, call.items(1)?);
    let pair = |(index, item): (usize, &Value)| {
        let other = right.get(index).cloned().unwrap_or_else(Value::undef);
        list(vec![item.clone(), other])
    };
    let pairs = left.iter().enumerate().map(pair).collect();
    match call.args.get(2) {
        None | Some(Data::Bool(false)) => Some(list(pairs)),
        Some(Data::Bool(true)) => Some(list(flattened(&[&Data::Array(pairs.into())])?)),
        Some(_) => None,
    }
}

/// `slice(list, size)`
fn slice(call: &Call<'_>) -> Option<Value> {
    let size = usize::try_from(call.integer(1)?)
        .ok()
        .filter(|it| *it > 0)?;
    let chunk = |chunk: &[Value]| list(chunk.to_vec());
    match call.data(0) {
        Data::Array(items) => Some(list(items.chunks(size).map(chunk).collect())),
        Data::Hash(entries) => match crate::puppet::arithmetic::pairs(entries) {
            Data::Array(items) => Some(list(items.chunks(size).map(chunk).collect())),
            _ => None,
        },
        _ => None,
    }
}

fn join_keys_to_values(call: &Call<'_>) -> Option<Value> {
    let separator = call.text(1)?;
    let mut out = Vec::new();
    for (key, value) in call.entries(0)? {
        let key = text_of(key.single()?);
        let values: Vec<&Data> = match value.single()? {
            Data::Array(items) => items.iter().map(Value::single).collect::<Option<_>>()?,
            other => vec![other],
        };
        for value in values {
            let mut text = key.clone();
            match value {
                Data::Undef | Data::Array(_) | Data::Hash(_) | Data::Each(_) | Data::Unknown(_) => {
                    return None;
                }
                // Undefined values come as this word.
                value if is_undef_word(value)? => {}
                value => {
                    text.push(&Text::literal(separator));
                    text.push(&text_of(value));
                }
            }
            out.push(Value::known(Data::Text(text)));
        }
    }
    Some(list(out))
}

fn is_undef_word(data: &Data) -> Option<bool> {
    same(data, &Data::Text(Text::literal("undef")), Sameness::Exact)
}

/// `range(1, 9)`, `range('a', 'c')`, `range('1..9')`, with a step as the third
/// argument.
fn range(call: &Call<'_>) -> Option<Value> {
    const MAX_LENGTH: i64 = 10_000;
    let end = |data: &Data| match data {
        Data::Integer(value) => Some(value.to_string()),
        Data::Text(text) => text.as_str().map(Into::into),
        _ => None,
    };
    let (from, to, is_open) = match call.args.len() {
        1 => {
            let text = call.text(0)?;
            let parts = [("...", true), ("..", false), ("-", false)];
            let (from, to, is_open) = parts
                .iter()
                .find_map(|(mark, open)| text.split_once(mark).map(|(a, b)| (a, b, *open)))?;
            (from.to_owned(), to.to_owned(), is_open)
        }
        _ => (end(call.data(0))?, end(call.data(1))?, false),
    };
    let step = match call.data(2) {
        Data::Undef => 1,
        Data::Integer(step) => step.checked_abs().filter(|it| *it > 0)?,
        _ => return None,
    };
    let step = usize::try_from(step).ok()?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    if is_number(&from) && is_number(to.strip_prefix('-').unwrap_or(&to)) {
        let (from, to): (i64, i64) = (from.parse().ok()?, to.parse().ok()?);
        let last = if is_open { to.checked_sub(1)? } else { to };
        if last.saturating_sub(from) > MAX_LENGTH {
            return None;
        }
        return Some(list((from..=last).step_by(step).map(integer).collect()));
    }
    let letter = |text: &str| match text.as_bytes() {
        [letter] if letter.is_ascii_lowercase() => Some(*letter),
        _ => None,
    };
    // Longer ones count as `az`, `ba` in Ruby.
    let (from, to) = (letter(&from)?, letter(&to)?);
    let letters = (from..=to).filter(|letter| !is_open || *letter < to);
    let letters = letters.step_by(step).map(char::from);
    Some(list(
        letters
            .map(|it| Value::text(it.encode_utf8(&mut [0; 4]) as &str))
            .collect(),
    ))
}

fn size(call: &Call<'_>) -> Option<Value> {
    let len = match (call.args, call.data(0)) {
        ([_], Data::Array(items)) => items.len(),
        ([_], Data::Hash(entries)) => hash::keys_differ(entries).then_some(entries.len())?,
        ([_], Data::Text(text)) => text.as_str()?.chars().count(),
        _ => return None,
    };
    Some(integer(len as i64))
}

/// `count(list)`: what is neither `undef` nor empty; `count(list, item)`.
fn count(call: &Call<'_>) -> Option<Value> {
    let items = call.items(0)?;
    let mut count = 0;
    for item in items {
        let counts = match call.args {
            [_] => match item.single()? {
                Data::Undef => false,
                Data::Unknown(_) => return None,
                Data::Text(_) => !same_values(item, &Value::text(""), Sameness::Exact)?,
                _ => true,
            },
            // `false` and `undef` count as no item given.
            [_, Data::Undef | Data::Bool(false)] => return None,
            [_, wanted] => same_values(item, &Value::known((*wanted).clone()), Sameness::Exact)?,
            _ => return None,
        };
        count += i64::from(counts);
    }
    Some(integer(count))
}
