//! Certificates for tests: ordinary ones from rcgen, odd ones by hand.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use ring::signature::{Ed25519KeyPair, KeyPair as _};

use crate::certificate::Certificate;
use crate::certificate::der::{
    BIT_STRING, BOOLEAN, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET, UTC_TIME,
    context_constructed, write,
};

pub(super) const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
pub(super) const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];

/// One element.
pub(super) fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out, tag, content);
    out
}

pub(super) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(SEQUENCE, &parts.concat())
}

/// The type of an attribute, the tag of its string, and its value.
pub(super) type Attribute<'a> = (&'a [u8], u8, &'a [u8]);

/// A name of relative names, each a list of attributes.
pub(super) fn name(relative_names: &[&[Attribute<'_>]]) -> Vec<u8> {
    let sets: Vec<u8> = relative_names
        .iter()
        .flat_map(|attributes| {
            let inside: Vec<u8> = attributes
                .iter()
                .flat_map(|(kind, tag, value)| {
                    sequence(&[&tlv(OBJECT_IDENTIFIER, kind), &tlv(*tag, value)])
                })
                .collect();
            tlv(SET, &inside)
        })
        .collect();
    tlv(SEQUENCE, &sets)
}

pub(super) fn common_name(text: &str) -> Vec<u8> {
    name(&[&[(COMMON_NAME, 0x0c, text.as_bytes())]])
}

pub(super) fn extension(oid: &[u8], value: &[u8]) -> Vec<u8> {
    sequence(&[
        &tlv(OBJECT_IDENTIFIER, oid),
        &tlv(BOOLEAN, &[0xff]),
        &tlv(OCTET_STRING, value),
    ])
}

/// A certificate put together by hand. By default an Ed25519 key of version 3
/// signs itself and says nothing else.
pub(super) struct Odd {
    pub(super) version: Option<Vec<u8>>,
    pub(super) serial: Vec<u8>,
    pub(super) inner_algorithm: Vec<u8>,
    pub(super) outer_algorithm: Vec<u8>,
    pub(super) issuer: Vec<u8>,
    pub(super) subject: Vec<u8>,
    pub(super) not_before: Vec<u8>,
    pub(super) not_after: Vec<u8>,
    pub(super) public_key: Vec<u8>,
    pub(super) extensions: Vec<Vec<u8>>,
    /// Instead of the right one.
    pub(super) signature: Option<Vec<u8>>,
}

impl Odd {
    pub(super) fn new() -> Self {
        let algorithm = sequence(&[&tlv(OBJECT_IDENTIFIER, ED25519)]);
        Self {
            version: Some(vec![2]),
            serial: vec![1],
            inner_algorithm: algorithm.clone(),
            outer_algorithm: algorithm.clone(),
            issuer: common_name("odd"),
            subject: common_name("odd"),
            not_before: tlv(UTC_TIME, b"190101000000Z"),
            not_after: tlv(UTC_TIME, b"290101000000Z"),
            public_key: sequence(&[&algorithm, &bit_string(signing_key().public_key().as_ref())]),
            extensions: Vec::new(),
            signature: None,
        }
    }

    pub(super) fn with_extension(mut self, oid: &[u8], value: &[u8]) -> Self {
        self.extensions.push(extension(oid, value));
        self
    }

    /// What is signed.
    pub(super) fn body(&self) -> Vec<u8> {
        let version = self
            .version
            .as_ref()
            .map(|version| tlv(context_constructed(0), &tlv(INTEGER, version)));
        let mut parts = vec![
            version.unwrap_or_default(),
            tlv(INTEGER, &self.serial),
            self.inner_algorithm.clone(),
            self.issuer.clone(),
            sequence(&[&self.not_before, &self.not_after]),
            self.subject.clone(),
            self.public_key.clone(),
        ];
        if !self.extensions.is_empty() {
            let list = tlv(SEQUENCE, &self.extensions.concat());
            parts.push(tlv(context_constructed(3), &list));
        }
        tlv(SEQUENCE, &parts.concat())
    }

    pub(super) fn der(&self) -> Vec<u8> {
        let body = self.body();
        let signature = match &self.signature {
            Some(signature) => signature.clone(),
            None => signing_key().sign(&body).as_ref().to_vec(),
        };
        sequence(&[&body, &self.outer_algorithm, &bit_string(&signature)])
    }

    pub(super) fn read(&self) -> Certificate {
        Certificate::from_der(&self.der()).expect("its shape is right")
    }
}

/// Whole bytes as a `BIT STRING`.
pub(super) fn bit_string(bytes: &[u8]) -> Vec<u8> {
    tlv(BIT_STRING, &[&[0], bytes].concat())
}

fn signing_key() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("any 32 bytes are a seed")
}

/// An ordinary CA.
pub(super) struct Ca {
    pub(super) certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

impl Ca {
    /// A new key every time, as when a CA is set up again.
    pub(super) fn new(common_name: &str) -> Self {
        Self::with_key(common_name, KeyPair::generate().expect("a key"))
    }

    pub(super) fn with_key(common_name: &str, key: KeyPair) -> Self {
        let mut params = CertificateParams::new([]).expect("no names");
        params
            .distinguished_name
            .push(DnType::CommonName, common_name);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(3));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let signed = params.self_signed(&key).expect("it signs itself");
        Self {
            certificate: Certificate::from_der(signed.der()).expect("a certificate"),
            issuer: Issuer::new(params, key),
        }
    }

    /// The certificate of a server.
    pub(super) fn issue(&self, server: &str) -> Certificate {
        let mut params = CertificateParams::new([server.to_owned(), "10.0.0.1".to_owned()])
            .expect("names of a server");
        params.use_authority_key_identifier_extension = true;
        params.distinguished_name.push(DnType::CommonName, server);
        let key = KeyPair::generate().expect("a key");
        let signed = params.signed_by(&key, &self.issuer).expect("it is signed");
        Certificate::from_der(signed.der()).expect("a certificate")
    }
}
