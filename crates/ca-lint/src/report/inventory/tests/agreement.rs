//! All forms tell the same facts, whatever files are called and hold.

use super::{Authority, reported};
use crate::report::inventory::{Layout, SpecVersion, concise, csv, cyclonedx, human, json, jsonl};
use crate::report::{Canvas, Detail};
use ca_audit::certificate::fingerprint::hex;
use ca_audit::tree::Memory;
use proptest::prelude::*;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Hash, path, line, container.
type Fact = (String, String, u64, String);

static PEMS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let (one, two) = (Authority::new("=1+1"), Authority::new("a \"b\", c"));
    vec![
        one.issue("leaf\u{e9}"),
        Authority::new("=1+1").issue("by a namesake"),
        two.issue("@SUM(A1)"),
        one.pem,
        two.pem,
    ]
});

fn facts_of_json(report: &str) -> BTreeSet<Fact> {
    let report: Value = serde_json::from_str(report).expect("JSON");
    facts_of(report["certificates"].as_array().expect("a list"))
}

fn facts_of_jsonl(report: &str) -> BTreeSet<Fact> {
    let lines = report
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    let lines: Vec<Value> = lines.collect();
    assert_eq!(lines[0]["kind"], "header");
    assert_eq!(lines[0]["schema_version"], 1);
    assert_eq!(lines[0]["tool"]["name"], "ca-lint");
    let certificates = lines.iter().filter(|line| line["kind"] == "certificate");
    facts_of(&certificates.cloned().collect::<Vec<Value>>())
}

fn facts_of(certificates: &[Value]) -> BTreeSet<Fact> {
    let mut facts = BTreeSet::new();
    for certificate in certificates {
        for sighting in certificate["sightings"].as_array().expect("a list") {
            facts.insert((
                text(&certificate["sha256"]),
                text(&sighting["path"]),
                sighting["line"].as_u64().expect("a line"),
                text(&sighting["container"]),
            ));
        }
    }
    facts
}

fn facts_of_csv(report: &str) -> BTreeSet<Fact> {
    let mut reader = ::csv::Reader::from_reader(report.as_bytes());
    let names = reader.headers().expect("a header").clone();
    let mut facts = BTreeSet::new();
    for row in reader.records() {
        let row = row.expect("a row");
        assert!(
            row.iter()
                .all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])),
            "{row:?}"
        );
        let cell = |name: &str| {
            let at = names.iter().position(|it| it == name).expect(name);
            let cell = row.get(at).expect("a cell");
            cell.strip_prefix('\'').unwrap_or(cell).to_owned()
        };
        let line = cell("line").parse().expect("a line");
        facts.insert((cell("sha256"), cell("path"), line, cell("container")));
    }
    facts
}

fn facts_of_cyclonedx(report: &str) -> BTreeSet<Fact> {
    let report: Value = serde_json::from_str(report).expect("JSON");
    let mut facts = BTreeSet::new();
    for component in report["components"].as_array().expect("a list") {
        if component["cryptoProperties"]["assetType"] != "certificate" {
            continue;
        }
        let occurrences = component["evidence"]["occurrences"].as_array();
        for occurrence in occurrences.expect("a list") {
            facts.insert((
                text(&component["hashes"][0]["content"]),
                text(&occurrence["location"]),
                occurrence["line"].as_u64().expect("a line"),
                occurrence["symbol"].as_str().unwrap_or_default().to_owned(),
            ));
        }
    }
    facts
}

fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}

/// In a file of its own, in a data file, or below text that is nobody's.
fn content(form: u8, pem: &str) -> String {
    match form {
        0 => pem.to_owned(),
        1 => format!("a: 1\n=k: |\n  {}\n", pem.trim().replace('\n', "\n  ")),
        _ => format!("=x\n\n# {pem}"),
    }
}

fn tree() -> impl Strategy<Value = Memory> {
    let name = "[-=+@'a-c][ ,;\"'a-c\t]{0,4}";
    let file = (name, 0..3_u8, proptest::collection::vec(0..5_usize, 1..3));
    proptest::collection::vec(file, 0..6).prop_map(|files| {
        let mut tree = Memory::new();
        for (name, form, pems) in files {
            let text: String = pems.iter().map(|at| content(form, &PEMS[*at])).collect();
            let suffix = if form == 1 { ".yaml" } else { ".pem" };
            tree = tree.with(format!("{name}{suffix}"), text);
        }
        tree
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_form_has_the_same_facts(tree in tree()) {
        let expected = facts_of_json(&reported(&tree, json));
        prop_assert_eq!(&facts_of_jsonl(&reported(&tree, jsonl)), &expected);
        prop_assert_eq!(&facts_of_csv(&reported(&tree, csv)), &expected);
        for version in [SpecVersion::V1_6, SpecVersion::V1_7] {
            let report = reported(&tree, |inventory| cyclonedx(inventory, version, None));
            prop_assert_eq!(&facts_of_cyclonedx(&report), &expected);
        }
        let full = Layout {
            canvas: Canvas { width: 80, colour: false, unicode: false, links: false },
            detail: Detail::Verbose,
            breaks_lines: false,
            now: 0,
        };
        let people = reported(&tree, |inventory| human(inventory, full));
        let quiet = reported(&tree, concise);
        for (hash, path, line, _) in &expected {
            let place = format!("{}:{line}", path.replace('\t', "\u{fffd}"));
            prop_assert!(people.contains(hash) && people.contains(&place), "{} {}", place, people);
            prop_assert!(quiet.contains(hash), "{}", quiet);
        }
    }
}

#[test]
fn one_entry_a_certificate_and_one_sighting_a_place() {
    let pem = Authority::new("ca").pem;
    let tree = Memory::new()
        .with("modules/a/files/x.pem", format!("# x\n{pem}"))
        .with("hosts/a/var/lib/puppet/ssl/certs/ca.pem", pem.clone());
    let report: Value = serde_json::from_str(&reported(&tree, json)).expect("JSON");
    let certificate = &report["certificates"][0];
    assert_eq!(report["certificates"].as_array().map(Vec::len), Some(1));
    assert_eq!(certificate["is_ca"], true);
    assert_eq!(certificate["not_after"], "2030-01-01T00:00:00Z");
    assert_eq!(certificate["key"]["algorithm"], "ec");
    assert_eq!(
        certificate["puppet_ca_fingerprint"],
        hex(&Sha256::digest(&pem))
    );
    assert_eq!(
        certificate["sightings"][0]["readers"][0]["program"],
        "puppet agent"
    );
    assert_eq!(certificate["sightings"][1]["line"], 2);
    assert_eq!(certificate["sightings"][1]["encoding"], "pem");
}
