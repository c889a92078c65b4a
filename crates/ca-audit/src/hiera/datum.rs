//! A value of Hiera's data: what YAML, JSON and HOCON have in common, with the
//! place where each part of it is written.

use crate::place::Span;
use crate::ruby_float::float_to_s;
use crate::value::{Case, Data, Origin, Text, Unknown, Value};
use indexmap::IndexMap;
use smol_str::SmolStr;
use std::fmt::Write as _;
use std::sync::Arc;

/// A value and the place where it is written; values are equal whatever their
/// places.
#[derive(Clone, Debug)]
pub struct Datum {
    /// What it is.
    pub kind: Kind,
    /// Where it is written; `None` for what a lookup has made.
    pub at: Option<Span>,
}

/// What a [`Datum`] is.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// YAML's null.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// Any other number.
    Float(f64),
    /// A string; what is interpolated from something unknown is a hole.
    Text(Text),
    /// A Ruby symbol (`:sym`), which Puppet takes in its configuration and
    /// refuses as a value.
    Symbol(SmolStr),
    /// A list.
    Array(Vec<Datum>),
    /// A hash in the order in which its keys came.
    Hash(Hash),
    /// A value that Puppet keeps out of its output.
    Sensitive(Box<Datum>),
    /// Something that cannot be seen.
    Unknown(Unknown),
}

/// A hash.
pub type Hash = IndexMap<Key, Datum>;

/// A key of a hash. `1` and `"1"` are two keys.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// A string.
    Text(SmolStr),
    /// A whole number.
    Int(i64),
    /// Anything else, as Ruby would print it.
    Other(SmolStr),
}

impl Default for Datum {
    fn default() -> Self {
        Self::made(Kind::Null)
    }
}

impl PartialEq for Datum {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Datum {
    /// A value that nobody has written down.
    pub fn made(kind: Kind) -> Self {
        Self { kind, at: None }
    }

    /// A string.
    pub fn text(text: &str) -> Self {
        Self::made(Kind::Text(Text::literal(text)))
    }

    /// The string, where it is one without holes.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => text.as_str(),
            Kind::Symbol(name) => Some(name),
            _ => None,
        }
    }

    /// Whether all of it can be seen.
    pub fn is_seen(&self) -> bool {
        match &self.kind {
            Kind::Unknown(_) => false,
            Kind::Text(text) => text.first_hole().is_none(),
            Kind::Array(items) => items.iter().all(Self::is_seen),
            Kind::Hash(hash) => hash.values().all(Self::is_seen),
            Kind::Sensitive(inner) => inner.is_seen(),
            _ => true,
        }
    }

    /// Whether JSON can hold it: it has no infinity.
    pub fn is_json(&self) -> bool {
        match &self.kind {
            Kind::Float(value) => value.is_finite(),
            Kind::Array(items) => items.iter().all(Self::is_json),
            Kind::Hash(hash) => hash.values().all(Self::is_json),
            _ => true,
        }
    }

    /// Whether Puppet takes it for a value at every depth.
    pub fn is_value(&self) -> bool {
        match &self.kind {
            Kind::Symbol(_) => false,
            Kind::Array(items) => items.iter().all(Self::is_value),
            Kind::Hash(hash) => hash
                .iter()
                .all(|(key, value)| key.is_value() && value.is_value()),
            _ => true,
        }
    }

    /// The hash, where it is one.
    pub fn as_hash(&self) -> Option<&Hash> {
        match &self.kind {
            Kind::Hash(hash) => Some(hash),
            _ => None,
        }
    }

    /// The value under a string key of a hash.
    pub fn get(&self, key: &str) -> Option<&Datum> {
        self.as_hash()?.get(&Key::from(key))
    }

    /// Whether Ruby takes it for true.
    pub fn is_truthy(&self) -> bool {
        !matches!(self.kind, Kind::Null | Kind::Bool(false))
    }

    /// What Ruby's `to_s` gives, which is what interpolation puts into a string.
    pub fn to_text(&self) -> Text {
        match &self.kind {
            Kind::Null => Text::default(),
            Kind::Text(text) => text.clone(),
            Kind::Unknown(unknown) => Text::hole(unknown.clone()),
            _ => Text::literal(self.inspected()),
        }
    }

    /// What Ruby's `inspect` gives.
    pub fn inspected(&self) -> String {
        let mut out = String::new();
        self.inspect(&mut out, false);
        out
    }

    /// One text for all equal values: hashes are equal whatever the order of
    /// their keys.
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        self.inspect(&mut out, true);
        out
    }

    fn inspect(&self, out: &mut String, is_sorted: bool) {
        match &self.kind {
            Kind::Null => out.push_str("nil"),
            Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Kind::Int(value) => drop(write!(out, "{value}")),
            Kind::Float(value) => out.push_str(&float_to_s(*value)),
            Kind::Symbol(name) => drop(write!(out, ":{name}")),
            Kind::Text(text) => inspect_text(&text.to_string(), out),
            Kind::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index > 0 { ", " } else { "" });
                    item.inspect(out, is_sorted);
                }
                out.push(']');
            }
            Kind::Hash(hash) => inspect_hash(hash, out, is_sorted),
            Kind::Sensitive(inner) if is_sorted => inner.inspect(out, true),
            Kind::Sensitive(_) => out.push_str(REDACTED),
            Kind::Unknown(unknown) => drop(write!(out, "${{{unknown}}}")),
        }
    }

    /// The datum that a value of the evaluator is, where all of it is known.
    pub fn of_value(value: &Value) -> Option<Self> {
        let kind = match value.single()? {
            Data::Undef => Kind::Null,
            Data::Bool(value) => Kind::Bool(*value),
            Data::Integer(value) => Kind::Int((*value).into()),
            Data::Float(value) => Kind::Float(*value),
            Data::Text(text) => Kind::Text(Text::literal(text.as_str()?)),
            Data::Array(items) => {
                Kind::Array(items.iter().map(Self::of_value).collect::<Option<_>>()?)
            }
            Data::Hash(entries) => {
                let entry = |(key, value): &(Value, Value)| {
                    Some((Key::of(&Self::of_value(key)?), Self::of_value(value)?))
                };
                Kind::Hash(entries.iter().map(entry).collect::<Option<_>>()?)
            }
            Data::Default
            | Data::Regex(_)
            | Data::Each(_)
            | Data::Reference { .. }
            | Data::Unknown(_) => {
                return None;
            }
        };
        Some(Self::made(kind))
    }

    /// The same as a value of the evaluator.
    pub fn into_value(self) -> Value {
        self.into_value_from(&|_| Vec::new())
    }

    /// The same, in which everything says where it is written and that it is `what`.
    pub fn into_value_of(self, what: &Arc<str>) -> Value {
        let from = |at: Option<Span>| {
            let what = what.clone();
            at.map(|at| Origin { at, what }).into_iter().collect()
        };
        self.into_value_from(&from)
    }

    fn into_value_from(self, from: &impl Fn(Option<Span>) -> Vec<Origin>) -> Value {
        let at = self.at;
        let inner = |datum: Self| datum.into_value_from(from);
        let data = match self.kind {
            Kind::Null => Data::Undef,
            Kind::Bool(value) => Data::Bool(value),
            Kind::Int(value) => match i64::try_from(value) {
                Ok(value) => Data::Integer(value),
                Err(_) => Data::Text(Text::literal(value.to_string())),
            },
            Kind::Float(value) => Data::Float(value),
            Kind::Text(text) => Data::Text(text),
            Kind::Symbol(name) => Data::Text(Text::literal(name.as_str())),
            Kind::Array(items) => Data::Array(items.into_iter().map(inner).collect()),
            Kind::Hash(hash) => Data::Hash(
                hash.into_iter()
                    .map(|(key, value)| (key.into_value(), inner(value)))
                    .collect(),
            ),
            Kind::Sensitive(datum) => return inner(*datum),
            Kind::Unknown(unknown) => Data::Unknown(unknown),
        };
        let case = Case {
            from: from(at),
            ..Case::new(data)
        };
        Value {
            cases: [case].into(),
        }
    }
}

/// What Puppet prints instead of a sensitive value (`PSensitiveType`).
pub const REDACTED: &str = "Sensitive [value redacted]";

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl Key {
    /// The key as a string, as JSON has it.
    pub fn name(&self) -> SmolStr {
        match self {
            Self::Text(text) | Self::Other(text) => text.clone(),
            Self::Int(value) => smol_str::format_smolstr!("{value}"),
        }
    }

    /// Whether Puppet takes it for a key: strings and numbers.
    fn is_value(&self) -> bool {
        match self {
            Self::Other(name) => name.parse::<f64>().is_ok(),
            Self::Text(_) | Self::Int(_) => true,
        }
    }

    /// The key that a value is where it stands as one.
    pub fn of(datum: &Datum) -> Self {
        match &datum.kind {
            Kind::Text(text) => Self::Text(text.to_string().into()),
            Kind::Symbol(name) => Self::Text(name.clone()),
            Kind::Int(value) => match i64::try_from(*value) {
                Ok(value) => Self::Int(value),
                Err(_) => Self::Other(datum.inspected().into()),
            },
            _ => Self::Other(datum.inspected().into()),
        }
    }

    fn into_value(self) -> Value {
        match self {
            Self::Int(value) => Value::known(Data::Integer(value)),
            other => Value::text(other.name().as_str()),
        }
    }
}

fn inspect_hash(hash: &Hash, out: &mut String, is_sorted: bool) {
    let mut entries: Vec<_> = hash.iter().collect();
    if is_sorted {
        entries.sort_by_key(|(key, _)| *key);
    }
    out.push('{');
    for (index, (key, value)) in entries.into_iter().enumerate() {
        out.push_str(if index > 0 { ", " } else { "" });
        match key {
            Key::Text(text) => inspect_text(text, out),
            key => out.push_str(&key.name()),
        }
        out.push_str("=>");
        value.inspect(out, is_sorted);
    }
    out.push('}');
}

/// `String#inspect` for printable text.
fn inspect_text(text: &str, out: &mut String) {
    out.push('"');
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{1b}' => out.push_str("\\e"),
            '#' if matches!(characters.peek(), Some('{' | '$' | '@')) => out.push_str("\\#"),
            other => out.push(other),
        }
    }
    out.push('"');
}
