//! What the parser accepts, case by case, against the recorded verdicts of
//! real Puppet (`tests/oracles/puppet_parse_golden.rb` records them).

use puppet_syntax::{parse, parse_epp};

struct Case<'f> {
    accepted: bool,
    name: &'f str,
    source: String,
}

fn cases(file: &str) -> impl Iterator<Item = Case<'_>> {
    let blocks = file
        .strip_prefix("=== ")
        .expect("starts with a case")
        .split("\n=== ");
    blocks.map(|block| {
        let (header, source) = block.split_once('\n').unwrap_or((block, ""));
        let (verdict, name) = header.split_once(" | ").expect("verdict and name");
        Case {
            accepted: verdict == "ok",
            name,
            source: reveal(source),
        }
    })
}

/// Puts the characters back that an editor would hide.
fn reveal(source: &str) -> String {
    let hidden = [
        ("BOM", "\u{feff}"),
        ("NBSP", "\u{a0}"),
        ("CR", "\r"),
        ("VT", "\u{b}"),
        ("FF", "\u{c}"),
        ("NUL", "\0"),
        ("U3000", "\u{3000}"),
        ("U2028", "\u{2028}"),
        ("U200B", "\u{200b}"),
    ];
    hidden.iter().fold(source.to_owned(), |text, (name, real)| {
        text.replace(&format!("⟦{name}⟧"), real)
    })
}

fn check(file: &str, accepts: impl Fn(&str) -> bool) {
    // The last case of the file ends in the line break of its last line.
    let file = file.strip_suffix('\n').expect("ends in a line break");
    let wrong: Vec<_> = cases(file)
        .filter(|case| accepts(&case.source) != case.accepted)
        .map(|case| {
            format!(
                "{} (Puppet: {}): {:?}",
                case.name, case.accepted, case.source
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases(file).count() > 100);
}

#[test]
fn manifests_are_accepted_as_by_puppet() {
    check(include_str!("golden/manifests.txt"), |source| {
        parse(source).errors.is_empty()
    });
}

#[test]
fn templates_are_accepted_as_by_puppet() {
    check(include_str!("golden/templates.txt"), |source| {
        parse_epp(source).errors.is_empty()
    });
}
