//! Where the bytes of a managed file come from, in a few words.

use ca_audit::value::Condition;
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
        SourceEnd::Elsewhere(text) => elsewhere(evidence, &text.to_string()),
        SourceEnd::Unknown(unknown) => format!("a source that depends on {unknown}"),
    }
}

fn elsewhere(evidence: &Evidence, url: &str) -> String {
    match evidence.server_path(url) {
        Some(path) => format!("{url} ({path} of the Puppet server, not in this tree)"),
        None => format!("{url} (not in this tree)"),
    }
}

/// `, if a and not b`: the conditions of a source that are not those of the
/// whole resource; nothing where there are none.
pub(crate) fn when(conditions: &[Condition], known: &[Condition]) -> String {
    const MOST: usize = 3;
    let own = conditions.iter().filter(|it| !known.contains(it));
    let mut words: Vec<String> = own.map(ToString::to_string).collect();
    let more = words.len().saturating_sub(MOST);
    words.truncate(MOST);
    if more > 0 {
        words.push(format!("{more} more"));
    }
    if words.is_empty() {
        return String::new();
    }
    format!(", if {}", words.join(" and "))
}
