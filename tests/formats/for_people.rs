//! What people get who do not look at a plain terminal.

use super::FIXTURE;
use super::agreement::check;
use crate::checkout;
use crate::program::{CLOCK, command};

/// Standard output with `name` set to `value`.
fn with(name: &str, value: &str, arguments: &[&str]) -> String {
    let arguments = [&["check", FIXTURE], &CLOCK[..], arguments].concat();
    let mut command = command(&checkout::root(), arguments);
    let output = command
        .env(name, value)
        .output()
        .expect("the program starts");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn who_wants_nothing_drawn_is_read_to() {
    let narrated = check(&checkout::root(), "narrated", &[FIXTURE]);
    assert_eq!(with("NO_GRAPHICS", "1", &[]), narrated);
    assert!(narrated.is_ascii() || !narrated.contains(['╭', '│', '┬', '╰']));
    let drawn = check(&checkout::root(), "human", &[FIXTURE]);
    assert_eq!(with("NO_GRAPHICS", "0", &[]), drawn);
    assert_eq!(with("NO_GRAPHICS", "1", &["--format", "human"]), drawn);
}

#[test]
fn names_of_rules_lead_to_their_documents() {
    let linked = with("FORCE_HYPERLINK", "1", &[]);
    let link = "\u{1b}]8;;https://github.com/ca-audit/ca-audit/blob/main/crates/ca-lint/docs/rules/divergent-ca.md\u{1b}\\error[divergent-ca]\u{1b}]8;;\u{1b}\\: ";
    assert!(linked.starts_with(link), "{linked}");
    for off in [&["--color", "never"][..], &["--format", "json"]] {
        let plain = with("FORCE_HYPERLINK", "1", off);
        assert!(!plain.contains('\u{1b}'), "{off:?}");
    }
    assert!(!check(&checkout::root(), "human", &[FIXTURE]).contains('\u{1b}'));
}
