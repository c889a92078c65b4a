//! Annotations of GitHub Actions: workflow commands on standard output
//! (<https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>).
//!
//! A step shows ten errors, ten warnings and ten notices at most; SARIF has no
//! such limit.

use super::printable::printable;
use super::prose::counted;
use super::{Findings, telling};
use crate::finding::Severity;
use crate::verdict::Judged;
use std::fmt::Write as _;

/// The report of `check --format github`: a command a finding.
pub fn github(findings: &Findings) -> String {
    let mut report = String::new();
    for judged in &findings.shown {
        // Writing to a string does not fail.
        let _ = writeln!(report, "{}", command(findings, judged));
    }
    if !findings.gaps.is_empty() {
        let places = counted(findings.gaps.len(), "place");
        let _ = writeln!(
            report,
            "::notice title=ca-lint::{places} could not be seen (ca-lint check -v lists them)"
        );
    }
    report
}

fn command(findings: &Findings, judged: &Judged) -> String {
    let finding = &judged.finding;
    let region = findings.places.region(finding.at);
    let (start, end) = (region.start, region.end);
    let mut place = format!(
        "file={},line={},endLine={}",
        property(&findings.repository_path(finding.at.file)),
        start.line,
        region.last_line(),
    );
    // GitHub knows columns within a line only, and counts the last one in.
    if start.line == end.line {
        let last = end.column.saturating_sub(1).max(start.column);
        let _ = write!(place, ",col={},endColumn={last}", start.column);
    }
    let title = format!("{}[{}]", finding.severity.name(), finding.rule);
    let message = data(&telling::paragraphs(finding).join("\n"));
    let level = level(finding.severity);
    format!("::{level} {place},title={}::{message}", property(&title))
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    }
}

/// A text behind `::`; the runner undoes these three.
fn data(text: &str) -> String {
    printable(text).replace('%', "%25").replace('\n', "%0A")
}

/// A value in front of `::`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_early() {
        assert_eq!(data("100%\r\na::b,c\u{1b}"), "100%25�%0Aa::b,c�");
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }
}
