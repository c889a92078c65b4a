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
mod arithmetic;
mod call;
mod catalog;
mod class_names;
mod classes;
pub mod code;
mod collect;
mod combine;
pub mod data_keys;
mod declare;
mod defaults;
mod elements;
mod evaluate;
mod functions;
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
mod written;

use crate::facts::{Gap, KnockedOut, Write};
use crate::place::{FileId, Span};
use crate::value::Value;
use code::{Code, Definition};
use data_keys::DataKeys;
use evaluate::{Evaluator, Opened};
use host::Host;
use puppet_syntax::ast::{ExprKind, Parameter};
use rayon::prelude::*;
use relevance::Relevant;
pub use scope::Variables;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet, HashSet};
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
    outcome.extend(vec![for_any_host(code, data, wanted, &wanted_files)]);
    outcome
}

/// Evaluates code that names certificates, and code that renders one of the
/// templates in `wanted` (`module/path.erb`).
fn for_any_host(
    code: &Code,
    data: &DataKeys<'_>,
    wanted: &BTreeMap<SmolStr, FileId>,
    wanted_files: &HashSet<FileId>,
) -> Outcome {
    let relevant = Relevant::of(code, wanted, &data.keys_with(relevance::has_seed));
    let run = |root: &Root| {
        let mut evaluator = Evaluator::for_any_host(code, data, &relevant.names, wanted_files);
        let defaults = evaluator.site_defaults();
        match root {
            Root::Manifest(manifest) => evaluator.top_level(manifest, &defaults),
            Root::Definition(definition) => evaluator.root(*definition, &defaults),
            Root::Included(class, at) => evaluator.included_root(*class, *at, &defaults),
        }
        evaluator.finish()
    };
    let own = relevant.manifests.iter().copied();
    let own: Vec<&code::Manifest> = own.filter(|it| it.absent.is_none()).collect();
    let definitions: Vec<Definition> = own
        .iter()
        .flat_map(|manifest| manifest.definitions())
        .collect();
    let undeclared = definitions
        .iter()
        .filter(|definition| relevant.is_root(definition));
    let mut roots: Vec<Root> = own.iter().copied().map(Root::Manifest).collect();
    roots.extend(undeclared.copied().map(Root::Definition));
    roots.extend(included(code, data, &relevant));
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
    // A class that one place declares with its parameters is included elsewhere,
    // and takes them from the data there.
    let with_data = if wanted.is_empty() {
        BTreeSet::new()
    } else {
        data.classes()
    };
    let is_included = |definition: &&Definition| {
        let name = definition.name();
        relevant.names.contains(name)
            && !relevant.is_root(definition)
            && with_data.contains(name.as_str())
    };
    let included: Vec<Root> = definitions
        .iter()
        .filter(is_included)
        .copied()
        .map(Root::Definition)
        .collect();
    let by_data = included.par_iter().with_max_len(1).map(|root| Outcome {
        renderings: run(root).renderings,
        ..Outcome::default()
    });
    outcome.extend(by_data.collect());
    // What is written only if somebody gives a parameter that nobody at hand
    // gives: it is told with that parameter open.
    let open = |(definition, opened): (&Definition, Opened)| {
        let mut evaluator = Evaluator::for_any_host(code, data, &relevant.names, wanted_files);
        let defaults = evaluator.site_defaults();
        evaluator.open_root(*definition, opened, &defaults);
        Outcome {
            writes: evaluator.finish().writes,
            ..Outcome::default()
        }
    };
    let opened: Vec<Outcome> = definitions
        .par_iter()
        .filter(|definition| relevant.names.contains(definition.name()))
        .flat_map_iter(|definition| openings(code, definition))
        .map(open)
        .collect();
    let mut known: HashSet<Span> = outcome.writes.iter().map(|write| write.at).collect();
    for opened in opened {
        let is_new = |write: &Write| !known.contains(&write.at) && write.chain.is_empty();
        let new: Vec<Write> = opened.writes.into_iter().filter(is_new).collect();
        known.extend(new.iter().map(|write| write.at));
        outcome.writes.extend(new);
    }
    outcome
}

/// The ways in which a definition is evaluated with parameters open. Where
/// nobody at hand uses it, who does elsewhere may give it another word than its
/// default, and lead it into another branch: one such parameter at a time.
fn openings<'d, 'c>(
    code: &Code,
    definition: &'d Definition<'c>,
) -> impl Iterator<Item = (&'d Definition<'c>, Opened)> + use<'d, 'c> {
    let params = match definition.body {
        _ if code.is_used(definition.name()) => &[],
        code::Body::Define(define) => define.params.as_slice(),
        code::Body::Class(class) => class.params.as_slice(),
    };
    let is_word = |param: &&Parameter| {
        let default = param.default.as_ref().map(|default| &default.kind);
        matches!(default, Some(ExprKind::String(_) | ExprKind::Name(_)))
    };
    let words = params.iter().filter(is_word).map(|param| Opened {
        also: Some(param.name.clone()),
    });
    let ways = std::iter::once(Opened::default()).chain(words);
    ways.map(move |opened| (definition, opened))
}

/// The classes of modules that are not in the tree, each where the tree includes
/// it or, where no code does, gives it data.
fn included<'c>(code: &'c Code, data: &DataKeys<'_>, relevant: &Relevant<'c>) -> Vec<Root<'c>> {
    let absent = relevant.manifests.iter().filter(|it| it.absent.is_some());
    let definitions = absent.flat_map(|manifest| manifest.definitions());
    let classes = definitions.filter(|it| matches!(it.body, code::Body::Class(_)));
    let undeclared = classes.filter(|class| relevant.is_root(class));
    let place = |name: &str| {
        let included = absent_modules::first_inclusion(code.manifests(), name);
        included.or_else(|| data.first_of_class(name))
    };
    undeclared
        .filter_map(|class| Some(Root::Included(class, place(class.name())?)))
        .collect()
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

/// Where an evaluation begins. Each has an evaluator and a bound of its own, so
/// the order in which threads take them changes nothing.
enum Root<'c> {
    Manifest(&'c code::Manifest),
    Definition(Definition<'c>),
    /// A class of a module that is not in the tree, which includes it here.
    Included(Definition<'c>, Span),
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
