//! What Puppet compares with its setting `ca_fingerprint`: the SHA-256 of a
//! whole CA file as text, not of any certificate in it. A line break or the
//! order of two certificates changes it.
//!
//! Source: `Puppet::SSL::StateMachine::NeedCACerts` in Puppet 7.

use ca_audit::Evidence;
use ca_audit::certificate::fingerprint::hex;
use ca_audit::facts::{Cert, Encoding};
use ca_audit::place::FileId;
use ca_audit::tree::Tree;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeSet, HashMap};

/// The digest of a file that holds certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileDigest {
    /// Lower-case hexadecimal.
    pub(super) sha256: String,
    /// Whether it is the CA file of a Puppet agent or authority, not just a
    /// file that could be served as one.
    pub(super) is_puppet: bool,
}

/// The digest of every file that is nothing but PEM.
pub(super) fn digests(tree: &dyn Tree, evidence: &Evidence) -> HashMap<FileId, FileDigest> {
    let puppet: BTreeSet<FileId> = evidence
        .ssl_directories
        .iter()
        .map(|directory| directory.ca)
        .collect();
    let files: BTreeSet<FileId> = evidence
        .certs
        .iter()
        .filter(|cert| stands_alone(cert))
        .map(|cert| cert.at.file)
        .collect();
    let digest = |file: FileId| {
        let bytes = tree.bytes(evidence.path(file)).ok()?;
        let is_puppet = puppet.contains(&file);
        (is_puppet || is_pem(&bytes)).then(|| FileDigest {
            sha256: hex(&Sha256::digest(&bytes)),
            is_puppet,
        })
    };
    files
        .into_par_iter()
        .filter_map(|file| Some((file, digest(file)?)))
        .collect()
}

fn stands_alone(cert: &Cert) -> bool {
    cert.encoding == Encoding::PEM && cert.container.is_empty()
}

/// Blocks, and between them nothing but comments and what `openssl x509 -text`
/// writes: no line that belongs to a program or to a document.
fn is_pem(bytes: &[u8]) -> bool {
    let begins = |line: &[u8]| line.starts_with(b"-----BEGIN ");
    let mut lines = bytes
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii_end);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(b"#"));
    first.is_some_and(|line| begins(line) || line == b"Certificate:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_that_could_be_served_are_digested() {
        assert!(is_pem(b"-----BEGIN CERTIFICATE-----\n"));
        assert!(is_pem(b"\n# DST Root\n-----BEGIN CERTIFICATE-----\n"));
        assert!(is_pem(b"Certificate:\n    Data:\n"));
        assert!(!is_pem(b"ca = '''\n-----BEGIN CERTIFICATE-----\n"));
        assert!(!is_pem(b"  -----BEGIN CERTIFICATE-----\n"));
        assert!(!is_pem(b""));
    }
}
