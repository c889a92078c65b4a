//! Only `tree` and the program's own doors touch files, processes or networks.

use crate::checkout::{File, rust_sources};

/// The doors, and why each is one.
const DOORS: [(&str, &str); 7] = [
    (
        "crates/ca-audit/src/tree/",
        "every file of a project is read here",
    ),
    (
        "crates/ca-lint/src/command/baseline.rs",
        "findings that are known, asked for by name",
    ),
    (
        "crates/ca-lint/src/command/configuration.rs",
        "what is in force for the project",
    ),
    (
        "crates/ca-lint/src/command/inputs.rs",
        "whether what was named on the command line is there",
    ),
    (
        "crates/ca-lint/src/command/repository.rs",
        "in which repository the inputs lie",
    ),
    (
        "crates/ca-lint/src/command/output.rs",
        "reports in files, and what `check --fix` writes, both asked for by name",
    ),
    // Nothing is built on it: it writes the sources of the others.
    ("crates/xtask/src/", "scaffolds for developers"),
];

/// What gives a door away.
const SIGNS: [&str; 8] = [
    "std::fs",
    "fs::",
    "File::open",
    "File::create",
    "OpenOptions",
    "TcpStream",
    "process::Command",
    "walkdir::",
];

#[test]
fn only_the_doors_touch_the_file_system() {
    let mut inside = 0;
    let mut outside = Vec::new();
    for file in rust_sources().filter(is_built) {
        for (line, code) in file.code().filter(|(_, code)| has_sign(code)) {
            if is_door(&file) {
                inside += 1;
            } else {
                outside.push(format!("{}:{line}: {}", file.path, code.trim()));
            }
        }
    }
    assert!(outside.is_empty(), "{}", outside.join("\n"));
    assert!(inside > 5, "the doors themselves are no longer recognised");
}

#[test]
fn every_door_is_still_there() {
    for (door, why) in DOORS {
        assert!(
            rust_sources().any(|file| file.path.starts_with(door)),
            "{door} ({why}) is gone: strike it off"
        );
    }
}

/// Whether a file becomes part of a crate; tests, examples and build scripts do not.
fn is_built(file: &File) -> bool {
    file.path.starts_with("crates/")
        && file.path.contains("/src/")
        && !file.path.contains("/tests/")
}

fn is_door(file: &File) -> bool {
    DOORS.iter().any(|(door, _)| file.path.starts_with(door))
}

/// `fs::` as a word of its own: `offs::x` is none.
fn has_sign(code: &str) -> bool {
    SIGNS.iter().any(|sign| {
        code.match_indices(sign).any(|(at, _)| {
            let before = code[..at].chars().next_back();
            !before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
        })
    })
}

#[test]
fn signs_are_words() {
    assert!(has_sign("use std::fs;") && has_sign("    fs::read(path)"));
    assert!(!has_sign("offs::read(path)") && !has_sign("let file = EntryKind::File;"));
}
