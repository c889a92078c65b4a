//! What a Ruby function may return, from its source.
//!
//! No Ruby is run. A string literal that is returned, assigned, or stands
//! alone as the last word of a branch may be the result; together they are the
//! candidates. A function that builds its result otherwise stays unknown.

use crate::place::Span;
use crate::puppet::code::RubyFunction;

/// A string that a function may return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The string.
    pub text: String,
    /// Where it stands.
    pub at: Span,
}

/// The absolute paths that `function` may return, in order of appearance.
///
/// Only paths: other strings in a function are too often messages, keys or
/// patterns.
pub(super) fn candidate_paths(function: &RubyFunction) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    let mut start = 0;
    for line in function.text.split_inclusive('\n') {
        if let Some(literal) = Literal::on(line)
            && literal.text.starts_with('/')
            && !literal.text.contains("#{")
            && literal
                .name
                .is_none_or(|name| returns(&function.text, name))
            && found.iter().all(|other| other.text != literal.text)
        {
            let at = start + literal.offset;
            found.push(Candidate {
                text: literal.text.to_owned(),
                at: Span::new(function.file, at, at + literal.text.len()),
            });
        }
        start += line.len();
    }
    found
}

/// A string that is returned, assigned, or stands alone on its line.
struct Literal<'l> {
    /// The variable it is assigned to.
    name: Option<&'l str>,
    text: &'l str,
    /// Where the text begins on the line.
    offset: usize,
}

impl<'l> Literal<'l> {
    fn on(line: &'l str) -> Option<Self> {
        let code = line.trim_start();
        let is_name = |name: &str| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|c| c.is_alphanumeric() || c == '_' || c == '@')
        };
        let (name, value) = match (code.strip_prefix("return "), code.split_once('=')) {
            (Some(value), _) => (None, value),
            (None, Some((name, value))) if is_name(name.trim_end()) => {
                (Some(name.trim_end()), value)
            }
            _ => (None, code),
        };
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let (text, rest) = value[1..].split_once(quote)?;
        let rest = rest.trim();
        let ends = rest.is_empty()
            || rest.starts_with(['#', '}'])
            || rest.starts_with("if ")
            || rest.starts_with("unless ");
        ends.then(|| Self {
            name,
            text,
            offset: line.len() - value.len() + 1,
        })
    }
}

/// Whether a variable is returned, or is a branch's last word.
fn returns(source: &str, name: &str) -> bool {
    source.lines().map(str::trim).any(|line| {
        let value = line.strip_prefix("return ").unwrap_or(line);
        value.split_whitespace().next() == Some(name)
            && (value.len() == name.len() || line.starts_with("return "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::FileId;

    #[test]
    fn finds_what_is_returned_and_assigned() {
        let text = "default = '/a'\nother = '/no'\nself = \"/b\" # why\nself\nreturn default if x\nreturn '/c' if x == '/no'\nfail('/no')\n'/d'\nx = \"/e#{y}\"\n";
        let function = RubyFunction::new(FileId(0), text.into());
        let found: Vec<&str> = function
            .paths()
            .iter()
            .map(|candidate| candidate.text.as_str())
            .collect();
        assert_eq!(found, ["/a", "/b", "/c", "/d"]);
        let first = &function.paths()[0];
        assert_eq!(&text[first.at.start as usize..first.at.end as usize], "/a");
    }
}
