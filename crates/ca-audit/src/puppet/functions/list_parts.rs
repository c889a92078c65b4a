//! Functions that choose among the elements of a list or hash.

use super::{Call, Function, boolean, list};
use crate::puppet::elements::single_elements;
use crate::puppet::hash;
use crate::puppet::sameness::{Sameness, same_values};
use crate::value::{Data, Value};

pub(super) fn named(name: &str) -> Option<Function> {
    Some(match name {
        "delete" => delete,
        "delete_at" => delete_at,
        "delete_undef_values" => delete_undef_values,
        "delete_values" => delete_values,
        "difference" | "intersection" => compared,
        "member" => member,
        "values_at" => values_at,
        "empty" => empty,
        "index" => index,
        "reverse_each" => reverse_each,
        "step" => step,
        _ => return None,
    })
}

/// Whether `item` is one of `items`; `None` where that cannot be told.
fn is_among(item: &Value, items: &[Value], how: Sameness) -> Option<bool> {
    let mut verdict = Some(false);
    for other in items {
        match same_values(item, other, how) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => verdict = None,
        }
    }
    verdict
}

/// The items for which `keeps` is true; `None` where it cannot be told of one.
fn kept(items: &[Value], keeps: impl Fn(&Value) -> Option<bool>) -> Option<Vec<Value>> {
    let mut kept = Vec::new();
    for item in items {
        if keeps(item)? {
            kept.push(item.clone());
        }
    }
    Some(kept)
}

fn as_list(data: &Data) -> Option<Vec<Value>> {
    match data {
        Data::Array(items) => Some(items.to_vec()),
        Data::Each(_) | Data::Unknown(_) | Data::Hash(_) | Data::Undef => None,
        other => Some(vec![Value::known(other.clone())]),
    }
}

/// Without a lambda it gives what a further function runs over.
fn reverse_each(call: &Call<'_>) -> Option<Value> {
    let mut items = single_elements(call.data(0))?;
    items.reverse();
    Some(Value::known(Data::Array(items.into())))
}

/// Every n-th element, likewise.
fn step(call: &Call<'_>) -> Option<Value> {
    let items = single_elements(call.data(0))?;
    let Data::Integer(step) = call.data(1) else {
        return None;
    };
    let step = usize::try_from(*step).ok().filter(|step| *step > 0)?;
    let items = items.into_iter().step_by(step);
    Some(Value::known(Data::Array(items.collect())))
}

fn delete(call: &Call<'_>) -> Option<Value> {
    let [_, removed] = call.args else {
        return None;
    };
    let removed = as_list(removed)?;
    match call.data(0) {
        Data::Array(items) => Some(list(kept(items, |item| {
            is_among(item, &removed, Sameness::Exact).map(|it| !it)
        })?)),
        Data::Hash(entries) => {
            let mut all = Vec::new();
            for entry in entries.iter() {
                if !is_among(&entry.0, &removed, Sameness::Key)? {
                    all.push(entry.clone());
                }
            }
            Some(Value::known(Data::Hash(all.into())))
        }
        Data::Text(text) => {
            let mut text = text.as_str()?.to_owned();
            for part in &removed {
                let part = part.as_str()?;
                if !part.is_empty() {
                    text = text.replace(part, "");
                }
            }
            Some(Value::text(text))
        }
        _ => None,
    }
}

fn delete_at(call: &Call<'_>) -> Option<Value> {
    let mut items = call.items(0)?.to_vec();
    let index = match call.data(1) {
        // A negative one counts from the end, where it may find nothing.
        Data::Integer(index @ ..=-1) => match index.checked_add(items.len() as i64)? {
            place @ 0.. => usize::try_from(place).ok()?,
            _ => return Some(list(items)),
        },
        Data::Integer(index) => usize::try_from(*index).ok()?,
        Data::Text(text) => text.as_str()?.parse().ok()?,
        _ => return None,
    };
    (index < items.len()).then(|| {
        items.remove(index);
        list(items)
    })
}

fn delete_undef_values(call: &Call<'_>) -> Option<Value> {
    let is_undef = |value: &Value| match value.single()? {
        Data::Undef => Some(true),
        Data::Unknown(_) => None,
        _ => Some(false),
    };
    match call.data(0) {
        Data::Array(items) => Some(list(kept(items, |it| is_undef(it).map(|it| !it))?)),
        Data::Hash(entries) => {
            let mut all = Vec::new();
            for entry in entries.iter() {
                if !is_undef(&entry.1)? {
                    all.push(entry.clone());
                }
            }
            Some(Value::known(Data::Hash(all.into())))
        }
        _ => None,
    }
}

fn delete_values(call: &Call<'_>) -> Option<Value> {
    let removed = Value::known(call.data(1).clone());
    let mut all = Vec::new();
    for entry in call.entries(0)? {
        if !same_values(&entry.1, &removed, Sameness::Exact)? {
            all.push(entry.clone());
        }
    }
    (call.args.len() == 2).then(|| Value::known(Data::Hash(all.into())))
}

/// `difference` and `intersection`; the latter has each element once.
fn compared(call: &Call<'_>) -> Option<Value> {
    let (left, right) = (call.items(0)?, call.items(1)?);
    if call.args.len() != 2 {
        return None;
    }
    let wanted = call.name == "intersection";
    let mut found: Vec<Value> = Vec::new();
    for item in left {
        let is_there = is_among(item, right, Sameness::Key)?;
        if is_there == wanted && !(wanted && is_among(item, &found, Sameness::Key)?) {
            found.push(item.clone());
        }
    }
    Some(list(found))
}

/// Whether all of the second argument are in the first.
fn member(call: &Call<'_>) -> Option<Value> {
    let items = call.items(0)?;
    let wanted = match call.data(1) {
        Data::Array(wanted) if !wanted.is_empty() => wanted.to_vec(),
        data @ (Data::Text(_) | Data::Integer(_)) => vec![Value::known(data.clone())],
        Data::Undef if call.args.len() == 2 => vec![Value::text("")],
        _ => return None,
    };
    let mut all = Some(true);
    for item in &wanted {
        match is_among(item, items, Sameness::Key) {
            Some(true) => {}
            Some(false) => return Some(boolean(false)),
            None => all = None,
        }
    }
    all.map(boolean)
}

/// `values_at(list, [0, '2-4', '1..3', '1...3'])`
fn values_at(call: &Call<'_>) -> Option<Value> {
    let items = call.items(0)?;
    let wanted = match call.data(1) {
        Data::Array(wanted) if !wanted.is_empty() => wanted.to_vec(),
        data @ (Data::Text(_) | Data::Integer(_)) => vec![Value::known(data.clone())],
        _ => return None,
    };
    let mut found = Vec::new();
    for index in &wanted {
        let (from, to) = match index.single()? {
            Data::Integer(index) => (usize::try_from(*index).ok()?, usize::try_from(*index).ok()?),
            Data::Text(text) => bounds(text.as_str()?)?,
            _ => return None,
        };
        found.extend(items.get(from..=to)?.iter().cloned());
    }
    // Ruby drops what is `undef`.
    kept(&found, |item| match item.single()? {
        Data::Undef => Some(false),
        Data::Unknown(_) => None,
        _ => Some(true),
    })
    .map(list)
}

/// The first and the last index of `2`, `1-3`, `1..3` or `1...4`.
fn bounds(text: &str) -> Option<(usize, usize)> {
    let number = |text: &str| {
        let are_digits = text.bytes().all(|it| it.is_ascii_digit());
        are_digits.then(|| text.parse::<usize>().ok()).flatten()
    };
    if let Some((from, to)) = text.split_once("...") {
        let (from, to) = (number(from)?, number(to)?);
        return (from < to).then_some((from, to.checked_sub(1)?));
    }
    let pair = text.split_once("..").or_else(|| text.split_once('-'));
    let (from, to) = pair.unwrap_or((text, text));
    let (from, to) = (number(from)?, number(to)?);
    (from <= to).then_some((from, to))
}

fn empty(call: &Call<'_>) -> Option<Value> {
    let [data] = call.args else {
        return None;
    };
    Some(boolean(match data {
        Data::Array(items) => items.is_empty(),
        Data::Hash(entries) => entries.is_empty(),
        Data::Undef => true,
        Data::Integer(_) | Data::Float(_) => false,
        Data::Text(text) => match text.as_str() {
            Some(text) => text.is_empty(),
            None if text.prefix().is_empty() && text.suffix().is_empty() => return None,
            None => false,
        },
        _ => return None,
    }))
}

/// `index(list, value)`: the place of the first such element, or its key.
fn index(call: &Call<'_>) -> Option<Value> {
    let [_, wanted] = call.args else {
        return None;
    };
    let wanted = Value::known((*wanted).clone());
    match call.data(0) {
        Data::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                if same_values(item, &wanted, Sameness::Exact)? {
                    return Some(super::integer(index as i64));
                }
            }
        }
        Data::Hash(entries) if hash::keys_are_seen(entries) => {
            for (key, value) in entries.iter() {
                if same_values(value, &wanted, Sameness::Exact)? {
                    return Some(key.clone());
                }
            }
        }
        _ => return None,
    }
    Some(Value::undef())
}
