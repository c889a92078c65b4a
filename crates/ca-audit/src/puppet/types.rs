//! Data types of the Puppet language: whether a value is an instance of one.
//! (Puppet's language reference, "Data types"; aliases of stdlib's `types/`.)
//!
//! A type is a [`Data::Reference`] with the type's name in lower case and its
//! parameters. What is not a type of the language, nor one of the aliases that
//! are written out here, cannot be told.

use super::hash::{keys_are_seen, keys_differ};
use super::number::Number;
use super::operators::any;
use super::ruby_pattern::{Flags, RubyPattern};
use super::sameness::{Sameness, same};
use crate::value::{Data, Value};

/// Types inside types that are followed.
const MAX_DEPTH: u32 = 32;

/// Whether `data` is an instance of `kind`; `None` where that cannot be told,
/// and where `kind` is no type.
pub(super) fn is_instance(data: &Data, kind: &Data) -> Option<bool> {
    instance(data, kind, MAX_DEPTH)
}

fn instance(data: &Data, kind: &Data, depth: u32) -> Option<bool> {
    let Data::Reference { kind, titles } = kind else {
        return None;
    };
    let depth = depth.checked_sub(1)?;
    let parameters: Vec<&Data> = titles.iter().map(Value::single).collect::<Option<_>>()?;
    let parameters = parameters.as_slice();
    if kind == "any" {
        return Some(true);
    }
    if matches!(kind.as_str(), "optional" | "notundef" | "variant") {
        return composed(data, kind, parameters, depth);
    }
    if matches!(data, Data::Unknown(_)) {
        return None;
    }
    match kind.as_str() {
        "undef" => Some(*data == Data::Undef),
        "default" => Some(*data == Data::Default),
        "scalar" | "scalardata" => Some(is_scalar(data, kind == "scalar")),
        "boolean" => match (data, parameters) {
            (Data::Bool(_), []) => Some(true),
            (Data::Bool(value), [Data::Bool(wanted)]) => Some(value == wanted),
            (Data::Bool(_), _) => None,
            _ => Some(false),
        },
        "integer" | "float" | "numeric" => number(data, kind, parameters),
        "string" => text(data, parameters),
        "enum" => enumerated(data, parameters),
        "pattern" => pattern(data, parameters),
        "regexp" => match (data, parameters) {
            (Data::Regex(_), []) => Some(true),
            (Data::Regex(_), _) => None,
            _ => Some(false),
        },
        "collection" => match data {
            Data::Array(items) => within(Some(items.len()), parameters),
            Data::Hash(entries) => within(size_of(entries), parameters),
            Data::Each(_) => within(None, parameters),
            _ => Some(false),
        },
        "array" | "tuple" => list(data, kind, parameters, depth),
        "hash" | "struct" => hash(data, kind, parameters, depth),
        "data" | "richdata" => plain_data(data, kind == "richdata", depth),
        "type" | "catalogentry" | "resource" | "class" => match data {
            Data::Reference { .. } => None,
            _ => Some(false),
        },
        _ => alias(data, kind),
    }
}

/// Types that are made of other types, and may be told of what is not known.
fn composed(data: &Data, kind: &str, parameters: &[&Data], depth: u32) -> Option<bool> {
    let inner = |parameter: &Data| match parameter {
        Data::Text(_) => same(data, parameter, Sameness::Exact),
        _ => instance(data, parameter, depth),
    };
    let is_undef = match data {
        Data::Unknown(_) => None,
        _ => Some(*data == Data::Undef),
    };
    match (kind, parameters) {
        ("optional", [parameter]) => any([is_undef, inner(parameter)].into_iter()),
        ("optional", []) => Some(true),
        ("notundef", []) => is_undef.map(|it| !it),
        ("notundef", [parameter]) => match (is_undef, inner(parameter)) {
            (Some(true), _) | (_, Some(false)) => Some(false),
            (Some(false), verdict) => verdict,
            (None, _) => None,
        },
        ("variant", []) => Some(false),
        ("variant", _) => any(parameters.iter().map(|it| inner(it))),
        _ => None,
    }
}

fn is_scalar(data: &Data, with_regex: bool) -> bool {
    match data {
        Data::Bool(_) | Data::Integer(_) | Data::Float(_) | Data::Text(_) => true,
        Data::Regex(_) => with_regex,
        _ => false,
    }
}

fn number(data: &Data, kind: &str, parameters: &[&Data]) -> Option<bool> {
    let value = match (data, kind) {
        (Data::Integer(value), "integer" | "numeric") => Number::Integer(*value),
        (Data::Float(value), "float" | "numeric") => Number::Float(*value),
        _ => return Some(false),
    };
    let end = |index: usize| match parameters.get(index) {
        None | Some(Data::Default) => Some(None),
        Some(end) => Number::of(end).map(Some),
    };
    let from =
        end(0)?.is_none_or(|from| value.compare(from).is_some_and(std::cmp::Ordering::is_ge));
    let to = end(1)?.is_none_or(|to| value.compare(to).is_some_and(std::cmp::Ordering::is_le));
    Some(from && to)
}

fn text(data: &Data, parameters: &[&Data]) -> Option<bool> {
    let Data::Text(text) = data else {
        return Some(false);
    };
    if let [Data::Text(_)] = parameters {
        return None;
    }
    within(text.as_str().map(|text| text.chars().count()), parameters)
}

/// Whether a size is in the range that a type's last parameters say.
fn within(size: Option<usize>, parameters: &[&Data]) -> Option<bool> {
    let mut ends = parameters.iter();
    let from = match ends.next() {
        None | Some(Data::Default) => 0,
        Some(Data::Integer(from)) => *from,
        _ => return None,
    };
    let to = match ends.next() {
        None | Some(Data::Default) => i64::MAX,
        Some(Data::Integer(to)) => *to,
        _ => return None,
    };
    if from <= 0 && to == i64::MAX {
        return Some(true);
    }
    let size = i64::try_from(size?).ok()?;
    Some((from..=to).contains(&size))
}

fn enumerated(data: &Data, parameters: &[&Data]) -> Option<bool> {
    let Data::Text(_) = data else {
        return Some(false);
    };
    let ignores_case = matches!(parameters.last(), Some(Data::Bool(true)));
    let how = if ignores_case {
        Sameness::Loose
    } else {
        Sameness::Exact
    };
    let words = parameters.iter().filter(|it| !matches!(it, Data::Bool(_)));
    any(words.map(|word| same(data, word, how)))
}

fn pattern(data: &Data, parameters: &[&Data]) -> Option<bool> {
    let Data::Text(text) = data else {
        return Some(false);
    };
    let Some(text) = text.as_str() else {
        return parameters.is_empty().then_some(true);
    };
    if parameters.is_empty() {
        return Some(true);
    }
    any(parameters.iter().map(|parameter| match parameter {
        Data::Regex(source) => is_match(text, source),
        Data::Text(source) => is_match(text, source.as_str()?),
        _ => None,
    }))
}

fn is_match(text: &str, source: &str) -> Option<bool> {
    let pattern = RubyPattern::new(source, Flags::default())?;
    Some(pattern.on(text)?.is_match(text))
}

fn list(data: &Data, kind: &str, parameters: &[&Data], depth: u32) -> Option<bool> {
    let items = match data {
        Data::Array(items) => items,
        // Of any length: only types that any list fits.
        Data::Each(_) => return parameters.is_empty().then_some(true),
        _ => return Some(false),
    };
    let types = parameters
        .iter()
        .take_while(|it| matches!(it, Data::Reference { .. }));
    let types: Vec<&Data> = types.copied().collect();
    let sizes = &parameters[types.len()..];
    let element = |item: &Value, kind: &Data| of_value(item, kind, depth);
    if kind == "array" {
        let kind = match types.as_slice() {
            [] => None,
            [kind] => Some(*kind),
            _ => return None,
        };
        let all = kind.map(|kind| every(items.iter().map(|item| element(item, kind))));
        return every([within(Some(items.len()), sizes), all.unwrap_or(Some(true))].into_iter());
    }
    // A tuple's last type is that of all that follow.
    let last = types.last()?;
    let sized = match sizes {
        [] => Some(items.len() == types.len()),
        [Data::Integer(from)] => Some(items.len() as i64 >= *from),
        _ => within(Some(items.len()), sizes),
    };
    let typed = items
        .iter()
        .enumerate()
        .map(|(index, item)| element(item, types.get(index).unwrap_or(last)));
    every([sized, every(typed)].into_iter())
}

fn of_value(value: &Value, kind: &Data, depth: u32) -> Option<bool> {
    let mut verdicts = value
        .cases
        .iter()
        .map(|case| instance(&case.data, kind, depth));
    let first = verdicts.next()??;
    verdicts.all(|it| it == Some(first)).then_some(first)
}

/// Whether all are true; unknown where none is false for certain.
fn every(all: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    any(all.map(|it| it.map(|it| !it))).map(|it| !it)
}

fn size_of(entries: &[(Value, Value)]) -> Option<usize> {
    keys_differ(entries).then_some(entries.len())
}

fn hash(data: &Data, kind: &str, parameters: &[&Data], depth: u32) -> Option<bool> {
    let Data::Hash(entries) = data else {
        return Some(false);
    };
    if kind == "struct" {
        return structure(entries, parameters, depth);
    }
    match parameters {
        [] => Some(true),
        [
            keys @ Data::Reference { .. },
            values @ Data::Reference { .. },
            sizes @ ..,
        ] => {
            let typed = entries.iter().map(|(key, value)| {
                every([of_value(key, keys, depth), of_value(value, values, depth)].into_iter())
            });
            every([within(size_of(entries), sizes), every(typed)].into_iter())
        }
        sizes => within(size_of(entries), sizes),
    }
}

/// `Struct[{name => Type, Optional[other] => Type}]`
fn structure(entries: &[(Value, Value)], parameters: &[&Data], depth: u32) -> Option<bool> {
    let members = match parameters {
        [] => return Some(true),
        [Data::Hash(members)] => members,
        _ => return None,
    };
    if !keys_are_seen(entries) {
        return None;
    }
    let mut names = Vec::new();
    let mut verdicts = Vec::new();
    for (key, kind) in members.iter() {
        let kind = kind.single()?;
        let (name, may_lack) = match key.single()? {
            Data::Text(name) => (name.as_str()?, instance(&Data::Undef, kind, depth)),
            Data::Reference { kind, titles } => {
                let name = titles.first().and_then(Value::as_str)?;
                (name, Some(kind == "optional"))
            }
            _ => return None,
        };
        names.push(name);
        let value = entries.iter().find(|(key, _)| key.as_str() == Some(name));
        verdicts.push(match value {
            Some((_, value)) => of_value(value, kind, depth),
            None => may_lack,
        });
    }
    let knows = |(key, _): &(Value, Value)| key.as_str().is_some_and(|it| names.contains(&it));
    verdicts.push(Some(entries.iter().all(knows)));
    every(verdicts.into_iter())
}

fn plain_data(data: &Data, is_rich: bool, depth: u32) -> Option<bool> {
    let depth = depth.checked_sub(1)?;
    let value = |value: &Value| {
        every(
            value
                .cases
                .iter()
                .map(|case| plain_data(&case.data, is_rich, depth)),
        )
    };
    match data {
        Data::Unknown(_) => None,
        Data::Array(items) => every(items.iter().map(value)),
        Data::Each(each) => value(each).filter(|holds| *holds),
        Data::Hash(entries) => every(entries.iter().map(|(key, inner)| {
            let is_text = match key.single() {
                Some(Data::Unknown(_)) | None => None,
                Some(key) => Some(matches!(key, Data::Text(_))),
            };
            let key = if is_rich { value(key) } else { is_text };
            every([key, value(inner)].into_iter())
        })),
        Data::Default | Data::Regex(_) | Data::Reference { .. } => Some(is_rich),
        _ => Some(true),
    }
}

/// Aliases of stdlib that are one pattern or range.
fn alias(data: &Data, name: &str) -> Option<bool> {
    const UNIX: &str = r"\A\/([^\n\/\0]+\/*)*\z";
    const WINDOWS: &str = r"\A(([a-zA-Z]:[\\\/])|([\\\/][\\\/][^\\\/]+[\\\/][^\\\/]+)|([\\\/][\\\/]\?[\\\/][^\\\/]+)).*\z";
    let sources: &[&str] = match name {
        "stdlib::unixpath" => &[UNIX],
        "stdlib::windowspath" => &[WINDOWS],
        "stdlib::absolutepath" => &[UNIX, WINDOWS],
        "stdlib::httpurl" => &[r"(?i:\Ahttps?:\/\/.*\z)"],
        "stdlib::httpsurl" => &[r"(?i:\Ahttps:\/\/.*\z)"],
        "stdlib::port" => {
            let (from, to) = (Data::Integer(0), Data::Integer(65535));
            return number(data, "integer", &[&from, &to]);
        }
        _ => return None,
    };
    let Data::Text(text) = data else {
        return Some(false);
    };
    let text = text.as_str()?;
    any(sources.iter().map(|source| is_match(text, source)))
}
