//! Values that may be several things, put together: every case of one with every
//! case of the others.

use crate::place::Span;
use crate::value::{Case, Condition, Data, MAX_CASES, Origin, Value, Why, joined};

/// Steps of provenance that a combination keeps.
const MAX_ORIGINS: usize = 16;

/// `f` of every combination of the cases of `values`, under the conditions of
/// all of them. Combinations whose conditions exclude each other are left out;
/// where there are more than [`MAX_CASES`], the result is unknown.
pub(super) fn combine(values: &[&Value], at: Span, mut f: impl FnMut(&[&Data]) -> Value) -> Value {
    let few: Vec<Value>;
    let values = if product(values) > MAX_CASES {
        few = values.iter().map(|value| of_few(value)).collect();
        &few.iter().collect::<Vec<_>>()
    } else {
        values
    };
    let Some(choices) = choices(values) else {
        return Value::unknown(Why::TooMany, Some(at));
    };
    let mut cases = Vec::new();
    for choice in &choices {
        for case in &*f(&choice.data()).cases {
            let Some(when) = Condition::all_of(&choice.when, &case.when) else {
                continue;
            };
            let from = if case.from.is_empty() {
                choice.from()
            } else {
                case.from.clone()
            };
            let data = case.data.clone();
            cases.push(Case { data, when, from });
        }
    }
    Value::of(cases)
}

/// How many combinations there are at most.
fn product(values: &[&Value]) -> usize {
    let counts = values.iter().map(|value| value.cases.len());
    counts.fold(1, usize::saturating_mul)
}

/// A value with one case for all of the same data: conditions are dropped where
/// the combinations would be too many with them.
fn of_few(value: &Value) -> Value {
    match joined(&value.cases) {
        Some(cases) => Value::of(cases),
        None => value.clone(),
    }
}

/// The same data with no alternatives inside: each way to choose among those of
/// its elements is a case. `None` where there are none, or too many.
pub(super) fn spread(data: &Data) -> Option<Value> {
    has_alternatives(data).then(|| spread_data(data))?
}

fn has_alternatives(data: &Data) -> bool {
    let several = |value: &Value| match &*value.cases {
        [case] => !case.when.is_empty() || has_alternatives(&case.data),
        _ => true,
    };
    match data {
        Data::Array(items) => items.iter().any(several),
        Data::Hash(entries) => entries
            .iter()
            .any(|(key, value)| several(key) || several(value)),
        _ => false,
    }
}

fn spread_data(data: &Data) -> Option<Value> {
    match data {
        Data::Array(items) => {
            let items: Vec<Value> = items.iter().map(spread_value).collect::<Option<_>>()?;
            gathered(&items, |parts| Data::Array(parts.into()))
        }
        Data::Hash(entries) => {
            let flat = entries.iter().flat_map(|(key, value)| [key, value]);
            let flat: Vec<Value> = flat.map(spread_value).collect::<Option<_>>()?;
            gathered(&flat, |parts| {
                let pairs = parts.chunks_exact(2);
                Data::Hash(pairs.map(|it| (it[0].clone(), it[1].clone())).collect())
            })
        }
        _ => Some(Value::known(data.clone())),
    }
}

fn spread_value(value: &Value) -> Option<Value> {
    let mut cases = Vec::new();
    for case in &*value.cases {
        for inner in &*spread_data(&case.data)?.cases {
            let mut inner = inner.clone();
            if let Some(when) = Condition::all_of(&case.when, &inner.when) {
                inner.when = when;
                inner.from.extend(case.from.iter().cloned());
                cases.push(inner);
            }
        }
        if cases.len() > MAX_CASES {
            return None;
        }
    }
    Some(Value::of(cases))
}

/// Every choice among `parts`, made into one by `join`.
fn gathered(parts: &[Value], join: impl Fn(Vec<Value>) -> Data) -> Option<Value> {
    let parts: Vec<&Value> = parts.iter().collect();
    let case = |choice: &Choice| {
        let known = |case: &&Case| Value {
            cases: [Case {
                data: case.data.clone(),
                when: Vec::new(),
                from: case.from.clone(),
            }]
            .into(),
        };
        Case {
            data: join(choice.cases.iter().map(known).collect()),
            when: choice.when.clone(),
            from: choice.from(),
        }
    };
    Some(Value::of(choices(&parts)?.iter().map(case).collect()))
}

/// One case of each value.
#[derive(Clone, Default)]
struct Choice<'v> {
    cases: Vec<&'v Case>,
    when: Vec<Condition>,
}

impl<'v> Choice<'v> {
    fn data(&self) -> Vec<&'v Data> {
        self.cases.iter().map(|case| &case.data).collect()
    }

    fn from(&self) -> Vec<Origin> {
        let mut from: Vec<Origin> = Vec::new();
        for origin in self.cases.iter().flat_map(|case| &case.from) {
            if from.len() < MAX_ORIGINS && !from.contains(origin) {
                from.push(origin.clone());
            }
        }
        from
    }
}

fn choices<'v>(values: &[&'v Value]) -> Option<Vec<Choice<'v>>> {
    let mut all = vec![Choice::default()];
    for value in values {
        if let [case] = &*value.cases
            && case.when.is_empty()
        {
            for choice in &mut all {
                choice.cases.push(case);
            }
            continue;
        }
        let mut longer = Vec::new();
        for choice in &all {
            for case in &*value.cases {
                let Some(when) = Condition::all_of(&choice.when, &case.when) else {
                    continue;
                };
                let mut cases = choice.cases.clone();
                cases.push(case);
                longer.push(Choice { cases, when });
                if longer.len() > MAX_CASES {
                    return None;
                }
            }
        }
        all = longer;
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::FileId;

    fn at() -> Span {
        Span::whole(FileId(0))
    }

    fn either(text: &str) -> Value {
        let case = |data, holds| Case {
            when: vec![Condition {
                at: at(),
                text: text.into(),
                holds,
                choice: None,
            }],
            ..Case::new(data)
        };
        Value::of(vec![
            case(Data::Integer(1), true),
            case(Data::Integer(2), false),
        ])
    }

    fn sums(left: &Value, right: &Value) -> Vec<i64> {
        let sum = combine(&[left, right], at(), |data| match data {
            [Data::Integer(left), Data::Integer(right)] => {
                Value::known(Data::Integer(left * 10 + right))
            }
            _ => Value::undef(),
        });
        let number = |case: &Case| match case.data {
            Data::Integer(value) => value,
            _ => 0,
        };
        sum.cases.iter().map(number).collect()
    }

    #[test]
    fn what_cannot_hold_together_is_left_out() {
        assert_eq!(sums(&either("$a"), &either("$b")), [11, 12, 21, 22]);
        assert_eq!(sums(&either("$a"), &either("$a")), [11, 22]);
    }

    #[test]
    fn alternatives_inside_become_cases() {
        let list = Data::Array([either("$a"), either("$b"), either("$a")].into());
        assert_eq!(spread(&list).unwrap().cases.len(), 4);
        let many: Vec<Value> = (0..9).map(|it| either(&format!("${it}"))).collect();
        assert_eq!(spread(&Data::Array(many.into())), None);
        assert_eq!(spread(&Data::Array([Value::undef()].into())), None);
    }
}
