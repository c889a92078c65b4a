//! Writes the pages of the rules and the schema of the configuration anew as
//! documents.

use crate::bless::record;
use std::path::Path;

/// The tests that hold them against the program; see `tests/README.md`.
const RECORDERS: [&str; 2] = [
    "rule_documents::every_rule_has_its_document",
    "configuration_schema::the_schema_is_published",
];

/// Runs the recording tests.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    record(root, &RECORDERS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recorders_are_there() {
        let sources = [
            include_str!("../../../tests/rule_documents.rs"),
            include_str!("../../../tests/configuration_schema.rs"),
        ];
        for (recorder, source) in RECORDERS.iter().zip(sources) {
            let (_, test) = recorder.split_once("::").expect("a module and a test");
            assert!(source.contains(&format!("fn {test}()")));
        }
    }
}
