//! Resources: what a declaration makes of its titles and attributes.

use super::catalog::{Attributes, Change, Resource};
use super::classes::{ANY, Entrance, step, tagged};
use super::collect::{open_references, references};
use super::copying_commands::may_copy;
use super::evaluate::{Evaluator, MAX_NESTING};
use super::handed_over::may_hand_over;
use super::scope::{Scope, Variables};
use super::writers::is_written;
use crate::place::Span;
use crate::value::{Case, Condition, Data, Text, Value, Why};
use puppet_syntax::ast::{
    Attribute, AttributeName, AttributeOp, Expr, ExprKind, ResourceBody, ResourceDefaults,
    ResourceForm, ResourceOverride,
};
use smol_str::{SmolStr, format_smolstr};
use std::rc::Rc;

impl<'c> Evaluator<'c> {
    /// A resource declaration with all its bodies; its value is references to
    /// what it declares.
    pub(super) fn resource(
        &mut self,
        scope: &mut Scope<'c>,
        resource: &'c puppet_syntax::ast::Resource,
    ) -> Value {
        let kinds = match &resource.type_name.kind {
            ExprKind::Name(name) => vec![name.trim_start_matches("::").into()],
            ExprKind::Reserved(name) => vec![name.clone()],
            _ => self.kinds(scope, &resource.type_name),
        };
        let mut declared = Vec::new();
        for kind in kinds {
            // A body titled `default` says what the others leave open.
            let mut shared = Attributes::new();
            let is_default = |body: &&ResourceBody| matches!(body.title.kind, ExprKind::Default);
            for body in resource.bodies.iter().filter(is_default) {
                shared = self.attributes(scope, body);
            }
            for body in resource.bodies.iter().filter(|body| !is_default(body)) {
                declared.extend(self.resource_body(scope, &kind, resource.form, body, &shared));
            }
        }
        match declared.len() {
            1 => declared.remove(0),
            _ => Value::known(Data::Array(declared.into())),
        }
    }

    /// The types that an expression in the place of a type may be.
    fn kinds(&mut self, scope: &mut Scope<'c>, type_name: &'c Expr) -> Vec<SmolStr> {
        let value = self.expr(scope, type_name);
        let kind = |case: &Case| match &case.data {
            Data::Text(text) => Some(
                text.as_str()?
                    .trim_start_matches("::")
                    .to_lowercase()
                    .into(),
            ),
            // `Resource[File]`, `Resource['file']`
            Data::Reference { kind, titles } if kind == "resource" => {
                match titles.first()?.single()? {
                    Data::Reference { kind, .. } => Some(kind.clone()),
                    Data::Text(text) => Some(text.as_str()?.to_lowercase().into()),
                    _ => None,
                }
            }
            Data::Reference { kind, .. } => Some(kind.clone()),
            _ => None,
        };
        value.cases.iter().filter_map(kind).collect()
    }

    fn resource_body(
        &mut self,
        scope: &mut Scope<'c>,
        kind: &str,
        form: ResourceForm,
        body: &'c ResourceBody,
        shared: &Attributes,
    ) -> Vec<Value> {
        let is_handed = may_hand_over(body);
        let copies = kind == "exec" && may_copy(body, scope.text(body.span));
        let matters = || self.matters(kind) || copies || is_handed && self.is_elsewhere(kind);
        if kind != "class" && !matters() {
            return Vec::new();
        }
        let mut titles = self.titles(scope, &body.title);
        if kind == "class" {
            for (titles, at) in &mut titles {
                *titles = self.classes_named(titles, *at);
            }
        }
        let mut all = titles.iter();
        let is_worth = |(titles, _): &(Value, Span)| self.is_worth_entering(titles, is_handed);
        if kind == "class" && !all.any(is_worth) {
            return Vec::new();
        }
        let mut attributes = shared.clone();
        attributes.extend(self.attributes(scope, body));
        let is_list = |case: &Case| matches!(case.data, Data::Array(_) | Data::Each(_));
        let is_one_of = matches!(&titles[..], [(titles, _)]
            if titles.cases.len() > 1 && !titles.cases.iter().any(is_list));
        let first = self.catalog.resources().len();
        let mut declared = Vec::new();
        for (titles, at) in titles {
            for title in each_title(&titles) {
                declared.push(Value::known(Data::Reference {
                    kind: kind.into(),
                    titles: vec![Value::of(vec![title.clone()])],
                }));
                self.declare(scope, kind, form, title, &attributes, at);
            }
        }
        if is_one_of && kind != "class" {
            for resource in &mut self.catalog.resources_mut()[first..] {
                resource.one_of = Some(first);
            }
        }
        declared
    }

    /// The titles of a declaration, each with its place; those of a list that stands
    /// there have places of their own.
    fn titles(&mut self, scope: &mut Scope<'c>, title: &'c Expr) -> Vec<(Value, Span)> {
        let is_splat = |item: &Expr| matches!(&item.kind, ExprKind::Unary(_));
        match &title.kind {
            ExprKind::Array(items) if !items.is_empty() && !items.iter().any(is_splat) => {
                let one = |item| (self.expr(scope, item), scope.span(item.span));
                items.iter().map(one).collect()
            }
            _ => vec![(self.expr(scope, title), scope.span(title.span))],
        }
    }

    /// Whether resources of this type can matter.
    pub(super) fn matters(&self, kind: &str) -> bool {
        self.relevant
            .is_none_or(|relevant| is_written(kind) || relevant.contains(kind))
    }

    /// Whether any of these classes can matter, which may be handed something.
    fn is_worth_entering(&self, titles: &Value, is_handed: bool) -> bool {
        let is_worth = |name: &str| {
            let name = name.trim_start_matches("::");
            self.enters(name) || is_handed && !self.code.defines(name)
        };
        let is_relevant = |title: &Case| match &title.data {
            Data::Text(text) => text.as_str().is_some_and(is_worth),
            _ => false,
        };
        each_title(titles).iter().any(is_relevant)
    }

    /// Whether a definition is worth entering.
    pub(super) fn enters(&self, name: &str) -> bool {
        self.relevant.is_none_or(|relevant| relevant.contains(name))
    }

    fn attributes(&mut self, scope: &mut Scope<'c>, body: &'c ResourceBody) -> Attributes {
        self.said(scope, &body.attributes)
    }

    /// What attributes say.
    pub(super) fn said(&mut self, scope: &mut Scope<'c>, said: &'c [Attribute]) -> Attributes {
        let mut attributes = Attributes::new();
        for attribute in said {
            let value = self.expr(scope, &attribute.value);
            let at = scope.span(attribute.value.span);
            match &attribute.name {
                AttributeName::Named(name) => attributes.push((name.clone(), value, at)),
                AttributeName::Splat => attributes.extend(splatted(&value, at)),
            }
        }
        attributes
    }

    /// One resource: a class is entered at once, everything else when the code
    /// at hand has ended.
    pub(super) fn declare(
        &mut self,
        scope: &Scope<'c>,
        kind: &str,
        form: ResourceForm,
        title: Case,
        attributes: &Attributes,
        at: Span,
    ) {
        // A title of another branch than this one is never declared here.
        let Some(when) = Condition::all_of(&scope.when, &title.when) else {
            return;
        };
        let resource = Resource {
            kind: kind.into(),
            title,
            attributes: attributes.clone(),
            at,
            chain: Rc::clone(&scope.chain),
            when,
            form,
            defaults: Rc::clone(&scope.defaults),
            tags: Rc::clone(&scope.tags),
            inherited: false,
            changed: false,
            changed_at: Vec::new(),
            one_of: None,
            expanded: false,
        };
        if kind == "class" {
            self.declare_class(scope, resource);
        } else {
            self.catalog.add(resource);
        }
    }

    /// `class { 'a': … }`
    fn declare_class(&mut self, scope: &Scope<'c>, resource: Resource) {
        let name = match &resource.title.data {
            Data::Text(text) => text.as_str().unwrap_or_default(),
            _ => return,
        };
        let name = SmolStr::from(name.trim_start_matches("::"));
        if !self.code.defines(&name) {
            self.include(scope, &name, resource.at);
            self.catalog.add(resource);
            return;
        }
        let is_ring = scope
            .chain
            .iter()
            .filter(|step| step.at == resource.at)
            .count()
            > 1;
        if is_ring || scope.chain.len() >= MAX_NESTING || !self.enters(&name) {
            return;
        }
        let Some(definition) = self.class(&name) else {
            return;
        };
        self.publish(scope);
        let arguments = Self::given(&name, &resource.attributes);
        let mut from = Entrance::through(scope, step("class", &resource, definition));
        from.when.clone_from(&resource.when);
        self.enter_class(definition, &arguments, from);
    }

    /// Expands what is declared until nothing is left: collectors first, then
    /// defined types, whose code may declare and collect more.
    pub(super) fn expand(&mut self) {
        let mut next = 0;
        loop {
            let mut any = self.collect() | self.realize_all();
            while next < self.catalog.resources().len() {
                self.expand_one(next);
                next += 1;
                any = true;
            }
            if !any || self.fuel == 0 {
                break;
            }
            // What has become real since it was passed.
            let passed = self.catalog.resources().iter();
            let late = passed
                .take(next)
                .position(|it| !it.expanded && it.is_real());
            next = late.unwrap_or(next);
        }
    }

    fn expand_one(&mut self, index: usize) {
        let resource = &self.catalog.resources()[index];
        // Without a host, what is virtual may be realized by anybody.
        let is_due = resource.is_real() || self.host.is_none();
        if resource.expanded || !is_due {
            return;
        }
        let kind = resource.kind.clone();
        // Without a host nothing may tell where it ends.
        let turns = resource
            .chain
            .iter()
            .filter(|step| step.at == resource.at)
            .count();
        let is_ring = turns > 1 && self.host.is_none();
        let definition = self
            .enters(&kind)
            .then(|| self.defined_type(&kind))
            .flatten();
        let Some(definition) =
            definition.filter(|_| !is_ring && resource.chain.len() < MAX_NESTING)
        else {
            self.catalog.resources_mut()[index].expanded = true;
            return;
        };
        let mut attributes = resource.defaults.all(&kind);
        attributes.extend(resource.attributes.iter().cloned());
        let mut chain = (*resource.chain).clone();
        chain.push(step(&kind, resource, definition));
        let title = Value::of(vec![resource.title.clone()]);
        let mut when = resource.when.clone();
        if !resource.is_real() {
            when.push(Condition {
                at: resource.at,
                text: format_smolstr!("{kind} is realized"),
                holds: true,
                choice: None,
            });
        }
        let from = Entrance {
            chain: Rc::new(chain),
            when,
            defaults: Rc::clone(&resource.defaults),
            tags: tagged(&resource.tags, &kind),
        };
        let (inherited, changed) = (resource.inherited, resource.changed);
        self.catalog.resources_mut()[index].expanded = true;
        let before = self.catalog.resources().len();
        let arguments: Variables = Self::given(&kind, &attributes);
        self.enter_defined_type(definition, &title, &arguments, from);
        for inner in &mut self.catalog.resources_mut()[before..] {
            inner.inherited |= inherited;
            inner.changed |= changed;
        }
    }

    /// `File { … }`: for every file that is declared from here.
    pub(super) fn resource_defaults(
        &mut self,
        scope: &mut Scope<'c>,
        defaults: &'c ResourceDefaults,
    ) {
        if let ExprKind::TypeRef(kind) = &defaults.type_ref.kind {
            let attributes = self.said(scope, &defaults.attributes);
            let kind = kind.trim_start_matches("::").to_lowercase();
            scope.defaults.set(kind.into(), attributes);
        }
    }

    /// `File['x'] { … }`: for a file that is declared elsewhere.
    pub(super) fn resource_override(
        &mut self,
        scope: &mut Scope<'c>,
        said: &'c ResourceOverride,
        at: Span,
    ) {
        let target = self.expr(scope, &said.target);
        let change = self.change(scope, &said.attributes, at);
        for (kind, title) in references(&target) {
            if self.matters(&kind) {
                self.catalog.change(&kind, &title, change.clone());
            }
        }
        // One with holes is meant where it is declared with the same ones.
        for (kind, title) in open_references(&target) {
            if self.catalog.has(&kind, &title) {
                self.catalog.change(&kind, &title, change.clone());
            }
        }
    }

    /// What is said of resources elsewhere.
    pub(super) fn change(
        &mut self,
        scope: &mut Scope<'c>,
        said: &'c [Attribute],
        at: Span,
    ) -> Change {
        let appended = said
            .iter()
            .filter(|attribute| attribute.op == AttributeOp::Append)
            .filter_map(|attribute| attribute.named().map(SmolStr::from));
        Change {
            appended: appended.collect(),
            attributes: self.said(scope, said),
            when: scope.when.clone(),
            at,
            chain: Rc::clone(&scope.chain),
        }
    }
}

/// What stands for all attributes of a hash that is not known.
pub(super) fn anything(at: Span) -> (SmolStr, Value, Span) {
    let value = Value::unknown(Why::Expression, Some(at));
    (SmolStr::new_static(ANY), value, at)
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
    let is_open = value
        .cases
        .iter()
        .any(|case| matches!(case.data, Data::Unknown(_)));
    let any = is_open.then(|| anything(at));
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
    names.into_iter().map(attribute).chain(any).collect()
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
