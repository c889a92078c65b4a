//! What a key may be used for: `keyUsage` (RFC 5280 §4.2.1.3) and Netscape's
//! older certificate type.

use super::der::{BIT_STRING, Reader, bits};

/// The bits of `keyUsage`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyUsage(u16);

impl KeyUsage {
    /// May check signatures other than those on certificates and CRLs.
    pub const DIGITAL_SIGNATURE: Self = Self(0x8000);
    /// `nonRepudiation`, also called `contentCommitment`.
    pub const NON_REPUDIATION: Self = Self(0x4000);
    /// May encrypt keys, as RSA key transport does.
    pub const KEY_ENCIPHERMENT: Self = Self(0x2000);
    /// May encrypt data itself.
    pub const DATA_ENCIPHERMENT: Self = Self(0x1000);
    /// May agree on keys.
    pub const KEY_AGREEMENT: Self = Self(0x0800);
    /// May check signatures on certificates: a CA's bit.
    pub const KEY_CERT_SIGN: Self = Self(0x0400);
    /// May check signatures on revocation lists.
    pub const CRL_SIGN: Self = Self(0x0200);
    /// With key agreement: for encryption only.
    pub const ENCIPHER_ONLY: Self = Self(0x0100);
    /// With key agreement: for decryption only.
    pub const DECIPHER_ONLY: Self = Self(0x0080);

    /// Whether all bits of `usage` are set.
    pub const fn contains(self, usage: Self) -> bool {
        self.0 & usage.0 == usage.0
    }

    /// The names of the bits that are set, as RFC 5280 writes them.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        const NAMES: [&str; 9] = [
            "digitalSignature",
            "nonRepudiation",
            "keyEncipherment",
            "dataEncipherment",
            "keyAgreement",
            "keyCertSign",
            "cRLSign",
            "encipherOnly",
            "decipherOnly",
        ];
        NAMES
            .into_iter()
            .enumerate()
            .filter(move |(at, _)| self.0 & (0x8000 >> at) != 0)
            .map(|(_, name)| name)
    }

    pub(super) fn read(value: &[u8]) -> Result<Self, &'static str> {
        read_bits(value).map(u16::from_be_bytes).map(Self)
    }
}

/// The bits of Netscape's certificate type, which named CAs before
/// `basicConstraints` did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NetscapeType(u8);

impl NetscapeType {
    /// A CA for TLS, mail or code. Source: `NS_ANY_CA` in OpenSSL's `x509v3.h`.
    pub(super) const fn is_any_ca(self) -> bool {
        self.0 & 0x07 != 0
    }

    pub(super) fn read(value: &[u8]) -> Result<Self, &'static str> {
        read_bits(value).map(|[bits]| Self(bits))
    }
}

fn read_bits<const N: usize>(value: &[u8]) -> Result<[u8; N], &'static str> {
    Reader::new(value)
        .take(BIT_STRING)
        .and_then(|bit_string| bits(bit_string.content))
        .ok_or("it is no bit string")
}
