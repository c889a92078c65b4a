//! Findings and gaps in SARIF.

use super::Message;
use super::flow::Flow;
use super::place::{Artifact, Location, Locator, RegionEntry};
use super::rule::{index, level};
use crate::finding::{Edit, Fix};
use crate::report::telling;
use crate::suppression::Suppression;
use crate::verdict::Judged;
use ca_audit::certificate::fingerprint::hex;
use ca_audit::facts::Gap;
use serde::Serialize;
use std::collections::BTreeMap;

/// A finding (SARIF 3.27, `result`).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'a str,
    message: Message,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    code_flows: Vec<Flow>,
    partial_fingerprints: Fingerprints<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<FixEntry<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<SuppressionEntry>,
    properties: Properties<'a>,
}

/// The finding's own, which knows no lines; the name carries the version of how
/// it is made.
#[derive(Serialize)]
struct Fingerprints<'a> {
    #[serde(rename = "caLintFingerprint/v1")]
    ours: &'a str,
}

#[derive(Serialize)]
struct SuppressionEntry {
    kind: &'static str,
    justification: String,
}

#[derive(Serialize)]
struct Properties<'a> {
    confidence: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    certificates: Vec<String>,
}

impl<'a> Outcome<'a> {
    pub(super) fn new(locator: &Locator, judged: &'a Judged) -> Self {
        let finding = &judged.finding;
        let related = finding.related.iter().enumerate();
        Self {
            rule_id: finding.rule,
            rule_index: index(finding.rule),
            level: level(finding.severity),
            message: Message::new(telling::paragraphs(finding).join("\n\n")),
            locations: [locator.location(finding.at, Some(&finding.label))],
            related_locations: related
                .map(|(id, related)| locator.related(related, id))
                .collect(),
            code_flows: Flow::of(locator, finding),
            partial_fingerprints: Fingerprints {
                ours: &judged.fingerprint,
            },
            fixes: finding.fix.iter().map(|it| fix(locator, it)).collect(),
            suppressions: suppressions(judged),
            properties: Properties {
                confidence: finding.confidence.name(),
                certificates: finding.certificates.iter().map(|hash| hex(hash)).collect(),
            },
        }
    }
}

fn suppressions(judged: &Judged) -> Vec<SuppressionEntry> {
    let suppressed = judged.suppressed.iter();
    suppressed
        .map(|suppression| SuppressionEntry {
            // SARIF 3.35.2: in the code itself, or anywhere else.
            kind: match suppression {
                Suppression::Comment(_) => "inSource",
                _ => "external",
            },
            justification: suppression
                .reason()
                .unwrap_or(suppression.name())
                .to_owned(),
        })
        .collect()
}

/// SARIF 3.55, `fix`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FixEntry<'a> {
    description: Message,
    artifact_changes: Vec<Change<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    artifact_location: Artifact,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: RegionEntry,
    inserted_content: Content<'a>,
}

/// A text of a file, as it is.
#[derive(Serialize)]
struct Content<'a> {
    text: &'a str,
}

fn fix<'a>(locator: &Locator, fix: &'a Fix) -> FixEntry<'a> {
    let mut by_file: BTreeMap<_, Vec<&'a Edit>> = BTreeMap::new();
    for edit in &fix.edits {
        by_file.entry(edit.at.file).or_default().push(edit);
    }
    let replacement = |edit: &'a Edit| Replacement {
        deleted_region: locator.region(edit.at),
        inserted_content: Content { text: &edit.text },
    };
    let changes = by_file.values().map(|edits| Change {
        artifact_location: locator.artifact(edits[0].at),
        replacements: edits.iter().map(|edit| replacement(edit)).collect(),
    });
    FixEntry {
        description: Message::new(&fix.title),
        artifact_changes: changes.collect(),
    }
}

/// The run, and what it could not see (SARIF 3.20, `invocation`).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
    descriptor: Reason,
    locations: [Location; 1],
}

#[derive(Serialize)]
struct Reason {
    id: &'static str,
}

impl Invocation {
    pub(super) fn new(locator: &Locator) -> Self {
        let gaps = locator.findings.gaps.iter();
        Self {
            execution_successful: true,
            tool_execution_notifications: gaps.map(|gap| notification(locator, gap)).collect(),
        }
    }
}

fn notification(locator: &Locator, gap: &Gap) -> Notification {
    Notification {
        level: "note",
        message: Message::new(&gap.message),
        descriptor: Reason {
            id: gap.reason.name(),
        },
        locations: [locator.location(gap.at, None)],
    }
}
