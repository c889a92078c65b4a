//! Reports in files: `--output`.

use super::agreement::{FORMATS, check};
use super::{FIXTURE, repository};
use crate::checkout;
use crate::program::{CLOCK, Outcome, ca_lint};
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

fn run(arguments: &[&str]) -> Outcome {
    ca_lint(
        &checkout::root(),
        [&["check"], &CLOCK[..], arguments].concat(),
    )
}

#[test]
fn a_file_holds_what_would_be_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |format: &str| folder.path().join(format!("{format}.report"));
    let outputs: Vec<String> = FORMATS
        .iter()
        .map(|format| format!("--output={format}={}", file(format).display()))
        .collect();
    let mut arguments: Vec<&str> = outputs.iter().map(String::as_str).collect();
    arguments.push(FIXTURE);
    let outcome = run(&arguments);
    assert_eq!(outcome.status, Some(1), "{outcome:?}");
    assert!(
        outcome.output.starts_with("error[divergent-ca]"),
        "people, too"
    );
    for format in FORMATS {
        let written = fs::read_to_string(file(format)).expect("a report");
        assert_eq!(
            written,
            check(&checkout::root(), format, &[FIXTURE]),
            "{format}"
        );
    }
    let names = fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(names, FORMATS.len(), "nothing is left beside the reports");
}

/// The report of the last run lies in the project, and it names every CA and
/// every client there is.
#[test]
fn a_run_does_not_read_what_the_last_one_wrote() {
    let repository = repository(FIXTURE);
    let outputs = FORMATS.map(|format| format!("--output={format}=./reports.{format}"));
    let mut arguments = vec!["check", "--format", "json"];
    arguments.extend(CLOCK);
    arguments.extend(outputs.iter().map(String::as_str));
    let first = ca_lint(repository.path(), &arguments);
    assert!(repository.path().join("reports.sarif").exists());
    assert_eq!(ca_lint(repository.path(), &arguments).output, first.output);
    let modules = repository.path().join("modules");
    fs::rename(
        repository.path().join("reports.sarif"),
        modules.join("x.sarif"),
    )
    .expect("a file");
    let absolute = repository.path().to_str().expect("UTF-8");
    for input in [".", "..", absolute] {
        let outcome = ca_lint(
            &modules,
            ["check", "-q", "--output", "sarif=x.sarif", input],
        );
        assert_eq!(outcome.status, Some(1), "{outcome:?}");
        assert!(!outcome.output.contains("x.sarif"), "{}", outcome.output);
    }
}

#[test]
fn standard_output_is_one_of_them() {
    let outcome = run(&["--output", "json=-", FIXTURE]);
    assert_eq!(outcome.output, check(&checkout::root(), "json", &[FIXTURE]));
    for conflict in [
        &["--format", "json", "--output", "sarif=-", FIXTURE][..],
        &["--output", "json=-", "--output", "sarif=-", FIXTURE],
        &["--output", "json=x/y", "--output", "sarif=./x/y", FIXTURE],
    ] {
        let outcome = run(conflict);
        assert_eq!(outcome.status, Some(2), "{conflict:?}");
        assert_eq!(outcome.output, "");
    }
}

#[test]
fn status_3_when_a_file_cannot_be_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().display();
    for output in [
        format!("--output=sarif={folder}/no/such/folder/x"),
        format!("--output=sarif={folder}"),
        "--output=sarif=/dev/full".to_owned(),
    ] {
        let outcome = run(&[&output, FIXTURE]);
        assert_eq!(outcome.status, Some(3), "{output}");
        assert!(outcome.complaints.contains("cannot write"), "{outcome:?}");
        assert!(!outcome.output.is_empty(), "what can be told is told");
    }
}

#[test]
fn files_are_as_they_were_but_for_the_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let (old, link, new) = ["old", "link", "new"]
        .map(|it| folder.path().join(it))
        .into();
    fs::write(&old, "old").expect("a file");
    fs::set_permissions(&old, fs::Permissions::from_mode(0o640)).expect("a mode");
    symlink(&old, &link).expect("a link");
    for file in [&link, &new] {
        run(&["--output", &format!("json={}", file.display()), FIXTURE]);
    }
    let mode = |path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    assert!(fs::symlink_metadata(&link).expect("a link").is_symlink());
    assert!(fs::read_to_string(&old).expect("a file").starts_with('{'));
    assert_eq!(mode(&old), 0o640);
    assert_eq!(mode(&new) & 0o600, 0o600);
    assert_ne!(
        mode(&new) & 0o044,
        0,
        "others may read it, as the umask says"
    );
}

#[test]
fn what_a_form_cannot_tell_is_told_beside_it() {
    for format in ["gitlab", "junit", "checkstyle"] {
        let outcome = run(&["--format", format, FIXTURE]);
        assert!(
            outcome.complaints.contains("1 place could not be seen"),
            "{format}"
        );
        let quiet = run(&["-q", "--format", format, FIXTURE]);
        assert_eq!(quiet.complaints, "");
    }
}

#[test]
fn statistics_are_no_part_of_the_report() {
    let outcome = run(&["--statistics", "--format", "json", FIXTURE]);
    assert_eq!(outcome.output, check(&checkout::root(), "json", &[FIXTURE]));
    let told = &outcome.complaints;
    assert!(told.contains("     2  puppet-overwrites-ca\n"), "{told}");
    assert!(
        told.contains("     7  in all; 30 files, 27 understood\n"),
        "{told}"
    );
    assert!(told.contains("judged in "), "{told}");
}
