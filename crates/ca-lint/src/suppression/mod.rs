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

/// Everything by which people put findings out of sight, and how often each
/// was needed.
pub(crate) struct Suppressors<'s> {
    comments: Vec<Comment>,
    entries: &'s [Entry],
    used: Vec<bool>,
}

impl<'s> Suppressors<'s> {
    /// The comments of a project that hold at the time `now`, in Unix seconds,
    /// and the entries of its configuration.
    pub(crate) fn of(evidence: &Evidence, entries: &'s [Entry], now: i64) -> Self {
        let comments: Vec<Comment> = evidence
            .directives
            .iter()
            .filter_map(|directive| Comment::read(directive, now))
            .collect();
        Self {
            used: vec![false; comments.len() + entries.len()],
            comments,
            entries,
        }
    }

    /// Who puts this finding out of sight. All that would are marked as needed.
    pub(crate) fn suppress(
        &mut self,
        evidence: &Evidence,
        finding: &Finding,
        now: i64,
    ) -> Option<Suppression> {
        let mut found = None;
        for (comment, used) in self.comments.iter().zip(&mut self.used) {
            if comment.is_about(finding) {
                *used = true;
                found.get_or_insert_with(|| Suppression::Comment(comment.reason.clone()));
            }
        }
        let path = evidence.path(finding.at.file);
        let used = &mut self.used[self.comments.len()..];
        for (entry, used) in self.entries.iter().zip(used) {
            if entry.holds_at(now) && entry.is_about(finding, path) {
                *used = true;
                found.get_or_insert_with(|| Suppression::Configuration(entry.reason.clone()));
            }
        }
        found
    }

    /// What suppressed nothing, of the rules that were asked.
    pub(crate) fn useless(&self, is_asked: &dyn Fn(&str) -> bool, now: i64) -> Vec<Finding> {
        let used = |index: usize| self.used[index];
        let comments = self.comments.iter().enumerate();
        let comments = comments
            .filter(|(index, comment)| !used(*index) && comment.names_only(is_asked))
            .map(|(_, comment)| of_comment(comment));
        let entries = self.entries.iter().enumerate();
        let entries = entries
            .filter(|(index, entry)| {
                !used(self.comments.len() + index) && entry.names_only(is_asked)
            })
            .filter_map(|(_, entry)| of_entry(entry, now));
        comments.chain(entries).collect()
    }
}
