//! The end of a report: what was found, what was seen, what was not.

use super::Detail;
use crate::finding::Severity;
use crate::report::Findings;
use crate::report::canvas::{Canvas, Ink};
use crate::report::prose::{counted, listed, wrapped};
use ca_audit::Evidence;
use std::collections::BTreeMap;

/// The closing lines.
pub(super) fn closing(findings: &Findings, canvas: Canvas, detail: Detail) -> String {
    let mut text = format!("{}\n", verdict(findings, canvas));
    let facts = [
        fixable(findings),
        hidden(findings),
        seen(findings.evidence),
        not_seen(findings, detail),
    ];
    for fact in facts.into_iter().filter(|fact| !fact.is_empty()) {
        for line in wrapped(&fact, "", "  ", canvas.prose_width()) {
            text.push_str(&canvas.paint(Ink::Faint, &line));
            text.push('\n');
        }
    }
    text
}

/// `2 errors and 1 warning`.
pub(super) fn verdict(findings: &Findings, canvas: Canvas) -> String {
    let counts = findings.verdict.counts();
    let kinds = [
        (counts.errors, Severity::Error),
        (counts.warnings, Severity::Warning),
        (counts.notes, Severity::Note),
    ];
    let present = kinds.into_iter().filter(|(count, _)| *count > 0);
    let words: Vec<String> = present
        .map(|(count, level)| canvas.paint(Ink::Level(level), &counted(count, level.name())))
        .collect();
    if words.is_empty() {
        return canvas.paint(Ink::Good, "No findings.");
    }
    format!("{}.", listed(&words))
}

/// How many findings `--fix` mends.
fn fixable(findings: &Findings) -> String {
    let count = findings
        .shown
        .iter()
        .filter(|judged| judged.finding.fix.is_some())
        .count();
    match count {
        0 => String::new(),
        1 => "One of these is mended by --fix (--diff shows how).".into(),
        count => format!("{count} of these are mended by --fix (--diff shows how)."),
    }
}

fn hidden(findings: &Findings) -> String {
    let mut words = Vec::new();
    let in_sight = findings
        .shown
        .iter()
        .any(|judged| judged.suppressed.is_some());
    let kinds = kinds_hidden(findings);
    if !kinds.is_empty() {
        let kinds = kinds.join(", ");
        words.push(if in_sight {
            format!("Shown above as asked: {kinds}.")
        } else {
            format!("Hidden: {kinds} (--show-suppressed shows them).")
        });
    }
    if findings.verdict.too_unsure > 0 {
        let count = counted(findings.verdict.too_unsure, "finding");
        words.push(format!("Left out: {count} below --min-confidence."));
    }
    words.join(" ")
}

/// What is out of sight, by who asked for it.
fn kinds_hidden(findings: &Findings) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for judged in &findings.verdict.findings {
        if let Some(suppression) = &judged.suppressed {
            *counts.entry(suppression.name()).or_default() += 1;
        }
    }
    let kind = |(name, words): &(&str, &str)| {
        let count = counts.get(name)?;
        let counted = counted(*count, if *name == "place" { "note" } else { "finding" });
        Some(format!("{counted} {words}"))
    };
    HIDDEN.iter().filter_map(kind).collect()
}

/// Why findings are out of sight, in words, by the names of these reasons.
const HIDDEN: [(&str, &str); 5] = [
    (
        "place",
        "in tests, examples, documentation or vendored copies",
    ),
    ("comment", "that comments ignore"),
    ("configuration", "that the configuration ignores"),
    ("baseline", "of the baseline"),
    ("before", "from before the change"),
];

fn seen(evidence: &Evidence) -> String {
    let inventory = evidence.inventory();
    let cas = inventory
        .iter()
        .filter(|(cert, _)| cert.is_ca() == Some(true))
        .count();
    format!(
        "Seen: {}, {} understood; {} ({}) in {}.",
        counted(evidence.files_seen(), "file"),
        evidence.understood,
        counted(inventory.len(), "certificate"),
        counted(cas, "CA"),
        counted(evidence.certs.len(), "place"),
    )
}

/// What could not be seen, by reason.
pub(super) fn not_seen(findings: &Findings, detail: Detail) -> String {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for gap in &findings.gaps {
        *reasons.entry(gap.reason.name()).or_default() += 1;
    }
    if reasons.is_empty() {
        return String::new();
    }
    let counts: Vec<String> = reasons
        .iter()
        .map(|(reason, count)| format!("{count} {reason}"))
        .collect();
    let hint = if detail == Detail::Verbose {
        ""
    } else {
        " (-v lists them)"
    };
    format!("Not seen: {}{hint}.", listed(&counts))
}
