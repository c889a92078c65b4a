//! One hiera key with one CA for every host and another for some.

use super::{EFFECT, RULE};
use crate::ca_set::CaSet;
use crate::certificate_words::all_named;
use crate::data_layer::Layer;
use crate::finding::{Confidence, Finding, Related, Severity, distinct_hashes};
use ca_audit::Evidence;
use ca_audit::facts::Cert;
use ca_audit::place::FileId;
use std::collections::BTreeMap;

/// A key in one hierarchy, by the files that have it.
type Keys<'e> = BTreeMap<(&'e str, &'e str), BTreeMap<FileId, Vec<&'e Cert>>>;

pub(super) fn findings(evidence: &Evidence) -> Vec<Finding> {
    let keys = keys(evidence);
    let found = keys.iter().flat_map(|((_, key), files)| {
        let common = files.iter().find(|(file, _)| is_common(evidence, **file));
        let special = files
            .iter()
            .filter(|(file, _)| !is_common(evidence, **file));
        special.filter_map(move |(_, certs)| {
            let (_, common) = common?;
            let here = CaSet::of(certs.iter().copied());
            let differs = here.is_disjoint(&CaSet::of(common.iter().copied()));
            differs.then(|| finding(evidence, key, certs, common))
        })
    });
    found.collect()
}

fn keys(evidence: &Evidence) -> Keys<'_> {
    let mut keys: Keys = BTreeMap::new();
    for cert in &evidence.certs {
        let file = cert.at.file;
        if cert.container.is_empty() || evidence.is_aside(file) || evidence.host_of(file).is_some()
        {
            continue;
        }
        if let Some(layer) = Layer::of(evidence.path(file)) {
            keys.entry((layer.root, &cert.container))
                .or_default()
                .entry(file)
                .or_default()
                .push(cert);
        }
    }
    keys
}

fn is_common(evidence: &Evidence, file: FileId) -> bool {
    Layer::of(evidence.path(file)).is_some_and(|layer| layer.is_common)
}

fn finding(evidence: &Evidence, key: &str, special: &[&Cert], common: &[&Cert]) -> Finding {
    let path = |certs: &[&Cert]| evidence.path(certs[0].at.file).to_owned();
    let (here, there) = (path(special), path(common));
    Finding {
        rule: RULE.name,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        message: format!(
            "{key} is {} here and {} in {there}: hosts with this layer trust another CA than all others",
            all_named(special.iter().copied()),
            all_named(common.iter().copied())
        ),
        effect: EFFECT.into(),
        help: format!(
            "if these hosts have a CA of their own by design, nothing is to be done; else take {key} out of {here}, or put both CAs into it while one replaces the other"
        ),
        at: special[0].at,
        label: format!("another CA than in {there}"),
        related: vec![Related::new(common[0].at, "what all other hosts get")],
        certificates: distinct_hashes(special.iter().chain(common).copied()),
        fix: None,
        identity: vec!["data-key".into(), key.into()],
    }
}
