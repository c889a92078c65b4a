//! The real command line: what it prints, and its exit status.
//!
//! What it prints is recorded in `snapshots/`; see README.md for how.

use crate::program::{CLOCK, Outcome, ca_lint, command, wait};
use crate::{checkout, record};
use std::fs::{File, OpenOptions};
use std::io::pipe;
use std::process::Stdio;

const FIXTURE: &str = "fixtures/toolforge-2019";
const MENDED: &str = "fixtures/toolforge-2019-mended";

/// Name of the record and the command line; certificates are judged at a fixed time.
const SNAPSHOTS: [(&str, &str); 45] = [
    ("check", "check fixtures/toolforge-2019"),
    ("check-mended", "check fixtures/toolforge-2019-mended"),
    ("check-quiet", "check -q fixtures/toolforge-2019"),
    ("check-json", "check --format json fixtures/toolforge-2019"),
    (
        "check-concise",
        "check --format concise fixtures/toolforge-2019",
    ),
    (
        "check-narrated",
        "check --format narrated fixtures/toolforge-2019",
    ),
    (
        "check-jsonl",
        "check --format jsonl fixtures/toolforge-2019",
    ),
    (
        "check-github",
        "check --format github fixtures/toolforge-2019",
    ),
    (
        "check-gitlab",
        "check -q --format gitlab fixtures/toolforge-2019",
    ),
    (
        "check-junit",
        "check -q --format junit fixtures/toolforge-2019",
    ),
    (
        "check-checkstyle",
        "check -q --format checkstyle fixtures/toolforge-2019",
    ),
    (
        "check-markdown",
        "check --format markdown fixtures/toolforge-2019",
    ),
    (
        "check-etcd-misspelt",
        "check fixtures/etcd/misspelt-flag/broken",
    ),
    (
        "check-etcd-diff",
        "check --diff fixtures/etcd/without-ca-pod/broken",
    ),
    (
        "check-etcd-json",
        "check --format json fixtures/etcd/empty-key/broken",
    ),
    ("inventory", "inventory fixtures/toolforge-2019"),
    ("inventory-quiet", "inventory -q fixtures/toolforge-2019"),
    (
        "inventory-json",
        "inventory --format json fixtures/toolforge-2019",
    ),
    (
        "inventory-verbose",
        "inventory -v --now 2026-12-01T00:00:00Z fixtures/toolforge-2019",
    ),
    (
        "inventory-find",
        "inventory --now 2026-12-01T00:00:00Z --find 7A:03:30:65:ED:8A fixtures/toolforge-2019",
    ),
    (
        "inventory-jsonl",
        "inventory --format jsonl fixtures/toolforge-2019",
    ),
    (
        "inventory-cyclonedx",
        "inventory --format cyclonedx fixtures/toolforge-2019",
    ),
    (
        "why",
        "why /usr/local/share/ca-certificates/Puppet_Internal_CA.crt fixtures/toolforge-2019",
    ),
    (
        "why-mended",
        "why /usr/local/share/ca-certificates/Puppet_Internal_CA.crt fixtures/toolforge-2019-mended",
    ),
    (
        "why-fingerprint",
        "why sha256:4D9BC6F8933F3B06 fixtures/toolforge-2019",
    ),
    (
        "why-json",
        "why --format json /etc/default/kube-apiserver fixtures/toolforge-2019",
    ),
    ("graph", "graph fixtures/toolforge-2019"),
    (
        "graph-mermaid",
        "graph --format mermaid --about kube-apiserver fixtures/toolforge-2019",
    ),
    (
        "graph-json",
        "graph --format json --about kube-apiserver fixtures/toolforge-2019",
    ),
    ("inventory-roles", "inventory fixtures/roles"),
    (
        "inventory-roles-json",
        "inventory --format json fixtures/roles",
    ),
    ("why-roles", "why deploy/clients.yaml fixtures/roles"),
    ("graph-roles", "graph --format mermaid fixtures/roles"),
    ("rules", "rules"),
    ("explain-divergent-ca", "explain divergent-ca"),
    (
        "explain-etcd-client-without-ca",
        "explain etcd-client-without-ca",
    ),
    (
        "explain-etcd-client-ca-ineffective",
        "explain etcd-client-ca-ineffective",
    ),
    (
        "explain-puppet-overwrites-ca",
        "explain puppet-overwrites-ca",
    ),
    ("help", "--help"),
    ("help-check", "check --help"),
    ("help-inventory", "inventory --help"),
    ("help-why", "why --help"),
    ("help-graph", "graph --help"),
    ("help-completions", "completions --help"),
    ("help-man", "man --help"),
];

#[test]
fn every_command_prints_what_was_recorded() {
    for (name, line) in SNAPSHOTS {
        let path = checkout::root().join(format!("tests/snapshots/{name}.txt"));
        record::hold(&path, &session(line));
    }
    assert_no_stray_record();
}

/// A record of a command that is gone would look as if it were held.
fn assert_no_stray_record() {
    let folder = checkout::root().join("tests/snapshots");
    for entry in folder.read_dir().expect("the records") {
        let file = entry.expect("an entry").file_name();
        let is_of = |name: &str| file.to_str() == Some(&format!("{name}.txt"));
        assert!(
            SNAPSHOTS.iter().any(|(name, _)| is_of(name)),
            "{} is no command's record",
            file.display()
        );
    }
}

/// What a terminal would show of a run, with its exit status.
fn session(line: &str) -> String {
    let outcome = run(line);
    assert_eq!(outcome.complaints, "", "{line}");
    let status = outcome.status.expect("no signal");
    format!(
        "$ ca-lint {line}\n{}[exit status {status}]\n",
        outcome.output
    )
}

fn run(line: &str) -> Outcome {
    let clock = if line.contains("--now") {
        &[][..]
    } else {
        &CLOCK[..]
    };
    let arguments = line.split_whitespace().chain(clock.iter().copied());
    ca_lint(&checkout::root(), arguments)
}

#[test]
fn status_0_without_findings() {
    assert_eq!(run(&format!("check {MENDED}")).status, Some(0));
    assert_eq!(run(MENDED).status, Some(0));
    assert_eq!(
        run(&format!("check --severity-threshold error {MENDED}")).status,
        Some(0)
    );
}

#[test]
fn status_1_with_findings() {
    assert_eq!(run(&format!("check {FIXTURE}")).status, Some(1));
    assert_eq!(run(FIXTURE).status, Some(1));
    // The twin has a note, which only counts where it is asked to.
    assert_eq!(
        run(&format!("check --severity-threshold note {MENDED}")).status,
        Some(1)
    );
}

#[test]
fn status_2_for_wrong_usage() {
    for line in [
        "check --no-such-option",
        "explain no-such-rule",
        "check --select no-such-rule .",
        "check --format no-such-form .",
        "check --now yesterday .",
        "check --threads 0 .",
        "check --host nothing .",
        "check -q -v .",
        "check --format csv .",
        "inventory --find= .",
        "inventory --cdx-version 1.5 --format cyclonedx .",
        // It would have no effect.
        "inventory --cdx-version 1.6 .",
        "why",
        "why --format dot ca.pem",
        "graph --format svg .",
        "graph --about= .",
    ] {
        assert_refused(line, 2, "");
    }
}

#[test]
fn status_3_when_an_input_cannot_be_read() {
    for command in ["check", "check --format json", "inventory"] {
        assert_refused(&format!("{command} no/such/folder"), 3, "no/such/folder");
        // Half a report that looks like a whole one would help nobody.
        assert_refused(
            &format!("{command} {FIXTURE} no/such/folder"),
            3,
            "no/such/folder",
        );
        assert_refused(
            &format!("{command} --host web=no/such/host {FIXTURE}"),
            3,
            "no/such/host",
        );
    }
}

#[test]
fn status_3_when_nothing_is_the_place() {
    assert_refused(
        &format!("why /no/such/ca.pem {FIXTURE}"),
        3,
        "/no/such/ca.pem",
    );
    assert_refused(&format!("graph --about no-such {FIXTURE}"), 3, "no-such");
    assert_refused("why ca.pem no/such/folder", 3, "no/such/folder");
    // Whoever slips is told what is here.
    let slip = format!("why /usr/local/share/ca-certificates/Puppet_Intern_CA.crt {FIXTURE}");
    assert_refused(
        &slip,
        3,
        "  /usr/local/share/ca-certificates/Puppet_Internal_CA.crt",
    );
}

#[test]
fn a_place_is_found_in_whatever_form_it_is_pasted() {
    let of = |place: &str| {
        let outcome = ca_lint(&checkout::root(), ["why", "-q", place, FIXTURE]);
        assert_eq!(outcome.status, Some(0), "{place}: {outcome:?}");
        outcome.output
    };
    let whole = of("CN=Puppet CA: tools-puppetmaster-01.test");
    for form in [
        "SHA256 Fingerprint=4D:9B:C6:F8:93:3F:3B:06",
        "4d9bc6f8",
        "sha256:13f88a13dd7b7af2672789b34fb45d6e666b58242a04779683d2506c7199298b",
        "tools-puppetmaster-01",
    ] {
        assert_eq!(of(form), whole, "{form}");
    }
    let file = of("modules/k8s/templates/flannel.systemd.erb");
    assert!(file.contains("flannel.systemd.erb"), "{file}");
}

/// Nothing on standard output, `words` on standard error.
fn assert_refused(line: &str, status: i32, words: &str) {
    let outcome = run(line);
    assert_eq!(outcome.status, Some(status), "{line}: {outcome:?}");
    assert_eq!(outcome.output, "", "{line}");
    assert!(
        !outcome.complaints.is_empty() && outcome.complaints.contains(words),
        "{line}: {outcome:?}"
    );
    assert!(
        !outcome.complaints.contains("panicked"),
        "{line}: {outcome:?}"
    );
}

#[test]
fn status_3_when_the_report_cannot_be_written() {
    // Linux has a file that is always full.
    let Ok(full) = OpenOptions::new().write(true).open("/dev/full") else {
        return;
    };
    assert_eq!(status_into(full.into()), Some(3));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let (reader, writer) = pipe().expect("a pipe");
    drop(reader);
    assert_eq!(
        status_into(writer.into()),
        Some(1),
        "the status of the findings, no signal"
    );
}

/// The exit status of a check that finds something and writes to `output`.
fn status_into(output: Stdio) -> Option<i32> {
    let mut command = command(&checkout::root(), ["check", FIXTURE]);
    let complaints = tempfile::tempfile().expect("a file");
    let child = command
        .stdout(output)
        .stderr(complaints.try_clone().expect("a handle"))
        .spawn();
    let status = wait(child.expect("the program starts"));
    assert!(!written_to(complaints).contains("panicked"));
    status
}

fn written_to(mut file: File) -> String {
    use std::io::{Read, Seek};
    let mut text = String::new();
    file.rewind().expect("a regular file");
    file.read_to_string(&mut text).expect("text");
    text
}

#[test]
fn a_named_host_has_its_name_in_the_report() {
    let folder = format!("{FIXTURE}/hosts/tools-k8s-master-01");
    let outcome = run(&format!("check --host renamed={folder} {FIXTURE}"));
    assert_eq!(outcome.status, Some(1));
    assert!(
        outcome.output.contains("on renamed the next Puppet run"),
        "{}",
        outcome.output
    );
}

#[test]
fn a_host_outside_the_repository_is_held_against_it() {
    let folder = format!("{FIXTURE}/hosts/tools-k8s-master-01");
    let without = run(&format!("check {FIXTURE}/modules {FIXTURE}/hieradata"));
    let with = run(&format!(
        "check --host web={folder} {FIXTURE}/modules {FIXTURE}/hieradata"
    ));
    assert!(
        !without.output.contains("on web the next Puppet run"),
        "{}",
        without.output
    );
    assert!(
        with.output.contains("on web the next Puppet run"),
        "{}",
        with.output
    );
}

#[test]
fn the_time_decides_what_has_expired() {
    let at = |year: u32| run(&format!("inventory --now {year}-12-01T00:00:00Z {FIXTURE}"));
    assert!(!at(2026).output.contains("expired"), "{}", at(2026).output);
    assert!(at(2099).output.contains("expired"), "{}", at(2099).output);
}

#[test]
fn what_csv_cannot_tell_is_told_beside_it() {
    let line = format!("inventory --format csv {FIXTURE}");
    let outcome = run(&line);
    assert_eq!(outcome.status, Some(0));
    assert_eq!(outcome.output.lines().count(), 1 + 9, "{}", outcome.output);
    assert!(
        outcome.complaints.contains("1 place could not be seen"),
        "{}",
        outcome.complaints
    );
    assert_eq!(run(&format!("{line} -q")).complaints, "");
}

#[test]
fn an_empty_folder_has_an_inventory() {
    let folder = tempfile::tempdir().expect("a folder");
    for format in ["human", "json", "jsonl", "csv", "cyclonedx"] {
        let outcome = ca_lint(folder.path(), ["inventory", "--format", format]);
        assert_eq!(outcome.status, Some(0), "{format}");
        assert!(!outcome.output.is_empty(), "{format}");
    }
}
