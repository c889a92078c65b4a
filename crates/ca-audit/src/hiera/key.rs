//! Keys that are asked for: `profile::tls.certs.0."a.b"`.
//! (`puppet/pops/lookup/lookup_key.rb`, `sub_lookup.rb`.)

use super::datum::{Datum, Key, Kind};
use super::failure::{Failure, Stop};
use smol_str::SmolStr;

/// A key of a lookup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookupKey {
    /// As it was written.
    pub text: SmolStr,
    /// The key in the data files.
    pub root: SmolStr,
    /// The way into its value.
    pub segments: Vec<Key>,
}

impl LookupKey {
    /// Reads a key.
    ///
    /// # Errors
    /// A key with empty segments or unbalanced quotes is a syntax error.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let mut segments = split(text)
            .ok_or_else(|| Failure::new(format!("Syntax error in key: '{text}'")))?
            .into_iter();
        let root = segments
            .next()
            .map_or_else(SmolStr::default, |it| it.name());
        Ok(Self {
            text: text.into(),
            root,
            segments: segments.collect(),
        })
    }

    /// The module whose own data may hold it: `tls` of `tls::ca`.
    pub fn module(&self) -> Option<&str> {
        Some(self.root.split_once("::")?.0)
    }

    /// The part of `value` that the segments lead to; `None` where there is
    /// none.
    ///
    /// # Errors
    /// A segment into something that is neither a hash nor a list.
    pub fn dig(&self, value: Datum) -> Result<Option<Datum>, Stop> {
        dig(&self.text, &self.segments, value)
    }
}

/// Splits at dots outside quotes; `None` for what Puppet refuses.
pub(super) fn split(text: &str) -> Option<Vec<Key>> {
    if !text.contains(['"', '\'', '.']) {
        return Some(vec![Key::Text(text.into())]);
    }
    let mut segments = Vec::new();
    let mut rest = text;
    loop {
        let (segment, after) = segment(rest)?;
        segments.push(segment);
        if after.is_empty() {
            return Some(segments);
        }
        rest = after.strip_prefix('.')?;
    }
}

fn segment(text: &str) -> Option<(Key, &str)> {
    let opened = text.trim_start();
    if let Some(quote) = opened.chars().next().filter(|it| matches!(it, '"' | '\'')) {
        let (inner, after) = opened[1..].split_once(quote)?;
        let is_empty = inner.is_empty();
        return (!is_empty).then(|| (Key::Text(inner.into()), after.trim_start()));
    }
    let end = text.find(['"', '\'', '.']).unwrap_or(text.len());
    let (bare, after) = text.split_at(end);
    if bare.is_empty() {
        return None;
    }
    let bare = bare.trim();
    Some((
        whole_number(bare).map_or_else(|| Key::Text(bare.into()), Key::Int),
        after,
    ))
}

/// `/^(:?[+-]?[0-9]+)$/` and `to_i`, which knows nothing of the colon.
fn whole_number(text: &str) -> Option<i64> {
    let number = text.strip_prefix(':').unwrap_or(text);
    let digits = number.strip_prefix(['+', '-']).unwrap_or(number);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if text.starts_with(':') {
        return is_number.then_some(0);
    }
    is_number.then(|| number.parse().unwrap_or(i64::MAX))
}

pub(super) fn dig(whole: &str, segments: &[Key], mut value: Datum) -> Result<Option<Datum>, Stop> {
    for segment in segments {
        let inner = match (value.kind, segment) {
            (Kind::Null, _) => None,
            (Kind::Array(mut items), Key::Int(index)) => usize::try_from(*index)
                .ok()
                .filter(|index| *index < items.len())
                .map(|index| items.swap_remove(index)),
            (Kind::Hash(mut hash), segment) => hash.swap_remove(segment),
            (Kind::Unknown(unknown), _) => {
                return Ok(Some(Datum::made(Kind::Unknown(unknown))));
            }
            (_, segment) => {
                let message = format!(
                    "a hash-like object was expected to access value using '{}' from key '{whole}'",
                    segment.name()
                );
                return Err(Failure::new(message).into());
            }
        };
        match inner {
            Some(inner) => value = inner,
            None => return Ok(None),
        }
    }
    Ok(Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_split_outside_quotes() {
        let key = LookupKey::parse("a::b.'x.y'.0.\"z\"").unwrap();
        assert_eq!(key.root, "a::b");
        assert_eq!(key.module(), Some("a"));
        let names = [Key::from("x.y"), Key::Int(0), Key::from("z")];
        assert_eq!(key.segments, names);
    }

    #[test]
    fn empty_segments_are_refused() {
        for key in ["a..b", ".a", "a.", "a.''", "a\"b\""] {
            assert!(LookupKey::parse(key).is_err(), "{key}");
        }
    }
}
