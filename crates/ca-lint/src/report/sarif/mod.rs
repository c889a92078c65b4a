//! SARIF 2.1.0, which code scanning services and editors read
//! (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>).
//!
//! Paths are told from the root of the repository (`%SRCROOT%`), so the same
//! finding is the same one wherever the program was started, and no folder of
//! the machine is in the report.

mod flow;
mod outcome;
mod place;
mod rule;

use super::Findings;
use super::json::document;
use outcome::{Invocation, Outcome};
use place::{BaseIds, Locator};
use rule::Descriptor;
use serde::Serialize;

/// The published schema of the documents.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The report of `check --format sarif`.
pub fn sarif(findings: &Findings) -> String {
    let locator = Locator { findings };
    let shown = findings.shown.iter();
    document(&Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool::this(),
            automation_details: Details { id: "ca-lint/" },
            column_kind: "unicodeCodePoints",
            original_uri_base_ids: BaseIds::THIS,
            invocations: [Invocation::new(&locator)],
            results: shown.map(|judged| Outcome::new(&locator, judged)).collect(),
        }],
    })
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool,
    automation_details: Details,
    column_kind: &'static str,
    original_uri_base_ids: BaseIds,
    invocations: [Invocation; 1],
    results: Vec<Outcome<'a>>,
}

/// The kind of run: services hold a run against the last one of its kind.
#[derive(Serialize)]
struct Details {
    id: &'static str,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: Vec<Descriptor>,
}

impl Tool {
    fn this() -> Self {
        Self {
            driver: Driver {
                name: "ca-lint",
                semantic_version: env!("CARGO_PKG_VERSION"),
                information_uri: env!("CARGO_PKG_REPOSITORY"),
                rules: Descriptor::all(),
            },
        }
    }
}

/// A text for people.
#[derive(Serialize)]
struct Message {
    text: String,
}

impl Message {
    /// Nothing in the text becomes a link: what stands in a file of the
    /// repository does not lead readers away (3.11.6).
    fn new(text: impl AsRef<str>) -> Self {
        Self {
            text: text.as_ref().replace("](", "\\]("),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_hold_no_links() {
        assert_eq!(Message::new("File[/x] (y)").text, "File[/x] (y)");
        assert_eq!(Message::new("[x](http://y)").text, "[x\\](http://y)");
    }
}
