//! Who signed whom.
//!
//! Nothing at hand makes RSA keys, so RSA is tested the other way round: a
//! signature is chosen first, and then the one modulus under which it is right.

use ring::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512, digest};

use super::build::{Ca, Odd, bit_string, common_name, sequence, tlv};
use crate::certificate::{Certificate, KeyAlgorithm, Signature, signed_by};

#[test]
fn tells_the_issuer_from_its_namesake() {
    let (old, new) = (Ca::new("etcd-ca"), Ca::new("etcd-ca"));
    let server = old.issue("etcd1");
    assert_eq!(signed_by(&server, &old.certificate), Signature::Valid);
    assert_eq!(signed_by(&server, &new.certificate), Signature::Invalid);
    assert_eq!(old.certificate.self_signed(), Some(true));
    assert_eq!(server.self_signed(), Some(false));
}

#[test]
fn checks_every_kind_that_rcgen_makes() {
    for algorithm in [
        &rcgen::PKCS_ECDSA_P256_SHA256,
        &rcgen::PKCS_ECDSA_P384_SHA384,
        &rcgen::PKCS_ED25519,
    ] {
        let ca = Ca::with_key("ca", rcgen::KeyPair::generate_for(algorithm).unwrap());
        assert_eq!(
            signed_by(&ca.issue("server"), &ca.certificate),
            Signature::Valid
        );
    }
}

#[test]
fn refuses_what_was_changed() {
    let mut odd = Odd::new();
    assert_eq!(odd.read().self_signed(), Some(true));
    odd.signature = Some(vec![1; 64]);
    assert_eq!(odd.read().self_signed(), Some(false));
    let mut odd = Odd::new();
    odd.inner_algorithm = sequence(&[&tlv(0x06, &[0x2b, 0x65, 0x71])]);
    assert_eq!(odd.read().self_signed(), Some(false));
}

#[test]
fn does_not_judge_what_it_cannot_check() {
    let ca = Ca::new("ca").certificate;
    for oid in [
        // 2.999, and SM2-with-SM3.
        &[0x88, 0x37][..],
        &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75],
    ] {
        let child = signed_with(oid, &[1; 64]);
        assert!(matches!(signed_by(&child, &ca), Signature::Unknown(_)));
    }
    // ecdsa-with-SHA512 with a key on P-256.
    let child = signed_with(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4], &[1; 64]);
    assert!(matches!(signed_by(&child, &ca), Signature::Unknown(_)));
    // A key of another kind cannot have made it.
    let child = signed_with(&pkcs1(11), &[1; 256]);
    assert_eq!(signed_by(&child, &ca), Signature::Invalid);
}

#[test]
fn checks_rsa() {
    // 1.5 · 2⁶⁸² to the third has 2048 bits, 1.25 · 2³⁴¹ has 1024.
    let (long, short) = ((682, 681, 2048), (341, 339, 1024));
    for ((high, low, bits), oid, hash, prefix) in [
        (long, 5, &SHA1_FOR_LEGACY_USE_ONLY, SHA1_PREFIX),
        (long, 11, &SHA256, SHA256_PREFIX),
        (long, 12, &SHA384, SHA384_PREFIX),
        (long, 13, &SHA512, SHA512_PREFIX),
        (short, 5, &SHA1_FOR_LEGACY_USE_ONLY, SHA1_PREFIX),
        (short, 11, &SHA256, SHA256_PREFIX),
        (short, 13, &SHA512, SHA512_PREFIX),
    ] {
        let length = bits / 8;
        let odd = unsigned(&pkcs1(oid));
        let padded = padded(&odd.body(), hash, prefix, length);
        let mut signature = vec![0; length];
        set_bit(&mut signature, high);
        set_bit(&mut signature, low);
        // The modulus has to be odd.
        signature[length - 1] |= 1 - (padded[length - 1] & 1);
        let modulus = difference(&cube(&signature), &padded);
        let parent = with_rsa_key(&modulus);
        assert_eq!(parent.key().bits, Some(bits as u32));
        assert_eq!(parent.key().algorithm, KeyAlgorithm::Rsa);

        let child = signed(odd, signature.clone());
        assert_eq!(signed_by(&child, &parent), Signature::Valid, "{oid} {bits}");
        signature[length - 1] ^= 2;
        let child = signed(unsigned(&pkcs1(oid)), signature);
        assert_eq!(signed_by(&child, &parent), Signature::Invalid);
    }
}

#[test]
fn does_not_judge_rsa_keys_of_odd_sizes() {
    let child = signed_with(&pkcs1(11), &[1; 64]);
    for modulus in [vec![0xff; 64], vec![0xff; 1025], vec![0xfe; 256]] {
        let parent = with_rsa_key(&modulus);
        assert!(matches!(signed_by(&child, &parent), Signature::Unknown(_)));
    }
}

fn unsigned(oid: &[u8]) -> Odd {
    let algorithm = sequence(&[&tlv(0x06, oid), &[0x05, 0x00]]);
    let mut odd = Odd::new();
    odd.inner_algorithm.clone_from(&algorithm);
    odd.outer_algorithm = algorithm;
    odd.issuer = common_name("issuer");
    odd
}

fn signed(mut odd: Odd, signature: Vec<u8>) -> Certificate {
    odd.signature = Some(signature);
    odd.read()
}

fn signed_with(oid: &[u8], signature: &[u8]) -> Certificate {
    signed(unsigned(oid), signature.to_vec())
}

fn with_rsa_key(modulus: &[u8]) -> Certificate {
    let rsa = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
    let algorithm = sequence(&[&tlv(0x06, &rsa), &[0x05, 0x00]]);
    let modulus = tlv(0x02, &[&[0], modulus].concat());
    let key = sequence(&[&modulus, &tlv(0x02, &[3])]);
    let mut odd = Odd::new();
    odd.public_key = sequence(&[&algorithm, &bit_string(&key)]);
    odd.read()
}

fn pkcs1(number: u8) -> [u8; 9] {
    [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, number]
}

/// `DigestInfo` in front of the digest (RFC 8017 §9.2, note 1).
const SHA1_PREFIX: &[u8] = &[
    0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14,
];
const SHA256_PREFIX: &[u8] = &[
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];
const SHA384_PREFIX: &[u8] = &[
    0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05,
    0x00, 0x04, 0x30,
];
const SHA512_PREFIX: &[u8] = &[
    0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05,
    0x00, 0x04, 0x40,
];

/// The number that an RSA signature of `message` stands for (RFC 8017 §9.2).
fn padded(message: &[u8], hash: &'static Algorithm, prefix: &[u8], length: usize) -> Vec<u8> {
    let digest = digest(hash, message);
    let tail = [&[0], prefix, digest.as_ref()].concat();
    let mut padded = vec![0xff; length - tail.len()];
    padded[..2].copy_from_slice(&[0, 1]);
    [padded, tail].concat()
}

fn set_bit(number: &mut [u8], bit: usize) {
    let at = number.len() - 1 - bit / 8;
    number[at] |= 1 << (bit % 8);
}

/// The third power of a big-endian number, in as many bytes.
fn cube(number: &[u8]) -> Vec<u8> {
    product(&product(number, number), number)
}

fn product(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut out = vec![0; a.len()];
    for (i, &x) in a.iter().rev().enumerate() {
        let mut carry = 0;
        for (j, &y) in b.iter().rev().enumerate().take(out.len() - i) {
            let at = out.len() - 1 - i - j;
            let sum = u32::from(out[at]) + u32::from(x) * u32::from(y) + carry;
            out[at] = sum as u8;
            carry = sum >> 8;
        }
    }
    out
}

fn difference(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut borrow = false;
    let mut out: Vec<u8> = (a.iter().zip(b).rev())
        .map(|(&x, &y)| {
            let (less, first) = x.overflowing_sub(y);
            let (less, second) = less.overflowing_sub(u8::from(borrow));
            borrow = first || second;
            less
        })
        .collect();
    out.reverse();
    out
}
