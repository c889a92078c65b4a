//! A CA that was renewed, and a copy that was not.

use super::Rule;
use crate::certificate_words::{day, named};
use crate::finding::{Confidence, Finding, Related, Severity};
use crate::settings::Settings;
use crate::sightings::Sightings;
use ca_audit::Evidence;
use ca_audit::certificate::{Certificate, Signature, signed_by};
use ca_audit::facts::Cert;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const RULE: Rule = Rule {
    name: "stale-ca-copy",
    summary: "a copy of a CA was left behind when the CA was renewed",
    severity: Severity::Warning,
    page: PAGE,
    check,
};

const PAGE: &str = r#"
A CA was renewed with the same name and the same key, and somewhere its old certificate is still in use. Nothing is wrong until the old one ends; then the places that were forgotten fail, and those that were not go on.

## Why it matters

Renewing a CA is done in a hurry and seldom searched for afterwards. Both certificates verify the same signatures, so no test tells them apart, until the day on which a few programs say "certificate has expired" about a CA that, as everybody knows, was renewed a year ago.

## What is reported

- *warning*: the old certificate ends before the renewed one and stands in a file without it;
- *note*: every certificate of a server or client in the project that this CA signed ends first.

Compared are name, issuer and public key; a certificate with another key is no copy (see `divergent-ca`). A file that holds both is in order. Bundles of public CAs are left out.

## How to fix

Put the renewed certificate in the place of the old one. What it signed stays valid.

## Fires

`modules/etcd/files/ca.pem`:
```pem
<CA one named CN=etcd CA; valid 2015-01-01 to 2025-01-01>
```

`hieradata/common.yaml`:
```yaml
profile::etcd::ca_cert: |
  <CA one named CN=etcd CA; valid 2019-06-01 to 2029-06-01>
```

## Clean

`modules/etcd/files/ca.pem`:
```pem
<CA one named CN=etcd CA; valid 2019-06-01 to 2029-06-01>
```

`hieradata/common.yaml`:
```yaml
profile::etcd::ca_cert: |
  <CA one named CN=etcd CA; valid 2019-06-01 to 2029-06-01>
```
"#;

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    let sightings = Sightings::new(evidence);
    for copies in families(evidence, &sightings).values() {
        let newest = copies.iter().max_by_key(|cert| dates(&cert.certificate));
        let Some(newest) = newest else {
            continue;
        };
        for old in stale(copies, newest) {
            report(finding(evidence, &sightings, &old, newest));
        }
    }
}

/// Name, issuer and key: what stays when a CA is renewed. A cross-signed
/// certificate has another issuer; it is no renewal.
type Family = (Vec<u8>, Vec<u8>, [u8; 32]);

fn families<'e>(evidence: &'e Evidence, sightings: &Sightings) -> BTreeMap<Family, Vec<&'e Cert>> {
    let mut families: BTreeMap<Family, Vec<&Cert>> = BTreeMap::new();
    for cert in &evidence.certs {
        let certificate = &cert.certificate;
        let counts = certificate.is_ca() == Some(true)
            && certificate.spki_readable()
            && dates(certificate).is_some()
            && !evidence.is_past(cert.at.file)
            && !sightings.is_bulk(cert);
        if counts {
            let family = (
                certificate.canonical_subject(),
                certificate.canonical_issuer(),
                *certificate.spki_sha256(),
            );
            families.entry(family).or_default().push(cert);
        }
    }
    families
}

/// When it ends, then when it begins; `None` where a date cannot be read.
fn dates(certificate: &Certificate) -> Option<(i64, i64)> {
    Some((
        certificate.not_after().seconds()?,
        certificate.not_before().seconds()?,
    ))
}

/// The sightings of each older certificate in files that have no newer one.
fn stale<'e>(copies: &[&'e Cert], newest: &Cert) -> Vec<Vec<&'e Cert>> {
    let mut by_certificate: BTreeMap<[u8; 32], Vec<&Cert>> = BTreeMap::new();
    for old in copies {
        if is_renewed_by(&old.certificate, &newest.certificate) && !has_newer(copies, old) {
            by_certificate
                .entry(*old.certificate.sha256())
                .or_default()
                .push(old);
        }
    }
    by_certificate.into_values().collect()
}

/// Ends first and was made first: a shorter one that was made later is meant.
fn is_renewed_by(old: &Certificate, new: &Certificate) -> bool {
    let (Some((old_end, old_begin)), Some((new_end, new_begin))) = (dates(old), dates(new)) else {
        return false;
    };
    old_end < new_end && old_begin <= new_begin
}

fn has_newer(copies: &[&Cert], old: &Cert) -> bool {
    copies.iter().any(|other| {
        other.at.file == old.at.file && is_renewed_by(&old.certificate, &other.certificate)
    })
}

fn finding(evidence: &Evidence, sightings: &Sightings, old: &[&Cert], newest: &Cert) -> Finding {
    let old = sightings.in_edit_order(old);
    let first = old[0];
    let certificate = &first.certificate;
    let end = |certificate: &Certificate| {
        certificate
            .not_after()
            .seconds()
            .map_or_else(String::new, day)
    };
    let leaves = signed_leaves(evidence, certificate);
    let outlives = outlives_all(certificate, &leaves);
    let files: BTreeSet<&str> = old.iter().map(|cert| evidence.path(cert.at.file)).collect();
    let mut related = vec![Related::new(
        newest.at,
        format!(
            "the renewed one: {}, valid until {}",
            named(&newest.certificate),
            end(&newest.certificate)
        ),
    )];
    related.extend(sightings.related("the old certificate", &old[1..]));
    let effect = if outlives {
        format!(
            "Of the {} that it signed in this project none is valid longer, so nothing fails before they are issued anew.",
            counted(leaves.len())
        )
    } else {
        format!(
            "From {} on, whoever reads this copy rejects what the CA signed: Go programs with \"x509: certificate has expired or is not yet valid\", OpenSSL and Puppet with \"certificate has expired\".",
            end(certificate)
        )
    };
    Finding {
        rule: RULE.name,
        severity: if outlives {
            Severity::Note
        } else {
            Severity::Warning
        },
        confidence: Confidence::High,
        message: format!(
            "{} was renewed (same key, valid until {}), and this copy ends on {}",
            named(certificate),
            end(&newest.certificate),
            end(certificate)
        ),
        effect,
        help: format!(
            "put the renewed certificate, which is in {}, into {}",
            evidence.path(newest.at.file),
            match files.len() {
                1 => evidence.path(first.at.file).to_owned(),
                more => format!("the {more} files that are named here"),
            }
        ),
        at: first.at,
        label: format!("ends on {}", end(certificate)),
        related,
        certificates: vec![*certificate.sha256(), *newest.certificate.sha256()],
        fix: None,
        identity: vec![certificate.subject_text()],
    }
}

fn counted(certificates: usize) -> String {
    match certificates {
        1 => "1 certificate".into(),
        more => format!("{more} certificates"),
    }
}

/// Certificates of servers and clients in the project that a CA signed.
fn signed_leaves<'e>(evidence: &'e Evidence, ca: &Certificate) -> Vec<&'e Certificate> {
    let is_signed = |leaf: &&Certificate| {
        leaf.is_ca() == Some(false)
            && leaf.issuer() == ca.subject()
            && matches!(signed_by(leaf, ca), Signature::Valid)
    };
    let mut seen = BTreeSet::new();
    let leaves = evidence.certs.iter().map(|cert| &*cert.certificate);
    leaves
        .filter(|leaf| seen.insert(*leaf.sha256()))
        .filter(is_signed)
        .collect()
}

/// Whether it ends after all of them; not if there are none, or with a date
/// that cannot be read.
fn outlives_all(ca: &Certificate, leaves: &[&Certificate]) -> bool {
    let end = ca.not_after().seconds();
    !leaves.is_empty()
        && leaves.iter().all(|leaf| {
            leaf.not_after()
                .seconds()
                .is_some_and(|leaf| Some(leaf) <= end)
        })
}
