//! Functions on numbers.

use super::{Call, Function, boolean, integer};
use crate::puppet::number::Number;
use crate::value::{Data, Value};
use std::cmp::Ordering;

pub(super) fn named(name: &str) -> Option<Function> {
    Some(match name {
        "abs" => abs,
        "floor" => |call| rounded(call, f64::floor),
        "ceiling" => |call| rounded(call, f64::ceil),
        // Puppet adds a half and cuts the fraction off, whatever is lost by it.
        "round" => |call| rounded(call, |value| (value + 0.5_f64.copysign(value)).trunc()),
        "min" => |call| extreme(call, Ordering::Less),
        "max" => |call| extreme(call, Ordering::Greater),
        "clamp" => clamp,
        "num2bool" => num2bool,
        "bool2num" => bool2num,
        "convert_base" => convert_base,
        _ => return None,
    })
}

/// The number of the only argument, which may be a string that is all digits.
fn operand(call: &Call<'_>) -> Option<Number> {
    let [data] = call.args else {
        return None;
    };
    match data {
        Data::Text(text) => plain(text.as_str()?),
        data => Number::of(data),
    }
}

/// `-12`, `1.5`
fn plain(text: &str) -> Option<Number> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let are_digits = |it: &str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit());
    match digits.split_once('.') {
        None if are_digits(digits) => text.parse().ok().map(Number::Integer),
        Some((whole, fraction)) if are_digits(whole) && are_digits(fraction) => {
            text.parse().ok().map(Number::Float)
        }
        _ => None,
    }
}

fn abs(call: &Call<'_>) -> Option<Value> {
    let number = match operand(call)? {
        Number::Integer(value) => Number::Integer(value.checked_abs()?),
        Number::Float(value) => Number::Float(value.abs()),
    };
    Some(Value::known(number.into_data()))
}

fn rounded(call: &Call<'_>, round: fn(f64) -> f64) -> Option<Value> {
    let number = operand(call)?;
    if call.name == "round" && matches!(call.data(0), Data::Text(_)) {
        return None;
    }
    match number {
        Number::Integer(value) => Some(integer(value)),
        Number::Float(value) => whole(round(value)).map(integer),
    }
}

/// A float without a fraction as an integer.
#[expect(clippy::cast_possible_truncation, reason = "in range")]
fn whole(value: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (value.abs() <= EXACT).then_some(value as i64)
}

/// The smallest or the largest: of numbers by value, of strings by their bytes.
/// Puppet compares strings that look like numbers as such; that is left alone.
fn extreme(call: &Call<'_>, wanted: Ordering) -> Option<Value> {
    let listed: Option<Vec<&Data>>;
    let all: &[&Data] = match call.args {
        [Data::Array(items)] => {
            listed = items.iter().map(Value::single).collect();
            listed.as_deref()?
        }
        args => args,
    };
    let mut best = *all.first()?;
    for data in all.iter().skip(1) {
        let order = match (data, best) {
            (Data::Text(left), Data::Text(right)) => {
                let (left, right) = (left.as_str()?, right.as_str()?);
                let looks = |it: &str| it.bytes().any(|byte| byte.is_ascii_digit());
                if looks(left) || looks(right) {
                    return None;
                }
                left.cmp(right)
            }
            (left, right) => Number::of(left)?.compare(Number::of(right)?)?,
        };
        if order == wanted {
            best = data;
        }
    }
    matches!(best, Data::Text(_) | Data::Integer(_) | Data::Float(_))
        .then(|| Value::known(best.clone()))
}

/// The one in the middle of three.
fn clamp(call: &Call<'_>) -> Option<Value> {
    let listed: Option<Vec<&Data>>;
    let all: &[&Data] = match call.args {
        [Data::Array(items)] => {
            listed = items.iter().map(Value::single).collect();
            listed.as_deref()?
        }
        args => args,
    };
    let mut numbers: Vec<i64> = all
        .iter()
        .map(|data| match data {
            Data::Integer(value) => Some(*value),
            Data::Text(text) => match plain(text.as_str()?)? {
                Number::Integer(value) if value >= 0 => Some(value),
                _ => None,
            },
            _ => None,
        })
        .collect::<Option<_>>()?;
    numbers.sort_unstable();
    (numbers.len() == 3).then(|| integer(numbers[1]))
}

fn num2bool(call: &Call<'_>) -> Option<Value> {
    let holds = match operand(call)? {
        Number::Integer(value) => value > 0,
        Number::Float(value) => value >= 1.0,
    };
    Some(boolean(holds))
}

fn bool2num(call: &Call<'_>) -> Option<Value> {
    match super::conversion::str2bool(call)?.single()? {
        Data::Bool(value) => Some(integer(i64::from(*value))),
        _ => None,
    }
}

/// `convert_base(254, 16)`
fn convert_base(call: &Call<'_>) -> Option<Value> {
    let number = |index: usize| match call.data(index) {
        Data::Integer(value) => Some(*value),
        Data::Text(text) => match plain(text.as_str()?)? {
            Number::Integer(value) if value >= 0 => Some(value),
            _ => None,
        },
        _ => None,
    };
    let (value, base) = (number(0)?, number(1)?);
    let base = u64::try_from(base)
        .ok()
        .filter(|it| (2..=36).contains(it))?;
    let mut rest = value.unsigned_abs();
    let mut digits = Vec::new();
    loop {
        digits.push(char::from_digit((rest % base) as u32, base as u32)?);
        rest /= base;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        digits.push('-');
    }
    Some(Value::text(digits.into_iter().rev().collect::<String>()))
}
