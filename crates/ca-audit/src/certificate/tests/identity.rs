//! What tells one certificate from another.

use std::mem::size_of;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::build::{Ca, Odd};
use crate::certificate::{Certificate, Date, KeyAlgorithm, rfc3339};

#[test]
fn is_known_by_its_hashes() {
    let ca = Ca::new("etcd-ca").certificate;
    let expected: [u8; 32] = Sha256::digest(ca.der()).into();
    assert_eq!(*ca.sha256(), expected);
    let expected: [u8; 32] = Sha256::digest(ca.public_key()).into();
    assert_eq!(*ca.spki_sha256(), expected);
    assert_eq!(ca, Certificate::from_der(ca.der()).unwrap());
    assert_ne!(ca, Ca::new("etcd-ca").certificate);
}

#[test]
fn tells_what_an_ordinary_ca_says() {
    let ca = Ca::new("etcd-ca").certificate;
    assert_eq!((ca.version(), ca.path_length()), (3, Some(3)));
    assert_eq!(ca.subject_text(), "CN=etcd-ca");
    assert_eq!(ca.key().algorithm, KeyAlgorithm::Ec);
    assert_eq!(ca.key().bits, Some(256));
    assert_eq!(ca.key().curve.as_deref(), Some("P-256"));
    assert_eq!(ca.signature_algorithm(), "ecdsa-with-SHA256");
    assert_eq!(
        ca.key_usage().unwrap().names().collect::<Vec<_>>(),
        ["keyCertSign", "cRLSign"]
    );
    assert!(ca.subject_key_id().is_some() && ca.spki_readable());
    assert_eq!(ca.defects(), []);
}

#[test]
fn tells_what_an_ordinary_server_says() {
    let ca = Ca::new("etcd-ca");
    let server = ca.issue("etcd1.example.org");
    assert_eq!(server.server_names().dns, ["etcd1.example.org"]);
    assert_eq!(
        server.server_names().ip,
        ["10.0.0.1".parse::<std::net::IpAddr>().unwrap()]
    );
    let key_id = server.authority_key_id().unwrap().key_id.as_deref();
    assert_eq!(key_id, ca.certificate.subject_key_id());
    assert_eq!(server.issuer(), ca.certificate.subject());
    assert_eq!(server.defects(), []);
}

#[test]
fn reads_the_dates() {
    let certificate = Odd::new().read();
    assert_eq!(certificate.not_before(), &Date::At(1_546_300_800));
    let not_after = certificate.not_after().seconds().unwrap();
    assert_eq!(rfc3339(not_after), "2029-01-01T00:00:00Z");
}

#[test]
fn finds_where_it_ends() {
    let der = Odd::new().der();
    let mut bytes = der.clone();
    bytes.extend_from_slice(b"and more");
    assert!(Certificate::from_der(&bytes).is_none());
    let (certificate, length) = Certificate::prefix_of(&bytes).unwrap();
    assert_eq!((certificate.der(), length), (&der[..], der.len()));
}

#[test]
fn is_small_and_shared_between_threads() {
    fn shared<T: Send + Sync>(_: Arc<T>) {}
    shared(Arc::new(Odd::new().read()));
    assert!(size_of::<Certificate>() < 1024);
}
