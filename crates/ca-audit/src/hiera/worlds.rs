//! What a key may mean where nothing is known of the host.
//!
//! A lookup in a world of which nothing is assumed ends in a question: what is
//! `hostname`? Only the values under which a file with the key is there matter;
//! each makes a world, and "none of these" one more. So every answer is exact
//! in its world, merges included, and says under which assumptions it holds.

use super::Hiera;
use super::datum::Datum;
use super::failure::{Failure, Stop};
use super::lookup::Answer;
use super::world::{Assumption, Facts, Question, World};

/// More worlds than this are not told apart.
const MAX_WORLDS: usize = 256;

/// One of the answers.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// What the key means there.
    pub answer: Answer,
    /// Where it holds; all of them together.
    pub when: Vec<Assumption>,
}

/// All answers.
#[derive(Clone, Debug, Default)]
pub struct Exploration {
    /// In the order of the hierarchy.
    pub candidates: Vec<Candidate>,
    /// What Puppet refuses, and where.
    pub failures: Vec<(Failure, Vec<Assumption>)>,
    /// Whether there are more worlds than were told apart.
    pub is_cut: bool,
}

impl Exploration {
    /// Whether the key has a value for every host and all values are told.
    pub fn is_certain(&self) -> bool {
        let is_told = |it: &Candidate| it.answer.value.is_some() && it.answer.unseen.is_empty();
        !self.is_cut
            && self.failures.is_empty()
            && !self.candidates.is_empty()
            && self.candidates.iter().all(is_told)
    }
}

impl Hiera<'_> {
    /// What `key` means for the host with these facts, in the form of
    /// [`explore`](Self::explore).
    pub(crate) fn explore_host(
        &self,
        key: &str,
        merge: Option<&Datum>,
        facts: &Facts,
    ) -> Exploration {
        let mut result = Exploration::default();
        match self.lookup_merged(key, merge, &World::Host(facts)) {
            Ok(answer) => result.candidates.push(Candidate {
                answer,
                when: Vec::new(),
            }),
            Err(Stop::Failed(failure)) => result.failures.push((failure, Vec::new())),
            // A world in which everything is known asks nothing.
            Err(Stop::Asks(_)) => result.is_cut = true,
        }
        result
    }

    /// What `key` may mean.
    pub fn explore(&self, key: &str) -> Exploration {
        self.explore_merged(key, None)
    }

    /// The same, merged as `merge` asks.
    pub(crate) fn explore_merged(&self, key: &str, merge: Option<&Datum>) -> Exploration {
        let mut result = Exploration::default();
        let mut open = vec![Vec::new()];
        let mut left = MAX_WORLDS;
        while let Some(when) = open.pop() {
            if left == 0 {
                result.is_cut = true;
                break;
            }
            left -= 1;
            match self.lookup_merged(key, merge, &World::Assumed(&when)) {
                Ok(answer) => result.candidates.push(Candidate { answer, when }),
                Err(Stop::Failed(failure)) => result.failures.push((failure, when)),
                Err(Stop::Asks(question)) => open.extend(answers(question, &when)),
            }
        }
        result
    }
}

/// The worlds that a question makes, the last one first: they are taken from
/// the end.
fn answers(question: Question, when: &[Assumption]) -> Vec<Vec<Assumption>> {
    let variable = question.variable;
    let mut rest = when.to_vec();
    let mut excluded = question.values.clone();
    rest.retain(|assumption| match assumption {
        Assumption::NoneOf(name, values) if *name == variable => {
            excluded.extend(values.iter().cloned());
            false
        }
        _ => true,
    });
    let with = |assumption| {
        let mut world = rest.clone();
        world.push(assumption);
        world
    };
    let values = question.values.iter().rev();
    let each = values.map(|value| with(Assumption::Is(variable.clone(), value.clone())));
    std::iter::once(with(Assumption::NoneOf(variable.clone(), excluded)))
        .chain(each)
        .collect()
}
