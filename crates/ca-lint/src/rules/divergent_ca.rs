//! One CA that is two.

use super::Rule;
use crate::certificate_words::{all_named, named};
use crate::finding::{Confidence, Finding, Related, Severity};
use crate::settings::Settings;
use ca_audit::facts::Cert;
use ca_audit::host::{SslDirectory, SslKind};
use ca_audit::place::FileId;
use ca_audit::{Evidence, Realm};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const RULE: Rule = Rule {
    name: "divergent-ca",
    summary: "one logical CA has different keys in different places",
    severity: Severity::Error,
    page: PAGE,
    check,
};

const PAGE: &str = r#"
There should be one CA and there are two: certificates of the same name with different keys, or hosts of one Puppet realm whose agents trust different CAs. Whoever trusts the one rejects everything that the other signed.

## Why it matters

In the outage of 2019-09-11 two hosts of one project trusted two Puppet CAs, where "there really shouldn't be more than one". Each looked right by itself: the right path, the right owner, a valid certificate. Only side by side do they show what is wrong.

## What is reported

Keys are compared (the SubjectPublicKeyInfo), never whole certificates: a renewed CA with its old key is the same CA. Files are compared as sets, so a bundle that holds the old and the new CA diverges from neither.

- *by role*: the `ca.pem` of agents with the same CA server, and that server's own `ca_crt.pem`;
- *by origin*: an agent's `ca.pem` that did not sign the certificate which the agent itself was given;
- *by name*: CA certificates with the same subject and no key in common.

A key that cannot be read is never compared.

## How to fix

Decide which of the two is right: the one that signed the certificates in use. Put it in every place that the finding names. If both are to be trusted for a while, put both in one file, everywhere.

## Fires

`hosts/a/var/lib/puppet/ssl/certs/ca.pem`:
```pem
<CA one named CN=Puppet CA: puppet.test>
```

`hosts/b/var/lib/puppet/ssl/certs/ca.pem`:
```pem
<CA two named CN=Puppet CA: puppet.test>
```

## Clean

`hosts/a/var/lib/puppet/ssl/certs/ca.pem`:
```pem
<CA one named CN=Puppet CA: puppet.test>
```

`hosts/b/var/lib/puppet/ssl/certs/ca.pem`:
```pem
<CA one named CN=Puppet CA: puppet.test>
<CA two named CN=Puppet CA: puppet.test>
```
"#;

type Keys = BTreeSet<[u8; 32]>;

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    let mut reported: BTreeSet<FileId> = BTreeSet::new();
    for realm in evidence.realms() {
        for finding in in_realm(evidence, &realm) {
            reported.insert(finding.at.file);
            report(finding);
        }
    }
    for finding in by_name(evidence, &reported) {
        report(finding);
    }
}

/// Every agent of the realm that does not share a CA key with the reference.
fn in_realm(evidence: &Evidence, realm: &Realm) -> Vec<Finding> {
    let Some(reference) = reference(evidence, realm) else {
        return Vec::new();
    };
    let expected = keys(evidence, reference.ca);
    let odd = realm.directories.iter().filter(|directory| {
        let own = keys(evidence, directory.ca);
        let differs = !own.is_empty() && own.is_disjoint(&expected);
        differs || !evidence.issued_by_another(directory).is_empty()
    });
    odd.map(|directory| realm_finding(evidence, realm, reference, directory))
        .collect()
}

/// The directory that the others are held against: the authority's own; else
/// one whose CA signed what was issued; else the one that most agree with.
fn reference<'r>(evidence: &Evidence, realm: &'r Realm<'r>) -> Option<&'r SslDirectory> {
    let readable = |directory: &&&SslDirectory| !keys(evidence, directory.ca).is_empty();
    let directories: Vec<&&SslDirectory> = realm.directories.iter().filter(readable).collect();
    let rank = |directory: &&&SslDirectory| {
        let own = keys(evidence, directory.ca);
        let agreeing = directories
            .iter()
            .filter(|other| !keys(evidence, other.ca).is_disjoint(&own))
            .count();
        let signed =
            !directory.issued.is_empty() && evidence.issued_by_another(directory).is_empty();
        (directory.kind == SslKind::Authority, signed, agreeing)
    };
    // Of equals the first, so that the answer does not hang on the order.
    directories
        .iter()
        .rev()
        .max_by_key(|directory| rank(directory))
        .map(|directory| **directory)
}

fn realm_finding(
    evidence: &Evidence,
    realm: &Realm,
    reference: &SslDirectory,
    odd: &SslDirectory,
) -> Finding {
    let own: Vec<&Cert> = evidence.certs_in(odd.ca).iter().collect();
    let expected: Vec<&Cert> = evidence.certs_in(reference.ca).iter().collect();
    let host = host_name(evidence, odd);
    let strangers = evidence.issued_by_another(odd);
    let is_same = std::ptr::eq(reference, odd);
    let message = if is_same {
        let issuer = strangers
            .first()
            .map_or_else(String::new, |cert| cert.certificate.issuer_text());
        format!(
            "{host} holds {}, and another CA, {issuer}, signed its own certificate",
            all_named(own.iter().copied())
        )
    } else {
        format!(
            "{host} trusts another Puppet CA than {}: {} instead of {}",
            host_name(evidence, reference),
            all_named(own.iter().copied()),
            all_named(expected.iter().copied())
        )
    };
    let mut related = Vec::new();
    if !is_same {
        let cas = expected.iter().map(|cert| {
            Related::new(
                cert.at,
                format!(
                    "{} has {}",
                    host_name(evidence, reference),
                    named(&cert.certificate)
                ),
            )
        });
        related.extend(cas);
    }
    related.extend(strangers.iter().map(|cert| {
        let words = format!(
            "issued to this host by {}, not by the CA beside it",
            cert.certificate.issuer_text()
        );
        Related::new(cert.at, words)
    }));
    related.extend(strangers.iter().filter_map(|cert| {
        let (authority, issued) = evidence.listed_in_inventory(cert)?;
        Some(Related::new(
            issued.at,
            format!("{} has it in its inventory", host_name(evidence, authority)),
        ))
    }));
    related.extend(evidence.revocations_by_another(odd).iter().map(|crl| {
        Related::new(
            crl.at,
            "a revocation list of another CA than the one beside it",
        )
    }));
    for other in realm
        .agents()
        .filter(|other| !std::ptr::eq(*other, odd) && !std::ptr::eq(*other, reference))
    {
        if let Some(cert) = evidence.certs_in(other.ca).first() {
            related.push(Related::new(
                cert.at,
                format!(
                    "{} has {}",
                    host_name(evidence, other),
                    named(&cert.certificate)
                ),
            ));
        }
    }
    let at = own
        .first()
        .map_or_else(|| ca_audit::place::Span::whole(odd.ca), |cert| cert.at);
    let all = own.iter().chain(&expected);
    Finding {
        rule: RULE.name,
        severity: Severity::Error,
        confidence: if realm.server.is_some() || !strangers.is_empty() { Confidence::High } else { Confidence::Medium },
        message,
        effect: "Whoever trusts one of them rejects what the other signed: Go programs with \"x509: certificate signed by unknown authority\", OpenSSL and Puppet with \"unable to get local issuer certificate\".".into(),
        help: format!("decide which CA is the right one (the one that signed the certificates in use) and put it into {}", evidence.path(odd.ca)),
        at,
        label: format!("{host} has {}", own.first().map_or_else(|| "no readable CA".into(), |cert| named(&cert.certificate))),
        related,
        certificates: distinct(all.copied()),
        identity: vec!["puppet-realm".into(), realm.server.unwrap_or_default().into()],
    }
}

/// CA certificates of one subject that have no key in common from file to file.
fn by_name(evidence: &Evidence, reported: &BTreeSet<FileId>) -> Vec<Finding> {
    let mut by_subject: BTreeMap<Vec<u8>, Vec<&Cert>> = BTreeMap::new();
    for cert in &evidence.certs {
        let is_ca = cert.certificate.is_ca() == Some(true) && cert.certificate.spki_readable();
        let elsewhere = evidence.is_aside(cert.at.file) || reported.contains(&cert.at.file);
        if is_ca && !elsewhere && in_use(evidence, cert.at.file) {
            by_subject
                .entry(cert.certificate.canonical_subject())
                .or_default()
                .push(cert);
        }
    }
    by_subject
        .into_values()
        .filter_map(|certs| named_alike(evidence, &certs))
        .collect()
}

/// What only remembers the past: the clientbucket's copies, cached catalogs.
fn in_use(evidence: &Evidence, file: FileId) -> bool {
    let path = evidence.path(file);
    !path.contains("/clientbucket/") && !path.contains("/client_data/")
}

fn named_alike(evidence: &Evidence, certs: &[&Cert]) -> Option<Finding> {
    let mut by_file: BTreeMap<FileId, (Keys, &Cert)> = BTreeMap::new();
    for cert in certs {
        let (keys, _) = by_file
            .entry(cert.at.file)
            .or_insert_with(|| (Keys::new(), cert));
        keys.insert(*cert.certificate.spki_sha256());
    }
    let files: Vec<(FileId, &Keys, &Cert)> = by_file
        .iter()
        .map(|(file, (keys, cert))| (*file, keys, *cert))
        .collect();
    let (odd, other) = files.iter().enumerate().find_map(|(index, odd)| {
        let other = files[..index]
            .iter()
            .find(|other| other.1.is_disjoint(odd.1) && same_scope(evidence, odd.0, other.0))?;
        Some((odd, other))
    })?;
    let (cert, first) = (odd.2, other.2);
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
        certificates: distinct([first, cert].into_iter()),
        identity: vec!["subject".into(), cert.certificate.subject_text()],
    })
}

/// Files of two hosts, or of a host and the repository, may belong to two
/// clusters whose CAs have the same name by design (kubeadm's `CN=kubernetes`).
fn same_scope(evidence: &Evidence, a: FileId, b: FileId) -> bool {
    let host = |file| evidence.host_of(file).map(|host| host.root.as_str());
    host(a) == host(b)
}

fn keys(evidence: &Evidence, file: FileId) -> Keys {
    let readable = evidence
        .cas_in(file)
        .filter(|cert| cert.certificate.spki_readable());
    readable
        .map(|cert| *cert.certificate.spki_sha256())
        .collect()
}

fn host_name<'e>(evidence: &'e Evidence, directory: &'e SslDirectory) -> &'e str {
    directory
        .host
        .map_or(directory.path.as_str(), |host| &evidence.hosts[host].name)
}

fn distinct<'c>(certs: impl Iterator<Item = &'c Cert>) -> Vec<[u8; 32]> {
    let mut found = Vec::new();
    for cert in certs {
        if !found.contains(cert.certificate.sha256()) {
            found.push(*cert.certificate.sha256());
        }
    }
    found
}
