//! GitLab's code quality report
//! (<https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>).

use super::json::document;
use super::{Findings, telling};
use crate::finding::Severity;
use crate::verdict::Judged;
use serde::Serialize;
use std::collections::HashMap;

/// The report of `check --format gitlab`.
pub fn gitlab(findings: &Findings) -> String {
    let mut seen = HashMap::new();
    let entries: Vec<Entry> = findings
        .shown
        .iter()
        .map(|judged| {
            let times = seen.entry(judged.fingerprint.as_str()).or_insert(0);
            *times += 1;
            entry(findings, judged, *times)
        })
        .collect();
    document(&entries)
}

#[derive(Serialize)]
struct Entry<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// `times`: how many findings there were so far with this fingerprint. GitLab
/// shows one of each.
fn entry<'a>(findings: &Findings, judged: &'a Judged, times: usize) -> Entry<'a> {
    let finding = &judged.finding;
    let region = findings.places.region(finding.at);
    let fingerprint = match times {
        1 => judged.fingerprint.clone(),
        times => format!("{}-{times}", judged.fingerprint),
    };
    Entry {
        description: telling::paragraphs(finding).join("\n\n"),
        check_name: finding.rule,
        fingerprint,
        severity: severity(finding.severity),
        location: Location {
            path: findings.repository_path(finding.at.file),
            lines: Lines {
                begin: region.start.line,
                end: region.last_line(),
            },
        },
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Note => "info",
    }
}
