//! The examples on every rule's page are its tests: the project under "Fires"
//! gives a finding of that rule, the one under "Clean" gives none.
//!
//! An example is a line with a path, "`modules/a/manifests/init.pp`:", and a
//! fenced block with the file's text. A line `<CA one named CN=…>` in it stands
//! for a certificate that is made here (see `authority.rs`).

use crate::authority::Authorities;
use ca_audit::tree::Memory;
use ca_audit::{Request, audit};
use ca_lint::config::Config;
use ca_lint::rules::{RULES, Rule, check};
use ca_lint::settings::Settings;
use ca_lint::source_roots::SourceRoots;

/// 2020-01-01: the clock of all examples.
const NOW: i64 = 1_577_836_800;

const HEADINGS: [&str; 4] = ["Why it matters", "How to fix", "Fires", "Clean"];

#[test]
fn pages_have_the_sections_that_readers_look_for() {
    for rule in RULES {
        let places: Vec<Option<usize>> = HEADINGS
            .iter()
            .map(|heading| rule.page.find(&format!("\n## {heading}\n")))
            .collect();
        assert!(
            places.iter().all(Option::is_some),
            "{}: {HEADINGS:?} at {places:?}",
            rule.name
        );
        assert!(
            places.is_sorted(),
            "{}: in another order than {HEADINGS:?}",
            rule.name
        );
        for heading in HEADINGS {
            assert!(
                !section(rule, heading).trim().is_empty(),
                "{}: {heading} is empty",
                rule.name
            );
        }
    }
}

#[test]
fn the_firing_example_fires() {
    for rule in RULES {
        let found = findings(rule, "Fires");
        assert!(
            !found.is_empty(),
            "{}: nothing is found in its own example",
            rule.name
        );
    }
}

#[test]
fn the_clean_example_is_clean() {
    for rule in RULES {
        let found = findings(rule, "Clean");
        assert!(found.is_empty(), "{}: {found:?}", rule.name);
    }
}

/// What `rule` says of the project under `heading`.
fn findings(rule: &Rule, heading: &str) -> Vec<String> {
    let mut authorities = Authorities::default();
    let files = examples(section(rule, heading));
    assert!(
        !files.is_empty(),
        "{}: no example under {heading}",
        rule.name
    );
    let mut settings = Settings::at(NOW);
    if let Some((_, text)) = files.iter().find(|(path, _)| path == ".ca-lint.yaml") {
        let config = Config::read(text).expect("a configuration");
        settings.scopes = config.scopes(SourceRoots::default());
    }
    let tree = files.into_iter().fold(Memory::new(), |tree, (path, text)| {
        tree.with(path, authorities.filled(&text))
    });
    let evidence = audit(&tree, &Request::default());
    let found = check(&evidence, &settings)
        .into_iter()
        .filter(|finding| finding.rule == rule.name);
    found.map(|finding| finding.message).collect()
}

/// The text from a heading to the next one.
fn section<'p>(rule: &'p Rule, heading: &str) -> &'p str {
    let start = format!("\n## {heading}\n");
    let (_, rest) = rule
        .page
        .split_once(&start)
        .unwrap_or_else(|| panic!("{}: no section {heading}", rule.name));
    rest.split("\n## ").next().unwrap_or(rest)
}

/// The files of a section by path.
fn examples(section: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut lines = section.lines();
    while let Some(line) = lines.next() {
        let Some(path) = line
            .strip_prefix('`')
            .and_then(|rest| rest.strip_suffix("`:"))
        else {
            continue;
        };
        let fence = lines.next().unwrap_or_default();
        assert!(fence.starts_with("```"), "no block after {path}");
        let body: String = lines
            .by_ref()
            .take_while(|line| *line != "```")
            .flat_map(|line| [line, "\n"])
            .collect();
        files.push((path.to_owned(), body));
    }
    files
}

#[test]
fn examples_are_read_with_their_certificates() {
    let section = "Words.\n\n`a/b.yaml`:\n```yaml\nca: |\n  <CA one named CN=x y>\n```\n\n`c`:\n```\n<CA one named CN=x y>\n```\n";
    let files = examples(section);
    assert_eq!(
        files
            .iter()
            .map(|(path, _)| path.as_str())
            .collect::<Vec<_>>(),
        ["a/b.yaml", "c"]
    );
    let mut authorities = Authorities::default();
    let nested = authorities.filled(&files[0].1);
    let plain = authorities.filled(&files[1].1);
    assert!(
        nested.starts_with("ca: |\n  -----BEGIN CERTIFICATE-----\n"),
        "{nested}"
    );
    assert_eq!(
        nested.replace("  ", "").strip_prefix("ca: |\n"),
        Some(plain.as_str())
    );
    assert_ne!(authorities.filled("<CA two named CN=x y>"), plain);
}
