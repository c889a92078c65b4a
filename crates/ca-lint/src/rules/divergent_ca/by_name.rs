//! CA certificates of one subject that have no key in common.

use super::RULE;
use crate::ca_set::CaSet;
use crate::certificate_words::named;
use crate::data_layer::Layer;
use crate::finding::{Confidence, Finding, Related, Severity, distinct_hashes};
use crate::scope::Scopes;
use ca_audit::Evidence;
use ca_audit::facts::Cert;
use ca_audit::place::FileId;
use std::collections::{BTreeMap, BTreeSet};

/// Names that programs give to every CA they make, so that two of them are two
/// clusters and nothing is wrong. (kubeadm's `cmd/kubeadm/app/phases/certs`,
/// `certlist.go`; kops' `pki` keysets; kubespray's and cfssl's examples.)
const NAMES_OF_ALL: [&str; 12] = [
    "kubernetes",
    "kubernetes-ca",
    "kubernetes ca",
    "kubernetes-front-proxy-ca",
    "front-proxy-ca",
    "etcd-ca",
    "etcd ca",
    "etcd",
    "ca",
    "root ca",
    "my own ca",
    "apiserver-aggregator-ca",
];

/// Words in paths that say for which environment a file is.
const ENVIRONMENTS: [&str; 19] = [
    "prod",
    "production",
    "dev",
    "devel",
    "development",
    "test",
    "testing",
    "staging",
    "stage",
    "stg",
    "qa",
    "uat",
    "integration",
    "preprod",
    "lab",
    "labs",
    "cloud",
    "sandbox",
    "vagrant",
];

/// What is found outside `reported` files, which another reason names already.
pub(super) fn findings(
    evidence: &Evidence,
    scopes: &Scopes,
    reported: &BTreeSet<FileId>,
) -> Vec<Finding> {
    let mut by_subject: BTreeMap<Vec<u8>, Vec<&Cert>> = BTreeMap::new();
    for cert in &evidence.certs {
        let is_ca = cert.certificate.is_ca() == Some(true) && cert.certificate.spki_readable();
        let file = cert.at.file;
        let counts =
            !evidence.is_aside(file) && !evidence.is_past(file) && !reported.contains(&file);
        if is_ca && counts {
            by_subject
                .entry(cert.certificate.canonical_subject())
                .or_default()
                .push(cert);
        }
    }
    by_subject
        .into_values()
        .filter_map(|certs| named_alike(evidence, scopes, &certs))
        .collect()
}

fn named_alike(evidence: &Evidence, scopes: &Scopes, certs: &[&Cert]) -> Option<Finding> {
    let mut by_file: BTreeMap<FileId, Vec<&Cert>> = BTreeMap::new();
    for cert in certs {
        by_file.entry(cert.at.file).or_default().push(cert);
    }
    let files: Vec<(CaSet, &Cert)> = by_file
        .values()
        .map(|certs| (CaSet::of(certs.iter().copied()), certs[0]))
        .collect();
    let (cert, first) = files.iter().enumerate().find_map(|(index, odd)| {
        let other = files[..index].iter().find(|other| {
            other.0.is_disjoint(&odd.0) && one_scope(evidence, scopes, odd.1, other.1)
        })?;
        Some((odd.1, other.1))
    })?;
    Some(Finding {
        rule: RULE.name,
        severity: Severity::Error,
        confidence: Confidence::Medium,
        message: format!("{} is two CAs of one name: this key and the one in {} differ", cert.certificate.subject_text(), evidence.path(first.at.file)),
        effect: "What the one signed does not verify with the other: Go programs say \"x509: certificate signed by unknown authority (possibly because of … while trying to verify candidate authority certificate)\", OpenSSL \"certificate signature failure\" or \"unable to get local issuer certificate\".".into(),
        help: "keep the one that signed the certificates in use; while both are in use, put both into every bundle".into(),
        at: cert.at,
        label: named(&cert.certificate),
        related: vec![Related::new(first.at, format!("the same name, another key: {}", named(&first.certificate)))],
        certificates: distinct_hashes([first, cert]),
        fix: None,
        identity: vec!["subject".into(), cert.certificate.subject_text()],
    })
}

/// Whether two files should hold the same CA as far as their places tell.
///
/// Files of two hosts, or of a host and the repository, may belong to two
/// clusters; data of two layers and files of two environments are told apart on
/// purpose.
fn one_scope(evidence: &Evidence, scopes: &Scopes, a: &Cert, b: &Cert) -> bool {
    if scopes.are_apart(evidence, a.at.file, b.at.file) {
        return false;
    }
    let host = |cert: &Cert| {
        evidence
            .host_of(cert.at.file)
            .map(|host| host.root.as_str())
    };
    let (path_a, path_b) = (evidence.path(a.at.file), evidence.path(b.at.file));
    if host(a) != host(b) || in_two_environments(path_a, path_b) {
        return false;
    }
    if host(a).is_none() && has_name_of_all(a) {
        return false;
    }
    match (Layer::of(path_a), Layer::of(path_b)) {
        // The same key in two layers is judged as a key.
        (Some(_), Some(_)) => false,
        _ => true,
    }
}

fn has_name_of_all(cert: &Cert) -> bool {
    let subject = cert.certificate.subject_text().to_lowercase();
    let common = subject.split(',').find_map(|part| part.strip_prefix("cn="));
    common.is_some_and(|common| NAMES_OF_ALL.contains(&common))
}

/// Whether two paths name different environments: `files/prod/ca.pem` and
/// `files/dev/ca.pem`, `ca.prod.pem` and `ca.labs.pem`.
pub(super) fn in_two_environments(a: &str, b: &str) -> bool {
    let environments = |path: &str| -> BTreeSet<String> {
        let lower = path.to_lowercase();
        let words = lower.split(|letter: char| !letter.is_alphanumeric());
        words
            .filter(|word| ENVIRONMENTS.contains(word))
            .map(str::to_owned)
            .collect()
    };
    environments(a) != environments(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environments_stand_in_paths() {
        assert!(in_two_environments("files/prod/ca.pem", "files/dev/ca.pem"));
        assert!(in_two_environments("ca.pem", "ca.labs.pem"));
        assert!(!in_two_environments("prod/a/ca.pem", "prod/b/ca.pem"));
        assert!(!in_two_environments("a/device.pem", "b/prodigy.pem"));
    }
}
