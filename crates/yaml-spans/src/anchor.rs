//! Names given to nodes.

use crate::Span;

/// An anchor (`&name`) and the node it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Anchor {
    pub(crate) node: u32,
    /// The whole token, `&` included.
    pub(crate) span: Span,
}

impl Anchor {
    /// The name without the `&`, cut from the source the tree was read from.
    pub(crate) fn name<'s>(&self, source: &'s str) -> &'s str {
        &source[self.span.range()][1..]
    }
}
