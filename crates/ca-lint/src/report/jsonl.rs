//! Findings a line a thing (<https://jsonlines.org>): a header, then each
//! finding, then each gap, as in the JSON document. `kind` tells them apart;
//! whoever reads it skips kinds that are new to him.

use super::json::{Found, GapEntry, Locate, Summary, Tool, found, gaps, summary};
use super::{Findings, SCHEMA_VERSION};
use serde::Serialize;

/// The report of `check --format jsonl`.
pub fn jsonl(findings: &Findings) -> String {
    let locate = Locate {
        evidence: findings.evidence,
        places: &findings.places,
    };
    let header = Line::Header {
        schema_version: SCHEMA_VERSION,
        tool: Tool::THIS,
        summary: summary(findings),
    };
    let shown = findings.shown.iter();
    let shown = shown.map(|judged| Line::Finding(Box::new(found(&locate, judged))));
    let gaps = gaps(&locate, &findings.gaps).into_iter().map(Line::Gap);
    let mut text = String::new();
    for line in std::iter::once(header).chain(shown).chain(gaps) {
        // As for a document: nothing in it can make this fail.
        text.push_str(&serde_json::to_string(&line).unwrap_or_default());
        text.push('\n');
    }
    text
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Line<'a> {
    Header {
        schema_version: u32,
        tool: Tool,
        summary: Summary,
    },
    Finding(Box<Found<'a>>),
    Gap(GapEntry<'a>),
}
