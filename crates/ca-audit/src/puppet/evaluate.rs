//! Expressions to values.

use super::access::{access, element};
use super::catalog::Catalog;
use super::classes::{ClassState, Entrance, inclusion};
use super::code::{Body, Code, Definition, Manifest};
use super::collect::Collected;
use super::data_keys::DataKeys;
use super::defaults::Defaults;
use super::host::Host;
use super::interpolation::append;
use super::operators::{self, Matched};
use super::scope::{Scope, Variables};
use super::{Outcome, Rendering};
use crate::place::{FileId, Span};
use crate::value::{Case, Condition, Data, Origin, Text, Value, Why};
use puppet_syntax::ast::{
    Access, Binary, BinaryOp, Expr, ExprKind, Number, Selector, StringPart, UnaryOp,
};
use smol_str::{SmolStr, format_smolstr};
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
    /// Whether the host has classes that cannot be seen: one whose name is not
    /// known, or that is not in the checkout and may include any other.
    pub(super) has_unseen_classes: bool,
    /// The variables of the top scope and of the node's.
    pub(super) top: Rc<Variables>,
    pub(super) node: Rc<Variables>,
    pub(super) outcome: Outcome,
    pub(super) fuel: u32,
    /// Which of the root's parameters are open.
    pub(super) opens: Option<Opened>,
    /// Functions inside functions.
    pub(super) calls: usize,
}

/// What counts as not known of a root's parameters: those whose default says
/// that nothing is given, and perhaps one more.
#[derive(Clone, Debug, Default)]
pub(super) struct Opened {
    /// The one more.
    pub(super) also: Option<SmolStr>,
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
            has_unseen_classes: false,
            top: Rc::default(),
            node: Rc::default(),
            outcome: Outcome::default(),
            fuel: FUEL,
            calls: 0,
            opens: None,
        }
    }

    /// Code outside of any definition: `site.pp`, node definitions.
    pub(super) fn top_level(&mut self, manifest: &'c Manifest, defaults: &Rc<Defaults>) {
        let mut scope = Scope::new(manifest, Rc::default());
        scope.defaults = Defaults::inside(defaults);
        self.body(&mut scope, &manifest.parse().program);
        self.expand();
    }

    /// The value of the last statement of a program.
    pub(super) fn value(&mut self, manifest: &'c Manifest) -> Value {
        let mut scope = Scope::new(manifest, Rc::default());
        self.body(&mut scope, &manifest.parse().program)
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

    /// A class of a module that is not in the tree, which includes it at `at`.
    pub(super) fn included_root(
        &mut self,
        class: Definition<'c>,
        at: Span,
        defaults: &Rc<Defaults>,
    ) {
        let from = Entrance {
            chain: Rc::new(vec![inclusion(class, at)]),
            when: Vec::new(),
            defaults: Rc::clone(defaults),
            tags: Rc::default(),
        };
        self.enter_class(class, &Variables::new(), from);
        self.expand();
    }

    /// The same with some parameters open.
    pub(super) fn open_root(
        &mut self,
        definition: Definition<'c>,
        opened: Opened,
        defaults: &Rc<Defaults>,
    ) {
        self.opens = Some(opened);
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
            ExprKind::Name(name) | ExprKind::Reserved(name) => Value::text(name.as_str()),
            ExprKind::TypeRef(name) => Value::known(Data::Reference {
                kind: type_name(name),
                titles: Vec::new(),
            }),
            ExprKind::Interpolated(parts) => self.interpolated(scope, parts),
            ExprKind::Heredoc(heredoc) => self.expr(scope, &heredoc.text),
            ExprKind::Variable(name) => self.variable(scope, name, scope.span(expr.span)),
            ExprKind::Array(items) => {
                let items = self.unfolded(scope, items);
                operators::unfold(items, scope.span(expr.span))
            }
            ExprKind::Hash(entries) => {
                let mut all = Vec::new();
                for entry in entries {
                    let key = self.expr(scope, &entry.key);
                    super::hash::insert(&mut all, key, self.expr(scope, &entry.value));
                }
                Value::known(Data::Hash(all.into()))
            }
            ExprKind::Paren(inner) => self.expr(scope, inner),
            ExprKind::Access(access) => self.access(scope, access, expr),
            ExprKind::Call(call) => self.call(scope, call, expr),
            ExprKind::MethodCall(call) => self.method_call(scope, call, expr),
            ExprKind::Unary(unary) => {
                let operand = self.expr(scope, &unary.operand);
                operators::unary(unary.op, &operand, scope.span(expr.span))
            }
            ExprKind::Binary(binary) => self.binary(scope, binary, expr),
            ExprKind::Selector(selector) => self.selector(scope, selector, expr),
            ExprKind::Regex(source) => Value::known(Data::Regex(source.clone())),
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

    fn access(&mut self, scope: &mut Scope<'c>, access_expr: &'c Access, expr: &'c Expr) -> Value {
        let at = scope.span(expr.span);
        if let ExprKind::TypeRef(kind) = &access_expr.target.kind {
            let titles = access_expr
                .keys
                .iter()
                .map(|key| self.expr(scope, key))
                .collect();
            let kind = type_name(kind);
            return Value::known(Data::Reference { kind, titles });
        }
        if let ExprKind::Variable(name) = &access_expr.target.kind
            && matches!(
                name.as_str(),
                "facts" | "trusted" | "server_facts" | "::facts"
            )
            && scope.get(name).is_none()
        {
            if let Some(value) = self.fact(name.trim_start_matches("::")) {
                let keys: Vec<Value> = access_expr
                    .keys
                    .iter()
                    .map(|key| self.expr(scope, key))
                    .collect();
                return keys.iter().fold(value, |value, key| {
                    value.flat_map(|case| element(&case.data, key, at))
                });
            }
            let fact = access_expr.keys.first().map(|key| self.expr(scope, key));
            let fact = fact.as_ref().and_then(Value::as_str).unwrap_or("…").into();
            return Value::unknown(Why::Fact(fact), Some(at));
        }
        let target = self.expr(scope, &access_expr.target);
        let keys: Vec<Value> = access_expr
            .keys
            .iter()
            .map(|key| self.expr(scope, key))
            .collect();
        access(&target, &keys, at)
    }

    fn binary(&mut self, scope: &mut Scope<'c>, binary: &'c Binary, expr: &'c Expr) -> Value {
        let at = scope.span(expr.span);
        let left = self.expr(scope, &binary.left);
        if matches!(binary.op, BinaryOp::And | BinaryOp::Or) {
            return operators::logical(binary.op, &left, at, || self.expr(scope, &binary.right));
        }
        let right = self.expr(scope, &binary.right);
        if matches!(binary.op, BinaryOp::Match | BinaryOp::NoMatch) {
            let matched = operators::option_matches(&left, &right);
            Self::set_groups(scope, &matched, at);
        }
        operators::binary(binary.op, &left, &right, at)
    }

    /// Sets `$0`, `$1` and so on to what a match gave. Where that is not known,
    /// those of an earlier match do not count any more.
    pub(super) fn set_groups(scope: &mut Scope<'c>, matched: &Matched, at: Span) {
        const MOST: usize = 100;
        let is_known = matched.holds == Some(false) || !matched.groups.is_empty();
        for index in 0..MOST {
            let name = format_smolstr!("{index}");
            let value = match matched.groups.get(index) {
                Some(group) => group.clone(),
                None if !is_known && index < matched.may_set => {
                    Value::unknown(Why::Variable(name.clone()), Some(at))
                }
                // Those of an earlier match.
                None if scope.get(&name).is_some() => Value::undef(),
                None => break,
            };
            scope.set(name, value);
        }
    }

    /// The values of a list's items or a call's arguments, and which of them are
    /// to be taken apart (`*$x`).
    pub(super) fn unfolded(
        &mut self,
        scope: &mut Scope<'c>,
        items: &'c [Expr],
    ) -> Vec<(bool, Value)> {
        let item = |item: &'c Expr| {
            let is_splat =
                matches!(&item.kind, ExprKind::Unary(unary) if unary.op == UnaryOp::Splat);
            (is_splat, self.expr(scope, item))
        };
        items.iter().map(item).collect()
    }

    fn selector(&mut self, scope: &mut Scope<'c>, selector: &'c Selector, expr: &'c Expr) -> Value {
        let subject = self.expr(scope, &selector.subject);
        let mut cases = Vec::new();
        for entry in &selector.entries {
            let option = self.expr(scope, &entry.key);
            let matched = operators::option_matches(&subject, &option);
            let matches = matched.holds;
            if matches == Some(false) {
                continue;
            }
            let at = scope.span(entry.span());
            Self::set_groups(scope, &matched, at);
            let value = self.expr(scope, &entry.value);
            if matches == Some(true) && cases.is_empty() {
                return value;
            }
            let when = super::statements::branch(scope, entry.span(), selector.subject.span);
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

/// A type's name as it is compared: in lower case, without `::` before it.
fn type_name(name: &str) -> SmolStr {
    name.trim_start_matches("::").to_lowercase().into()
}

/// A step of provenance.
pub(super) fn origin(at: Span, what: impl Into<std::sync::Arc<str>>) -> Origin {
    Origin {
        at,
        what: what.into(),
    }
}
