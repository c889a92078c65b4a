//! Literal (`|`) and folded (`>`) scalars.

use super::Pieces;
use crate::{Span, block_scalar};

/// Aligns line by line. A line break of the source is a line break of the
/// text, a blank (folded) or nothing (folded or chomped); which, the text says.
pub(super) fn align(pieces: &mut Pieces<'_>, span: Span) {
    let source = pieces.source;
    let is_blank = block_scalar::is_blank(pieces.decoded);
    let indent = (!is_blank).then(|| block_scalar::indent(source, span));
    let mut at = block_scalar::first_line(source, span, pieces.decoded);
    let mut breaks: Vec<Span> = Vec::new();
    while at < source.len() && !pieces.rest().is_empty() {
        let line = Line::at(source, at);
        at = line.line_break.end as usize;
        let content = line.content(source, indent, pieces.rest(), breaks.len());
        if !content.is_empty() {
            flush(pieces, &mut breaks);
            if !pieces.verbatim(content) {
                return;
            }
        }
        breaks.push(line.line_break);
    }
    flush_tail(pieces, &breaks);
}

struct Line {
    /// Indentation included.
    text: Span,
    line_break: Span,
}

impl Line {
    fn at(source: &str, start: usize) -> Self {
        let rest = &source.as_bytes()[start..];
        let length = memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
        let width = match rest.get(length..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([_, ..]) => 1,
            _ => 0,
        };
        let end = start + length;
        Self {
            text: Span::new(start as u32, end as u32),
            line_break: Span::new(end as u32, (end + width) as u32),
        }
    }

    /// The part behind the indentation.
    ///
    /// A text of blank lines does not tell its indentation; there as much as
    /// the text's line is long is content.
    fn content(&self, source: &str, indent: Option<usize>, rest: &str, breaks: usize) -> Span {
        let line = &source[self.text.range()];
        let cut = if let Some(indent) = indent {
            let blanks = line.bytes().take(indent);
            blanks.take_while(|&byte| byte == b' ').count()
        } else {
            let text = rest.split('\n').nth(breaks).unwrap_or_default();
            line.len().saturating_sub(text.len())
        };
        Span::new(self.text.start + cut as u32, self.text.end)
    }
}

/// Gives the breaks between two lines of text their characters: the last of
/// them stand for line breaks, the first may be lost in folding.
fn flush(pieces: &mut Pieces<'_>, breaks: &mut Vec<Span>) {
    let kept = newlines(pieces.rest()).min(breaks.len());
    if kept == 0 && !breaks.is_empty() {
        pieces.character(breaks[0]);
    }
    for &line_break in &breaks[breaks.len() - kept..] {
        pieces.character(line_break);
    }
    breaks.clear();
}

/// At the end chomping keeps the first breaks.
fn flush_tail(pieces: &mut Pieces<'_>, breaks: &[Span]) {
    let kept = newlines(pieces.rest()).min(breaks.len());
    for &line_break in &breaks[..kept] {
        pieces.character(line_break);
    }
}

fn newlines(text: &str) -> usize {
    text.bytes().take_while(|&byte| byte == b'\n').count()
}
