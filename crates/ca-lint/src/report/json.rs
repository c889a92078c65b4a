//! Findings for other programs. Others rely on every field here:
//! adding one is free, renaming or removing one raises the schema version.

use super::places::{Places, Region};
use super::{Findings, SCHEMA_VERSION};
use crate::finding::Edit;
use crate::suppression::Suppression;
use crate::verdict::Judged;
use ca_audit::Evidence;
use ca_audit::certificate::fingerprint::hex;
use ca_audit::facts::Gap;
use ca_audit::place::Span;
use serde::Serialize;

/// The report of `check --format json`.
pub fn json(findings: &Findings) -> String {
    let locate = Locate {
        evidence: findings.evidence,
        places: &findings.places,
    };
    let shown = findings.shown.iter();
    document(&Document {
        schema_version: SCHEMA_VERSION,
        tool: Tool::THIS,
        summary: summary(findings),
        findings: shown.map(|judged| found(&locate, judged)).collect(),
        gaps: gaps(&locate, &findings.gaps),
    })
}

/// A document as text with a line break at its end.
pub(super) fn document(document: &impl Serialize) -> String {
    // Maps with keys that are no strings are the only way for this to fail,
    // and there are none; an empty report would be refused by every reader.
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    summary: Summary,
    findings: Vec<Found<'a>>,
    gaps: Vec<GapEntry<'a>>,
}

/// Which program wrote the report.
#[derive(Serialize)]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

impl Tool {
    /// This one.
    pub(super) const THIS: Self = Self {
        name: "ca-lint",
        version: env!("CARGO_PKG_VERSION"),
    };
}

/// What was seen and how much of it is wrong.
#[derive(Serialize)]
pub(super) struct Summary {
    files_seen: usize,
    files_understood: usize,
    certificates: usize,
    ca_certificates: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    suppressed: usize,
}

/// The summary of a report.
pub(super) fn summary(findings: &Findings) -> Summary {
    let inventory = findings.evidence.inventory();
    let cas = inventory
        .iter()
        .filter(|(cert, _)| cert.is_ca() == Some(true));
    let counts = findings.verdict.counts();
    Summary {
        files_seen: findings.evidence.files_seen(),
        files_understood: findings.evidence.understood,
        certificates: inventory.len(),
        ca_certificates: cas.count(),
        errors: counts.errors,
        warnings: counts.warnings,
        notes: counts.notes,
        suppressed: counts.suppressed,
    }
}

/// A finding.
#[derive(Serialize)]
pub(super) struct Found<'a> {
    rule: &'a str,
    severity: &'a str,
    confidence: &'a str,
    message: &'a str,
    effect: &'a str,
    help: &'a str,
    location: Location<'a>,
    related: Vec<RelatedEntry<'a>>,
    certificates: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixEntry<'a>>,
    fingerprint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppression_reason: Option<&'a str>,
}

/// A change that mends a finding: each edit puts a text in the place of what
/// stands from its line and column to the end.
#[derive(Serialize)]
struct FixEntry<'a> {
    title: &'a str,
    edits: Vec<EditEntry<'a>>,
}

#[derive(Serialize)]
struct EditEntry<'a> {
    #[serde(flatten)]
    location: Location<'a>,
    text: &'a str,
}

#[derive(Serialize)]
struct RelatedEntry<'a> {
    #[serde(flatten)]
    location: Location<'a>,
    message: &'a str,
}

/// The entry of a finding.
pub(super) fn found<'a>(locate: &Locate<'a>, judged: &'a Judged) -> Found<'a> {
    let finding = &judged.finding;
    let related = finding.related.iter().map(|related| RelatedEntry {
        location: locate.location(related.at),
        message: &related.message,
    });
    Found {
        rule: finding.rule,
        severity: finding.severity.name(),
        confidence: finding.confidence.name(),
        message: &finding.message,
        effect: &finding.effect,
        help: &finding.help,
        location: locate.location(finding.at),
        related: related.collect(),
        certificates: finding.certificates.iter().map(|hash| hex(hash)).collect(),
        fix: finding.fix.as_ref().map(|fix| FixEntry {
            title: &fix.title,
            edits: edits(locate, &fix.edits),
        }),
        fingerprint: &judged.fingerprint,
        suppressed: judged.suppressed.as_ref().map(Suppression::name),
        suppression_reason: judged.suppressed.as_ref().and_then(Suppression::reason),
    }
}

fn edits<'a>(locate: &Locate<'a>, edits: &'a [Edit]) -> Vec<EditEntry<'a>> {
    let entry = |edit: &'a Edit| EditEntry {
        location: locate.location(edit.at),
        text: &edit.text,
    };
    edits.iter().map(entry).collect()
}

/// Something that could not be seen.
#[derive(Serialize)]
pub(super) struct GapEntry<'a> {
    reason: &'a str,
    message: &'a str,
    location: Location<'a>,
}

/// The entries of all `gaps`.
pub(super) fn gaps<'a>(locate: &Locate<'a>, gaps: &[&'a Gap]) -> Vec<GapEntry<'a>> {
    let entry = |gap: &&'a Gap| GapEntry {
        reason: gap.reason.name(),
        message: &gap.message,
        location: locate.location(gap.at),
    };
    gaps.iter().map(entry).collect()
}

/// A place as other programs read it.
#[derive(Serialize)]
pub(super) struct Location<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

/// Tells spans as locations.
pub(super) struct Locate<'a> {
    /// Has the paths.
    pub(super) evidence: &'a Evidence,
    /// Has the lines.
    pub(super) places: &'a Places,
}

impl<'a> Locate<'a> {
    /// The place of a span that was resolved.
    pub(super) fn location(&self, span: Span) -> Location<'a> {
        let Region { start, end } = self.places.region(span);
        Location {
            path: self.evidence.path(span.file),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Confidence, Finding, Related, Severity};
    use crate::verdict::{Policy, judge};
    use ca_audit::place::FileId;
    use ca_audit::{Request, audit, tree::Memory};

    fn finding(file: u32, start: usize) -> Finding {
        let at = Span::new(FileId(file), start, start + 1);
        Finding {
            rule: "divergent-ca",
            severity: Severity::Warning,
            confidence: Confidence::High,
            message: "two".into(),
            effect: String::new(),
            help: "make it one".into(),
            at,
            label: String::new(),
            related: vec![Related::new(at, "why")],
            certificates: vec![[0xab; 32]],
            fix: None,
            identity: Vec::new(),
        }
    }

    #[test]
    fn the_form_is_the_contract() {
        let tree = Memory::new().with("a", "é\nx y\n").with("spec/b", "x");
        let evidence = audit(&tree, &Request::default());
        let policy = Policy::default();
        let findings = vec![finding(0, 5), finding(1, 0), finding(0, 3)];
        let verdict = judge(&evidence, findings, &policy);
        let report = json(&Findings::new(&tree, &evidence, &verdict, false));
        let report: serde_json::Value = serde_json::from_str(&report).expect("it is JSON");
        assert_eq!(report["schema_version"], 1);
        assert_eq!(report["summary"]["warnings"], 2);
        assert_eq!(report["summary"]["suppressed"], 1);
        let lines: Vec<&serde_json::Value> = (0..2)
            .map(|n| &report["findings"][n]["location"]["column"])
            .collect();
        assert_eq!(lines, [1, 3]);
        let first = &report["findings"][0];
        let location = serde_json::json!({"path": "a", "line": 2, "column": 1, "end_line": 2, "end_column": 2});
        assert_eq!(first["location"], location);
        assert_eq!(first["related"][0]["message"], "why");
        assert_eq!(first["certificates"][0], "ab".repeat(32));
        assert_eq!(first["fingerprint"].as_str().map(str::len), Some(64));
        assert!(first.get("suppressed").is_none());
    }
}
