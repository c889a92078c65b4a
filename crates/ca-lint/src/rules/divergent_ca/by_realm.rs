//! The hosts of one Puppet realm, which should trust one and the same CA.

use super::{EFFECT, RULE};
use crate::ca_set::{CaSet, Relation};
use crate::certificate_words::{all_named, named};
use crate::finding::{Confidence, Finding, Related, Severity, distinct_hashes};
use ca_audit::facts::Cert;
use ca_audit::host::{SslDirectory, SslKind};
use ca_audit::place::Span;
use ca_audit::{Evidence, Realm};

pub(super) fn findings(evidence: &Evidence) -> Vec<Finding> {
    let realms = evidence.realms();
    realms
        .iter()
        .flat_map(|realm| in_realm(evidence, realm))
        .collect()
}

/// Every agent of the realm that does not share a CA key with the reference.
fn in_realm(evidence: &Evidence, realm: &Realm) -> Vec<Finding> {
    let Some(reference) = reference(evidence, realm) else {
        return Vec::new();
    };
    let expected = CaSet::of_file(evidence, reference.ca);
    let odd = realm.directories.iter().filter(|directory| {
        let own = CaSet::of_file(evidence, directory.ca);
        let differs = !own.is_empty() && own.is_disjoint(&expected);
        differs || !evidence.issued_by_another(directory).is_empty()
    });
    let found = odd.map(|directory| realm_finding(evidence, realm, reference, directory));
    let found: Vec<Finding> = found.collect();
    let is_new =
        |directory: &&&SslDirectory| found.iter().all(|finding| finding.at.file != directory.ca);
    let overlapping = realm.directories.iter().filter(|directory| {
        let own = CaSet::of_file(evidence, directory.ca);
        own.relation(&expected) == Some(Relation::Overlap)
    });
    let overlapping = overlapping.filter(is_new);
    let overlaps: Vec<Finding> = overlapping
        .map(|directory| overlap(evidence, realm, reference, directory))
        .collect();
    found.into_iter().chain(overlaps).collect()
}

/// Two bundles that share a CA, and each has one that the other lacks.
fn overlap(
    evidence: &Evidence,
    realm: &Realm,
    reference: &SslDirectory,
    odd: &SslDirectory,
) -> Finding {
    let lacking = |here: &SslDirectory, there: &SslDirectory| {
        let there = evidence.certs_in(there.ca);
        let is_there = |cert: &Cert| {
            there
                .iter()
                .any(|other| CaSet::of([other]) == CaSet::of([cert]))
        };
        let here = evidence.cas_in(here.ca);
        here.filter(|cert| !is_there(cert)).collect::<Vec<&Cert>>()
    };
    let (own, missing) = (lacking(odd, reference), lacking(reference, odd));
    let (host, other) = (host_name(evidence, odd), host_name(evidence, reference));
    let at = own
        .first()
        .map_or_else(|| Span::whole(odd.ca), |cert| cert.at);
    Finding {
        rule: RULE.name,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        message: format!(
            "{host} trusts {}, which {other} does not, and lacks {}",
            all_named(own.iter().copied()),
            all_named(missing.iter().copied())
        ),
        effect: EFFECT.into(),
        help: format!(
            "put every CA that is in use into both {} and {}",
            evidence.path(odd.ca),
            evidence.path(reference.ca)
        ),
        at,
        label: format!("only {host} has this one"),
        related: missing
            .iter()
            .map(|cert| Related::new(cert.at, format!("only {other} has this one")))
            .collect(),
        certificates: distinct_hashes(own.into_iter().chain(missing)),
        fix: None,
        identity: vec![
            "puppet-realm".into(),
            realm.server.unwrap_or_default().into(),
        ],
    }
}

/// The directory that the others are held against: the authority's own; else
/// one whose CA signed what was issued; else the one that most agree with.
fn reference<'r>(evidence: &Evidence, realm: &'r Realm<'r>) -> Option<&'r SslDirectory> {
    let readable = |directory: &&&SslDirectory| !CaSet::of_file(evidence, directory.ca).is_empty();
    let directories: Vec<&&SslDirectory> = realm.directories.iter().filter(readable).collect();
    let rank = |directory: &&&SslDirectory| {
        let own = CaSet::of_file(evidence, directory.ca);
        let agreeing = directories
            .iter()
            .filter(|other| !CaSet::of_file(evidence, other.ca).is_disjoint(&own))
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
    let related = realm_places(evidence, realm, reference, odd, &strangers);
    let at = own
        .first()
        .map_or_else(|| Span::whole(odd.ca), |cert| cert.at);
    let all = own.iter().chain(&expected);
    Finding {
        rule: RULE.name,
        severity: Severity::Error,
        confidence: if realm.server.is_some() || !strangers.is_empty() {
            Confidence::High
        } else {
            Confidence::Medium
        },
        message,
        effect: EFFECT.into(),
        help: format!(
            "decide which CA is the right one (the one that signed the certificates in use) and put it into {}",
            evidence.path(odd.ca)
        ),
        at,
        label: format!(
            "{host} has {}",
            own.first()
                .map_or_else(|| "no readable CA".into(), |cert| named(&cert.certificate))
        ),
        related,
        certificates: distinct_hashes(all.copied()),
        fix: None,
        identity: vec![
            "puppet-realm".into(),
            realm.server.unwrap_or_default().into(),
        ],
    }
}

/// What the others have, and what shows that the odd one is odd.
fn realm_places(
    evidence: &Evidence,
    realm: &Realm,
    reference: &SslDirectory,
    odd: &SslDirectory,
    strangers: &[&Cert],
) -> Vec<Related> {
    let mut related = Vec::new();
    if !std::ptr::eq(reference, odd) {
        let cas = evidence.certs_in(reference.ca).iter().map(|cert| {
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
    related
}

fn host_name<'e>(evidence: &'e Evidence, directory: &'e SslDirectory) -> &'e str {
    directory
        .host
        .map_or(directory.path.as_str(), |host| &evidence.hosts[host].name)
}
