//! The operators of the Puppet language, over values that may be several things
//! or have holes. (Puppet's language reference, "Expressions and operators";
//! where it is silent, `evaluator_impl.rb` and `compare_operator.rb` of Puppet 7.)
//!
//! A result is what Puppet gives, or unknown; where Puppet would refuse the
//! operands, it is unknown, too.

use super::arithmetic::{arithmetic, pairs};
use super::combine::combine;
use super::number::Number;
use super::ruby_pattern::{Flags, RubyPattern};
use super::sameness::{Sameness, same};
use super::types;
use crate::place::Span;
use crate::value::{Case, Condition, Data, MAX_CASES, Piece, Text, Value, Why};
use puppet_syntax::ast::{BinaryOp, UnaryOp};
use std::cmp::Ordering;

/// `left op right`. The logical operators, which may leave their right operand
/// alone, are [`logical`].
pub(super) fn binary(op: BinaryOp, left: &Value, right: &Value, at: Span) -> Value {
    combine(&[left, right], at, |data| {
        let (left, right) = (data[0], data[1]);
        match op {
            BinaryOp::Equal => boolean(same(left, right, Sameness::Loose), at),
            BinaryOp::NotEqual => boolean(not(same(left, right, Sameness::Loose)), at),
            BinaryOp::Less => ordered(left, right, Ordering::is_lt, at),
            BinaryOp::LessEqual => ordered(left, right, Ordering::is_le, at),
            BinaryOp::Greater => ordered(left, right, Ordering::is_gt, at),
            BinaryOp::GreaterEqual => ordered(left, right, Ordering::is_ge, at),
            BinaryOp::Match => boolean(matches(left, right), at),
            BinaryOp::NoMatch => boolean(not(matches(left, right)), at),
            BinaryOp::In => boolean(is_in(left, right), at),
            _ => arithmetic(op, left, right).unwrap_or_else(|| unknown(&[left, right], at)),
        }
    })
}

/// `left and right`, `left or right`; `right` is asked for only where `left`
/// does not decide.
pub(super) fn logical(
    op: BinaryOp,
    left: &Value,
    at: Span,
    right: impl FnOnce() -> Value,
) -> Value {
    let decides = op == BinaryOp::Or;
    let known = |value| Value::known(Data::Bool(value));
    if truth(left) == Some(decides) {
        return known(decides);
    }
    let right = right();
    combine(&[left, &right], at, |data| {
        match (truth_of(data[0]), truth_of(data[1])) {
            (Some(left), _) if left == decides => known(decides),
            (_, Some(right)) if right == decides => known(decides),
            (Some(_), Some(_)) => known(!decides),
            _ => Value::unknown(Why::Expression, Some(at)),
        }
    })
}

/// `!x`, `-x`; `*x` is a list, which [`unfold`] takes apart.
pub(super) fn unary(op: UnaryOp, operand: &Value, at: Span) -> Value {
    operand.flat_map(|case| match (op, &case.data) {
        (UnaryOp::Not, data) => boolean(not(truth_of(data)), at),
        (UnaryOp::Minus, data) => {
            let zero = Data::Integer(0);
            let negated = match Number::of(data) {
                Some(Number::Float(value)) => Some(Value::known(Data::Float(-value))),
                _ => arithmetic(BinaryOp::Subtract, &zero, data),
            };
            negated.unwrap_or_else(|| unknown(&[data], at))
        }
        (UnaryOp::Splat, Data::Array(_) | Data::Each(_) | Data::Unknown(_)) => {
            Value::known(case.data.clone())
        }
        (UnaryOp::Splat, Data::Hash(entries)) => Value::known(pairs(entries)),
        (UnaryOp::Splat, Data::Undef) => Value::known(Data::Array([].into())),
        (UnaryOp::Splat, other) => Value::known(Data::Array([Value::known(other.clone())].into())),
    })
}

/// The list of `items`, where those marked with `true` are lists whose elements
/// stand in it (`[*$a, 1]`).
pub(super) fn unfold(items: Vec<(bool, Value)>, at: Span) -> Value {
    if items.iter().all(|(is_splat, _)| !is_splat) {
        return Value::known(Data::Array(
            items.into_iter().map(|(_, item)| item).collect(),
        ));
    }
    let splats: Vec<&Value> = items.iter().filter(|it| it.0).map(|it| &it.1).collect();
    combine(&splats, at, |data| {
        let mut spread = data.iter();
        let mut list = Vec::new();
        let mut is_open = false;
        for (is_splat, item) in &items {
            match is_splat.then(|| spread.next()).flatten() {
                None => list.push(item.clone()),
                Some(Data::Array(more)) => list.extend(more.iter().cloned()),
                Some(Data::Each(each)) => {
                    is_open = true;
                    list.push((**each).clone());
                }
                Some(other) => {
                    is_open = true;
                    list.push(Value::known((*other).clone()));
                }
            }
        }
        Value::known(if is_open {
            any_of(&list)
        } else {
            Data::Array(list.into())
        })
    })
}

/// A list of any length, made of these elements or values like them.
pub(super) fn any_of<'v>(elements: impl IntoIterator<Item = &'v Value>) -> Data {
    let mut cases: Vec<Case> = Vec::new();
    for case in elements.into_iter().flat_map(|value| value.cases.iter()) {
        if !cases.contains(case) {
            cases.push(case.clone());
        }
        if cases.len() > MAX_CASES {
            break;
        }
    }
    Data::Each(Box::new(Value::of(cases)))
}

/// Whether a value is true, where that can be told: all but `false` and `undef`
/// is (Puppet language reference, "Booleans").
pub(super) fn truth(value: &Value) -> Option<bool> {
    agreed(value.cases.iter().map(|case| truth_of(&case.data)))
}

/// Whether one case of a value is true.
pub(super) fn truth_of(data: &Data) -> Option<bool> {
    match data {
        Data::Unknown(_) => None,
        Data::Bool(value) => Some(*value),
        Data::Undef => Some(false),
        _ => Some(true),
    }
}

/// What a regular expression has found.
pub(super) struct Matched {
    /// Whether it matches, where that can be told.
    pub holds: Option<bool>,
    /// The variables `$0`, `$1` and so on that the match sets; a group that took
    /// no part is `undef`. Empty where nothing matches or nothing is known.
    pub groups: Vec<Value>,
    /// How many variables it may set.
    pub may_set: usize,
}

/// Whether `subject` fits an option of a `case`, a selector's key or the right
/// operand of `=~`, and what its groups are.
pub(super) fn option_matches(subject: &Value, option: &Value) -> Matched {
    let groups = match (subject.single(), option.single()) {
        (Some(Data::Text(text)), Some(Data::Regex(source))) => {
            text.as_str().and_then(|text| groups(text, source))
        }
        _ => None,
    };
    let pairs = subject.cases.iter().flat_map(|subject| {
        option
            .cases
            .iter()
            .filter(|option| Condition::all_of(&subject.when, &option.when).is_some())
            .map(|option| fits(&subject.data, &option.data))
    });
    let may_set = option.cases.iter().map(|option| match &option.data {
        Data::Regex(source) => source.matches('(').count() + 1,
        _ => 0,
    });
    Matched {
        holds: agreed(pairs),
        groups: groups.unwrap_or_default(),
        may_set: may_set.max().unwrap_or(0),
    }
}

/// What cannot be told: the first operand's reason, where it has one.
pub(super) fn unknown(operands: &[&Data], at: Span) -> Value {
    let reason = operands.iter().find_map(|data| match data {
        Data::Unknown(unknown) => Some(unknown.clone()),
        _ => None,
    });
    match reason {
        Some(reason) => Value::known(Data::Unknown(reason)),
        None => Value::unknown(Why::Expression, Some(at)),
    }
}

pub(super) fn boolean(value: Option<bool>, at: Span) -> Value {
    match value {
        Some(value) => Value::known(Data::Bool(value)),
        None => Value::unknown(Why::Expression, Some(at)),
    }
}

fn not(value: Option<bool>) -> Option<bool> {
    value.map(|value| !value)
}

/// What all say, where they say the same.
fn agreed(mut all: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let first = all.next()??;
    all.all(|it| it == Some(first)).then_some(first)
}

/// Whether any is true; unknown where none is for certain.
pub(super) fn any(all: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut verdict = Some(false);
    for it in all {
        match it {
            Some(true) => return Some(true),
            Some(false) => {}
            None => verdict = None,
        }
    }
    verdict
}

fn ordered(left: &Data, right: &Data, holds: fn(Ordering) -> bool, at: Span) -> Value {
    boolean(compare(left, right).map(holds), at)
}

/// Numbers, and strings without case.
fn compare(left: &Data, right: &Data) -> Option<Ordering> {
    if let (Some(left), Some(right)) = (Number::of(left), Number::of(right)) {
        return left.compare(right);
    }
    let (Data::Text(left), Data::Text(right)) = (left, right) else {
        return None;
    };
    let (left, right) = (left.as_str()?, right.as_str()?);
    Some(left.to_ascii_lowercase().cmp(&right.to_ascii_lowercase()))
}

/// `left =~ right`: a type, or a regular expression, which may be a string.
fn matches(left: &Data, right: &Data) -> Option<bool> {
    match (left, right) {
        (_, Data::Reference { .. }) => types::is_instance(left, right),
        (Data::Text(left), Data::Regex(source)) => is_match(left.as_str()?, source),
        (Data::Text(left), Data::Text(source)) => is_match(left.as_str()?, source.as_str()?),
        _ => None,
    }
}

fn is_match(subject: &str, source: &str) -> Option<bool> {
    let pattern = RubyPattern::new(source, Flags::default())?;
    Some(pattern.on(subject)?.is_match(subject))
}

fn groups(subject: &str, source: &str) -> Option<Vec<Value>> {
    let pattern = RubyPattern::new(source, Flags::default())?;
    let captures = pattern.on(subject)?.captures(subject)?;
    let group = |group: Option<regex::Match<'_>>| {
        group.map_or_else(Value::undef, |it| Value::text(it.as_str()))
    };
    Some(captures.iter().map(group).collect())
}

/// Whether `subject` is what `option` asks for: a literal, a type, a pattern, a
/// list of these.
fn fits(subject: &Data, option: &Data) -> Option<bool> {
    match (subject, option) {
        (_, Data::Default) => Some(true),
        (Data::Unknown(_), _) => None,
        (_, Data::Reference { .. }) => types::is_instance(subject, option),
        (Data::Text(text), Data::Regex(source)) => is_match(text.as_str()?, source),
        (_, Data::Regex(_)) => Some(false),
        (Data::Array(items), Data::Array(options)) => {
            if items.len() != options.len() {
                return Some(false);
            }
            let pair = |(item, option)| not(option_matches(item, option).holds);
            not(any(items.iter().zip(options.iter()).map(pair)))
        }
        (Data::Hash(entries), Data::Hash(options)) => {
            let entry = |(key, option): &(Value, Value)| {
                let value = super::hash::get(entries, key.single()?)?;
                not(option_matches(&value, option).holds)
            };
            not(any(options.iter().map(entry)))
        }
        _ => same(subject, option, Sameness::Loose),
    }
}

/// `left in right`.
fn is_in(left: &Data, right: &Data) -> Option<bool> {
    let contains = |element: &Value| {
        agreed(element.cases.iter().map(|case| match left {
            Data::Text(_) => fits(left, &case.data),
            Data::Regex(source) => match &case.data {
                Data::Text(text) => is_match(text.as_str()?, source),
                Data::Unknown(_) => None,
                _ => Some(false),
            },
            Data::Reference { .. } => types::is_instance(&case.data, left),
            _ => same(&case.data, left, Sameness::Loose),
        }))
    };
    match (left, right) {
        (Data::Unknown(_), _) | (_, Data::Unknown(_)) => None,
        (Data::Text(left), Data::Text(right)) => is_part(left.as_str()?, right),
        (Data::Regex(source), Data::Text(right)) => is_match(right.as_str()?, source),
        (_, Data::Array(items)) => any(items.iter().map(contains)),
        (_, Data::Hash(entries)) => any(entries.iter().map(|(key, _)| contains(key))),
        (_, Data::Each(each)) => contains(each).filter(|holds| !holds),
        _ => Some(false),
    }
}

fn is_part(left: &str, right: &Text) -> Option<bool> {
    let lower = |text: &str| text.is_ascii().then(|| text.to_ascii_lowercase());
    let left = lower(left)?;
    let has = |piece: &Piece| match piece {
        Piece::Literal(text) => lower(text).map(|text| text.contains(&left)),
        Piece::Hole(_) => None,
    };
    if left.is_empty() {
        return Some(true);
    }
    any(right.pieces.iter().map(has))
}
