//! A scope: the variables of one class, defined type or lambda while it is
//! evaluated, and the way that led there.

use crate::facts::Step;
use crate::place::Span;
use crate::puppet::code::Manifest;
use crate::value::{Condition, Value};
use smol_str::SmolStr;
use std::collections::HashMap;
use std::rc::Rc;

/// Variables by name.
pub type Variables = HashMap<SmolStr, Value>;

/// A scope.
#[derive(Clone, Debug)]
pub(super) struct Scope<'c> {
    /// The manifest whose code is evaluated.
    pub manifest: &'c Manifest,
    /// The class it inherits from.
    pub parent: Option<SmolStr>,
    /// Variables set so far.
    pub variables: Variables,
    /// Conditions under which the code at hand runs.
    pub when: Vec<Condition>,
    /// Declarations that led here, outermost first.
    pub chain: Rc<Vec<Step>>,
}

impl<'c> Scope<'c> {
    /// An empty scope.
    pub(super) fn new(manifest: &'c Manifest, chain: Rc<Vec<Step>>) -> Self {
        Self {
            manifest,
            parent: None,
            variables: Variables::new(),
            when: Vec::new(),
            chain,
        }
    }

    /// A place in the code.
    pub(super) fn span(&self, span: puppet_syntax::Span) -> Span {
        self.manifest.span(span)
    }

    /// Joins what several branches set: each value under the conditions of its
    /// branch. A variable that a branch does not set keeps its former value
    /// there.
    pub(super) fn join(&mut self, branches: &[(Vec<Condition>, Variables)]) {
        let mut names: Vec<SmolStr> = branches
            .iter()
            .flat_map(|(_, variables)| variables.keys().cloned())
            .collect();
        names.sort();
        names.dedup();
        for name in names {
            let before = self.variables.get(&name);
            let mut cases = Vec::new();
            for (when, variables) in branches {
                match variables.get(&name) {
                    Some(value) if Some(value) == before => {}
                    Some(value) => cases.extend(value.clone().under(when).cases.iter().cloned()),
                    None => {}
                }
            }
            if let Some(before) = before {
                if cases.is_empty() {
                    continue;
                }
                cases.extend(before.cases.iter().cloned());
            }
            self.variables.insert(name, Value::of(cases));
        }
    }
}
