//! The rules, as a SARIF reader lists them.

use super::Message;
use crate::finding::Severity;
use crate::report::rule_document::{body, document_url};
use crate::rules::{RULES, Rule};
use serde::Serialize;

/// What is said of a rule (SARIF 3.49, `reportingDescriptor`).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor {
    id: &'static str,
    short_description: Message,
    full_description: Message,
    help: Help,
    help_uri: String,
    default_configuration: Configuration,
    properties: Properties,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Properties {
    tags: Vec<&'static str>,
}

impl Descriptor {
    /// All of them, in the order of [`RULES`].
    pub(super) fn all() -> Vec<Self> {
        RULES.iter().map(Self::new).collect()
    }

    fn new(rule: &Rule) -> Self {
        let name = rule.name;
        Self {
            id: name,
            short_description: Message::new(rule.summary),
            full_description: Message::new(first_paragraph(rule)),
            help: Help {
                text: format!(
                    "{} ca-lint explain {name} tells more.",
                    first_paragraph(rule)
                ),
                markdown: body(rule),
            },
            help_uri: document_url(name),
            default_configuration: Configuration {
                level: level(rule.severity),
            },
            properties: Properties { tags: tags(rule) },
        }
    }
}

/// The place of a rule among [`Descriptor::all`].
pub(super) fn index(name: &str) -> Option<usize> {
    RULES.iter().position(|rule| rule.name == name)
}

/// The name that SARIF has for a severity (3.27.10).
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn first_paragraph(rule: &Rule) -> &str {
    let page = rule.page.trim_start();
    page.split("\n\n").next().unwrap_or(page).trim_end()
}

/// What services group rules by. Those about one system begin with its name.
fn tags(rule: &Rule) -> Vec<&'static str> {
    let systems = ["etcd", "puppet"];
    let of = systems
        .into_iter()
        .filter(|system| rule.name.starts_with(system));
    ["security", "certificate-authority"]
        .into_iter()
        .chain(of)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GitHub cuts descriptions there
    /// (<https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning>).
    const LONGEST: usize = 1024;

    #[test]
    fn descriptions_are_shown_whole() {
        for rule in RULES {
            let full = first_paragraph(rule);
            assert!(full.len() > 40, "{}: {full}", rule.name);
            assert!(full.chars().count() <= LONGEST, "{}", rule.name);
        }
    }
}
