//! Reading Puppet without running it.
//!
//! Which files does this repository write on its hosts, with what, and who
//! said so? The code is evaluated with whatever is known: a fact of a host is
//! unknown, a condition that hangs on it is explored both ways, a data key has
//! every value that any layer gives. Nothing is guessed: a value that cannot
//! be told carries its reason.
//!
//! Only code that can matter is evaluated; `relevance` says which that is.

mod access;
mod arithmetic;
mod call;
pub mod code;
mod combine;
pub mod data_keys;
mod declare;
mod elements;
mod evaluate;
mod functions;
mod hash;
mod interpolation;
mod iterate;
pub mod modules;
mod number;
mod operators;
pub mod outline;
mod relevance;
pub mod ruby;
mod ruby_pattern;
mod sameness;
mod scope;
mod statements;
mod types;

use crate::facts::{Gap, KnockedOut, Write};
use crate::place::{FileId, Span};
use code::{Code, Definition};
use data_keys::DataKeys;
use evaluate::Evaluator;
use rayon::prelude::*;
use relevance::Relevant;
pub use scope::Variables;
use smol_str::SmolStr;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// What the evaluation of a project's Puppet code gave.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Files that Puppet writes.
    pub writes: Vec<Write>,
    /// Templates that are rendered, with the variables they see.
    pub renderings: Vec<Rendering>,
    /// Certificates that a merge of the data loses.
    pub knocked_out: Vec<KnockedOut>,
    /// What of the data cannot be seen.
    pub gaps: Vec<Gap>,
    /// Definitions whose resources were evaluated.
    entered: HashSet<SmolStr>,
}

/// A template rendered in a scope.
#[derive(Clone, Debug)]
pub struct Rendering {
    /// The template.
    pub template: FileId,
    /// Where it is called.
    pub at: Span,
    /// The variables of the scope.
    pub variables: Arc<Variables>,
}

/// Evaluates what can matter: code that names certificates, and code that
/// renders one of the templates in `wanted` (`module/path.erb`).
pub fn evaluate(code: &Code, data: &DataKeys<'_>, wanted: &BTreeMap<SmolStr, FileId>) -> Outcome {
    let relevant = Relevant::of(code, wanted);
    let wanted_files: HashSet<FileId> = wanted.values().copied().collect();
    let run = |root: &Root| {
        let mut evaluator = Evaluator::new(code, data, &relevant.names, &wanted_files);
        match root {
            Root::Manifest(manifest) => evaluator.top_level(manifest),
            Root::Definition(definition) => evaluator.root(*definition),
        }
        evaluator.finish()
    };
    let definitions: Vec<Definition> = relevant
        .manifests
        .iter()
        .flat_map(|manifest| manifest.definitions())
        .collect();
    let undeclared = definitions
        .iter()
        .filter(|definition| relevant.is_root(definition));
    let mut roots: Vec<Root> = relevant
        .manifests
        .iter()
        .copied()
        .map(Root::Manifest)
        .collect();
    roots.extend(undeclared.copied().map(Root::Definition));
    let mut outcome = Outcome::default();
    outcome.extend(roots.par_iter().with_max_len(1).map(run).collect());
    // What is declared only by code that nothing at hand reaches.
    let is_left = |definition: &&Definition| {
        relevant.names.contains(definition.name()) && !outcome.entered.contains(definition.name())
    };
    let left: Vec<Root> = definitions
        .iter()
        .filter(is_left)
        .copied()
        .map(Root::Definition)
        .collect();
    outcome.extend(left.par_iter().with_max_len(1).map(run).collect());
    outcome
}

/// The value of the last expression of `text`, a program with no project and no
/// host around it: no classes, no data, no facts.
///
/// What a function or an operator gives can be tried by it:
///
/// ```
/// let value = ca_audit::puppet::value_of("prefix(['a', 'b'], '/etc/ssl/').join(':')");
/// assert_eq!(value.as_str(), Some("/etc/ssl/a:/etc/ssl/b"));
/// ```
pub fn value_of(text: &str) -> crate::value::Value {
    let code = Code::default();
    let tree = crate::tree::Memory::new();
    let data = DataKeys::new(&tree, &[], &[], None);
    let (relevant, wanted) = Default::default();
    let manifest = code::Manifest::new(FileId(0), "value.pp", text.to_owned());
    Evaluator::new(&code, &data, &relevant, &wanted).value(&manifest)
}

/// Where an evaluation begins. Each has an evaluator and a bound of its own, so
/// the order in which threads take them changes nothing.
enum Root<'c> {
    Manifest(&'c code::Manifest),
    Definition(Definition<'c>),
}

impl Outcome {
    fn extend(&mut self, parts: Vec<Outcome>) {
        for part in parts {
            self.writes.extend(part.writes);
            self.renderings.extend(part.renderings);
            self.entered.extend(part.entered);
        }
    }
}
