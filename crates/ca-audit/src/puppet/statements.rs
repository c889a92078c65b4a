//! Statements: assignments, branches, declarations.

use super::evaluate::Evaluator;
use super::operators::{option_matches, truth};
use super::scope::Scope;
use crate::value::{Choice, Condition, Data, Value, Why};
use puppet_syntax::ast::{Assignment, Case, Expr, ExprKind, If, Unless};
use smol_str::{SmolStr, format_smolstr};
use std::sync::Arc;

/// A branch that may run: its condition, and its body.
struct Way<'c> {
    when: Vec<Condition>,
    body: &'c [Expr],
}

impl<'c> Evaluator<'c> {
    /// Runs a statement; its value is that of its last expression.
    pub(super) fn statement(&mut self, scope: &mut Scope<'c>, statement: &'c Expr) -> Value {
        match &statement.kind {
            ExprKind::Assignment(assignment) => self.assignment(scope, assignment),
            ExprKind::If(branches) => self.if_statement(scope, branches),
            ExprKind::Unless(unless) => self.unless(scope, unless),
            ExprKind::Case(case) => self.case(scope, case),
            ExprKind::Resource(resource) => self.resource(scope, resource),
            ExprKind::Chain(chain) => {
                let first = self.statement(scope, &chain.first);
                for link in &chain.links {
                    self.statement(scope, &link.target);
                }
                first
            }
            ExprKind::ResourceDefaults(defaults) => {
                self.resource_defaults(scope, defaults);
                Value::undef()
            }
            ExprKind::ResourceOverride(said) => {
                self.resource_override(scope, said, scope.span(statement.span));
                Value::undef()
            }
            ExprKind::Collector(collector) => {
                self.collector(scope, collector, scope.span(statement.span));
                Value::undef()
            }
            // Without a host each node is a host that may be asked about.
            ExprKind::Node(node) if self.host.is_none() => {
                let before = scope.mark();
                let is_pattern = |it: &&Expr| matches!(it.kind, ExprKind::Regex(_));
                if let Some(pattern) = node.matches.iter().find(is_pattern) {
                    // The groups are parts of the host's name.
                    let at = scope.span(pattern.span);
                    let group = Value::unknown(Why::Fact("clientcert".into()), Some(at));
                    for digit in '0'..='9' {
                        scope.set(digit.to_string().into(), group.clone());
                    }
                }
                let value = self.body(scope, &node.body);
                scope.undo(&before);
                value
            }
            // Definitions are evaluated where they are used; the rest of the
            // language says nothing about files.
            ExprKind::Node(_)
            | ExprKind::Class(_)
            | ExprKind::Define(_)
            | ExprKind::Function(_)
            | ExprKind::Plan(_)
            | ExprKind::Apply(_)
            | ExprKind::TypeAlias(_)
            | ExprKind::TypeDefinition(_)
            | ExprKind::Untitled(_)
            | ExprKind::RenderText
            | ExprKind::Render(_) => Value::undef(),
            _ => self.expr(scope, statement),
        }
    }

    /// Runs statements in order.
    pub(super) fn body(&mut self, scope: &mut Scope<'c>, body: &'c [Expr]) -> Value {
        let mut last = Value::undef();
        for statement in body {
            last = self.statement(scope, statement);
            if scope.left.is_some() {
                break;
            }
        }
        last
    }

    fn assignment(&mut self, scope: &mut Scope<'c>, assignment: &'c Assignment) -> Value {
        let value = self.expr(scope, &assignment.value);
        assign(scope, &assignment.target, &value);
        value
    }

    fn if_statement(&mut self, scope: &mut Scope<'c>, statement: &'c If) -> Value {
        let mut ways = Vec::new();
        let mut not_before = Vec::new();
        let mut decided = false;
        for branch in &statement.branches {
            let value = self.expr(scope, &branch.condition);
            let holds = truth(&value);
            if holds == Some(false) {
                continue;
            }
            let mut when = not_before.clone();
            if holds.is_none() {
                when.push(condition(scope, branch.condition.span, true));
                not_before.push(condition(scope, branch.condition.span, false));
            }
            ways.push(Way {
                when,
                body: &branch.body,
            });
            if holds == Some(true) {
                decided = true;
                break;
            }
        }
        if !decided {
            let body = statement.otherwise.as_deref().unwrap_or_default();
            ways.push(Way {
                when: not_before,
                body,
            });
        }
        self.branch(scope, &ways)
    }

    fn unless(&mut self, scope: &mut Scope<'c>, unless: &'c Unless) -> Value {
        let value = self.expr(scope, &unless.condition);
        let otherwise = unless.otherwise.as_deref().unwrap_or_default();
        let span = unless.condition.span;
        let way = |holds, body| Way {
            when: vec![condition(scope, span, holds)],
            body,
        };
        let ways = match truth(&value) {
            Some(true) => vec![Way {
                when: Vec::new(),
                body: otherwise,
            }],
            Some(false) => vec![Way {
                when: Vec::new(),
                body: &unless.body,
            }],
            None => vec![way(false, &unless.body[..]), way(true, otherwise)],
        };
        self.branch(scope, &ways)
    }

    fn case(&mut self, scope: &mut Scope<'c>, case: &'c Case) -> Value {
        let subject = self.expr(scope, &case.subject);
        let mut ways = Vec::new();
        let mut fallback: &[Expr] = &[];
        let mut decided = false;
        for option in &case.options {
            let mut matches = Some(false);
            if option
                .values
                .iter()
                .any(|value| matches!(value.kind, ExprKind::Default))
            {
                fallback = &option.body;
            }
            let span = scope.span(option.span);
            for value in self.options(scope, &option.values) {
                let this = option_matches(&subject, &value);
                if this.holds != Some(false) && matches != Some(true) {
                    Self::set_groups(scope, &this, span);
                }
                matches = match (matches, this.holds) {
                    (Some(true), _) | (_, Some(true)) => Some(true),
                    (None, _) | (_, None) => None,
                    _ => Some(false),
                };
            }
            match matches {
                Some(false) => {}
                Some(true) if ways.is_empty() => return self.body(scope, &option.body),
                _ => ways.push(Way {
                    when: vec![branch(scope, option.span, case.subject.span)],
                    body: &option.body,
                }),
            }
            decided |= matches == Some(true);
            if decided {
                break;
            }
        }
        if !decided {
            let none_holds = |way: &Way| {
                way.when
                    .iter()
                    .map(|when| Condition {
                        holds: false,
                        ..when.clone()
                    })
                    .collect::<Vec<_>>()
            };
            let when = ways.iter().flat_map(none_holds).collect();
            ways.push(Way {
                when,
                body: fallback,
            });
        }
        self.branch(scope, &ways)
    }

    /// The values of an option but for `default`, with `*$list` taken apart.
    fn options(&mut self, scope: &mut Scope<'c>, values: &'c [Expr]) -> Vec<Value> {
        let mut options = Vec::new();
        for (is_splat, value) in self.unfolded(scope, values) {
            match value.single() {
                Some(Data::Default) => {}
                Some(Data::Array(items)) if is_splat => options.extend(items.iter().cloned()),
                _ if is_splat => options.push(Value::unknown(Why::Expression, None)),
                _ => options.push(value),
            }
        }
        options
    }

    /// Runs every way that may be taken, each under its conditions. What a way
    /// sets that leaves the code at hand is not seen by the rest, which runs
    /// only where the others were taken.
    fn branch(&mut self, scope: &mut Scope<'c>, ways: &[Way<'c>]) -> Value {
        if let [only] = ways
            && only.when.is_empty()
        {
            return self.body(scope, only.body);
        }
        let before = scope.mark();
        let outside = scope.when.len();
        let (mut after, mut cases, mut left) = (Vec::new(), Vec::new(), Vec::new());
        for way in ways {
            scope.when.extend(way.when.iter().cloned());
            let value = self.body(scope, way.body);
            scope.when.truncate(outside);
            let set = scope.undo(&before);
            if let Some(how) = scope.left.take() {
                left.push((how, &way.when));
                continue;
            }
            cases.extend(value.under(&way.when).cases.iter().cloned());
            after.push((way.when.clone(), set));
        }
        if after.is_empty() {
            scope.left = left.first().map(|(how, _)| *how);
            return Value::undef();
        }
        for (_, when) in &left {
            if let [only] = &when[..] {
                scope.when.push(Condition {
                    holds: !only.holds,
                    ..only.clone()
                });
            }
        }
        scope.join(&after);
        if cases.is_empty() {
            return Value::unknown(Why::Expression, None);
        }
        Value::of(cases)
    }
}

fn assign(scope: &mut Scope, target: &Expr, value: &Value) {
    match &target.kind {
        ExprKind::Variable(name) => {
            scope.set(name.clone(), value.clone());
        }
        // `[$a, $b] = …`
        ExprKind::Array(targets) => {
            for (index, target) in targets.iter().enumerate() {
                let index = Value::known(Data::Integer(index as i64));
                let at = scope.span(target.span);
                let item = value.flat_map(|case| super::access::element(&case.data, &index, at));
                assign(scope, target, &item);
            }
        }
        _ => {}
    }
}

/// The condition that stands at `span`, true or not.
pub(super) fn condition(scope: &Scope, span: puppet_syntax::Span, holds: bool) -> Condition {
    let text = span.of(&scope.manifest.text);
    let text = text.split('\n').next().unwrap_or_default().trim();
    let text: SmolStr = text.trim_end_matches(['{', ':', ' ']).into();
    Condition {
        at: scope.span(span),
        text,
        holds,
        choice: None,
    }
}

/// The branch of a choice that stands at `span`, where the whole choice stands at
/// `whole`.
pub(super) fn branch(
    scope: &Scope,
    span: puppet_syntax::Span,
    whole: puppet_syntax::Span,
) -> Condition {
    let file = scope.manifest.file.0;
    Condition {
        choice: Some(Arc::new(Choice {
            of: format_smolstr!("{file}:{}", whole.start),
            branches: vec![format_smolstr!("{}", span.start)],
        })),
        ..condition(scope, span, true)
    }
}
