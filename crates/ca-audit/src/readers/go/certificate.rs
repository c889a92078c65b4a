//! Whether Go takes bytes for a certificate, and if not, why.
//!
//! Source: Go 1.27.3, `crypto/x509/parser.go` (`ParseCertificate`,
//! `parseCertificate`, `parseAI`, `parseExtension`, `parsePublicKey`).

use super::curve;
use super::der::{self, Der, INTEGER, OCTET_STRING, SEQUENCE};
use super::extensions::{self, Extension};
use super::{name, time};
use crate::readers::Verdict;

const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const DSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01];
const ECDSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
/// ML-DSA-44, -65 and -87 differ in the last byte only (FIPS 204).
const ML_DSA: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03];

/// Why Go refuses, or `Err(None)` when that cannot be told here.
pub(super) type Checked<T> = Result<T, Option<&'static str>>;

/// What `x509.ParseCertificate` says of `der`.
pub(in crate::readers) fn verdict(der: &[u8]) -> Verdict {
    match parse(der) {
        Ok(()) => Verdict::Loads(der.len()),
        Err(Some(why)) => Verdict::Refused(why),
        Err(None) => Verdict::Unknown("it has a part that is not modelled here"),
    }
}

/// An absent value is a refusal for this reason.
pub(super) fn or<T>(value: Option<T>, why: &'static str) -> Checked<T> {
    value.ok_or(Some(why))
}

fn parse(bytes: &[u8]) -> Checked<()> {
    let mut input = Der(bytes);
    let mut certificate = or(input.take(SEQUENCE), "it is not a certificate")?;
    let mut body = or(certificate.take(SEQUENCE), "it is not a certificate")?;
    let version = version(&mut body)?;
    let serial = or(body.integer(INTEGER), "its serial number is malformed")?;
    if serial[0] & 0x80 != 0 {
        return Err(Some("its serial number is negative"));
    }
    algorithms(&mut body, &mut certificate)?;
    name::check(&mut body)?;
    let mut validity = or(body.take(SEQUENCE), "its dates are malformed")?;
    time::check(&mut validity)?;
    time::check(&mut validity)?;
    name::check(&mut body)?;
    public_key(&mut body)?;
    if version > 1 {
        or(body.optional(0x81), "its issuerUniqueID is malformed")?;
        or(body.optional(0x82), "its subjectUniqueID is malformed")?;
    }
    if version == 3 {
        extensions(&mut body)?;
    }
    or(certificate.bit_string(), "its signature is malformed")?;
    if input.is_empty() {
        Ok(())
    } else {
        Err(Some("bytes follow its end"))
    }
}

/// The version, counted from 1.
fn version(body: &mut Der<'_>) -> Checked<u8> {
    const WHY: &str = "its version is malformed";
    if !body.is_next(0xa0) {
        return Ok(1);
    }
    let mut wrapped = or(body.take(0xa0), WHY)?;
    let number = or(wrapped.integer(INTEGER), WHY)?;
    if !wrapped.is_empty() {
        return Err(Some(WHY));
    }
    match number {
        [version @ 0..=2] => Ok(version + 1),
        _ => Err(Some("its version is none of 1 to 3")),
    }
}

/// The algorithm inside what is signed and the one outside. Go compares their
/// contents as they stand.
fn algorithms(body: &mut Der<'_>, certificate: &mut Der<'_>) -> Checked<()> {
    const WHY: &str = "its signature algorithm is malformed";
    let inner = or(body.take(SEQUENCE), WHY)?;
    let outer = or(certificate.take(SEQUENCE), WHY)?;
    if inner != outer {
        return Err(Some(
            "it names one signature algorithm inside and another outside",
        ));
    }
    algorithm(inner, WHY).map(|_| ())
}

/// An object identifier and the bytes of its parameters.
fn algorithm<'a>(mut content: Der<'a>, why: &'static str) -> Checked<(&'a [u8], &'a [u8])> {
    let oid = or(content.oid(), why)?;
    if content.is_empty() {
        return Ok((oid, &[]));
    }
    let parameters = or(content.any(), why)?;
    Ok((oid, parameters.whole))
}

fn public_key(body: &mut Der<'_>) -> Checked<()> {
    const WHY: &str = "its public key is malformed";
    let mut info = or(body.take(SEQUENCE), WHY)?;
    let content = or(info.take(SEQUENCE), WHY)?;
    let (oid, parameters) = algorithm(content, WHY)?;
    let key = or(info.bit_string(), WHY)?;
    if oid == RSA {
        rsa(parameters, &key)
    } else if oid == ECDSA {
        elliptic(parameters, &key)
    } else if oid == DSA {
        dsa(parameters, &key)
    } else if oid == ED25519 {
        or(
            (parameters.is_empty() && key.len() == 32).then_some(()),
            "its Ed25519 key is malformed",
        )
    } else if oid.starts_with(ML_DSA) && matches!(oid[ML_DSA.len()..], [0x11..=0x13]) {
        // Older Go does not look into these keys.
        Err(None)
    } else {
        Ok(())
    }
}

fn rsa(parameters: &[u8], key: &[u8]) -> Checked<()> {
    const WHY: &str = "its RSA key is malformed";
    if parameters != [der::NULL, 0] {
        return Err(Some("its RSA key lacks the NULL parameters"));
    }
    let mut numbers = or(Der(key).take(SEQUENCE), WHY)?;
    let modulus = or(numbers.integer(INTEGER), WHY)?;
    let exponent = or(numbers.integer(INTEGER), WHY)?;
    let fits = exponent.len() <= 8;
    or(
        (is_positive(modulus) && is_positive(exponent) && fits).then_some(()),
        WHY,
    )
}

fn elliptic(parameters: &[u8], key: &[u8]) -> Checked<()> {
    let oid = or(
        Der(parameters).oid(),
        "its EC key does not name its curve but spells it out",
    )?;
    let curve = or(
        curve::find(oid),
        "its EC key is on a curve that Go does not have",
    )?;
    or(
        curve.contains(key).then_some(()),
        "its EC key is not an uncompressed point of its curve",
    )
}

fn dsa(parameters: &[u8], key: &[u8]) -> Checked<()> {
    const WHY: &str = "its DSA key is malformed";
    let public = or(Der(key).integer(INTEGER), WHY)?;
    let mut numbers = or(Der(parameters).take(SEQUENCE), WHY)?;
    let mut all = vec![public];
    for _ in 0..3 {
        all.push(or(numbers.integer(INTEGER), WHY)?);
    }
    or(all.into_iter().all(is_positive).then_some(()), WHY)
}

fn is_positive(integer: &[u8]) -> bool {
    integer[0] & 0x80 == 0 && integer.iter().any(|byte| *byte != 0)
}

fn extensions(body: &mut Der<'_>) -> Checked<()> {
    const WHY: &str = "its extensions are malformed";
    if !body.is_next(0xa3) {
        return Ok(());
    }
    let mut wrapped = or(body.take(0xa3), WHY)?;
    let mut list = or(wrapped.take(SEQUENCE), WHY)?;
    let mut all: Vec<Extension<'_>> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    while !list.is_empty() {
        let mut content = or(list.take(SEQUENCE), WHY)?;
        let oid = or(content.oid(), WHY)?;
        let is_critical = content.is_next(der::BOOLEAN) && or(content.boolean(), WHY)?;
        let value = or(content.take(OCTET_STRING), WHY)?;
        if !seen.insert(oid) {
            return Err(Some("an extension stands in it more than once"));
        }
        all.push(Extension {
            oid,
            is_critical,
            value,
        });
    }
    all.iter().try_for_each(extensions::check)
}
