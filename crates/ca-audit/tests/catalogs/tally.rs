//! What came of all cases, and how that is told.

use crate::case::Case;
use crate::compare::Outcome;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Every case's outcome in both modes: `node` with facts, `all` without.
#[derive(Default)]
pub(crate) struct Tally {
    /// `MODE NAME`, and what came of it, in the order of the cases.
    outcomes: Vec<(String, Outcome)>,
    /// By kind and mode: how many cases agree, are open, differ.
    kinds: BTreeMap<String, BTreeMap<&'static str, [usize; 3]>>,
}

impl Tally {
    pub(crate) fn add(&mut self, mode: &'static str, case: &Case, outcome: Outcome) {
        let column = match outcome.word() {
            None => 0,
            Some("open") => 1,
            Some(_) => 2,
        };
        for kind in case.kinds.iter().map(String::as_str).chain(["in all"]) {
            let modes = self.kinds.entry(kind.to_owned()).or_default();
            modes.entry(mode).or_default()[column] += 1;
        }
        let name = format!("{mode} {}", case.name);
        self.outcomes.push((name, outcome));
    }

    /// The list of what does not agree, a line a case.
    pub(crate) fn known(&self) -> String {
        self.lines().map(|line| line + "\n").collect()
    }

    /// What is not as in the list `known`, worse or better.
    pub(crate) fn changes(&self, known: &str) -> Vec<String> {
        let known: BTreeSet<&str> = known.lines().collect();
        let now: BTreeSet<String> = self.lines().collect();
        let gone = known.iter().filter(|line| !now.contains(**line));
        let mut changes: Vec<String> = gone.map(|line| format!("no longer so: {line}")).collect();
        for (name, outcome) in &self.outcomes {
            let Some(word) = outcome.word() else {
                continue;
            };
            let line = format!("{name}: {word}");
            if !known.contains(line.as_str()) {
                changes.push(format!("new: {line}\n    {}", outcome.told()));
            }
        }
        changes
    }

    /// Everything that differs, readably.
    pub(crate) fn differences(&self) -> Vec<String> {
        let differing = self.outcomes.iter();
        let differing = differing.filter(|(_, outcome)| !outcome.differences.is_empty());
        differing
            .map(|(name, outcome)| format!("{name}\n    {}", outcome.told()))
            .collect()
    }

    fn lines(&self) -> impl Iterator<Item = String> + '_ {
        let outcomes = self.outcomes.iter();
        outcomes.filter_map(|(name, outcome)| Some(format!("{name}: {}", outcome.word()?)))
    }
}

/// A line a kind: cases of the node's own catalog that agree, are open, differ,
/// and how many of those of all hosts have every file among the candidates.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:36} {:>20} {:>10}",
            "", "node same/open/not", "all hosts"
        )?;
        for (kind, modes) in &self.kinds {
            let [same, open, not] = modes.get("node").copied().unwrap_or_default();
            let [fits, _, fails] = modes.get("all").copied().unwrap_or_default();
            let node = format!("{same}/{open}/{not}");
            let all = format!("{fits}/{}", fits + fails);
            writeln!(f, "{kind:36} {node:>20} {all:>10}")?;
        }
        let files = |count: fn(&Outcome) -> usize| -> usize {
            let of_nodes = self
                .outcomes
                .iter()
                .filter(|(name, _)| name.starts_with("node "));
            of_nodes.map(|(_, outcome)| count(outcome)).sum()
        };
        let same = files(|outcome| outcome.same);
        let open = files(|outcome| outcome.open);
        let differ = files(|outcome| outcome.differences.len());
        writeln!(
            f,
            "files of the nodes: {same} the same, {open} open, {differ} differ"
        )
    }
}
