//! Our reading of certificates against that of `x509-parser`, field by field,
//! on the real certificates of the fixtures and on some made on the spot.
//!
//! They differ by design where `x509-parser` gives up on a whole certificate
//! (a broken date); none of these here is broken.

use ca_audit::certificate::Certificate;
use ca_audit::tree::Disk;
use ca_audit::{Request, audit};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair};
use std::path::Path;
use x509_parser::prelude::{FromDer as _, X509Certificate};

#[test]
fn agrees_on_the_fixtures() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let evidence = audit(&Disk::new([fixtures]), &Request::default());
    assert!(evidence.certs.len() >= 10, "the fixtures hold certificates");
    for cert in &evidence.certs {
        compare(cert.certificate.der());
    }
}

#[test]
fn agrees_on_new_certificates() {
    for is_ca in [
        IsCa::NoCa,
        IsCa::ExplicitNoCa,
        IsCa::Ca(BasicConstraints::Unconstrained),
        IsCa::Ca(BasicConstraints::Constrained(2)),
    ] {
        let mut params = CertificateParams::new(vec!["etcd.test".into()]).expect("a valid name");
        params
            .distinguished_name
            .push(DnType::CommonName, "Ü, \"quoted\"");
        params.is_ca = is_ca;
        let key = KeyPair::generate().expect("a key");
        compare(params.self_signed(&key).expect("a certificate").der());
    }
}

fn compare(der: &[u8]) {
    let ours = Certificate::from_der(der).expect("we read it");
    let (rest, theirs) = X509Certificate::from_der(der).expect("x509-parser reads it");
    assert!(rest.is_empty());
    assert_eq!(ours.subject(), theirs.subject().as_raw());
    assert_eq!(ours.issuer(), theirs.issuer().as_raw());
    assert_eq!(ours.serial(), theirs.raw_serial());
    assert_eq!(u32::from(ours.version()), theirs.version().0 + 1);
    assert_eq!(
        ours.not_before().seconds(),
        Some(theirs.validity().not_before.timestamp())
    );
    assert_eq!(
        ours.not_after().seconds(),
        Some(theirs.validity().not_after.timestamp())
    );
    let constraints = theirs
        .basic_constraints()
        .expect("at most one")
        .map(|found| found.value);
    assert_eq!(
        ours.basic_constraints().map(|ours| ours.is_ca),
        constraints.map(|theirs| theirs.ca)
    );
    assert_eq!(
        ours.path_length(),
        constraints.and_then(|theirs| theirs.path_len_constraint)
    );
    assert_eq!(ours.public_key(), theirs.public_key().raw);
}
