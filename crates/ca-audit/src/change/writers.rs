//! CA files of hosts whose writer or source changes.

use crate::certificate::fingerprint::hex;
use crate::evidence::Evidence;
use crate::link::managed::{ManagedCa, Source, SourceEnd};
use std::collections::{BTreeMap, BTreeSet};

/// A CA file of hosts that is written otherwise than before.
#[derive(Debug)]
pub struct WriterChange<'e> {
    /// The path on the host.
    pub path: String,
    /// Whether nobody wrote it before.
    pub is_new: bool,
    /// Whether nobody writes it any more.
    pub is_gone: bool,
    /// Who wrote it, of those that do not go on as they were.
    pub before: Vec<WrittenCa<'e>>,
    /// Who writes it now and did not so before.
    pub after: Vec<WrittenCa<'e>>,
}

/// One writer of a CA file.
#[derive(Debug)]
pub struct WrittenCa<'e> {
    /// The writer.
    pub managed: ManagedCa<'e>,
    /// What is put there, so that it can be compared between two states: where
    /// it comes from, under which conditions, which certificates that is.
    likeness: BTreeSet<String>,
}

pub(super) fn changes<'e>(before: &'e Evidence, after: &'e Evidence) -> Vec<WriterChange<'e>> {
    let (mut then, now) = (by_path(before), by_path(after));
    let mut changes = Vec::new();
    for (path, mut new) in now {
        let mut old = then.remove(&path).unwrap_or_default();
        let (was, is) = (likeness(&old), likeness(&new));
        if was == is {
            continue;
        }
        // A writer that stays as it is says nothing of the change.
        old.retain(|written| !written.likeness.is_subset(&is));
        new.retain(|written| !written.likeness.is_subset(&was));
        changes.push(WriterChange {
            path,
            is_new: was.is_empty(),
            is_gone: false,
            before: old,
            after: new,
        });
    }
    changes.extend(then.into_iter().map(|(path, before)| WriterChange {
        path,
        is_new: false,
        is_gone: true,
        before,
        after: Vec::new(),
    }));
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    changes
}

fn by_path(evidence: &Evidence) -> BTreeMap<String, Vec<WrittenCa<'_>>> {
    let mut paths: BTreeMap<String, Vec<WrittenCa>> = BTreeMap::new();
    for managed in evidence.managed_cas() {
        if evidence.is_aside(managed.write.at.file) {
            continue;
        }
        let when: Vec<String> = managed.write.when.iter().map(ToString::to_string).collect();
        let like = |source: &Source| of_source(evidence, source, &when);
        let likeness = managed.sources.iter().map(like).collect();
        let path = managed.write.path.to_string();
        let written = WrittenCa { managed, likeness };
        paths.entry(path).or_default().push(written);
    }
    paths
}

fn likeness(written: &[WrittenCa]) -> BTreeSet<String> {
    written
        .iter()
        .flat_map(|it| it.likeness.iter().cloned())
        .collect()
}

fn of_source(evidence: &Evidence, source: &Source, when: &[String]) -> String {
    let end = match &source.end {
        SourceEnd::Repository(file) => format!("file {}", evidence.path(*file)),
        SourceEnd::SameHost(text) => format!("host {text}"),
        SourceEnd::Inline(span) => format!("text in {}", evidence.path(span.file)),
        SourceEnd::Elsewhere(text) => format!("url {text}"),
        SourceEnd::Unknown(unknown) => format!("unknown {unknown}"),
    };
    let certificates: BTreeSet<String> = evidence
        .certs_of(&source.end)
        .into_iter()
        .map(|cert| hex(cert.certificate.sha256()))
        .collect();
    let conditions: BTreeSet<String> = source
        .when
        .iter()
        .map(ToString::to_string)
        .chain(when.iter().cloned())
        .collect();
    format!("{end} {certificates:?} {conditions:?}")
}
