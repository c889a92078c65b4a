//! Where the bytes of a managed file are, in words.

use ca_audit::{Evidence, SourceEnd};

/// What follows "from": `modules/a/files/ca.pem`, `/x/ca.pem of the same host`.
pub(crate) fn words(evidence: &Evidence, end: &SourceEnd) -> String {
    match end {
        SourceEnd::Repository(file) => evidence.path(*file).to_owned(),
        SourceEnd::SameHost(text) => format!("{text} of the same host"),
        SourceEnd::Inline(span) => format!("text in {}", evidence.path(span.file)),
        SourceEnd::Elsewhere(text) => format!("{text} (not in this tree)"),
        SourceEnd::Unknown(unknown) => format!("a source that depends on {unknown}"),
    }
}

/// One of several, in words.
pub(crate) fn one_of(words: &[String]) -> String {
    match words {
        [] => "a source that cannot be seen".into(),
        [one] => one.clone(),
        [first @ .., last] => format!("one of {} or {last}", first.join(", ")),
    }
}
