//! Numbers and strings, with the way back from a decoded string to its source.

use super::Expr;
use crate::Span;
use crate::escape::{self, Place};
use smol_str::SmolStr;

/// A number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// Decimal, octal (`0` first) or hexadecimal (`0x` first). Numbers beyond
    /// the range of `i64` saturate; Puppet refuses them when evaluating.
    Integer(i64),
    /// With a fraction or an exponent.
    Float(f64),
}

/// A piece of string text as the program will see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The text with escapes resolved and heredoc margins removed.
    pub value: SmolStr,
    /// Where it stands in the source, without quotes.
    pub span: Span,
    /// How it is written.
    pub form: TextForm,
}

impl Text {
    /// Whether the value is not simply the source text.
    pub fn escapes(&self, source: &str) -> bool {
        self.span.of(source) != self.value
    }

    /// The source offset of the byte that lies at `offset` in the value.
    ///
    /// A character that was written as an escape lies where the escape starts.
    /// Offsets past the end give the end of the text.
    pub fn source_offset(&self, source: &str, offset: usize) -> u32 {
        let raw = self.span.of(source);
        if raw == self.value {
            return (self.span.start + offset as u32).min(self.span.end);
        }
        escape::source_offset(
            raw,
            Place {
                base: self.span.start,
                offset,
            },
            self.form,
            source,
        )
    }
}

/// How a [`Text`] is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextForm {
    /// Without quotes.
    Bare,
    /// Between single quotes.
    Single,
    /// Between double quotes, or part of such a string.
    Double,
    /// In a heredoc, or part of one.
    Heredoc {
        /// The escapes that its tag enables.
        escapes: Escapes,
        /// Where the blanks stand that are removed from the start of every
        /// line; empty if none are.
        margin: Span,
    },
}

/// A set of escape sequences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Escapes(pub(crate) u16);

impl Escapes {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const BACKSLASH: Self = Self(1);
    pub(crate) const QUOTES: Self = Self(1 << 1);
    pub(crate) const DOLLAR: Self = Self(1 << 2);
    pub(crate) const R: Self = Self(1 << 3);
    pub(crate) const N: Self = Self(1 << 4);
    pub(crate) const T: Self = Self(1 << 5);
    pub(crate) const S: Self = Self(1 << 6);
    pub(crate) const U: Self = Self(1 << 7);
    pub(crate) const NEWLINE: Self = Self(1 << 8);
    /// What a double-quoted string knows.
    pub(crate) const DOUBLE: Self = Self(0x1ff);

    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// A part of an interpolated string.
#[derive(Debug, Clone, PartialEq)]
pub enum StringPart {
    /// Fixed text; never empty.
    Text(Text),
    /// `$variable` or `${expression}`. The span of the expression is without
    /// the `${` and `}`.
    Expr(Expr),
}

/// `@("END":syntax/escapes)` and its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Heredoc {
    /// What the tag says the text is written in, such as `json`.
    pub syntax: Option<SmolStr>,
    /// A [`super::ExprKind::String`], or a [`super::ExprKind::Interpolated`]
    /// if the text has interpolations. Its span is the place of the text,
    /// which lies after the line of the tag.
    pub text: Expr,
}
