//! What hosts' catalogs say of CA files, beside what the code at hand says.

use super::finding_on;
use crate::finding::{Finding, Related};
use crate::source_words::{one_of, words};
use ca_audit::host::Host;
use ca_audit::host::records::{HostRecords, Recorded};
use ca_audit::value::Text;
use ca_audit::{Evidence, ManagedCa, SourceEnd};
use std::collections::BTreeMap;

/// More hosts than these are counted, not listed.
const LISTED: usize = 4;

/// A CA file in a catalog that no code at hand writes.
struct OnlyInCatalog<'e> {
    records: &'e HostRecords,
    recorded: &'e Recorded,
    managed: ManagedCa<'e>,
}

/// Reports CA files that only catalogs know, once for all hosts with the same
/// declaration and source.
pub(super) fn check(evidence: &Evidence, report: &mut dyn FnMut(Finding)) {
    let mut same: BTreeMap<(String, String, String), Vec<OnlyInCatalog>> = BTreeMap::new();
    for records in &evidence.records {
        for only in only_in_catalog(evidence, records) {
            let declared = only.recorded.declared().map(ToString::to_string);
            let sources = source_words(evidence, &only.managed);
            let key = (
                only.recorded.path().to_owned(),
                declared.unwrap_or_default(),
                sources.join(" | "),
            );
            same.entry(key).or_default().push(only);
        }
    }
    for only in same.values() {
        report(finding(evidence, only));
    }
}

/// Where the catalogs of hosts say another source for a path than the code does.
pub(super) fn contradictions(evidence: &Evidence, same: &[&ManagedCa]) -> Vec<Related> {
    let Some(path) = same[0].write.path.as_str() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for records in &evidence.records {
        let path = records.path_on_host(path);
        let recorded = records.catalog_write(path);
        let Some(managed) = recorded.and_then(|recorded| evidence.managed_ca(&recorded.write))
        else {
            continue;
        };
        let code = evidence.code_sources(records, path);
        let agrees = |source: &SourceEnd| code.iter().any(|code| may_be(code, source));
        if managed.sources.iter().any(|source| agrees(&source.end)) {
            continue;
        }
        let words = format!(
            "the catalog of {} says another source: {}",
            name(evidence, records),
            one_of(&source_words(evidence, &managed))
        );
        found.push(Related::new(managed.write.content_at, words));
    }
    found.truncate(LISTED);
    found
}

fn only_in_catalog<'e>(
    evidence: &'e Evidence,
    records: &'e HostRecords,
) -> impl Iterator<Item = OnlyInCatalog<'e>> {
    let files = records
        .catalog()
        .into_iter()
        .flat_map(|catalog| &catalog.files);
    files.filter_map(move |recorded| {
        let managed = evidence.managed_ca(&recorded.write)?;
        let mut code = evidence.code_writes(records, recorded.path());
        code.next().is_none().then_some(OnlyInCatalog {
            records,
            recorded,
            managed,
        })
    })
}

fn finding(evidence: &Evidence, same: &[OnlyInCatalog]) -> Finding {
    let first = &same[0];
    let hosts: Vec<&Host> = same
        .iter()
        .filter_map(|only| Some(&evidence.hosts[only.records.host?]))
        .collect();
    let mut finding = finding_on(evidence, &[&first.managed], &hosts);
    finding.at = first.recorded.edited_at();
    let declared = first.recorded.declared();
    let declared = declared.map_or_else(String::new, |declared| {
        format!("; it is declared at {declared} on the server")
    });
    for only in same.iter().take(LISTED) {
        let words = format!(
            "the catalog of {} says it, and no code that was read here{declared}",
            name(evidence, only.records)
        );
        if only.recorded.write.at == finding.at {
            finding.label = words;
        } else {
            finding
                .related
                .insert(0, Related::new(only.recorded.write.at, words));
        }
    }
    finding.related.retain(|place| place.at != finding.at);
    finding
}

fn name(evidence: &Evidence, records: &HostRecords) -> String {
    match records.host {
        Some(host) => evidence.hosts[host].name.clone(),
        None if records.certname.is_empty() => "a host".into(),
        None => records.certname.to_string(),
    }
}

fn source_words(evidence: &Evidence, managed: &ManagedCa) -> Vec<String> {
    let sources = managed.sources.iter();
    sources.map(|source| words(evidence, &source.end)).collect()
}

/// Whether what the code says can be what the catalog says.
fn may_be(code: &SourceEnd, catalog: &SourceEnd) -> bool {
    match (code, catalog) {
        // A template or a file that code renders stands in the catalog as text.
        (SourceEnd::Unknown(_), _)
        | (_, SourceEnd::Unknown(_))
        | (SourceEnd::Repository(_) | SourceEnd::Inline(_), SourceEnd::Inline(_)) => true,
        (
            SourceEnd::SameHost(code) | SourceEnd::Elsewhere(code),
            SourceEnd::SameHost(catalog) | SourceEnd::Elsewhere(catalog),
        ) => fits(code, catalog),
        _ => code == catalog,
    }
}

/// Whether a text with holes can be this one.
fn fits(with_holes: &Text, text: &Text) -> bool {
    match (with_holes.as_str(), text.as_str()) {
        (None, Some(text)) => {
            text.starts_with(with_holes.prefix()) && text.ends_with(with_holes.suffix())
        }
        _ => with_holes == text,
    }
}
