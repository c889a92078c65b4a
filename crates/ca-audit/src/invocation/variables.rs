//! Variables that a text itself gives values: `A=…` of shells, units and
//! environment files, `A: …` and `name: A` of documents. A command that uses
//! one is started with what stands there.

use super::names::is_whole_name;
use super::value::of_variable;
use memchr::memmem;
use std::ops::Range;

/// A variable that is used in a text: `$A`, `${A}`, `${A:-default}`, `$(A)`.
pub(super) struct Use<'t> {
    /// The whole of it.
    pub(super) at: Range<usize>,
    /// Its name.
    pub(super) name: &'t str,
    /// Whether it stands for something else where it is not set.
    pub(super) has_default: bool,
}

/// Assignments of one variable that are looked at.
const MAX_ASSIGNMENTS: usize = 8;

/// The variables that are used in a range.
pub(super) fn uses<'t>(text: &'t str, range: &Range<usize>) -> Vec<Use<'t>> {
    let mut found = Vec::new();
    let mut at = range.start;
    while let Some(dollar) = memchr::memchr(b'$', &text.as_bytes()[at..range.end]) {
        let start = at + dollar;
        at = start + 1;
        if let Some(used) = used_at(text, start, range.end) {
            at = used.at.end;
            found.push(used);
        }
    }
    found
}

fn used_at(text: &str, start: usize, end: usize) -> Option<Use<'_>> {
    let rest = &text[start + 1..end];
    let close = match rest.as_bytes().first()? {
        b'{' => Some('}'),
        b'(' => Some(')'),
        _ => None,
    };
    let inner = if close.is_some() { &rest[1..] } else { rest };
    let len = inner
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(inner.len());
    let name = &inner[..len];
    if name.is_empty() {
        return None;
    }
    let after = &inner[len..];
    let Some(close) = close else {
        return Some(Use {
            at: start..start + 1 + len,
            name,
            has_default: false,
        });
    };
    let to_close = after.find(close)?;
    let operator = &after[..to_close];
    // `$(command)` is no variable, `${a.b}` and `${a['b']}` are other languages'.
    let is_variable =
        operator.is_empty() || (close == '}' && operator.starts_with([':', '-', '%', '#', '/']));
    is_variable.then(|| Use {
        at: start..start + 2 + len + to_close + 1,
        name,
        has_default: operator.starts_with(":-") || operator.starts_with('-'),
    })
}

/// The values that a text gives a variable, comments aside.
pub(super) fn values(text: &str, name: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    if name.len() < 2 {
        return found;
    }
    for start in memmem::find_iter(text.as_bytes(), name) {
        let end = start + name.len();
        let is_used = text[..start].ends_with(['$', '{']) || text[..start].ends_with("$(");
        if is_used || !is_whole_name(text.as_bytes(), start, end) || is_comment(text, start) {
            continue;
        }
        if let Some(value) = of_variable(text, start, end)
            && !found.contains(&value)
        {
            found.push(value);
        }
        if found.len() == MAX_ASSIGNMENTS {
            break;
        }
    }
    found
}

/// The ranges of the values of every variable that is used in a range, and of
/// those that these use.
pub(super) fn expansions(text: &str, range: &Range<usize>) -> Vec<Range<usize>> {
    const MAX: usize = 24;
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    let mut open = vec![range.clone()];
    while let Some(next) = open.pop() {
        for used in uses(text, &next) {
            if names.contains(&used.name) || names.len() >= MAX {
                continue;
            }
            names.push(used.name);
            for value in values(text, used.name) {
                let is_new = !range.contains(&value.start) && !found.contains(&value);
                if is_new && found.len() < MAX {
                    found.push(value.clone());
                    open.push(value);
                }
            }
        }
    }
    found.sort_by_key(|value| value.start);
    found
}

/// Whether the line around `at` is a comment.
pub(super) fn is_comment(text: &str, at: usize) -> bool {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let lead = text[line..at].trim_start();
    lead.starts_with('#') || lead.starts_with("//") || lead.starts_with(';')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_in_every_form() {
        let text = "x $A ${B} ${C:-d} $(D) $(date +%s) ${e.f} $";
        let names: Vec<&str> = uses(text, &(0..text.len()))
            .iter()
            .map(|used| used.name)
            .collect();
        assert_eq!(names, ["A", "B", "C", "D"]);
    }

    #[test]
    fn values_are_followed() {
        let text = "OPTS=\"--a $MORE\"\n# OPTS=no\nMORE='--b'\nrun $OPTS\n";
        let at = text.find("run").unwrap();
        let found: Vec<&str> = expansions(text, &(at..text.len()))
            .into_iter()
            .map(|range| &text[range])
            .collect();
        assert_eq!(found, ["--a $MORE", "--b"]);
    }
}
