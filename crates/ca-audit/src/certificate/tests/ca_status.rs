//! Whether a certificate is a CA.

use super::build::{Ca, ED25519, Odd, bit_string, common_name, sequence, tlv};
use crate::certificate::CaStatus;
use crate::certificate::der::OCTET_STRING;
use crate::certificate::extension::{
    AUTHORITY_KEY_ID, BASIC_CONSTRAINTS, KEY_USAGE, NETSCAPE_CERT_TYPE, SUBJECT_KEY_ID,
};

const CA: &[u8] = &[0x30, 0x03, 0x01, 0x01, 0xff];
const NOT_CA: &[u8] = &[0x30, 0x00];
const CERT_SIGN: &[u8] = &[0x03, 0x02, 0x02, 0x04];
const DIGITAL_SIGNATURE: &[u8] = &[0x03, 0x02, 0x07, 0x80];
const SSL_CA: &[u8] = &[0x03, 0x02, 0x02, 0x04];
const SSL_SERVER: &[u8] = &[0x03, 0x02, 0x06, 0x40];

/// The identifier and the value of an extension.
type ExtensionParts = (&'static [u8], &'static [u8]);

#[test]
fn ordinary_ones_say_so() {
    let ca = Ca::new("etcd-ca");
    assert_eq!(ca.certificate.ca_status(), &CaStatus::Ca);
    assert_eq!(ca.issue("etcd1").ca_status(), &CaStatus::NotCa);
}

#[test]
fn decides_in_the_order_of_openssl() {
    let cases: [(&[ExtensionParts], CaStatus, Option<bool>); 10] = [
        (&[(BASIC_CONSTRAINTS, CA)], CaStatus::Ca, Some(true)),
        (&[(BASIC_CONSTRAINTS, NOT_CA)], CaStatus::NotCa, Some(false)),
        (
            &[(BASIC_CONSTRAINTS, CA), (KEY_USAGE, CERT_SIGN)],
            CaStatus::Ca,
            Some(true),
        ),
        (
            &[(BASIC_CONSTRAINTS, CA), (KEY_USAGE, DIGITAL_SIGNATURE)],
            CaStatus::NotCa,
            Some(false),
        ),
        (
            &[(BASIC_CONSTRAINTS, NOT_CA), (KEY_USAGE, CERT_SIGN)],
            CaStatus::NotCa,
            Some(false),
        ),
        (
            &[(KEY_USAGE, CERT_SIGN)],
            CaStatus::CaKeyUsageOnly,
            Some(true),
        ),
        (
            &[(KEY_USAGE, DIGITAL_SIGNATURE)],
            CaStatus::NotCa,
            Some(false),
        ),
        (
            &[(NETSCAPE_CERT_TYPE, SSL_CA)],
            CaStatus::CaNetscape,
            Some(true),
        ),
        (
            &[(NETSCAPE_CERT_TYPE, SSL_SERVER)],
            CaStatus::NotCa,
            Some(false),
        ),
        (&[], CaStatus::SelfSignedNoExtensions, Some(false)),
    ];
    for (extensions, status, is_ca) in cases {
        let odd = extensions.iter().fold(Odd::new(), |odd, (oid, value)| {
            odd.with_extension(oid, value)
        });
        let certificate = odd.read();
        assert_eq!(certificate.ca_status(), &status, "{extensions:x?}");
        assert_eq!(certificate.is_ca(), is_ca);
    }
}

#[test]
fn a_root_of_version_1_is_a_ca() {
    let mut odd = Odd::new();
    odd.version = None;
    let certificate = odd.read();
    assert_eq!(
        (certificate.version(), certificate.ca_status()),
        (1, &CaStatus::CaV1Root)
    );
    odd.issuer = common_name("another");
    assert_eq!(odd.read().ca_status(), &CaStatus::NotCa);
}

#[test]
fn one_that_names_another_key_as_its_issuer_is_no_root() {
    let odd = Odd::new()
        .with_extension(SUBJECT_KEY_ID, &tlv(OCTET_STRING, &[1]))
        .with_extension(AUTHORITY_KEY_ID, &sequence(&[&tlv(0x80, &[2])]));
    assert_eq!(odd.read().ca_status(), &CaStatus::NotCa);
}

#[test]
fn cannot_be_decided_when_what_decides_is_broken() {
    let broken = Odd::new()
        .with_extension(BASIC_CONSTRAINTS, b"\x04\x00")
        .read();
    assert!(matches!(broken.ca_status(), CaStatus::Broken { .. }));
    assert_eq!((broken.is_ca(), broken.defects().len()), (None, 1));

    let twice = Odd::new()
        .with_extension(BASIC_CONSTRAINTS, CA)
        .with_extension(BASIC_CONSTRAINTS, NOT_CA)
        .read();
    assert_eq!(twice.is_ca(), None);

    let negative = [0x30, 0x06, 0x01, 0x01, 0xff, 0x02, 0x01, 0xff];
    let negative = Odd::new()
        .with_extension(BASIC_CONSTRAINTS, &negative)
        .read();
    assert_eq!(negative.is_ca(), None);
}

#[test]
fn a_key_usage_that_forbids_it_decides_whatever_else_is_broken() {
    let odd = Odd::new()
        .with_extension(BASIC_CONSTRAINTS, b"\x04\x00")
        .with_extension(KEY_USAGE, DIGITAL_SIGNATURE);
    assert_eq!(odd.read().is_ca(), Some(false));
}

#[test]
fn a_key_that_cannot_be_read_makes_no_root() {
    let mut odd = Odd::new();
    odd.version = None;
    odd.public_key = sequence(&[&sequence(&[&tlv(0x06, ED25519)]), &bit_string(&[1])]);
    let certificate = odd.read();
    assert!(!certificate.spki_readable());
    assert_eq!(certificate.ca_status(), &CaStatus::NotCa);
}
