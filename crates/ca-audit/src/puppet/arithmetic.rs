//! Arithmetic of the Puppet language, on numbers, lists and hashes.

use super::hash;
use super::number::Number;
use super::operators::{any, any_of};
use super::sameness::{Sameness, same_values};
use crate::value::{Data, Value};
use puppet_syntax::ast::BinaryOp;

/// `+`, `-`, `*`, `/`, `%`, `<<`, `>>`; `None` where it cannot be told, or where
/// Puppet refuses the operands.
pub(super) fn arithmetic(op: BinaryOp, left: &Data, right: &Data) -> Option<Value> {
    match (left, op) {
        (Data::Array(left), BinaryOp::Add) => Some(Value::known(listed(left, right))),
        (Data::Array(left), BinaryOp::LeftShift) => {
            let mut items = left.to_vec();
            items.push(Value::known(right.clone()));
            Some(Value::known(Data::Array(items.into())))
        }
        (Data::Array(left), BinaryOp::Subtract) => without(left, right).map(Value::known),
        (Data::Each(each), BinaryOp::Add | BinaryOp::LeftShift) => Some(Value::known(any_of([
            &**each,
            &Value::known(right.clone()),
        ]))),
        (Data::Each(_), BinaryOp::Subtract) => Some(Value::known(left.clone())),
        (Data::Hash(left), BinaryOp::Add) => merged(left, right),
        (Data::Hash(left), BinaryOp::Subtract) => without_keys(left, right),
        (Data::Array(_) | Data::Each(_) | Data::Hash(_), _) => None,
        _ => {
            let (left, right) = (Number::of_operand(left)?, Number::of_operand(right)?);
            Some(Value::known(computed(op, left, right)?.into_data()))
        }
    }
}

fn listed(left: &[Value], right: &Data) -> Data {
    let mut items = left.to_vec();
    match right {
        Data::Array(more) => items.extend(more.iter().cloned()),
        Data::Hash(entries) => match pairs(entries) {
            Data::Array(more) => items.extend(more.iter().cloned()),
            other => return listed(left, &other),
        },
        Data::Each(each) => {
            items.push((**each).clone());
            return any_of(&items);
        }
        Data::Unknown(_) => {
            items.push(Value::known(right.clone()));
            return any_of(&items);
        }
        other => items.push(Value::known(other.clone())),
    }
    Data::Array(items.into())
}

/// A hash as a list of lists of two.
pub(super) fn pairs(entries: &[hash::Entry]) -> Data {
    let pair =
        |(key, value): &hash::Entry| Value::known(Data::Array([key.clone(), value.clone()].into()));
    let pairs: Vec<Value> = entries.iter().map(pair).collect();
    if hash::keys_differ(entries) {
        Data::Array(pairs.into())
    } else {
        any_of(&pairs)
    }
}

/// The elements of `left` that are not in `right`.
fn without(left: &[Value], right: &Data) -> Option<Data> {
    let single = [Value::known(right.clone())];
    let as_pairs;
    let removed: &[Value] = match right {
        Data::Array(items) => items,
        Data::Hash(entries) => match pairs(entries) {
            Data::Array(items) => {
                as_pairs = items;
                &as_pairs
            }
            _ => return None,
        },
        Data::Unknown(_) | Data::Each(_) => return Some(any_of(left)),
        _ => &single,
    };
    let mut kept = Vec::new();
    for item in left {
        let is_removed = any(removed
            .iter()
            .map(|other| same_values(item, other, Sameness::Exact)));
        match is_removed {
            Some(true) => {}
            Some(false) => kept.push(item.clone()),
            None => return Some(any_of(left)),
        }
    }
    Some(Data::Array(kept.into()))
}

/// `left + right` of hashes: the right one wins.
fn merged(left: &[(Value, Value)], right: &Data) -> Option<Value> {
    let made;
    let more: &[(Value, Value)] = match right {
        Data::Hash(more) => more,
        Data::Array(items) => {
            made = hash::of_list(items)?;
            &made
        }
        _ => return None,
    };
    let entries = hash::merged(left, more);
    Some(Value::known(Data::Hash(entries.into())))
}

fn without_keys(left: &[(Value, Value)], right: &Data) -> Option<Value> {
    let single = [Value::known(right.clone())];
    let keys: Vec<&Value> = match right {
        Data::Array(items) => items.iter().collect(),
        Data::Hash(entries) => entries.iter().map(|(key, _)| key).collect(),
        Data::Unknown(_) | Data::Each(_) => return None,
        _ => single.iter().collect(),
    };
    let mut kept = Vec::new();
    for entry in left {
        let is_removed = any(keys
            .iter()
            .map(|key| same_values(&entry.0, key, Sameness::Key)))?;
        if !is_removed {
            kept.push(entry.clone());
        }
    }
    Some(Value::known(Data::Hash(kept.into())))
}

impl Number {
    /// A number, where it is one.
    pub(super) fn of(data: &Data) -> Option<Self> {
        match data {
            Data::Integer(value) => Some(Self::Integer(*value)),
            Data::Float(value) => Some(Self::Float(*value)),
            _ => None,
        }
    }

    /// An operand of arithmetic: strings count as the numbers they are.
    pub(super) fn of_operand(data: &Data) -> Option<Self> {
        match data {
            Data::Text(text) => Self::of_text(text.as_str()?),
            _ => Self::of(data),
        }
    }

    /// The same as a value.
    pub(super) fn into_data(self) -> Data {
        match self {
            Self::Integer(value) => Data::Integer(value),
            Self::Float(value) => Data::Float(value),
        }
    }
}

fn computed(op: BinaryOp, left: Number, right: Number) -> Option<Number> {
    if let (Number::Integer(left), Number::Integer(right)) = (left, right) {
        return whole(op, left, right).map(Number::Integer);
    }
    let (left, right) = (left.to_float(), right.to_float());
    let result = match op {
        BinaryOp::Add => left + right,
        BinaryOp::Subtract => left - right,
        BinaryOp::Multiply => left * right,
        BinaryOp::Divide => left / right,
        _ => return None,
    };
    result.is_finite().then_some(Number::Float(result))
}

/// Ruby rounds quotients down and gives a remainder the divisor's sign.
fn whole(op: BinaryOp, left: i64, right: i64) -> Option<i64> {
    match op {
        BinaryOp::Add => left.checked_add(right),
        BinaryOp::Subtract => left.checked_sub(right),
        BinaryOp::Multiply => left.checked_mul(right),
        BinaryOp::Divide => {
            let quotient = left.checked_div(right)?;
            let is_below = left % right != 0 && (left < 0) != (right < 0);
            Some(if is_below { quotient - 1 } else { quotient })
        }
        BinaryOp::Modulo => {
            let rest = left.checked_rem(right)?;
            let is_below = rest != 0 && (rest < 0) != (right < 0);
            Some(if is_below { rest + right } else { rest })
        }
        BinaryOp::LeftShift => shifted(left, right),
        BinaryOp::RightShift => shifted(left, right.checked_neg()?),
        _ => None,
    }
}

/// To the left by `by` bits, to the right where that is negative.
fn shifted(value: i64, by: i64) -> Option<i64> {
    if by < 0 {
        let by = u32::try_from(by.unsigned_abs()).unwrap_or(u32::MAX).min(63);
        return Some(value >> by);
    }
    let by = u32::try_from(by).ok().filter(|by| *by < 63)?;
    i64::try_from(i128::from(value) << by).ok()
}
