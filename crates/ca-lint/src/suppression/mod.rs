//! What keeps a finding out of sight, and who asked for it.

mod comment;
mod entry;
mod stale;

pub(crate) use comment::{Comment, Fault, faults};
pub use entry::Entry;
pub(crate) use stale::{of_comment, of_entry};

use crate::finding::Finding;
use ca_audit::Evidence;

/// Why a finding is out of sight.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Suppression {
    /// It lies in a test, an example, documentation or a vendored copy.
    Place,
    /// A comment beside it says so, for this reason.
    Comment(String),
    /// The configuration says so, for this reason.
    Configuration(String),
    /// The baseline holds it.
    Baseline,
    /// It was there before the change that is looked at.
    Before,
}

impl Suppression {
    /// The name in machine-readable output.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Comment(_) => "comment",
            Self::Configuration(_) => "configuration",
            Self::Baseline => "baseline",
            Self::Before => "before",
        }
    }

    /// The reason that somebody gave.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Comment(reason) | Self::Configuration(reason) => Some(reason),
            _ => None,
        }
    }
}

/// Everything by which people put findings out of sight, each with whether it
/// was needed.
pub(crate) struct Suppressors<'s> {
    comments: Vec<(Comment, bool)>,
    entries: Vec<(&'s Entry, bool)>,
    now: i64,
}

impl<'s> Suppressors<'s> {
    /// The comments of a project that hold at the time `now`, in Unix seconds,
    /// and the entries of its configuration.
    pub(crate) fn of(evidence: &Evidence, entries: &'s [Entry], now: i64) -> Self {
        let comments = evidence.directives.iter();
        let comments = comments.filter_map(|directive| Comment::read(directive, now));
        Self {
            comments: comments.map(|comment| (comment, false)).collect(),
            entries: entries.iter().map(|entry| (entry, false)).collect(),
            now,
        }
    }

    /// Who puts this finding out of sight. All that would are marked as needed.
    pub(crate) fn suppress(
        &mut self,
        evidence: &Evidence,
        finding: &Finding,
    ) -> Option<Suppression> {
        let mut found = None;
        for (comment, is_needed) in &mut self.comments {
            if comment.is_about(finding) {
                *is_needed = true;
                found.get_or_insert_with(|| Suppression::Comment(comment.reason.clone()));
            }
        }
        let path = evidence.path(finding.at.file);
        for (entry, is_needed) in &mut self.entries {
            if entry.holds_at(self.now) && entry.is_about(finding, path) {
                *is_needed = true;
                found.get_or_insert_with(|| Suppression::Configuration(entry.reason.clone()));
            }
        }
        found
    }

    /// What suppressed nothing, where all the rules that it names were asked.
    pub(crate) fn useless(&self, is_asked: &dyn Fn(&str) -> bool) -> Vec<Finding> {
        let is_told = |rules: &[&str]| rules.iter().all(|rule| is_asked(rule));
        let comments = self.comments.iter();
        let comments = comments
            .filter(|(comment, is_needed)| !is_needed && is_told(&comment.rules))
            .map(|(comment, _)| of_comment(comment));
        let entries = self.entries.iter();
        let entries = entries
            .filter(|(entry, is_needed)| !is_needed && is_told(&entry.rules))
            .filter_map(|(entry, _)| of_entry(entry, self.now));
        comments.chain(entries).collect()
    }
}
