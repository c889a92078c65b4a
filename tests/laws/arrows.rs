//! Crates know of each other in one direction only.

use crate::checkout;
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

/// Which crates of ours a crate may know of.
const MAY_KNOW: [(&str, &[&str]); 5] = [
    ("ca-audit", &["puppet-syntax", "yaml-spans"]),
    ("ca-lint", &["ca-audit"]),
    ("puppet-syntax", &[]),
    (
        "xtask",
        &["ca-audit", "ca-lint", "puppet-syntax", "yaml-spans"],
    ),
    ("yaml-spans", &[]),
];

#[test]
fn dependencies_point_one_way() {
    let packages = packages();
    let names: Vec<&str> = packages.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        MAY_KNOW.map(|(name, _)| name),
        "a new crate needs its line here"
    );
    for (name, may_know) in MAY_KNOW {
        let ours = packages[name]
            .iter()
            .filter(|known| packages.contains_key(*known));
        let strangers: Vec<&String> = ours
            .filter(|known| !may_know.contains(&known.as_str()))
            .collect();
        assert!(
            strangers.is_empty(),
            "{name} must not know of {strangers:?}"
        );
    }
    assert!(
        packages["ca-lint"].contains(&"ca-audit".to_owned()),
        "dependencies are read: {packages:?}"
    );
}

/// The crates of the workspace, with what the built ones depend on. What tests
/// of a crate use is left out: it never reaches a user.
fn packages() -> BTreeMap<String, Vec<String>> {
    let metadata = metadata();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let name = |value: &Value| value["name"].as_str().expect("a name").to_owned();
    let package = |package: &Value| {
        let built = |dependency: &Value| dependency["kind"] != "dev";
        let dependencies = list(&package["dependencies"])
            .iter()
            .filter(|it| built(it))
            .map(name)
            .collect();
        (name(package), dependencies)
    };
    list(&metadata["packages"]).iter().map(package).collect()
}

fn metadata() -> Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(checkout::root()).args([
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
        "--offline",
    ]);
    let output = command.output().expect("cargo starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("JSON")
}
