//! Who loads how much, in sentences.

use std::fmt::Write as _;

use super::{Block, Outcome, Reader, Readings, Refusal, Subject, touching};

/// Readers that load the same certificates for the same reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The readers, in the order of [`Reader::ALL`].
    pub readers: Vec<Reader>,
    /// How many of the text's certificates they load.
    pub loads: usize,
    /// How many certificates people see in the text.
    pub of: usize,
    /// Why they miss one, with the place to look at; the first is the one to
    /// tell, and the same for all of them; the others are those of the first
    /// reader. Empty when they miss none.
    pub reasons: Vec<Reason>,
}

/// Why a certificate is missed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// What is wrong with its lines.
    Defect(super::Defect),
    /// The reader gives up there, and loads nothing of the text.
    Failure(Refusal),
    /// The reader passes over it.
    Skipped(Refusal),
    /// It cannot be told what the reader does with it.
    Unsure(Refusal),
}

impl Reason {
    /// The byte to look at.
    pub fn at(&self) -> usize {
        match self {
            Self::Defect(defect) => defect.at.start,
            Self::Failure(refusal) | Self::Skipped(refusal) | Self::Unsure(refusal) => {
                refusal.at.start
            }
        }
    }

    /// A clause: `line 31 begins with six dashes`.
    pub fn words(&self, line: usize) -> String {
        let (refusal, what) = match self {
            Self::Defect(defect) => return defect.words(line),
            Self::Failure(refusal) => (refusal, "makes the whole load fail"),
            Self::Skipped(refusal) => (refusal, "is passed over"),
            Self::Unsure(refusal) => (refusal, "may or may not load"),
        };
        let why = &refusal.why;
        match refusal.subject {
            Subject::Block => format!("the block in line {line} {what}: {why}"),
            Subject::Place => format!("in line {line}, {why}"),
            Subject::Text => why.clone(),
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
            let loaded: Vec<bool> = self.blocks.iter().map(|block| outcome.has(block)).collect();
            let reasons = reasons(reader, outcome, &self.blocks);
            let same = groups.iter_mut().find(|(known, group)| {
                *known == loaded && group.reasons.first() == reasons.first()
            });
            if let Some((_, group)) = same {
                group.readers.push(reader);
                continue;
            }
            let group = Group {
                readers: vec![reader],
                loads: loaded.iter().filter(|is_loaded| **is_loaded).count(),
                of: loaded.len(),
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
        let mut sentence = format!("{} {}", self.names(), self.predicate());
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

    /// `load 1 of the 2 certificates here`.
    fn predicate(&self) -> String {
        let is_one = self.readers.len() == 1;
        let verb = if is_one { "loads" } else { "load" };
        match (self.loads, self.of) {
            (0, 1) if is_one => "does not load the certificate here".to_owned(),
            (0, 1) => "do not load the certificate here".to_owned(),
            (1, 1) => format!("{verb} the certificate here"),
            (0, of) => format!("{verb} none of the {of} certificates here"),
            (loads, of) if loads == of => format!("{verb} all {of} certificates here"),
            (loads, of) => format!("{verb} {loads} of the {of} certificates here"),
        }
    }
}

/// Why this reader misses what it misses.
fn reasons(reader: Reader, outcome: &Outcome, blocks: &[Block]) -> Vec<Reason> {
    if let Some(failure) = &outcome.failure {
        // What made the reader stop early explains more than that it found nothing.
        let early = outcome
            .skipped
            .first()
            .filter(|_| failure.subject == Subject::Text);
        return vec![match early {
            Some(skipped) => Reason::Skipped(skipped.clone()),
            None => of_failure(reader, failure, blocks),
        }];
    }
    blocks
        .iter()
        .filter(|block| !outcome.has(block))
        .filter_map(|block| of_miss(reader, outcome, block, blocks))
        .collect()
}

/// A failure is told by what is wrong in the lines it happens at.
fn of_failure(reader: Reader, failure: &Refusal, blocks: &[Block]) -> Reason {
    touching(blocks, &failure.at, |block| &block.at)
        .find_map(|block| defect(reader, block))
        .unwrap_or_else(|| Reason::Failure(failure.clone()))
}

fn of_miss(reader: Reader, outcome: &Outcome, block: &Block, blocks: &[Block]) -> Option<Reason> {
    let about = |refusals: &[Refusal]| {
        touching(refusals, &block.at, |refusal| &refusal.at)
            .next()
            .cloned()
    };
    about(&outcome.unsure)
        .map(Reason::Unsure)
        .or_else(|| defect(reader, block))
        .or_else(|| about(&outcome.skipped).map(Reason::Skipped))
        .or_else(|| of_neighbour(reader, outcome, block, blocks))
}

/// A block that runs into the next one takes that one with it.
fn of_neighbour(
    reader: Reader,
    outcome: &Outcome,
    block: &Block,
    blocks: &[Block],
) -> Option<Reason> {
    let loaded = touching(&outcome.loaded, &block.at, |loaded| &loaded.at).next()?;
    touching(blocks, &loaded.at, |other| &other.at).find_map(|other| defect(reader, other))
}

fn defect(reader: Reader, block: &Block) -> Option<Reason> {
    block
        .defects
        .iter()
        .find(|defect| defect.hinders(reader))
        .cloned()
        .map(Reason::Defect)
}
