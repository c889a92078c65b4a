//! What libyaml, and with it Psych and go-yaml, reads and YAML 1.2 forbids.
//!
//! * `*name: value`: YAML 1.2 lets a colon into anchor names, so its parsers
//!   read an alias `name:` and then fail; libyaml ends the name before it.
//! * `'text'# comment`: YAML 1.2 wants a blank before the `#`.
//!
//! When the parser fails at such a place, the token is masked by characters
//! that move no offset, and the text is read again: an alias by a plain scalar
//! that the reader turns back, a comment by blanks.

use std::borrow::Cow;

use crate::Span;

/// How many bytes may be read again in all. Each mask costs a reading of what
/// stands before it, which would be quadratic without a bound.
const REREAD_BYTES: u64 = 2 << 20;

/// A token that the parser must not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mask {
    pub(crate) span: Span,
    pub(crate) quirk: Quirk,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quirk {
    /// `*name`, right before a colon.
    AliasKey,
    /// A comment, to the end of its line.
    Comment,
}

/// The masks of one text.
#[derive(Debug)]
pub(crate) struct Masks<'s> {
    text: Cow<'s, str>,
    /// In source order.
    tokens: Vec<Mask>,
    reread: u64,
}

impl<'s> Masks<'s> {
    pub(crate) fn none(source: &'s str) -> Self {
        Self {
            text: Cow::Borrowed(source),
            tokens: Vec::new(),
            reread: 0,
        }
    }

    /// The text with every token masked.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether there is time to read once more.
    pub(crate) fn has_time(&self) -> bool {
        self.reread < REREAD_BYTES
    }

    pub(crate) fn add(&mut self, mask: Mask) {
        let filler = match mask.quirk {
            Quirk::AliasKey => "x",
            Quirk::Comment => " ",
        };
        let filler = filler.repeat(mask.span.len() as usize);
        self.text.to_mut().replace_range(mask.span.range(), &filler);
        self.reread += u64::from(mask.span.end);
        let nth = self
            .tokens
            .partition_point(|other| other.span.start < mask.span.start);
        self.tokens.insert(nth, mask);
    }

    /// The alias masked at `start`.
    pub(crate) fn alias_at(&self, start: u32) -> Option<Span> {
        self.find(start)
            .filter(|mask| mask.quirk == Quirk::AliasKey)
            .map(|mask| mask.span)
    }

    /// The comments masked.
    pub(crate) fn comments(&self) -> impl Iterator<Item = Span> {
        self.tokens
            .iter()
            .filter(|mask| mask.quirk == Quirk::Comment)
            .map(|mask| mask.span)
    }

    /// The alias key at `at` that is not masked yet.
    pub(crate) fn alias_key(&self, source: &str, at: u32) -> Option<Mask> {
        let rest = source.get(at as usize..)?.strip_prefix('*')?;
        let name = rest
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
            .count();
        let mask = Mask {
            span: Span::new(at, at + 1 + name as u32),
            quirk: Quirk::AliasKey,
        };
        let is_key = name > 0 && rest[name..].starts_with(':');
        (is_key && self.find(at).is_none()).then_some(mask)
    }

    /// The comment at `at` that is not masked yet.
    pub(crate) fn comment(&self, source: &str, at: u32) -> Option<Mask> {
        let rest = source.get(at as usize..)?;
        let line = rest.split(['\r', '\n']).next().unwrap_or_default();
        let mask = Mask {
            span: Span::new(at, at + line.len() as u32),
            quirk: Quirk::Comment,
        };
        (line.starts_with('#') && self.find(at).is_none()).then_some(mask)
    }

    fn find(&self, start: u32) -> Option<&Mask> {
        let nth = self
            .tokens
            .binary_search_by_key(&start, |mask| mask.span.start)
            .ok()?;
        Some(&self.tokens[nth])
    }
}
