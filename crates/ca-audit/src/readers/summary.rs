//! Who loads how much, in sentences.

use std::fmt::Write as _;

use super::{Block, Outcome, Reader, Readings, Refusal};

/// Readers that load the same certificates for the same reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The readers, in the order of [`Reader::ALL`].
    pub readers: Vec<Reader>,
    /// How many of the text's certificates they load.
    pub loads: usize,
    /// How many certificates people see in the text.
    pub of: usize,
    /// They give up on the whole text, and do not just pass something over.
    pub gives_up: bool,
    /// Why they miss one, with the place to look at; the first is the one to
    /// tell. Empty when they miss none.
    pub reasons: Vec<Reason>,
}

/// Why a certificate is missed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// What is wrong with its lines.
    Defect(super::Defect),
    /// What the reader says of it.
    Refusal(Refusal),
    /// It cannot be told what the reader does with it.
    Unsure(Refusal),
}

impl Reason {
    /// The byte to look at.
    pub fn at(&self) -> usize {
        match self {
            Self::Defect(defect) => defect.at.start,
            Self::Refusal(refusal) | Self::Unsure(refusal) => refusal.at.start,
        }
    }

    fn words(&self, line: usize) -> String {
        match self {
            Self::Defect(defect) => defect.words(line),
            Self::Refusal(refusal) => format!("of the block in line {line}, {}", refusal.why),
            Self::Unsure(refusal) => format!(
                "what becomes of the block in line {line} cannot be told, because {}",
                refusal.why
            ),
        }
    }
}

impl Readings {
    /// The readers by what they load and why not more, those that load least
    /// first.
    pub fn groups(&self) -> Vec<Group> {
        let mut groups: Vec<(Vec<bool>, Group)> = Vec::new();
        for reader in Reader::ALL {
            let outcome = self.of(reader);
            let loaded: Vec<bool> = self
                .blocks
                .iter()
                .map(|block| outcome.has(&block.at))
                .collect();
            let reasons = reasons(reader, outcome, &self.blocks);
            let same = groups
                .iter_mut()
                .find(|(known, group)| *known == loaded && group.reasons == reasons);
            if let Some((_, group)) = same {
                group.readers.push(reader);
                continue;
            }
            let group = Group {
                readers: vec![reader],
                loads: loaded.iter().filter(|is_loaded| **is_loaded).count(),
                of: loaded.len(),
                gives_up: outcome.failure.is_some(),
                reasons,
            };
            groups.push((loaded, group));
        }
        let mut groups: Vec<Group> = groups.into_iter().map(|(_, group)| group).collect();
        groups.sort_by_key(|group| group.loads);
        groups
    }

    /// A sentence, without its full stop, for each group of readers that
    /// misses a certificate: “OpenSSL and Puppet load 1 of the 2 certificates
    /// here: line 31 begins with six dashes”. `line` says in which line a byte
    /// of the text stands.
    pub fn sentences(&self, line: impl Fn(usize) -> usize) -> Vec<String> {
        self.groups()
            .iter()
            .filter(|group| group.loads < group.of)
            .map(|group| group.sentence(&line))
            .collect()
    }
}

impl Group {
    /// The sentence about these readers, without its full stop.
    pub fn sentence(&self, line: impl Fn(usize) -> usize) -> String {
        let verb = if self.readers.len() == 1 {
            "loads"
        } else {
            "load"
        };
        let mut sentence = format!("{} {verb} {}", self.names(), self.share());
        if let Some(reason) = self.reasons.first() {
            let _ = write!(sentence, ": {}", reason.words(line(reason.at())));
        }
        sentence
    }

    /// `Go, etcd and OpenSSL`.
    pub fn names(&self) -> String {
        let names: Vec<&str> = self.readers.iter().map(|reader| reader.name()).collect();
        match names.split_last() {
            Some((last, [])) => (*last).to_owned(),
            Some((last, others)) => format!("{} and {last}", others.join(", ")),
            None => String::new(),
        }
    }

    /// `1 of the 2 certificates here`.
    fn share(&self) -> String {
        match (self.loads, self.of) {
            (0, 1) => "not the certificate here".to_owned(),
            (1, 1) => "the certificate here".to_owned(),
            (0, of) => format!("none of the {of} certificates here"),
            (loads, of) if loads == of => format!("all {of} certificates here"),
            (loads, of) => format!("{loads} of the {of} certificates here"),
        }
    }
}

/// Why this reader misses what it misses.
fn reasons(reader: Reader, outcome: &Outcome, blocks: &[Block]) -> Vec<Reason> {
    if let Some(failure) = &outcome.failure {
        return vec![of_failure(reader, failure, blocks)];
    }
    blocks
        .iter()
        .filter(|block| !outcome.has(&block.at))
        .filter_map(|block| of_miss(reader, outcome, block))
        .collect()
}

/// A failure is told by what is wrong in the lines it happens at.
fn of_failure(reader: Reader, failure: &Refusal, blocks: &[Block]) -> Reason {
    blocks
        .iter()
        .filter(|block| overlap(&block.at, &failure.at))
        .find_map(|block| defect(reader, block))
        .unwrap_or_else(|| Reason::Refusal(failure.clone()))
}

fn of_miss(reader: Reader, outcome: &Outcome, block: &Block) -> Option<Reason> {
    let about = |refusals: &[Refusal]| {
        refusals
            .iter()
            .find(|refusal| overlap(&refusal.at, &block.at))
            .cloned()
    };
    about(&outcome.unsure)
        .map(Reason::Unsure)
        .or_else(|| defect(reader, block))
        .or_else(|| about(&outcome.skipped).map(Reason::Refusal))
}

fn defect(reader: Reader, block: &Block) -> Option<Reason> {
    block
        .defects
        .iter()
        .find(|defect| defect.hinders(reader))
        .cloned()
        .map(Reason::Defect)
}

fn overlap(a: &std::ops::Range<usize>, b: &std::ops::Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}
