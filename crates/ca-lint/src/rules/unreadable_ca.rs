//! A CA that ought to stand somewhere and cannot be seen.

use super::Rule;
use crate::finding::{Confidence, Finding, Related, Severity};
use crate::settings::Settings;
use ca_audit::ca_name::{file_names_a_ca, is_trust_store_name};
use ca_audit::facts::{Gap, Reason};
use ca_audit::place::Span;
use ca_audit::sniff::is_document_name;
use ca_audit::{CaAsker, CaPlace, Evidence};

pub(super) const RULE: Rule = Rule {
    name: "unreadable-ca",
    summary: "a file or value that should hold a CA cannot be read",
    severity: Severity::Warning,
    page: PAGE,
    check,
};

const PAGE: &str = r"
A CA ought to stand here, and nobody who reviews this project can say which: the file may not be read, the value is encrypted, the key store has a password that is not known.

## Why it matters

What cannot be seen cannot be compared. A CA that has expired, that was replaced elsewhere, or that is none at all is found on the day on which a program fails with it. And every other finding of this tool is made without this file.

## What is reported

- a value that eyaml encrypts, under a key that is named like a CA certificate (a CA's private key is rightly encrypted and is not reported);
- a file that Puppet deploys as a CA, that a client names as its CA, that lies in a host's folder of CAs, or that is named like one, and that cannot be opened or holds nothing that can be read;
- a trust store (`truststore.p12`, `cacerts`) that opens neither without a password nor with `changeit`.

## How to fix

A CA certificate is public: keep it in plain text, where a review sees it change. If the tool may not read the file, run it as somebody who may.

## Fires

`hieradata/common.yaml`:
```yaml
profile::etcd::ca_cert: ENC[PKCS7,MIIBeQYJKoZIhvcNAQcDoIIBajCCAWYCAQAxggEhMIIBHQIBADAFMAACAQEw]
```

## Clean

`hieradata/common.yaml`:
```yaml
profile::etcd::ca_key: ENC[PKCS7,MIIBeQYJKoZIhvcNAQcDoIIBajCCAWYCAQAxggEhMIIBHQIBADAFMAACAQEw]
profile::etcd::ca_cert: |
  <CA one named CN=etcd CA>
```
";

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    let places = evidence.ca_places();
    let mut seen: Vec<Span> = Vec::new();
    let current = evidence
        .gaps
        .iter()
        .filter(|gap| !evidence.is_past(gap.at.file));
    for gap in current {
        // A value that Puppet writes is missed where it stands and where it is used.
        let is_told = seen.iter().any(|span| {
            span.file == gap.at.file && span.start <= gap.at.start && gap.at.start <= span.end
        });
        if let Some(finding) = finding(evidence, &places, gap).filter(|_| !is_told) {
            seen.push(gap.at);
            report(finding);
        }
    }
}

fn finding(evidence: &Evidence, places: &[CaPlace], gap: &Gap) -> Option<Finding> {
    let path = evidence.path(gap.at.file);
    if gap.reason == Reason::Encrypted && is_document_name(path) {
        // Of values only those that should be a CA are reported as gaps.
        return Some(built(gap, gap.message.clone(), Confidence::Medium, None));
    }
    let is_of_file = matches!(
        gap.reason,
        Reason::Unreadable | Reason::Encrypted | Reason::TooLarge | Reason::Binary
    );
    if !is_of_file || !evidence.certs_in(gap.at.file).is_empty() {
        return None;
    }
    let place = places.iter().find(|place| place.file == gap.at.file);
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let is_store = gap.reason == Reason::Encrypted && is_trust_store_name(&name);
    if place.is_none() && !file_names_a_ca(path) && !is_store {
        return None;
    }
    let message = format!(
        "{path} should hold a CA and cannot be read: {}",
        gap.message
    );
    let asked = place.and_then(|place| Some(Related::new(place.asked_at?, words(&place.asked_by))));
    let confidence = if place.is_some() {
        Confidence::High
    } else {
        Confidence::Medium
    };
    Some(built(gap, message, confidence, asked))
}

fn words(asker: &CaAsker) -> String {
    match asker {
        CaAsker::Program { program, path } => format!("{program} takes its CA from {path}"),
        CaAsker::TrustStore(folder) => format!("put into {folder}, where a host has its CAs"),
        CaAsker::Path(path) => format!("put at {path}"),
        _ => "a CA is asked for here".into(),
    }
}

fn built(gap: &Gap, message: String, confidence: Confidence, asked: Option<Related>) -> Finding {
    let help = match gap.reason {
        Reason::Encrypted => {
            "a CA certificate is no secret: keep it in plain text, where a review sees it change, and encrypt only the key"
        }
        Reason::Unreadable => {
            "run this as somebody who may read the file, or make it readable: a CA certificate is no secret"
        }
        _ => "put the CA there as PEM",
    };
    Finding {
        rule: RULE.name,
        severity: Severity::Warning,
        confidence,
        message,
        effect:
            "Whether this CA has expired, differs from the others or is none at all is not checked."
                .into(),
        help: help.into(),
        at: gap.at,
        label: "not seen".into(),
        related: asked.into_iter().collect(),
        certificates: Vec::new(),
        fix: None,
        identity: vec![gap.reason.name().into(), gap.message.clone()],
    }
}
