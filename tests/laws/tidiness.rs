//! What no file of the repository may be, say or hold.

use crate::checkout::{File, files, rust_sources};

/// One file is one thing; a longer one is two.
const MAX_LINES: usize = 600;

#[test]
fn no_source_is_too_long() {
    let long = rust_sources().filter(|file| file.text.lines().count() > MAX_LINES);
    assert_none(long.map(|file| file.path), "over 600 lines");
}

#[test]
fn nothing_is_left_unfinished() {
    // In pieces, so that this file is not among what it finds.
    let signs = [
        ["tod", "o!"],
        ["unimplemente", "d!"],
        ["db", "g!"],
        ["#[ign", "ore"],
    ]
    .map(|pieces| pieces.concat());
    let unfinished = rust_sources().flat_map(|file| lines_with(&file, &signs));
    assert_none(unfinished, "unfinished, or a test that never runs");
}

#[test]
fn names_tell_something() {
    let empty = ["utils", "util", "helpers", "helper", "common", "misc"];
    let ours = files()
        .into_iter()
        .filter(|file| !file.path.starts_with("fixtures/"));
    let named = ours
        .map(|file| file.path)
        .filter(|path| path.split(['/', '.']).any(|name| empty.contains(&name)));
    assert_none(named, "names that tell nothing");
}

#[test]
fn no_private_key_is_committed() {
    assert_none(
        files()
            .into_iter()
            .filter(|file| holds_private_key(&file.text))
            .map(|file| file.path),
        "private keys",
    );
}

#[test]
fn nothing_names_a_machine() {
    // Folders in which these sources were written and measured.
    let folders =
        [["/wo", "rk/"], ["/tmp/co", "rpora"], ["/tmp/ta", "rget"]].map(|pieces| pieces.concat());
    let named = files()
        .into_iter()
        .flat_map(|file| lines_with(&file, &folders));
    assert_none(named, "names a folder of one machine");
}

/// A PRIVATE KEY label with a body: a line of base64 that is long enough for
/// one and not merely talked about.
fn holds_private_key(text: &str) -> bool {
    let label = ["PRIVATE ", "KEY-----"].concat();
    text.match_indices(&label).any(|(at, _)| {
        let rest = text[at + label.len()..].trim_start_matches(['\n', '\r', '\\', 'n', ' ', '\t']);
        let is_base64 =
            |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/');
        rest.chars().take_while(is_base64).count() >= 32
    })
}

/// `PATH:LINE: TEXT` of every line in which a sign stands on its own, not at
/// the end of a longer name.
fn lines_with(file: &File, signs: &[String]) -> Vec<String> {
    let stands_alone =
        |line: &str, at: usize| !line[..at].ends_with(|letter: char| letter.is_ascii_lowercase());
    let has_sign = |line: &str| {
        signs.iter().any(|sign| {
            line.match_indices(sign.as_str())
                .any(|(at, _)| stands_alone(line, at))
        })
    };
    let lines = file
        .text
        .lines()
        .enumerate()
        .filter(|(_, line)| has_sign(line));
    lines
        .map(|(index, line)| format!("{}:{}: {}", file.path, index + 1, line.trim()))
        .collect()
}

fn assert_none(found: impl Iterator<Item = String>, what: &str) {
    let found: Vec<String> = found.collect();
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

#[test]
fn private_keys_are_recognised() {
    let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC";
    let label = ["-----BEGIN PRIVATE ", "KEY-----"].concat();
    assert!(holds_private_key(&format!("{label}\n{body}\n")));
    assert!(holds_private_key(&format!("key: \"{label}\\n{body}\"")));
    assert!(!holds_private_key(&format!("{label}\n...\n")));
    assert!(!holds_private_key(&format!("the label {label} alone")));
}

#[test]
fn signs_stand_alone() {
    let file = |text: &str| File {
        path: "x".into(),
        text: text.into(),
    };
    let signs = ["/home/".to_owned()];
    assert_eq!(
        lines_with(&file("a\n see /home/me\n"), &signs),
        ["x:2: see /home/me"]
    );
    assert!(lines_with(&file("modules/home/manifests"), &signs).is_empty());
}
