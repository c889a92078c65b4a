//! What our models of Go, etcd, OpenSSL and Puppet load, held against what
//! the real programs loaded (Go 1.27.3, OpenSSL 3.0.19, Puppet 7.23 on Ruby
//! 3.1), and what is told of the difference.
//!
//! `tests/oracles/pem_readers_golden.rb` records the answers anew.

mod golden_readers;

use ca_audit::readers::{Outcome, Reader, Reason, read};
use golden_readers::{Case, armour, certificates, mutants};

/// Of these it is not claimed to be known what is loaded: an empty password
/// is tried on the first, the other is no DER.
const UNKNOWN: [(&str, &[Reader]); 2] = [
    ("header encrypted", &[Reader::OpenSsl, Reader::Puppet]),
    ("indefinite length", &[Reader::OpenSsl, Reader::Puppet]),
];

#[test]
fn armour_is_read_as_the_real_programs_read_it() {
    agree(&armour(), 190);
}

#[test]
fn certificates_are_read_as_the_real_programs_read_them() {
    agree(&certificates(), 95);
}

#[test]
fn mutants_are_read_as_the_real_programs_read_them() {
    agree(&mutants(), 120);
}

/// Every case has the recorded answer, and so many cases there are.
fn agree(cases: &[Case], at_least: usize) {
    assert!(cases.len() >= at_least, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in cases {
        let readings = read(&case.text);
        for (reader, real) in Reader::ALL.into_iter().zip(&case.answers) {
            let ours = answer(readings.of(reader));
            if ours != *real && !is_unknown(case, reader, &ours) {
                wrong.push(format!(
                    "{}: {}: {real:?}, not {ours:?}",
                    case.name,
                    reader.name()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn is_unknown(case: &Case, reader: Reader, ours: &str) -> bool {
    ours == "unknown"
        && UNKNOWN
            .iter()
            .any(|(name, readers)| *name == case.name && readers.contains(&reader))
}

/// An outcome in the words of the golden files.
fn answer(outcome: &Outcome) -> String {
    if outcome.failure.is_some() {
        return "fails".to_owned();
    }
    if !outcome.is_certain() {
        return "unknown".to_owned();
    }
    let loaded: Vec<String> = outcome
        .loaded
        .iter()
        .map(|loaded| {
            loaded.sha256[..4]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect()
        })
        .collect();
    loaded.join(" ")
}

/// Whoever misses a certificate that people see is told why.
#[test]
fn every_miss_has_a_reason() {
    let mut silent = Vec::new();
    for case in armour().iter().chain(&certificates()).chain(&mutants()) {
        for group in read(&case.text).groups() {
            if group.loads < group.of && group.reasons.is_empty() {
                silent.push(format!("{}: {}", case.name, group.names()));
            }
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

/// A text that everybody loads whole has no complaint that would hinder
/// anybody.
#[test]
fn what_loads_everywhere_has_no_hindering_defect() {
    let mut loud = Vec::new();
    for case in armour().iter().chain(&certificates()) {
        let readings = read(&case.text);
        let is_fine = readings
            .groups()
            .iter()
            .all(|group| group.loads == group.of && !group.gives_up);
        for defect in readings.blocks.iter().flat_map(|block| &block.defects) {
            if is_fine && Reader::ALL.iter().all(|reader| defect.hinders(*reader)) {
                loud.push(format!("{}: {}", case.name, defect.kind));
            }
        }
    }
    assert!(loud.is_empty(), "{}", loud.join("\n"));
}

#[test]
fn ranges_lie_in_the_text() {
    for case in armour().iter().chain(&mutants()) {
        let length = case.text.len();
        let readings = read(&case.text);
        for reader in Reader::ALL {
            let outcome = readings.of(reader);
            let all = outcome.loaded.iter().map(|loaded| &loaded.at);
            let refused = outcome
                .skipped
                .iter()
                .chain(&outcome.unsure)
                .chain(&outcome.failure);
            for at in all.chain(refused.map(|refusal| &refusal.at)) {
                assert!(at.start <= at.end && at.end <= length, "{}", case.name);
            }
        }
        for block in &readings.blocks {
            assert!(block.at.end <= length, "{}", case.name);
            for defect in &block.defects {
                assert!(
                    defect.at.start <= defect.at.end && defect.at.end <= length,
                    "{}: {defect:?}",
                    case.name
                );
            }
        }
    }
}

/// The sentences that a user reads of some of the cases.
#[test]
fn sentences_name_the_line_and_what_is_wrong_in_it() {
    let told = |name: &str| {
        let cases = armour();
        let case = cases.iter().find(|case| case.name == name).unwrap();
        let line = |at: usize| {
            1 + case.text[..at]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count()
        };
        read(&case.text).sentences(line)
    };
    let cases: [(&str, &[&str]); 14] = [
        ("two", &[]),
        (
            "6 dashes before begin",
            &["OpenSSL loads 1 of the 2 certificates here: line 9 begins with six dashes"],
        ),
        ("byte order mark", &[]),
        ("joined", &[]),
        ("indented", &[]),
        ("header", &[]),
        ("comment in the body", &[]),
        ("padding missing", &[]),
        ("end missing", &[]),
        ("end differs", &[]),
        ("x509 certificate", &[]),
        ("escaped line breaks", &[]),
        ("key first", &[]),
        ("latin-1 comment", &[]),
    ];
    if std::env::var_os("SHOW").is_some() {
        for case in armour().iter().chain(&certificates()) {
            eprintln!("{}", case.name);
            let line = |at: usize| {
                1 + case.text[..at]
                    .iter()
                    .filter(|byte| **byte == b'\n')
                    .count()
            };
            for sentence in read(&case.text).sentences(line) {
                eprintln!("    {sentence}");
            }
        }
    }
    for (name, expected) in cases {
        assert_eq!(told(name), expected, "{name}");
    }
}

#[test]
fn placeholders_are_no_certificates() {
    for body in [
        "...",
        "<%= @ca %>",
        "{{ .Values.ca }}",
        "${ca}",
        "REPLACE ME",
        "",
    ] {
        let text = format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n");
        assert!(read(text.as_bytes()).blocks.is_empty(), "{body}");
    }
}

#[test]
fn a_reason_has_a_place() {
    let cases = certificates();
    let case = cases
        .iter()
        .find(|case| case.name == "negative serial")
        .unwrap();
    let groups = read(&case.text).groups();
    let go = groups
        .iter()
        .find(|group| group.readers.contains(&Reader::Go))
        .unwrap();
    let [Reason::Refusal(refusal)] = go.reasons.as_slice() else {
        panic!("{go:?}");
    };
    assert_eq!(
        (refusal.at.start, refusal.why.as_str()),
        (0, "its serial number is negative")
    );
}
