//! Expressions to values.

use super::code::{Body, Code, Definition, Manifest};
use super::data_keys::{DataKeys, Found};
use super::scope::{Scope, Variables};
use super::{Outcome, Rendering};
use crate::facts::Step;
use crate::place::{FileId, Span};
use crate::value::{Case, Data, MAX_CASES, Origin, Text, Unknown, Value, Why};
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
pub(super) const MAX_NESTING: usize = 24;

/// Evaluates a project's code.
pub(super) struct Evaluator<'c> {
    pub(super) code: &'c Code,
    pub(super) data: &'c DataKeys<'c>,
    /// Definitions worth entering.
    pub(super) relevant: &'c BTreeSet<SmolStr>,
    wanted: &'c HashSet<FileId>,
    pub(super) outcome: Outcome,
    /// The variables of classes that others look into.
    classes: HashMap<SmolStr, Option<Rc<Variables>>>,
    fuel: u32,
}

impl<'c> Evaluator<'c> {
    pub(super) fn new(
        code: &'c Code,
        data: &'c DataKeys<'c>,
        relevant: &'c BTreeSet<SmolStr>,
        wanted: &'c HashSet<FileId>,
    ) -> Self {
        Self {
            code,
            data,
            relevant,
            wanted,
            outcome: Outcome::default(),
            classes: HashMap::new(),
            fuel: FUEL,
        }
    }

    /// Code outside of any definition: `site.pp`, node definitions.
    pub(super) fn top_level(&mut self, manifest: &'c Manifest) {
        let mut scope = Scope::new(manifest, Rc::default());
        for statement in &manifest.parse().program {
            self.statement(&mut scope, statement);
        }
    }

    /// A definition that nobody at hand declares: its parameters are what data
    /// and defaults say.
    pub(super) fn root(&mut self, definition: Definition<'c>) {
        self.instantiate(definition, None, &Variables::new(), Rc::default(), &[]);
    }

    pub(super) fn finish(self) -> Outcome {
        self.outcome
    }

    /// Evaluates a class or defined type with `arguments`; gives its variables.
    pub(super) fn instantiate(
        &mut self,
        definition: Definition<'c>,
        title: Option<&Value>,
        arguments: &Variables,
        chain: Rc<Vec<Step>>,
        when: &[crate::value::Condition],
    ) -> Variables {
        let name = definition.name();
        self.outcome.entered.insert(name.clone());
        let (params, body, parent) = match definition.body {
            Body::Class(class) => (&class.params, &class.body, class.parent.as_ref()),
            Body::Define(define) => (&define.params, &define.body, None),
        };
        let mut scope = Scope::new(definition.manifest, chain);
        scope.when = when.to_vec();
        scope.parent = parent.map(|(name, _)| name.clone());
        let own_title = || Value::unknown(Why::Variable("title".into()), None);
        let title = match definition.body {
            Body::Class(_) => Value::text(name.as_str()),
            Body::Define(_) => title.cloned().unwrap_or_else(own_title),
        };
        scope.set("title".into(), title.clone());
        scope.set("name".into(), title);
        scope.set(
            "module_name".into(),
            Value::text(name.split("::").next().unwrap_or_default()),
        );
        for param in params {
            let value = match arguments.get(&param.name) {
                Some(value) => value.clone(),
                None => self.parameter(&mut scope, definition, param),
            };
            scope.set(param.name.clone(), value);
        }
        for statement in body {
            self.statement(&mut scope, statement);
        }
        scope.into_variables()
    }

    /// A parameter that no caller gives: data first (classes only), then its
    /// default.
    fn parameter(
        &mut self,
        scope: &mut Scope<'c>,
        definition: Definition<'c>,
        param: &'c puppet_syntax::ast::Parameter,
    ) -> Value {
        let key = format!("{}::{}", definition.name(), param.name);
        let Found {
            mut cases,
            is_certain,
        } = match definition.body {
            Body::Class(_) => self.data.find(&key),
            Body::Define(_) => Found::default(),
        };
        if is_certain {
            return Value::of(cases);
        }
        match &param.default {
            Some(default) => cases.extend(self.expr(scope, default).cases.iter().cloned()),
            None if cases.is_empty() => {
                let why = Why::Parameter(param.name.clone());
                return Value::unknown(why, Some(scope.span(param.name_span)));
            }
            None => {}
        }
        Value::of(cases)
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

    /// The value of a variable: of this scope, of the class it inherits from,
    /// of another class, or a fact.
    pub(super) fn variable(&mut self, scope: &Scope<'c>, name: &SmolStr, at: Span) -> Value {
        let bare = name.strip_prefix("::").unwrap_or(name);
        if !name.starts_with("::")
            && let Some(value) = scope.get(bare)
        {
            return value.clone();
        }
        if let Some((class, variable)) = bare.rsplit_once("::") {
            if class == "facts" {
                return Value::unknown(Why::Fact(variable.into()), Some(at));
            }
            let unknown = || Value::unknown(Why::Variable(bare.into()), Some(at));
            let variables = self.class_variables(class);
            return variables
                .and_then(|variables| variables.get(variable).cloned())
                .unwrap_or_else(unknown);
        }
        let parent = scope.parent.clone();
        let inherited = parent.and_then(|parent| self.class_variables(&parent));
        if let Some(value) = inherited.and_then(|variables| variables.get(bare).cloned()) {
            return value;
        }
        // A variable that no code sets is a fact, or a variable of the node.
        if let Some(value) = self.data.fact(bare) {
            return value;
        }
        Value::unknown(Why::Fact(bare.into()), Some(at))
    }

    /// The variables of a class evaluated by itself.
    fn class_variables(&mut self, class: &str) -> Option<Rc<Variables>> {
        let class = class.strip_prefix("::").unwrap_or(class);
        if let Some(known) = self.classes.get(class) {
            return known.clone();
        }
        // A class that looks into itself, or in a ring, finds nothing there.
        self.classes.insert(class.into(), None);
        let definition = self
            .code
            .definition(class)
            .filter(|definition| matches!(definition.body, Body::Class(_)))?;
        // Its resources are another root's business.
        let (writes, renderings) = (self.outcome.writes.len(), self.outcome.renderings.len());
        let entered = self.outcome.entered.clone();
        let variables = self.instantiate(definition, None, &Variables::new(), Rc::default(), &[]);
        self.outcome.writes.truncate(writes);
        self.outcome.renderings.truncate(renderings);
        self.outcome.entered = entered;
        let variables = Some(Rc::new(variables));
        self.classes.insert(class.into(), variables.clone());
        variables
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
            if let Some(value) = self.data.fact(name.trim_start_matches("::")) {
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
