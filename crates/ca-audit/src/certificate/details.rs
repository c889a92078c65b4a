//! What a certificate says, read once and only when somebody asks.

use super::Certificate;
use super::basic_constraints::BasicConstraints;
use super::ca_status::{CaStatus, Grounds};
use super::canonical_name::canonical;
use super::date::{self, Date};
use super::defect::Defect;
use super::der::Element;
use super::key::{Key, PublicKey};
use super::key_id::AuthorityKeyId;
use super::key_usage::KeyUsage;
use super::known_extensions::KnownExtensions;
use super::name::relative_names;
use super::serial;
use super::server_names::ServerNames;
use super::signature_algorithm;

/// Everything that takes more than the outline to know.
#[derive(Debug)]
pub(super) struct Details {
    pub(super) not_before: Date,
    pub(super) not_after: Date,
    pub(super) key: Key,
    pub(super) spki_readable: bool,
    pub(super) self_issued: bool,
    pub(super) ca_status: CaStatus,
    pub(super) basic_constraints: Option<BasicConstraints>,
    pub(super) key_usage: Option<KeyUsage>,
    pub(super) subject_key_id: Option<Box<[u8]>>,
    pub(super) authority_key_id: Option<AuthorityKeyId>,
    pub(super) server_names: ServerNames,
    pub(super) defects: Vec<Defect>,
}

impl Details {
    pub(super) fn read(certificate: &Certificate) -> Self {
        let [not_before, not_after] = certificate.dates();
        let key = PublicKey::read(certificate.public_key());
        let extensions = KnownExtensions::read(certificate.extensions());

        let mut defects = defects_of_fields(certificate, &key);
        defects.extend(date_defect("notBefore", not_before));
        defects.extend(date_defect("notAfter", not_after));
        defects.extend_from_slice(&extensions.defects);

        let self_issued = canonical(certificate.subject()) == canonical(certificate.issuer());
        let ca_status = Grounds {
            version: certificate.version(),
            is_own_issuer: self_issued && may_be_own_issuer(certificate, &key, &extensions),
            key_usage: &extensions.key_usage,
            basic_constraints: &extensions.basic_constraints,
            netscape_type: &extensions.netscape_type,
        }
        .decide();
        Self {
            not_before: Date::read(not_before),
            not_after: Date::read(not_after),
            key: key.describe(),
            spki_readable: key.is_readable(),
            self_issued,
            ca_status,
            basic_constraints: extensions.basic_constraints.value(),
            key_usage: extensions.key_usage.value(),
            subject_key_id: extensions.subject_key_id.value(),
            authority_key_id: extensions.authority_key_id.value(),
            server_names: extensions.server_names.value().unwrap_or_default(),
            defects,
        }
    }
}

/// Whether neither the key nor the key identifiers of a self-issued
/// certificate speak against its having signed itself. The signature is not
/// looked at: OpenSSL decides this without, and so does `CaStatus`.
fn may_be_own_issuer(
    certificate: &Certificate,
    key: &PublicKey<'_>,
    extensions: &KnownExtensions,
) -> bool {
    let algorithm = signature_algorithm::find(certificate.signed_oid());
    let key_fits =
        key.is_readable() && algorithm.is_some_and(|algorithm| algorithm.key == key.algorithm());
    let own_id = extensions.subject_key_id.as_value().map(AsRef::as_ref);
    key_fits
        && extensions
            .authority_key_id
            .as_value()
            .is_none_or(|id| names_itself(id, certificate, own_id))
}

/// Source: `X509_check_akid` in OpenSSL's `crypto/x509/v3_purp.c`.
fn names_itself(id: &AuthorityKeyId, certificate: &Certificate, own_id: Option<&[u8]>) -> bool {
    let key_id_fits = match (id.key_id.as_deref(), own_id) {
        (Some(key_id), Some(own)) => key_id == own,
        _ => true,
    };
    let serial_fits = id
        .serial
        .as_deref()
        .is_none_or(|serial| serial == certificate.serial());
    let issuer_fits = id
        .issuer
        .as_deref()
        .is_none_or(|issuer| canonical(issuer) == canonical(certificate.issuer()));
    key_id_fits && serial_fits && issuer_fits
}

fn defects_of_fields(certificate: &Certificate, key: &PublicKey<'_>) -> Vec<Defect> {
    let mut defects = Vec::new();
    if !matches!(certificate.version(), 1..=3) {
        defects.push(Defect::UnknownVersion);
    }
    if serial::is_negative(certificate.serial()) {
        defects.push(Defect::NegativeSerial);
    }
    if !certificate.algorithms_agree() {
        defects.push(Defect::AlgorithmMismatch);
    }
    for (which, name) in [
        ("subject", certificate.subject()),
        ("issuer", certificate.issuer()),
    ] {
        if relative_names(name).is_none() {
            defects.push(Defect::BadName { which });
        }
    }
    if !key.is_readable() {
        defects.push(Defect::UnreadableKey);
    }
    defects
}

fn date_defect(which: &'static str, time: Option<Element<'_>>) -> Option<Defect> {
    match Date::read(time) {
        Date::Broken(text) => Some(Defect::BadDate { which, text }),
        Date::At(_) if time.is_some_and(|time| date::is_rfc5280(&time)) => None,
        Date::At(_) => Some(Defect::UnusualDate {
            which,
            text: time.map_or_else(String::new, |time| time.content.escape_ascii().to_string()),
        }),
    }
}
