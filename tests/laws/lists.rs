//! Every rule and every dialect is in its list.

use crate::checkout::{File, rust_sources};
use ca_lint::rules::RULES;

#[test]
fn every_file_of_rules_is_in_the_list() {
    let list = list("crates/ca-lint/src/rules/mod.rs");
    let files = siblings("crates/ca-lint/src/rules/");
    for file in &files {
        assert_listed(&list, file.stem(), "RULE");
        let name = file.stem().replace('_', "-");
        assert!(
            RULES.iter().any(|rule| rule.name == name),
            "{}: its rule is not named {name}",
            file.path
        );
    }
    assert_eq!(files.len(), RULES.len());
}

#[test]
fn every_file_of_dialects_is_in_the_list() {
    let list = list("crates/ca-audit/src/dialect/mod.rs");
    let files = siblings("crates/ca-audit/src/dialect/");
    assert!(files.len() > 3, "dialects are no longer found");
    for file in &files {
        assert_listed(&list, file.stem(), "DIALECT");
    }
}

#[test]
fn rules_are_sorted_by_name() {
    assert!(
        RULES.is_sorted_by_key(|rule| rule.name),
        "whoever reads the list looks for a name"
    );
}

/// The list's source, without its comments and tests.
fn list(path: &str) -> String {
    let file = rust_sources().find(|file| file.path == path).expect(path);
    file.code()
        .flat_map(|(_, line)| [line.trim(), "\n"])
        .collect()
}

/// The files directly in `folder`, without the list itself.
fn siblings(folder: &str) -> Vec<File> {
    let is_one = |path: &str| {
        path.strip_prefix(folder)
            .is_some_and(|name| !name.contains('/') && name != "mod.rs")
    };
    rust_sources().filter(|file| is_one(&file.path)).collect()
}

fn assert_listed(list: &str, stem: &str, constant: &str) {
    for line in [format!("mod {stem};\n"), format!("{stem}::{constant},\n")] {
        assert!(
            list.contains(&line),
            "{stem} is not in its list: no line {line:?}"
        );
    }
}
