//! One server for which two settings side by side give different CAs.

use super::by_name::in_two_environments;
use super::{EFFECT, RULE};
use crate::ca_set::CaSet;
use crate::certificate_words::all_named;
use crate::finding::{Confidence, Finding, Related, Severity, distinct_hashes};
use ca_audit::facts::{Cert, Role};
use ca_audit::place::FileId;
use ca_audit::{Evidence, Reliance};
use std::collections::BTreeMap;

pub(super) fn findings(evidence: &Evidence) -> Vec<Finding> {
    let mut by_target: BTreeMap<(Role, &str, &str), Vec<Given>> = BTreeMap::new();
    for reliance in &evidence.reliances {
        let file = reliance.read.at.file;
        let target = reliance.read.target.as_deref();
        let Some(target) = target.filter(|target| is_one_server(target)) else {
            continue;
        };
        if evidence.is_aside(file) || evidence.is_past(file) {
            continue;
        }
        let certs = evidence.certs_relied_on(reliance);
        if !certs.is_empty() {
            let key = (reliance.read.role, target, folder(evidence, file));
            by_target.entry(key).or_default().push((reliance, certs));
        }
    }
    let found = by_target.into_iter().filter_map(|((_, target, _), given)| {
        let (odd, first) = given.iter().enumerate().find_map(|(index, odd)| {
            let other = given[..index]
                .iter()
                .find(|other| differ(evidence, odd, other))?;
            Some((odd, other))
        })?;
        Some(finding(evidence, target, odd, first))
    });
    found.collect()
}

/// A setting with the CAs that it gives.
type Given<'e> = (&'e Reliance, Vec<&'e Cert>);

/// Whether a name means the same server wherever it is said; one of the host or
/// the cluster itself is another one on each.
fn is_one_server(target: &str) -> bool {
    let host = target.split_once("://").map_or(target, |(_, rest)| rest);
    let host = host.trim_start_matches('[');
    let is_own = [
        "localhost",
        "127.",
        "::1",
        "0.0.0.0",
        "kubernetes.default",
        "kubernetes:",
    ];
    host != "kubernetes" && !is_own.iter().any(|own| host.starts_with(own))
}

/// Two folders are two clusters as likely as one.
fn folder(evidence: &Evidence, file: FileId) -> &str {
    let path = evidence.path(file);
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn differ(evidence: &Evidence, a: &Given, b: &Given) -> bool {
    let path = |given: &Given| evidence.path(given.0.read.at.file);
    let host = |given: &Given| {
        let host = evidence.host_of(given.0.read.at.file);
        host.map(|host| host.root.as_str())
    };
    host(a) == host(b)
        && !in_two_environments(path(a), path(b))
        && CaSet::of(a.1.iter().copied()).is_disjoint(&CaSet::of(b.1.iter().copied()))
}

fn finding(
    evidence: &Evidence,
    target: &str,
    (odd, own): &Given,
    (first, other): &Given,
) -> Finding {
    let there = evidence.path(first.read.at.file);
    Finding {
        rule: RULE.name,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        message: format!(
            "the {} of {target} is {} here and {} in {there}",
            odd.read.role.noun(),
            all_named(own.iter().copied()),
            all_named(other.iter().copied())
        ),
        effect: EFFECT.into(),
        help: "give both the CA that signed the certificate of that server; while it is replaced, give both of them both CAs".into(),
        at: odd.read.at,
        label: format!("{} for {target}", all_named(own.iter().copied())),
        related: vec![
            Related::new(first.read.at, "another CA for the same server"),
            Related::new(own[0].at, "the CA that is given here"),
            Related::new(other[0].at, "the CA that is given there"),
        ],
        certificates: distinct_hashes(own.iter().chain(other).copied()),
        fix: None,
        identity: vec!["target".into(), odd.read.role.noun().into(), target.into()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_of_ones_own_are_not_compared() {
        for own in [
            "https://localhost:6443",
            "https://127.0.0.1",
            "https://kubernetes.default.svc",
            "https://[::1]:1",
        ] {
            assert!(!is_one_server(own), "{own}");
        }
        assert!(is_one_server("https://api.example.org:6443"));
        assert!(is_one_server("webhook.cert-manager"));
    }
}
