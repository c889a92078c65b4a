//! One document of a stream.

use crate::{Node, Tree};

/// What a tree keeps of a document: its part of the arena.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DocumentRecord {
    pub(crate) first: u32,
    pub(crate) end: u32,
    /// How many anchors the documents before it hold.
    pub(crate) anchors: u32,
    pub(crate) broken: bool,
}

/// A handle on one document of a [`Tree`].
#[derive(Clone, Copy, Debug)]
pub struct Document<'t> {
    pub(crate) tree: &'t Tree,
    pub(crate) record: &'t DocumentRecord,
}

impl<'t> Document<'t> {
    /// The document's one node; `None` if it broke before any was read.
    pub fn root(&self) -> Option<Node<'t>> {
        (self.record.first < self.record.end).then(|| self.tree.handle(self.record.first))
    }

    /// Whether an error ended the document early. What was read before it is
    /// there; what follows, up to the next `---` or `...`, is not.
    pub fn broken(&self) -> bool {
        self.record.broken
    }

    /// All nodes of the document in source order, parents first.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        let tree = self.tree;
        (self.record.first..self.record.end).map(|index| tree.handle(index))
    }
}
