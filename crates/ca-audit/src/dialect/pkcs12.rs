//! PKCS#12 containers (RFC 7292): Java and Windows trust stores, `.p12`, `.pfx`.
//!
//! Tried with the passwords that are no secret: none at all, and Java's
//! `changeit`. A container with another one is a gap, never "no certificate".

use super::Dialect;
use crate::certificate::Certificate;
use crate::facts::{Cert, Encoding, Facts, Reason};
use crate::sniff::Form;
use crate::view::View;
use p12_keystore::{KeyStore, KeyStoreEntry, Pkcs12ImportPolicy};
use std::sync::Arc;

pub(super) const DIALECT: Dialect = Dialect {
    name: "PKCS#12",
    reads: |form| form == Form::Der,
    extract,
};

const PASSWORDS: [&str; 2] = ["changeit", ""];

/// Key derivation with more rounds than this would take over a second; real
/// containers use a few thousand, the strictest advice 600,000.
const MAX_ROUNDS: u64 = 1_000_000;

fn extract(view: &View, _: Form, facts: &mut Facts) {
    if !is_pkcs12(view.bytes) {
        return;
    }
    facts.understood = true;
    let whole = 0..view.bytes.len();
    if derivation_rounds(view.bytes) > MAX_ROUNDS {
        let message = "a PKCS#12 container whose key derivation would take too long";
        view.gap(facts, Reason::TooLarge, whole, message);
        return;
    }
    let open =
        |password: &&str| KeyStore::from_pkcs12(view.bytes, password, Pkcs12ImportPolicy::Raw).ok();
    let Some(store) = PASSWORDS.iter().find_map(open) else {
        let message =
            "a PKCS#12 container that opens neither without a password nor with \"changeit\"";
        view.gap(facts, Reason::Encrypted, whole, message);
        return;
    };
    for (alias, entry) in store.entries() {
        let certs = match entry {
            KeyStoreEntry::Certificate(cert) => std::slice::from_ref(cert),
            KeyStoreEntry::PrivateKeyChain(chain) => chain.certs(),
            KeyStoreEntry::Secret(_) => &[],
        };
        for certificate in certs
            .iter()
            .filter_map(|cert| Certificate::from_der(cert.as_der()))
        {
            facts.certs.push(Cert {
                certificate: Arc::new(certificate),
                at: view.span(whole.clone()),
                encoding: Encoding::Pkcs12,
                container: view.container_of(alias),
            });
        }
    }
}

/// `PFX ::= SEQUENCE { version INTEGER {v3(3)}, … }`
fn is_pkcs12(bytes: &[u8]) -> bool {
    let header = match bytes.get(1) {
        Some(length @ 0x81..=0x84) => 2 + usize::from(length & 0x7f),
        Some(_) => 2,
        None => return false,
    };
    bytes.get(header..header + 3) == Some(&[0x02, 0x01, 0x03])
}

/// The most rounds that any salt in the file is followed by: both PBKDF2 and
/// PKCS#12's own derivation write `salt OCTET STRING, iterations INTEGER`.
fn derivation_rounds(bytes: &[u8]) -> u64 {
    let rounds_at = |salt: usize| {
        let len = usize::from(*bytes.get(salt + 1)?);
        let number = bytes.get(salt + 2 + len..)?;
        let is_salt = (4..=64).contains(&len) && number.first() == Some(&0x02);
        let size = usize::from(*number.get(1)?);
        let digits = number.get(2..2 + size)?;
        (is_salt && (1..=8).contains(&size)).then(|| {
            digits
                .iter()
                .fold(0u64, |sum, digit| (sum << 8) | u64::from(*digit))
        })
    };
    memchr::memchr_iter(0x04, bytes)
        .filter_map(rounds_at)
        .max()
        .unwrap_or(0)
}
