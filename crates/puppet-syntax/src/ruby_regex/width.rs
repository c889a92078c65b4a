//! How much text a pattern can match, which look-behind must know.

/// The lengths a part of a pattern can match, in characters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Width {
    lengths: Lengths,
    /// Whether it holds a group that captures.
    captures: bool,
    /// Whether it holds something that look-behind refuses in any case.
    forbidden: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lengths {
    One(u64),
    /// Alternatives of one length each: fine as the whole of a look-behind.
    OneEach,
    Many,
}

impl Width {
    pub(super) const EMPTY: Self = Self::fixed(0);
    pub(super) const FORBIDDEN: Self = Self {
        lengths: Lengths::Many,
        captures: false,
        forbidden: true,
    };

    pub(super) const fn fixed(length: u64) -> Self {
        Self {
            lengths: Lengths::One(length),
            captures: false,
            forbidden: false,
        }
    }

    /// `self` followed by `next`.
    pub(super) fn then(self, next: Self) -> Self {
        let lengths = match (self.lengths, next.lengths) {
            (Lengths::One(0), other) => other,
            (Lengths::One(a), Lengths::One(b)) => Lengths::One(a.saturating_add(b)),
            _ => Lengths::Many,
        };
        self.with(next, lengths)
    }

    /// `self|other`
    pub(super) fn or(self, other: Self) -> Self {
        let lengths = match (self.lengths, other.lengths) {
            (Lengths::Many, _) | (_, Lengths::Many) => Lengths::Many,
            (a, b) if a == b => a,
            _ => Lengths::OneEach,
        };
        self.with(other, lengths)
    }

    const fn with(self, other: Self, lengths: Lengths) -> Self {
        Self {
            lengths,
            captures: self.captures || other.captures,
            forbidden: self.forbidden || other.forbidden,
        }
    }

    pub(super) fn times(self, count: u32) -> Self {
        let lengths = match self.lengths {
            Lengths::One(length) => Lengths::One(length.saturating_mul(u64::from(count))),
            _ => Lengths::Many,
        };
        Self { lengths, ..self }
    }

    pub(super) fn varying(self) -> Self {
        Self {
            lengths: Lengths::Many,
            ..self
        }
    }

    /// As a group that captures.
    pub(super) fn captured(self) -> Self {
        let lengths = if self.lengths == Lengths::OneEach {
            Lengths::Many
        } else {
            self.lengths
        };
        Self {
            lengths,
            captures: true,
            ..self
        }
    }

    /// As a look-around, which matches no text.
    pub(super) fn assertion(self, ahead: bool) -> Self {
        Self {
            lengths: Lengths::One(0),
            captures: self.captures,
            forbidden: self.forbidden || ahead,
        }
    }

    pub(super) fn fits_look_behind(self, negative: bool) -> bool {
        self.lengths != Lengths::Many && !self.forbidden && !(negative && self.captures)
    }
}
