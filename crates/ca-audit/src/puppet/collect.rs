//! Collectors: `File <| tag == 'ca' |> { … }`, and what they realize.
//! (Puppet's language reference, "Resource collectors".)

use super::catalog::{Change, Resource};
use super::evaluate::Evaluator;
use super::sameness::{Sameness, same_values};
use super::scope::Scope;
use crate::place::Span;
use crate::value::{Condition, Data, Value};
use puppet_syntax::ast::{BinaryOp, Collector, Expr, ExprKind, ResourceForm};
use smol_str::SmolStr;
use std::collections::HashSet;

/// A collector that was met.
#[derive(Debug)]
pub(super) struct Collected {
    /// The type that it collects.
    kind: SmolStr,
    /// Which of them.
    query: Query,
    /// Whether it takes exported resources.
    exported: bool,
    /// What it says of them.
    change: Change,
    /// Its own words.
    condition: Condition,
    /// The resources that it has had, by index.
    had: HashSet<usize>,
    /// Whether any of them is surely meant.
    is_met: bool,
}

/// What a collector asks of a resource.
#[derive(Debug)]
enum Query {
    /// Nothing.
    Any,
    /// That the attribute has this value, or has it not.
    Attribute(SmolStr, Value, bool),
    And(Box<Query>, Box<Query>),
    Or(Box<Query>, Box<Query>),
    /// Something that cannot be told.
    Unknown,
}

impl<'c> Evaluator<'c> {
    /// Notes a collector; it sees what is declared later, too.
    pub(super) fn collector(&mut self, scope: &mut Scope<'c>, collector: &'c Collector, at: Span) {
        let ExprKind::TypeRef(kind) = &collector.type_ref.kind else {
            return;
        };
        let kind: SmolStr = kind.trim_start_matches("::").to_lowercase().into();
        let query = match &collector.query {
            Some(query) => self.query(scope, query),
            None => Query::Any,
        };
        let change = self.change(scope, &collector.overrides, at);
        let condition = super::statements::condition(scope, collector.type_ref.span, true);
        self.collectors.push(Collected {
            kind,
            query,
            exported: collector.exported,
            change,
            condition,
            had: HashSet::new(),
            is_met: false,
        });
    }

    fn query(&mut self, scope: &mut Scope<'c>, query: &'c Expr) -> Query {
        match &query.kind {
            ExprKind::Paren(inner) => self.query(scope, inner),
            ExprKind::Binary(binary) => match binary.op {
                BinaryOp::And | BinaryOp::Or => {
                    let left = Box::new(self.query(scope, &binary.left));
                    let right = Box::new(self.query(scope, &binary.right));
                    if binary.op == BinaryOp::And {
                        Query::And(left, right)
                    } else {
                        Query::Or(left, right)
                    }
                }
                BinaryOp::Equal | BinaryOp::NotEqual => {
                    let name = match &binary.left.kind {
                        ExprKind::Name(name) | ExprKind::Reserved(name) => name.clone(),
                        _ => return Query::Unknown,
                    };
                    let value = self.expr(scope, &binary.right);
                    Query::Attribute(name, value, binary.op == BinaryOp::Equal)
                }
                _ => Query::Unknown,
            },
            _ => Query::Unknown,
        }
    }

    /// Lets every collector have what it has not had; whether there was any.
    pub(super) fn collect(&mut self) -> bool {
        let mut any = false;
        let mut collectors = std::mem::take(&mut self.collectors);
        for collector in &mut collectors {
            any |= self.collect_for(collector);
        }
        collectors.append(&mut self.collectors);
        self.collectors = collectors;
        any
    }

    fn collect_for(&mut self, collector: &mut Collected) -> bool {
        let mut any = false;
        for index in 0..self.catalog.resources().len() {
            let resource = &self.catalog.resources()[index];
            if resource.kind != collector.kind || collector.had.contains(&index) {
                continue;
            }
            let fits = collector.query.fits(resource);
            // An exported resource of this very host is collected by `<<| |>>`
            // only where resources are stored, which cannot be seen.
            if fits == Some(false) || (collector.exported && resource.is_real()) {
                continue;
            }
            collector.had.insert(index);
            collector.is_met |= fits == Some(true);
            any = true;
            let mut change = collector.change.clone();
            if fits.is_none() {
                change.when.push(collector.condition.clone());
            }
            let is_sure = fits == Some(true) && change.when.is_empty();
            let resource = &mut self.catalog.resources_mut()[index];
            if !resource.is_real() {
                resource.form = ResourceForm::Regular;
                if !is_sure {
                    resource.when.extend(change.when.iter().cloned());
                }
            }
            if !change.attributes.is_empty() {
                resource.apply(&change);
            }
        }
        any
    }

    /// What collectors say of one resource that is declared where it cannot be seen
    /// from here: `File <| title == $x |> { … }`.
    pub(super) fn unmet(&self) -> impl Iterator<Item = (&str, &Value, &Change)> {
        self.collectors.iter().filter_map(|collector| {
            let title = match &collector.query {
                Query::Attribute(name, value, true) if matches!(&**name, "title" | "path") => value,
                _ => return None,
            };
            let is_unmet = !collector.is_met && !collector.change.attributes.is_empty();
            is_unmet.then_some((collector.kind.as_str(), title, &collector.change))
        })
    }

    /// `realize(File['x'])`
    pub(super) fn realize(&mut self, scope: &Scope<'c>, args: &[Value]) {
        for (kind, title) in args.iter().flat_map(references) {
            let waiting = (kind.clone(), title.clone(), scope.when.clone());
            self.realized.push(waiting);
        }
    }

    /// Realizes what was asked for; whether there was any.
    pub(super) fn realize_all(&mut self) -> bool {
        let mut any = false;
        for (kind, title, when) in &self.realized {
            for index in self.catalog.declared(kind, title) {
                let resource = &mut self.catalog.resources_mut()[index];
                if !resource.is_real() {
                    resource.form = ResourceForm::Regular;
                    resource.when.extend(when.iter().cloned());
                    any = true;
                }
            }
        }
        any
    }
}

impl Query {
    /// Whether a resource is asked for, where that can be told.
    fn fits(&self, resource: &Resource) -> Option<bool> {
        match self {
            Self::Any => Some(true),
            Self::Unknown => None,
            Self::And(left, right) => match (left.fits(resource), right.fits(resource)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Self::Or(left, right) => match (left.fits(resource), right.fits(resource)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            Self::Attribute(name, value, wanted) => Some(has(resource, name, value)? == *wanted),
        }
    }
}

/// Whether an attribute of a resource has a value, or contains it.
fn has(resource: &Resource, name: &str, value: &Value) -> Option<bool> {
    match name {
        "tag" => {
            let tag = value.as_str()?.to_lowercase();
            let named = |tags: &[SmolStr]| tags.iter().any(|own| *own == tag);
            let given = resource
                .attributes
                .iter()
                .filter(|(own, _, _)| own == "tag");
            let mut said = given.flat_map(|(_, value, _)| texts(value));
            let title = match &resource.title.data {
                Data::Text(text) => text.as_str().unwrap_or_default().to_lowercase(),
                _ => String::new(),
            };
            Some(
                named(&resource.tags)
                    || resource.kind == tag
                    || resource.kind.split("::").any(|word| word == tag)
                    || title == tag
                    || said.any(|own| own.to_lowercase() == tag),
            )
        }
        "title" => same_values(
            &Value::of(vec![resource.title.clone()]),
            value,
            Sameness::Loose,
        ),
        _ => {
            let own = match resource.own(name) {
                Some((_, own, _)) => own.clone(),
                None => resource
                    .defaults
                    .get(&resource.kind, name)
                    .map_or_else(Value::undef, |(_, own, _)| own),
            };
            match own.single()? {
                Data::Array(items) => {
                    let mut verdict = Some(false);
                    for item in items.iter() {
                        match same_values(item, value, Sameness::Loose) {
                            Some(true) => return Some(true),
                            None => verdict = None,
                            Some(false) => {}
                        }
                    }
                    verdict
                }
                _ => same_values(&own, value, Sameness::Loose),
            }
        }
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value.single() {
        Some(Data::Array(items)) => items.iter().flat_map(texts).collect(),
        _ => value.as_str().map(str::to_owned).into_iter().collect(),
    }
}

/// The resources that a value refers to, by type and title.
pub(super) fn references(value: &Value) -> Vec<(SmolStr, SmolStr)> {
    referred(value, &texts)
}

/// Those of whose titles a part is not known, as they are seen.
pub(super) fn open_references(value: &Value) -> Vec<(SmolStr, SmolStr)> {
    referred(value, &open_texts)
}

fn referred(value: &Value, titles_of: &impl Fn(&Value) -> Vec<String>) -> Vec<(SmolStr, SmolStr)> {
    let of = |data: &Data| match data {
        Data::Reference { kind, titles } => {
            let titles = titles.iter().flat_map(titles_of);
            titles.map(|title| (kind.clone(), title.into())).collect()
        }
        Data::Array(items) => items
            .iter()
            .flat_map(|it| referred(it, titles_of))
            .collect(),
        _ => Vec::new(),
    };
    value.cases.iter().flat_map(|case| of(&case.data)).collect()
}

fn open_texts(value: &Value) -> Vec<String> {
    let open = value.cases.iter().filter_map(|case| match &case.data {
        Data::Text(text) if text.as_str().is_none() => Some(text.to_string()),
        _ => None,
    });
    open.collect()
}
