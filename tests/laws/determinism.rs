//! The same project gives the same bytes, whatever the number of threads, the
//! order in which its files were made or the order in which it was named.

use crate::checkout;
use crate::program::ca_lint;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Enough copies that several threads have work at the same time.
const COPIES: usize = 12;

const COMMANDS: [&[&str]; 12] = [
    &["check", "--format", "json"],
    &["check", "-v"],
    &["inventory", "--format", "json"],
    &["inventory", "--format", "jsonl"],
    &["inventory", "--format", "csv"],
    &["inventory", "--format", "cyclonedx"],
    &["inventory", "-v", "--now", "2026-12-01T00:00:00Z"],
    &["graph", "--now", "2026-12-01T00:00:00Z"],
    &["graph", "--format", "mermaid"],
    &["graph", "--format", "json"],
    &["why", "-v", "/etc/ssl/certs/Puppet_Internal_CA.pem"],
    &["why", "--format", "json", "4D:9B:C6:F8"],
];

#[test]
fn threads_change_nothing() {
    let project = project(|_| ());
    for command in COMMANDS {
        let one = output(project.path(), command, &["--threads", "1"]);
        for threads in ["2", "8"] {
            let other = output(project.path(), command, &["--threads", threads]);
            assert!(one == other, "{command:?} differs with {threads} threads");
        }
    }
}

#[test]
fn the_order_in_which_files_are_made_changes_nothing() {
    let forwards = project(|_| ());
    let backwards = project(|files| files.reverse());
    // Interleaved, so that it is neither order that a folder may keep.
    let shuffled = project(|files| {
        files.sort_by_key(|(_, target)| backwards_letters(target));
    });
    for command in COMMANDS {
        let first = output(forwards.path(), command, &[]);
        assert!(
            first == output(backwards.path(), command, &[]),
            "{command:?} differs backwards"
        );
        assert!(
            first == output(shuffled.path(), command, &[]),
            "{command:?} differs shuffled"
        );
    }
}

fn backwards_letters(path: &Path) -> Vec<u8> {
    path.as_os_str()
        .as_encoded_bytes()
        .iter()
        .rev()
        .copied()
        .collect()
}

#[test]
fn the_order_in_which_inputs_are_named_changes_nothing() {
    let project = project(|_| ());
    let names: Vec<String> = (0..COPIES).map(site).collect();
    let forwards: Vec<&str> = names.iter().map(String::as_str).collect();
    let backwards: Vec<&str> = forwards.iter().rev().copied().collect();
    for command in COMMANDS {
        let outputs = [&forwards, &backwards].map(|names| output(project.path(), command, names));
        assert!(outputs[0] == outputs[1], "{command:?} differs");
    }
}

fn output(folder: &Path, command: &[&str], more: &[&str]) -> String {
    let outcome = ca_lint(folder, command.iter().chain(more));
    assert!(matches!(outcome.status, Some(0 | 1)), "{outcome:?}");
    assert!(
        outcome.output.len() > 1000,
        "too little to tell orders apart: {outcome:?}"
    );
    outcome.output
}

/// Copies of the outage side by side, made in the order that `arrange` gives.
fn project(arrange: impl Fn(&mut Vec<(PathBuf, PathBuf)>)) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = copies(folder.path());
    files.sort();
    arrange(&mut files);
    for (source, target) in &files {
        fs::create_dir_all(target.parent().expect("a folder")).expect("folders");
        fs::copy(source, target).expect("a copy");
    }
    folder
}

fn copies(folder: &Path) -> Vec<(PathBuf, PathBuf)> {
    let fixture = checkout::root().join("fixtures/toolforge-2019");
    let mut sources = Vec::new();
    checkout::collect(&fixture, &mut sources);
    let target = |source: &PathBuf, copy| {
        folder
            .join(site(copy))
            .join(source.strip_prefix(&fixture).expect("below"))
    };
    (0..COPIES)
        .flat_map(|copy| {
            sources
                .iter()
                .map(move |source| (source.clone(), target(source, copy)))
        })
        .collect()
}

fn site(copy: usize) -> String {
    format!("site{copy:02}")
}
