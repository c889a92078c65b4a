//! Whether OpenSSL can read a private key that stands in a CA file.
//!
//! It has to: a key that it cannot read fails the whole file. Only the shape
//! is looked at here, and nothing of the key is kept.
//!
//! Source: OpenSSL 3.0, `PEM_X509_INFO_read_bio_ex` in `crypto/pem/pem_info.c`
//! and `d2i_AutoPrivateKey` in `crypto/asn1/d2i_pr.c`; RFC 8017 §A.1.2 (RSA),
//! RFC 5915 §3 (EC), RFC 5208 §5 (PKCS#8).

use super::der::{Elements, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, Read, Wrong};
use crate::readers::Verdict;

const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

/// P-256, P-384, P-521 and the bytes of a number on them.
const CURVES: [(&[u8], usize); 3] = [
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07], 32),
    (&[0x2b, 0x81, 0x04, 0x00, 0x22], 48),
    (&[0x2b, 0x81, 0x04, 0x00, 0x23], 66),
];

/// Whether the block labelled `label` holds a key that OpenSSL reads.
pub(super) fn verdict(label: &[u8], bytes: &[u8]) -> Verdict {
    const REFUSED: &str = "it is a private key that cannot be read";
    let Ok(mut fields) = Elements::new(bytes).sequence() else {
        return Verdict::Refused(REFUSED);
    };
    if fields.primitive(INTEGER).is_err() {
        return Verdict::Refused(REFUSED);
    }
    let read = match label {
        b"PRIVATE KEY" => wrapped(bytes)
            .or_else(|_| rsa(bytes))
            .or_else(|_| ec(bytes)),
        b"RSA PRIVATE KEY" => rsa(bytes),
        b"EC PRIVATE KEY" => ec(bytes),
        _ => Err(Wrong::Unmodelled),
    };
    match read {
        Ok(()) => Verdict::Loads(bytes.len()),
        Err(_) => Verdict::Unknown("it is a private key of a kind that is not modelled here"),
    }
}

fn rsa(bytes: &[u8]) -> Read<()> {
    let mut fields = Elements::new(bytes).sequence()?;
    if !matches!(fields.primitive(INTEGER)?, [0]) {
        return Err(Wrong::Unmodelled);
    }
    for _ in 0..8 {
        fields.primitive(INTEGER)?;
    }
    fields.end()
}

fn ec(bytes: &[u8]) -> Read<()> {
    let mut fields = Elements::new(bytes).sequence()?;
    let version = fields.primitive(INTEGER)?;
    let number = fields.primitive(OCTET_STRING)?;
    let curve = fields
        .explicit(0)?
        .ok_or(Wrong::Unmodelled)?
        .primitive(OBJECT_IDENTIFIER)?;
    is_on(curve, version, number)
}

fn is_on(curve: &[u8], version: &[u8], number: &[u8]) -> Read<()> {
    let is_known = CURVES.contains(&(curve, number.len()));
    if version == [1] && is_known {
        Ok(())
    } else {
        Err(Wrong::Unmodelled)
    }
}

/// PKCS#8.
fn wrapped(bytes: &[u8]) -> Read<()> {
    let mut fields = Elements::new(bytes).sequence()?;
    fields.primitive(INTEGER)?;
    let mut algorithm = fields.sequence()?;
    let oid = algorithm.primitive(OBJECT_IDENTIFIER)?;
    let inside = fields.primitive(OCTET_STRING)?;
    if oid == RSA {
        rsa(inside)
    } else if oid == EC {
        let curve = algorithm.primitive(OBJECT_IDENTIFIER)?;
        let mut key = Elements::new(inside).sequence()?;
        let version = key.primitive(INTEGER)?;
        is_on(curve, version, key.primitive(OCTET_STRING)?)
    } else if oid == ED25519 {
        match Elements::new(inside).primitive(OCTET_STRING)? {
            key if key.len() == 32 => Ok(()),
            _ => Err(Wrong::Unmodelled),
        }
    } else {
        Err(Wrong::Unmodelled)
    }
}
