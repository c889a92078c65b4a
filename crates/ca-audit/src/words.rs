//! Searching for a few words at once.

use aho_corasick::{AhoCorasick, MatchKind};

/// A searcher for a few short words.
///
/// Leftmost-first, because only then does the library search with vector
/// instructions; which of the words is found never matters here.
///
/// # Panics
/// If the words are too many for an automaton, which takes millions.
pub(crate) fn searcher<W: AsRef<[u8]>>(words: impl IntoIterator<Item = W>) -> AhoCorasick {
    let built = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostFirst)
        .build(words);
    built.expect("a few short words")
}
