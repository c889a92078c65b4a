//! Expressions to values.

use super::catalog::Catalog;
use super::classes::{ClassState, Entrance};
use super::code::{Body, Code, Definition, Manifest};
use super::collect::Collected;
use super::data_keys::DataKeys;
use super::defaults::Defaults;
use super::host::Host;
use super::scope::{Scope, Variables};
use super::{Outcome, Rendering};
use crate::place::{FileId, Span};
use crate::value::{Case, Condition, Data, MAX_CASES, Origin, Text, Unknown, Value, Why};
use puppet_syntax::ast::{
    Access, Binary, BinaryOp, Expr, ExprKind, Number, Selector, StringPart, UnaryOp,
};
use smol_str::SmolStr;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

/// Expressions evaluated from one root before the rest is left as unknown: a
/// bound on time for code that multiplies itself.
const FUEL: u32 = 500_000;

/// Declarations inside declarations; Puppet itself has no such bound, but real
/// code stays under ten.
pub(super) const MAX_NESTING: usize = 40;

/// Evaluates a project's code.
pub(super) struct Evaluator<'c> {
    pub(super) code: &'c Code,
    /// Definitions worth entering; all of them where nothing is said.
    pub(super) relevant: Option<&'c BTreeSet<SmolStr>>,
    pub(super) data: &'c DataKeys<'c>,
    wanted: &'c HashSet<FileId>,
    /// The host whose catalog is made; without one, any host counts.
    pub(super) host: Option<Host>,
    pub(super) catalog: Catalog,
    pub(super) collectors: Vec<Collected>,
    /// What `realize` asks for.
    pub(super) realized: Vec<(SmolStr, SmolStr, Vec<Condition>)>,
    /// The classes entered so far.
    pub(super) classes: HashMap<SmolStr, ClassState>,
    /// The variables of the top scope and of the node's.
    pub(super) top: Rc<Variables>,
    pub(super) node: Rc<Variables>,
    pub(super) outcome: Outcome,
    pub(super) fuel: u32,
    /// Whether what the root's parameters lack by default is open.
    pub(super) opens: bool,
    /// Functions inside functions.
    pub(super) calls: usize,
}

impl<'c> Evaluator<'c> {
    /// For any host: only `relevant` code is entered, and nothing is included.
    pub(super) fn for_any_host(
        code: &'c Code,
        data: &'c DataKeys<'c>,
        relevant: &'c BTreeSet<SmolStr>,
        wanted: &'c HashSet<FileId>,
    ) -> Self {
        Self {
            relevant: Some(relevant),
            ..Self::new(code, data, wanted)
        }
    }

    /// For one host: everything that its node definition leads to.
    pub(super) fn for_host(
        code: &'c Code,
        data: &'c DataKeys<'c>,
        wanted: &'c HashSet<FileId>,
        host: Host,
    ) -> Self {
        Self {
            host: Some(host),
            ..Self::new(code, data, wanted)
        }
    }

    fn new(code: &'c Code, data: &'c DataKeys<'c>, wanted: &'c HashSet<FileId>) -> Self {
        Self {
            code,
            relevant: None,
            data,
            wanted,
            host: None,
            catalog: Catalog::default(),
            collectors: Vec::new(),
            realized: Vec::new(),
            classes: HashMap::new(),
            top: Rc::default(),
            node: Rc::default(),
            outcome: Outcome::default(),
            fuel: FUEL,
            calls: 0,
            opens: false,
        }
    }

    /// Code outside of any definition: `site.pp`, node definitions.
    pub(super) fn top_level(&mut self, manifest: &'c Manifest, defaults: &Rc<Defaults>) {
        let mut scope = Scope::new(manifest, Rc::default());
        scope.defaults = Defaults::inside(defaults);
        self.body(&mut scope, &manifest.parse().program);
        self.expand();
    }

    /// A definition that nobody at hand declares: its parameters are what data
    /// and defaults say.
    pub(super) fn root(&mut self, definition: Definition<'c>, defaults: &Rc<Defaults>) {
        let from = Entrance {
            chain: Rc::default(),
            when: Vec::new(),
            defaults: Rc::clone(defaults),
            tags: Rc::default(),
        };
        match definition.body {
            Body::Class(_) => self.enter_class(definition, &Variables::new(), from),
            Body::Define(_) => {
                let title = Value::unknown(Why::Variable("title".into()), None);
                self.enter_defined_type(definition, &title, &Variables::new(), from);
            }
        }
        self.expand();
    }

    /// The same with every parameter open whose default says that nothing is
    /// given.
    pub(super) fn open_root(&mut self, definition: Definition<'c>, defaults: &Rc<Defaults>) {
        self.opens = true;
        self.root(definition, defaults);
    }

    pub(super) fn finish(mut self) -> Outcome {
        self.outcome.writes = self.written();
        self.outcome
    }

    /// The value of an expression.
    pub(super) fn expr(&mut self, scope: &mut Scope<'c>, expr: &'c Expr) -> Value {
        if self.fuel == 0 {
            return Value::unknown(Why::TooMany, Some(scope.span(expr.span)));
        }
        self.fuel -= 1;
        match &expr.kind {
            ExprKind::Undef => Value::undef(),
            ExprKind::Default => Value::known(Data::Default),
            ExprKind::Bool(value) => Value::known(Data::Bool(*value)),
            ExprKind::Number(Number::Integer(value)) => Value::known(Data::Integer(*value)),
            ExprKind::Number(Number::Float(value)) => Value::known(Data::Float(*value)),
            ExprKind::String(text) => Value::text(text.value.as_str()),
            ExprKind::Name(name) | ExprKind::Reserved(name) | ExprKind::TypeRef(name) => {
                Value::text(name.as_str())
            }
            ExprKind::Interpolated(parts) => self.interpolated(scope, parts),
            ExprKind::Heredoc(heredoc) => self.expr(scope, &heredoc.text),
            ExprKind::Variable(name) => self.variable(scope, name, scope.span(expr.span)),
            ExprKind::Array(items) => {
                let items = items.iter().map(|item| self.expr(scope, item)).collect();
                Value::known(Data::Array(items))
            }
            ExprKind::Hash(entries) => {
                let entries = entries
                    .iter()
                    .map(|entry| (self.expr(scope, &entry.key), self.expr(scope, &entry.value)));
                Value::known(Data::Hash(entries.collect()))
            }
            ExprKind::Paren(inner) => self.expr(scope, inner),
            ExprKind::Access(access) => self.access(scope, access, expr),
            ExprKind::Call(call) => self.call(scope, call, expr),
            ExprKind::MethodCall(call) => self.method_call(scope, call, expr),
            ExprKind::Unary(unary) => {
                let operand = self.expr(scope, &unary.operand);
                match unary.op {
                    UnaryOp::Not => {
                        boolean(truth(&operand).map(|truth| !truth), scope.span(expr.span))
                    }
                    UnaryOp::Splat => operand,
                    UnaryOp::Minus => Value::unknown(Why::Expression, Some(scope.span(expr.span))),
                }
            }
            ExprKind::Binary(binary) => self.binary(scope, binary, expr),
            ExprKind::Selector(selector) => self.selector(scope, selector, expr),
            ExprKind::Regex(_) => Value::unknown(Why::Expression, Some(scope.span(expr.span))),
            _ => self.statement(scope, expr),
        }
    }

    fn interpolated(&mut self, scope: &mut Scope<'c>, parts: &'c [StringPart]) -> Value {
        let mut cases = vec![Case::new(Data::Text(Text::default()))];
        for part in parts {
            let value = match part {
                StringPart::Text(text) => Value::text(text.value.as_str()),
                StringPart::Expr(expr) => self.expr(scope, expr),
            };
            cases = append(&cases, &value);
        }
        Value::of(cases)
    }

    fn access(&mut self, scope: &mut Scope<'c>, access: &'c Access, expr: &'c Expr) -> Value {
        let at = scope.span(expr.span);
        if let ExprKind::TypeRef(kind) = &access.target.kind {
            let titles = access
                .keys
                .iter()
                .map(|key| self.expr(scope, key))
                .collect();
            let kind = kind.to_lowercase().into();
            return Value::known(Data::Reference { kind, titles });
        }
        if let ExprKind::Variable(name) = &access.target.kind
            && matches!(
                name.as_str(),
                "facts" | "trusted" | "server_facts" | "::facts"
            )
            && scope.get(name).is_none()
        {
            if let Some(value) = self.fact(name.trim_start_matches("::")) {
                let keys: Vec<Value> = access
                    .keys
                    .iter()
                    .map(|key| self.expr(scope, key))
                    .collect();
                return keys.iter().fold(value, |value, key| {
                    value.flat_map(|case| element(&case.data, key, at))
                });
            }
            let fact = access.keys.first().map(|key| self.expr(scope, key));
            let fact = fact.as_ref().and_then(Value::as_str).unwrap_or("…").into();
            return Value::unknown(Why::Fact(fact), Some(at));
        }
        let mut target = self.expr(scope, &access.target);
        for key in &access.keys {
            let key = self.expr(scope, key);
            target = target.flat_map(|case| element(&case.data, &key, at));
        }
        target
    }

    fn binary(&mut self, scope: &mut Scope<'c>, binary: &'c Binary, expr: &'c Expr) -> Value {
        let at = scope.span(expr.span);
        let left = self.expr(scope, &binary.left);
        match binary.op {
            BinaryOp::And | BinaryOp::Or => {
                let decides = binary.op == BinaryOp::Or;
                let left = truth(&left);
                if left == Some(decides) {
                    return Value::known(Data::Bool(decides));
                }
                let right = self.expr(scope, &binary.right);
                match (left, truth(&right)) {
                    (_, Some(right)) if right == decides => Value::known(Data::Bool(decides)),
                    (Some(_), Some(right)) => Value::known(Data::Bool(right)),
                    _ => Value::unknown(Why::Expression, Some(at)),
                }
            }
            BinaryOp::Equal | BinaryOp::NotEqual => {
                let right = self.expr(scope, &binary.right);
                let equal =
                    equal(&left, &right).map(|equal| equal == (binary.op == BinaryOp::Equal));
                boolean(equal, at)
            }
            BinaryOp::Add => {
                let right = self.expr(scope, &binary.right);
                left.flat_map(|left| right.flat_map(|right| sum(&left.data, &right.data, at)))
            }
            _ => {
                self.expr(scope, &binary.right);
                Value::unknown(Why::Expression, Some(at))
            }
        }
    }

    fn selector(&mut self, scope: &mut Scope<'c>, selector: &'c Selector, expr: &'c Expr) -> Value {
        let subject = self.expr(scope, &selector.subject);
        let mut cases = Vec::new();
        for entry in &selector.entries {
            let option = self.expr(scope, &entry.key);
            let matches = match (option.single(), &entry.key.kind) {
                (Some(Data::Default), _) => Some(true),
                (_, ExprKind::Regex(_)) => None,
                _ => equal(&subject, &option),
            };
            if matches == Some(false) {
                continue;
            }
            let value = self.expr(scope, &entry.value);
            if matches == Some(true) && cases.is_empty() {
                return value;
            }
            let when = super::statements::condition(scope, entry.span(), true);
            cases.extend(value.under(&[when]).cases.iter().cloned());
            if matches == Some(true) {
                break;
            }
        }
        if cases.is_empty() {
            return Value::unknown(Why::Expression, Some(scope.span(expr.span)));
        }
        Value::of(cases)
    }

    /// Notes that a wanted template is rendered here.
    pub(super) fn rendered(&mut self, scope: &Scope<'c>, template: FileId, at: Span) {
        if self.wanted.contains(&template) {
            self.outcome.renderings.push(Rendering {
                template,
                at,
                variables: Arc::new(scope.variables().clone()),
            });
        }
    }
}

/// Whether a value is true, where that can be told: all but `false` and `undef`
/// is (Puppet language reference, "Booleans").
pub(super) fn truth(value: &Value) -> Option<bool> {
    let mut verdict = None;
    for case in &*value.cases {
        let this = match &case.data {
            Data::Unknown(_) => return None,
            Data::Bool(value) => *value,
            Data::Undef => false,
            _ => true,
        };
        if verdict.is_some_and(|verdict| verdict != this) {
            return None;
        }
        verdict = Some(this);
    }
    verdict
}

/// Whether two values are equal; strings compare without case.
pub(super) fn equal(left: &Value, right: &Value) -> Option<bool> {
    let (left, right) = (left.single()?, right.single()?);
    match (left, right) {
        (Data::Text(left), Data::Text(right)) => match (left.as_str(), right.as_str()) {
            (Some(left), Some(right)) => Some(left.eq_ignore_ascii_case(right)),
            _ => None,
        },
        (Data::Unknown(_) | Data::Array(_) | Data::Hash(_) | Data::Each(_), _)
        | (_, Data::Unknown(_) | Data::Array(_) | Data::Hash(_) | Data::Each(_)) => None,
        (left, right) => Some(left == right),
    }
}

fn boolean(value: Option<bool>, at: Span) -> Value {
    match value {
        Some(value) => Value::known(Data::Bool(value)),
        None => Value::unknown(Why::Expression, Some(at)),
    }
}

/// Every string of `cases` with every case of `value` behind it.
pub(super) fn append(cases: &[Case], value: &Value) -> Vec<Case> {
    let mut longer = Vec::new();
    for case in cases {
        for tail in &*value.cases {
            let Data::Text(text) = &case.data else {
                continue;
            };
            let mut text = text.clone();
            text.push(&text_of(&tail.data));
            let mut new = Case {
                data: Data::Text(text),
                when: case.when.clone(),
                from: case.from.clone(),
            };
            new.from.extend(tail.from.iter().cloned());
            for condition in &tail.when {
                if !new.when.contains(condition) {
                    new.when.push(condition.clone());
                }
            }
            longer.push(new);
            if longer.len() > MAX_CASES {
                return vec![Case::new(Data::Text(Text::hole(Unknown {
                    why: Why::TooMany,
                    at: None,
                })))];
            }
        }
    }
    longer
}

/// A value as part of a string.
pub(super) fn text_of(data: &Data) -> Text {
    match data {
        Data::Undef => Text::default(),
        Data::Default => Text::literal("default"),
        Data::Bool(value) => Text::literal(value.to_string()),
        Data::Integer(value) => Text::literal(value.to_string()),
        Data::Float(value) => Text::literal(value.to_string()),
        Data::Text(text) => text.clone(),
        Data::Unknown(unknown) => Text::hole(unknown.clone()),
        _ => Text::hole(Unknown {
            why: Why::Expression,
            at: None,
        }),
    }
}

/// `data[key]`.
pub(super) fn element(data: &Data, key: &Value, at: Span) -> Value {
    let unknown = || Value::unknown(Why::Expression, Some(at));
    match (data, key.single()) {
        (Data::Each(each), _) => (**each).clone(),
        (Data::Array(items), Some(Data::Integer(index))) => {
            let index = if *index < 0 {
                items.len() as i64 + index
            } else {
                *index
            };
            let index = usize::try_from(index).ok();
            index
                .and_then(|index| items.get(index))
                .cloned()
                .unwrap_or_else(Value::undef)
        }
        (Data::Hash(entries), Some(Data::Unknown(_)) | None) => {
            let values = entries
                .iter()
                .flat_map(|(_, value)| value.cases.iter().cloned());
            let mut cases: Vec<Case> = values.collect();
            cases.push(Case::new(Data::Undef));
            Value::of(cases)
        }
        (Data::Hash(entries), Some(_)) => {
            let same = |(name, _): &&(Value, Value)| equal(name, key) == Some(true);
            match entries.iter().rev().find(same) {
                Some((_, value)) => value.clone(),
                None if entries.iter().any(|(name, _)| name.has_unknown()) => unknown(),
                None => Value::undef(),
            }
        }
        (Data::Undef, _) => Value::undef(),
        (Data::Unknown(reason), _) => Value::known(Data::Unknown(reason.clone())),
        _ => unknown(),
    }
}

fn sum(left: &Data, right: &Data, at: Span) -> Value {
    match (left, right) {
        (Data::Integer(left), Data::Integer(right)) => match left.checked_add(*right) {
            Some(sum) => Value::known(Data::Integer(sum)),
            None => Value::unknown(Why::Expression, Some(at)),
        },
        (Data::Array(left), Data::Array(right)) => {
            let both = left.iter().chain(right.iter()).cloned().collect();
            Value::known(Data::Array(both))
        }
        (Data::Hash(left), Data::Hash(right)) => {
            let both = left.iter().chain(right.iter()).cloned().collect();
            Value::known(Data::Hash(both))
        }
        _ => Value::unknown(Why::Expression, Some(at)),
    }
}

/// A step of provenance.
pub(super) fn origin(at: Span, what: impl Into<std::sync::Arc<str>>) -> Origin {
    Origin {
        at,
        what: what.into(),
    }
}
