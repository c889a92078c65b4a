//! What a source did wrong.

use std::fmt;

use crate::Span;

/// A place where the source is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The character the reader stumbled over; empty at the end of the source.
    pub span: Span,
    /// What sort of error it is.
    pub kind: ErrorKind,
    /// The reader's words, in lower case and without a full stop.
    pub message: Box<str>,
}

/// The sort of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text is not YAML (or not JSON). The rest of that document is lost.
    Syntax,
    /// An alias names no anchor before it. The document is read on.
    UnknownAlias,
    /// One of the [`Limits`](crate::Limits) was reached.
    Limit,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
