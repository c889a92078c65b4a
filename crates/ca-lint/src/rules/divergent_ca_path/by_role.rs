//! One program of one host that is told two files for one purpose.

use super::RULE;
use crate::finding::{Confidence, Finding, Related, Severity};
use ca_audit::facts::Role;
use ca_audit::{CaPath, Evidence, Reliance};
use std::collections::BTreeMap;

/// A setting with the one file that it names.
type Told<'e> = (&'e Reliance, &'e CaPath);

pub(super) fn findings(evidence: &Evidence) -> Vec<Finding> {
    let mut told: BTreeMap<(&str, &str, Role), Vec<Told>> = BTreeMap::new();
    for reliance in &evidence.reliances {
        let read = &reliance.read;
        // A kubeconfig and a registry have a CA for each server.
        let is_one = matches!(
            read.role,
            Role::Clients | Role::FrontProxy | Role::ServiceAccountRoot
        );
        let Some(host) = evidence.host_of(read.at.file).filter(|_| is_one) else {
            continue;
        };
        if let [ca] = reliance.ca_paths.as_slice()
            && !evidence.is_past(read.at.file)
        {
            let key = (host.root.as_str(), read.program.name(), read.role);
            told.entry(key).or_default().push((reliance, ca));
        }
    }
    let found = told.into_iter().filter_map(|((_, program, role), readers)| {
        let (first, ca) = readers.first()?;
        let (odd, other) = readers.iter().find(|(_, other)| other.path != ca.path)?;
        Some(Finding {
            rule: RULE.name,
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            message: format!(
                "{program} takes its {} from {} here and from {} in {}",
                role.noun(),
                other.path,
                ca.path,
                evidence.path(first.read.at.file)
            ),
            effect: "Which of the two counts depends on how the program is started; a change to the other has no effect.".into(),
            help: "name one file in both places, or take one of the settings out".into(),
            at: odd.read.at,
            label: format!("takes its {} from {}", role.noun(), other.path),
            related: vec![Related::new(first.read.at, format!("takes it from {}", ca.path))],
            certificates: Vec::new(),
            fix: None,
            identity: vec![program.into(), role.noun().into()],
        })
    });
    found.collect()
}
