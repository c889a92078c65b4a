//! Whether one certificate's key made another's signature.
//!
//! `ring` checks; what it lacks (P-521, MD5, DSA, RSA below 1024 bits, PSS,
//! Ed448 and more) is [`Signature::Unknown`], never [`Signature::Invalid`].

use ring::error::Unspecified;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1,
    ED25519, RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_2048_8192_SHA384, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey,
    VerificationAlgorithm,
};

use super::Certificate;
use super::curve::Curve;
use super::der::{bit_length, octets_of_bits};
use super::key::{KeyAlgorithm, PublicKey};
use super::signature_algorithm::{self, SignatureAlgorithm};

/// What a check of a signature found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signature {
    /// The key made it.
    Valid,
    /// The key did not make it, or what is signed has changed, or names
    /// another algorithm than the signature does (RFC 5280 §4.1.1.2; OpenSSL
    /// and Go refuse that).
    Invalid,
    /// It cannot be checked here, for this reason.
    Unknown(&'static str),
}

/// Whether the key in `parent` made the signature on `child`.
///
/// This is arithmetic only: names, dates, and whether `parent` is a CA are
/// left to the caller, as is remembering the answer, which costs 30 to 1200 µs.
pub fn signed_by(child: &Certificate, parent: &Certificate) -> Signature {
    if !child.algorithms_agree() {
        return Signature::Invalid;
    }
    let Some(algorithm) = signature_algorithm::find(child.signature_oid()) else {
        return Signature::Unknown("its signature algorithm is not known here");
    };
    let Some(signature) = octets_of_bits(child.signature()) else {
        return Signature::Unknown("its signature is no whole number of bytes");
    };
    let key = PublicKey::read(parent.public_key());
    if !key.is_readable() {
        return Signature::Unknown("the public key of its issuer cannot be read");
    }
    if key.algorithm() != algorithm.key && algorithm.key != KeyAlgorithm::Other {
        return Signature::Invalid;
    }
    let check = Check {
        algorithm,
        message: child.signed_part(),
        signature,
    };
    match key {
        PublicKey::Rsa {
            modulus,
            exponent,
            pss: false,
        } => check.rsa(modulus, exponent),
        PublicKey::Ec { curve, point } => check.ec(curve, point),
        PublicKey::Ed25519(key) => check.with(&ED25519, key),
        _ => Signature::Unknown("nothing here can check signatures of its issuer's kind of key"),
    }
}

/// One signature to be checked.
struct Check<'a> {
    algorithm: &'static SignatureAlgorithm,
    message: &'a [u8],
    signature: &'a [u8],
}

impl Check<'_> {
    fn rsa(&self, modulus: &[u8], exponent: &[u8]) -> Signature {
        // Keys in use at the time of SHA-1 are as short as 1024 bits; whether
        // that is enough is for a rule to say.
        let (parameters, least_bits): (&RsaParameters, _) = match self.algorithm.name {
            "sha1WithRSAEncryption" | "sha1WithRSA" => {
                (&RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, 1024)
            }
            "sha256WithRSAEncryption" => (&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, 1024),
            "sha384WithRSAEncryption" => (&RSA_PKCS1_2048_8192_SHA384, 2048),
            "sha512WithRSAEncryption" => (&RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY, 1024),
            _ => return Signature::Unknown("its RSA signature is of a kind not checked here"),
        };
        if !is_usual_rsa(modulus, exponent, least_bits) {
            return Signature::Unknown("the RSA key of its issuer is of a size not checked here");
        }
        let key = RsaPublicKeyComponents {
            n: modulus,
            e: exponent,
        };
        verdict(key.verify(parameters, self.message, self.signature))
    }

    fn ec(&self, curve: &Curve, point: &[u8]) -> Signature {
        let algorithm: &dyn VerificationAlgorithm = match (curve.name, self.algorithm.name) {
            ("P-256", "ecdsa-with-SHA256") => &ECDSA_P256_SHA256_ASN1,
            ("P-256", "ecdsa-with-SHA384") => &ECDSA_P256_SHA384_ASN1,
            ("P-384", "ecdsa-with-SHA256") => &ECDSA_P384_SHA256_ASN1,
            ("P-384", "ecdsa-with-SHA384") => &ECDSA_P384_SHA384_ASN1,
            _ => return Signature::Unknown("its curve and digest are not checked here"),
        };
        if point.first() != Some(&UNCOMPRESSED) {
            return Signature::Unknown("the EC key of its issuer is compressed");
        }
        self.with(algorithm, point)
    }

    fn with(&self, algorithm: &'static dyn VerificationAlgorithm, key: &[u8]) -> Signature {
        verdict(UnparsedPublicKey::new(algorithm, key).verify(self.message, self.signature))
    }
}

/// SEC 1 §2.3.3.
const UNCOMPRESSED: u8 = 4;

/// Whether `ring` takes the key; it tells a key it refuses and a signature
/// that is wrong by the same error.
fn is_usual_rsa(modulus: &[u8], exponent: &[u8], least_bits: u32) -> bool {
    // The least length counts in whole bytes.
    let bits = bit_length(modulus);
    let is_odd = |digits: &[u8]| digits.last().is_some_and(|last| last & 1 == 1);
    bits.next_multiple_of(8) >= least_bits
        && bits <= 8192
        && is_odd(modulus)
        && is_odd(exponent)
        && (2..=33).contains(&bit_length(exponent))
}

fn verdict(checked: Result<(), Unspecified>) -> Signature {
    match checked {
        Ok(()) => Signature::Valid,
        Err(Unspecified) => Signature::Invalid,
    }
}
