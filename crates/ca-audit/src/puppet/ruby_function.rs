//! What a function in Ruby returns for these arguments, as far as its
//! statements say it without being run.
//!
//! Where they do not, it is one of the paths in its source (see
//! [`ruby`](super::ruby)).

use super::evaluate::{Evaluator, origin};
use super::operators::truth;
use super::ruby_pattern::{Flags, RubyPattern};
use super::sameness::{Sameness, same_values};
use super::scope::Scope;
use crate::place::{FileId, Span};
use crate::value::{Case, Condition, Data, Origin, Value, Why};
use puppet_syntax::ruby_function::{Line, RubyStatement, Test};
use puppet_syntax::template::{Ruby, RubyOp, RubyPart};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// A function under way.
struct Run<'r, 'c> {
    name: &'r str,
    file: FileId,
    text: &'r str,
    caller: &'r Scope<'c>,
    /// Its local variables.
    locals: BTreeMap<SmolStr, Value>,
    /// Conditions that the statements at hand stand under.
    when: Vec<Condition>,
    /// What it returned so far.
    returned: Vec<Case>,
    /// Where the values come from that decided which way was taken.
    because: Vec<Origin>,
}

/// Why a body ends.
enum End {
    /// It ran to its last statement, whose value this is.
    Value(Value),
    /// On every way it has returned, or failed.
    Left,
    /// It does something that is not understood.
    Unknown,
}

impl<'c> Evaluator<'c> {
    /// What the function returns; `None` where its statements do not say it.
    pub(super) fn run_ruby(
        &mut self,
        caller: &Scope<'c>,
        name: &str,
        args: &[Value],
    ) -> Option<Value> {
        let source = self.code.function(name)?;
        let function = source.statements()?;
        let mut run = Run {
            name,
            file: source.file,
            text: &source.text,
            caller,
            locals: BTreeMap::new(),
            when: Vec::new(),
            returned: Vec::new(),
            because: Vec::new(),
        };
        if function.takes_list {
            let list = Value::known(Data::Array(args.into()));
            let names = function.params.first().cloned();
            run.locals
                .insert(names.unwrap_or_else(|| "args".into()), list);
        } else {
            for (index, param) in function.params.iter().enumerate() {
                let value = args.get(index).cloned();
                run.locals
                    .insert(param.clone(), value.unwrap_or_else(Value::undef));
            }
        }
        match self.ruby_body(&mut run, &function.body) {
            End::Value(value) => run.give(value),
            End::Left => {}
            End::Unknown => return None,
        }
        if run.returned.is_empty() || run.returned.iter().any(is_unknown) {
            return None;
        }
        Some(Value::of(run.returned))
    }

    fn ruby_body(&mut self, run: &mut Run<'_, 'c>, body: &[RubyStatement]) -> End {
        let mut last = Value::undef();
        for statement in body {
            match self.ruby_statement(run, statement) {
                End::Value(value) => last = value,
                end => return end,
            }
        }
        End::Value(last)
    }

    fn ruby_statement(&mut self, run: &mut Run<'_, 'c>, statement: &RubyStatement) -> End {
        match statement {
            RubyStatement::Opaque => End::Unknown,
            RubyStatement::Fail => End::Left,
            RubyStatement::Value(line) => match self.if_it_holds(run, line) {
                (Some(true), _) => {
                    let value = self.ruby(run, &line.value, line.span);
                    End::Value(run.said(value, line.span))
                }
                (Some(false), _) => End::Value(Value::undef()),
                // Whatever it is, it is only a value.
                (None, _) => End::Value(run.unknown(line.span)),
            },
            RubyStatement::Assign(name, line) => {
                let (holds, _) = self.if_it_holds(run, line);
                let value = match holds {
                    Some(false) => return End::Value(Value::undef()),
                    Some(true) => {
                        let value = self.ruby(run, &line.value, line.span);
                        run.said(value, line.span)
                    }
                    None => run.unknown(line.span),
                };
                run.locals.insert(name.clone(), value.clone());
                End::Value(value)
            }
            RubyStatement::Return(line) => self.ruby_return(run, line),
            RubyStatement::Branches(branches, otherwise) => {
                self.ruby_branches(run, branches, otherwise)
            }
        }
    }

    fn ruby_return(&mut self, run: &mut Run<'_, 'c>, line: &Line) -> End {
        let (holds, condition) = self.if_it_holds(run, line);
        if holds == Some(false) {
            return End::Value(Value::undef());
        }
        let value = self.ruby(run, &line.value, line.span);
        let value = run.said(value, line.span);
        let depth = run.when.len();
        run.when
            .extend(condition.clone().filter(|_| holds.is_none()));
        run.give(value);
        run.when.truncate(depth);
        if holds == Some(true) {
            return End::Left;
        }
        // What follows runs only where it has not returned.
        run.when.extend(condition.map(|condition| Condition {
            holds: !condition.holds,
            ..condition
        }));
        End::Value(Value::undef())
    }

    /// Whether the condition behind a statement holds, and that condition.
    fn if_it_holds(
        &mut self,
        run: &mut Run<'_, 'c>,
        line: &Line,
    ) -> (Option<bool>, Option<Condition>) {
        let Some(condition) = &line.condition else {
            return (Some(true), None);
        };
        let value = self.ruby(run, condition, line.span);
        (truth(&value), Some(run.condition(line.span)))
    }

    fn ruby_branches(
        &mut self,
        run: &mut Run<'_, 'c>,
        branches: &[(Test, Vec<RubyStatement>)],
        otherwise: &[RubyStatement],
    ) -> End {
        let before = run.locals.clone();
        let outside = run.when.len();
        let mut ends: Vec<(Vec<Condition>, Value)> = Vec::new();
        let mut alive = Vec::new();
        let mut decided = false;
        for (test, body) in branches {
            let holds = self.ruby_test(run, test);
            if holds == Some(false) {
                continue;
            }
            let depth = run.when.len();
            let condition = run.condition(test.span);
            if holds.is_none() {
                run.when.push(condition.clone());
            }
            let end = self.ruby_body(run, body);
            let when = run.when[outside..].to_vec();
            run.when.truncate(depth);
            match end {
                End::Value(value) => {
                    alive.push(std::mem::replace(&mut run.locals, before.clone()));
                    ends.push((when, value));
                }
                End::Left => run.locals.clone_from(&before),
                End::Unknown => return End::Unknown,
            }
            if holds == Some(true) {
                decided = true;
                break;
            }
            run.when.push(Condition {
                holds: !condition.holds,
                ..condition
            });
        }
        if !decided {
            let end = self.ruby_body(run, otherwise);
            let when = run.when[outside..].to_vec();
            match end {
                End::Value(value) => {
                    alive.push(std::mem::replace(&mut run.locals, before));
                    ends.push((when, value));
                }
                End::Left => {}
                End::Unknown => return End::Unknown,
            }
        }
        run.when.truncate(outside);
        let Some(first) = alive.first().cloned() else {
            return End::Left;
        };
        // Several ways that set variables differently are not told apart.
        let is_same = alive.iter().all(|locals| *locals == first);
        if !is_same {
            return End::Unknown;
        }
        run.locals = first;
        let cases = ends
            .iter()
            .flat_map(|(when, value)| value.clone().under(when).cases.to_vec());
        let cases: Vec<Case> = cases.collect();
        if let [(when, _)] = &ends[..] {
            run.when.extend(when.iter().cloned());
        }
        End::Value(Value::of(cases))
    }

    fn ruby_test(&mut self, run: &mut Run<'_, 'c>, test: &Test) -> Option<bool> {
        let subject = test
            .subject
            .as_ref()
            .map(|it| self.ruby(run, it, test.span));
        let mut verdict = Some(false);
        for any in &test.any {
            let value = self.ruby(run, any, test.span);
            let this = match (&subject, any) {
                (None, _) => truth(&value),
                (Some(subject), Ruby::Regex(pattern)) => matches_pattern(subject, pattern),
                (Some(subject), _) => same_values(subject, &value, Sameness::Exact),
            };
            match this {
                Some(true) => return Some(true),
                None => verdict = None,
                Some(false) => {}
            }
        }
        verdict
    }

    /// The value of an expression.
    fn ruby(&mut self, run: &mut Run<'_, 'c>, expression: &Ruby, at: puppet_syntax::Span) -> Value {
        match expression {
            Ruby::Nil => Value::undef(),
            Ruby::Bool(value) => Value::known(Data::Bool(*value)),
            Ruby::Number(number) => match number.parse() {
                Ok(number) => Value::known(Data::Integer(number)),
                Err(_) => run.unknown(at),
            },
            Ruby::Symbol(name) if name == "undef" => Value::undef(),
            Ruby::Symbol(name) => Value::text(name.as_str()),
            Ruby::String(parts) => self.ruby_string(run, parts, at),
            Ruby::Scope(name) => self.looked_up(run, name, at),
            Ruby::Local(name) => match run.locals.get(name) {
                Some(value) => value.clone(),
                None => run.unknown(at),
            },
            Ruby::Array(items) => {
                let items = items.iter().map(|item| self.ruby(run, item, at)).collect();
                Value::known(Data::Array(items))
            }
            Ruby::Index { target, key } => {
                let target = self.ruby(run, target, at);
                let key = self.ruby(run, key, at);
                let place = run.place(at);
                target.flat_map(|case| super::access::element(&case.data, &key, place))
            }
            Ruby::Not(inner) => {
                let value = self.ruby(run, inner, at);
                run.boolean(truth(&value).map(|truth| !truth), at)
            }
            Ruby::Binary { op, left, right } => self.ruby_binary(run, *op, left, right, at),
            Ruby::Choice { condition, yes, no } => {
                let condition = self.ruby(run, condition, at);
                match truth(&condition) {
                    Some(true) => self.ruby(run, yes, at),
                    Some(false) => self.ruby(run, no, at),
                    None => run.unknown(at),
                }
            }
            Ruby::Call {
                receiver,
                name,
                args,
                ..
            } => self.ruby_call(run, receiver.as_deref(), name, args, at),
            _ => run.unknown(at),
        }
    }

    fn ruby_string(
        &mut self,
        run: &mut Run<'_, 'c>,
        parts: &[RubyPart],
        at: puppet_syntax::Span,
    ) -> Value {
        let mut cases = vec![Case::new(Data::Text(crate::value::Text::default()))];
        for part in parts {
            let value = match part {
                RubyPart::Text(text) => Value::text(text.as_str()),
                RubyPart::Hole(inner) => self.ruby(run, inner, at),
            };
            cases = super::interpolation::append(&cases, &value);
        }
        Value::of(cases)
    }

    fn ruby_binary(
        &mut self,
        run: &mut Run<'_, 'c>,
        op: RubyOp,
        left: &Ruby,
        right: &Ruby,
        at: puppet_syntax::Span,
    ) -> Value {
        let value = self.ruby(run, left, at);
        let verdict = match op {
            RubyOp::And | RubyOp::Or => {
                let decides = op == RubyOp::Or;
                match truth(&value) {
                    Some(truth) if truth == decides => return value,
                    Some(_) => return self.ruby(run, right, at),
                    None => {
                        let right = self.ruby(run, right, at);
                        truth(&right).filter(|right| *right == decides)
                    }
                }
            }
            RubyOp::Equal | RubyOp::NotEqual => {
                let right = self.ruby(run, right, at);
                let same = same_values(&value, &right, Sameness::Exact);
                same.map(|same| same == (op == RubyOp::Equal))
            }
            RubyOp::Match | RubyOp::NoMatch => match right {
                Ruby::Regex(pattern) => {
                    matches_pattern(&value, pattern).map(|it| it == (op == RubyOp::Match))
                }
                _ => None,
            },
            RubyOp::Add => {
                let right = self.ruby(run, right, at);
                let cases = super::interpolation::append(&value.cases, &right);
                return Value::of(cases);
            }
            _ => None,
        };
        run.boolean(verdict, at)
    }

    fn ruby_call(
        &mut self,
        run: &mut Run<'_, 'c>,
        receiver: Option<&Ruby>,
        name: &str,
        args: &[Ruby],
        at: puppet_syntax::Span,
    ) -> Value {
        let first = args.first();
        match (receiver, name, first) {
            (None | Some(Ruby::Local(_)), "lookupvar", Some(variable)) => {
                match variable.as_text() {
                    Some(name) => self.looked_up(run, name, at),
                    None => run.unknown(at),
                }
            }
            (Some(value), "nil?", None) => {
                let value = self.ruby(run, value, at);
                run.boolean(same_values(&value, &Value::undef(), Sameness::Exact), at)
            }
            (Some(value), "empty?", None) => {
                let value = self.ruby(run, value, at);
                let is_empty = match value.single() {
                    Some(Data::Text(text)) => text.as_str().map(str::is_empty),
                    Some(Data::Array(items)) => Some(items.is_empty()),
                    _ => None,
                };
                run.boolean(is_empty, at)
            }
            (Some(list), "include?", Some(item)) => {
                let list = self.ruby(run, list, at);
                let item = self.ruby(run, item, at);
                let Some(Data::Array(items)) = list.single() else {
                    return run.unknown(at);
                };
                let each = items
                    .iter()
                    .map(|it| same_values(it, &item, Sameness::Exact));
                run.boolean(super::operators::any(each), at)
            }
            (Some(value), "to_s" | "dup" | "strip", None) => self.ruby(run, value, at),
            _ => run.unknown(at),
        }
    }

    /// A variable of the caller. What decides it is why the function returns
    /// what it does.
    fn looked_up(&mut self, run: &mut Run<'_, 'c>, name: &str, at: puppet_syntax::Span) -> Value {
        let name: SmolStr = name.into();
        let value = self.variable(run.caller, &name, run.place(at));
        if let [case] = &*value.cases {
            for origin in &case.from {
                if !run.because.contains(origin) {
                    run.because.push(origin.clone());
                }
            }
        }
        value
    }
}

impl Run<'_, '_> {
    fn place(&self, span: puppet_syntax::Span) -> Span {
        Span::new(self.file, span.start as usize, span.end as usize)
    }

    fn condition(&self, span: puppet_syntax::Span) -> Condition {
        let text = span.of(self.text);
        let behind = |word: &str| text.rsplit_once(word).map(|(_, condition)| condition);
        let (text, holds) = if let Some(condition) = behind(" unless ") {
            (condition, false)
        } else if let Some(condition) = text.strip_prefix("unless ") {
            (condition, false)
        } else if let Some(condition) = behind(" if ") {
            (condition, true)
        } else {
            let bare = text.strip_prefix("elsif ").or(text.strip_prefix("if "));
            (bare.unwrap_or(text), true)
        };
        Condition {
            at: self.place(span),
            text: text.into(),
            holds,
            choice: None,
        }
    }

    fn unknown(&self, span: puppet_syntax::Span) -> Value {
        Value::unknown(Why::Function(self.name.into()), Some(self.place(span)))
    }

    fn boolean(&self, value: Option<bool>, span: puppet_syntax::Span) -> Value {
        match value {
            Some(value) => Value::known(Data::Bool(value)),
            None => self.unknown(span),
        }
    }

    /// A literal, with the place where it stands.
    fn said(&self, value: Value, span: puppet_syntax::Span) -> Value {
        let is_literal = value
            .cases
            .iter()
            .all(|case| matches!(case.data, Data::Text(_)) && case.from.is_empty());
        if !is_literal {
            return value;
        }
        value.through(&origin(
            self.place(span),
            format!("{}() returns it", self.name),
        ))
    }

    /// Takes down what is returned under the conditions at hand.
    fn give(&mut self, value: Value) {
        for case in &*value.under(&self.when).cases {
            let mut case = case.clone();
            case.from.extend(self.because.iter().cloned());
            if !self.returned.contains(&case) {
                self.returned.push(case);
            }
        }
    }
}

fn is_unknown(case: &Case) -> bool {
    match &case.data {
        Data::Unknown(_) => true,
        Data::Text(text) => text.first_hole().is_some(),
        _ => false,
    }
}

/// Whether a text fits a pattern of Ruby, where both are known.
fn matches_pattern(value: &Value, pattern: &str) -> Option<bool> {
    match value.single()? {
        Data::Undef => Some(false),
        Data::Text(text) => {
            let text = text.as_str()?;
            let pattern = RubyPattern::new(pattern, Flags::default())?;
            Some(pattern.on(text)?.is_match(text))
        }
        _ => None,
    }
}
