//! What can be said of lists of unknown length and of what is in them, where a
//! function cannot be told exactly.

use super::Call;
use crate::puppet::interpolation::text_of;
use crate::puppet::operators::any_of;
use crate::value::{Data, Piece, Text, Unknown, Value, Why};

/// A list of any length, or a text with a hole, for a function that makes one;
/// `None` for any other.
pub(super) fn result(call: &Call<'_>) -> Option<Value> {
    match call.name {
        "join" => Some(join(call)),
        "prefix" | "suffix" => affixed(call),
        "flatten" => Some(Value::known(any_of(&members(call.args)))),
        "concat" | "union" | "any2array" => Some(Value::known(any_of(&parts(call.args)))),
        "unique"
        | "sort"
        | "delete"
        | "delete_undef_values"
        | "delete_regex"
        | "grep"
        | "reject"
        | "difference"
        | "intersection"
        | "values_at"
        | "reverse" => some_of(call),
        "upcase" | "downcase" | "strip" | "regsubst" | "capitalize" | "chomp" => changed(call),
        "keys" | "values" => entries(call),
        "split" | "range" | "zip" | "slice" | "join_keys_to_values" => {
            Some(Value::known(Data::Each(Box::new(call.unknown()))))
        }
        _ => None,
    }
}

/// The elements of arguments that are lists, and other arguments as they are.
fn parts(args: &[&Data]) -> Vec<Value> {
    let mut all = Vec::new();
    for data in args {
        match data {
            Data::Array(items) => all.extend(items.iter().cloned()),
            Data::Each(item) => all.push((**item).clone()),
            other => all.push(Value::known((*other).clone())),
        }
    }
    all
}

/// The same of lists inside lists.
fn members(args: &[&Data]) -> Vec<Value> {
    let mut all = Vec::new();
    for data in args {
        gather(data, &mut all);
    }
    all
}

fn gather(data: &Data, all: &mut Vec<Value>) {
    match data {
        Data::Array(items) => {
            for item in items.iter() {
                match item.single() {
                    Some(inner @ (Data::Array(_) | Data::Each(_))) => gather(inner, all),
                    _ => all.push(item.clone()),
                }
            }
        }
        Data::Each(item) => all.push((**item).clone()),
        other => all.push(Value::known((*other).clone())),
    }
}

/// A list that has some of the first argument's elements.
fn some_of(call: &Call<'_>) -> Option<Value> {
    match call.data(0) {
        Data::Array(items) => Some(Value::known(any_of(&**items))),
        Data::Each(_) => Some(Value::known(call.data(0).clone())),
        _ => None,
    }
}

/// A list of which only the form is known, element by element.
fn changed(call: &Call<'_>) -> Option<Value> {
    let Data::Each(item) = call.data(0) else {
        return None;
    };
    let mut args = vec![(**item).clone()];
    args.extend(
        call.args
            .iter()
            .skip(1)
            .map(|it| Value::known((*it).clone())),
    );
    let item = super::apply(call.name, &args, call.at)?;
    Some(Value::known(Data::Each(Box::new(item))))
}

/// `prefix` and `suffix` of what is not seen, which is taken for a list: a hash,
/// whose keys they change, is seldom given to them.
fn affixed(call: &Call<'_>) -> Option<Value> {
    let Data::Text(affix) = call.data(1) else {
        return None;
    };
    let with = |item: &Value| {
        item.flat_map(|case| {
            let own = match &case.data {
                // Ruby prints these in its own way.
                Data::Array(_) | Data::Hash(_) => Text::hole(call.reason()),
                data => text_of(data),
            };
            let (mut text, behind) = match call.name {
                "prefix" => (affix.clone(), &own),
                _ => (own, affix),
            };
            text.push(behind);
            Value::known(Data::Text(text))
        })
    };
    let item = match call.data(0) {
        Data::Each(item) => with(item),
        data @ Data::Unknown(_) => with(&Value::known(data.clone())),
        Data::Array(items) => match any_of(&**items) {
            Data::Each(item) => with(&item),
            _ => return None,
        },
        _ => return None,
    };
    Some(Value::known(Data::Each(Box::new(item))))
}

fn entries(call: &Call<'_>) -> Option<Value> {
    let Data::Hash(entries) = call.data(0) else {
        return matches!(call.data(0), Data::Unknown(_))
            .then(|| Value::known(Data::Each(Box::new(call.unknown()))));
    };
    let column = entries.iter().map(|(key, value)| match call.name {
        "keys" => key,
        _ => value,
    });
    Some(Value::known(any_of(column)))
}

/// The texts of a list, as far as they can be seen.
fn join(call: &Call<'_>) -> Value {
    let separator = text_of(call.data(1));
    let mut text = Text::default();
    match call.data(0) {
        Data::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(&separator);
                }
                text.push(&one_text(item, call));
            }
        }
        // Of any length: the first element, and what may follow it.
        Data::Each(item) => {
            text.push(&one_text(item, call));
            text.push(&Text::hole(call.reason()));
        }
        Data::Unknown(unknown) => text = Text::hole(unknown.clone()),
        _ => text = Text::hole(call.reason()),
    }
    Value::known(Data::Text(text))
}

/// A value as one text: where it may be several, what they share at the start.
fn one_text(value: &Value, call: &Call<'_>) -> Text {
    let of = |data: &Data| match data {
        // Joined in their turn, which is not told here.
        Data::Array(_) | Data::Hash(_) | Data::Each(_) => Text::hole(call.reason()),
        data => text_of(data),
    };
    if let Some(data) = value.single() {
        return of(data);
    }
    let texts: Vec<Text> = value.cases.iter().map(|case| of(&case.data)).collect();
    let first = texts.first().map(Text::prefix).unwrap_or_default();
    let shared = texts.iter().fold(first, |shared, text| {
        let len = shared
            .bytes()
            .zip(text.prefix().bytes())
            .take_while(|(a, b)| a == b)
            .count();
        shared.get(..len).unwrap_or_default()
    });
    let hole = Unknown {
        why: Why::TooMany,
        at: Some(call.at),
    };
    let mut pieces = vec![Piece::Hole(hole)];
    if !shared.is_empty() {
        pieces.insert(0, Piece::Literal(shared.into()));
    }
    Text { pieces }
}
