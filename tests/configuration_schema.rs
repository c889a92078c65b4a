//! `crates/ca-lint/ca-lint.schema.json`: what editors know of a configuration
//! is what the program takes.

use crate::{checkout, record};
use ca_lint::config::{Config, schema};
use serde_json::Value;

const FILE: &str = "crates/ca-lint/ca-lint.schema.json";

#[test]
fn the_schema_is_published() {
    let text = serde_json::to_string_pretty(&schema()).expect("a schema is JSON");
    record::hold(&checkout::root().join(FILE), &format!("{text}\n"));
}

const RIGHT: [&str; 7] = [
    "",
    "rules:\n",
    "rules: {weak-ca: off, expired-ca: note}\nexpiry-days: 3\n",
    "hosts: {web1: srv/web1}\nbaseline: x.json\n",
    "scopes: {a: {paths: ['x/**'], allowed-cas: [{file: a.pem}]}, b: {hosts: [web*]}}\n",
    "ignore: [{rules: [weak-ca], reason: x}, {path: a, reason: x, until: 2030-01-01}]\n",
    "puppet: {functions: {f: [a, 1, true], g: x}, hiera: hiera.yaml}\n",
];

const WRONG: [&str; 12] = [
    "rulez: {}\n",
    "rules: {weak-sea: off}\n",
    "rules: {weak-ca: loud}\n",
    "expiry-days: soon\n",
    "hosts: [a]\n",
    "scopes: {a: {}}\n",
    "scopes: {a: {paths: [x], allowed-cas: [{file: a, key: b}]}}\n",
    "scopes: {a: {paths: [x], allowed-cas: [{key: '1'}]}}\n",
    "ignore: [{rule: weak-ca}]\n",
    "ignore: [{reason: x}]\n",
    "ignore: [{rule: weak-ca, reason: x, until: soon}]\n",
    "puppet: {functions: {f: []}}\n",
];

#[test]
fn the_schema_and_the_program_agree() {
    let options = jsonschema::options().should_validate_formats(true);
    let schema = options.build(&schema()).expect("a schema");
    let takes = |text: &str| {
        let document: Value = serde_yaml::from_str(text).expect("YAML");
        schema.is_valid(&document)
    };
    for text in RIGHT {
        assert!(Config::read(text).is_ok() && takes(text), "{text}");
    }
    for text in WRONG {
        assert!(Config::read(text).is_err(), "the program takes {text}");
        assert!(!takes(text), "the schema takes {text}");
    }
}
