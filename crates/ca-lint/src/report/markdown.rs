//! Markdown for comments and job summaries of GitHub and GitLab
//! (<https://github.github.com/gfm/>): a table, a row a finding.

use super::Findings;
use super::human::{not_seen, verdict};
use super::printable::printable;
use super::telling;
use crate::verdict::Judged;
use std::fmt::Write as _;

/// The report of `check --format markdown`.
pub fn markdown(findings: &Findings) -> String {
    let mut report = format!("### ca-lint: {}\n", verdict(findings));
    if !findings.shown.is_empty() {
        report.push_str("\n| level | rule | place | finding |\n|---|---|---|---|\n");
    }
    for judged in &findings.shown {
        report.push_str(&row(findings, judged));
    }
    let not_seen = not_seen(findings);
    if !not_seen.is_empty() {
        // Writing to a string does not fail.
        let _ = write!(report, "\n{}\n", prose(&not_seen));
    }
    report
}

fn row(findings: &Findings, judged: &Judged) -> String {
    let finding = &judged.finding;
    let start = findings.places.region(finding.at).start;
    let path = findings.evidence.path(finding.at.file);
    let place = format!("{path}:{}:{}", start.line, start.column);
    let paragraphs = telling::paragraphs(finding);
    let paragraphs: Vec<String> = paragraphs.iter().map(|text| prose(text)).collect();
    format!(
        "| {} | {} | {} | {} |\n",
        finding.severity.name(),
        code(finding.rule),
        code(&place),
        paragraphs.join("<br>")
    )
}

/// A text in which nothing is markup; on one line.
fn prose(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in printable(text).chars() {
        match character {
            '\n' => escaped.push(' '),
            // Nobody is called, and no issue is linked.
            '@' | '#' => {
                escaped.push(character);
                escaped.push_str("<!-- -->");
            }
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '!' | '|' | '~' | '$' => {
                escaped.push('\\');
                escaped.push(character);
            }
            character => escaped.push(character),
        }
    }
    escaped
}

/// A text in a fixed width in the cell of a table: the fence is longer than any
/// of its own, and a pipe would end the cell even here.
fn code(text: &str) -> String {
    let text = printable(text).replace('\n', " ").replace('|', "\\|");
    let longest = text.split(|letter| letter != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or(0) + 1);
    if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) {
        return format!("{fence} {text} {fence}");
    }
    format!("{fence}{text}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_no_markup() {
        assert_eq!(
            prose("<b>*x*|`y`\n@me #1 [a](b) ${c}\u{1b}"),
            "&lt;b&gt;\\*x\\*\\|\\`y\\` @<!-- -->me #<!-- -->1 \\[a\\]\\(b\\) \\$\\{c\\}�"
        );
    }

    #[test]
    fn code_keeps_to_its_cell() {
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(code("a\nb"), "`a b`");
    }
}
