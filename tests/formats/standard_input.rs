//! A document from standard input: `check - --stdin-filename PATH`.

use super::sarif::places;
use super::{FIXTURE, repository};
use crate::checkout;
use crate::program::{CLOCK, Outcome, ca_lint, ca_lint_fed};
use crate::report::{list, text};
use serde_json::Value;
use std::fs;
use std::path::Path;

const FILE: &str = "modules/k8s/templates/kube-apiserver.default.erb";

fn fed(folder: &Path, bytes: &[u8], arguments: &[&str]) -> Outcome {
    let mut all = vec!["check", "-"];
    all.extend(CLOCK);
    all.extend(arguments);
    ca_lint_fed(folder, all, bytes)
}

fn document() -> Vec<u8> {
    fs::read(checkout::root().join(FIXTURE).join(FILE)).expect("the template")
}

#[test]
fn a_document_is_read_as_the_file_of_its_name() {
    let empty = tempfile::tempdir().expect("a folder");
    let arguments = ["--stdin-filename", FILE, "--format", "json"];
    let outcome = fed(empty.path(), &document(), &arguments);
    assert_eq!(outcome.complaints, "");
    let report: Value = serde_json::from_str(&outcome.output).expect("JSON");
    let findings = list(&report["findings"]);
    assert!(!findings.is_empty() && outcome.status != Some(0));
    for finding in findings {
        assert_eq!(text(&finding["location"]["path"]), FILE);
    }
    assert_eq!(report["summary"]["files_seen"], 1);
}

#[test]
fn a_document_is_the_same_as_its_file() {
    let repository = repository(FIXTURE);
    let root = repository.path();
    let sarif = |outcome: Outcome| {
        let log: Value = serde_json::from_str(&outcome.output).expect("JSON");
        log["runs"][0].clone()
    };
    let file = [&["check", "--format", "sarif", FILE], &CLOCK[..]].concat();
    let file = sarif(ca_lint(root, file));
    assert!(!places(&file).is_empty());
    let name = ["--format", "sarif", "--stdin-filename", FILE];
    let document_at_root = sarif(fed(root, &document(), &name));
    assert_eq!(places(&document_at_root), places(&file));
    let name = [
        "--format",
        "sarif",
        "--stdin-filename",
        "templates/kube-apiserver.default.erb",
    ];
    let below = sarif(fed(&root.join("modules/k8s"), &document(), &name));
    assert_eq!(places(&below), places(&file));
}

#[test]
fn a_document_needs_a_name_and_no_company() {
    let folder = tempfile::tempdir().expect("a folder");
    for (arguments, word) in [
        (&[][..], "--stdin-filename"),
        (&["--stdin-filename", "x.pp", "."], "another PATH"),
        (&["--stdin-filename", "x.pp", "--host", "a=."], "--host"),
        (&["--stdin-filename", "x.pp", "--fix"], "--fix"),
    ] {
        let outcome = fed(folder.path(), b"", arguments);
        assert_eq!(outcome.status, Some(2), "{arguments:?}: {outcome:?}");
        assert!(outcome.complaints.contains(word), "{outcome:?}");
    }
    let outcome = ca_lint(folder.path(), ["check", ".", "--stdin-filename", "x.pp"]);
    assert_eq!(outcome.status, Some(2));
    for command in ["inventory", "graph"] {
        let outcome = ca_lint(folder.path(), [command, "-"]);
        assert_eq!(outcome.status, Some(2), "{command}");
    }
}

#[test]
fn any_bytes_are_a_document() {
    let folder = tempfile::tempdir().expect("a folder");
    for bytes in [&b""[..], b"\xff\xfe\x00", b"-----BEGIN CERTIFICATE-----\n"] {
        for name in [
            "a.pp",
            "a.yaml",
            "a.erb",
            "ca.pem",
            "../x/ca.der",
            "/etc/ssl/ca.crt",
        ] {
            let outcome = fed(folder.path(), bytes, &["--stdin-filename", name]);
            assert!(matches!(outcome.status, Some(0 | 1)), "{name}: {outcome:?}");
        }
    }
}

#[test]
fn a_diff_of_a_document_is_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = "fixtures/etcd/without-ca-pod/broken";
    let mut files = Vec::new();
    checkout::collect(&checkout::root().join(path), &mut files);
    for file in files {
        let bytes = fs::read(&file).expect("a file");
        let name = file.file_name().and_then(|it| it.to_str()).expect("UTF-8");
        let outcome = fed(folder.path(), &bytes, &["--stdin-filename", name, "--diff"]);
        assert!(matches!(outcome.status, Some(0 | 1)), "{outcome:?}");
    }
}
