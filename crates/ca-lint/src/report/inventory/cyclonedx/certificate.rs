//! A certificate as an asset, with every place where it stands.

use super::{Bom, SpecVersion, certificate_reference, date_time, present, property};
use crate::report::inventory::entry::{ca_because, signed_by};
use crate::report::inventory::{Inventory, Item, Sighting};
use ca_audit::certificate::fingerprint::{colon_hex, hex, kubeadm_pin};
use ca_audit::certificate::{Certificate, Date};
use serde_json::{Value, json};

/// The references of what a certificate is made of.
pub(super) struct Assets<'a> {
    pub(super) key: &'a str,
    pub(super) algorithm: &'a str,
}

/// The component of one certificate.
pub(super) fn component(inventory: &Inventory, item: &Item, assets: &Assets, bom: &Bom) -> Value {
    let certificate = item.certificate;
    let subject = certificate.subject_text();
    let name = if subject.is_empty() {
        "(no subject)"
    } else {
        &subject
    };
    let occurrences = item.sightings.iter();
    let occurrences: Vec<Value> = occurrences
        .map(|sighting| occurrence(inventory, sighting))
        .collect();
    let about = match bom.version {
        SpecVersion::V1_6 => about_1_6(inventory, item, assets),
        SpecVersion::V1_7 => about_1_7(inventory, item, assets, bom.now),
    };
    json!({
        "type": "cryptographic-asset",
        "bom-ref": certificate_reference(certificate),
        "name": name,
        "hashes": hashes(certificate),
        "cryptoProperties": {
            "assetType": "certificate",
            "certificateProperties": about,
        },
        "evidence": { "occurrences": occurrences },
        "properties": properties(item),
    })
}

fn about_1_6(inventory: &Inventory, item: &Item, assets: &Assets) -> Value {
    let certificate = item.certificate;
    present(json!({
        "subjectName": certificate.subject_text(),
        "issuerName": certificate.issuer_text(),
        "notValidBefore": date(certificate.not_before()),
        "notValidAfter": date(certificate.not_after()),
        "signatureAlgorithmRef": assets.algorithm,
        "subjectPublicKeyRef": assets.key,
        "certificateFormat": "X.509",
        "certificateExtension": file_extension(inventory, item),
    }))
}

fn about_1_7(inventory: &Inventory, item: &Item, assets: &Assets, now: Option<i64>) -> Value {
    let certificate = item.certificate;
    present(json!({
        "serialNumber": certificate.serial_hex(),
        "subjectName": certificate.subject_text(),
        "issuerName": certificate.issuer_text(),
        "notValidBefore": date(certificate.not_before()),
        "notValidAfter": date(certificate.not_after()),
        "certificateFormat": "X.509",
        // The schema's words leave the signature out of what is hashed; what
        // every tool prints, and what is meant here, has it.
        "fingerprint": { "alg": "SHA-256", "content": hex(certificate.sha256()) },
        "certificateState": now.and_then(|now| state(certificate, now)),
        "certificateExtensions": extensions(certificate),
        "relatedCryptographicAssets": [
            { "type": "algorithm", "ref": assets.algorithm },
            { "type": "publicKey", "ref": assets.key },
        ],
        "certificateFileExtension": file_extension(inventory, item),
    }))
}

fn hashes(certificate: &Certificate) -> Value {
    json!([
        { "alg": "SHA-256", "content": hex(certificate.sha256()) },
        { "alg": "SHA-1", "content": hex(&certificate.sha1()) },
    ])
}

fn occurrence(inventory: &Inventory, sighting: &Sighting) -> Value {
    let cert = sighting.cert;
    present(json!({
        "location": inventory.evidence.path(cert.at.file),
        "line": inventory.line(cert.at),
        "symbol": cert.container.as_str(),
        "additionalContext": cert.encoding.name(),
    }))
}

fn properties(item: &Item) -> Vec<Value> {
    let certificate = item.certificate;
    let decided = |decided: Option<bool>| match decided {
        Some(true) => "true",
        Some(false) => "false",
        None => "unknown",
    };
    let signed_by = signed_by(&item.signer);
    let mut properties = vec![
        property("is-ca", decided(certificate.is_ca())),
        property("ca-because", ca_because(certificate)),
        property("self-signed", decided(certificate.self_signed())),
        property("signed-by", signed_by.is),
        property("kubeadm-pin", &kubeadm_pin(certificate.spki_sha256())),
    ];
    let fingerprint = item.puppet_ca_fingerprint();
    properties.extend(fingerprint.map(|text| property("puppet-ca-fingerprint", text)));
    properties
}

/// What the dates say; whether it was revoked nobody can see here.
fn state(certificate: &Certificate, now: i64) -> Option<Value> {
    let (from, until) = (
        certificate.not_before().seconds()?,
        certificate.not_after().seconds()?,
    );
    Some(if now < from {
        json!([{ "state": "pre-activation", "reason": "not valid yet" }])
    } else if now > until {
        json!([{ "state": "deactivated", "reason": "expired" }])
    } else {
        json!([{ "state": "active" }])
    })
}

/// The extensions that are understood here, as OpenSSL prints them.
fn extensions(certificate: &Certificate) -> Vec<Value> {
    let constraints = certificate.basic_constraints().map(|constraints| {
        let is_ca = if constraints.is_ca { "TRUE" } else { "FALSE" };
        let limit = constraints.path_length;
        let limit = limit.map(|length| format!(", pathlen:{length}"));
        format!("CA:{is_ca}{}", limit.unwrap_or_default())
    });
    let usage = certificate
        .key_usage()
        .map(|usage| usage.names().collect::<Vec<_>>().join(", "));
    let issuer_key = certificate.authority_key_id();
    let issuer_key = issuer_key.and_then(|id| id.key_id.as_deref());
    let all = [
        ("basicConstraints", constraints),
        ("keyUsage", usage),
        (
            "subjectKeyIdentifier",
            certificate.subject_key_id().map(colon_hex),
        ),
        (
            "authorityKeyIdentifier",
            issuer_key.map(|id| format!("keyid:{}", colon_hex(id))),
        ),
        ("subjectAlternativeName", server_names(certificate)),
    ];
    all.into_iter()
        .filter_map(|(name, value)| {
            Some(json!({ "commonExtensionName": name, "commonExtensionValue": value? }))
        })
        .collect()
}

fn server_names(certificate: &Certificate) -> Option<String> {
    let names = certificate.server_names();
    let dns = names.dns.iter().map(|name| format!("DNS:{name}"));
    let ip = names.ip.iter().map(|ip| format!("IP:{ip}"));
    let all: Vec<String> = dns.chain(ip).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// The extension of the files in which it stands, if they have one and the same.
fn file_extension(inventory: &Inventory, item: &Item) -> Option<String> {
    let extension = |sighting: &Sighting| {
        let path = inventory.evidence.path(sighting.cert.at.file);
        let name = path.rsplit('/').next()?;
        let (stem, extension) = name.rsplit_once('.')?;
        (!stem.is_empty()).then(|| extension.to_owned())
    };
    let mut all = item.sightings.iter().map(extension);
    let first = all.next()??;
    all.all(|other| other.as_ref() == Some(&first))
        .then_some(first)
}

fn date(date: &Date) -> Option<String> {
    date.seconds().and_then(date_time)
}
