//! The structure of the `CycloneDX` document, by hand; the oracle lane holds
//! it against the published schemas.

use super::{Authority, reported};
use crate::report::inventory::{SpecVersion, cyclonedx};
use ca_audit::tree::Memory;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// 2025-01-01.
const NOW: i64 = 1_735_689_600;

fn bill(tree: &Memory, version: SpecVersion, now: Option<i64>) -> Value {
    let report = reported(tree, |inventory| cyclonedx(inventory, version, now));
    serde_json::from_str(&report).expect("JSON")
}

fn tree() -> Memory {
    let ca = Authority::new("ca");
    Memory::new()
        .with("a/ca.pem", &*ca.pem)
        .with("b/leaf.pem", format!("\n{}", ca.issue("leaf")))
        .with("c/lost.crt", Authority::new("gone").issue("lost"))
}

fn component<'b>(bill: &'b Value, name: &str) -> &'b Value {
    let components = bill["components"].as_array().expect("a list");
    components
        .iter()
        .find(|component| component["name"] == name)
        .unwrap_or_else(|| panic!("{name}: {bill}"))
}

fn depends_on<'b>(bill: &'b Value, component: &Value) -> BTreeSet<&'b str> {
    let dependencies = bill["dependencies"].as_array().expect("a list");
    let entry = dependencies
        .iter()
        .find(|entry| entry["ref"] == component["bom-ref"])
        .expect("an entry");
    let on = entry["dependsOn"].as_array().expect("a list");
    on.iter().filter_map(Value::as_str).collect()
}

#[test]
fn certificates_rest_on_keys_algorithms_and_their_issuers() {
    let tree = tree();
    for (version, name) in [(SpecVersion::V1_6, "1.6"), (SpecVersion::V1_7, "1.7")] {
        let bill = bill(&tree, version, None);
        assert_eq!(bill["bomFormat"], "CycloneDX");
        assert_eq!(bill["specVersion"], name);
        let (ca, leaf) = (component(&bill, "CN=ca"), component(&bill, "CN=leaf"));
        let issuer = ca["bom-ref"].as_str().expect("a reference");
        assert!(depends_on(&bill, leaf).contains(issuer));
        assert!(!depends_on(&bill, ca).contains(issuer));
        assert!(depends_on(&bill, ca).contains("algorithm:ecdsa-with-SHA256"));
        assert_eq!(
            leaf["evidence"]["occurrences"],
            json!([{ "location": "b/leaf.pem", "line": 2, "additionalContext": "pem" }])
        );
        // Whose issuer is missing is told.
        let lost = component(&bill, "CN=lost");
        assert_eq!(
            bill["compositions"],
            json!([{ "aggregate": "incomplete", "dependencies": [lost["bom-ref"]] }])
        );
    }
}

#[test]
fn each_version_has_its_own_fields() {
    let tree = tree();
    let old = bill(&tree, SpecVersion::V1_6, Some(NOW));
    let about = &component(&old, "CN=leaf")["cryptoProperties"]["certificateProperties"];
    let fields: Vec<&String> = about.as_object().expect("an object").keys().collect();
    let expected = [
        "certificateExtension",
        "certificateFormat",
        "issuerName",
        "notValidAfter",
        "notValidBefore",
        "signatureAlgorithmRef",
        "subjectName",
        "subjectPublicKeyRef",
    ];
    assert_eq!(fields, expected);
    let new = bill(&tree, SpecVersion::V1_7, Some(NOW));
    let about = &component(&new, "CN=ca")["cryptoProperties"]["certificateProperties"];
    assert_eq!(about["serialNumber"], "01");
    assert_eq!(about["issuerName"], "CN=ca");
    assert_eq!(about["notValidAfter"], "2030-01-01T00:00:00Z");
    assert_eq!(about["certificateState"], json!([{ "state": "active" }]));
    assert_eq!(about["fingerprint"]["alg"], "SHA-256");
    assert_eq!(about["certificateFileExtension"], "pem");
    assert_eq!(
        about["certificateExtensions"][0],
        json!({ "commonExtensionName": "basicConstraints", "commonExtensionValue": "CA:TRUE" })
    );
    let key = component(&new, "EC-P-256");
    let about = &key["cryptoProperties"]["algorithmProperties"];
    assert_eq!(about["ellipticCurve"], "nist/P-256");
}

#[test]
fn the_same_project_gives_the_same_document() {
    let tree = tree();
    let version = SpecVersion::V1_7;
    let undated = bill(&tree, version, None);
    assert_eq!(undated, bill(&tree, version, None));
    assert!(undated["metadata"].get("timestamp").is_none());
    let dated = bill(&tree, version, Some(NOW));
    assert_eq!(dated["metadata"]["timestamp"], "2025-01-01T00:00:00Z");
    let numbers = [&undated, &dated].map(|bill| bill["serialNumber"].as_str().expect("a number"));
    assert_ne!(numbers[0], numbers[1], "what differs has another number");
    // Version 8, variant 10 (RFC 9562 §4).
    let digits = numbers[0].strip_prefix("urn:uuid:").expect("a UUID");
    assert_eq!((&digits[14..15], digits.len()), ("8", 36));
    assert!("89ab".contains(&digits[19..20]), "{digits}");
}
