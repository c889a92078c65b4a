//! Comments.

use crate::Span;

/// A comment, from its `#` to the end of its line, line break not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Where it stands; the slice starts with `#`.
    pub span: Span,
    /// Whether something else stands before it on its line.
    pub trailing: bool,
}
