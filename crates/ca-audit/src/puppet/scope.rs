//! A scope: the variables of one class, defined type or lambda while it is
//! evaluated, and the way that led there.

use super::defaults::Defaults;
use crate::facts::Step;
use crate::place::{FileId, Span};
use crate::puppet::code::Manifest;
use crate::value::{Case, Condition, Value};
use smol_str::SmolStr;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// Variables by name.
pub type Variables = HashMap<SmolStr, Value>;

/// A point among a scope's assignments.
pub(super) struct Mark(usize);

/// What a piece of code sets.
pub(super) type Set = BTreeMap<SmolStr, Value>;

/// Where a scope stands among scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// Outside of everything: its variables are seen everywhere.
    Top,
    /// In a node definition: likewise.
    Node,
    /// In a class, a defined type or a function.
    Local,
}

/// How a piece of code ends before its last statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// The function, class or defined type: `return()`.
    Body,
    /// This turn of a lambda: `next()`.
    Turn,
    /// The iteration: `break()`.
    Iteration,
    /// The whole catalog: `fail()`.
    Catalog,
}

/// A scope.
#[derive(Debug)]
pub(super) struct Scope<'c> {
    /// The manifest whose code is evaluated.
    pub manifest: &'c Manifest,
    /// The class it inherits from.
    pub parent: Option<SmolStr>,
    /// Variables set so far.
    variables: Variables,
    /// Assignments so far, newest last: the name, and what it stood for before.
    /// A branch is what it sets, so it is undone rather than run on a copy.
    assigned: Vec<(SmolStr, Option<Value>)>,
    /// Conditions under which the code at hand runs.
    pub when: Vec<Condition>,
    /// Declarations that led here, outermost first.
    pub chain: Rc<Vec<Step>>,
    /// The resource defaults in force.
    pub defaults: Rc<Defaults>,
    /// The tags that resources declared here have.
    pub tags: Rc<Vec<SmolStr>>,
    /// Where it stands.
    pub level: Level,
    /// The class whose scope it is.
    pub class: Option<SmolStr>,
    /// Whether the code at hand has been left, and how.
    pub left: Option<Left>,
    /// What `return()` gave so far.
    pub returned: Vec<Case>,
}

impl<'c> Scope<'c> {
    /// An empty scope.
    pub(super) fn new(manifest: &'c Manifest, chain: Rc<Vec<Step>>) -> Self {
        Self {
            manifest,
            parent: None,
            variables: Variables::new(),
            assigned: Vec::new(),
            when: Vec::new(),
            chain,
            defaults: Rc::default(),
            tags: Rc::default(),
            level: Level::Local,
            class: None,
            left: None,
            returned: Vec::new(),
        }
    }

    /// A place in the code. Code that is not in the tree has none: what it says
    /// stands where the tree declares it.
    pub(super) fn span(&self, span: puppet_syntax::Span) -> Span {
        match (self.manifest.absent, self.chain.last()) {
            (Some(_), Some(declared)) => declared.at,
            (Some(_), None) => Span::whole(FileId(0)),
            (None, _) => self.manifest.span(span),
        }
    }

    /// The code at a place of the manifest.
    pub(super) fn text(&self, span: puppet_syntax::Span) -> &'c str {
        let range = span.start as usize..span.end as usize;
        self.manifest.text.get(range).unwrap_or_default()
    }

    /// The value of a variable of this scope.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.variables.get(name)
    }

    /// Sets a variable.
    pub(super) fn set(&mut self, name: SmolStr, value: Value) {
        let before = self.variables.insert(name.clone(), value);
        self.assigned.push((name, before));
    }

    /// Every variable.
    pub(super) fn variables(&self) -> &Variables {
        &self.variables
    }

    /// A point to which assignments can be undone.
    pub(super) fn mark(&self) -> Mark {
        Mark(self.assigned.len())
    }

    /// Undoes all assignments since `mark`; gives what they had set.
    pub(super) fn undo(&mut self, mark: &Mark) -> Set {
        let mut set = Set::new();
        for (name, before) in self.assigned.drain(mark.0..).rev() {
            let last = match before {
                Some(before) => self.variables.insert(name.clone(), before),
                None => self.variables.remove(&name),
            };
            // The newest assignment comes first, and is the one that counts.
            if let Some(last) = last {
                set.entry(name).or_insert(last);
            }
        }
        set
    }

    /// Joins what several branches set: each value under the conditions of its
    /// branch. A variable that a branch does not set keeps its former value
    /// there.
    pub(super) fn join(&mut self, branches: &[(Vec<Condition>, Set)]) {
        let mut names: Vec<&SmolStr> = branches.iter().flat_map(|(_, set)| set.keys()).collect();
        names.sort();
        names.dedup();
        for name in names {
            let before = self.variables.get(name);
            let values = branches
                .iter()
                .filter_map(|(when, set)| Some((when, set.get(name).or(before)?)));
            let (changed, same): (Vec<_>, Vec<_>) =
                values.partition(|(_, value)| Some(*value) != before);
            let mut cases = Vec::new();
            for (when, value) in changed.iter().chain(&same) {
                cases.extend((*value).clone().under(when).cases.iter().cloned());
            }
            if !changed.is_empty() {
                self.set(name.clone(), Value::of(cases));
            }
        }
    }
}
