//! PKCS#12 containers (RFC 7292): Java and Windows trust stores, `.p12`, `.pfx`.
//!
//! Tried with the passwords that are no secret: none at all, and Java's
//! `changeit`. A container with another one is a gap, never "no certificate".
//! Private keys in it are never decrypted.

use super::Dialect;
use crate::certificate::Certificate;
use crate::facts::{Cert, CertForm, Facts, Reason};
use crate::sniff::Form;
use crate::view::View;
use der::asn1::{Any, BmpString, ContextSpecific, ObjectIdentifier, OctetString};
use der::{Decode, Encode};
use p12_keystore::Pkcs12Archive;
use pkcs12::pfx::Pfx;
use pkcs12::safe_bag::{SafeBag, SafeContents};
use pkcs12::{AuthenticatedSafe, CertBag};
use std::sync::Arc;

pub(super) const DIALECT: Dialect = Dialect {
    name: "PKCS#12",
    reads: |form| form == Form::Der,
    nests: true,
    extract,
};

const PASSWORDS: [&str; 2] = ["changeit", ""];

/// Key derivation with more rounds than this would take over a second; real
/// containers use a few thousand, the strictest advice 600,000.
const MAX_ROUNDS: u64 = 1_000_000;

/// `id-data` (RFC 5652, 4): a part of the container that is not encrypted.
const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");

/// `pkcs-12-certBag` (RFC 7292, 4.2).
const CERT_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.3");

/// `friendlyName` (RFC 2985, 5.5.1).
const FRIENDLY_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.20");

fn extract(view: &View, _: Form, facts: &mut Facts) {
    if !is_pkcs12(view.bytes) {
        return;
    }
    facts.understood = true;
    let whole = 0..view.bytes.len();
    let rounds = derivation_rounds(view.bytes);
    if rounds > MAX_ROUNDS || !view.budget.take_rounds(rounds) {
        let message = "a PKCS#12 container whose key derivation would take too long";
        view.gap(facts, Reason::TooLarge, whole, message);
        return;
    }
    let Some(parts) = Parts::of(view.bytes) else {
        let message = "a PKCS#12 container whose inside is not as RFC 7292 says";
        view.gap(facts, Reason::Unparsed, whole, message);
        return;
    };
    let mut found = parts.open;
    match parts.sealed.map(|sealed| opened(&sealed)) {
        Some(Some(certificates)) => found.extend(certificates),
        Some(None) => {
            let message =
                "a PKCS#12 container that opens neither without a password nor with \"changeit\"";
            view.gap(facts, Reason::Encrypted, whole.clone(), message);
        }
        None => {}
    }
    for (index, named) in found.iter().enumerate() {
        let Some(certificate) = Certificate::from_der(&named.der) else {
            continue;
        };
        let name = named
            .name
            .clone()
            .unwrap_or_else(|| format!("#{}", index + 1));
        facts.certs.push(Cert {
            certificate: Arc::new(certificate),
            at: view.span(whole.clone()),
            encoding: view.encoding(CertForm::Pkcs12),
            container: view.container_of(&name),
        });
    }
}

/// A certificate of a container, with the friendly name beside it.
struct Named {
    name: Option<String>,
    der: Vec<u8>,
}

/// A container taken apart.
struct Parts {
    /// Certificates that are not encrypted.
    open: Vec<Named>,
    /// A container of the encrypted parts alone. Its integrity check is left
    /// out: deriving that key costs as much as decrypting, and a wrong password
    /// shows there as well. So are the keys: the library would decrypt them.
    sealed: Option<Vec<u8>>,
}

impl Parts {
    fn of(container: &[u8]) -> Option<Self> {
        let mut pfx = Pfx::from_der(container).ok()?;
        let content = octets(&pfx.auth_safe.content)?;
        let safes = AuthenticatedSafe::from_der(content.as_bytes()).ok()?;
        let (open, sealed): (Vec<_>, Vec<_>) = safes
            .into_iter()
            .partition(|safe| safe.content_type == DATA);
        let bags = open.iter().filter_map(|safe| {
            let content = octets(&safe.content)?;
            SafeContents::from_der(content.as_bytes()).ok()
        });
        let open = bags.flatten().filter_map(|bag| certificate(&bag)).collect();
        if sealed.is_empty() {
            return Some(Self { open, sealed: None });
        }
        pfx.mac_data = None;
        let content = OctetString::new(sealed.to_der().ok()?).ok()?;
        pfx.auth_safe.content = Any::encode_from(&content).ok()?;
        Some(Self {
            open,
            sealed: Some(pfx.to_der().ok()?),
        })
    }
}

fn octets(content: &Any) -> Option<OctetString> {
    content.decode_as().ok()
}

fn certificate(bag: &SafeBag) -> Option<Named> {
    if bag.bag_id != CERT_BAG {
        return None;
    }
    let content: ContextSpecific<CertBag> = ContextSpecific::from_der(&bag.bag_value).ok()?;
    Some(Named {
        name: friendly_name(bag),
        der: content.value.cert_value.as_bytes().to_vec(),
    })
}

fn friendly_name(bag: &SafeBag) -> Option<String> {
    let mut attributes = bag.bag_attributes.iter().flat_map(|all| all.iter());
    let name = attributes.find(|attribute| attribute.oid == FRIENDLY_NAME)?;
    let name: BmpString = name.values.iter().next()?.decode_as().ok()?;
    Some(name.to_string())
}

/// The certificates of a container's encrypted parts.
fn opened(sealed: &[u8]) -> Option<Vec<Named>> {
    let open = |password: &&str| Pkcs12Archive::from_pkcs12(sealed, password).ok();
    let archive = PASSWORDS.iter().find_map(open)?;
    let named = archive.certs.into_iter().map(|bag| Named {
        name: bag.friendly_name,
        der: bag.cert.as_der().to_vec(),
    });
    Some(named.collect())
}

/// `PFX ::= SEQUENCE { version INTEGER {v3(3)}, … }`
pub(super) fn is_pkcs12(bytes: &[u8]) -> bool {
    let header = match bytes.get(1) {
        Some(length @ 0x81..=0x84) => 2 + usize::from(length & 0x7f),
        Some(_) => 2,
        None => return false,
    };
    bytes.get(header..header + 3) == Some(&[0x02, 0x01, 0x03])
}

/// The most rounds that any salt in the file is followed by: both PBKDF2 and
/// PKCS#12's own derivation write `salt OCTET STRING, iterations INTEGER`.
fn derivation_rounds(bytes: &[u8]) -> u64 {
    let rounds_at = |salt: usize| {
        let len = usize::from(*bytes.get(salt + 1)?);
        let number = bytes.get(salt + 2 + len..)?;
        let is_salt = (4..=64).contains(&len) && number.first() == Some(&0x02);
        let size = usize::from(*number.get(1)?);
        let digits = number.get(2..2 + size)?;
        (is_salt && (1..=8).contains(&size)).then(|| {
            digits
                .iter()
                .fold(0u64, |sum, digit| (sum << 8) | u64::from(*digit))
        })
    };
    memchr::memchr_iter(0x04, bytes)
        .filter_map(rounds_at)
        .max()
        .unwrap_or(0)
}
