//! Where the bytes of a managed file come from, in a few words.

use ca_audit::{Evidence, SourceEnd};

/// `a`, `one of a or b`.
pub(crate) fn one_of(words: &[String]) -> String {
    match words {
        [] => "a source that cannot be seen".into(),
        [one] => one.clone(),
        [first @ .., last] => format!("one of {} or {last}", first.join(", ")),
    }
}

/// Where the bytes are, in words.
pub(crate) fn words(evidence: &Evidence, end: &SourceEnd) -> String {
    match end {
        SourceEnd::Repository(file) => evidence.path(*file).to_owned(),
        SourceEnd::SameHost(text) => format!("{text} of the same host"),
        SourceEnd::Inline(span) => format!("text in {}", evidence.path(span.file)),
        SourceEnd::Elsewhere(text) => format!("{text} (not in this tree)"),
        SourceEnd::Unknown(unknown) => format!("a source that depends on {unknown}"),
    }
}
