//! `crates/ca-lint/docs/rules/` holds the page of every rule, made from the
//! rule itself.

use crate::{checkout, record};
use ca_lint::report::{rule_document, rule_index};
use ca_lint::rules::RULES;
use std::collections::BTreeSet;

const FOLDER: &str = "crates/ca-lint/docs/rules";

#[test]
fn every_rule_has_its_document() {
    let folder = checkout::root().join(FOLDER);
    record::hold(&folder.join("README.md"), &rule_index());
    for rule in RULES {
        let path = folder.join(format!("{}.md", rule.name));
        record::hold(&path, &rule_document(rule));
    }
}

/// The document of a rule that is gone would be read as if it were there.
#[test]
fn no_document_is_stray() {
    let names: BTreeSet<String> = RULES
        .iter()
        .map(|rule| format!("{}.md", rule.name))
        .collect();
    let folder = checkout::root().join(FOLDER);
    for entry in folder.read_dir().expect("the documents") {
        let name = entry.expect("an entry").file_name();
        let name = name.to_str().expect("UTF-8");
        assert!(
            name == "README.md" || names.contains(name),
            "{name} is no rule's"
        );
    }
}

#[test]
fn documents_have_what_readers_look_for() {
    for rule in RULES {
        let document = rule_document(rule);
        let headings = [
            "Why it matters",
            "How to fix",
            "Fires",
            "Clean",
            "Configuration",
            "Suppression",
        ];
        for heading in headings {
            let heading = format!("\n## {heading}\n");
            assert_eq!(
                document.matches(&heading).count(),
                1,
                "{}{heading}",
                rule.name
            );
        }
        assert!(document.contains(&format!("ignore[{}]", rule.name)));
        let fences = document.lines().filter(|line| line.starts_with("```"));
        assert_eq!(fences.count() % 2, 0, "{}: a block does not end", rule.name);
    }
}
