//! Resources: what a declaration makes of its titles and attributes.

use super::code::Body;
use super::evaluate::{Evaluator, MAX_NESTING, origin};
use super::scope::{Scope, Variables};
use crate::facts::{Content, Step, Write};
use crate::place::Span;
use crate::value::{Case, Data, Text, Value};
use puppet_syntax::ast::{AttributeName, ExprKind, Resource, ResourceBody};
use smol_str::{SmolStr, format_smolstr};
use std::rc::Rc;

/// The attributes of one resource, each with the place of its value.
type Attributes = Vec<(SmolStr, Value, Span)>;

impl<'c> Evaluator<'c> {
    /// A resource declaration with all its bodies.
    pub(super) fn resource(&mut self, scope: &mut Scope<'c>, resource: &'c Resource) -> Value {
        let kind = match &resource.type_name.kind {
            ExprKind::Name(name) => name.trim_start_matches("::"),
            _ => return Value::undef(),
        };
        for body in &resource.bodies {
            if kind != "file" && kind != "class" && !self.relevant.contains(kind) {
                continue;
            }
            let titles = self.expr(scope, &body.title);
            if kind != "class" || self.is_worth_entering(&titles) {
                let attributes = self.attributes(scope, body);
                for title in each_title(&titles) {
                    self.declare(
                        scope,
                        kind,
                        &title,
                        &attributes,
                        scope.span(body.title.span),
                    );
                }
            }
        }
        Value::undef()
    }

    /// Whether any of these classes can matter.
    fn is_worth_entering(&self, titles: &Value) -> bool {
        let is_relevant = |title: &Case| match &title.data {
            Data::Text(text) => text
                .as_str()
                .is_some_and(|name| self.relevant.contains(name.trim_start_matches("::"))),
            _ => false,
        };
        each_title(titles).iter().any(is_relevant)
    }

    fn attributes(&mut self, scope: &mut Scope<'c>, body: &'c ResourceBody) -> Attributes {
        let mut attributes = Attributes::new();
        for attribute in &body.attributes {
            let value = self.expr(scope, &attribute.value);
            let at = scope.span(attribute.value.span);
            match &attribute.name {
                AttributeName::Named(name) => attributes.push((name.clone(), value, at)),
                AttributeName::Splat => attributes.extend(splatted(&value, at)),
            }
        }
        attributes
    }

    /// One resource: a file is written, a defined type or class is entered.
    pub(super) fn declare(
        &mut self,
        scope: &Scope<'c>,
        kind: &str,
        title: &Case,
        attributes: &Attributes,
        at: Span,
    ) {
        if kind == "file" {
            self.write(scope, title, attributes, at);
            return;
        }
        let name = match (&title.data, kind) {
            (Data::Text(text), "class") => {
                text.as_str().unwrap_or_default().trim_start_matches("::")
            }
            _ => kind,
        };
        let Some(definition) = self
            .code
            .definition(name)
            .filter(|_| scope.chain.len() < MAX_NESTING)
        else {
            return;
        };
        let is_class = matches!(definition.body, Body::Class(_));
        if is_class != (kind == "class")
            || scope.chain.iter().filter(|step| step.at == at).count() > 1
        {
            return;
        }
        let mut arguments = Variables::new();
        for (parameter, value, value_at) in attributes {
            // `param => undef` leaves the default.
            if value.single() == Some(&Data::Undef) {
                continue;
            }
            let step = origin(*value_at, format!("given as {parameter} of {name}"));
            arguments.insert(parameter.clone(), value.clone().through(&step));
        }
        let shown = match &title.data {
            Data::Text(text) => text.to_string(),
            _ => "…".into(),
        };
        let mut chain = (*scope.chain).clone();
        let what = format_smolstr!("{kind} {{ '{shown}' }}");
        chain.push(Step { at, what, is_class });
        let title = Value::of(vec![title.clone()]);
        let mut when = scope.when.clone();
        when.extend(
            title.cases[0]
                .when
                .iter()
                .filter(|condition| !scope.when.contains(condition))
                .cloned(),
        );
        self.instantiate(definition, Some(&title), &arguments, Rc::new(chain), &when);
    }

    /// A `file` resource.
    fn write(&mut self, scope: &Scope<'c>, title: &Case, attributes: &Attributes, at: Span) {
        let attribute = |name: &str| attributes.iter().rev().find(|(own, _, _)| own == name);
        let paths = match attribute("path") {
            Some((_, path, _)) => path.cases.to_vec(),
            None => vec![title.clone()],
        };
        let (content, content_at) = content_of(&attribute, at);
        let backup = attribute("backup").map(|(_, value, _)| value.clone());
        for path in paths {
            let Data::Text(text) = path.data else {
                continue;
            };
            let mut when = scope.when.clone();
            when.extend(
                path.when
                    .iter()
                    .chain(&title.when)
                    .filter(|condition| !scope.when.contains(condition))
                    .cloned(),
            );
            let resource = if let Data::Text(title) = &title.data {
                format_smolstr!("File[{title}]")
            } else {
                format_smolstr!("File[{text}]")
            };
            self.outcome.writes.push(Write {
                path: text,
                path_from: path.from,
                content: content.clone(),
                content_at,
                resource,
                at,
                chain: (*scope.chain).clone(),
                backup: backup.clone(),
                when,
            });
        }
    }
}

/// `* => $hash`: its entries as attributes. Where the hash is one of several,
/// each attribute is what it is in each of them, or is not there.
fn splatted(value: &Value, at: Span) -> Attributes {
    let hashes: Vec<(&Case, &[(Value, Value)])> = value
        .cases
        .iter()
        .filter_map(|case| match &case.data {
            Data::Hash(entries) => Some((case, &**entries)),
            _ => None,
        })
        .collect();
    let mut names: Vec<&str> = hashes
        .iter()
        .flat_map(|(_, entries)| entries.iter().filter_map(|(name, _)| name.as_str()))
        .collect();
    names.sort_unstable();
    names.dedup();
    let attribute = |name: &str| {
        let in_case = |(case, entries): &(&Case, &[(Value, Value)])| {
            let entry = entries
                .iter()
                .rev()
                .find(|(own, _)| own.as_str() == Some(name));
            let value = entry.map_or_else(Value::undef, |(_, value)| value.clone());
            value.under(&case.when).cases.to_vec()
        };
        let cases = hashes.iter().flat_map(in_case).collect();
        (name.into(), Value::of(cases), at)
    };
    names.into_iter().map(attribute).collect()
}

/// What a `file` resource puts at its path. `content` and `source` exclude each
/// other; an attribute that is `undef` is not there.
fn content_of<'a>(
    attribute: &impl Fn(&str) -> Option<&'a (SmolStr, Value, Span)>,
    at: Span,
) -> (Content, Span) {
    let given = |name: &str| {
        let (_, value, value_at) = attribute(name)?;
        let known: Vec<Case> = value
            .cases
            .iter()
            .filter(|case| case.data != Data::Undef)
            .cloned()
            .collect();
        (!known.is_empty()).then(|| (Value::of(known), *value_at))
    };
    let is = |name: &str, wanted: &[&str]| {
        let value = attribute(name).and_then(|(_, value, _)| value.as_str());
        value.is_some_and(|value| wanted.contains(&value))
    };
    if is("ensure", &["absent"]) {
        return (Content::Absent, at);
    }
    if let Some((target, target_at)) = given("target")
        && let Some(Data::Text(text)) = target.single()
    {
        return (Content::Link(text.clone()), target_at);
    }
    if let Some((source, source_at)) = given("source") {
        return (Content::Copy(sources(source)), source_at);
    }
    if let Some((content, content_at)) = given("content") {
        return (Content::Inline(content), content_at);
    }
    (Content::Unmanaged, at)
}

/// An array of sources is tried in order; one value is one source.
fn sources(value: Value) -> Vec<Value> {
    match value.single() {
        Some(Data::Array(items)) => items.to_vec(),
        _ => vec![value],
    }
}

/// Every title: an array is one resource for each element.
pub(super) fn each_title(titles: &Value) -> Vec<Case> {
    let mut found = Vec::new();
    for case in &*titles.cases {
        let nested: Vec<Case> = match &case.data {
            Data::Array(items) => items.iter().flat_map(each_title).collect(),
            Data::Each(item) => each_title(item),
            Data::Unknown(unknown) => vec![Case {
                data: Data::Text(Text::hole(unknown.clone())),
                ..case.clone()
            }],
            _ => vec![case.clone()],
        };
        found.extend(nested.into_iter().map(|mut inner| {
            inner.when.extend(
                case.when
                    .iter()
                    .filter(|condition| !inner.when.contains(condition))
                    .cloned()
                    .collect::<Vec<_>>(),
            );
            inner
        }));
        if found.len() > 512 {
            found.truncate(512);
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::facts::Content;
    use crate::tree::Memory;
    use crate::{Request, audit};

    #[test]
    fn a_splatted_hash_that_is_one_of_two_gives_both_contents() {
        let manifest = "class a {\n  if $facts['x'] { $o = { source => 'puppet:///modules/a/ca.pem' } } else { $o = { source => '/old/ca.pem' } }\n  file { '/etc/ca.pem': * => $o }\n}\n";
        let tree = Memory::new().with("modules/a/manifests/init.pp", manifest);
        let evidence = audit(&tree, &Request::default());
        let write = evidence
            .writers_of("/etc/ca.pem")
            .next()
            .expect("the file is managed");
        let Content::Copy(sources) = &write.content else {
            panic!("a copy")
        };
        let cases: usize = sources.iter().map(|source| source.cases.len()).sum();
        assert_eq!(cases, 2);
        assert!(
            sources
                .iter()
                .all(|source| source.cases.iter().all(|case| case.when.len() == 1))
        );
    }
}
