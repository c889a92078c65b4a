//! What one X.509 certificate is: its identity, its names, whether it is a CA,
//! and who signed whom.
//!
//! Reading is lenient on purpose. Whatever OpenSSL can read has a
//! [`Certificate`], with what is wrong told as [`Defect`]s: a broken file is
//! what somebody is looking for.
//!
//! # What is computed when
//!
//! | step | when | cost |
//! |---|---|---|
//! | outline, SHA-256 of the DER and of the public key | construction | ≈ 2 µs |
//! | dates, key, extensions, defects | first question, then kept | ≈ 2 µs |
//! | SHA-1, texts of names and of the serial number | every question | ≈ 1 µs |
//! | [`self_signed`](Certificate::self_signed) | first question, then kept | 30–1200 µs |
//! | [`signed_by`] | every question | 30–1200 µs |
//!
//! So finding and identifying certificates never pays for what only a report
//! needs, and copies that the identity shows to be known can be dropped first.

mod attribute_type;
mod basic_constraints;
mod ca_status;
mod canonical_name;
mod curve;
mod date;
mod defect;
mod der;
mod details;
mod directory_string;
mod extension;
pub mod fingerprint;
mod key;
mod key_id;
mod key_usage;
mod known_extensions;
mod name;
mod oid;
mod outline;
pub(crate) mod private_key;
mod serial;
mod server_names;
mod signature_algorithm;
mod verify;

#[cfg(test)]
mod tests;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use sha1::Sha1;
use sha2::{Digest as _, Sha256};

pub use self::basic_constraints::BasicConstraints;
pub use self::ca_status::CaStatus;
pub use self::date::{Date, rfc3339};
pub use self::defect::Defect;
pub use self::extension::{Extension, Extensions};
pub use self::key::{Key, KeyAlgorithm};
pub use self::key_id::AuthorityKeyId;
pub use self::key_usage::KeyUsage;
pub use self::oid::dotted;
pub use self::server_names::ServerNames;
pub use self::verify::{Signature, signed_by};

use self::der::Element;
use self::details::Details;
use self::outline::Outline;

/// One certificate.
///
/// It owns its DER and is meant to be shared in an `Arc`. Two are equal when
/// their DER is.
pub struct Certificate {
    der: Box<[u8]>,
    outline: Outline,
    sha256: [u8; 32],
    spki_sha256: [u8; 32],
    details: OnceLock<Box<Details>>,
    self_signed: OnceLock<Option<bool>>,
}

impl Certificate {
    /// Reads a certificate that takes up all of `der`.
    ///
    /// `None` when it does not have the shape of RFC 5280 §4.1; a broken date,
    /// name or extension does not matter, see [`defects`](Self::defects).
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let outline = Outline::read(der)?;
        (outline.length == der.len()).then(|| Self::new(der, outline))
    }

    /// Reads the certificate that `bytes` start with, and says how many bytes
    /// it takes. This is what certificates in key stores, PKCS#7 and memory
    /// are found with; where there is none it costs some ten nanoseconds.
    pub fn prefix_of(bytes: &[u8]) -> Option<(Self, usize)> {
        let outline = Outline::read(bytes)?;
        let length = outline.length;
        Some((Self::new(bytes.get(..length)?, outline), length))
    }

    /// Whether `bytes` start with a certificate.
    pub fn begins(bytes: &[u8]) -> bool {
        Outline::read(bytes).is_some()
    }

    fn new(der: &[u8], outline: Outline) -> Self {
        Self {
            der: der.into(),
            outline,
            sha256: Sha256::digest(der).into(),
            spki_sha256: Sha256::digest(outline.public_key.of(der)).into(),
            details: OnceLock::new(),
            self_signed: OnceLock::new(),
        }
    }

    /// The certificate itself.
    pub fn der(&self) -> &[u8] {
        &self.der
    }
}

/// Identity.
impl Certificate {
    /// SHA-256 of the bytes as they stand: which certificate this is.
    ///
    /// Where they are not quite DER, say with a length in a longer form than
    /// needed, OpenSSL prints another, since it rewrites them first.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// SHA-256 of the DER of the public key with its algorithm: which key this
    /// is, provided that [`spki_readable`](Self::spki_readable).
    pub fn spki_sha256(&self) -> &[u8; 32] {
        &self.spki_sha256
    }

    /// SHA-1 of the DER, as older tools print it.
    pub fn sha1(&self) -> [u8; 20] {
        Sha1::digest(&self.der).into()
    }

    /// The serial number in lower-case hexadecimal, `-` in front of a negative
    /// one, `00` for zero: `openssl x509 -serial` in lower case.
    pub fn serial_hex(&self) -> String {
        serial::text(self.serial())
    }

    /// Content bytes of the serial number.
    pub fn serial(&self) -> &[u8] {
        self.outline.serial.of(&self.der)
    }

    /// The version, counted from 1 as people do. 0 stands for one that is
    /// negative, 255 for all above 254.
    pub fn version(&self) -> u8 {
        match self.outline.version.of(&self.der) {
            [] => 1,
            [first, ..] if first & 0x80 != 0 => 0,
            [version] => version + 1,
            _ => u8::MAX,
        }
    }
}

/// Names.
impl Certificate {
    /// DER of the subject; Go compares names by it.
    pub fn subject(&self) -> &[u8] {
        self.outline.subject.of(&self.der)
    }

    /// DER of the issuer; Go compares names by it.
    pub fn issuer(&self) -> &[u8] {
        self.outline.issuer.of(&self.der)
    }

    /// The subject as RFC 4514 prints it, last part first:
    /// `CN=etcd-ca,O=Example`.
    pub fn subject_text(&self) -> String {
        name::text(self.subject())
    }

    /// The issuer as RFC 4514 prints it, last part first.
    pub fn issuer_text(&self) -> String {
        name::text(self.issuer())
    }

    /// The subject in the form in which OpenSSL compares names: without regard
    /// to case, repeated white space and the types of strings.
    pub fn canonical_subject(&self) -> Vec<u8> {
        canonical_name::canonical(self.subject())
    }

    /// The issuer in the form in which OpenSSL compares names.
    pub fn canonical_issuer(&self) -> Vec<u8> {
        canonical_name::canonical(self.issuer())
    }

    /// Whether subject and issuer are one name to OpenSSL.
    pub fn self_issued(&self) -> bool {
        self.details().self_issued
    }

    /// The names that the certificate of a server is good for.
    pub fn server_names(&self) -> &ServerNames {
        &self.details().server_names
    }
}

/// Validity.
impl Certificate {
    /// From when on it is valid.
    pub fn not_before(&self) -> &Date {
        &self.details().not_before
    }

    /// Until when it is valid, that second included.
    pub fn not_after(&self) -> &Date {
        &self.details().not_after
    }
}

/// Key and signature.
impl Certificate {
    /// What kind of key it certifies, and how long that is.
    pub fn key(&self) -> &Key {
        &self.details().key
    }

    /// Whether the key's numbers could be read. If not, that its bytes equal
    /// another's means nothing and the two must not be grouped.
    pub fn spki_readable(&self) -> bool {
        self.details().spki_readable
    }

    /// DER of the public key with its algorithm (`SubjectPublicKeyInfo`).
    pub fn public_key(&self) -> &[u8] {
        self.outline.public_key.of(&self.der)
    }

    /// The name that OpenSSL prints of the algorithm it is signed with, such as
    /// `sha256WithRSAEncryption`, or the dotted object identifier.
    pub fn signature_algorithm(&self) -> String {
        signature_algorithm::name(self.signature_oid())
    }

    /// The dotted object identifier of the algorithm it is signed with.
    pub fn signature_algorithm_oid(&self) -> String {
        oid::dotted(self.signature_oid())
    }

    /// Whether its own key made its signature.
    ///
    /// `None` when the signature cannot be checked here. A certificate that
    /// names another issuer is not signed by itself, whatever its key.
    pub fn self_signed(&self) -> Option<bool> {
        *self.self_signed.get_or_init(|| {
            if !self.self_issued() {
                return Some(false);
            }
            match signed_by(self, self) {
                Signature::Valid => Some(true),
                Signature::Invalid => Some(false),
                Signature::Unknown(_) => None,
            }
        })
    }

    /// Content bytes of the object identifier of the signature's algorithm.
    fn signature_oid(&self) -> &[u8] {
        signature_algorithm::oid_of(self.outline.outer_algorithm.of(&self.der))
    }

    /// The same as it stands inside what is signed.
    fn signed_oid(&self) -> &[u8] {
        signature_algorithm::oid_of(self.outline.inner_algorithm.of(&self.der))
    }

    /// Whether the algorithm is the same inside and outside what is signed
    /// (RFC 5280 §4.1.1.2).
    fn algorithms_agree(&self) -> bool {
        self.outline.inner_algorithm.of(&self.der) == self.outline.outer_algorithm.of(&self.der)
    }

    /// What is signed.
    fn signed_part(&self) -> &[u8] {
        self.outline.signed.of(&self.der)
    }

    /// Content of the `BIT STRING` that is the signature.
    fn signature(&self) -> &[u8] {
        self.outline.signature.of(&self.der)
    }
}

/// Extensions.
impl Certificate {
    /// On what grounds it is a CA, or not.
    pub fn ca_status(&self) -> &CaStatus {
        &self.details().ca_status
    }

    /// Whether it is a CA; `None` when that cannot be decided.
    pub fn is_ca(&self) -> Option<bool> {
        self.ca_status().is_ca()
    }

    /// What `basicConstraints` says, if it is there and can be read.
    pub fn basic_constraints(&self) -> Option<BasicConstraints> {
        self.details().basic_constraints
    }

    /// How many CAs may follow below this one; `None` without a limit.
    pub fn path_length(&self) -> Option<u32> {
        self.basic_constraints()?.path_length
    }

    /// What `keyUsage` allows, if it is there and can be read.
    pub fn key_usage(&self) -> Option<KeyUsage> {
        self.details().key_usage
    }

    /// The identifier by which other certificates refer to this one's key.
    pub fn subject_key_id(&self) -> Option<&[u8]> {
        self.details().subject_key_id.as_deref()
    }

    /// What it says of the certificate that issued it.
    pub fn authority_key_id(&self) -> Option<&AuthorityKeyId> {
        self.details().authority_key_id.as_ref()
    }

    /// All extensions as they stand.
    pub fn extensions(&self) -> Extensions<'_> {
        Extensions::new(self.outline.extensions.of(&self.der))
    }

    /// All that is wrong with it, in a fixed order.
    pub fn defects(&self) -> &[Defect] {
        &self.details().defects
    }

    /// `notBefore` and `notAfter` as they stand.
    fn dates(&self) -> [Option<Element<'_>>; 2] {
        [self.outline.not_before, self.outline.not_after]
            .map(|date| der::Reader::new(date.of(&self.der)).any())
    }

    fn details(&self) -> &Details {
        self.details.get_or_init(|| Box::new(Details::read(self)))
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.sha256 == other.sha256
    }
}

impl Eq for Certificate {}

impl Hash for Certificate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.sha256.hash(state);
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("subject", &self.subject_text())
            .field("sha256", &fingerprint::hex(&self.sha256))
            .finish_non_exhaustive()
    }
}
