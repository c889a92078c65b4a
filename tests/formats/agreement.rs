//! The same findings in every form.

use super::readers::told;
use super::{FIXTURE, copy, repository};
use crate::checkout;
use crate::program::{CLOCK, ca_lint};
use std::path::Path;

/// Those whose reader is in `readers.rs`; `human` is held by its snapshots.
pub(super) const FORMATS: [&str; 10] = [
    "json",
    "jsonl",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "checkstyle",
    "markdown",
    "concise",
    "narrated",
];

/// The report of a check in `folder`.
pub(super) fn check(folder: &Path, format: &str, arguments: &[&str]) -> String {
    let options = [&["check", "--format", format][..], &CLOCK, arguments].concat();
    let outcome = ca_lint(folder, options);
    assert!(
        matches!(outcome.status, Some(0 | 1)),
        "{format}: {outcome:?}"
    );
    outcome.output
}

fn assert_all_agree(folder: &Path, arguments: &[&str], at_least: usize) {
    let expected = told("json", &check(folder, "json", arguments));
    assert!(expected.len() >= at_least, "{arguments:?}: {expected:?}");
    for format in FORMATS {
        let report = check(folder, format, arguments);
        if expected.is_empty() && format == "junit" {
            continue; // it has a case that is no finding
        }
        assert_eq!(told(format, &report), expected, "{format} {arguments:?}");
    }
}

#[test]
fn every_form_tells_the_findings_of_the_outage() {
    assert_all_agree(&checkout::root(), &[FIXTURE], 7);
}

#[test]
fn every_form_tells_all_that_there_is() {
    assert_all_agree(&checkout::root(), &["fixtures", "--show-suppressed"], 20);
}

#[test]
fn every_form_tells_what_is_out_of_sight_when_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let aside = folder.path().join("spec");
    copy(&checkout::root().join(FIXTURE), &aside);
    assert_all_agree(folder.path(), &[], 0);
    assert_all_agree(folder.path(), &["--show-suppressed"], 6);
    let junit = check(folder.path(), "junit", &["--show-suppressed"]);
    assert!(junit.contains("<skipped message=\"place: "), "{junit}");
}

#[test]
fn every_form_has_a_way_to_say_that_nothing_was_found() {
    let empty = tempfile::tempdir().expect("a folder");
    for format in FORMATS {
        let report = check(empty.path(), format, &[]);
        let says_nothing = matches!(format, "concise" | "github");
        assert_eq!(report.is_empty(), says_nothing, "{format}: {report}");
        if format != "junit" && format != "narrated" {
            assert_eq!(told(format, &report), [], "{format}");
        }
    }
    let junit = check(empty.path(), "junit", &[]);
    assert!(junit.contains("<testcase name=\"no findings\""), "{junit}");
}

#[test]
fn every_form_is_the_same_for_any_number_of_threads() {
    let repository = repository(FIXTURE);
    for format in FORMATS {
        let one = check(repository.path(), format, &["--threads", "1"]);
        let many = check(repository.path(), format, &["--threads", "7"]);
        assert_eq!(one, many, "{format}");
    }
}
