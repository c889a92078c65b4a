//! The CA that the API server is given for a service, and the certificate that
//! stands beside it for that service to present.

use super::RULE;
use crate::certificate_words::{all_named, named};
use crate::finding::{Confidence, Finding, Related, Severity, distinct_hashes};
use ca_audit::certificate::{Signature, signed_by};
use ca_audit::facts::{Anchor, Cert, Role};
use ca_audit::{Evidence, Reliance};
use std::collections::BTreeSet;

pub(super) fn findings(evidence: &Evidence) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut told = BTreeSet::new();
    for reliance in &evidence.reliances {
        let read = &reliance.read;
        let is_service = matches!(read.role, Role::Webhook | Role::AggregatedApi);
        let is_bundle = matches!(read.anchor, Anchor::Here(_));
        let Some(target) = read.target.as_deref().filter(|_| is_service && is_bundle) else {
            continue;
        };
        let file = read.at.file;
        if evidence.is_aside(file) || evidence.is_past(file) {
            continue;
        }
        let cas = evidence.certs_relied_on(reliance);
        let Some(leaf) = serving(evidence, reliance, target).filter(|_| !cas.is_empty()) else {
            continue;
        };
        if is_refuted(leaf, &cas) && told.insert((file, target)) {
            found.push(finding(evidence, reliance, target, &cas, leaf));
        }
    }
    found
}

/// The one certificate in the same file that is made out to a service, and is
/// what a `Secret` holds for a server (`tls.crt`).
fn serving<'e>(evidence: &'e Evidence, reliance: &Reliance, target: &str) -> Option<&'e Cert> {
    let name = format!("{target}.svc");
    let is_made_out = |cert: &&Cert| {
        cert.container.contains("tls.crt")
            && cert.certificate.is_ca() != Some(true)
            && cert.certificate.server_names().dns.contains(&name)
    };
    let mut certs = evidence
        .certs_in(reliance.read.at.file)
        .iter()
        .filter(is_made_out);
    let only = certs.next()?;
    certs.next().is_none().then_some(only)
}

/// Whether it is certain that none of the CAs leads to a certificate: neither
/// its own key nor, for want of an intermediate, its issuer's name.
fn is_refuted(leaf: &Cert, cas: &[&Cert]) -> bool {
    let mut answers = cas.iter().map(|ca| {
        let has_name = ca.certificate.canonical_subject() == leaf.certificate.canonical_issuer();
        // A certificate may itself be what is trusted.
        let is_itself = ca.certificate.sha256() == leaf.certificate.sha256();
        (
            is_itself,
            has_name,
            signed_by(&leaf.certificate, &ca.certificate),
        )
    });
    // Another issuer's name may be an intermediate's that the server sends.
    let names: Vec<_> = answers.by_ref().collect();
    names.iter().any(|(_, has_name, _)| *has_name)
        && names
            .iter()
            .all(|(is_itself, _, signature)| !is_itself && *signature == Signature::Invalid)
}

fn finding(
    evidence: &Evidence,
    reliance: &Reliance,
    target: &str,
    cas: &[&Cert],
    leaf: &Cert,
) -> Finding {
    let program = reliance.read.program.name();
    Finding {
        rule: RULE.name,
        severity: Severity::Error,
        confidence: Confidence::High,
        message: format!(
            "{program} is given {} for {target}, and another key signed the certificate that {} holds for that service",
            all_named(cas.iter().copied()),
            evidence.path(leaf.at.file)
        ),
        effect: "Every call of that service fails: \"x509: certificate signed by unknown authority\".".into(),
        help: "put the CA that signed the certificate of the service here, or sign it anew with this CA".into(),
        at: reliance.read.at,
        label: format!("trusts {}", all_named(cas.iter().copied())),
        related: vec![
            Related::new(leaf.at, format!("what the service presents: {}", named(&leaf.certificate))),
            Related::new(cas[0].at, "what is trusted"),
        ],
        certificates: distinct_hashes(cas.iter().copied().chain([leaf])),
        fix: None,
        identity: vec!["serving-certificate".into(), target.into()],
    }
}
