//! The algorithms that certificates are signed with.

use super::der::{Element, OBJECT_IDENTIFIER, Reader, SEQUENCE};
use super::key::KeyAlgorithm;
use super::oid;

/// An algorithm that has a name.
#[derive(Debug)]
pub(super) struct SignatureAlgorithm {
    /// Content bytes of the object identifier.
    oid: &'static [u8],
    /// The name that OpenSSL prints.
    pub(super) name: &'static str,
    /// The keys that sign with it.
    pub(super) key: KeyAlgorithm,
}

/// The algorithm with this object identifier, if it has a name.
pub(super) fn find(oid: &[u8]) -> Option<&'static SignatureAlgorithm> {
    KNOWN.iter().find(|algorithm| algorithm.oid == oid)
}

/// The object identifier in the DER of an `AlgorithmIdentifier`; empty when
/// there is none.
pub(super) fn oid_of(algorithm: &[u8]) -> &[u8] {
    Reader::new(algorithm)
        .take(SEQUENCE)
        .and_then(|inside| Reader::new(inside.content).take(OBJECT_IDENTIFIER))
        .map_or(&[], |Element { content, .. }| content)
}

/// The name of the algorithm, or its dotted object identifier.
pub(super) fn name(oid: &[u8]) -> String {
    find(oid).map_or_else(|| oid::dotted(oid), |known| known.name.to_owned())
}

/// Source: `crypto/objects/objects.txt` in OpenSSL 3.0 (long names).
static KNOWN: &[SignatureAlgorithm] = &[
    rsa(&pkcs1(11), "sha256WithRSAEncryption"),
    rsa(&pkcs1(12), "sha384WithRSAEncryption"),
    rsa(&pkcs1(13), "sha512WithRSAEncryption"),
    rsa(&pkcs1(5), "sha1WithRSAEncryption"),
    rsa(&pkcs1(4), "md5WithRSAEncryption"),
    rsa(&pkcs1(3), "md4WithRSAEncryption"),
    rsa(&pkcs1(2), "md2WithRSAEncryption"),
    rsa(&pkcs1(14), "sha224WithRSAEncryption"),
    rsa(&pkcs1(15), "sha512-224WithRSAEncryption"),
    rsa(&pkcs1(16), "sha512-256WithRSAEncryption"),
    rsa(&pkcs1(10), "rsassaPss"),
    rsa(&[0x2b, 0x0e, 0x03, 0x02, 0x1d], "sha1WithRSA"),
    rsa(&[0x2b, 0x0e, 0x03, 0x02, 0x03], "md5WithRSA"),
    rsa(&[0x2b, 0x0e, 0x03, 0x02, 0x0f], "shaWithRSAEncryption"),
    rsa(&[0x2b, 0x24, 0x03, 0x03, 0x01, 0x02], "ripemd160WithRSA"),
    rsa(&nist(13), "RSA-SHA3-224"),
    rsa(&nist(14), "RSA-SHA3-256"),
    rsa(&nist(15), "RSA-SHA3-384"),
    rsa(&nist(16), "RSA-SHA3-512"),
    ec(
        &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01],
        "ecdsa-with-SHA1",
    ),
    ec(&ecdsa(1), "ecdsa-with-SHA224"),
    ec(&ecdsa(2), "ecdsa-with-SHA256"),
    ec(&ecdsa(3), "ecdsa-with-SHA384"),
    ec(&ecdsa(4), "ecdsa-with-SHA512"),
    ec(&nist(9), "ecdsa_with_SHA3-224"),
    ec(&nist(10), "ecdsa_with_SHA3-256"),
    ec(&nist(11), "ecdsa_with_SHA3-384"),
    ec(&nist(12), "ecdsa_with_SHA3-512"),
    known(&[0x2b, 0x65, 0x70], "ED25519", KeyAlgorithm::Ed25519),
    known(&[0x2b, 0x65, 0x71], "ED448", KeyAlgorithm::Ed448),
    dsa(&[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x03], "dsaWithSHA1"),
    dsa(&[0x2b, 0x0e, 0x03, 0x02, 0x1b], "dsaWithSHA1-old"),
    dsa(&nist(1), "dsa_with_SHA224"),
    dsa(&nist(2), "dsa_with_SHA256"),
    dsa(&nist(3), "dsa_with_SHA384"),
    dsa(&nist(4), "dsa_with_SHA512"),
    known(
        &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75],
        "SM2-with-SM3",
        KeyAlgorithm::Other,
    ),
];

const fn known(oid: &'static [u8], name: &'static str, key: KeyAlgorithm) -> SignatureAlgorithm {
    SignatureAlgorithm { oid, name, key }
}

const fn rsa(oid: &'static [u8], name: &'static str) -> SignatureAlgorithm {
    known(oid, name, KeyAlgorithm::Rsa)
}

const fn ec(oid: &'static [u8], name: &'static str) -> SignatureAlgorithm {
    known(oid, name, KeyAlgorithm::Ec)
}

const fn dsa(oid: &'static [u8], name: &'static str) -> SignatureAlgorithm {
    known(oid, name, KeyAlgorithm::Dsa)
}

/// `1.2.840.113549.1.1.*` (RFC 8017).
const fn pkcs1(number: u8) -> [u8; 9] {
    [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, number]
}

/// `1.2.840.10045.4.3.*` (RFC 5758).
const fn ecdsa(number: u8) -> [u8; 8] {
    [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, number]
}

/// `2.16.840.1.101.3.4.3.*` (NIST).
const fn nist(number: u8) -> [u8; 9] {
    [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, number]
}
