//! What was recorded of the program, compared with what it does now.

use std::env;
use std::fs;
use std::path::Path;

/// Asks for new records instead of a comparison.
const BLESS: &str = "CA_LINT_BLESS";

/// Whether to record anew.
pub(crate) fn is_asked_for() -> bool {
    env::var(BLESS).is_ok_and(|value| value == "1")
}

/// Holds `now` against the record at `path`, or records it if that is asked for.
pub(crate) fn hold(path: &Path, now: &str) {
    if is_asked_for() {
        fs::write(path, now).expect("a record that can be written");
        return;
    }
    let recorded = fs::read_to_string(path).unwrap_or_default();
    if let Some(difference) = first_difference(&recorded, now) {
        panic!(
            "{} is out of date ({BLESS}=1 records anew)\n{difference}",
            path.display()
        );
    }
}

/// The first line that differs, from both sides.
fn first_difference(recorded: &str, now: &str) -> Option<String> {
    if recorded == now {
        return None;
    }
    let mut pairs = recorded
        .split_inclusive('\n')
        .zip(now.split_inclusive('\n'));
    let same = pairs.by_ref().take_while(|(old, new)| old == new).count();
    let line = |text: &str| {
        text.split_inclusive('\n')
            .nth(same)
            .unwrap_or("(the end)")
            .to_owned()
    };
    Some(format!(
        "line {}\n  recorded: {:?}\n       now: {:?}",
        same + 1,
        line(recorded),
        line(now)
    ))
}

#[test]
fn the_first_difference_is_told() {
    assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
    let told = first_difference("a\nb\n", "a\nc\n").expect("they differ");
    assert!(
        told.starts_with("line 2\n") && told.contains("\"c\\n\""),
        "{told}"
    );
    assert!(first_difference("a\n", "a\nb\n").is_some_and(|told| told.contains("(the end)")));
    assert!(first_difference("a", "a\n").is_some());
}
