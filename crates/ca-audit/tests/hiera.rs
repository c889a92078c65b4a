//! Lookups against the answers of real Puppet.
//!
//! `golden/hiera/cases.jsonl` has made-up cases and what Puppet 7.23 said of
//! them (`tests/oracles/hiera_cases.rb`, `hiera_answers.rb`). Others of the
//! same form are compared with `CA_AUDIT_HIERA_CASES=FILE`.

use ca_audit::hiera::{Datum, Facts, Hiera, Key, Stop, World, read_facts};
use ca_audit::tree::{Memory, Tree as _};
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[test]
fn lookups_are_those_of_real_puppet() {
    let recorded = include_str!("golden/hiera/cases.jsonl");
    let differences = differences(recorded);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Other cases, thought out by somebody else. What is known to differ is a list
/// that must not grow.
#[test]
fn lookups_of_odd_shapes_are_those_of_real_puppet() {
    /// A prefix that is no regular expression and is never tried.
    const KNOWN: [&str; 2] = ["0152 knockout", "0157 knockout"];
    let recorded = include_str!("golden/hiera/shapes.jsonl");
    let mut differences = differences(recorded);
    differences.retain(|it| !KNOWN.iter().any(|known| it.contains(known)));
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn and_so_are_those_of_other_cases() {
    let Ok(path) = std::env::var("CA_AUDIT_HIERA_CASES") else {
        println!("SKIPPED: no CA_AUDIT_HIERA_CASES");
        return;
    };
    let cases = std::fs::read_to_string(path).expect("the cases");
    let differences = differences(&cases);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// What comes of `World::Assumed` holds for the host, too: one of the
/// candidates is the answer of its facts.
#[test]
fn the_real_answer_is_among_the_candidates() {
    let recorded = include_str!("golden/hiera/cases.jsonl");
    let mut compared = 0;
    for case in recorded.lines().map(parsed) {
        let tree = tree(&case);
        let entries = tree.list().entries;
        let hiera = hiera(&tree, &entries);
        for (key, answer) in case["answers"].as_object().expect("answers") {
            let Some(value) = answer.get("value") else {
                continue;
            };
            let exploration = hiera.explore(key);
            let has_hole = |text: &str| text.contains("${");
            let fits = |datum: &Datum| {
                let shown = shown(datum);
                shown == *value || has_hole(&shown.to_string())
            };
            let is_there = exploration.candidates.iter().any(|candidate| {
                let answer = &candidate.answer;
                answer.value.as_ref().is_some_and(fits) || !answer.unseen.is_empty()
            });
            let is_told = is_there || exploration.is_cut || !exploration.failures.is_empty();
            assert!(is_told, "{} {key}: {value} is no candidate", case["name"]);
            compared += 1;
        }
    }
    assert!(compared > 300, "{compared}");
}

/// In `golden/hiera/knockouts.jsonl` every PEM text stands once and nothing
/// overrides anything: what real Puppet's answer lacks was knocked out.
#[test]
fn what_is_knocked_out_is_what_real_puppet_lacks() {
    let recorded = include_str!("golden/hiera/knockouts.jsonl");
    let mut lost_in_all = 0;
    for line in recorded.lines() {
        let case = parsed(line);
        let tree = tree(&case);
        let entries = tree.list().entries;
        let hiera = hiera(&tree, &entries);
        let facts = facts(line);
        let answer = hiera
            .lookup("cas", &World::Host(&facts))
            .expect("an answer");
        let real = &case["answers"]["cas"]["value"];
        assert_eq!(
            shown(&answer.value.expect("a value")),
            *real,
            "{}",
            case["name"]
        );
        let written = pems(&case["files"]);
        let lacking: BTreeSet<&str> = written.difference(&pems(real)).copied().collect();
        let lost: BTreeSet<&str> = answer
            .lost
            .iter()
            .filter_map(|lost| lost.text.lines().nth(1))
            .collect();
        let lost: BTreeSet<&str> = lost
            .into_iter()
            .filter(|it| it.starts_with("MIIB"))
            .collect();
        assert_eq!(lost, lacking, "{}", case["name"]);
        lost_in_all += lost.len();
    }
    assert!(lost_in_all > 50, "{lost_in_all}");
}

/// The middle lines of the PEM texts in a value, texts of files included.
fn pems(value: &Value) -> BTreeSet<&str> {
    match value {
        Value::String(text) => {
            let marks = text.match_indices("MIIB");
            marks.map(|(at, _)| &text[at..at + 8]).collect()
        }
        Value::Array(items) => items.iter().flat_map(pems).collect(),
        Value::Object(fields) => fields.values().flat_map(pems).collect(),
        _ => BTreeSet::new(),
    }
}

fn parsed(line: &str) -> Value {
    serde_json::from_str(line).expect("a case")
}

fn differences(cases: &str) -> Vec<String> {
    let mut differences = Vec::new();
    let (mut values, mut compared) = (0, 0);
    for line in cases.lines() {
        let case = parsed(line);
        let tree = tree(&case);
        let entries = tree.list().entries;
        let hiera = hiera(&tree, &entries);
        let facts = facts(line);
        for (key, real) in case["answers"].as_object().expect("answers") {
            let ours = answer(&hiera, &facts, key);
            compared += 1;
            values += usize::from(real.get("value").is_some());
            if kind_of(&ours) != kind_of(real) && !cannot_be_seen(&ours, real) {
                let name = &case["name"];
                differences.push(format!("{name} {key}: Puppet {real}, here {ours}"));
            }
        }
    }
    println!(
        "{compared} lookups, {values} with a value, {} differ",
        differences.len()
    );
    assert!(
        values * 4 > compared,
        "most lookups find nothing: {values} of {compared}"
    );
    differences
}

/// What Puppet cannot decrypt for want of a key ends its lookup; here it is
/// something that cannot be seen, and so is a value that `convert_to` makes
/// one of a type that is not known here, and data of a function of one's own.
fn cannot_be_seen(ours: &Value, real: &Value) -> bool {
    let message = real["error"].as_str().unwrap_or_default();
    let ours = ours.to_string();
    message.contains("hiera-eyaml backend error") && ours.contains("${encrypted}")
        || ours.contains("${new()}")
        || message.contains("Unable to find 'data_hash' function")
}

/// An answer without the words of an error.
fn kind_of(answer: &Value) -> Value {
    match answer.get("error") {
        Some(_) => json!("an error"),
        None => answer.clone(),
    }
}

fn tree(case: &Value) -> Memory {
    let files = case["files"].as_object().expect("files");
    files.iter().fold(Memory::new(), |tree, (path, text)| {
        let path = match path.strip_prefix("@global/") {
            Some(path) => format!("conf/{path}"),
            None => format!("environments/production/{path}"),
        };
        let text = text.as_str().expect("a text");
        let text = text.replace("@GLOBAL@", "/etc/puppet");
        tree.with(path, text.replace("@ENV@", "/etc/environments/production"))
    })
}

fn hiera<'t>(tree: &'t Memory, entries: &'t [ca_audit::tree::Entry]) -> Hiera<'t> {
    Hiera::of_environment(tree, entries, "environments/production").with_global("conf/hiera.yaml")
}

/// The facts of a case in their own order, which `serde_json` does not keep.
fn facts(line: &str) -> Facts {
    let case = read_facts(line).expect("a case");
    let facts = case.get(&Key::from("facts")).and_then(Datum::as_hash);
    let node = case.get(&Key::from("node")).and_then(Datum::as_str);
    Facts::new(facts.expect("facts"), node.expect("a node"), "production")
}

fn answer(hiera: &Hiera<'_>, facts: &Facts, key: &str) -> Value {
    match hiera.lookup(key, &World::Host(facts)) {
        Ok(answer) => match answer.value {
            Some(value) if !value.is_json() => json!({ "error": "not allowed in JSON" }),
            Some(value) => json!({ "value": shown(&value) }),
            None => json!({ "missing": true }),
        },
        Err(Stop::Failed(failure)) => json!({ "error": failure.message }),
        Err(Stop::Asks(question)) => panic!("everything is known: {question:?}"),
    }
}

fn shown(datum: &Datum) -> Value {
    serde_json::to_value(datum).expect("JSON")
}
