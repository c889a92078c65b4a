//! Bundles as sets of CAs: what one trusts and the other does not.

use ca_audit::Evidence;
use ca_audit::facts::Cert;
use ca_audit::place::FileId;
use std::collections::BTreeSet;

/// The CAs of a bundle, each by its public key and its name: certificates of a
/// CA that was renewed with both are one CA.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CaSet {
    cas: BTreeSet<([u8; 32], Vec<u8>)>,
    /// Whether there is one besides whose key cannot be read, so that nobody
    /// can say which CA it is.
    has_unreadable: bool,
}

/// How two sets of CAs lie to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Equal,
    /// The first lacks some of the second.
    Subset,
    /// The second lacks some of the first.
    Superset,
    /// Each lacks some of the other, and they share some.
    Overlap,
    /// They share none.
    Disjoint,
}

impl CaSet {
    /// The CAs of a file.
    pub(crate) fn of_file(evidence: &Evidence, file: FileId) -> Self {
        Self::of(evidence.cas_in(file))
    }

    /// The CAs among certificates.
    pub(crate) fn of<'c>(certs: impl IntoIterator<Item = &'c Cert>) -> Self {
        let mut set = Self::default();
        for cert in certs {
            let certificate = &cert.certificate;
            if certificate.is_ca() == Some(false) {
                continue;
            }
            if certificate.spki_readable() {
                let name = certificate.canonical_subject();
                set.cas.insert((*certificate.spki_sha256(), name));
            } else {
                set.has_unreadable = true;
            }
        }
        set
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.cas.is_empty() && !self.has_unreadable
    }

    /// How it lies to another; `None` where either is empty or has a CA whose
    /// key cannot be read.
    pub(crate) fn relation(&self, other: &Self) -> Option<Relation> {
        if self.cas.is_empty()
            || other.cas.is_empty()
            || self.has_unreadable
            || other.has_unreadable
        {
            return None;
        }
        let relation = if self.cas == other.cas {
            Relation::Equal
        } else if self.cas.is_subset(&other.cas) {
            Relation::Subset
        } else if self.cas.is_superset(&other.cas) {
            Relation::Superset
        } else if self.cas.is_disjoint(&other.cas) {
            Relation::Disjoint
        } else {
            Relation::Overlap
        };
        Some(relation)
    }

    /// Whether both are known and share no CA.
    pub(crate) fn is_disjoint(&self, other: &Self) -> bool {
        self.relation(other) == Some(Relation::Disjoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(keys: &[u8]) -> CaSet {
        CaSet {
            cas: keys.iter().map(|key| ([*key; 32], Vec::new())).collect(),
            has_unreadable: false,
        }
    }

    #[test]
    fn every_relation() {
        let relation = |a: &[u8], b: &[u8]| set(a).relation(&set(b));
        assert_eq!(relation(&[1, 2], &[2, 1]), Some(Relation::Equal));
        assert_eq!(relation(&[1], &[1, 2]), Some(Relation::Subset));
        assert_eq!(relation(&[1, 2], &[1]), Some(Relation::Superset));
        assert_eq!(relation(&[1, 2], &[2, 3]), Some(Relation::Overlap));
        assert_eq!(relation(&[1], &[2]), Some(Relation::Disjoint));
        assert_eq!(relation(&[], &[2]), None);
        let unreadable = CaSet {
            has_unreadable: true,
            ..set(&[1])
        };
        assert_eq!(unreadable.relation(&set(&[2])), None);
    }
}
