//! The catalog while it is made: resources as they are declared, until nothing
//! is left to be expanded, collected or overridden.
//!
//! Puppet evaluates classes at once and defined types late, so that overrides
//! and collectors reach them (`puppet/parser/compiler.rb`,
//! `evaluate_generators`); so does this. Where no host is known, one reference
//! may have several declarations, each in a branch of its own.

use super::defaults::Defaults;
use crate::facts::Step;
use crate::place::Span;
use crate::value::{Case, Condition, Data, Value};
use puppet_syntax::ast::ResourceForm;
use smol_str::SmolStr;
use std::collections::HashMap;
use std::rc::Rc;

/// The attributes of one resource, each with the place of its value; of several
/// with one name the last counts.
pub(super) type Attributes = Vec<(SmolStr, Value, Span)>;

/// A resource as declared.
#[derive(Debug)]
pub(super) struct Resource {
    /// Its type in lower case: `file`, `sslcert::ca`.
    pub kind: SmolStr,
    /// Its title.
    pub title: Case,
    /// What is said of it.
    pub attributes: Attributes,
    /// Where its title stands.
    pub at: Span,
    /// The declarations that led there, outermost first.
    pub chain: Rc<Vec<Step>>,
    /// Under which conditions it is declared.
    pub when: Vec<Condition>,
    /// Regular, virtual or exported.
    pub form: ResourceForm,
    /// The resource defaults of the scope in which it is declared.
    pub defaults: Rc<Defaults>,
    /// Its tags.
    pub tags: Rc<Vec<SmolStr>>,
    /// Whether it comes from a class that another one inherits from, and not
    /// from that other class itself.
    pub inherited: bool,
    /// Whether an override or a collector has changed it.
    pub changed: bool,
    /// Where overrides and collectors say more of it.
    pub changed_at: Vec<Span>,
    /// The first of the resources that one title makes, where it is one of several
    /// and a host has one of them.
    pub one_of: Option<usize>,
    /// Whether its defined type was entered.
    pub expanded: bool,
}

/// Attributes given to a resource from elsewhere: `File['x'] { … }`.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// What is said.
    pub attributes: Vec<(SmolStr, Value, Span)>,
    /// Which of them add to what is there (`+>`), by name.
    pub appended: Vec<SmolStr>,
    /// Under which conditions.
    pub when: Vec<Condition>,
    /// Where.
    pub at: Span,
    /// The declarations that led there, outermost first.
    pub chain: Rc<Vec<Step>>,
}

/// All resources.
#[derive(Debug, Default)]
pub(super) struct Catalog {
    resources: Vec<Resource>,
    by_reference: HashMap<(SmolStr, SmolStr), Vec<usize>>,
    /// Overrides of resources that are not declared yet.
    waiting: Vec<(SmolStr, SmolStr, Change)>,
}

impl Catalog {
    /// Adds a resource; overrides that wait for it are applied.
    pub(super) fn add(&mut self, mut resource: Resource) {
        if let Some(title) = title_of(&resource.title) {
            let reference = (resource.kind.clone(), title);
            for (kind, title, change) in &self.waiting {
                if (kind, title) == (&reference.0, &reference.1) {
                    resource.apply(change);
                }
            }
            let known = self.by_reference.entry(reference).or_default();
            known.push(self.resources.len());
        }
        self.resources.push(resource);
    }

    /// Changes every declaration of a reference, now or when it comes.
    pub(super) fn change(&mut self, kind: &str, title: &str, change: Change) {
        let reference = (SmolStr::from(kind), canonical(kind, title));
        for index in self.by_reference.get(&reference).into_iter().flatten() {
            self.resources[*index].apply(&change);
        }
        self.waiting.push((reference.0, reference.1, change));
    }

    /// Overrides whose resource was never declared.
    pub(super) fn unmatched(&self) -> impl Iterator<Item = (&str, &str, &Change)> {
        let unmatched = self.waiting.iter().filter(|(kind, title, _)| {
            let reference = (kind.clone(), title.clone());
            !self.by_reference.contains_key(&reference)
        });
        unmatched.map(|(kind, title, change)| (kind.as_str(), title.as_str(), change))
    }

    /// Whether a reference is declared.
    pub(super) fn has(&self, kind: &str, title: &str) -> bool {
        let reference = (SmolStr::from(kind), canonical(kind, title));
        self.by_reference.contains_key(&reference)
    }

    /// The declarations of a reference.
    pub(super) fn declared(&self, kind: &str, title: &str) -> Vec<usize> {
        let reference = (SmolStr::from(kind), canonical(kind, title));
        self.by_reference
            .get(&reference)
            .cloned()
            .unwrap_or_default()
    }

    /// Every resource.
    pub(super) fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// Every resource, to be changed.
    pub(super) fn resources_mut(&mut self) -> &mut [Resource] {
        &mut self.resources
    }
}

impl Resource {
    /// The value of an attribute of its own.
    pub(super) fn own(&self, name: &str) -> Option<&(SmolStr, Value, Span)> {
        self.attributes.iter().rev().find(|(own, _, _)| own == name)
    }

    /// Whether Puppet would apply it, as far as it is not realized.
    pub(super) fn is_real(&self) -> bool {
        self.form == ResourceForm::Regular
    }

    /// Takes over what is said elsewhere: for sure, or as one of two values.
    pub(super) fn apply(&mut self, change: &Change) {
        let further: Vec<Condition> = change
            .when
            .iter()
            .filter(|condition| !self.when.contains(condition))
            .cloned()
            .collect();
        self.changed = true;
        self.changed_at.push(change.at);
        for (name, value, at) in &change.attributes {
            let before = self.own(name).map(|(_, value, _)| value.clone());
            let mut value = value.clone();
            if change.appended.contains(name)
                && let Some(before) = &before
            {
                value = both(before, &value);
            }
            if !further.is_empty() {
                let mut cases = before.unwrap_or_else(Value::undef).cases.to_vec();
                cases.extend(value.under(&further).cases.iter().cloned());
                value = Value::of(cases);
            }
            self.attributes.push((name.clone(), value, *at));
        }
    }
}

/// `+>`: both values as one list.
fn both(before: &Value, more: &Value) -> Value {
    let list = |value: &Value| match value.single() {
        Some(Data::Array(items)) => items.to_vec(),
        _ => vec![value.clone()],
    };
    let mut items = list(before);
    items.extend(list(more));
    Value::known(Data::Array(items.into()))
}

/// A title with holes is known by what is seen of it.
fn title_of(title: &Case) -> Option<SmolStr> {
    match &title.data {
        Data::Text(text) => Some(match text.as_str() {
            Some(title) => canonical_title(title),
            None => canonical_title(&text.to_string()),
        }),
        _ => None,
    }
}

/// A file is the same with a slash behind its path.
fn canonical(kind: &str, title: &str) -> SmolStr {
    let title = if kind == "class" {
        title.strip_prefix("::").unwrap_or(title)
    } else {
        title
    };
    canonical_title(title)
}

fn canonical_title(title: &str) -> SmolStr {
    match title.trim_end_matches('/') {
        "" => title.into(),
        shorter => shorter.into(),
    }
}
