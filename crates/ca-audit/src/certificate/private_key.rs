//! The public half of a private key, read and not computed.
//!
//! RSA keys hold their modulus and exponent (RFC 8017 §A.1.2), EC keys mostly
//! their point (RFC 5915 §3), keys of PKCS#8 version 2 their public key
//! (RFC 5958 §2). What does not say its public half has none here.

use super::der::{
    BIT_STRING, Element, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, Reader, SEQUENCE, context,
    context_constructed, write,
};
use sha2::{Digest as _, Sha256};

/// `AlgorithmIdentifier` of `rsaEncryption`, with its NULL (RFC 3279 §2.3.1).
const RSA: &[u8] = &[
    0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 0x05, 0,
];
/// `id-ecPublicKey` (RFC 5480 §2.1.1).
const EC: &[u8] = &[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];

/// Whether these bytes have the shape of a private key: PKCS#1, SEC 1, PKCS#8,
/// or PKCS#8 behind a password.
pub(crate) fn is_key(der: &[u8]) -> bool {
    let mut outer = Reader::new(der);
    let Some(key) = outer.take(SEQUENCE) else {
        return false;
    };
    let mut inside = Reader::new(key.content);
    let version = inside.take(INTEGER).is_some();
    let next = inside.any().map(|element| element.tag);
    match next {
        Some(INTEGER | OCTET_STRING) => version,
        // Behind a password there is no version: algorithm, bytes.
        Some(SEQUENCE) => inside.is_next(OCTET_STRING) || version,
        _ => false,
    }
}

/// SHA-256 of the DER of the public key that belongs to a private key.
pub(crate) fn public_half(der: &[u8]) -> Option<[u8; 32]> {
    let mut key = Reader::new(Reader::new(der).take(SEQUENCE)?.content);
    key.take(INTEGER)?;
    let public = match key.any()? {
        modulus @ Element { tag: INTEGER, .. } => rsa(RSA, modulus, key.take(INTEGER)?),
        Element {
            tag: OCTET_STRING, ..
        } => ec(&mut key, None)?,
        algorithm @ Element { tag: SEQUENCE, .. } => wrapped(algorithm, &mut key)?,
        _ => return None,
    };
    Some(Sha256::digest(public).into())
}

/// PKCS#8: the algorithm was read, the key and perhaps its public half follow.
fn wrapped(algorithm: Element, rest: &mut Reader) -> Option<Vec<u8>> {
    let key = rest.take(OCTET_STRING)?;
    let mut inside = Reader::new(
        Reader::new(key.content)
            .take(SEQUENCE)
            .map_or(&[], |key| key.content),
    );
    if inside.take(INTEGER).is_some() {
        match inside.any() {
            Some(modulus @ Element { tag: INTEGER, .. }) => {
                return Some(rsa(algorithm.whole, modulus, inside.take(INTEGER)?));
            }
            Some(Element {
                tag: OCTET_STRING, ..
            }) => {
                if let Some(public) = ec(&mut inside, Some(algorithm)) {
                    return Some(public);
                }
            }
            _ => return None,
        }
    }
    rest.take(context_constructed(0));
    // RFC 5958 tags it implicitly; early programs put the BIT STRING inside.
    let bits = match rest.any()? {
        bits if bits.tag == context(1) => bits.content,
        wrapped if wrapped.tag == context_constructed(1) => {
            Reader::new(wrapped.content).take(BIT_STRING)?.content
        }
        _ => return None,
    };
    Some(public_key(algorithm.whole, bits))
}

fn rsa(algorithm: &[u8], modulus: Element, exponent: Element) -> Vec<u8> {
    let mut key = vec![0];
    write(
        &mut key,
        SEQUENCE,
        &[modulus.whole, exponent.whole].concat(),
    );
    public_key(algorithm, &key)
}

/// SEC 1: the number itself was read; the curve, unless PKCS#8 said it, and the
/// point follow.
fn ec(rest: &mut Reader, algorithm: Option<Element>) -> Option<Vec<u8>> {
    let own = rest
        .take(context_constructed(0))
        .and_then(|curve| Reader::new(curve.content).take(OBJECT_IDENTIFIER));
    let point = rest.take(context_constructed(1))?;
    let point = Reader::new(point.content).take(BIT_STRING)?.content;
    if let Some(algorithm) = algorithm {
        return Some(public_key(algorithm.whole, point));
    }
    let mut algorithm = Vec::new();
    write(&mut algorithm, SEQUENCE, &[EC, own?.whole].concat());
    Some(public_key(&algorithm, point))
}

/// `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7).
fn public_key(algorithm: &[u8], bits: &[u8]) -> Vec<u8> {
    let mut inside = algorithm.to_vec();
    write(&mut inside, BIT_STRING, bits);
    let mut public = Vec::with_capacity(inside.len() + 6);
    write(&mut public, SEQUENCE, &inside);
    public
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rcgen::{KeyPair, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, PublicKeyData as _};

    fn hash(public: &[u8]) -> [u8; 32] {
        Sha256::digest(public).into()
    }

    #[test]
    fn keys_of_pkcs8() {
        for algorithm in [&PKCS_ECDSA_P384_SHA384, &PKCS_ED25519] {
            let key = KeyPair::generate_for(algorithm).expect("a key");
            let der = key.serialize_der();
            assert!(is_key(&der));
            assert_eq!(
                public_half(&der),
                Some(hash(&key.subject_public_key_info()))
            );
        }
    }

    #[test]
    fn keys_of_sec1() {
        let key = KeyPair::generate().expect("a key");
        let pkcs8 = key.serialize_der();
        let mut outer = Reader::new(Reader::new(&pkcs8).take(SEQUENCE).unwrap().content);
        outer.take(INTEGER).unwrap();
        let algorithm = outer.take(SEQUENCE).unwrap();
        let curve = &algorithm.content[EC.len()..];
        let inside = outer.take(OCTET_STRING).unwrap();
        let mut parts = Reader::new(Reader::new(inside.content).take(SEQUENCE).unwrap().content);
        let (version, number) = (parts.any().unwrap(), parts.any().unwrap());
        let point = parts.take(context_constructed(1)).unwrap();
        let mut named = Vec::new();
        write(&mut named, context_constructed(0), curve);
        let mut sec1 = Vec::new();
        write(
            &mut sec1,
            SEQUENCE,
            &[version.whole, number.whole, &named, point.whole].concat(),
        );
        assert!(is_key(&sec1));
        assert_eq!(
            public_half(&sec1),
            Some(hash(&key.subject_public_key_info()))
        );
    }

    /// The numbers are none of a real key: only the first two are looked at.
    #[test]
    fn keys_of_rsa() {
        let mut modulus = vec![0];
        modulus.extend([0xa7; 256]);
        let mut numbers = Vec::new();
        for content in [&[0][..], &modulus, &[1, 0, 1], &[5], &[6]] {
            write(&mut numbers, INTEGER, content);
        }
        let mut pkcs1 = Vec::new();
        write(&mut pkcs1, SEQUENCE, &numbers);
        let mut inside = vec![0x02, 1, 0];
        inside.extend_from_slice(RSA);
        write(&mut inside, OCTET_STRING, &pkcs1);
        let mut pkcs8 = Vec::new();
        write(&mut pkcs8, SEQUENCE, &inside);

        let mut public = Vec::new();
        write(&mut public, INTEGER, &modulus);
        write(&mut public, INTEGER, &[1, 0, 1]);
        let mut bits = vec![0];
        write(&mut bits, SEQUENCE, &public);
        let expected = Some(hash(&public_key(RSA, &bits)));
        assert!(is_key(&pkcs1) && is_key(&pkcs8));
        assert_eq!(
            (public_half(&pkcs1), public_half(&pkcs8)),
            (expected, expected)
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = (is_key(&bytes), public_half(&bytes));
        }
    }
}
