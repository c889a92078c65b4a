//! The public key of a certificate: what kind it is and how long.

use serde::Serialize;

use super::curve::{self, Curve};
use super::der::{
    BIT_STRING, Element, INTEGER, OBJECT_IDENTIFIER, Reader, SEQUENCE, bit_length, digits,
    octets_of_bits,
};

/// What a public key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum KeyAlgorithm {
    /// RSA, whether or not it is restricted to PSS (RFC 8017).
    Rsa,
    /// Elliptic curves in the form of RFC 5480.
    Ec,
    /// `Ed25519` (RFC 8410).
    Ed25519,
    /// `Ed448` (RFC 8410).
    Ed448,
    /// DSA (RFC 3279 §2.3.2).
    Dsa,
    /// Anything else, also what cannot be told.
    Other,
}

/// A public key, described.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Key {
    /// The kind of key.
    pub algorithm: KeyAlgorithm,
    /// The length in bits: of the RSA modulus, of the order of the curve's
    /// group, of the DSA prime. `None` when it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bits: Option<u32>,
    /// The curve of an EC key: `P-256`, a name of SEC 2 or RFC 5639, a dotted
    /// object identifier, or `explicit` when its parameters are spelled out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub curve: Option<String>,
}

/// The numbers of a public key, as far as they could be read.
#[derive(Clone, Copy, Debug)]
pub(super) enum PublicKey<'a> {
    /// Both numbers without leading zeros. A key for PSS only has `pss` set.
    Rsa {
        modulus: &'a [u8],
        exponent: &'a [u8],
        pss: bool,
    },
    Ec {
        curve: &'static Curve,
        point: &'a [u8],
    },
    /// A curve by its parameters: the bits of its order.
    ExplicitEc {
        bits: u32,
    },
    Ed25519(&'a [u8]),
    Ed448,
    /// The prime.
    Dsa {
        prime: &'a [u8],
    },
    /// The kind at least, if that is known, and the curve's identifier.
    Unreadable(KeyAlgorithm, Option<&'a [u8]>),
}

const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
const DSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const ED448: &[u8] = &[0x2b, 0x65, 0x71];

impl<'a> PublicKey<'a> {
    /// Reads the DER of a `SubjectPublicKeyInfo`.
    pub(super) fn read(info: &'a [u8]) -> Self {
        let Some((oid, parameters, key)) = parts(info) else {
            return Self::Unreadable(KeyAlgorithm::Other, None);
        };
        let (algorithm, read) = match oid {
            RSA | RSA_PSS => (KeyAlgorithm::Rsa, rsa(key, oid == RSA_PSS)),
            EC => (KeyAlgorithm::Ec, ec(parameters, key)),
            DSA => (KeyAlgorithm::Dsa, dsa(parameters, key)),
            ED25519 => (
                KeyAlgorithm::Ed25519,
                key.filter(|key| key.len() == 32).map(Self::Ed25519),
            ),
            ED448 => (
                KeyAlgorithm::Ed448,
                key.filter(|key| key.len() == 57).map(|_| Self::Ed448),
            ),
            _ => (KeyAlgorithm::Other, None),
        };
        let curve = parameters
            .filter(|parameters| oid == EC && parameters.tag == OBJECT_IDENTIFIER)
            .map(|parameters| parameters.content);
        read.unwrap_or(Self::Unreadable(algorithm, curve))
    }

    /// Whether the key's numbers were understood. Two keys that were not are
    /// never known to be one.
    pub(super) fn is_readable(&self) -> bool {
        !matches!(self, Self::Unreadable(..))
    }

    pub(super) fn algorithm(&self) -> KeyAlgorithm {
        match self {
            Self::Rsa { .. } => KeyAlgorithm::Rsa,
            Self::Ec { .. } | Self::ExplicitEc { .. } => KeyAlgorithm::Ec,
            Self::Ed25519(_) => KeyAlgorithm::Ed25519,
            Self::Ed448 => KeyAlgorithm::Ed448,
            Self::Dsa { .. } => KeyAlgorithm::Dsa,
            Self::Unreadable(algorithm, _) => *algorithm,
        }
    }

    pub(super) fn describe(&self) -> Key {
        let (bits, curve) = match *self {
            Self::Rsa { modulus, .. } => (Some(bit_length(modulus)), None),
            Self::Ec { curve, .. } => (Some(curve.bits), Some(curve.name.to_owned())),
            Self::ExplicitEc { bits } => (Some(bits), Some("explicit".to_owned())),
            Self::Ed25519(_) => (Some(256), None),
            Self::Ed448 => (Some(456), None),
            Self::Dsa { prime } => (Some(bit_length(prime)), None),
            Self::Unreadable(_, curve) => (None, curve.map(curve::name)),
        };
        Key {
            algorithm: self.algorithm(),
            bits,
            curve,
        }
    }
}

/// The algorithm's identifier and parameters, and the key's bytes.
type Parts<'a> = (&'a [u8], Option<Element<'a>>, Option<&'a [u8]>);

fn parts(info: &[u8]) -> Option<Parts<'_>> {
    let mut info = Reader::new(Reader::new(info).take(SEQUENCE)?.content);
    let mut algorithm = Reader::new(info.take(SEQUENCE)?.content);
    let oid = algorithm.take(OBJECT_IDENTIFIER)?.content;
    let key = info.take(BIT_STRING)?.content;
    Some((oid, algorithm.any(), octets_of_bits(key)))
}

/// `RSAPublicKey` of RFC 8017 §A.1.1.
fn rsa(key: Option<&[u8]>, pss: bool) -> Option<PublicKey<'_>> {
    let mut numbers = Reader::new(Reader::new(key?).take(SEQUENCE)?.content);
    Some(PublicKey::Rsa {
        modulus: digits(numbers.take(INTEGER)?.content)?,
        exponent: digits(numbers.take(INTEGER)?.content)?,
        pss,
    })
}

/// `ECPoint` of RFC 5480 §2.2, on the curve that the parameters name or spell out.
fn ec<'a>(parameters: Option<Element<'a>>, key: Option<&'a [u8]>) -> Option<PublicKey<'a>> {
    let (parameters, point) = (parameters?, key?);
    match parameters.tag {
        OBJECT_IDENTIFIER => {
            let curve = curve::find(parameters.content)?;
            curve
                .has_form_of_point(point)
                .then_some(PublicKey::Ec { curve, point })
        }
        SEQUENCE => {
            let bits = curve::explicit_order_bits(parameters.content)?;
            (!point.is_empty()).then_some(PublicKey::ExplicitEc { bits })
        }
        _ => None,
    }
}

/// `Dss-Parms` of RFC 3279 §2.3.2; a key that inherits its issuer's is not
/// readable, since its bytes alone do not say which key it is.
fn dsa<'a>(parameters: Option<Element<'a>>, key: Option<&'a [u8]>) -> Option<PublicKey<'a>> {
    let parameters = parameters.filter(|parameters| parameters.tag == SEQUENCE)?;
    let prime = digits(Reader::new(parameters.content).take(INTEGER)?.content)?;
    digits(Reader::new(key?).take(INTEGER)?.content)?;
    Some(PublicKey::Dsa { prime })
}
