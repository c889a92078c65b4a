//! No bytes bring the reader down.

use std::env;

use proptest::prelude::*;

use super::build::{Ca, Odd};
use crate::certificate::extension::{AUTHORITY_KEY_ID, BASIC_CONSTRAINTS, SUBJECT_ALT_NAME};
use crate::certificate::{Certificate, Date, dotted, rfc3339, signed_by};

/// Asks everything that can be asked without checking a signature.
fn ask_everything(certificate: &Certificate) {
    let _ = (
        certificate.sha1(),
        certificate.serial_hex(),
        certificate.version(),
    );
    let _ = (certificate.subject_text(), certificate.issuer_text());
    let _ = (
        certificate.canonical_subject(),
        certificate.canonical_issuer(),
    );
    let _ = (certificate.key(), certificate.signature_algorithm());
    let _ = (
        certificate.is_ca(),
        certificate.server_names(),
        certificate.authority_key_id(),
    );
    for date in [certificate.not_before(), certificate.not_after()] {
        if let Date::At(seconds) = date {
            assert!(rfc3339(*seconds).ends_with('Z'));
        }
    }
    for defect in certificate.defects() {
        assert!(!defect.to_string().is_empty());
    }
    for extension in certificate.extensions() {
        assert!(!dotted(extension.oid).is_empty());
    }
}

fn ask_all_of(bytes: &[u8]) -> bool {
    let Some((certificate, length)) = Certificate::prefix_of(bytes) else {
        assert!(Certificate::from_der(bytes).is_none());
        return false;
    };
    assert_eq!(certificate.der(), &bytes[..length]);
    ask_everything(&certificate);
    true
}

/// Changes one to three bytes, 20,000 times or `CA_AUDIT_MUTATIONS` times
/// for each certificate.
#[test]
fn survives_mutation() {
    let rounds = env::var("CA_AUDIT_MUTATIONS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(20_000);
    let ca = Ca::new("etcd-ca");
    let odd = Odd::new()
        .with_extension(BASIC_CONSTRAINTS, b"\x30\x06\x01\x01\xff\x02\x01\x01")
        .with_extension(AUTHORITY_KEY_ID, b"\x30\x06\x80\x01\x01\x82\x01\x01")
        .with_extension(SUBJECT_ALT_NAME, b"\x30\x09\x82\x01a\x87\x04\x0a\0\0\x01");
    let originals = [
        ca.certificate.der().to_vec(),
        ca.issue("etcd1").der().to_vec(),
        odd.der(),
    ];
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut read = 0;
    for original in &originals {
        for _ in 0..rounds {
            let mut bytes = original.clone();
            for _ in 0..=random.below(3) {
                let at = random.below(bytes.len());
                bytes[at] = random.below(256) as u8;
            }
            read += u32::from(ask_all_of(&bytes));
        }
    }
    assert!(read > 0, "no mutated certificate could be read");
}

#[test]
fn survives_being_cut_short() {
    let der = Ca::new("etcd-ca").certificate.der().to_vec();
    for end in 0..der.len() {
        assert!(!ask_all_of(&der[..end]));
    }
}

#[test]
fn survives_deep_nesting() {
    let mut bytes = Vec::new();
    for length in (0..60_000_u32).rev().step_by(5) {
        bytes.extend([0x30, 0x83]);
        bytes.extend(&length.to_be_bytes()[1..]);
    }
    assert!(!ask_all_of(&bytes));
}

#[test]
fn mutated_signatures_are_checked_without_harm() {
    let ca = Ca::new("etcd-ca");
    let server = ca.issue("etcd1").der().to_vec();
    let mut random = Random(1);
    for _ in 0..100 {
        let mut bytes = server.clone();
        let at = random.below(bytes.len());
        bytes[at] ^= 1 << random.below(8);
        if let Some(child) = Certificate::from_der(&bytes) {
            let _ = (
                signed_by(&child, &ca.certificate),
                signed_by(&ca.certificate, &child),
            );
        }
    }
}

proptest! {
    #[test]
    fn survives_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        ask_all_of(&bytes);
    }

    #[test]
    fn survives_any_name_date_and_extension(
        subject in prop::collection::vec(any::<u8>(), 0..60),
        date in prop::collection::vec(any::<u8>(), 0..20),
        value in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        let mut odd = Odd::new().with_extension(SUBJECT_ALT_NAME, &value);
        odd.subject = super::build::tlv(0x30, &subject);
        odd.not_after = super::build::tlv(0x18, &date);
        prop_assert!(ask_all_of(&odd.der()));
    }

    #[test]
    fn prints_any_second(seconds in any::<i64>()) {
        prop_assert!(rfc3339(seconds).ends_with('Z'));
    }
}

/// Numbers that are the same in every run (`xorshift64*`).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit
    }
}
