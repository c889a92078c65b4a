//! Comments that speak to a linter: `# ca-lint: ignore[rule] reason`.

use super::Dialect;
use crate::facts::{Directive, Facts, Gap, Reason};
use crate::sniff::Form;
use crate::view::View;
use memchr::memmem;
use std::ops::Range;

pub(super) const DIALECT: Dialect = Dialect {
    name: "text with comments for a linter",
    reads: |form| !matches!(form, Form::Der | Form::KeyStore | Form::Gzip | Form::Binary),
    nests: false,
    extract,
};

/// What such a comment begins with.
const WORD: &[u8] = b"ca-lint:";

/// What may stand before it, longest first where one begins another.
const MARKS: [&str; 13] = [
    "{{- /*", "{{/*", "<%#-", "<%#", "<!--", "{#-", "{#", "/*", "//", "--", "#", ";", "%",
];

/// What ends a comment that ends before its line.
const ENDS: [&str; 8] = ["*/ -}}", "*/}}", "-%>", "%>", "-->", "-#}", "#}", "*/"];

/// Lines after the first that one comment can be about: the value of one key.
const MAX_LINES: usize = 400;

/// Such comments of one file; nobody writes more by hand, and each costs a look
/// at the lines below it.
const MAX_COMMENTS: usize = 10_000;

fn extract(view: &View, form: Form, facts: &mut Facts) {
    let bytes = view.bytes;
    let mut line = 0..0;
    let mut is_taken = false;
    let (mut lines_above, mut counted_to) = (0, 0);
    for start in memmem::find_iter(bytes, WORD) {
        if start >= line.end {
            line = line_of(bytes, start);
            lines_above += memchr::memchr_iter(b'\n', &bytes[counted_to..start]).count() as u32;
            counted_to = start;
            is_taken = false;
        }
        // A comment ends its line, or has said what it wants.
        if is_taken {
            continue;
        }
        let before = bytes[line.start..start].trim_ascii_end();
        let mark = MARKS.iter().find(|mark| before.ends_with(mark.as_bytes()));
        let Some(mark) = mark.filter(|mark| form != Form::Prose || **mark == "<!--") else {
            continue;
        };
        is_taken = true;
        if facts.directives.len() == MAX_COMMENTS {
            facts.gaps.push(Gap {
                reason: Reason::TooMany,
                message: format!(
                    "more than {MAX_COMMENTS} comments for ca-lint; the rest is not read"
                ),
                at: view.span(start..start + WORD.len()),
            });
            break;
        }
        let code = before[..before.len() - mark.len()].trim_ascii();
        let end = end_of(bytes, start, &line);
        let about = if code.is_empty() {
            below(bytes, line.end)
        } else {
            with_its_rest(bytes, line.clone())
        };
        facts.directives.push(Directive {
            at: view.span(start..end),
            about: view.span(about),
            lines_above,
            text: String::from_utf8_lossy(bytes[start + WORD.len()..end].trim_ascii()).into(),
        });
    }
}

/// The line around `at`, without its end.
fn line_of(bytes: &[u8], at: usize) -> Range<usize> {
    let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |before| before + 1);
    let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |after| at + after);
    start..end
}

/// Where the comment ends that begins at `start`.
fn end_of(bytes: &[u8], start: usize, line: &Range<usize>) -> usize {
    let rest = &bytes[start..line.end];
    let ends = ENDS
        .iter()
        .filter_map(|end| memmem::find(rest, end.as_bytes()));
    let len = ends.min().unwrap_or(rest.len());
    start + rest[..len].trim_ascii_end().len()
}

/// A comment with a line of its own is about the next line that is neither
/// empty nor such a comment.
fn below(bytes: &[u8], end: usize) -> Range<usize> {
    let mut end = end;
    for _ in 0..MAX_LINES {
        if end >= bytes.len() {
            break;
        }
        let line = line_of(bytes, end + 1);
        let text = bytes[line.clone()].trim_ascii();
        if !text.is_empty() && memmem::find(text, WORD).is_none() {
            return with_its_rest(bytes, line);
        }
        end = line.end;
    }
    end..end
}

/// A line, and what belongs to it where no comment can stand: the lines of a
/// block of YAML text, those that a `\` at the end joins.
fn with_its_rest(bytes: &[u8], line: Range<usize>) -> Range<usize> {
    let text = &bytes[line.clone()];
    let indent = indent(text);
    let is_block = opens_block(text);
    let mut end = line.end;
    let mut is_joined = is_joined(text);
    for _ in 0..MAX_LINES {
        if end >= bytes.len() || !(is_block || is_joined) {
            break;
        }
        let next = line_of(bytes, end + 1);
        let text = &bytes[next.clone()];
        let is_inside = text.trim_ascii().is_empty() || self::indent(text) > indent;
        if !is_joined && !is_inside {
            break;
        }
        is_joined = self::is_joined(text);
        end = next.end;
    }
    line.start..end
}

fn indent(line: &[u8]) -> usize {
    line.len() - line.trim_ascii_start().len()
}

fn is_joined(line: &[u8]) -> bool {
    line.trim_ascii_end().ends_with(b"\\")
}

/// `key: |`, `- >-`, with or without a comment behind (YAML 1.2, §8.1).
fn opens_block(line: &[u8]) -> bool {
    let code = match memmem::find(line, b" #") {
        Some(comment) => &line[..comment],
        None => line,
    };
    let code = code.trim_ascii_end();
    let head = code.rsplit(|byte| *byte == b' ').next().unwrap_or_default();
    let of_head = |byte: &u8| matches!(byte, b'-' | b'+' | b'0'..=b'9');
    matches!(head.first(), Some(b'|' | b'>'))
        && head[1..].iter().all(of_head)
        && head.len() < code.len()
}

#[cfg(test)]
mod tests {
    use super::MAX_COMMENTS;
    use crate::tree::Memory;
    use crate::{Request, audit};

    /// What each comment says, and the text that it is about.
    fn directives<'t>(path: &str, text: &'t str) -> Vec<(String, &'t str)> {
        let evidence = audit(&Memory::new().with(path, text), &Request::default());
        let directives = evidence.directives.iter();
        directives
            .map(|it| {
                (
                    it.text.to_string(),
                    &text[it.about.start as usize..it.about.end as usize],
                )
            })
            .collect()
    }

    #[test]
    fn comments_of_every_kind() {
        for (path, comment) in [
            ("a.yaml", "# ca-lint: ignore[x] y"),
            ("a.pp", "  /* ca-lint: ignore[x] y */"),
            ("a.erb", "<%# ca-lint: ignore[x] y -%>"),
            ("a.go", "//ca-lint: ignore[x] y"),
            ("README.md", "<!-- ca-lint: ignore[x] y -->"),
            ("a.j2", "{# ca-lint: ignore[x] y #}"),
            ("templates/a.yaml", "{{/* ca-lint: ignore[x] y */}}"),
            ("a.ini", "; ca-lint: ignore[x] y"),
        ] {
            let text = format!("{comment}\nnext\n");
            let found = directives(path, &text);
            assert_eq!(found, [("ignore[x] y".to_owned(), "next")], "{path}");
        }
    }

    #[test]
    fn no_comments() {
        for (path, text) in [
            ("a.sh", "echo ca-lint: ignore[x] y"),
            ("README.md", "Write `# ca-lint: ignore[x] y`."),
        ] {
            assert!(directives(path, text).is_empty(), "{text}");
        }
    }

    /// Neither many comments nor a long line make reading slow.
    #[test]
    fn comments_without_end() {
        for text in [
            "# ca-lint: x\n".repeat(200_000),
            "# ca-lint: x ".repeat(2_000_000),
        ] {
            let evidence = audit(&Memory::new().with("a.sh", text), &Request::default());
            assert!(evidence.directives.len() <= MAX_COMMENTS);
        }
    }

    #[test]
    fn lines_are_counted() {
        let text = "a\n# ca-lint: x\n\n# ca-lint: y\n";
        let evidence = audit(&Memory::new().with("a.sh", text), &Request::default());
        let lines: Vec<u32> = evidence
            .directives
            .iter()
            .map(|it| it.lines_above)
            .collect();
        assert_eq!(lines, [1, 3]);
    }

    #[test]
    fn what_a_comment_is_about() {
        let about = |text| directives("a.yaml", text)[0].1.to_owned();
        assert_eq!(about("a: 1 # ca-lint: x\nb: 2\n"), "a: 1 # ca-lint: x");
        assert_eq!(about("# ca-lint: x\n\n# ca-lint: y\na: 1\nb: 2\n"), "a: 1");
        assert_eq!(
            about("# ca-lint: x\na: |\n  b\n\n  c\nd: 2\n"),
            "a: |\n  b\n\n  c"
        );
        assert_eq!(
            about("a: | # ca-lint: x\n  b\nd: 2\n"),
            "a: | # ca-lint: x\n  b"
        );
        assert_eq!(
            about("# ca-lint: x\nrun \\\n --flag \\\n --more\nnext\n"),
            "run \\\n --flag \\\n --more"
        );
        assert_eq!(about("a: 1\n# ca-lint: x"), "");
    }
}
