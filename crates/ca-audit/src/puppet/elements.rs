//! What functions with a lambda run over: the elements of lists, hashes, strings
//! and numbers, as the lambda gets them.

use super::arithmetic::pairs;
use super::hash;
use super::iterate::Iteration;
use super::operators::any_of;
use crate::place::Span;
use crate::value::{Data, Unknown, Value, Why};

/// Elements for which a lambda is run; longer collections count as unknown.
const MAX_ELEMENTS: usize = 256;

/// What the lambda runs over.
pub(super) enum Elements {
    /// These, each as the arguments it is given as.
    Known(Vec<Element>),
    /// Any number of this.
    Open(Value),
}

/// An element: what the function keeps of it, and what the lambda gets.
pub(super) struct Element {
    /// Its index, or its key.
    pub key: Value,
    /// What stands there.
    pub value: Value,
    /// What the lambda is called with.
    pub args: Vec<Value>,
}

/// What the lambda is called with; an element of a list as itself or behind its
/// index, an entry of a hash as a pair or as key and value.
pub(super) fn elements_of(data: &Data, iteration: &Iteration<'_, '_>) -> Elements {
    // With two parameters, what comes first is the index.
    let is_indexed = iteration.lambda.params.len() >= 2 && iteration.name != "slice";
    let element = |key: Value, value: Value, whole: Value| Element {
        args: if is_indexed {
            vec![key.clone(), value.clone()]
        } else {
            vec![whole]
        },
        key,
        value,
    };
    if let Data::Hash(entries) = data {
        if entries.len() > MAX_ELEMENTS {
            return Elements::Open(open_element(data, iteration.at));
        }
        let entry = |(key, value): &hash::Entry| {
            let pair = Data::Array([key.clone(), value.clone()].into());
            let whole = match iteration.name {
                "index" => value.clone(),
                _ => Value::known(pair),
            };
            element(key.clone(), value.clone(), whole)
        };
        return Elements::Known(entries.iter().map(entry).collect());
    }
    match single_elements(data) {
        Some(items) => {
            let spreads = iteration.name == "slice" && iteration.lambda.params.len() > 1;
            let item = |(index, item): (usize, Value)| {
                let mut element = element(
                    Value::known(Data::Integer(index as i64)),
                    item.clone(),
                    item.clone(),
                );
                if let (true, Some(Data::Array(parts))) = (spreads, item.single()) {
                    element.args = parts.to_vec();
                    let missing = iteration.lambda.params.len().saturating_sub(parts.len());
                    element
                        .args
                        .extend(std::iter::repeat_n(Value::undef(), missing));
                }
                element
            };
            Elements::Known(items.into_iter().enumerate().map(item).collect())
        }
        None => Elements::Open(open_element(data, iteration.at)),
    }
}

/// The elements of what Puppet takes for iterable: lists, hashes as lists of
/// pairs, the characters of a string, the numbers below a number.
pub(super) fn single_elements(data: &Data) -> Option<Vec<Value>> {
    let items = match data {
        Data::Array(items) => items.to_vec(),
        Data::Hash(entries) => match pairs(entries) {
            Data::Array(items) => items.to_vec(),
            _ => return None,
        },
        Data::Text(text) => {
            let characters = text.as_str()?.chars().take(MAX_ELEMENTS + 1);
            characters
                .map(|it| Value::text(it.encode_utf8(&mut [0; 4]) as &str))
                .collect()
        }
        Data::Integer(end) => {
            let end = usize::try_from(*end).ok()?.min(MAX_ELEMENTS + 1) as i64;
            (0..end).map(|it| Value::known(Data::Integer(it))).collect()
        }
        // `Integer[1, 5]`
        Data::Reference { kind, titles } if kind == "integer" => match titles.as_slice() {
            [from, to] => match (from.single()?, to.single()?) {
                (Data::Integer(from), Data::Integer(to)) => {
                    let last = from.checked_add(MAX_ELEMENTS as i64)?.min(*to);
                    (*from..=last)
                        .map(|it| Value::known(Data::Integer(it)))
                        .collect()
                }
                _ => return None,
            },
            _ => return None,
        },
        _ => return None,
    };
    (items.len() <= MAX_ELEMENTS).then_some(items)
}

/// An element of a collection of which only some things are known.
pub(super) fn open_element(data: &Data, at: Span) -> Value {
    match data {
        Data::Each(item) => (**item).clone(),
        Data::Array(items) => match any_of(&**items) {
            Data::Each(item) => *item,
            other => Value::known(other),
        },
        Data::Unknown(unknown) => Value::known(Data::Unknown(unknown.clone())),
        _ => Value::known(Data::Unknown(Unknown {
            why: Why::Expression,
            at: Some(at),
        })),
    }
}

/// `slice`, `step` and `reverse_each` as the list that they run over.
pub(super) fn rearranged(iteration: &Iteration<'_, '_>, data: &Data) -> Option<Data> {
    let mut items = single_elements(data)?;
    let number = |index: usize| match iteration.args.get(index)?.single()? {
        Data::Integer(value) => usize::try_from(*value).ok().filter(|it| *it > 0),
        _ => None,
    };
    match iteration.name {
        "reverse_each" => items.reverse(),
        "step" => items = items.into_iter().step_by(number(1)?).collect(),
        _ => {
            items = items
                .chunks(number(1)?)
                .map(|chunk| Value::known(Data::Array(chunk.into())))
                .collect();
        }
    }
    Some(Data::Array(items.into()))
}
