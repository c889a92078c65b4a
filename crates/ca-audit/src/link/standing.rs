//! What stands where a client looks for its CA, when that is no certificate.

use crate::evidence::Evidence;
use crate::facts::Content;
use crate::link::managed::SourceEnd;
use crate::place::FileId;
use crate::tree::{EntryKind, Tree};
use std::collections::{BTreeMap, BTreeSet};

/// Enough of a file to see what it is.
const LOOKED_AT: usize = 64 * 1024;

/// What a file holds that ought to hold a CA and has no certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Standing {
    /// Nothing, or nothing but blanks.
    Empty,
    /// A private key.
    PrivateKey,
    /// A public key without a certificate.
    PublicKey,
    /// A request for a certificate.
    Request,
    /// A revocation list.
    RevocationList,
    /// A page of a web server.
    WebPage,
    /// What Git LFS or git-annex left in the place of a file.
    Pointer,
    /// The beginning of a certificate that cannot be read.
    Broken,
    /// Something else.
    Other,
}

impl Standing {
    /// In words: `a private key and no certificate`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Empty => "nothing: the file is empty",
            Self::PrivateKey => "a private key and no certificate",
            Self::PublicKey => "a public key and no certificate",
            Self::Request => "a request for a certificate and no certificate",
            Self::RevocationList => "a revocation list and no certificate",
            Self::WebPage => "a web page and no certificate",
            Self::Pointer => "a pointer to a file that is kept elsewhere",
            Self::Broken => "a certificate that cannot be read",
            Self::Other => "no certificate",
        }
    }
}

/// By file, what stands in those that clients take for their CA and that hold
/// no certificate.
pub(super) fn standing(tree: &dyn Tree, evidence: &Evidence) -> BTreeMap<FileId, Standing> {
    let mut found = BTreeMap::new();
    for file in asked(evidence) {
        let entry = &evidence.entries[file.0 as usize];
        if entry.kind == EntryKind::File
            && evidence.certs_in(file).is_empty()
            && let Ok(bytes) = tree.bytes(&entry.path)
        {
            found.insert(file, of(&bytes));
        }
    }
    found
}

/// The files behind the paths that clients name: on every host, and what
/// Puppet copies there as it is.
fn asked(evidence: &Evidence) -> BTreeSet<FileId> {
    let mut files = BTreeSet::new();
    let of_clients = evidence.reads.iter().flat_map(|client| &client.ca_paths);
    let of_others = evidence
        .reliances
        .iter()
        .flat_map(|reliance| &reliance.ca_paths);
    for ca in of_clients.chain(of_others) {
        let on_hosts = evidence.hosts.iter();
        files.extend(on_hosts.filter_map(|host| evidence.host_file(host, &ca.path)));
        let copies = evidence
            .writers_of(&ca.path)
            .filter(|write| matches!(write.content, Content::Copy(_)));
        for source in copies
            .filter_map(|write| evidence.sources_of(write))
            .flatten()
        {
            if let SourceEnd::Repository(file) = source.end {
                files.insert(file);
            }
        }
    }
    files
}

fn of(bytes: &[u8]) -> Standing {
    let bytes = &bytes[..bytes.len().min(LOOKED_AT)];
    let has = |words: &str| memchr::memmem::find(bytes, words.as_bytes()).is_some();
    let text = bytes.trim_ascii_start();
    let begins = |words: &str| {
        text.get(..words.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(words.as_bytes()))
    };
    if text.is_empty() {
        Standing::Empty
    } else if begins("<!doctype html") || begins("<html") {
        Standing::WebPage
    } else if begins("version https://git-lfs") || begins("/annex/objects/") {
        Standing::Pointer
    } else if has("BEGIN CERTIFICATE-----") || has("BEGIN TRUSTED CERTIFICATE-----") {
        Standing::Broken
    } else if has("PRIVATE KEY-----") {
        Standing::PrivateKey
    } else if has("CERTIFICATE REQUEST-----") {
        Standing::Request
    } else if has("BEGIN X509 CRL-----") {
        Standing::RevocationList
    } else if has("PUBLIC KEY-----") {
        Standing::PublicKey
    } else {
        Standing::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_there() {
        for (text, expected) in [
            (" \n", Standing::Empty),
            ("\n<!DOCTYPE HTML><title>404</title>", Standing::WebPage),
            (
                "version https://git-lfs.github.com/spec/v1\n",
                Standing::Pointer,
            ),
            ("-----BEGIN CERTIFICATE REQUEST-----\n", Standing::Request),
            ("-----BEGIN X509 CRL-----\n", Standing::RevocationList),
            ("-----BEGIN PUBLIC KEY-----\n", Standing::PublicKey),
            ("-----BEGIN CERTIFICATE-----\nMIIC\n", Standing::Broken),
            ("key = value\n", Standing::Other),
        ] {
            assert_eq!(of(text.as_bytes()), expected, "{text}");
        }
        let key = format!("-----BEGIN RSA {} KEY-----\n", "PRIVATE");
        assert_eq!(of(key.as_bytes()), Standing::PrivateKey);
    }
}
