//! The private key of a CA where others can read it.

use super::Rule;
use crate::certificate_words::named;
use crate::finding::{Confidence, Finding, Related, Severity};
use crate::settings::Settings;
use ca_audit::Evidence;
use ca_audit::ca_name::names_a_ca_key;
use ca_audit::certificate::fingerprint::hex;
use ca_audit::facts::{Cert, PrivateKey};
use ca_audit::host::SslKind;
use std::collections::HashMap;

pub(super) const RULE: Rule = Rule {
    name: "private-key-beside-ca",
    summary: "a CA's private key is in the repository or in the CA's own file",
    severity: Severity::Error,
    page: PAGE,
    check,
};

const PAGE: &str = r"
The private key of a CA stands in the repository, or in the file that is given out as the CA's certificate. Whoever can read it can issue certificates in the CA's name.

## Why it matters

A key that was in a repository once is in every clone and backup of it; taking it out again does not take it back. A file with certificate and key is readable by every program that verifies with it. And some clients fail at it: those of etcd take every block of their CA file for a certificate and do not start.

## What is reported

- *error*, sure: the key belongs to a CA certificate of the project, wherever that stands; they are compared by the public key;
- *error*: a key stands in one file with CA certificates, no other certificate is there, and whose key it is cannot be seen (mostly since a password protects it);
- *warning*: a file or key is named like a CA's key (`ca_key.pem`, `ca.key`) and no certificate of the project belongs to it; the files of a host that has a CA of its own are where such keys belong and are left out.

Nothing of a key is read but its public half, nothing is kept, and no report shows any of it. Stand-ins (`...`, `REPLACE_ME`, dummies that are named so) are no findings.

## How to fix

Take the CA for known to others: make a new one, put both certificates into every bundle, issue anew, take the old one out. Keep the new key where only the CA's program reads it, or encrypted (eyaml, SOPS, Vault).

## Fires

`modules/ca/files/ca.pem`:
```pem
<CA one named CN=Internal CA>
```

`modules/ca/files/signing.pem`:
```pem
<key of one>
```

## Clean

`modules/ca/files/ca.pem`:
```pem
<CA one named CN=Internal CA>
```

`modules/web/files/server.pem`:
```pem
<key of two>
```
";

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    if evidence.private_keys.is_empty() {
        return;
    }
    let owners = Owners::of(evidence);
    for key in &evidence.private_keys {
        let found = owners.found(key);
        if let Some(found) = found.filter(|found| !is_in_its_place(evidence, key, found)) {
            report(finding(evidence, key, found));
        }
    }
}

/// Whose key it is, and how that is known.
#[derive(Clone, Copy)]
enum Found<'e> {
    /// Its public half is that of this CA.
    KeyOf(&'e Cert),
    /// It stands in one file with this CA.
    Beside(&'e Cert),
    /// It is named like a CA's key.
    Named,
}

/// The certificates of the project by their public key.
struct Owners<'e> {
    evidence: &'e Evidence,
    by_key: HashMap<[u8; 32], Vec<&'e Cert>>,
}

impl<'e> Owners<'e> {
    fn of(evidence: &'e Evidence) -> Self {
        let mut by_key: HashMap<[u8; 32], Vec<&Cert>> = HashMap::new();
        for cert in &evidence.certs {
            if cert.certificate.spki_readable() {
                by_key
                    .entry(*cert.certificate.spki_sha256())
                    .or_default()
                    .push(cert);
            }
        }
        Self { evidence, by_key }
    }

    fn found(&self, key: &PrivateKey) -> Option<Found<'e>> {
        let owners = key
            .public_key
            .and_then(|public| self.by_key.get(&public))
            .map_or(&[][..], Vec::as_slice);
        let is_ca = |cert: &&&Cert| cert.certificate.is_ca() == Some(true);
        if let Some(ca) = self.best(owners.iter().filter(is_ca), key) {
            return Some(Found::KeyOf(ca));
        }
        // Somebody else's, or a dummy that nobody's certificate belongs to.
        if !owners.is_empty() || is_dummy(self.evidence, key) {
            return None;
        }
        if let Some(ca) = self.beside(key) {
            return Some(Found::Beside(ca));
        }
        let file = self.evidence.path(key.at.file);
        (names_a_ca_key(file) || names_a_ca_key(&key.container)).then_some(Found::Named)
    }

    /// The certificate to show: one that is in use, not a test's.
    fn best<'c>(
        &self,
        cas: impl Iterator<Item = &'c &'e Cert>,
        key: &PrivateKey,
    ) -> Option<&'e Cert>
    where
        'e: 'c,
    {
        let rank = |cert: &&'e Cert| {
            let file = cert.at.file;
            (self.evidence.is_aside(file), file != key.at.file, cert.at)
        };
        cas.copied().min_by_key(rank)
    }

    /// A CA in the key's file, where the key can be nobody else's. A key beside
    /// a server's certificate and its chain is the server's.
    fn beside(&self, key: &PrivateKey) -> Option<&'e Cert> {
        let certs = self.evidence.certs_in(key.at.file);
        let same =
            |cert: &&Cert| key.container.is_empty() || alike(&cert.container, &key.container);
        let mut around = certs.iter().filter(same);
        let all_cas = around
            .clone()
            .all(|cert| cert.certificate.is_ca() == Some(true));
        // A key that says its public half, and it is none of theirs.
        let known = key.public_key.is_some();
        around.next().filter(|_| all_cas && !known)
    }
}

/// Whether two things stand under one parent: `data["ca.crt"]`, `data["ca.key"]`.
fn alike(one: &str, other: &str) -> bool {
    let parent = |container: &str| {
        let cut = container.rfind(['[', '.']).unwrap_or(0);
        container[..cut].to_owned()
    };
    parent(one) == parent(other)
}

/// Keys that say of themselves that they protect nothing.
fn is_dummy(evidence: &Evidence, key: &PrivateKey) -> bool {
    const WORDS: [&str; 7] = [
        "dummy",
        "snakeoil",
        "fake",
        "example",
        "placeholder",
        "sample",
        "changeme",
    ];
    let place = format!("{} {}", evidence.path(key.at.file), key.container).to_lowercase();
    WORDS.iter().any(|word| place.contains(word))
}

/// A host's own CA has its key on the host.
fn is_in_its_place(evidence: &Evidence, key: &PrivateKey, found: &Found) -> bool {
    let Some(host) = evidence.host_of(key.at.file) else {
        return false;
    };
    let path = evidence.path(key.at.file);
    let shares_file = match found {
        Found::KeyOf(ca) | Found::Beside(ca) => ca.at.file == key.at.file,
        Found::Named => false,
    };
    let of_authority = evidence
        .ssl_directories
        .iter()
        .any(|directory| directory.kind == SslKind::Authority && path.starts_with(&directory.path));
    let on_host = host.host_path(path).unwrap_or_default();
    // kubeadm keeps its CAs' keys here, on control-plane nodes alone.
    let of_kubeadm = on_host.starts_with("/etc/kubernetes/pki/");
    !shares_file && (of_authority || of_kubeadm || matches!(found, Found::Named))
}

fn finding(evidence: &Evidence, key: &PrivateKey, found: Found) -> Finding {
    let place = match key.container.as_str() {
        "" => evidence.path(key.at.file).to_owned(),
        container => format!("{container} in {}", evidence.path(key.at.file)),
    };
    let on_host = evidence.host_of(key.at.file).is_some();
    let (severity, confidence) = match found {
        Found::KeyOf(ca) if on_host && ca.at.file != key.at.file => {
            (Severity::Warning, Confidence::Medium)
        }
        Found::KeyOf(_) => (Severity::Error, Confidence::High),
        Found::Beside(_) => (Severity::Error, Confidence::Medium),
        Found::Named => (Severity::Warning, Confidence::Medium),
    };
    let protected = if key.is_encrypted {
        " (behind a password)"
    } else {
        ""
    };
    let message = match found {
        Found::KeyOf(ca) => format!(
            "{place} holds the private key of {}{protected}",
            named(&ca.certificate)
        ),
        Found::Beside(ca) => format!(
            "{place} holds a private key{protected} beside the certificate of {}",
            named(&ca.certificate)
        ),
        Found::Named => format!("{place} is named like a CA's private key, and is one{protected}"),
    };
    let ca = match found {
        Found::KeyOf(ca) | Found::Beside(ca) => Some(ca),
        Found::Named => None,
    };
    let identity = key
        .public_key
        .map_or_else(|| place.clone(), |public| hex(&public));
    Finding {
        rule: RULE.name,
        severity,
        confidence,
        message,
        effect: effect(evidence, key, ca),
        help: "take the CA for known to others: replace it, trusting both while certificates are issued anew; keep the new key encrypted or out of the repository. Deleting the file leaves it in the history".into(),
        at: key.at,
        label: "a private key begins here; it is not shown".into(),
        related: ca
            .map(|ca| Related::new(ca.at, format!("the certificate: {}", named(&ca.certificate))))
            .into_iter()
            .collect(),
        certificates: ca.map(|ca| *ca.certificate.sha256()).into_iter().collect(),
        fix: None,
        identity: vec![identity],
    }
}

fn effect(evidence: &Evidence, key: &PrivateKey, ca: Option<&Cert>) -> String {
    let readers = if evidence.host_of(key.at.file).is_some() {
        "Whoever can read this file"
    } else {
        "Whoever can read this repository, or any clone or backup of it,"
    };
    let issue = if key.is_encrypted {
        "and knows the password can issue certificates that every client of this CA accepts"
    } else {
        "can issue certificates that every client of this CA accepts"
    };
    let etcd = match ca {
        Some(ca) if ca.at.file == key.at.file && ca.container == key.container => {
            " Clients of etcd that are given this file as their CA do not start: they take every block of it for a certificate."
        }
        _ => "",
    };
    format!("{readers} {issue}.{etcd}")
}
