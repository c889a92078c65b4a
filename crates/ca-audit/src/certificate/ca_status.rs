//! Whether a certificate is a CA, and on what grounds.

use super::basic_constraints::BasicConstraints;
use super::defect::Defect;
use super::key_usage::{KeyUsage, NetscapeType};
use super::known_extensions::Reading;

/// What makes a certificate a CA, or keeps it from being one.
///
/// Clients disagree on everything but the first and the last: Go takes a CA
/// without `basicConstraints` only when it is of version 1 or 2 and a root,
/// OpenSSL takes all that have a reason as roots.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CaStatus {
    /// `basicConstraints` says so, and `keyUsage` does not object.
    Ca,
    /// Version 1 and signed by itself: a root from before extensions.
    CaV1Root,
    /// `keyUsage` allows to sign certificates; `basicConstraints` is missing.
    CaKeyUsageOnly,
    /// Only Netscape's certificate type says so.
    CaNetscape,
    /// Signed by itself, and nothing says what it may do.
    SelfSignedNoExtensions,
    /// It may not sign certificates.
    NotCa,
    /// The extension that would decide cannot be read.
    Broken {
        /// Which, and what is wrong with it.
        why: String,
    },
}

impl CaStatus {
    /// Yes, no, or `None` when it cannot be decided.
    ///
    /// A certificate that says nothing is no CA: no client lets it sign
    /// another. It may still be trusted for itself.
    pub fn is_ca(&self) -> Option<bool> {
        match self {
            Self::Ca | Self::CaV1Root | Self::CaKeyUsageOnly | Self::CaNetscape => Some(true),
            Self::SelfSignedNoExtensions | Self::NotCa => Some(false),
            Self::Broken { .. } => None,
        }
    }
}

/// All that the decision rests on.
#[derive(Debug)]
pub(super) struct Grounds<'a> {
    pub(super) version: u8,
    /// Its name and key identifier do not speak against its being its own
    /// issuer.
    pub(super) is_own_issuer: bool,
    pub(super) key_usage: &'a Reading<KeyUsage>,
    pub(super) basic_constraints: &'a Reading<BasicConstraints>,
    pub(super) netscape_type: &'a Reading<NetscapeType>,
}

impl Grounds<'_> {
    /// Decides in the order of `check_ca` in OpenSSL's `crypto/x509/v3_purp.c`.
    pub(super) fn decide(&self) -> CaStatus {
        match self.key_usage {
            Reading::Is(usage) if !usage.contains(KeyUsage::KEY_CERT_SIGN) => CaStatus::NotCa,
            Reading::Broken(defect) => broken(defect),
            Reading::Is(_) | Reading::Absent => self.by_constraints(),
        }
    }

    fn by_constraints(&self) -> CaStatus {
        match self.basic_constraints {
            Reading::Is(constraints) if constraints.is_ca => CaStatus::Ca,
            Reading::Is(_) => CaStatus::NotCa,
            Reading::Broken(defect) => broken(defect),
            Reading::Absent if self.version == 1 && self.is_own_issuer => CaStatus::CaV1Root,
            // Without the bit for it the decision would have fallen before.
            Reading::Absent if matches!(self.key_usage, Reading::Is(_)) => CaStatus::CaKeyUsageOnly,
            Reading::Absent => self.by_netscape_type(),
        }
    }

    fn by_netscape_type(&self) -> CaStatus {
        match self.netscape_type {
            Reading::Is(kind) if kind.is_any_ca() => CaStatus::CaNetscape,
            Reading::Broken(defect) => broken(defect),
            Reading::Absent if self.is_own_issuer => CaStatus::SelfSignedNoExtensions,
            Reading::Is(_) | Reading::Absent => CaStatus::NotCa,
        }
    }
}

fn broken(defect: &Defect) -> CaStatus {
    CaStatus::Broken {
        why: defect.to_string(),
    }
}
