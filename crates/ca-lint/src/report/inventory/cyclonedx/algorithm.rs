//! Keys and algorithms as assets of their own.

use super::{SpecVersion, present};
use ca_audit::certificate::{Certificate, Key, KeyAlgorithm};
use serde_json::{Value, json};

/// An algorithm and the name by which others refer to it.
pub(super) struct Algorithm {
    pub(super) reference: String,
    pub(super) component: Value,
}

/// The algorithm that a certificate is signed with.
pub(super) fn of_signature(certificate: &Certificate, version: SpecVersion) -> Algorithm {
    let name = certificate.signature_algorithm();
    let oid = certificate.signature_algorithm_oid();
    let family = family(&name);
    let is_pkcs1 = family == Some("RSASSA-PKCS1");
    let properties = json!({
        "primitive": "signature",
        "padding": is_pkcs1.then_some("pkcs1v15"),
        "algorithmFamily": family.filter(|_| version >= SpecVersion::V1_7),
        "cryptoFunctions": ["sign", "verify"],
    });
    algorithm(&name, properties, Some(&oid))
}

/// The algorithm of a key with its size; `None` for kinds without a name here.
pub(super) fn of_key(key: &Key, version: SpecVersion) -> Option<Algorithm> {
    let (name, primitive) = match key.algorithm {
        KeyAlgorithm::Rsa => ("RSA", "pke"),
        // The same keys sign and agree on keys; the certificate's key usage
        // says which, and not always.
        KeyAlgorithm::Ec => ("EC", "unknown"),
        KeyAlgorithm::Ed25519 => ("Ed25519", "signature"),
        KeyAlgorithm::Ed448 => ("Ed448", "signature"),
        KeyAlgorithm::Dsa => ("DSA", "signature"),
        _ => return None,
    };
    let size = key
        .bits
        .filter(|_| matches!(key.algorithm, KeyAlgorithm::Rsa | KeyAlgorithm::Dsa))
        .map(|bits| bits.to_string());
    let parameter = key.curve.clone().or(size);
    let full_name = match &parameter {
        Some(parameter) => format!("{name}-{parameter}"),
        None => name.to_owned(),
    };
    let is_new = version >= SpecVersion::V1_7;
    let properties = json!({
        "primitive": primitive,
        "parameterSetIdentifier": parameter,
        "curve": key.curve.as_ref().filter(|_| !is_new),
        "ellipticCurve": key.curve.as_deref().and_then(listed_curve).filter(|_| is_new),
    });
    Some(algorithm(&full_name, properties, None))
}

/// The public key of a certificate.
pub(super) fn key(
    certificate: &Certificate,
    reference: &str,
    algorithm: Option<&Algorithm>,
    version: SpecVersion,
) -> Value {
    let hash = reference.rsplit(':').next().unwrap_or_default();
    let algorithm = algorithm.map(|algorithm| algorithm.reference.as_str());
    let is_new = version >= SpecVersion::V1_7;
    let related = |algorithm: &str| json!([{ "type": "algorithm", "ref": algorithm }]);
    let properties = present(json!({
        "type": "public-key",
        "id": format!("sha256:{hash}"),
        "size": certificate.key().bits,
        "algorithmRef": algorithm.filter(|_| !is_new),
        "relatedCryptographicAssets": algorithm.filter(|_| is_new).map(related),
        "fingerprint": is_new.then(|| json!({ "alg": "SHA-256", "content": hash })),
    }));
    json!({
        "type": "cryptographic-asset",
        "bom-ref": reference,
        "name": format!("public key sha256:{hash}"),
        "cryptoProperties": {
            "assetType": "related-crypto-material",
            "relatedCryptoMaterialProperties": properties,
        },
    })
}

fn algorithm(name: &str, properties: Value, oid: Option<&str>) -> Algorithm {
    let reference = format!("algorithm:{name}");
    // What is no object identifier is told by `#` and its bytes.
    let oid = oid.filter(|oid| !oid.starts_with('#'));
    let component = json!({
        "type": "cryptographic-asset",
        "bom-ref": reference,
        "name": name,
        "cryptoProperties": present(json!({
            "assetType": "algorithm",
            "algorithmProperties": present(properties),
            "oid": oid,
        })),
    });
    Algorithm {
        reference,
        component,
    }
}

/// The family by the name that OpenSSL prints; the words are those of
/// `schema/cryptography-defs.schema.json`.
fn family(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let families = [
        ("rsassapss", "RSASSA-PSS"),
        ("rsa", "RSASSA-PKCS1"),
        ("ecdsa", "ECDSA"),
        ("dsa", "DSA"),
        ("ed25519", "EdDSA"),
        ("ed448", "EdDSA"),
        ("sm2", "SM2"),
    ];
    families
        .iter()
        .find(|(word, _)| lower.contains(word))
        .map(|(_, family)| *family)
}

/// The curve in the words of `schema/cryptography-defs.schema.json`, if it has
/// one there.
fn listed_curve(curve: &str) -> Option<String> {
    const NIST: [&str; 5] = ["P-192", "P-224", "P-256", "P-384", "P-521"];
    if NIST.contains(&curve) {
        return Some(format!("nist/{curve}"));
    }
    (curve == "secp256k1").then(|| "secg/secp256k1".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_told_by_name() {
        let told = [
            ("sha256WithRSAEncryption", Some("RSASSA-PKCS1")),
            ("rsassaPss", Some("RSASSA-PSS")),
            ("ecdsa-with-SHA256", Some("ECDSA")),
            ("dsaWithSHA1", Some("DSA")),
            ("ED25519", Some("EdDSA")),
            ("1.2.3", None),
        ];
        for (name, expected) in told {
            assert_eq!(family(name), expected, "{name}");
        }
    }
}
