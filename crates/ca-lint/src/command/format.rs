//! The forms of a report of findings.

use super::options::Global;
use super::terminal::detail;
use crate::report::{self, Canvas, Findings};
use clap::ValueEnum;

/// Forms of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Human,
    /// For people, read out: sentences, nothing drawn
    Narrated,
    /// A line a finding, for people, editors and grep
    Concise,
    /// One document for other programs, with all that is known
    Json,
    /// The same, a line a finding
    Jsonl,
    /// For code scanning and editors (SARIF 2.1.0)
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// GitLab's code quality report
    Gitlab,
    /// A test report: errors and warnings are failures
    Junit,
    /// For reviewdog, Jenkins and editors
    Checkstyle,
    /// A table for comments and job summaries
    Markdown,
}

impl Format {
    /// The report in this form; `canvas` is what people read theirs on.
    pub(super) fn report(self, findings: &Findings, global: &Global, canvas: Canvas) -> String {
        match self {
            Self::Human if global.quiet => report::concise(findings, canvas),
            Self::Human => report::human(findings, canvas, detail(global)),
            Self::Narrated => report::narrated(findings, detail(global)),
            Self::Concise => report::concise(findings, canvas),
            Self::Json => report::json(findings),
            Self::Jsonl => report::jsonl(findings),
            Self::Sarif => report::sarif(findings),
            Self::Github => report::github(findings),
            Self::Gitlab => report::gitlab(findings),
            Self::Junit => report::junit(findings),
            Self::Checkstyle => report::checkstyle(findings),
            Self::Markdown => report::markdown(findings),
        }
    }

    /// Whether it has no room for what could not be seen.
    pub(super) fn hides_gaps(self) -> bool {
        matches!(self, Self::Gitlab | Self::Junit | Self::Checkstyle)
    }

    /// Its name on the command line.
    pub(super) fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }
}
