//! The inventory for other programs; fields change as in the form for findings.

use super::{Inventory, Item};
use crate::report::SCHEMA_VERSION;
use crate::report::json::{GapEntry, Locate, Tool, document, gaps};
use ca_audit::certificate::fingerprint::{hex, kubeadm_pin};
use ca_audit::certificate::{Date, Key, rfc3339};
use ca_audit::facts::Cert;
use serde::Serialize;

/// The report of `inventory --format json`.
pub fn json(inventory: &Inventory) -> String {
    let locate = Locate {
        evidence: inventory.evidence,
        places: &inventory.places,
    };
    let items = inventory.items.iter();
    document(&Document {
        schema_version: SCHEMA_VERSION,
        tool: Tool::THIS,
        certificates: items.map(|item| entry(inventory, item)).collect(),
        gaps: gaps(&locate, &inventory.gaps),
    })
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    certificates: Vec<Entry<'a>>,
    gaps: Vec<GapEntry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    sha256: String,
    spki_sha256: String,
    sha1: String,
    subject: String,
    issuer: String,
    serial: String,
    is_ca: Option<bool>,
    self_signed: Option<bool>,
    version: u8,
    not_before: Option<String>,
    not_after: Option<String>,
    key: &'a Key,
    signature_algorithm: String,
    subject_key_id: Option<String>,
    authority_key_id: Option<String>,
    path_length: Option<u32>,
    kubeadm_pin: String,
    puppet_ca_fingerprint: Option<&'a str>,
    sightings: Vec<Sighting<'a>>,
}

#[derive(Serialize)]
struct Sighting<'a> {
    path: &'a str,
    line: u32,
    end_line: u32,
    encoding: &'static str,
    container: &'a str,
}

fn entry<'a>(inventory: &'a Inventory, item: &'a Item) -> Entry<'a> {
    let certificate = item.certificate;
    let issuer_key = certificate.authority_key_id();
    let sightings = item.sightings.iter();
    Entry {
        sha256: hex(certificate.sha256()),
        spki_sha256: hex(certificate.spki_sha256()),
        sha1: hex(&certificate.sha1()),
        subject: certificate.subject_text(),
        issuer: certificate.issuer_text(),
        serial: certificate.serial_hex(),
        is_ca: certificate.is_ca(),
        self_signed: certificate.self_signed(),
        version: certificate.version(),
        not_before: date(certificate.not_before()),
        not_after: date(certificate.not_after()),
        key: certificate.key(),
        signature_algorithm: certificate.signature_algorithm(),
        subject_key_id: certificate.subject_key_id().map(hex),
        authority_key_id: issuer_key.and_then(|id| id.key_id.as_deref()).map(hex),
        path_length: certificate.path_length(),
        kubeadm_pin: kubeadm_pin(certificate.spki_sha256()),
        puppet_ca_fingerprint: item.puppet_ca_fingerprint.as_deref(),
        sightings: sightings.map(|cert| sighting(inventory, cert)).collect(),
    }
}

fn date(date: &Date) -> Option<String> {
    date.seconds().map(rfc3339)
}

fn sighting<'a>(inventory: &'a Inventory, cert: &'a Cert) -> Sighting<'a> {
    let region = inventory.places.region(cert.at);
    Sighting {
        path: inventory.evidence.path(cert.at.file),
        line: region.start.line,
        end_line: region.last_line(),
        encoding: cert.encoding.name(),
        container: &cert.container,
    }
}
