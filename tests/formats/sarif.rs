//! SARIF: valid by the published schema, and the same wherever the program was
//! started.
//!
//! The schema is that of the crate `serde-sarif`, which is fetched for these tests
//! like any other and never copied into this repository.

use super::agreement::check;
use super::readers::json;
use super::{FIXTURE, copy, repository};
use crate::checkout;
use crate::report::{list, text};
use jsonschema::Validator;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

fn schema() -> &'static Validator {
    static SCHEMA: OnceLock<Validator> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let path = schema_file().expect("the source of serde-sarif, which cargo fetched");
        // Its pattern for languages has a bracket too many, which no strict
        // reader of patterns takes.
        let schema = fs::read_to_string(path).expect("the schema");
        let schema = json(&schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$"));
        let options = jsonschema::options().should_validate_formats(true);
        options.build(&schema).expect("a schema")
    })
}

/// Where cargo puts the sources of crates (The Cargo Book, "Cargo Home").
fn schema_file() -> Option<PathBuf> {
    const FILE: &str = "serde-sarif-0.8.0/src/schema.json";
    let own = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = own.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))?;
    let registries = fs::read_dir(home.join("registry/src")).ok()?;
    let files = registries
        .flatten()
        .map(|registry| registry.path().join(FILE));
    files.into_iter().find(|file| file.is_file())
}

/// The one run of a valid report.
pub(super) fn run(folder: &Path, arguments: &[&str]) -> Value {
    let log = json(&check(folder, "sarif", arguments));
    let mistakes: Vec<String> = schema()
        .iter_errors(&log)
        .map(|mistake| format!("{}: {mistake}", mistake.instance_path()))
        .collect();
    assert!(
        mistakes.is_empty(),
        "{arguments:?}\n{}",
        mistakes.join("\n")
    );
    // A reader that others use takes it, too.
    let read: Result<serde_sarif::sarif::Sarif, _> = serde_json::from_value(log.clone());
    assert!(read.is_ok(), "{arguments:?}: {read:?}");
    log["runs"][0].clone()
}

#[test]
fn reports_are_valid() {
    let root = checkout::root();
    for arguments in [
        &[FIXTURE][..],
        &["fixtures/toolforge-2019-mended"],
        &["fixtures/etcd"],
        &["fixtures", "--show-suppressed"],
        &["crates", "--show-suppressed"],
    ] {
        run(&root, arguments);
    }
}

#[test]
fn the_schema_is_asked() {
    let mut log = json(&check(&checkout::root(), "sarif", &[FIXTURE]));
    log["runs"][0]["results"][0]["level"] = "loud".into();
    assert!(!schema().is_valid(&log));
}

#[test]
fn every_result_has_its_rule() {
    let run = run(&checkout::root(), &["fixtures", "--show-suppressed"]);
    let rules = list(&run["tool"]["driver"]["rules"]);
    for result in list(&run["results"]) {
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    for rule in rules {
        let help = text(&rule["help"]["markdown"]);
        assert!(help.contains("## How to fix"), "{}", rule["id"]);
        assert!(text(&rule["helpUri"]).ends_with(&format!("{}.md", text(&rule["id"]))));
    }
}

#[test]
fn everything_about_a_finding_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    for fixture in [FIXTURE, "fixtures/etcd/without-ca-pod/broken"] {
        let aside = folder.path().join("spec").join(fixture);
        copy(&checkout::root().join(fixture), &aside);
    }
    let run = run(folder.path(), &["--show-suppressed"]);
    let results = list(&run["results"]);
    let has = |field: &str| {
        let having = results.iter().filter(|it| it.get(field).is_some());
        having.count()
    };
    for field in ["relatedLocations", "codeFlows", "fixes"] {
        assert!(has(field) > 0, "no result has {field}");
    }
    assert!(results.len() > 7);
    assert_eq!(has("suppressions"), results.len(), "all of them are aside");
    let gaps = &run["invocations"][0]["toolExecutionNotifications"];
    assert!(!list(gaps).is_empty(), "what was not seen");
}

#[test]
fn a_fix_is_the_one_of_json() {
    let fixture = "fixtures/etcd/without-ca-pod/broken";
    let run = run(&checkout::root(), &[fixture]);
    let results = list(&run["results"]);
    let fixed = results.iter().find(|it| it.get("fixes").is_some());
    let change = &fixed.expect("a fix")["fixes"][0]["artifactChanges"][0];
    let replacement = &change["replacements"][0];
    let report = json(&check(&checkout::root(), "json", &[fixture]));
    let findings = list(&report["findings"]);
    let fixed = findings.iter().find(|it| it.get("fix").is_some());
    let edit = &fixed.expect("a fix")["fix"]["edits"][0];
    assert_eq!(replacement["insertedContent"]["text"], edit["text"]);
    assert_eq!(replacement["deletedRegion"]["startLine"], edit["line"]);
    assert_eq!(replacement["deletedRegion"]["startColumn"], edit["column"]);
    assert_eq!(change["artifactLocation"]["uri"], edit["path"]);
}

#[test]
fn reports_do_not_depend_on_where_the_program_was_started() {
    let repository = repository(FIXTURE);
    let root = repository.path();
    let whole = run(root, &["."]);
    assert!(list(&whole["results"]).len() >= 7);
    let outside = tempfile::tempdir().expect("a folder");
    let absolute = root.to_str().expect("UTF-8");
    for (folder, arguments) in [
        (root.join("modules"), vec![".."]),
        (root.join("hosts"), vec!["../"]),
        (root.to_owned(), vec![absolute]),
        (root.to_owned(), vec!["modules", "hieradata", "hosts", "."]),
        (outside.path().to_owned(), vec![absolute]),
    ] {
        let other = run(&folder, &arguments);
        assert_eq!(places(&other), places(&whole), "{folder:?} {arguments:?}");
    }
}

#[test]
fn a_part_has_the_names_of_the_whole() {
    let repository = repository(FIXTURE);
    let root = repository.path();
    let whole = run(root, &["modules"]);
    let module = run(&root.join("modules"), &["."]);
    assert_eq!(places(&module), places(&whole));
    let file = "modules/k8s/templates/kube-apiserver.default.erb";
    let alone = run(root, &[file]);
    let below = run(
        &root.join("modules/k8s"),
        &["templates/kube-apiserver.default.erb"],
    );
    assert!(!places(&alone).is_empty());
    assert_eq!(places(&alone), places(&below));
    let uris: BTreeSet<&str> = places(&alone).into_iter().map(|(_, uri, _)| uri).collect();
    assert_eq!(uris, BTreeSet::from([file]));
}

#[test]
fn no_folder_of_the_machine_is_told() {
    let repository = repository(FIXTURE);
    let absolute = repository.path().to_str().expect("UTF-8");
    let run = run(repository.path(), &[absolute]);
    // Sentences name files as a shell does; places do not.
    for result in list(&run["results"]) {
        for field in ["locations", "relatedLocations", "codeFlows", "fixes"] {
            let Some(value) = result.get(field) else {
                continue;
            };
            for uri in uris(value) {
                assert!(!uri.contains(absolute) && !uri.starts_with('/'), "{uri}");
            }
        }
    }
}

#[test]
fn what_lies_outside_is_told_from_the_root_of_the_machine() {
    let repository = repository(FIXTURE);
    let host = tempfile::tempdir().expect("a folder");
    let source = repository.path().join("hosts/tools-k8s-master-01");
    copy(&source, host.path());
    let named = format!("web={}", host.path().display());
    let run = run(
        repository.path(),
        &["--host", &named, "modules", "hieradata"],
    );
    let all = uris(&run["results"]);
    let is_outside = |uri: &&&str| uri.starts_with("file:///");
    assert!(all.iter().filter(is_outside).count() > 0, "{all:?}");
}

/// Rule, file and fingerprint of every result.
pub(super) fn places(run: &Value) -> Vec<(&str, &str, &str)> {
    let results = list(&run["results"]).iter();
    let mut places: Vec<_> = results
        .map(|result| {
            let place = &result["locations"][0]["physicalLocation"]["artifactLocation"];
            assert_eq!(place["uriBaseId"], "%SRCROOT%");
            let fingerprint = &result["partialFingerprints"]["caLintFingerprint/v1"];
            (
                text(&result["ruleId"]),
                text(&place["uri"]),
                text(fingerprint),
            )
        })
        .collect();
    places.sort_unstable();
    places
}

/// Every URI of a file anywhere in `value`.
fn uris(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(values) => values.iter().flat_map(uris).collect(),
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| match value {
                Value::String(uri) if name == "uri" => vec![uri.as_str()],
                value => uris(value),
            })
            .collect(),
        _ => Vec::new(),
    }
}
