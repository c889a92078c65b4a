//! What is broken is told, and the rest is read all the same.

use super::build::{ED25519, Odd, sequence, tlv};
use crate::certificate::der::{GENERALIZED_TIME, UTC_TIME};
use crate::certificate::extension::{BASIC_CONSTRAINTS, SUBJECT_KEY_ID};
use crate::certificate::{Date, Defect};

fn defects(change: impl FnOnce(&mut Odd)) -> Vec<Defect> {
    let mut odd = Odd::new();
    change(&mut odd);
    odd.read().defects().to_vec()
}

#[test]
fn tells_a_broken_date() {
    let mut odd = Odd::new();
    odd.not_after = tlv(UTC_TIME, b"291301000000Z");
    let certificate = odd.read();
    let text = "291301000000Z".to_owned();
    assert_eq!(certificate.not_after(), &Date::Broken(text.clone()));
    let which = "notAfter";
    assert_eq!(certificate.defects(), [Defect::BadDate { which, text }]);
    assert!(certificate.not_before().seconds().is_some());
}

#[test]
fn tells_a_date_that_only_some_read() {
    let found = defects(|odd| odd.not_before = tlv(GENERALIZED_TIME, b"20190101000000+0000"));
    assert!(matches!(
        found[..],
        [Defect::UnusualDate {
            which: "notBefore",
            ..
        }]
    ));
}

#[test]
fn tells_a_negative_serial_number() {
    let mut odd = Odd::new();
    odd.serial = vec![0xff, 0x00];
    let certificate = odd.read();
    assert_eq!(certificate.serial_hex(), "-0100");
    assert_eq!(certificate.defects(), [Defect::NegativeSerial]);
}

#[test]
fn tells_extensions_that_stand_twice() {
    let key_id = tlv(0x04, &[1, 2]);
    let certificate = Odd::new()
        .with_extension(SUBJECT_KEY_ID, &key_id)
        .with_extension(SUBJECT_KEY_ID, &key_id)
        .read();
    let oid = "2.5.29.14".to_owned();
    assert_eq!(certificate.defects(), [Defect::DuplicateExtension { oid }]);
    assert_eq!(certificate.subject_key_id(), None);
}

#[test]
fn tells_bytes_after_the_end_of_an_extension() {
    let certificate = Odd::new()
        .with_extension(BASIC_CONSTRAINTS, b"\x30\x03\x01\x01\xff\0")
        .read();
    let after = "basicConstraints";
    assert_eq!(certificate.defects(), [Defect::TrailingBytes { after }]);
    assert_eq!(certificate.is_ca(), Some(true));
}

#[test]
fn tells_extensions_that_are_none() {
    let found = defects(|odd| odd.extensions.push(vec![0x05, 0x00]));
    assert_eq!(found, [Defect::BadExtensionList]);
    let mut odd = Odd::new();
    odd.extensions.push(vec![0x05, 0x00]);
    assert_eq!(odd.read().is_ca(), None);
}

#[test]
fn tells_two_algorithms() {
    let found = defects(|odd| odd.inner_algorithm = sequence(&[&tlv(0x06, &[0x2b, 0x65, 0x71])]));
    assert_eq!(found, [Defect::AlgorithmMismatch]);
}

#[test]
fn tells_odd_versions() {
    for (version, number) in [(vec![3], 4), (vec![0xff], 0), (vec![1, 0], 255)] {
        let mut odd = Odd::new();
        odd.version = Some(version);
        let certificate = odd.read();
        assert_eq!(certificate.version(), number);
        assert_eq!(certificate.defects(), [Defect::UnknownVersion]);
    }
}

#[test]
fn tells_what_is_no_name_and_no_key() {
    let found = defects(|odd| odd.issuer = vec![0x30, 0x02, 0x05, 0x00]);
    assert_eq!(found, [Defect::BadName { which: "issuer" }]);
    let found = defects(|odd| {
        odd.public_key = sequence(&[&sequence(&[&tlv(0x06, ED25519)]), &[0x03, 0x01, 0x00]]);
    });
    assert_eq!(found, [Defect::UnreadableKey]);
}

#[test]
fn every_defect_can_be_said() {
    let mut odd = Odd::new();
    odd.serial = vec![0x80];
    odd.version = Some(vec![9]);
    odd.not_before = tlv(UTC_TIME, b"\x1b[31m");
    for defect in odd.read().defects() {
        let words = defect.to_string();
        assert!(!words.is_empty() && !words.contains('\x1b'), "{words}");
    }
}
