//! Functions of core Puppet and stdlib that decide paths and contents, as far
//! as their arguments are known. (puppet.com's function reference; stdlib's
//! REFERENCE.md.)

use super::evaluate::{element, text_of, truth};
use crate::place::Span;
use crate::value::{Case, Data, Piece, Text, Unknown, Value, Why};

/// The result of a function; `None` for a function that is not known here.
pub(super) fn apply(name: &str, args: &[Value], at: Span) -> Option<Value> {
    let first = args.first()?;
    let literal = |index: usize| args.get(index).and_then(Value::as_str);
    Some(match name {
        "prefix" => each_text(first, |text| {
            joined(literal(1).unwrap_or_default(), text, "")
        }),
        "suffix" => each_text(first, |text| {
            joined("", text, literal(1).unwrap_or_default())
        }),
        "join" => first.flat_map(|case| join(&case.data, literal(1).unwrap_or_default(), at)),
        "pick" | "pick_default" => pick(args),
        "any2array" | "Array" => first.flat_map(|case| match &case.data {
            Data::Array(_) | Data::Each(_) => Value::known(case.data.clone()),
            Data::Undef => Value::known(Data::Array([].into())),
            other => Value::known(Data::Array([Value::known(other.clone())].into())),
        }),
        "concat" | "merge" | "deep_merge" => gathered(args, at),
        "flatten"
        | "unique"
        | "sort"
        | "delete_undef_values"
        | "String"
        | "Sensitive"
        | "unwrap" => first.clone(),
        "values" => first.flat_map(|case| match &case.data {
            Data::Hash(entries) => Value::known(Data::Array(
                entries.iter().map(|(_, value)| value.clone()).collect(),
            )),
            other => each_unknown(other, at),
        }),
        "keys" => first.flat_map(|case| match &case.data {
            Data::Hash(entries) => Value::known(Data::Array(
                entries.iter().map(|(key, _)| key.clone()).collect(),
            )),
            other => each_unknown(other, at),
        }),
        "dig" | "get" => args[1..].iter().fold(first.clone(), |value, key| {
            value.flat_map(|case| element(&case.data, key, at))
        }),
        "has_key" => match (first.single(), literal(1)) {
            (Some(Data::Hash(entries)), _) if entries.is_empty() => Value::known(Data::Bool(false)),
            (Some(Data::Hash(entries)), Some(key))
                if entries.iter().all(|(name, _)| name.as_str().is_some()) =>
            {
                Value::known(Data::Bool(
                    entries.iter().any(|(name, _)| name.as_str() == Some(key)),
                ))
            }
            _ => Value::unknown(Why::Expression, Some(at)),
        },
        "empty" => match first.single() {
            Some(Data::Array(items)) => Value::known(Data::Bool(items.is_empty())),
            Some(Data::Hash(entries)) => Value::known(Data::Bool(entries.is_empty())),
            Some(Data::Undef) => Value::known(Data::Bool(true)),
            Some(Data::Text(text)) if text.as_str().is_some() => {
                Value::known(Data::Bool(text.as_str() == Some("")))
            }
            _ => Value::unknown(Why::Expression, Some(at)),
        },
        "defined" | "versioncmp" | "is_ip_address" | "ipresolve" | "fqdn_rand" => {
            Value::unknown(Why::Function(name.into()), Some(at))
        }
        "basename" => each_literal(first, at, |path| {
            path.trim_end_matches('/')
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .to_owned()
        }),
        "dirname" => each_literal(first, at, |path| {
            match path.trim_end_matches('/').rsplit_once('/') {
                Some(("", _)) => "/".to_owned(),
                Some((folder, _)) => folder.to_owned(),
                None => ".".to_owned(),
            }
        }),
        "downcase" => each_literal(first, at, str::to_lowercase),
        "upcase" => each_literal(first, at, str::to_uppercase),
        "strip" => each_literal(first, at, |text| text.trim().to_owned()),
        "chomp" => each_literal(first, at, |text| {
            text.trim_end_matches(['\n', '\r']).to_owned()
        }),
        "split" => match literal(1) {
            Some(separator)
                if !separator.is_empty()
                    && !separator.contains(['[', '\\', '(', '|', '.', '*', '+']) =>
            {
                first.flat_map(|case| match &case.data {
                    Data::Text(text) if text.as_str().is_some() => {
                        let parts = text.as_str().unwrap_or_default().split(separator);
                        Value::known(Data::Array(parts.map(Value::text).collect()))
                    }
                    other => each_unknown(other, at),
                })
            }
            _ => each_unknown(&Data::Undef, at),
        },
        _ => return None,
    })
}

/// Applies `f` to every string of a value or of its elements.
fn each_text(value: &Value, f: impl Fn(&Text) -> Text + Copy) -> Value {
    value.flat_map(|case| {
        Value::known(match &case.data {
            Data::Array(items) => {
                Data::Array(items.iter().map(|item| each_text(item, f)).collect())
            }
            Data::Each(item) => Data::Each(Box::new(each_text(item, f))),
            Data::Unknown(unknown) => Data::Each(Box::new(Value::known(Data::Text(f(
                &Text::hole(unknown.clone()),
            ))))),
            other => Data::Text(f(&text_of(other))),
        })
    })
}

fn joined(before: &str, text: &Text, after: &str) -> Text {
    let mut whole = Text::default();
    for literal in [before].iter().filter(|literal| !literal.is_empty()) {
        whole.push(&Text::literal(*literal));
    }
    whole.push(text);
    if !after.is_empty() {
        whole.push(&Text::literal(after));
    }
    whole
}

fn join(data: &Data, separator: &str, at: Span) -> Value {
    let mut text = Text::default();
    match data {
        Data::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(&Text::literal(separator));
                }
                text.push(&one_text(item, at));
            }
        }
        // Of any length: the first element, and what may follow it.
        Data::Each(item) => {
            text.push(&one_text(item, at));
            text.push(&Text::hole(Unknown {
                why: Why::Expression,
                at: Some(at),
            }));
        }
        other => text = text_of(other),
    }
    Value::known(Data::Text(text))
}

/// A value as one text: where it may be several, what they share at the start.
fn one_text(value: &Value, at: Span) -> Text {
    if let Some(data) = value.single() {
        return text_of(data);
    }
    let texts: Vec<Text> = value.cases.iter().map(|case| text_of(&case.data)).collect();
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
        at: Some(at),
    };
    let mut pieces = vec![Piece::Hole(hole)];
    if !shared.is_empty() {
        pieces.insert(0, Piece::Literal(shared.into()));
    }
    Text { pieces }
}

/// The first argument that is neither `undef` nor empty.
fn pick(args: &[Value]) -> Value {
    let mut cases: Vec<Case> = Vec::new();
    for arg in args {
        let may_be_empty = truth(arg) != Some(true) || arg.as_str() == Some("");
        cases.extend(
            arg.cases
                .iter()
                .filter(|case| case.data != Data::Undef)
                .cloned(),
        );
        if !may_be_empty {
            break;
        }
    }
    if cases.is_empty() {
        Value::undef()
    } else {
        Value::of(cases)
    }
}

/// All elements of all arguments, where all are known.
fn gathered(args: &[Value], at: Span) -> Value {
    let mut items = Vec::new();
    let mut entries = Vec::new();
    for arg in args {
        match arg.single() {
            Some(Data::Array(more)) => items.extend(more.iter().cloned()),
            Some(Data::Hash(more)) => entries.extend(more.iter().cloned()),
            Some(Data::Undef) => {}
            Some(Data::Text(text)) if text.as_str() == Some("") => {}
            Some(Data::Text(text)) => items.push(Value::known(Data::Text(text.clone()))),
            _ => return Value::unknown(Why::Expression, Some(at)),
        }
    }
    Value::known(if entries.is_empty() {
        Data::Array(items.into())
    } else {
        Data::Hash(entries.into())
    })
}

fn each_literal(value: &Value, at: Span, f: impl Fn(&str) -> String + Copy) -> Value {
    value.flat_map(|case| match &case.data {
        Data::Text(text) => match text.as_str() {
            Some(text) => Value::text(f(text)),
            None => Value::unknown(Why::Expression, Some(at)),
        },
        Data::Array(items) => Value::known(Data::Array(
            items.iter().map(|item| each_literal(item, at, f)).collect(),
        )),
        other => Value::known(other.clone()),
    })
}

/// A collection of which nothing is known.
fn each_unknown(data: &Data, at: Span) -> Value {
    let unknown = match data {
        Data::Unknown(unknown) => unknown.clone(),
        _ => Unknown {
            why: Why::Expression,
            at: Some(at),
        },
    };
    Value::known(Data::Each(Box::new(Value::known(Data::Text(Text::hole(
        unknown,
    ))))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::FileId;

    fn at() -> Span {
        Span::whole(FileId(0))
    }

    #[test]
    fn urls_built_from_unknown_hosts_keep_their_scheme() {
        let hosts = Value::unknown(Why::HieraKey("hosts".into()), None);
        let ports = apply("suffix", &[hosts, Value::text(":2379")], at()).unwrap();
        let urls = apply("prefix", &[ports, Value::text("https://")], at()).unwrap();
        let joined = apply("join", &[urls, Value::text(",")], at()).unwrap();
        let Some(Data::Text(text)) = joined.single() else {
            panic!("text")
        };
        assert_eq!(text.prefix(), "https://");
        assert!(text.to_string().contains(":2379"));
    }

    #[test]
    fn pick_takes_what_may_come_first() {
        let picked = apply(
            "pick",
            &[Value::undef(), Value::text("/x"), Value::text("/y")],
            at(),
        )
        .unwrap();
        assert_eq!(picked.as_str(), Some("/x"));
    }
}
