//! What changes in trust between two states of a project, for a reviewer who
//! has a minute.

mod human;
mod items;
mod json;
mod markdown;
mod writers;

pub use human::human;
pub use json::json;
pub use markdown::markdown;

use super::places::Places;
use crate::finding::Severity;
use crate::verdict::{Judged, Verdict};
use ca_audit::Evidence;
use ca_audit::change::{CaChange, TrustChange};
use ca_audit::place::Span;
use ca_audit::tree::Tree;

/// One of the two states.
pub struct State<'a> {
    /// What a user calls it: a revision, `the working tree`.
    pub name: String,
    /// Its files.
    pub tree: &'a dyn Tree,
    /// What is known of it.
    pub evidence: &'a Evidence,
    /// What the rules find in it.
    pub verdict: &'a Verdict,
}

/// Everything that a report of changes is made of.
pub struct Changes<'a> {
    before: &'a State<'a>,
    after: &'a State<'a>,
    change: &'a TrustChange<'a>,
    /// Findings that the change brings.
    brought: Vec<&'a Judged>,
    /// Findings that it mends.
    mended: Vec<&'a Judged>,
    places_before: Places,
    places_after: Places,
}

/// Which of the two states a place belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

impl Side {
    /// The state in which a certificate stands elsewhere.
    fn of_elsewhere(change: &CaChange) -> Self {
        if change.is_elsewhere_before() {
            Self::Before
        } else {
            Self::After
        }
    }
}

impl<'a> Changes<'a> {
    /// Collects them and works out lines. Each state's verdict has in sight what
    /// the other does not know; of that, errors and warnings are told.
    pub fn new(before: &'a State<'a>, after: &'a State<'a>, change: &'a TrustChange<'a>) -> Self {
        let is_told = |judged: &&Judged| judged.finding.severity > Severity::Note;
        let brought: Vec<&Judged> = after.verdict.shown(false).filter(is_told).collect();
        let mended: Vec<&Judged> = before.verdict.shown(false).filter(is_told).collect();
        let (mut then, mut now) = spans(change);
        now.extend(brought.iter().map(|judged| judged.finding.at));
        then.extend(mended.iter().map(|judged| judged.finding.at));
        Self {
            places_before: Places::resolve(before.tree, before.evidence, then),
            places_after: Places::resolve(after.tree, after.evidence, now),
            before,
            after,
            change,
            brought,
            mended,
        }
    }

    /// Whether there is anything to tell.
    pub fn is_empty(&self) -> bool {
        self.change.is_empty() && self.brought.is_empty() && self.mended.is_empty()
    }

    /// `path:line` in one of the states.
    fn place(&self, side: Side, at: Span) -> String {
        let (state, places) = match side {
            Side::Before => (self.before, &self.places_before),
            Side::After => (self.after, &self.places_after),
        };
        let line = places.region(at).start.line;
        format!("{}:{line}", state.evidence.path(at.file))
    }
}

/// The places that a change names, before and after.
fn spans(change: &TrustChange) -> (Vec<Span>, Vec<Span>) {
    let (mut then, mut now) = (Vec::new(), Vec::new());
    for ca in &change.cas {
        then.extend(ca.from.iter().map(|cert| cert.at));
        now.extend(ca.to.iter().map(|cert| cert.at));
        let elsewhere = ca.elsewhere.iter().map(|cert| cert.at);
        match Side::of_elsewhere(ca) {
            Side::Before => then.extend(elsewhere),
            Side::After => now.extend(elsewhere),
        }
    }
    for writer in &change.writers {
        then.extend(
            writer
                .before
                .iter()
                .map(|it| it.managed.write.declared_at()),
        );
        now.extend(writer.after.iter().map(|it| it.managed.write.declared_at()));
    }
    for client in &change.clients {
        then.extend(client.before.iter().map(|it| it.client.read.at));
        now.extend(client.after.iter().map(|it| it.client.read.at));
    }
    (then, now)
}
