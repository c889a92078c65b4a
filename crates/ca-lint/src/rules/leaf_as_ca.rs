//! A certificate that is no CA, where a CA is expected.

use super::Rule;
use crate::certificate_words::{all_named, named};
use crate::finding::{Confidence, Finding, Related, Severity, hashes};
use crate::settings::Settings;
use ca_audit::certificate::{Signature, signed_by};
use ca_audit::facts::Cert;
use ca_audit::{CaAsker, CaPlace, Evidence};

pub(super) const RULE: Rule = Rule {
    name: "leaf-as-ca",
    summary: "a certificate that is no CA stands where a CA is expected",
    severity: Severity::Error,
    page: PAGE,
    check,
};

const PAGE: &str = r#"
Somebody put a server's or a client's certificate where a CA belongs. It may sign nothing, so it verifies nothing, except perhaps itself.

## Why it matters

The mistake hides behind the program it is tried with. OpenSSL, and with it curl and Puppet, refuses at once: "unable to get local issuer certificate" (error 20). A Go program accepts this very certificate when a server presents it, and nothing else: all is well until the server's certificate is renewed or a second server is added, and then "x509: certificate signed by unknown authority".

## What is reported

- the file that an etcd client names as its CA;
- an agent's `certs/ca.pem` and a Puppet CA's `ca_crt.pem`;
- the folders of a host's own CAs (`/usr/local/share/ca-certificates`, `/etc/pki/ca-trust/source/anchors`, …), on hosts and where Puppet writes to them;
- keys such as `certificate-authority-data`, `caBundle`, `ca.crt`, `ca_cert` in data and Kubernetes objects;
- *warning*: paths on hosts that are only named like a CA, and certificates that signed themselves without being a CA: those are trusted for themselves and for nothing else.

A file with at least one CA beside the leaf is not reported here, and neither is a certificate of which nobody can say whether it is a CA.

## How to fix

Put the CA that signed the certificate there. The finding names it, and where it stands if it is in the project.

## Fires

`hieradata/common.yaml`:
```yaml
profile::etcd::ca_cert: |
  <leaf one named CN=etcd1.example.org; signed by two named CN=etcd CA>
```

## Clean

`hieradata/common.yaml`:
```yaml
profile::etcd::ca_cert: |
  <CA two named CN=etcd CA>
profile::etcd::cert: |
  <leaf one named CN=etcd1.example.org; signed by two named CN=etcd CA>
```
"#;

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    let places = evidence.ca_places();
    let wrong: Vec<&CaPlace> = places.iter().filter(|place| holds_no_ca(place)).collect();
    let same = |a: &&CaPlace, b: &&CaPlace| (a.file, a.certs[0].at) == (b.file, b.certs[0].at);
    for asked in wrong.chunk_by(same) {
        report(finding(evidence, asked));
    }
}

/// Whether there are certificates and each is known to be no CA.
fn holds_no_ca(place: &CaPlace) -> bool {
    let is_leaf = |cert: &&Cert| cert.certificate.is_ca() == Some(false);
    !place.certs.is_empty() && place.certs.iter().all(is_leaf)
}

/// `asked`: everybody who expects a CA at this place.
fn finding(evidence: &Evidence, asked: &[&CaPlace]) -> Finding {
    let place = asked
        .iter()
        .max_by_key(|place| sureness(&place.asked_by))
        .unwrap_or(&asked[0]);
    let certs = &place.certs;
    let alone = certs
        .iter()
        .all(|cert| cert.certificate.self_signed() == Some(true));
    let (severity, confidence) = judged(&place.asked_by, alone);
    let issuer = issuer(evidence, certs[0]);
    let mut related: Vec<Related> = asked
        .iter()
        .filter_map(|place| Some(Related::new(place.asked_at?, words(&place.asked_by))))
        .collect();
    related.extend(issuer.map(|ca| {
        Related::new(
            ca.at,
            format!("the CA that signed it: {}", named(&ca.certificate)),
        )
    }));
    let (is, says) = if certs.len() == 1 {
        ("is no CA", "no CA")
    } else {
        ("are no CAs", "none of them a CA")
    };
    Finding {
        rule: RULE.name,
        severity,
        confidence,
        message: format!(
            "{}, and {} {is}",
            words(&place.asked_by),
            all_named(certs.iter().copied())
        ),
        effect: effect(alone).into(),
        help: help(evidence, certs[0], issuer, alone),
        at: certs[0].at,
        label: format!("{}: {says}", named(&certs[0].certificate)),
        related,
        certificates: hashes(certs.iter().copied()),
        fix: None,
        identity: vec![words(&place.asked_by)],
    }
}

/// How sure it is that a CA is meant.
fn sureness(asker: &CaAsker) -> Confidence {
    match asker {
        CaAsker::Path(_) => Confidence::Low,
        // Kubernetes defines these; others are somebody's own names.
        CaAsker::Key(key) if key.contains("certificate-authority-data") => Confidence::High,
        CaAsker::Key(key) if key.ends_with("caBundle") => Confidence::High,
        CaAsker::Key(_) => Confidence::Medium,
        _ => Confidence::High,
    }
}

fn judged(asker: &CaAsker, alone: bool) -> (Severity, Confidence) {
    match (asker, alone) {
        // To trust one server whose certificate nobody signed, this is the way.
        (CaAsker::TrustStore(_), true) => (Severity::Note, Confidence::High),
        (CaAsker::Path(_), _) | (_, true) => (Severity::Warning, Confidence::Medium),
        (asker, false) => (Severity::Error, sureness(asker)),
    }
}

/// Who expects a CA here: the beginning of a sentence.
fn words(asker: &CaAsker) -> String {
    match asker {
        CaAsker::PuppetAgent => "Puppet's agent takes its CA from this file".into(),
        CaAsker::PuppetAuthority => "this is the certificate of a Puppet CA".into(),
        CaAsker::TrustStore(folder) => format!("{folder} is for the CAs that a host trusts"),
        CaAsker::Program { program, path } => format!("{program} takes its CA from {path}"),
        CaAsker::Key(key) => format!("{key} is the place of a CA"),
        CaAsker::Path(path) => format!("{path} is named like a CA"),
        _ => "a CA is expected here".into(),
    }
}

fn effect(alone: bool) -> &'static str {
    if alone {
        "Clients trust this very certificate and nothing that it signed: when the server gets another one, Go programs say \"x509: certificate signed by unknown authority\", OpenSSL and Puppet \"unable to get local issuer certificate\" or \"self-signed certificate\"."
    } else {
        "OpenSSL, curl and Puppet refuse with \"unable to get local issuer certificate\" (error 20). Go programs accept this very certificate and nothing else: \"x509: certificate signed by unknown authority\"."
    }
}

fn help(evidence: &Evidence, leaf: &Cert, issuer: Option<&Cert>, alone: bool) -> String {
    match issuer {
        Some(ca) => format!(
            "put {} there, the CA that signed it; it stands in {}",
            named(&ca.certificate),
            evidence.path(ca.at.file)
        ),
        None if alone => {
            "make a CA, have it sign the server's certificate, and put the CA there".into()
        }
        None => format!(
            "put the CA that signed it there: {}, which is not in this project",
            leaf.certificate.issuer_text()
        ),
    }
}

/// The CA in the project that signed a certificate.
fn issuer<'e>(evidence: &'e Evidence, leaf: &Cert) -> Option<&'e Cert> {
    let is_issuer = |cert: &&Cert| {
        cert.certificate.is_ca() == Some(true)
            && cert.certificate.subject() == leaf.certificate.issuer()
            && matches!(
                signed_by(&leaf.certificate, &cert.certificate),
                Signature::Valid
            )
    };
    evidence.certs.iter().find(is_issuer)
}
