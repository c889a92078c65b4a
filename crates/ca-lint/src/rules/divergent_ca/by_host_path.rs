//! One path of hosts that two classes give different CAs.

use super::{EFFECT, RULE};
use crate::ca_set::CaSet;
use crate::certificate_words::all_named;
use crate::finding::{Confidence, Finding, Related, Severity, distinct_hashes};
use ca_audit::Evidence;
use ca_audit::facts::{Cert, Write};
use std::collections::BTreeMap;

pub(super) fn findings(evidence: &Evidence) -> Vec<Finding> {
    let mut by_path: BTreeMap<&str, Vec<(&Write, Vec<&Cert>)>> = BTreeMap::new();
    for write in &evidence.writes {
        let known = write.path.as_str().zip(content(evidence, write));
        if let Some((path, certs)) = known {
            by_path.entry(path).or_default().push((write, certs));
        }
    }
    let found = by_path.into_iter().filter_map(|(path, writers)| {
        let (odd, first) = writers.iter().enumerate().find_map(|(index, odd)| {
            let other = writers[..index].iter().find(|other| differ(odd, other))?;
            Some((odd, other))
        })?;
        Some(finding(evidence, path, odd, first))
    });
    found.collect()
}

/// What a resource writes, where all of that is CAs in this tree.
fn content<'e>(evidence: &'e Evidence, write: &Write) -> Option<Vec<&'e Cert>> {
    let sources = evidence.sources_of(write)?;
    // Several possible sources are several hosts' as likely as one's.
    let [source] = sources.as_slice() else {
        return None;
    };
    let certs = evidence.certs_of(&source.end);
    (!certs.is_empty()).then_some(certs)
}

/// Branches of one file choose between CAs, which is what branches are for.
fn differ(a: &(&Write, Vec<&Cert>), b: &(&Write, Vec<&Cert>)) -> bool {
    let files = |write: &Write| (write.at.file, write.declared_at().file);
    files(a.0) != files(b.0)
        && a.0.declared_at().file != b.0.declared_at().file
        && CaSet::of(a.1.iter().copied()).is_disjoint(&CaSet::of(b.1.iter().copied()))
}

fn finding(
    evidence: &Evidence,
    path: &str,
    (odd, own): &(&Write, Vec<&Cert>),
    (first, other): &(&Write, Vec<&Cert>),
) -> Finding {
    let manifest = evidence.path(first.declared_at().file);
    Finding {
        rule: RULE.name,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        message: format!(
            "{path} gets {} here and {} in {manifest}: which CA a host has there depends on its classes",
            all_named(own.iter().copied()),
            all_named(other.iter().copied())
        ),
        effect: EFFECT.into(),
        help: "give every host the same CA there, or, if they are two CAs by design, a path of its own to each".into(),
        at: odd.declared_at(),
        label: format!("puts {} there", all_named(own.iter().copied())),
        related: vec![
            Related::new(first.declared_at(), format!("puts {} there", all_named(other.iter().copied()))),
            Related::new(own[0].at, "what is put there here"),
            Related::new(other[0].at, "what is put there elsewhere"),
        ],
        certificates: distinct_hashes(own.iter().chain(other).copied()),
        fix: None,
        identity: vec!["host-path".into(), path.into()],
    }
}
