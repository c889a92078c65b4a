//! Places in a source text.

/// A half-open range of byte offsets into one source text.
///
/// Offsets are `u32`: a source is at most 4 GiB, and a tree with its spans
/// stays small enough to be kept beside the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset just past the last byte.
    pub end: u32,
}

impl Span {
    /// The range from `start` up to, not including, `end`.
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// An empty range at `offset`.
    pub const fn empty(offset: u32) -> Self {
        Self::new(offset, offset)
    }

    /// The text at this place.
    ///
    /// Empty if `source` is not the text the span was made from and the range
    /// does not fit it.
    pub fn of(self, source: &str) -> &str {
        source
            .get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }

    /// The smallest range that holds both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// Number of bytes.
    pub const fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether the range holds no byte.
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// Whether `offset` lies inside.
    pub const fn contains(self, offset: u32) -> bool {
        self.start <= offset && offset < self.end
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    #[test]
    fn a_foreign_span_reads_nothing() {
        assert_eq!(Span::new(1, 3).of("abcd"), "bc");
        assert_eq!(Span::new(1, 9).of("abcd"), "");
        assert_eq!(Span::new(1, 2).of("é"), "");
    }

    #[test]
    fn joining_spans_covers_both() {
        assert_eq!(Span::new(4, 6).to(Span::new(1, 2)), Span::new(1, 6));
    }
}
