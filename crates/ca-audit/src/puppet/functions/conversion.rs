//! Conversions between types: `Integer('8')`, `str2bool('yes')`, `unwrap($x)`.
//!
//! What is sensitive is kept as the value itself: what a file will hold is what
//! counts here, and nothing of it is printed.

use super::{Call, Function, boolean, list};
use crate::hiera::{Datum, Key, Kind, convert};
use crate::puppet::interpolation::text_of;
use crate::puppet::number::Number;
use crate::value::{Data, Value};

pub(super) fn named(name: &str) -> Option<Function> {
    Some(match name {
        "Integer" | "Float" | "Numeric" | "Boolean" | "Array" | "Hash" => made,
        "new" => |call| of_type(call, 0, 1),
        "convert_to" => |call| of_type(call, 1, 0),
        "Sensitive" | "unwrap" => |call| match call.args {
            [data] => Some(Value::known((*data).clone())),
            _ => None,
        },
        "str2bool" => str2bool,
        "bool2str" => bool2str,
        "any2bool" => any2bool,
        _ => return None,
    })
}

/// `new(Type, value, …)`, `convert_to(value, Type, …)`
fn of_type(call: &Call<'_>, kind: usize, value: usize) -> Option<Value> {
    const NAMES: [&str; 8] = [
        "Integer",
        "Float",
        "Numeric",
        "Boolean",
        "Array",
        "Hash",
        "String",
        "Sensitive",
    ];
    let Data::Reference { kind, titles } = call.data(kind) else {
        return None;
    };
    let name = NAMES.iter().find(|name| name.eq_ignore_ascii_case(kind))?;
    if !titles.is_empty() {
        return None;
    }
    let mut args = vec![Value::known(call.data(value).clone())];
    args.extend(
        call.args
            .iter()
            .skip(2)
            .map(|it| Value::known((*it).clone())),
    );
    super::apply(name, &args, call.at)
}

/// `Type.new(value, …)` as Hiera's `convert_to` has it.
fn made(call: &Call<'_>) -> Option<Value> {
    match (call.name, call.data(0)) {
        // Structure is kept where what is in it cannot be seen.
        ("Array", Data::Array(_) | Data::Each(_)) | ("Hash", Data::Hash(_)) => {
            return Some(Value::known(call.data(0).clone()));
        }
        ("Array", Data::Hash(entries)) if call.args.len() == 1 => {
            return Some(Value::known(crate::puppet::arithmetic::pairs(entries)));
        }
        ("Array", data) if call.data(1) == &Data::Bool(true) && *data != Data::Undef => {
            return match data {
                Data::Unknown(_) => None,
                data => Some(list(vec![Value::known(data.clone())])),
            };
        }
        ("Hash", Data::Array(items)) if call.args.len() == 1 => {
            let entries = crate::puppet::hash::of_list(items)?;
            return Some(Value::known(Data::Hash(entries.into())));
        }
        ("Integer" | "Float" | "Numeric", _) if call.args.len() > 2 => return None,
        ("Boolean", _) if call.args.len() > 1 => return None,
        _ => {}
    }
    // Floats that no longer fit and other oddities are Puppet's errors.
    let mut to = vec![Datum::text(call.name)];
    for data in call.args.iter().skip(1) {
        to.push(datum(data)?);
    }
    let to = Datum::made(Kind::Array(to));
    let value = convert(datum(call.data(0))?, &to, "").ok()?;
    if let Kind::Int(whole) = value.kind {
        return i64::try_from(whole).ok().map(super::integer);
    }
    Some(value.into_value()).filter(|value| !value.has_unknown())
}

/// Ruby's `to_s` of a value; of a list or a hash, how Ruby writes it, where that
/// is plain.
pub(super) fn ruby_to_s(data: &Data) -> Option<String> {
    match data {
        Data::Text(text) => text.as_str().map(Into::into),
        Data::Array(_) | Data::Hash(_) if is_plainly_inspected(data) => {
            datum(data).map(|it| it.inspected())
        }
        Data::Bool(_) | Data::Integer(_) | Data::Float(_) => text_of(data).as_str().map(Into::into),
        _ => None,
    }
}

fn is_plainly_inspected(data: &Data) -> bool {
    let inner = |value: &Value| value.single().is_some_and(is_plainly_inspected);
    let is_printable = |it: char| matches!(it, ' '..='~' | '\n' | '\t' | '\r');
    match data {
        Data::Bool(_) | Data::Integer(_) => true,
        Data::Text(text) => text.as_str().is_some_and(|it| it.chars().all(is_printable)),
        Data::Array(items) => items.iter().all(inner),
        Data::Hash(entries) => entries
            .iter()
            .all(|(key, value)| inner(key) && inner(value)),
        _ => false,
    }
}

/// A value without holes as Hiera has it.
pub(super) fn datum(data: &Data) -> Option<Datum> {
    let inner = |value: &Value| datum(value.single()?);
    Some(Datum::made(match data {
        Data::Undef => Kind::Null,
        Data::Bool(value) => Kind::Bool(*value),
        Data::Integer(value) => Kind::Int(i128::from(*value)),
        Data::Float(value) => Kind::Float(*value),
        Data::Text(text) if text.as_str().is_some() => Kind::Text(text.clone()),
        Data::Array(items) => Kind::Array(items.iter().map(inner).collect::<Option<_>>()?),
        Data::Hash(entries) => {
            let entry = |(key, value): &(Value, Value)| {
                let key = match key.single()? {
                    Data::Text(text) => Key::Text(text.as_str()?.into()),
                    Data::Integer(value) => Key::Int(*value),
                    _ => return None,
                };
                Some((key, inner(value)?))
            };
            Kind::Hash(entries.iter().map(entry).collect::<Option<_>>()?)
        }
        _ => return None,
    }))
}

pub(super) fn str2bool(call: &Call<'_>) -> Option<Value> {
    match call.args {
        [Data::Bool(value)] => Some(boolean(*value)),
        [Data::Undef] => Some(boolean(false)),
        [Data::Text(text)] => bool_of(text.as_str()?).map(boolean),
        _ => None,
    }
}

fn bool_of(text: &str) -> Option<bool> {
    // The patterns of stdlib match any line of it.
    if text.contains('\n') {
        return None;
    }
    match text.to_ascii_lowercase().as_str() {
        "" | "0" | "f" | "n" | "false" | "no" => Some(false),
        "1" | "t" | "y" | "true" | "yes" => Some(true),
        _ if matches!(text, "undef" | "undefined") => Some(false),
        _ => None,
    }
}

fn bool2str(call: &Call<'_>) -> Option<Value> {
    let Data::Bool(value) = call.data(0) else {
        return None;
    };
    let words = match call.args.len() {
        1 => ("true", "false"),
        3 => (call.text(1)?, call.text(2)?),
        _ => return None,
    };
    Some(Value::text(if *value { words.0 } else { words.1 }))
}

fn any2bool(call: &Call<'_>) -> Option<Value> {
    let [data] = call.args else {
        return None;
    };
    let holds = match data {
        Data::Bool(value) => *value,
        Data::Undef => false,
        Data::Integer(value) => *value > 0,
        Data::Float(value) => *value >= 1.0,
        Data::Text(text) => {
            let text = text.as_str()?;
            match bool_of(text) {
                Some(value) => value,
                None => match Number::of_text(text)? {
                    // Ruby's Float() has notations of its own.
                    Number::Integer(value) if text.bytes().all(|it| it.is_ascii_digit()) => {
                        value > 0
                    }
                    _ => return None,
                },
            }
        }
        Data::Array(_) | Data::Hash(_) | Data::Each(_) => true,
        _ => return None,
    };
    Some(boolean(holds))
}
