//! The golden files of the readers: see
//! `tests/oracles/pem_readers_golden_file.rb` for their form.

use std::collections::HashMap;

/// A text and what the real programs load of it.
pub(crate) struct Case {
    pub(crate) name: String,
    /// In the order of `Reader::ALL`.
    pub(crate) answers: Vec<String>,
    pub(crate) text: Vec<u8>,
}

pub(crate) fn armour() -> Vec<Case> {
    cases(include_str!("../golden/readers/armour.txt"))
}

pub(crate) fn certificates() -> Vec<Case> {
    cases(include_str!("../golden/readers/certificates.txt"))
}

pub(crate) fn mutants() -> Vec<Case> {
    cases(include_str!("../golden/readers/mutants.txt"))
}

fn cases(golden: &str) -> Vec<Case> {
    let mut bodies = HashMap::from([("key".to_owned(), private_key())]);
    let mut cases = Vec::new();
    let golden = golden.strip_prefix("=== ").unwrap();
    for section in golden.split("\n=== ") {
        let (title, rest) = section.split_once('\n').unwrap();
        if title.starts_with("body ") {
            bodies.insert(title.to_owned(), rest.trim_end().to_owned());
            continue;
        }
        let (answers, text) = rest.split_once("---\n").unwrap();
        cases.push(Case {
            name: title.strip_prefix("case ").unwrap().to_owned(),
            answers: answers
                .lines()
                .map(|line| line.split_once(':').unwrap().1.trim().to_owned())
                .collect(),
            text: unescaped(text, &bodies),
        });
    }
    cases
}

/// The text of a case: `⟦hex⟧` are bytes, `⟦body NAME⟧` is a body.
fn unescaped(text: &str, bodies: &HashMap<String, String>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('⟦') {
        let (inside, after) = after.split_once('⟧').unwrap();
        bytes.extend_from_slice(before.as_bytes());
        match bodies.get(inside) {
            Some(body) => bytes.extend_from_slice(body.as_bytes()),
            None => bytes.extend(
                inside
                    .as_bytes()
                    .chunks(2)
                    .map(|hex| u8::from_str_radix(std::str::from_utf8(hex).unwrap(), 16).unwrap()),
            ),
        }
        rest = after;
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

/// The base64 of a fresh key: none may be kept in the repository.
fn private_key() -> String {
    let pem = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let lines: Vec<&str> = pem.lines().collect();
    lines[1..lines.len() - 1].join("\n")
}
