//! Functions that run a lambda: `each`, `map`, `filter`, `reduce` and the like.
//! (Puppet's reference of functions; `iterable.rb` of Puppet 7.)
//!
//! A collection whose elements are known runs once for each; one of unknown
//! length runs once, with an element of which only its form is known. What
//! hangs on a predicate that cannot be told is a list of any length.

use super::arithmetic::pairs;
use super::evaluate::Evaluator;
use super::operators::{any_of, truth};
use super::sameness::{Sameness, same_values};
use super::scope::{Left, Scope};
use super::{functions, hash};
use crate::place::Span;
use crate::value::{Case, Condition, Data, Unknown, Value, Why};
use puppet_syntax::ast::{Expr, ExprKind, Lambda};
use smol_str::format_smolstr;

/// Elements for which a lambda is run; longer collections count as unknown.
const MAX_ELEMENTS: usize = 256;

/// A call of a function that takes a lambda.
pub(super) struct Iteration<'a, 'c> {
    pub name: &'a str,
    pub args: &'a [Value],
    pub lambda: &'c Lambda,
    pub at: Span,
}

/// What the lambda runs over.
enum Elements {
    /// These, each as the arguments it is given as.
    Known(Vec<Element>),
    /// Any number of this.
    Open(Value),
}

/// An element: what the function keeps of it, and what the lambda gets.
struct Element {
    key: Value,
    value: Value,
    args: Vec<Value>,
}

impl<'c> Evaluator<'c> {
    /// Runs a function with a lambda; `None` where there is no such function.
    pub(super) fn with_lambda(
        &mut self,
        scope: &mut Scope<'c>,
        iteration: &Iteration<'_, 'c>,
    ) -> Option<Value> {
        let value = self.iteration(scope, iteration);
        if scope.left == Some(Left::Iteration) {
            scope.left = None;
        }
        value
    }

    fn iteration(&mut self, scope: &mut Scope<'c>, iteration: &Iteration<'_, 'c>) -> Option<Value> {
        let first = iteration.args.first();
        match iteration.name {
            "with" => Some(self.run(scope, iteration.lambda, iteration.args)),
            "then" | "lest" => first.map(|value| self.then_or_lest(scope, iteration, value)),
            "convert_to" | "new" | "Integer" | "Float" | "Numeric" | "Boolean" | "String"
            | "Array" | "Hash" => {
                let made = functions::apply(iteration.name, iteration.args, iteration.at)?;
                Some(self.run(scope, iteration.lambda, &[made]))
            }
            "reduce" => first.map(|collection| self.reduce(scope, iteration, collection)),
            "each" | "map" | "filter" | "all" | "any" | "index" | "partition" | "group_by"
            | "reverse_each" | "slice" | "step" => {
                first.map(|collection| self.iterate(scope, iteration, collection))
            }
            // Run for what it declares; what it gives is not followed.
            "tree_each" | "sort" | "unique" | "min" | "max" | "merge" | "lookup" => {
                let unknown = self.unknown_call(iteration);
                let args = vec![unknown.clone(); iteration.lambda.params.len()];
                self.run(scope, iteration.lambda, &args);
                (iteration.name != "lookup").then_some(unknown)
            }
            _ => None,
        }
    }

    fn unknown_call(&self, iteration: &Iteration<'_, 'c>) -> Value {
        Value::unknown(Why::Function(iteration.name.into()), Some(iteration.at))
    }

    /// `then` runs for anything but `undef`, `lest` for nothing but `undef`.
    fn then_or_lest(
        &mut self,
        scope: &mut Scope<'c>,
        iteration: &Iteration<'_, 'c>,
        value: &Value,
    ) -> Value {
        let on_undef = iteration.name == "lest";
        let mut cases = Vec::new();
        for case in &*value.cases {
            let is_undef = case.data == Data::Undef;
            let is_open = matches!(case.data, Data::Unknown(_));
            if is_undef != on_undef {
                cases.push(case.clone());
            }
            if is_undef == on_undef || is_open {
                let result = self.under(scope, &case.when, |evaluator, scope| {
                    let arg = Value::known(case.data.clone());
                    let args: &[Value] = if on_undef { &[] } else { &[arg] };
                    evaluator.run(scope, iteration.lambda, args)
                });
                if is_open && !on_undef {
                    cases.pop();
                    cases.push(Case {
                        data: Data::Undef,
                        ..case.clone()
                    });
                }
                cases.extend(result.under(&case.when).cases.iter().cloned());
            }
        }
        // An unknown that is not `undef` passes `lest`; one that is becomes the
        // lambda's value.
        Value::of(cases)
    }

    /// Runs over every case of a collection, each under its conditions.
    fn iterate(
        &mut self,
        scope: &mut Scope<'c>,
        iteration: &Iteration<'_, 'c>,
        collection: &Value,
    ) -> Value {
        let leaps = leaps(&iteration.lambda.body);
        let mut cases = Vec::new();
        for case in &*collection.cases {
            let result = self.under(scope, &case.when, |evaluator, scope| {
                evaluator.iterate_case(scope, iteration, &case.data)
            });
            let result = if leaps {
                self.unknown_call(iteration)
            } else {
                result
            };
            for new in &*result.cases {
                let mut new = new.clone();
                if let Some(when) = Condition::all_of(&case.when, &new.when) {
                    new.when = when;
                    if new.from.is_empty() {
                        new.from.clone_from(&case.from);
                    }
                    cases.push(new);
                }
            }
        }
        Value::of(cases)
    }

    fn iterate_case(
        &mut self,
        scope: &mut Scope<'c>,
        iteration: &Iteration<'_, 'c>,
        data: &Data,
    ) -> Value {
        let unknown = self.unknown_call(iteration);
        let given = data;
        let made;
        let (data, elements) = match iteration.name {
            "slice" | "step" | "reverse_each" => {
                let Some(parts) = rearranged(iteration, data) else {
                    let open = open_element(data, iteration.at);
                    self.run(scope, iteration.lambda, &[open]);
                    return unknown;
                };
                made = parts;
                (&made, elements_of(&made, iteration))
            }
            _ => (data, elements_of(data, iteration)),
        };
        let elements = match elements {
            Elements::Known(elements) => elements,
            Elements::Open(item) => return self.iterate_open(scope, iteration, data, &item),
        };
        // An entry whose key is not seen may be overwritten by another.
        let all_are_there = match data {
            Data::Hash(entries) => hash::keys_differ(entries),
            _ => true,
        };
        let count = elements.len();
        let results: Vec<Value> = elements
            .iter()
            .enumerate()
            .map(|(index, element)| {
                let result = self.run(scope, iteration.lambda, &element.args);
                told_apart(result, scope.span(iteration.lambda.span), index, count)
            })
            .collect();
        match iteration.name {
            "each" | "slice" => Value::known(given.clone()),
            "step" | "reverse_each" => Value::undef(),
            "map" if !all_are_there => Value::known(any_of(&results)),
            "map" => Value::known(Data::Array(results.into())),
            _ if !all_are_there => unknown,
            "filter" | "partition" => parted(iteration.name, data, &elements, &results),
            "all" | "any" => {
                let decides = iteration.name == "any";
                let decided = results.iter().map(truth).find(|it| *it != Some(!decides));
                match decided {
                    None => Value::known(Data::Bool(!decides)),
                    Some(Some(_)) => Value::known(Data::Bool(decides)),
                    Some(None) if results.iter().any(|it| truth(it) == Some(decides)) => {
                        Value::known(Data::Bool(decides))
                    }
                    Some(None) => unknown,
                }
            }
            "index" => {
                let hit = results.iter().position(|it| truth(it) != Some(false));
                match hit.map(|hit| (hit, truth(&results[hit]))) {
                    None => Value::undef(),
                    Some((hit, Some(_))) => elements[hit].key.clone(),
                    Some((_, None)) => unknown,
                }
            }
            "group_by" => grouped(&elements, &results).unwrap_or(unknown),
            _ => unknown,
        }
    }

    /// A collection of unknown length.
    fn iterate_open(
        &mut self,
        scope: &mut Scope<'c>,
        iteration: &Iteration<'_, 'c>,
        data: &Data,
        item: &Value,
    ) -> Value {
        let index = || Value::unknown(Why::Expression, Some(iteration.at));
        let args = match iteration.lambda.params.len() {
            0 | 1 => vec![item.clone()],
            _ => vec![index(), item.clone()],
        };
        let result = self.run(scope, iteration.lambda, &args);
        match iteration.name {
            "map" => Value::known(Data::Each(Box::new(result))),
            "each" => Value::known(data.clone()),
            "filter" if !matches!(data, Data::Hash(_) | Data::Unknown(_)) => {
                Value::known(Data::Each(Box::new(item.clone())))
            }
            _ => self.unknown_call(iteration),
        }
    }

    /// `reduce(collection, start) |$memo, $value| { … }`
    fn reduce(
        &mut self,
        scope: &mut Scope<'c>,
        iteration: &Iteration<'_, 'c>,
        collection: &Value,
    ) -> Value {
        let unknown = self.unknown_call(iteration);
        if leaps(&iteration.lambda.body) {
            self.run(scope, iteration.lambda, &[unknown.clone(), unknown.clone()]);
            return unknown;
        }
        let mut cases = Vec::new();
        for case in &*collection.cases {
            let result = self.under(scope, &case.when, |evaluator, scope| match single_elements(
                &case.data,
            ) {
                Some(items) => {
                    let mut items = items.into_iter();
                    let start = iteration.args.get(1).cloned();
                    let Some(mut memo) = start.or_else(|| items.next()) else {
                        return Value::undef();
                    };
                    for item in items {
                        memo = evaluator.run(scope, iteration.lambda, &[memo, item]);
                    }
                    memo
                }
                None => {
                    let open = open_element(&case.data, iteration.at);
                    evaluator.run(scope, iteration.lambda, &[unknown.clone(), open]);
                    unknown.clone()
                }
            });
            cases.extend(result.under(&case.when).cases.iter().cloned());
        }
        Value::of(cases)
    }

    /// Runs `f` with further conditions around it.
    fn under(
        &mut self,
        scope: &mut Scope<'c>,
        when: &[Condition],
        f: impl FnOnce(&mut Self, &mut Scope<'c>) -> Value,
    ) -> Value {
        let outside = scope.when.len();
        scope.when.extend(when.iter().cloned());
        let result = f(self, scope);
        scope.when.truncate(outside);
        result
    }

    /// A lambda has its own variables and sees those around it.
    pub(super) fn run(
        &mut self,
        scope: &mut Scope<'c>,
        lambda: &'c Lambda,
        args: &[Value],
    ) -> Value {
        if scope.left.is_some() {
            return Value::undef();
        }
        let (outside, around) = (scope.mark(), scope.when.len());
        let returned = std::mem::take(&mut scope.returned);
        for (index, param) in lambda.params.iter().enumerate() {
            let value = if param.splat {
                let rest = args.get(index..).unwrap_or_default();
                Value::known(Data::Array(rest.into()))
            } else if let Some(value) = args.get(index) {
                value.clone()
            } else if let Some(default) = &param.default {
                self.expr(scope, default)
            } else {
                let why = Why::Variable(param.name.clone());
                Value::unknown(why, Some(scope.span(param.name_span)))
            };
            scope.set(param.name.clone(), value);
        }
        let value = self.body(scope, &lambda.body);
        scope.undo(&outside);
        scope.when.truncate(around);
        if scope.left == Some(Left::Body) {
            scope.returned.splice(0..0, returned);
            return value;
        }
        // `next(x)` gives the lambda's value, here or on some of the ways.
        let mut cases = std::mem::replace(&mut scope.returned, returned);
        if scope.left.is_none() {
            cases.extend(value.cases.iter().cloned());
        } else if scope.left == Some(Left::Turn) {
            scope.left = None;
        }
        if cases.is_empty() {
            return Value::undef();
        }
        Value::of(cases)
    }
}

/// What the lambda is called with; an element of a list as itself or behind its
/// index, an entry of a hash as a pair or as key and value.
fn elements_of(data: &Data, iteration: &Iteration<'_, '_>) -> Elements {
    // With two parameters, what comes first is the index.
    let is_indexed = iteration.lambda.params.len() >= 2 && iteration.name != "slice";
    let element = |key: Value, value: Value, whole: Value| Element {
        args: if is_indexed {
            vec![key.clone(), value.clone()]
        } else {
            vec![whole]
        },
        key,
        value,
    };
    if let Data::Hash(entries) = data {
        if entries.len() > MAX_ELEMENTS {
            return Elements::Open(open_element(data, iteration.at));
        }
        let entry = |(key, value): &hash::Entry| {
            let pair = Data::Array([key.clone(), value.clone()].into());
            let whole = match iteration.name {
                "index" => value.clone(),
                _ => Value::known(pair),
            };
            element(key.clone(), value.clone(), whole)
        };
        return Elements::Known(entries.iter().map(entry).collect());
    }
    match single_elements(data) {
        Some(items) => {
            let spreads = iteration.name == "slice" && iteration.lambda.params.len() > 1;
            let item = |(index, item): (usize, Value)| {
                let mut element = element(
                    Value::known(Data::Integer(index as i64)),
                    item.clone(),
                    item.clone(),
                );
                if let (true, Some(Data::Array(parts))) = (spreads, item.single()) {
                    element.args = parts.to_vec();
                    let missing = iteration.lambda.params.len().saturating_sub(parts.len());
                    element
                        .args
                        .extend(std::iter::repeat_n(Value::undef(), missing));
                }
                element
            };
            Elements::Known(items.into_iter().enumerate().map(item).collect())
        }
        None => Elements::Open(open_element(data, iteration.at)),
    }
}

/// The elements of what Puppet takes for iterable: lists, hashes as lists of
/// pairs, the characters of a string, the numbers below a number.
fn single_elements(data: &Data) -> Option<Vec<Value>> {
    let items = match data {
        Data::Array(items) => items.to_vec(),
        Data::Hash(entries) => match pairs(entries) {
            Data::Array(items) => items.to_vec(),
            _ => return None,
        },
        Data::Text(text) => {
            let characters = text.as_str()?.chars().take(MAX_ELEMENTS + 1);
            characters
                .map(|it| Value::text(it.encode_utf8(&mut [0; 4]) as &str))
                .collect()
        }
        Data::Integer(end) => {
            let end = usize::try_from(*end).ok()?.min(MAX_ELEMENTS + 1) as i64;
            (0..end).map(|it| Value::known(Data::Integer(it))).collect()
        }
        // `Integer[1, 5]`
        Data::Reference { kind, titles } if kind == "integer" => match titles.as_slice() {
            [from, to] => match (from.single()?, to.single()?) {
                (Data::Integer(from), Data::Integer(to)) => {
                    let last = from.checked_add(MAX_ELEMENTS as i64)?.min(*to);
                    (*from..=last)
                        .map(|it| Value::known(Data::Integer(it)))
                        .collect()
                }
                _ => return None,
            },
            _ => return None,
        },
        _ => return None,
    };
    (items.len() <= MAX_ELEMENTS).then_some(items)
}

/// An element of a collection of which only some things are known.
fn open_element(data: &Data, at: Span) -> Value {
    match data {
        Data::Each(item) => (**item).clone(),
        Data::Array(items) => match any_of(&**items) {
            Data::Each(item) => *item,
            other => Value::known(other),
        },
        Data::Unknown(unknown) => Value::known(Data::Unknown(unknown.clone())),
        _ => Value::known(Data::Unknown(Unknown {
            why: Why::Expression,
            at: Some(at),
        })),
    }
}

/// `slice`, `step` and `reverse_each` as the list that they run over.
fn rearranged(iteration: &Iteration<'_, '_>, data: &Data) -> Option<Data> {
    let mut items = single_elements(data)?;
    let number = |index: usize| match iteration.args.get(index)?.single()? {
        Data::Integer(value) => usize::try_from(*value).ok().filter(|it| *it > 0),
        _ => None,
    };
    match iteration.name {
        "reverse_each" => items.reverse(),
        "step" => items = items.into_iter().step_by(number(1)?).collect(),
        _ => {
            items = items
                .chunks(number(1)?)
                .map(|chunk| Value::known(Data::Array(chunk.into())))
                .collect();
        }
    }
    Some(Data::Array(items.into()))
}

/// The elements for which the predicate holds; `partition` gives the others,
/// too. Puppet's `filter` keeps what is truthy.
fn parted(name: &str, data: &Data, elements: &[Element], verdicts: &[Value]) -> Value {
    let is_hash = matches!(data, Data::Hash(_));
    let whole = |element: &Element| {
        if is_hash {
            let pair = Data::Array([element.key.clone(), element.value.clone()].into());
            Value::known(pair)
        } else {
            element.value.clone()
        }
    };
    let chosen = |wanted: bool| -> Data {
        let verdict = |index: usize| truth(&verdicts[index]);
        let may_be: Vec<usize> = (0..elements.len())
            .filter(|index| verdict(*index) != Some(!wanted))
            .collect();
        let is_certain = may_be.iter().all(|index| verdict(*index).is_some());
        let items: Vec<Value> = may_be
            .iter()
            .map(|index| whole(&elements[*index]))
            .collect();
        if !is_certain {
            return any_of(&items);
        }
        if is_hash && name == "filter" {
            let entries = may_be.iter().map(|index| {
                let element = &elements[*index];
                (element.key.clone(), element.value.clone())
            });
            return Data::Hash(entries.collect());
        }
        Data::Array(items.into())
    };
    if name == "partition" {
        let halves = [chosen(true), chosen(false)].map(Value::known);
        return Value::known(Data::Array(halves.into()));
    }
    match chosen(true) {
        // Which entries a hash keeps cannot be said by a list.
        Data::Each(_) if is_hash => {
            let why = Why::Function(name.into());
            Value::unknown(why, None)
        }
        kept => Value::known(kept),
    }
}

/// `group_by`: the elements under what the lambda gives for them.
fn grouped(elements: &[Element], results: &[Value]) -> Option<Value> {
    let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
    for (element, result) in elements.iter().zip(results) {
        let pair;
        let item = match element.args.as_slice() {
            [whole] => whole,
            _ => {
                pair = Value::known(Data::Array(
                    [element.key.clone(), element.value.clone()].into(),
                ));
                &pair
            }
        };
        let mut place = None;
        for (index, (key, _)) in groups.iter().enumerate() {
            if same_values(key, result, Sameness::Key)? {
                place = Some(index);
            }
        }
        match place {
            Some(place) => groups[place].1.push(item.clone()),
            None => groups.push((result.clone(), vec![item.clone()])),
        }
    }
    let entry = |(key, items): (Value, Vec<Value>)| (key, Value::known(Data::Array(items.into())));
    Some(Value::known(Data::Hash(
        groups.into_iter().map(entry).collect(),
    )))
}

/// A condition inside a lambda is another one for each element, though its words
/// are the same: it says for which.
fn told_apart(mut value: Value, lambda: Span, index: usize, count: usize) -> Value {
    let is_inside =
        |at: Span| at.file == lambda.file && at.start >= lambda.start && at.end <= lambda.end;
    let has_any = value
        .cases
        .iter()
        .any(|case| case.when.iter().any(|when| is_inside(when.at)));
    if count < 2 || !has_any {
        return value;
    }
    let mut cases = value.cases.to_vec();
    for condition in cases.iter_mut().flat_map(|case| &mut case.when) {
        if is_inside(condition.at) {
            condition.text = format_smolstr!("{} (element {})", condition.text, index + 1);
        }
    }
    value.cases = cases.into();
    value
}

/// Whether a lambda may end the iteration early: `break`, `return`.
fn leaps(body: &[Expr]) -> bool {
    let mut found = false;
    puppet_syntax::walk_all(body, &mut |expr| {
        found |= match &expr.kind {
            ExprKind::Call(call) => match &call.callee.kind {
                ExprKind::Name(name) => matches!(name.as_str(), "break" | "return"),
                _ => false,
            },
            ExprKind::MethodCall(call) => {
                matches!(call.name.as_str(), "break" | "return")
            }
            ExprKind::Name(name) => matches!(name.as_str(), "break" | "return"),
            _ => false,
        };
    });
    found
}
