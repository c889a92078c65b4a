//! A rule's page as a document: what it is, why, examples, how it is set and
//! silenced. The files in `docs/rules/` are these.

use crate::rules::{RULES, Rule};
use std::fmt::Write as _;

/// Where the documents are read by people.
const FOLDER: &str = concat!(
    env!("CARGO_PKG_REPOSITORY"),
    "/blob/main/crates/ca-lint/docs/rules"
);

/// The document of a rule, in Markdown.
pub fn rule_document(rule: &Rule) -> String {
    format!("# {}\n\n{}", rule.name, body(rule))
}

/// Where the document of the rule `name` is read.
pub fn document_url(name: &str) -> String {
    format!("{FOLDER}/{name}.md")
}

/// The list of all documents, in Markdown.
pub fn rule_index() -> String {
    let mut index = String::from(
        "# Rules\n\n`ca-lint explain RULE` prints the same pages. They are made from the rules \
         themselves by `cargo xtask docs`. A line `<CA one named CN=…>` in an example stands for \
         a certificate; the same word means the same key.\n\n| rule | level | finds |\n|---|---|---|\n",
    );
    for rule in RULES {
        let (name, level) = (rule.name, rule.severity.name());
        // Writing to a string does not fail.
        let _ = writeln!(
            index,
            "| [`{name}`]({name}.md) | {level} | {} |",
            rule.summary
        );
    }
    index
}

/// The document without its title.
pub(super) fn body(rule: &Rule) -> String {
    let (name, level) = (rule.name, rule.severity.name());
    let summary = sentence(rule.summary);
    let page = rule.page.trim();
    let configuration = configuration(rule);
    format!(
        "{summary} Level: {level}, unless a finding says otherwise.\n\n{page}\n\n\
         ## Configuration\n\n{configuration}\n\n\
         ## Suppression\n\nOn the line of the finding or the line above it, with a reason:\n\n\
         ```text\n# ca-lint: ignore[{name}] why this one is meant\n```\n"
    )
}

/// What `.ca-lint.yaml` may say of it.
fn configuration(rule: &Rule) -> String {
    let name = rule.name;
    let days = match name {
        "expiring-ca" => "expiry-days: 30   # instead of 90\n",
        _ => "",
    };
    format!(
        "In `.ca-lint.yaml`:\n\n```yaml\nrules:\n  {name}: off   # or note, warning, error\n{days}```"
    )
}

/// The line of a list as a sentence.
fn sentence(summary: &str) -> String {
    let mut letters = summary.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let mut sentence: String = first.chain(letters).collect();
    if !sentence.ends_with('.') {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_become_sentences() {
        assert_eq!(sentence("a CA that ends"), "A CA that ends.");
        assert_eq!(sentence(""), ".");
    }

    #[test]
    fn tables_hold_together() {
        assert!(RULES.iter().all(|rule| !rule.summary.contains('|')));
    }
}
