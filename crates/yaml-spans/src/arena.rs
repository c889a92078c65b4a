//! The flat store behind a tree: one record a node, in source order.
//!
//! Pre-order with a link past each subtree needs no allocation per node, and
//! nothing that walks, builds or drops it can recurse.

use crate::{Kind, Span, Style};

/// Stands for "no node" and "no tag" in the links below.
pub(crate) const NONE: u32 = u32::MAX;
pub(crate) const NO_TAG: u16 = u16::MAX;

/// One node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    pub(crate) span: Span,
    /// Index of the first node after this one's subtree.
    pub(crate) next: u32,
    pub(crate) parent: u32,
    /// Scalar: index into `Arena::decoded`, or `NONE` when the source is the
    /// text. Alias: the node it means, or `NONE`. Collection: its children.
    pub(crate) data: u32,
    pub(crate) tag: u16,
    pub(crate) form: Form,
    pub(crate) slot: Slot,
}

const _: () = assert!(size_of::<Record>() == 24, "five million of them are kept");

/// What a node is and how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
    BlockSequence,
    FlowSequence,
    BlockMapping,
    FlowMapping,
    Alias,
}

impl Form {
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::BlockSequence | Self::FlowSequence => Kind::Sequence,
            Self::BlockMapping | Self::FlowMapping => Kind::Mapping,
            Self::Alias => Kind::Alias,
            _ => Kind::Scalar,
        }
    }

    pub(crate) fn style(self) -> Style {
        match self {
            Self::Plain | Self::Alias => Style::Plain,
            Self::SingleQuoted => Style::SingleQuoted,
            Self::DoubleQuoted => Style::DoubleQuoted,
            Self::Literal => Style::Literal,
            Self::Folded => Style::Folded,
            Self::BlockSequence | Self::BlockMapping => Style::Block,
            Self::FlowSequence | Self::FlowMapping => Style::Flow,
        }
    }

    /// Where the characters of a scalar stand inside its span.
    pub(crate) fn content(self, span: Span) -> Span {
        match self {
            Self::SingleQuoted | Self::DoubleQuoted if span.len() >= 2 => {
                Span::new(span.start + 1, span.end - 1)
            }
            _ => span,
        }
    }
}

/// What a node is to its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    Root,
    Item,
    Key,
    Value,
}

/// All nodes of a source and the texts that differ from their source.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arena {
    pub(crate) records: Vec<Record>,
    /// Ranges of `buffer`.
    pub(crate) decoded: Vec<Span>,
    pub(crate) buffer: String,
    pub(crate) tags: Vec<Box<str>>,
}

impl Arena {
    /// The text of a scalar; empty for anything else.
    pub(crate) fn scalar_text<'a>(&'a self, index: u32, source: &'a str) -> &'a str {
        let record = &self.records[index as usize];
        if record.form.kind() != Kind::Scalar {
            return "";
        }
        match self.decoded.get(record.data as usize) {
            Some(range) => &self.buffer[range.range()],
            None => &source[record.form.content(record.span).range()],
        }
    }

    /// The node an alias means; any other node is itself.
    pub(crate) fn follow(&self, index: u32) -> u32 {
        let record = &self.records[index as usize];
        if record.form == Form::Alias && record.data != NONE {
            record.data
        } else {
            index
        }
    }

    /// The children of a collection, in order.
    pub(crate) fn children(&self, index: u32) -> Children<'_> {
        let record = &self.records[index as usize];
        Children {
            arena: self,
            at: index + 1,
            end: record.next,
        }
    }
}

/// Walks the children of one collection.
#[derive(Clone, Debug)]
pub(crate) struct Children<'a> {
    arena: &'a Arena,
    at: u32,
    end: u32,
}

impl Iterator for Children<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if self.at >= self.end {
            return None;
        }
        let child = self.at;
        self.at = self.arena.records[child as usize].next;
        Some(child)
    }
}
