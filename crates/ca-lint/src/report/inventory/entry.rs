//! A certificate and its places as other programs read them: the one form
//! behind JSON and JSON lines.

use super::{Inventory, Item, Sighting};
use crate::report::json::Location;
use ca_audit::certificate::fingerprint::{hex, kubeadm_pin};
use ca_audit::certificate::{CaStatus, Certificate, Date, Key, rfc3339};
use ca_audit::{Does, Reader, Signer, Writer};
use serde::Serialize;

/// A certificate.
#[derive(Serialize)]
pub(super) struct Entry<'a> {
    pub(super) sha256: String,
    pub(super) spki_sha256: String,
    pub(super) sha1: String,
    pub(super) subject: String,
    pub(super) issuer: String,
    pub(super) serial: String,
    pub(super) is_ca: Option<bool>,
    pub(super) ca_because: &'static str,
    pub(super) self_signed: Option<bool>,
    pub(super) signed_by: SignedBy,
    pub(super) version: u8,
    pub(super) not_before: Option<String>,
    pub(super) not_after: Option<String>,
    pub(super) key: &'a Key,
    pub(super) signature_algorithm: String,
    pub(super) subject_key_id: Option<String>,
    pub(super) authority_key_id: Option<String>,
    pub(super) path_length: Option<u32>,
    pub(super) kubeadm_pin: String,
    pub(super) puppet_ca_fingerprint: Option<&'a str>,
    pub(super) sightings: Vec<SightingEntry<'a>>,
}

/// Who signed a certificate.
#[derive(Serialize)]
pub(super) struct SignedBy {
    /// `itself`, `known`, `unchecked`, `another-key` or `not-here`.
    pub(super) is: &'static str,
    /// The certificates that this is about, by SHA-256.
    pub(super) certificates: Vec<String>,
    /// Why it cannot be checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'static str>,
}

/// A place where it stands.
#[derive(Serialize)]
pub(super) struct SightingEntry<'a> {
    pub(super) path: &'a str,
    pub(super) line: u32,
    pub(super) end_line: u32,
    pub(super) encoding: &'static str,
    pub(super) container: &'a str,
    /// SHA-256 of the file's text, where that is nothing but PEM.
    pub(super) puppet_ca_fingerprint: Option<&'a str>,
    /// The programs that load it from there; `null` where nothing but a
    /// program's own code knows.
    loaded_by: Option<Vec<&'static str>>,
    /// Who trusts it for what: `kube-apiserver client CA`.
    roles: Vec<String>,
    writers: Vec<WriterEntry<'a>>,
    readers: Vec<ReaderEntry<'a>>,
}

#[derive(Serialize)]
struct WriterEntry<'a> {
    resource: &'a str,
    host_path: String,
    /// `writes` this file, or `copies` it to `host_path`.
    does: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct ReaderEntry<'a> {
    program: &'static str,
    /// What it trusts it for.
    role: &'static str,
    /// Whether it names this file, or trusts it as part of the host's CAs.
    names_it: bool,
    location: Option<Location<'a>>,
}

impl<'a> Entry<'a> {
    /// The entry of one certificate.
    pub(super) fn new(inventory: &'a Inventory, item: &'a Item) -> Self {
        let certificate = item.certificate;
        let issuer_key = certificate.authority_key_id();
        let sightings = item.sightings.iter();
        Self {
            sha256: hex(certificate.sha256()),
            spki_sha256: hex(certificate.spki_sha256()),
            sha1: hex(&certificate.sha1()),
            subject: certificate.subject_text(),
            issuer: certificate.issuer_text(),
            serial: certificate.serial_hex(),
            is_ca: certificate.is_ca(),
            ca_because: ca_because(certificate),
            self_signed: certificate.self_signed(),
            signed_by: signed_by(&item.signer),
            version: certificate.version(),
            not_before: date(certificate.not_before()),
            not_after: date(certificate.not_after()),
            key: certificate.key(),
            signature_algorithm: certificate.signature_algorithm(),
            subject_key_id: certificate.subject_key_id().map(hex),
            authority_key_id: issuer_key.and_then(|id| id.key_id.as_deref()).map(hex),
            path_length: certificate.path_length(),
            kubeadm_pin: kubeadm_pin(certificate.spki_sha256()),
            puppet_ca_fingerprint: item.puppet_ca_fingerprint(),
            sightings: sightings
                .map(|sighting| sighting_entry(inventory, sighting))
                .collect(),
        }
    }
}

/// On what grounds it is a CA or not.
pub(super) fn ca_because(certificate: &Certificate) -> &'static str {
    match certificate.ca_status() {
        CaStatus::Ca => "basic-constraints",
        CaStatus::CaV1Root => "version-1-root",
        CaStatus::CaKeyUsageOnly => "key-usage",
        CaStatus::CaNetscape => "netscape-type",
        CaStatus::SelfSignedNoExtensions => "nothing-says-so",
        CaStatus::NotCa => "may-not-sign",
        CaStatus::Broken { .. } => "unreadable",
        _ => "other",
    }
}

pub(super) fn signed_by(signer: &Signer) -> SignedBy {
    let (is, certificates, reason) = match signer {
        Signer::Itself => ("itself", &[][..], None),
        Signer::Known(by) => ("known", by.as_slice(), None),
        Signer::Unchecked(named, why) => ("unchecked", named.as_slice(), Some(*why)),
        Signer::AnotherKey(named) => ("another-key", named.as_slice(), None),
        Signer::NotHere => ("not-here", &[][..], None),
    };
    SignedBy {
        is,
        certificates: certificates.iter().map(|by| hex(by.sha256())).collect(),
        reason,
    }
}

fn date(date: &Date) -> Option<String> {
    date.seconds().map(rfc3339)
}

fn sighting_entry<'a>(inventory: &'a Inventory, sighting: &'a Sighting) -> SightingEntry<'a> {
    let cert = sighting.cert;
    let region = inventory.places.region(cert.at);
    let locate = inventory.locate();
    let writer = |writer: &Writer<'a>| WriterEntry {
        resource: &writer.write.resource,
        host_path: writer.write.path.to_string(),
        does: match writer.does {
            Does::Writes => "writes",
            Does::Copies => "copies",
        },
        location: locate.location(writer.write.declared_at()),
    };
    let reader = |reader: &Reader| ReaderEntry {
        program: reader.program,
        role: reader.role.noun(),
        names_it: reader.names_it,
        location: reader.at.map(|at| locate.location(at)),
    };
    SightingEntry {
        path: inventory.evidence.path(cert.at.file),
        line: region.start.line,
        end_line: region.last_line(),
        encoding: cert.encoding.name(),
        container: &cert.container,
        puppet_ca_fingerprint: sighting.file.as_ref().map(|file| file.sha256.as_str()),
        loaded_by: sighting.cert.loaded_by.map(|readers| {
            readers
                .iter()
                .map(ca_audit::readers::Reader::name)
                .collect()
        }),
        roles: roles(sighting),
        writers: sighting.writers.iter().map(writer).collect(),
        readers: sighting.readers.iter().map(reader).collect(),
    }
}

/// Each of them once, in order.
fn roles(sighting: &Sighting) -> Vec<String> {
    let words = sighting.readers.iter().map(Reader::words);
    let distinct: std::collections::BTreeSet<String> = words.collect();
    distinct.into_iter().collect()
}
