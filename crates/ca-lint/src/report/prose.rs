//! Sentences, wrapped at spaces.

use super::printable::printable;
use textwrap::{Options, WordSeparator, WordSplitter};

/// The lines of `text`; the first is indented with `first`, the others with
/// `rest`.
///
/// Paths and hashes are never broken: they are there to be copied.
pub(super) fn wrapped(text: &str, first: &str, rest: &str, width: usize) -> Vec<String> {
    let options = Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation);
    let text = printable(text);
    let lines = textwrap::wrap(&text, options);
    lines
        .into_iter()
        .map(std::borrow::Cow::into_owned)
        .collect()
}

/// How many columns a text takes.
pub(super) fn columns(text: &str) -> usize {
    textwrap::core::display_width(text)
}

/// `1 error`, `2 errors`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_whole() {
        let lines = wrapped("see modules/a-long-name/x.pp now", "- ", "  ", 16);
        assert_eq!(lines, ["- see", "  modules/a-long-name/x.pp", "  now"]);
    }

    #[test]
    fn lists_read_as_sentences() {
        let items: Vec<String> = ["a", "b", "c"].map(String::from).into();
        assert_eq!(listed(&items), "a, b and c");
        assert_eq!(listed(&items[..1]), "a");
        assert_eq!(
            counted(1, "note") + ", " + &counted(0, "error"),
            "1 note, 0 errors"
        );
    }
}
