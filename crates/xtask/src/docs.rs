//! Writes the pages of the rules anew as documents.

use crate::bless::record;
use std::path::Path;

/// The test that holds them against the rules; see `tests/README.md`.
const RECORDER: &str = "rule_documents::every_rule_has_its_document";

/// Runs the recording test.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    record(root, &[RECORDER])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recorder_is_there() {
        let source = include_str!("../../../tests/rule_documents.rs");
        let (_, test) = RECORDER.split_once("::").expect("a module and a test");
        assert!(source.contains(&format!("fn {test}()")));
    }
}
