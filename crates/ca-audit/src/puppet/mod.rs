//! Reading Puppet without running it.
//!
//! Which files does this repository write on its hosts, with what, and who
//! said so? The code is evaluated with whatever is known: a fact of a host is
//! unknown, a condition that hangs on it is explored both ways, a data key has
//! every value that any layer gives. Nothing is guessed: a value that cannot
//! be told carries its reason.
//!
//! Only code that can matter is evaluated; `relevance` says which that is.

mod absent_modules;
mod access;
mod any_host;
mod arithmetic;
mod call;
mod catalog;
mod class_names;
mod classes;
pub mod code;
mod collect;
mod combine;
mod copying_commands;
pub mod data_keys;
mod declare;
mod defaults;
mod elements;
mod evaluate;
mod functions;
mod handed_over;
mod hash;
mod host;
mod interpolation;
mod iterate;
pub mod modules;
mod number;
mod operators;
pub mod outline;
mod puppet_function;
mod relevance;
pub mod requirement;
pub mod ruby;
mod ruby_function;
mod ruby_pattern;
mod sameness;
mod scope;
mod site;
mod statements;
mod types;
mod writers;
mod written;

use crate::facts::{Gap, KnockedOut, Write};
use crate::place::{FileId, Span};
use crate::value::Value;
use code::Code;
use data_keys::DataKeys;
use evaluate::Evaluator;
use host::Host;
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
    /// The function models of which no code makes use.
    pub unused_models: Vec<SmolStr>,
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

/// Every value that a function may return, by the name of the function, because
/// somebody who knows says so: what a source tells is not asked then.
pub type FunctionModels = BTreeMap<SmolStr, Vec<Value>>;

/// The node whose catalog is wanted.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// Its name, as its certificate has it.
    pub name: String,
    /// Classes that a node classifier gives it, besides its node definition.
    pub classes: Vec<String>,
}

/// Evaluates what can matter: for one host where `node` names it and its facts
/// are known, else for any host.
pub fn evaluate(
    code: &Code,
    data: &DataKeys<'_>,
    wanted: &BTreeMap<SmolStr, FileId>,
    node: Option<&Node>,
) -> Outcome {
    let wanted_files: HashSet<FileId> = wanted.values().copied().collect();
    let mut outcome = Outcome::default();
    if let (Some(node), Some(facts)) = (node, data.facts()) {
        let host = Host::new(facts.clone());
        let mut evaluator = Evaluator::for_host(code, data, &wanted_files, host);
        let is_told = evaluator.node(node);
        outcome = evaluator.finish();
        if is_told {
            return outcome;
        }
        // Classes come from elsewhere: each may be one of the host's.
    }
    outcome.extend(vec![any_host::evaluate(code, data, wanted, &wanted_files)]);
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
pub fn value_of(text: &str) -> Value {
    let code = Code::default();
    let tree = crate::tree::Memory::new();
    let data = DataKeys::new(&tree, &[], &[], None, None);
    let (relevant, wanted) = Default::default();
    let manifest = code::Manifest::new(FileId(0), "value.pp", text.to_owned());
    Evaluator::for_any_host(&code, &data, &relevant, &wanted).value(&manifest)
}

impl Outcome {
    fn extend(&mut self, parts: Vec<Outcome>) {
        for part in parts {
            self.writes.extend(part.writes);
            self.renderings.extend(part.renderings);
            self.gaps.extend(part.gaps);
            self.entered.extend(part.entered);
        }
    }
}
