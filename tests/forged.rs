//! Certificates that no library makes any more: short keys, old signatures,
//! version 1. Made of sound ones; their signatures hold no longer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;

/// `AlgorithmIdentifier`s of RFC 3279 §2.2.1 and §2.3.1, with their NULL.
const SHA1_RSA: &[u8] = &[
    0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5, 5, 0,
];
const RSA: &[u8] = &[
    0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0,
];

/// A certificate with what a placeholder says of it; `None` where that is not
/// known.
pub(crate) fn with(pem: &str, peculiarity: &str) -> Option<String> {
    if peculiarity == "six dashes" {
        return Some(format!("-{pem}"));
    }
    let der = decoded(pem);
    let mut certificate = Certificate::of(&der);
    match peculiarity {
        "RSA-1024" => certificate.signed[6] = rsa_key(1024),
        "SHA-1" => {
            certificate.signed[2] = SHA1_RSA.to_vec();
            certificate.algorithm = SHA1_RSA.to_vec();
        }
        "version 1" => {
            certificate.signed.remove(0);
            certificate.signed.retain(|element| element[0] != 0xa3);
        }
        _ => return None,
    }
    Some(encoded(&certificate.der()))
}

/// A certificate taken apart (RFC 5280 §4.1).
struct Certificate {
    /// Version, serial number, algorithm, issuer, validity, subject, key,
    /// extensions.
    signed: Vec<Vec<u8>>,
    algorithm: Vec<u8>,
    signature: Vec<u8>,
}

impl Certificate {
    fn of(der: &[u8]) -> Self {
        let mut outer = elements(content(der));
        let signature = outer.pop().expect("a signature");
        let algorithm = outer.pop().expect("an algorithm");
        let signed = elements(content(&outer[0]));
        Self {
            signed,
            algorithm,
            signature,
        }
    }

    fn der(&self) -> Vec<u8> {
        let signed = element(SEQUENCE, &self.signed.concat());
        let parts = [signed, self.algorithm.clone(), self.signature.clone()];
        element(SEQUENCE, &parts.concat())
    }
}

/// The DER of an RSA key with a modulus of so many bits, which is no product of
/// two primes.
fn rsa_key(bits: usize) -> Vec<u8> {
    let mut modulus = vec![0];
    modulus.extend((0..bits / 8).map(|at| (at * 37 % 251) as u8 | 0x81));
    let numbers = [element(INTEGER, &modulus), element(INTEGER, &[1, 0, 1])];
    let key = element(SEQUENCE, &numbers.concat());
    let bits = element(BIT_STRING, &[vec![0], key].concat());
    element(SEQUENCE, &[RSA.to_vec(), bits].concat())
}

/// The elements that stand one after the other.
fn elements(mut der: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    while !der.is_empty() {
        let (header, length) = header(der);
        let (element, rest) = der.split_at(header + length);
        found.push(element.to_vec());
        der = rest;
    }
    found
}

fn content(element: &[u8]) -> &[u8] {
    &element[header(element).0..]
}

/// How long tag and length are, and how long the content.
fn header(der: &[u8]) -> (usize, usize) {
    match der[1] {
        length @ ..=0x7f => (2, usize::from(length)),
        0x81 => (3, usize::from(der[2])),
        0x82 => (4, usize::from(der[2]) << 8 | usize::from(der[3])),
        other => panic!("a length in the form {other:#x}"),
    }
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut der = match length {
        ..=0x7f => vec![tag, length as u8],
        0x80..=0xff => vec![tag, 0x81, length as u8],
        _ => vec![tag, 0x82, (length >> 8) as u8, length as u8],
    };
    der.extend_from_slice(content);
    der
}

fn decoded(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    STANDARD.decode(body).expect("base64")
}

fn encoded(der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let lines = base64.as_bytes().chunks(64).map(String::from_utf8_lossy);
    let body: Vec<String> = lines.map(std::borrow::Cow::into_owned).collect();
    format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        body.join("\n")
    )
}

#[test]
fn a_certificate_taken_apart_is_itself_again() {
    let pem = crate::authority::ca("x");
    let der = decoded(&pem);
    assert_eq!(Certificate::of(&der).der(), der);
}
