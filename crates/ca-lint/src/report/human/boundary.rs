//! Byte offsets moved to where a character begins.
//!
//! Spans lie on such boundaries; these keep a span that does not from ending
//! the run.

/// The last boundary at or before `at`.
pub(super) fn floor(source: &str, at: usize) -> usize {
    let at = at.min(source.len());
    (0..=at)
        .rev()
        .find(|at| source.is_char_boundary(*at))
        .unwrap_or(0)
}

/// The first boundary at or after `at`; the end where there is none.
pub(super) fn ceil(source: &str, at: usize) -> usize {
    (at..source.len())
        .find(|at| source.is_char_boundary(*at))
        .unwrap_or(source.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_move_to_characters() {
        assert_eq!([floor("aé", 2), ceil("aé", 2)], [1, 3]);
        assert_eq!([floor("aé", 9), ceil("aé", 9)], [3, 3]);
        assert_eq!([floor("aé", 1), ceil("aé", 1)], [1, 1]);
    }
}
