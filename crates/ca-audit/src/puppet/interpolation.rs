//! Values as parts of strings.

use crate::ruby_float::float_to_s;
use crate::value::{Case, Condition, Data, MAX_CASES, Text, Unknown, Value, Why, joined};

/// Every string of `cases` with every case of `value` behind it.
pub(super) fn append(cases: &[Case], value: &Value) -> Vec<Case> {
    let mut longer = Vec::new();
    for case in cases {
        let Data::Text(text) = &case.data else {
            continue;
        };
        for tail in &*value.cases {
            let Some(when) = Condition::all_of(&case.when, &tail.when) else {
                continue;
            };
            let mut text = text.clone();
            text.push(&text_of(&tail.data));
            let mut from = case.from.clone();
            from.extend(tail.from.iter().cloned());
            longer.push(Case {
                data: Data::Text(text),
                when,
                from,
            });
            if longer.len() > MAX_CASES {
                // Many of them may be the same text under other conditions.
                if let Some(few) = joined(&longer).filter(|few| few.len() < MAX_CASES) {
                    longer = few;
                    continue;
                }
                return vec![Case::new(Data::Text(Text::hole(Unknown {
                    why: Why::TooMany,
                    at: None,
                })))];
            }
        }
    }
    longer
}

/// A value as part of a string: `"${value}"`.
pub(super) fn text_of(data: &Data) -> Text {
    match data {
        Data::Undef => Text::default(),
        Data::Default => Text::literal("default"),
        Data::Bool(value) => Text::literal(value.to_string()),
        Data::Integer(value) => Text::literal(value.to_string()),
        Data::Float(value) => Text::literal(float_to_s(*value)),
        Data::Text(text) => text.clone(),
        Data::Unknown(unknown) => Text::hole(unknown.clone()),
        Data::Regex(source) => Text::literal(format!("/{}/", source.replace('/', "\\/"))),
        Data::Array(items) => {
            let mut text = Text::literal("[");
            for (index, item) in items.iter().enumerate() {
                text.push(&Text::literal(if index > 0 { ", " } else { "" }));
                text.push(&element_text(item));
            }
            text.push(&Text::literal("]"));
            text
        }
        Data::Hash(entries) => {
            let mut text = Text::literal("{");
            for (index, (key, value)) in entries.iter().enumerate() {
                text.push(&Text::literal(if index > 0 { ", " } else { "" }));
                text.push(&element_text(key));
                text.push(&Text::literal(" => "));
                text.push(&element_text(value));
            }
            text.push(&Text::literal("}"));
            text
        }
        Data::Each(_) | Data::Reference { .. } => Text::hole(Unknown {
            why: Why::Expression,
            at: None,
        }),
    }
}

fn element_text(value: &Value) -> Text {
    match value.single() {
        Some(data) => text_of(data),
        None => Text::hole(Unknown {
            why: Why::TooMany,
            at: None,
        }),
    }
}
