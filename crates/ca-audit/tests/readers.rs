//! What our models of Go, etcd, OpenSSL and Puppet load, held against what
//! the real programs loaded (Go 1.27.3, OpenSSL 3.0.19, Puppet 7.23 on Ruby
//! 3.1), and what is told of the difference.
//!
//! `tests/oracles/pem_readers_golden.rb` records the answers anew.

mod golden_readers;

use ca_audit::certificate::fingerprint;
use ca_audit::readers::{Outcome, Reader, Reason, read};
use golden_readers::{Case, armour, certificates, mutants};

/// Of these it is not claimed to be known what is loaded: an empty password
/// is tried on the first, the other is no DER.
const UNKNOWN: [(&str, &[Reader]); 2] = [
    ("header encrypted", &[Reader::OpenSsl, Reader::Puppet]),
    ("indefinite length", &[Reader::OpenSsl, Reader::Puppet]),
];

/// Text of which OpenSSL sees nothing because its buffer ends before, a zero
/// byte that it takes for a blank, and certificates that Go reads although our
/// own reader does not.
const HARMLESS: [&str; 6] = [
    "zero byte after end: OpenSSL: has text after END",
    "long line before begin: OpenSSL: has text before BEGIN",
    "bytes after the extensions: Go: starts a block that is no certificate",
    "bytes after the extensions: etcd: starts a block that is no certificate",
    "bytes after the signature: Go: starts a block that is no certificate",
    "bytes after the signature: etcd: starts a block that is no certificate",
];

/// What a user reads of some of the cases.
const SENTENCES: [(&str, &[&str]); 16] = [
    ("two", &[]),
    (
        "6 dashes before begin",
        &["Go, etcd and OpenSSL load 1 of the 2 certificates here: line 9 begins with six dashes"],
    ),
    (
        "6 dashes after end, then good",
        &[
            "OpenSSL loads none of the 2 certificates here: line 8 ends with six dashes",
            "Go and etcd load 1 of the 2 certificates here: line 8 ends with six dashes",
        ],
    ),
    (
        "byte order mark",
        &["Go and etcd do not load the certificate here: line 1 begins with a byte order mark"],
    ),
    (
        "joined",
        &["Go, etcd and OpenSSL load none of the 2 certificates here: line 8 has text after END"],
    ),
    (
        "yaml block",
        &[
            "Go, etcd and OpenSSL do not load the certificate here: line 2 is indented",
            "Puppet does not load the certificate here: line 9 is indented",
        ],
    ),
    (
        "header",
        &["Go, OpenSSL and Puppet do not load the certificate here: line 2 is a header line"],
    ),
    (
        "comment in the body",
        &[
            "Go, etcd, OpenSSL and Puppet do not load the certificate here: line 3 is a comment inside the block",
        ],
    ),
    (
        "padding missing",
        &[
            "Go, etcd, OpenSSL and Puppet do not load the certificate here: line 8 lacks “=” at its end",
        ],
    ),
    (
        "end missing, then good",
        // Not the same one.
        &[
            "Go and etcd load 1 of the 2 certificates here: line 1 starts a block without an END line",
            "OpenSSL and Puppet load 1 of the 2 certificates here: line 1 starts a block without an END line",
        ],
    ),
    (
        "end differs",
        &[
            "Go, etcd, OpenSSL and Puppet do not load the certificate here: line 8 ends the block with another label than CERTIFICATE",
        ],
    ),
    (
        "x509 certificate",
        &[
            "Go and Puppet do not load the certificate here: line 1 has the unusual label X509 CERTIFICATE",
        ],
    ),
    (
        "escaped line breaks",
        &[
            "Go, etcd, OpenSSL and Puppet do not load the certificate here: line 1 has \\n written out instead of line breaks",
        ],
    ),
    (
        "key first",
        &[
            "etcd does not load the certificate here: the block in line 1 makes the whole load fail: etcd takes every block for a certificate, and this one is “PRIVATE KEY”",
        ],
    ),
    (
        "latin-1 comment",
        &[
            "Puppet does not load the certificate here: in line 1, a character is not UTF-8, and Puppet reads nothing else",
        ],
    ),
    (
        "zero byte between",
        &[
            "OpenSSL loads 1 of the 2 certificates here: in line 9, OpenSSL takes a line that begins with a zero byte for the end of the file",
        ],
    ),
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
        .map(|loaded| fingerprint::hex(&loaded.sha256[..4]))
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

/// Where a defect is said to hinder a reader, the reader does not load the
/// certificate; [`HARMLESS`] are the exceptions.
#[test]
fn defects_hinder_whom_they_are_said_to_hinder() {
    let mut wrong = Vec::new();
    for case in armour().iter().chain(&certificates()) {
        let readings = read(&case.text);
        for reader in Reader::ALL {
            let loaded = &readings.of(reader).loaded;
            for block in &readings.blocks {
                let is_loaded = loaded.iter().any(|loaded| loaded.at.end == block.at.end);
                let hindering = block.defects.iter().filter(|defect| defect.hinders(reader));
                for defect in hindering.filter(|_| is_loaded) {
                    wrong.push(format!("{}: {}: {}", case.name, reader.name(), defect.kind));
                }
            }
        }
    }
    assert_eq!(wrong, HARMLESS);
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

#[test]
fn sentences_name_the_line_and_what_is_wrong_in_it() {
    let told = |name: &str| {
        let cases = armour();
        let case = cases.iter().find(|case| case.name == name).unwrap();
        let line = |at: usize| case.text[..at].split(|byte| *byte == b'\n').count();
        read(&case.text).sentences(line)
    };
    for (name, expected) in SENTENCES {
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
    let [Reason::Skipped(refusal)] = go.reasons.as_slice() else {
        panic!("{go:?}");
    };
    assert_eq!(
        (refusal.at.start, refusal.why.as_str()),
        (0, "its serial number is negative")
    );
}

/// Four times the text does not take sixteen times as long, whatever the text
/// repeats.
#[test]
fn time_is_linear() {
    let cases = armour();
    let plain = cases.iter().find(|case| case.name == "plain").unwrap();
    let plain = String::from_utf8(plain.text.clone()).unwrap();
    let unclosed = plain.replace("-----END CERTIFICATE-----\n", "");
    let six = plain.replace("-----BEGIN", "------BEGIN");
    for piece in [
        "-----BEGIN CERTIFICATE-----\n",
        "-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN A-----\n-----END A-----\n",
        "\n-----END ",
        "a: b\n",
        "-",
        &plain,
        &unclosed,
        &six,
    ] {
        let text = piece.repeat(80_000 / piece.len());
        let took = |text: &str| {
            let start = std::time::Instant::now();
            let readings = read(text.as_bytes());
            assert!(readings.sentences(|at| at).len() <= Reader::ALL.len());
            start.elapsed()
        };
        let (once, four) = (took(&text), took(&text.repeat(4)));
        let limit = once * 12 + std::time::Duration::from_millis(200);
        assert!(four < limit, "{piece:?}: {once:?}, then {four:?}");
    }
}

proptest::proptest! {
    /// Any bytes have an answer.
    #[test]
    fn nothing_panics(pieces in proptest::collection::vec(piece(), 0..40)) {
        let text = pieces.concat();
        let readings = read(&text);
        readings.sentences(|at| text[..at].len());
    }
}

/// What armour is made of, and anything.
fn piece() -> impl proptest::strategy::Strategy<Value = Vec<u8>> {
    use proptest::prelude::*;
    let known: [&[u8]; 18] = [
        b"-----BEGIN ",
        b"-----END ",
        b"-----",
        b"-",
        b"CERTIFICATE",
        b"X509 CERTIFICATE",
        b"BEGIN",
        b"END",
        b"\n",
        b"\r\n",
        b"\\n",
        b" ",
        b"MIIBAAAA",
        b"=",
        b": ",
        b"\xef\xbb\xbf",
        b"\xe2\x80\x94",
        b"\0",
    ];
    prop_oneof![
        8 => (0..known.len()).prop_map(move |at| known[at].to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..300),
    ]
}
