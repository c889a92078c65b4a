//! The inventory as a cryptographic bill of materials: `CycloneDX` 1.7, or 1.6
//! for readers that do not know that yet.
//!
//! The same project gives the same document: its serial number is made of its
//! content, and a date stands in it only if one was given.
//!
//! Source: `schema/bom-1.6.schema.json` and `schema/bom-1.7.schema.json` in
//! `CycloneDX/specification`. The oracle lane holds the output against them.

mod algorithm;
mod certificate;

use super::Inventory;
use ca_audit::Signer;
use ca_audit::certificate::fingerprint::hex;
use ca_audit::certificate::{Certificate, rfc3339};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// A version of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SpecVersion {
    /// 1.6, the first that knows certificates.
    V1_6,
    /// 1.7, which knows their serial numbers, fingerprints and extensions.
    V1_7,
}

impl SpecVersion {
    fn name(self) -> &'static str {
        match self {
            Self::V1_6 => "1.6",
            Self::V1_7 => "1.7",
        }
    }
}

/// The report of `inventory --format cyclonedx`; `now` in Unix seconds, if it
/// is to be dated.
pub fn cyclonedx(inventory: &Inventory, version: SpecVersion, now: Option<i64>) -> String {
    let mut bom = Bom {
        version,
        now,
        listed: inventory
            .items
            .iter()
            .map(|item| *item.certificate.sha256())
            .collect(),
        components: BTreeMap::new(),
        dependencies: BTreeMap::new(),
    };
    for item in &inventory.items {
        bom.add(inventory, item);
    }
    let document = bom.document(inventory);
    crate::report::json::document(&document)
}

/// What is put together.
struct Bom {
    version: SpecVersion,
    now: Option<i64>,
    /// The certificates that have a component.
    listed: BTreeSet<[u8; 32]>,
    /// By reference.
    components: BTreeMap<String, Value>,
    /// What each rests on.
    dependencies: BTreeMap<String, BTreeSet<String>>,
}

impl Bom {
    fn add(&mut self, inventory: &Inventory, item: &super::Item) {
        let certificate = item.certificate;
        let reference = certificate_reference(certificate);
        let key = self.add_key(certificate);
        let algorithm = self.add_signature_algorithm(certificate);
        let assets = certificate::Assets {
            key: &key,
            algorithm: &algorithm,
        };
        let component = certificate::component(inventory, item, &assets, self);
        self.components.insert(reference.clone(), component);
        let rests_on = self.dependencies.entry(reference).or_default();
        rests_on.extend([key, algorithm]);
        if let Signer::Known(issuers) = &item.signer {
            let listed = issuers
                .iter()
                .filter(|issuer| self.listed.contains(issuer.sha256()));
            rests_on.extend(listed.map(|issuer| certificate_reference(issuer)));
        }
    }

    fn add_key(&mut self, certificate: &Certificate) -> String {
        let reference = format!("key:sha256:{}", hex(certificate.spki_sha256()));
        let algorithm = algorithm::of_key(certificate.key(), self.version);
        let component = algorithm::key(certificate, &reference, algorithm.as_ref(), self.version);
        self.components.insert(reference.clone(), component);
        let rests_on = self.dependencies.entry(reference.clone()).or_default();
        if let Some(algorithm) = algorithm {
            rests_on.insert(algorithm.reference.clone());
            self.add_algorithm(algorithm);
        }
        reference
    }

    fn add_signature_algorithm(&mut self, certificate: &Certificate) -> String {
        let algorithm = algorithm::of_signature(certificate, self.version);
        let reference = algorithm.reference.clone();
        self.add_algorithm(algorithm);
        reference
    }

    fn add_algorithm(&mut self, algorithm: algorithm::Algorithm) {
        self.dependencies
            .entry(algorithm.reference.clone())
            .or_default();
        self.components
            .insert(algorithm.reference, algorithm.component);
    }

    fn document(self, inventory: &Inventory) -> Value {
        let version = self.version.name();
        let dependencies = self
            .dependencies
            .iter()
            .map(|(reference, rests_on)| json!({ "ref": reference, "dependsOn": rests_on }));
        let dependencies: Vec<Value> = dependencies.collect();
        let mut document = json!({
            "$schema": format!("http://cyclonedx.org/schema/bom-{version}.schema.json"),
            "bomFormat": "CycloneDX",
            "specVersion": version,
            "version": 1,
            "metadata": metadata(inventory, self.now),
            "components": self.components.into_values().collect::<Vec<Value>>(),
            "dependencies": dependencies,
            "compositions": compositions(inventory),
        });
        document["serialNumber"] = serial_number(&document).into();
        document
    }
}

fn metadata(inventory: &Inventory, now: Option<i64>) -> Value {
    let mut gaps: BTreeMap<&str, usize> = BTreeMap::new();
    for gap in &inventory.gaps {
        *gaps.entry(gap.reason.name()).or_default() += 1;
    }
    let gaps = gaps
        .into_iter()
        .map(|(reason, count)| property(&format!("not-seen:{reason}"), &count.to_string()));
    let tool = json!({
        "type": "application",
        "name": "ca-lint",
        "version": env!("CARGO_PKG_VERSION"),
    });
    present(json!({
        "timestamp": now.and_then(date_time),
        "tools": { "components": [tool] },
        "properties": gaps.collect::<Vec<Value>>(),
    }))
}

/// Certificates whose issuer is not among their dependencies: it is not here,
/// or nobody here can tell.
fn compositions(inventory: &Inventory) -> Value {
    let lacks_issuer =
        |item: &&super::Item| !matches!(item.signer, Signer::Itself | Signer::Known(_));
    let lacking: BTreeSet<String> = inventory
        .items
        .iter()
        .filter(lacks_issuer)
        .map(|item| certificate_reference(item.certificate))
        .collect();
    if lacking.is_empty() {
        return json!([]);
    }
    json!([{ "aggregate": "incomplete", "dependencies": lacking }])
}

/// A UUID of version 8 (RFC 9562 §5.8) made of what the document says.
fn serial_number(document: &Value) -> String {
    let digest = Sha256::digest(document.to_string());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = hex(&bytes);
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &digits[part]);
    format!("urn:uuid:{}", parts.join("-"))
}

fn certificate_reference(certificate: &Certificate) -> String {
    format!("certificate:sha256:{}", hex(certificate.sha256()))
}

/// What the form has no field for.
fn property(name: &str, value: &str) -> Value {
    json!({ "name": format!("ca-lint:{name}"), "value": value })
}

/// The object without the fields that have nothing to say.
fn present(object: Value) -> Value {
    let Value::Object(fields) = object else {
        return object;
    };
    let says = |value: &Value| match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::String(text) => !text.is_empty(),
        _ => true,
    };
    let fields: Map<String, Value> = fields.into_iter().filter(|(_, it)| says(it)).collect();
    Value::Object(fields)
}

/// RFC 3339 has no years beyond 9999; a date outside it has no place here.
fn date_time(seconds: i64) -> Option<String> {
    let text = rfc3339(seconds);
    (!text.starts_with(['+', '-'])).then_some(text)
}
