//! What people and programs get to read. Pure: facts in, text out.
//!
//! A new form is a file here and a value of `--format`.

mod canvas;
pub mod change;
mod checkstyle;
mod concise;
mod gap_groups;
mod github;
mod gitlab;
pub mod graph;
mod human;
pub mod inventory;
mod json;
mod jsonl;
mod junit;
mod markdown;
mod mistake;
mod page;
mod places;
mod printable;
mod prose;
mod rule_document;
mod rules;
mod sarif;
mod starter;
mod statistics;
mod telling;
pub mod why;
mod xml;

pub use canvas::Canvas;
pub use checkstyle::checkstyle;
pub use concise::concise;
pub use github::github;
pub use gitlab::gitlab;
pub use human::{Detail, human, narrated};
pub use json::json;
pub use jsonl::jsonl;
pub use junit::junit;
pub use markdown::markdown;
pub use mistake::mistake;
pub use page::page;
pub use places::{Places, Region};
pub(crate) use printable::printable;
pub(crate) use prose::counted;
pub use rule_document::{document_url, rule_document, rule_index};
pub use rules::rules;
pub use sarif::sarif;
pub use starter::starter;
pub use statistics::{Phase, statistics};

use crate::source_roots::SourceRoots;
use crate::verdict::{Judged, Verdict};
use ca_audit::Evidence;
use ca_audit::facts::Gap;
use ca_audit::place::{FileId, Span};
use ca_audit::tree::Tree;

/// The version of the machine-readable forms.
const SCHEMA_VERSION: u32 = 1;

/// Everything that a report of findings is made of.
pub struct Findings<'a> {
    tree: &'a dyn Tree,
    evidence: &'a Evidence,
    verdict: &'a Verdict,
    shown: Vec<&'a Judged>,
    gaps: Vec<&'a Gap>,
    places: Places,
    roots: SourceRoots,
}

impl<'a> Findings<'a> {
    /// Collects what is to be shown and works out its lines and columns.
    pub fn new(
        tree: &'a dyn Tree,
        evidence: &'a Evidence,
        verdict: &'a Verdict,
        show_suppressed: bool,
    ) -> Self {
        let shown: Vec<&Judged> = verdict.shown(show_suppressed).collect();
        let gaps = distinct_gaps(evidence);
        let spans = shown.iter().flat_map(|judged| spans_of(judged));
        let spans = spans.chain(gaps.iter().map(|gap| gap.at)).collect();
        Self {
            tree,
            evidence,
            verdict,
            shown,
            gaps,
            places: Places::resolve(tree, evidence, spans),
            roots: SourceRoots::default(),
        }
    }

    /// Files that services keep findings by are told from these roots.
    #[must_use]
    pub fn below(mut self, roots: &SourceRoots) -> Self {
        self.roots = roots.clone();
        self
    }

    /// How many places could not be seen.
    pub fn gaps(&self) -> usize {
        self.gaps.len()
    }

    /// The name of a file for a service that knows the repository only.
    fn repository_path(&self, file: FileId) -> String {
        let path = self.evidence.path(file);
        match self.roots.in_repository(path) {
            Some(inside) => inside.into_owned(),
            None => self.roots.absolute(path),
        }
    }
}

fn spans_of(judged: &Judged) -> impl Iterator<Item = Span> {
    let related = judged.finding.related.iter().map(|related| related.at);
    let fixes = judged.finding.fix.iter();
    let edits = fixes.flat_map(|fix| fix.edits.iter().map(|edit| edit.at));
    std::iter::once(judged.finding.at)
        .chain(related)
        .chain(edits)
}

/// The gaps by place, each once.
fn distinct_gaps(evidence: &Evidence) -> Vec<&Gap> {
    let mut gaps: Vec<&Gap> = evidence.gaps.iter().collect();
    gaps.sort_by(|a, b| (a.at, a.reason, &a.message).cmp(&(b.at, b.reason, &b.message)));
    gaps.dedup();
    gaps
}
