//! What people and programs get to read. Pure: facts in, text out.
//!
//! A new form is a file here and a value of `--format`.

mod canvas;
pub mod change;
mod concise;
pub mod graph;
mod human;
pub mod inventory;
mod json;
mod mistake;
mod page;
mod places;
mod printable;
mod prose;
mod rules;
mod starter;
pub mod why;

pub use canvas::Canvas;
pub use concise::concise;
pub use human::{Detail, human};
pub use json::json;
pub use mistake::mistake;
pub use page::page;
pub use places::{Places, Region};
pub(crate) use printable::printable;
pub(crate) use prose::counted;
pub use rules::rules;
pub use starter::starter;

use crate::verdict::{Judged, Verdict};
use ca_audit::Evidence;
use ca_audit::facts::Gap;
use ca_audit::place::Span;
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
