//! Functions on hashes.

use super::{Call, Function, boolean, list};
use crate::puppet::access::element;
use crate::puppet::hash;
use crate::value::{Data, Value};

pub(super) fn named(name: &str) -> Option<Function> {
    Some(match name {
        "merge" | "stdlib::merge" => {
            |call| merge(call, |left, right| Some(hash::merged(left, right)))
        }
        "deep_merge" | "stdlib::deep_merge" => |call| merge(call, hash::deep_merged),
        "keys" => |call| columns(call, |(key, _)| key),
        "values" => |call| columns(call, |(_, value)| value),
        "has_key" => has_key,
        "hash" => of_list,
        "dig" => dig,
        "get" => get,
        _ => return None,
    })
}

type Merge = fn(&[hash::Entry], &[hash::Entry]) -> Option<Vec<hash::Entry>>;

fn merge(call: &Call<'_>, with: Merge) -> Option<Value> {
    let mut all = Vec::new();
    for data in call.args {
        match data {
            Data::Hash(entries) => all = with(&all, entries)?,
            Data::Undef => {}
            Data::Text(text) if text.as_str() == Some("") => {}
            _ => return None,
        }
    }
    Some(Value::known(Data::Hash(all.into())))
}

fn columns(call: &Call<'_>, column: fn(&hash::Entry) -> &Value) -> Option<Value> {
    let entries = call.entries(0)?;
    let values = entries.iter().map(column).cloned().collect();
    (call.args.len() == 1 && hash::keys_differ(entries)).then(|| list(values))
}

fn has_key(call: &Call<'_>) -> Option<Value> {
    let [Data::Hash(entries), key] = call.args else {
        return None;
    };
    // Functions of the old form are given an empty string for it.
    let empty = Data::Text(crate::value::Text::literal(""));
    let key = if **key == Data::Undef { &empty } else { key };
    Some(boolean(hash::has_key(entries, key)?))
}

/// `hash(['a', 1, 'b', 2])`
fn of_list(call: &Call<'_>) -> Option<Value> {
    let flat = super::apply("flatten", &[Value::known(call.data(0).clone())], call.at)?;
    match flat.single()? {
        Data::Array(items) if items.len().is_multiple_of(2) => {
            Some(Value::known(Data::Hash(hash::of_list(items)?.into())))
        }
        _ => None,
    }
}

/// `dig(data, key, …)`
fn dig(call: &Call<'_>) -> Option<Value> {
    let (data, keys) = call.args.split_first()?;
    let mut value = Value::known((*data).clone());
    for key in keys {
        let key = Value::known((*key).clone());
        value = value.flat_map(|case| match (&case.data, key.single()) {
            // Ruby digs into lists with numbers only.
            (Data::Array(_) | Data::Text(_), Some(Data::Text(_))) | (Data::Text(_), _) => {
                call.unknown()
            }
            (data, _) => element(data, &key, call.at),
        });
    }
    Some(value)
}

/// `get(data, 'a.0.b', default)`
fn get(call: &Call<'_>) -> Option<Value> {
    let path = call.text(1)?;
    let default = Value::known(call.data(2).clone());
    if path.contains(['"', '\'']) {
        return None;
    }
    let mut value = Value::known(call.data(0).clone());
    for segment in path.split('.').filter(|_| !path.is_empty()) {
        let number = segment.parse().ok().map(Data::Integer);
        value = value.flat_map(|case| match (&case.data, &number) {
            (Data::Array(_), Some(index)) => {
                element(&case.data, &Value::known(index.clone()), call.at)
            }
            (Data::Hash(_), None) => element(&case.data, &Value::text(segment), call.at),
            (Data::Undef, _) => Value::undef(),
            _ => call.unknown(),
        });
    }
    Some(value.flat_map(|case| match case.data {
        Data::Undef => default.clone(),
        _ => Value::known(case.data.clone()),
    }))
}
