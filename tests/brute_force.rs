//! Certificates found by plain force, with nothing of the program's own code:
//! what this finds, the inventory must have.

use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The SHA-256 of every certificate that stands in `bytes`: as PEM with any
/// indentation or escaped line breaks, as base64 of DER, as base64 of PEM.
pub(crate) fn certificates(bytes: &[u8]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for body in pem_bodies(bytes) {
        found.extend(certificate(&decoded(body)).map(hash));
    }
    for start in starts(bytes, b"MII") {
        let der = decoded(&bytes[start..]);
        found.extend(certificate(&der).filter(|der| has_version_3(der)).map(hash));
    }
    for start in starts(bytes, b"LS0tLS1CRUdJTi") {
        let pem = decoded(&bytes[start..]);
        for body in pem_bodies(&pem) {
            found.extend(certificate(&decoded(body)).map(hash));
        }
    }
    found
}

/// What stands between every BEGIN and its END.
fn pem_bodies(bytes: &[u8]) -> Vec<&[u8]> {
    let (begin, end) = (b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----");
    let bodies = starts(bytes, begin).into_iter().filter_map(|start| {
        let rest = &bytes[start + begin.len()..];
        let len = starts(rest, end).first().copied()?;
        Some(&rest[..len])
    });
    bodies.collect()
}

fn starts(bytes: &[u8], needle: &[u8]) -> Vec<usize> {
    let windows = bytes.windows(needle.len()).enumerate();
    windows
        .filter(|(_, window)| *window == needle)
        .map(|(at, _)| at)
        .collect()
}

/// Base64 up to the first character that neither belongs to it nor wraps it.
fn decoded(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    let mut rest = text;
    while let Some((&letter, after)) = rest.split_first() {
        rest = after;
        let digit = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b' ' | b'\t' | b'\r' | b'\n' => continue,
            // A line break that is written out.
            b'\\' if matches!(after.first(), Some(b'n' | b'r')) => {
                rest = &after[1..];
                continue;
            }
            _ => break,
        };
        bits = (bits << 6) | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

/// The certificate at the start of `bytes`: a SEQUENCE of a SEQUENCE, a
/// SEQUENCE and a BIT STRING, and nothing else.
fn certificate(bytes: &[u8]) -> Option<&[u8]> {
    let (whole, inside) = element(bytes, 0x30)?;
    let (to_be_signed, _) = element(inside, 0x30)?;
    let (algorithm, _) = element(&inside[to_be_signed..], 0x30)?;
    let (signature, _) = element(&inside[to_be_signed + algorithm..], 0x03)?;
    (to_be_signed + algorithm + signature == inside.len()).then(|| &bytes[..whole])
}

/// Its whole length and its content.
fn element(bytes: &[u8], tag: u8) -> Option<(usize, &[u8])> {
    let [first, second, rest @ ..] = bytes else {
        return None;
    };
    let (header, len) = match second {
        0..=0x7f => (2, usize::from(*second)),
        0x81 => (3, usize::from(*rest.first()?)),
        0x82 => (
            4,
            usize::from(*rest.first()?) << 8 | usize::from(*rest.get(1)?),
        ),
        _ => return None,
    };
    let content = bytes.get(header..header + len)?;
    (*first == tag).then_some((header + len, content))
}

/// A request for a certificate and a revocation list have the same outline;
/// only a certificate begins with an explicit version.
fn has_version_3(certificate: &[u8]) -> bool {
    let (_, inside) = element(certificate, 0x30).unwrap_or_default();
    let (_, to_be_signed) = element(inside, 0x30).unwrap_or_default();
    to_be_signed.starts_with(&[0xa0, 3, 2, 1, 2])
}

fn hash(certificate: &[u8]) -> String {
    Sha256::digest(certificate)
        .iter()
        .fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a string takes everything");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::ca;
    use crate::report::report;
    use crate::{checkout, corpora};
    use std::fs;

    /// The same certificate in every wrapping that is known here.
    fn wrappings(pem: &str) -> Vec<(&'static str, String)> {
        let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        vec![
            ("plain.pem", pem.to_owned()),
            ("windows.pem", pem.replace('\n', "\r\n")),
            (
                "indented.yaml",
                format!("ca: |\n  {}", pem.replace('\n', "\n  ")),
            ),
            (
                "escaped.json",
                format!("{{\"ca\": \"{}\"}}", pem.replace('\n', "\\n")),
            ),
            (
                "one_line.pem",
                pem.replace('\n', "")
                    .replace("E-----M", "E-----\nM")
                    .replace("-----END", "\n-----END"),
            ),
            ("bundle.yaml", format!("caBundle: {body}\n")),
            (
                "secret.yaml",
                format!("data:\n  ca.crt: {}\n", base64(pem.as_bytes())),
            ),
            ("broken.yaml", format!("a: [\n{pem}\n\t: {{")),
        ]
    }

    #[test]
    fn force_and_the_inventory_find_every_wrapping() {
        for (name, text) in wrappings(&ca("one")) {
            let folder = tempfile::tempdir().expect("a folder");
            fs::write(folder.path().join(name), &text).expect("a file");
            assert_eq!(certificates(text.as_bytes()).len(), 1, "{name}: {text}");
            assert_eq!(
                corpora::lacking(folder.path()),
                Vec::<String>::new(),
                "{name}"
            );
            let inventory = report(folder.path(), "inventory", &[]);
            assert_eq!(inventory.hashes().len(), 1, "{name}");
        }
    }

    #[test]
    fn the_inventory_of_the_fixtures_lacks_nothing() {
        assert_eq!(
            corpora::lacking(&checkout::root().join("fixtures")),
            Vec::<String>::new()
        );
    }

    #[test]
    fn what_is_no_certificate_is_not_found() {
        assert!(certificates(b"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A").is_empty());
        assert!(
            certificates(b"-----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----").is_empty()
        );
    }

    fn base64(bytes: &[u8]) -> String {
        const DIGITS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for three in bytes.chunks(3) {
            let bits = (0..3).fold(0_usize, |bits, at| {
                bits << 8 | usize::from(*three.get(at).unwrap_or(&0))
            });
            for at in 0..=three.len() {
                text.push(char::from(DIGITS[bits >> (18 - 6 * at) & 63]));
            }
            text.push_str(&"="[..usize::from(three.len() == 2)]);
            text.push_str(&"=="[..2 * usize::from(three.len() == 1)]);
        }
        text
    }
}
