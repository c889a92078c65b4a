//! `%{…}` in values and in paths. (`puppet/pops/lookup/interpolation.rb`.)

use super::datum::{Datum, Hash, Key, Kind};
use super::failure::{Failure, Stop};
use super::key::split;
use super::world::{Binding, World, plain_name};
use crate::value::{Text, Unknown, Why};
use smol_str::SmolStr;
use std::convert::Infallible;

/// What looks a key up for `%{lookup('…')}`.
pub(super) trait Looks {
    /// The world of the lookup.
    fn world(&self) -> &World<'_>;

    /// The value of `key`; an empty string where it has none.
    ///
    /// # Errors
    /// Those of a lookup.
    fn look_up(&mut self, key: &str) -> Result<Datum, Stop>;

    /// Runs `inner` while `name` counts as being looked up.
    ///
    /// # Errors
    /// Those of `inner`, and a name that is being looked up already.
    fn guarded<T>(
        &mut self,
        name: &str,
        inner: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop>
    where
        Self: Sized;
}

/// Interpolates a value at every depth, the keys of hashes included.
///
/// # Errors
/// What Puppet refuses.
pub(super) fn interpolate<L: Looks>(value: Datum, context: &mut L) -> Result<Datum, Stop> {
    let at = value.at;
    let kind = match value.kind {
        Kind::Text(text) => return whole_text(text, at, context),
        Kind::Array(items) => Kind::Array(
            items
                .into_iter()
                .map(|item| interpolate(item, context))
                .collect::<Result<_, _>>()?,
        ),
        Kind::Hash(hash) => {
            let mut result = Hash::new();
            for (key, value) in hash {
                let key = interpolate_key(key, context)?;
                result.insert(key, interpolate(value, context)?);
            }
            Kind::Hash(result)
        }
        kind => kind,
    };
    Ok(Datum { kind, at })
}

fn interpolate_key<L: Looks>(key: Key, context: &mut L) -> Result<Key, Stop> {
    match &key {
        Key::Text(text) if text.contains("%{") => {
            let datum = whole_text(Text::literal(text.as_str()), None, context)?;
            Ok(Key::of(&datum))
        }
        _ => Ok(key),
    }
}

fn whole_text<L: Looks>(
    text: Text,
    at: Option<crate::place::Span>,
    context: &mut L,
) -> Result<Datum, Stop> {
    let plain = |text| Datum {
        kind: Kind::Text(text),
        at,
    };
    let Some(subject) = text.as_str().filter(|text| text.contains("%{")) else {
        return Ok(plain(text));
    };
    // `alias` gives the whole value, whatever its type.
    if let [Part::Expression(expression)] = parts(subject).as_slice()
        && let Some(("alias", key)) = method(expression.trim())
    {
        let value = context.look_up(key)?;
        return Ok(Datum {
            kind: value.kind,
            at: value.at.or(at),
        });
    }
    filled(subject, |expression| evaluate(expression, context)).map(plain)
}

/// A string with what `value` gives for each of its expressions that is not
/// empty.
fn filled<E>(text: &str, mut value: impl FnMut(&str) -> Result<Text, E>) -> Result<Text, E> {
    let mut result = Text::default();
    for part in parts(text) {
        match part {
            Part::Literal(text) => result.push(&Text::literal(text)),
            Part::Expression(expression) if is_empty(expression.trim()) => {}
            Part::Expression(expression) => result.push(&value(expression.trim())?),
        }
    }
    Ok(result)
}

/// A piece of a string.
pub(super) enum Part<'t> {
    /// As it stands.
    Literal(&'t str),
    /// What stands between `%{` and `}`.
    Expression(&'t str),
}

/// Puts holes where a value is interpolated: for one that is read outside any
/// lookup.
pub fn with_holes(value: Datum) -> Datum {
    let at = value.at;
    let kind = match value.kind {
        Kind::Text(text) => Kind::Text(text_with_holes(text, at)),
        Kind::Array(items) => Kind::Array(items.into_iter().map(with_holes).collect()),
        Kind::Hash(hash) => Kind::Hash(
            hash.into_iter()
                .map(|(key, value)| (key, with_holes(value)))
                .collect(),
        ),
        kind => kind,
    };
    Datum { kind, at }
}

fn text_with_holes(text: Text, at: Option<crate::place::Span>) -> Text {
    let Some(subject) = text.as_str().filter(|text| text.contains("%{")) else {
        return text;
    };
    let hole = |expression: &str| {
        let why = match method(expression) {
            Some(("literal", text)) => return Ok(Text::literal(text)),
            Some(("lookup" | "hiera" | "alias", key)) => Why::HieraKey(key.into()),
            Some((_, name)) => Why::Variable(plain_name(name)),
            None => Why::Variable(plain_name(expression)),
        };
        Ok::<_, Infallible>(Text::hole(Unknown { why, at }))
    };
    let Ok(filled) = filled(subject, hole);
    filled
}

/// The pieces of a string, in order.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("%{") {
        let Some(len) = rest[start..].find('}') else {
            break;
        };
        if start > 0 {
            parts.push(Part::Literal(&rest[..start]));
        }
        parts.push(Part::Expression(&rest[start + 2..start + len]));
        rest = &rest[start + len + 1..];
    }
    if !rest.is_empty() {
        parts.push(Part::Literal(rest));
    }
    parts
}

/// What an expression puts into its string.
fn evaluate<L: Looks>(expression: &str, context: &mut L) -> Result<Text, Stop> {
    let (name, value) = match method(expression) {
        None => (
            format!("scope:{expression}"),
            variable_or_hole(expression, context)?,
        ),
        Some(("scope", key)) => (format!("scope:{key}"), variable_or_hole(key, context)?),
        Some(("lookup" | "hiera", key)) => (key.to_owned(), context.look_up(key)?),
        Some(("literal", key)) => (key.to_owned(), Datum::text(key)),
        Some(("alias", _)) => {
            let message = "'alias' interpolation is only permitted if the expression is equal to the entire string";
            return Err(Failure::new(message).into());
        }
        Some((method, _)) => {
            let message = format!("Unknown interpolation method '{method}'");
            return Err(Failure::new(message).into());
        }
    };
    let value = context.guarded(&name, |context| interpolate(value, context))?;
    Ok(value.to_text())
}

fn is_empty(expression: &str) -> bool {
    matches!(expression, "" | "::" | "\"\"" | "''" | "\"::\"" | "'::'")
}

/// `name('key')`, in single or double quotes.
pub(super) fn method(expression: &str) -> Option<(&str, &str)> {
    let (name, rest) = expression.split_once('(')?;
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if name.is_empty() || !name.bytes().all(is_word) {
        return None;
    }
    let inner = rest.strip_suffix(')')?;
    let quote = inner.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    let key = inner.strip_prefix(quote)?.strip_suffix(quote)?;
    (!key.is_empty() && !key.contains(quote)).then_some((name, key))
}

/// A variable in a value: what is not known of it leaves a hole.
fn variable_or_hole<L: Looks>(name: &str, context: &L) -> Result<Datum, Stop> {
    Ok(match variable(name, context.world())? {
        Binding::Known(value) => value.unwrap_or_default(),
        Binding::Open | Binding::NoneOf(_) => {
            let why = Why::Variable(plain_name(name));
            Datum::made(Kind::Text(Text::hole(Unknown { why, at: None })))
        }
    })
}

/// What the variable of an expression is.
///
/// # Errors
/// A name that cannot be split, and segments into something that has none.
pub(super) fn variable<'w>(name: &str, world: &World<'w>) -> Result<Binding<'w>, Stop> {
    let mut segments = split(name)
        .ok_or_else(|| Failure::new(format!("Syntax error in string: {name}")))?
        .into_iter();
    let root: SmolStr = segments
        .next()
        .map_or_else(SmolStr::default, |it| it.name());
    let segments: Vec<Key> = segments.collect();
    world.variable(name, &root, &segments)
}

/// A string of a hierarchy in a world: text with holes for what is open.
///
/// # Errors
/// Methods, which Puppet refuses in a hierarchy.
pub(super) fn in_hierarchy(text: &str, world: &World<'_>) -> Result<Text, Stop> {
    in_hierarchy_at(text, world, 0)
}

/// Values are interpolated again, as deep as they go.
fn in_hierarchy_at(text: &str, world: &World<'_>, depth: usize) -> Result<Text, Stop> {
    if depth > 20 {
        return Err(Failure::new(format!("Recursive lookup detected in {text}")).into());
    }
    filled(text, |expression| {
        if method(expression).is_some() {
            let message = "Interpolation using method syntax is not allowed in this context";
            return Err(Failure::new(message).into());
        }
        match variable(expression, world)? {
            Binding::Known(value) => {
                let value = value.unwrap_or_default().to_text();
                match value.as_str().filter(|value| value.contains("%{")) {
                    Some(inner) => in_hierarchy_at(inner, world, depth + 1),
                    None => Ok(value),
                }
            }
            Binding::Open | Binding::NoneOf(_) => {
                let why = Why::Variable(plain_name(expression));
                Ok(Text::hole(Unknown { why, at: None }))
            }
        }
    })
}
