//! Functions that run a lambda: `each`, `map`, `filter`, `reduce` and the like.
//! (Puppet's reference of functions; `iterable.rb` of Puppet 7.)
//!
//! A collection whose elements are known runs once for each; one of unknown
//! length runs once, with an element of which only its form is known. What
//! hangs on a predicate that cannot be told is a list of any length.

use super::elements::{Element, Elements, elements_of, open_element, rearranged, single_elements};
use super::evaluate::Evaluator;
use super::operators::{any_of, truth};
use super::sameness::{Sameness, same_values};
use super::scope::{Left, Scope};
use super::{functions, hash};
use crate::place::Span;
use crate::value::{Case, Condition, Data, Value, Why};
use puppet_syntax::ast::{Expr, ExprKind, Lambda};
use smol_str::format_smolstr;

/// A call of a function that takes a lambda.
pub(super) struct Iteration<'a, 'c> {
    pub name: &'a str,
    pub args: &'a [Value],
    pub lambda: &'c Lambda,
    pub at: Span,
}

impl Iteration<'_, '_> {
    /// What cannot be told.
    fn unknown(&self) -> Value {
        Value::unknown(Why::Function(self.name.into()), Some(self.at))
    }
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
            "tree_each" | "sort" | "unique" | "min" | "max" | "merge" => {
                let unknown = iteration.unknown();
                let args = vec![unknown.clone(); iteration.lambda.params.len()];
                self.run(scope, iteration.lambda, &args);
                Some(unknown)
            }
            _ => None,
        }
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
                evaluator.iterate_case(scope, iteration, case)
            });
            let result = if leaps { iteration.unknown() } else { result };
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
        case: &Case,
    ) -> Value {
        let unknown = iteration.unknown();
        let data = &case.data;
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
            Elements::Open(item) => {
                let item = item.inside(&case.from);
                return self.iterate_open(scope, iteration, data, &item);
            }
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
                let args = element.args.iter().cloned();
                let args: Vec<Value> = args.map(|arg| arg.inside(&case.from)).collect();
                let result = self.run(scope, iteration.lambda, &args);
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
            _ => iteration.unknown(),
        }
    }

    /// `reduce(collection, start) |$memo, $value| { … }`
    fn reduce(
        &mut self,
        scope: &mut Scope<'c>,
        iteration: &Iteration<'_, 'c>,
        collection: &Value,
    ) -> Value {
        let unknown = iteration.unknown();
        if leaps(&iteration.lambda.body) {
            self.run(scope, iteration.lambda, &[unknown.clone(), unknown.clone()]);
            return unknown;
        }
        let mut cases = Vec::new();
        for case in &*collection.cases {
            let result = self.under(scope, &case.when, |evaluator, scope| {
                let Some(items) = single_elements(&case.data) else {
                    let open = open_element(&case.data, iteration.at);
                    evaluator.run(scope, iteration.lambda, &[unknown.clone(), open]);
                    return unknown.clone();
                };
                let mut items = items.into_iter();
                let start = iteration.args.get(1).cloned();
                let Some(mut memo) = start.or_else(|| items.next()) else {
                    return Value::undef();
                };
                for item in items {
                    memo = evaluator.run(scope, iteration.lambda, &[memo, item]);
                }
                memo
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
        let item = if let [whole] = element.args.as_slice() {
            whole
        } else {
            pair = Value::known(Data::Array(
                [element.key.clone(), element.value.clone()].into(),
            ));
            &pair
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
            condition.tell_apart(&format_smolstr!("element {}", index + 1));
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

#[cfg(test)]
mod tests {
    use crate::puppet::value_of;
    use crate::value::{Case, Data};

    fn texts(code: &str) -> Vec<String> {
        let text = |case: &Case| match &case.data {
            Data::Text(text) => text.to_string(),
            other => format!("{other:?}"),
        };
        value_of(code).cases.iter().map(text).collect()
    }

    /// The same words about `$x` are another condition for each element.
    #[test]
    fn what_holds_for_one_element_need_not_for_the_next() {
        let code = "$l = [1, 2].map |$x| { if $open == $x { 'a' } else { 'b' } }\njoin($l, '')";
        assert_eq!(texts(code), ["aa", "ab", "ba", "bb"]);
        let same = "$a = if $open { 'a' } else { 'b' }\n\"${a}${a}\"";
        assert_eq!(texts(same), ["aa", "bb"]);
    }

    #[test]
    fn lists_of_any_length_keep_the_form_of_their_elements() {
        let code = "join($open.map |$x| { \"https://${x}:2379\" }, ',')";
        assert_eq!(texts(code), ["https://${fact open}:2379${join()}"]);
        let kept = value_of("['a', 'b', 'c'].filter |$x| { $x == 'a' or ($open and $x != 'b') }");
        let Some(Data::Each(item)) = kept.single() else {
            panic!("{kept:?}")
        };
        assert_eq!(item.cases.len(), 2, "{item:?}");
    }
}
