//! What Hiera says: for a host whose facts are known, or every value there may
//! be.
//!
//! ```text
//! cargo run --release -p ca-audit --example lookup -- --hiera hiera.yaml [--environment DIR] --facts FILE --node NAME KEY...
//! cargo run --release -p ca-audit --example lookup -- --hiera hiera.yaml [--environment DIR] KEY...
//! ```
//!
//! The first prints `{key: value}`, without keys that have no value or one that
//! cannot be seen (an encrypted one); why is said on standard error. The second prints
//! `{key: [{value, when, path, line}]}`. A `hiera.yaml` that lies elsewhere than
//! in the environment's folder is that of the global layer.

use ca_audit::hiera::{Assumption, Candidate, Datum, Facts, Hiera, Stop, World, read_facts};
use ca_audit::place::{LineIndex, Span};
use ca_audit::tree::{Disk, Entry, Tree as _};
use serde_json::{Map, Value, json};
use std::process::ExitCode;

#[derive(Default)]
struct Arguments {
    hiera: Option<String>,
    environment: Option<String>,
    facts: Option<String>,
    node: Option<String>,
    keys: Vec<String>,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), String> {
    let arguments = arguments()?;
    let config = arguments.hiera.as_deref().ok_or("--hiera is missing")?;
    let beside = config.rsplit_once('/').map_or(".", |(folder, _)| folder);
    let folder = arguments.environment.as_deref().unwrap_or(beside);
    let folder = folder.trim_end_matches('/');
    let tree = Disk::new([beside, folder]);
    let entries = tree.list().entries;
    let shown = |path: &str| path.strip_prefix("./").unwrap_or(path).to_owned();
    let root = if folder == "." {
        String::new()
    } else {
        shown(folder)
    };
    let mut hiera = Hiera::of_environment(&tree, &entries, &root);
    let is_own = std::fs::canonicalize(beside).ok() == std::fs::canonicalize(folder).ok();
    if !is_own || !config.ends_with("/hiera.yaml") && config != "hiera.yaml" {
        hiera = hiera.with_global(&shown(config));
    }
    let answers = match &arguments.facts {
        Some(facts) => {
            let node = arguments.node.as_deref().unwrap_or_default();
            let text =
                std::fs::read_to_string(facts).map_err(|error| format!("{facts}: {error}"))?;
            let facts = read_facts(&text).map_err(|failure| format!("{facts}: {failure}"))?;
            let environment = match &arguments.environment {
                Some(_) => folder.rsplit('/').next().unwrap_or("production"),
                None => "production",
            };
            known(
                &hiera,
                &Facts::new(&facts, node, environment),
                &arguments.keys,
            )
        }
        None => unknown(&hiera, &tree, &entries, &arguments.keys),
    };
    println!("{:#}", Value::Object(answers));
    Ok(())
}

fn arguments() -> Result<Arguments, String> {
    let mut found = Arguments::default();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let slot = match word.as_str() {
            "--hiera" => &mut found.hiera,
            "--environment" => &mut found.environment,
            "--facts" => &mut found.facts,
            "--node" => &mut found.node,
            _ => {
                found.keys.push(word);
                continue;
            }
        };
        *slot = Some(words.next().ok_or(format!("{word} needs a value"))?);
    }
    Ok(found)
}

fn known(hiera: &Hiera<'_>, facts: &Facts, keys: &[String]) -> Map<String, Value> {
    let mut answers = Map::new();
    for key in keys {
        match hiera.lookup(key, &World::Host(facts)) {
            Ok(answer) => {
                for name in &answer.unseen {
                    eprintln!("{key}: a level cannot be seen: {name}");
                }
                match answer.value {
                    Some(value) if value.is_seen() && value.is_json() => {
                        answers.insert(key.clone(), shown(&value));
                    }
                    Some(value) => eprintln!("{key}: cannot be seen: {}", value.inspected()),
                    None => {}
                }
            }
            Err(Stop::Failed(failure)) => eprintln!("{key}: {failure}"),
            Err(Stop::Asks(question)) => eprintln!("{key}: depends on {}", question.variable),
        }
    }
    answers
}

fn unknown(
    hiera: &Hiera<'_>,
    tree: &Disk,
    entries: &[Entry],
    keys: &[String],
) -> Map<String, Value> {
    let mut answers = Map::new();
    for key in keys {
        let exploration = hiera.explore(key);
        if exploration.is_cut {
            eprintln!("{key}: more values than are told apart");
        }
        for (failure, when) in &exploration.failures {
            eprintln!("{key}: {failure} {}", conditions(when));
        }
        let candidates = exploration.candidates.iter();
        let candidates = candidates.filter_map(|it| told(it, tree, entries));
        answers.insert(key.clone(), candidates.collect());
    }
    answers
}

fn told(candidate: &Candidate, tree: &Disk, entries: &[Entry]) -> Option<Value> {
    let answer = &candidate.answer;
    let value = answer.value.as_ref()?;
    let first = answer.from.first();
    let place = first.map(|source| place(source.at, tree, entries));
    let level = first.map(|source| source.level.to_string());
    let (path, line) = place.unzip();
    let unseen: Vec<String> = answer.unseen.iter().map(ToString::to_string).collect();
    Some(json!({
        "value": shown(value),
        "when": conditions(&candidate.when),
        "path": path,
        "line": line,
        "level": level,
        "merge": answer.merge,
        "unseen": unseen,
    }))
}

fn place(span: Span, tree: &Disk, entries: &[Entry]) -> (String, u32) {
    let path = &entries[span.file.0 as usize].path;
    let bytes = tree.bytes(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    (
        path.clone(),
        LineIndex::new(&text).position(span.start).line,
    )
}

fn conditions(when: &[Assumption]) -> String {
    let one = |assumption: &Assumption| assumption.to_string();
    when.iter().map(one).collect::<Vec<_>>().join(" and ")
}

fn shown(datum: &Datum) -> Value {
    serde_json::to_value(datum).expect("JSON")
}
