//! Looking into lists, hashes and strings: `target[keys]`. (Puppet's language
//! reference, "Values and data types"; `access_operator.rb` of Puppet 7.)

use super::combine::combine;
use super::hash;
use super::number::Number;
use super::operators::unknown;
use crate::place::Span;
use crate::value::{Case, Data, Text, Value};

/// `data[key]`.
pub(super) fn element(data: &Data, key: &Value, at: Span) -> Value {
    access(&Value::known(data.clone()), std::slice::from_ref(key), at)
}

/// `target[keys]`: an element, or with two numbers a part of a list or string,
/// or the values of several keys.
pub(super) fn access(target: &Value, keys: &[Value], at: Span) -> Value {
    let keys: Vec<Value> = keys.iter().map(without_origins).collect();
    let mut all = vec![target];
    all.extend(&keys);
    combine(&all, at, |data| accessed(data[0], &data[1..], at))
}

/// What is found comes from where it was looked for, not from where the key did.
fn without_origins(key: &Value) -> Value {
    let mut cases = key.cases.to_vec();
    for case in &mut cases {
        case.from.clear();
    }
    Value {
        cases: cases.into(),
    }
}

fn accessed(data: &Data, keys: &[&Data], at: Span) -> Value {
    let unknown = || unknown(keys, at);
    match (data, keys) {
        (Data::Each(each), [_]) => or_nothing(each),
        (Data::Each(_), _) => Value::known(data.clone()),
        (Data::Unknown(reason), _) => Value::known(Data::Unknown(reason.clone())),
        (Data::Undef, _) => Value::undef(),
        (Data::Array(items), [Data::Array(keys)]) => {
            let keys: Option<Vec<&Data>> = keys.iter().map(Value::single).collect();
            match keys {
                Some(keys) if !keys.iter().any(|it| matches!(it, Data::Array(_))) => {
                    accessed(&Data::Array(items.clone()), &keys, at)
                }
                _ => unknown(),
            }
        }
        (Data::Array(items), [key]) => match Number::of_operand(key) {
            Some(Number::Integer(index)) => place(index, items.len())
                .and_then(|index| items.get(index))
                .cloned()
                .unwrap_or_else(Value::undef),
            _ => one_of(items.iter(), key, at),
        },
        (Data::Array(items), [from, count]) => {
            let range = Number::of_operand(from).zip(Number::of_operand(count));
            match range.and_then(|(from, count)| part(from, count, items.len())) {
                Some(range) => Value::known(Data::Array(items[range].into())),
                None => unknown(),
            }
        }
        (Data::Text(text), _) => {
            characters(text, keys).map_or_else(unknown, |text| Value::text(text.as_str()))
        }
        (Data::Hash(entries), [key]) => hash::get(entries, key)
            .unwrap_or_else(|| one_of(entries.iter().map(|(_, value)| value), key, at)),
        (Data::Hash(entries), _) => {
            let values: Option<Vec<Value>> =
                keys.iter().map(|key| hash::get(entries, key)).collect();
            match values {
                Some(values) => Value::known(Data::Array(
                    values
                        .into_iter()
                        .filter(|value| value.single() != Some(&Data::Undef))
                        .collect(),
                )),
                None => unknown(),
            }
        }
        _ => unknown(),
    }
}

/// An element of a list of any length, which may be shorter.
fn or_nothing(element: &Value) -> Value {
    let may_be = |case: &Case| matches!(case.data, Data::Unknown(_) | Data::Undef);
    if element.cases.iter().any(may_be) {
        return element.clone();
    }
    let mut cases = element.cases.to_vec();
    cases.push(Case::new(Data::Undef));
    Value::of(cases)
}

/// One of several, or nothing: what stands under a key that is not known.
fn one_of<'v>(values: impl Iterator<Item = &'v Value>, key: &Data, at: Span) -> Value {
    if !matches!(key, Data::Unknown(_) | Data::Text(_)) {
        return unknown(&[key], at);
    }
    let mut cases: Vec<Case> = values
        .flat_map(|value| value.cases.iter().cloned())
        .collect();
    cases.push(Case::new(Data::Undef));
    Value::of(cases)
}

/// An index, counted from the end where it is negative.
fn place(index: i64, len: usize) -> Option<usize> {
    let index = if index < 0 { index + len as i64 } else { index };
    usize::try_from(index).ok()
}

/// `[from, count]` as `access_operator.rb` reads it: a negative count is a last
/// position, counted from the end.
fn part(from: Number, count: Number, len: usize) -> Option<std::ops::Range<usize>> {
    let (Number::Integer(from), Number::Integer(count)) = (from, count) else {
        return None;
    };
    let len = i64::try_from(len).ok()?;
    let mut from = if from < 0 {
        len.checked_add(from)?
    } else {
        from
    };
    let mut count = if count < 0 {
        len.checked_sub(from)?.checked_add(count)?.checked_add(1)?
    } else {
        count
    };
    if from < 0 {
        count = count.checked_add(from)?;
        from = 0;
    }
    if from > len || count < 0 {
        return Some(0..0);
    }
    let to = from.saturating_add(count).min(len);
    Some(usize::try_from(from).ok()?..usize::try_from(to).ok()?)
}

fn characters(text: &Text, keys: &[&Data]) -> Option<String> {
    let characters: Vec<char> = text.as_str()?.chars().collect();
    let range = match keys {
        [key] => {
            let Number::Integer(index) = Number::of_operand(key)? else {
                return None;
            };
            let at = place(index, characters.len()).filter(|at| *at < characters.len());
            at.map_or(0..0, |at| at..at + 1)
        }
        [from, count] => part(
            Number::of_operand(from)?,
            Number::of_operand(count)?,
            characters.len(),
        )?,
        _ => return None,
    };
    Some(characters[range].iter().collect())
}
