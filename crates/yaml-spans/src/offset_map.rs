//! Ties the text of a scalar to the source it was decoded from.

mod block;
mod flow;

use crate::arena::{Form, NONE};
use crate::{Node, Span};

/// From byte offsets of a scalar's text to byte offsets of the source.
///
/// Documents embedded in scalars (a kubeconfig in a `ConfigMap`) are read as
/// trees of their own; this leads their places back to the outer file.
#[derive(Clone, Debug)]
pub struct OffsetMap {
    pieces: Vec<Piece>,
    decoded_end: u32,
    source_end: u32,
}

/// A stretch of the text. A verbatim one has the same bytes in the source;
/// any other came whole of an escape, a fold or a line break.
#[derive(Clone, Copy, Debug)]
struct Piece {
    decoded: u32,
    source: Span,
    verbatim: bool,
}

impl OffsetMap {
    pub(crate) fn of(node: Node<'_>) -> Self {
        let source = node.tree().text();
        let content = node.form().content(node.span());
        let Some(decoded) = node.as_str().filter(|_| node.record().data != NONE) else {
            return Self::verbatim(content);
        };
        let mut pieces = Pieces::new(source, decoded);
        match node.form() {
            Form::Literal | Form::Folded => block::align(&mut pieces, node.span()),
            form => flow::align(&mut pieces, form, content),
        }
        pieces.finish(content)
    }

    fn verbatim(content: Span) -> Self {
        Self {
            pieces: vec![Piece {
                decoded: 0,
                source: content,
                verbatim: true,
            }],
            decoded_end: content.len(),
            source_end: content.end,
        }
    }

    /// The place of the text's byte at `offset`; just behind the last
    /// character for an offset at or past the end.
    pub fn source(&self, offset: u32) -> u32 {
        if offset >= self.decoded_end {
            return self.source_end;
        }
        let after = self.pieces.partition_point(|piece| piece.decoded <= offset);
        let Some(piece) = after.checked_sub(1).map(|nth| self.pieces[nth]) else {
            return self.source_end;
        };
        if piece.verbatim {
            piece.source.start + (offset - piece.decoded)
        } else {
            piece.source.start
        }
    }

    /// The source of the text from `start` to `end` (byte offsets into it),
    /// ending with the last character of that range.
    pub fn span(&self, start: u32, end: u32) -> Span {
        let from = self.source(start);
        if end <= start {
            return Span::empty(from);
        }
        Span::new(from, self.end_of(end.min(self.decoded_end)).max(from))
    }

    /// Where the source of the byte before `offset` ends.
    fn end_of(&self, offset: u32) -> u32 {
        let after = self.pieces.partition_point(|piece| piece.decoded < offset);
        let Some(piece) = after.checked_sub(1).map(|nth| self.pieces[nth]) else {
            return self.source_end;
        };
        if piece.verbatim {
            piece.source.start + (offset - piece.decoded)
        } else {
            piece.source.end
        }
    }
}

/// Collects pieces while a source is read again beside its decoded text.
///
/// The decoded text is at hand, so nothing is decoded twice: the aligners only
/// say which bytes of the source belong to its next bytes.
struct Pieces<'a> {
    source: &'a str,
    decoded: &'a str,
    at: usize,
    found: Vec<Piece>,
}

impl<'a> Pieces<'a> {
    fn new(source: &'a str, decoded: &'a str) -> Self {
        Self {
            source,
            decoded,
            at: 0,
            found: Vec::new(),
        }
    }

    /// What of the text has no source yet.
    fn rest(&self) -> &'a str {
        &self.decoded[self.at..]
    }

    /// These source bytes are the next bytes of the text; `false`, and nothing
    /// is noted, when they are not.
    fn verbatim(&mut self, source: Span) -> bool {
        if source.is_empty() {
            return true;
        }
        if !self.rest().starts_with(&self.source[source.range()]) {
            return false;
        }
        self.push(source, source.len() as usize, true);
        true
    }

    /// These source bytes became the next character of the text.
    fn character(&mut self, source: Span) {
        let length = self.rest().chars().next().map_or(0, char::len_utf8);
        self.push(source, length, false);
    }

    fn push(&mut self, source: Span, length: usize, verbatim: bool) {
        if length > 0 {
            self.found.push(Piece {
                decoded: self.at as u32,
                source,
                verbatim,
            });
            self.at += length;
        }
    }

    fn finish(self, content: Span) -> OffsetMap {
        debug_assert!(self.rest().is_empty(), "no source for {:?}", self.rest());
        let source_end = self
            .found
            .last()
            .map_or(content.end, |piece| piece.source.end);
        OffsetMap {
            decoded_end: self.at as u32,
            pieces: self.found,
            source_end,
        }
    }
}
