//! Functions, operators and iteration against the answers of real Puppet.
//!
//! `golden/puppet_functions.jsonl` has expressions, made up and thought out, and
//! what Puppet 7.23 with stdlib 8 makes of each
//! (`tests/oracles/function_cases.rb`). Others of the same form are compared
//! with `CA_AUDIT_FUNCTION_CASES=FILE`.

use ca_audit::puppet::value_of;
use ca_audit::value::{Data, Piece, Value};
use serde_json::{Value as Json, json};

#[test]
fn results_are_those_of_real_puppet_or_unknown() {
    check(include_str!("golden/puppet_functions.jsonl"));
}

#[test]
fn and_so_are_those_of_other_cases() {
    let Ok(path) = std::env::var("CA_AUDIT_FUNCTION_CASES") else {
        println!("SKIPPED: no CA_AUDIT_FUNCTION_CASES");
        return;
    };
    let cases = std::fs::read_to_string(path).expect("the cases");
    check(&cases);
    check_opened(&cases);
}

/// A string that is not known may be any, also the one that it was: the answer
/// of real Puppet is among what is left.
#[test]
fn the_real_result_is_among_what_is_possible() {
    check_opened(include_str!("golden/puppet_functions.jsonl"));
}

fn check_opened(cases: &str) {
    let (mut tried, mut wrong) = (0, Vec::new());
    for line in cases.lines() {
        let case: Json = serde_json::from_str(line).expect("a case");
        let expression = case["expression"].as_str().expect("an expression");
        let Some(expected) = case.get("value").map(with_numbers) else {
            continue;
        };
        for opened in opened(expression) {
            let value = value_of(&opened);
            tried += 1;
            if !admits(&value, &expected) {
                wrong.push(format!("{opened}\n    {value:?}\n    {expected}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(tried > 2000, "{tried}");
}

/// The expression with one of its strings replaced: by a variable that nobody
/// sets, and by its first letter with such a one behind it.
fn opened(expression: &str) -> Vec<String> {
    let mut all = Vec::new();
    if expression.contains(['"', '\\']) {
        return all;
    }
    let parts: Vec<&str> = expression.split('\'').collect();
    for index in (1..parts.len().saturating_sub(1)).step_by(2) {
        let (before, after) = (parts[..index].join("'"), parts[index + 1..].join("'"));
        all.push(format!("{before}$nobody_sets_it{after}"));
        if let Some(first) = parts[index].chars().next() {
            all.push(format!("{before}\"{first}${{nobody_sets_it}}\"{after}"));
        }
    }
    all
}

fn admits(value: &Value, expected: &Json) -> bool {
    value.cases.iter().any(|case| match (&case.data, expected) {
        (Data::Unknown(_), _) => true,
        (Data::Reference { .. } | Data::Regex(_), expected) => expected.get("other").is_some(),
        (Data::Text(text), Json::String(expected)) => fits(&text.pieces, expected),
        (Data::Array(items), Json::Array(expected)) => {
            let mut pairs = items.iter().zip(expected);
            items.len() == expected.len() && pairs.all(|(item, it)| admits(item, it))
        }
        // What is not seen is taken for a list where it may be a hash.
        (Data::Each(_), Json::Object(expected)) => expected.contains_key("hash"),
        (Data::Each(item), Json::Array(expected)) => expected.iter().all(|it| admits(item, it)),
        (Data::Hash(entries), Json::Object(expected)) => {
            let pairs = expected.get("hash").and_then(Json::as_array);
            // An entry whose key is not seen may have been set over another.
            pairs.is_some_and(|pairs| {
                pairs.iter().all(|pair| {
                    let is_it = |(key, value): &(Value, Value)| {
                        admits(key, &pair[0]) && admits(value, &pair[1])
                    };
                    entries.iter().any(is_it)
                })
            })
        }
        _ => shown(&Value::known(case.data.clone())).as_ref() == Some(expected),
    })
}

/// Whether a text with holes may be this one.
fn fits(pieces: &[Piece], text: &str) -> bool {
    match pieces.split_first() {
        None => text.is_empty(),
        Some((Piece::Literal(literal), rest)) => text
            .strip_prefix(&**literal)
            .is_some_and(|text| fits(rest, text)),
        Some((Piece::Hole(_), rest)) => {
            let mut ends = (0..=text.len()).filter(|end| text.is_char_boundary(*end));
            ends.any(|end| fits(rest, &text[end..]))
        }
    }
}

/// Of what Puppet does not refuse, in percent.
const LEAST_EXACT: usize = 90;

fn check(cases: &str) {
    let (mut exact, mut unknown, mut wrong) = (0, Vec::new(), Vec::new());
    for line in cases.lines() {
        let case: Json = serde_json::from_str(line).expect("a case");
        let expression = case["expression"].as_str().expect("an expression");
        let value = value_of(expression);
        match (shown(&value), case.get("value").map(with_numbers)) {
            // What Puppet refuses never gets to a host.
            (_, None) => {}
            (_, Some(expected)) if expected.to_string().contains("{\"other\":") => {}
            (Some(shown), Some(expected)) if shown == expected => exact += 1,
            (Some(shown), Some(expected)) => {
                wrong.push(format!("{expression}\n    {shown}, and not {expected}"));
            }
            (None, Some(_)) => unknown.push(expression.to_owned()),
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    let all = exact + unknown.len();
    println!("{exact} of {all} exact; unknown:\n{}", unknown.join("\n"));
    assert!(exact * 100 >= all * LEAST_EXACT, "{exact} of {all} exact");
}

/// Floats as numbers: `serde_json` would not read them to the last digit.
fn with_numbers(json: &Json) -> Json {
    match json {
        Json::Array(items) => items.iter().map(with_numbers).collect(),
        Json::Object(object) => {
            if let Some(float) = object.get("float").and_then(Json::as_str) {
                return json!(float.parse::<f64>().expect("a float"));
            }
            let inner = |(key, value): (&String, &Json)| (key.clone(), with_numbers(value));
            object.iter().map(inner).collect()
        }
        other => other.clone(),
    }
}

/// A value as the cases have it; `None` where it is not known as a whole.
fn shown(value: &Value) -> Option<Json> {
    Some(match value.single()? {
        Data::Undef => Json::Null,
        Data::Default => json!({"default": true}),
        Data::Bool(value) => json!(value),
        Data::Integer(value) => json!(value),
        Data::Float(value) => json!(value),
        Data::Text(text) => json!(text.as_str()?),
        Data::Array(items) => items.iter().map(shown).collect::<Option<_>>()?,
        Data::Hash(entries) => {
            let entry = |(key, value): &(Value, Value)| Some(json!([shown(key)?, shown(value)?]));
            let entries: Vec<Json> = entries.iter().map(entry).collect::<Option<_>>()?;
            json!({"hash": entries})
        }
        _ => return None,
    })
}
