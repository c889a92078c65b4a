//! PKCS#12 containers (RFC 7292): Java and Windows trust stores, `.p12`, `.pfx`.
//!
//! Tried with the passwords that are no secret: none at all, an empty one, and
//! Java's `changeit`. A container with another one is a gap, never "no
//! certificate". Private keys in it are never decrypted.
//!
//! Own code around `RustCrypto`'s parts: `p12-keystore` decrypts the keys as
//! well, knows no container without a password, and two ciphers fewer.

mod cipher;

use super::Dialect;
use crate::certificate::Certificate;
use crate::facts::{Cert, CertForm, Facts, Reason};
use crate::sniff::Form;
use crate::view::{Budget, View};
use cipher::{Password, Sealed};
use cms::encrypted_data::EncryptedData;
use der::Decode as _;
use der::asn1::{Any, BmpString, ContextSpecific, ObjectIdentifier, OctetString};
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

const PASSWORDS: [Password; 3] = [
    Password::Text("changeit"),
    Password::Text(""),
    Password::None,
];

/// `id-data` (RFC 5652, 4): a part of the container that is not encrypted.
const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");

/// `id-encryptedData` (RFC 5652, 8).
const ENCRYPTED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.6");

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
    let Some(parts) = Parts::of(view.bytes) else {
        let message = "a PKCS#12 container whose inside is not as RFC 7292 says";
        view.gap(facts, Reason::Unparsed, whole, message);
        return;
    };
    let mut found = parts.open;
    match opened(&parts.sealed, view.budget) {
        Opened::With(certificates) => found.extend(certificates),
        Opened::WithNone => {
            let message =
                "a PKCS#12 container that opens neither without a password nor with \"changeit\"";
            view.gap(facts, Reason::Encrypted, whole.clone(), message);
        }
        Opened::TooDear => {
            let message = "a PKCS#12 container whose key derivation would take too long";
            view.gap(facts, Reason::TooLarge, whole.clone(), message);
        }
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
            loaded_by: None,
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
    /// The parts that are.
    sealed: Vec<EncryptedData>,
}

impl Parts {
    /// The check over the whole is not made: deriving its key costs as much as
    /// decrypting, and a wrong password shows there as well.
    fn of(container: &[u8]) -> Option<Self> {
        let pfx = Pfx::from_der(container).ok()?;
        let content = octets(&pfx.auth_safe.content)?;
        let safes = AuthenticatedSafe::from_der(content.as_bytes()).ok()?;
        let mut parts = Self {
            open: Vec::new(),
            sealed: Vec::new(),
        };
        for safe in safes {
            if safe.content_type == DATA {
                let content = octets(&safe.content)?;
                parts.open.extend(certificates(content.as_bytes())?);
            } else if safe.content_type == ENCRYPTED_DATA {
                parts.sealed.push(safe.content.decode_as().ok()?);
            } else {
                // Sealed with somebody's public key.
                return None;
            }
        }
        Some(parts)
    }
}

fn octets(content: &Any) -> Option<OctetString> {
    content.decode_as().ok()
}

/// The certificates of a part; keys in it are passed over as they are.
fn certificates(part: &[u8]) -> Option<Vec<Named>> {
    let bags = SafeContents::from_der(part).ok()?;
    Some(bags.iter().filter_map(certificate).collect())
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

/// What the usual passwords do to a container.
enum Opened {
    With(Vec<Named>),
    WithNone,
    /// So far none, and no further one is tried.
    TooDear,
}

/// The certificates of a container's encrypted parts, with the first password
/// that opens all of them.
fn opened(sealed: &[EncryptedData], budget: &Budget) -> Opened {
    let Some(parts) = sealed.iter().map(part).collect::<Option<Vec<Sealed>>>() else {
        return Opened::WithNone;
    };
    for password in PASSWORDS {
        let each = parts.iter().map(|part| part.dearness(password));
        if !budget.take_hashes(each.fold(0, u64::saturating_add)) {
            return Opened::TooDear;
        }
        let opened = parts
            .iter()
            .map(|part| certificates(&part.decrypt(password)?));
        if let Some(opened) = opened.collect::<Option<Vec<_>>>() {
            return Opened::With(opened.into_iter().flatten().collect());
        }
    }
    Opened::WithNone
}

fn part(sealed: &EncryptedData) -> Option<Sealed<'_>> {
    let content = &sealed.enc_content_info;
    let algorithm = &content.content_enc_alg;
    Sealed::new(
        algorithm.oid,
        algorithm.parameters.as_ref()?,
        content.encrypted_content.as_ref()?.as_bytes(),
    )
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
