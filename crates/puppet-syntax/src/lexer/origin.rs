//! Where the text that is being lexed stands in the source file.

use crate::Span;

/// Maps offsets of a lexed text to offsets of the source.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    /// The text is one stretch of the source.
    Shift(u32),
    /// The text of a heredoc whose margin was removed: for every line, its
    /// offset in the text and in the source.
    Lines(Vec<(u32, u32)>),
}

impl Origin {
    pub(super) fn is_stretch(&self) -> bool {
        matches!(self, Self::Shift(_))
    }

    pub(super) fn offset(&self, at: usize) -> u32 {
        let at = at as u32;
        match self {
            Self::Shift(base) => base + at,
            Self::Lines(lines) => {
                let next = lines.partition_point(|&(local, _)| local <= at);
                let (local, source) = lines[next.saturating_sub(1)];
                source + (at - local)
            }
        }
    }

    /// The end of a range is found from its last byte: the first byte after it
    /// may lie behind a removed margin.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        let from = self.offset(start);
        if end <= start {
            return Span::empty(from);
        }
        Span::new(from, self.offset(end - 1) + 1)
    }
}
