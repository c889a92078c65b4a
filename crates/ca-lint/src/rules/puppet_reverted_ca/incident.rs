//! A CA that stood at a path until Puppet put another one there, with what the
//! records tell of it.

use crate::ca_set::{CaSet, Relation};
use ca_audit::Evidence;
use ca_audit::ca_name::path_names_a_ca;
use ca_audit::facts::Cert;
use ca_audit::host::Host;
use ca_audit::host::records::{
    Digest, EventOutcome, FileEvent, FileStatus, HostRecords, Kept, Run,
};
use ca_audit::place::{FileId, Span};
use std::collections::BTreeSet;

/// Puppet took something away from where a CA stands.
pub(super) struct Incident<'e> {
    pub(super) records: &'e HostRecords,
    pub(super) host: Option<&'e Host>,
    /// The path on the host.
    pub(super) path: &'e str,
    pub(super) lost: Lost<'e>,
    /// What stands there now, where the tree has the file.
    pub(super) now: Option<FileId>,
    /// Whether what was taken away is there again.
    pub(super) is_there: bool,
    /// What Puppet put there.
    pub(super) put: &'e [Cert],
    /// The changes that took it away, in order of time.
    pub(super) changes: Vec<Change<'e>>,
    /// What Puppet kept of it.
    pub(super) kept: Option<&'e Kept>,
    /// The record that tells of it.
    pub(super) recorded_at: Span,
    pub(super) proof: Proof,
}

/// What was taken away.
#[derive(Clone)]
pub(super) enum Lost<'e> {
    /// A content with these certificates; none where only its checksum is known.
    Content(&'e Digest, &'e [Cert]),
    /// Nothing stood there: somebody had removed the file.
    File,
}

/// A change of a file in a run.
#[derive(Clone, Copy)]
pub(super) struct Change<'e> {
    pub(super) run: &'e Run,
    pub(super) status: &'e FileStatus,
    pub(super) event: &'e FileEvent,
}

/// How sure it is that Puppet undid what somebody else had done, the surest
/// last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Proof {
    /// Puppet replaced an older CA by a newer one: so does every renewal.
    Replaced,
    /// Puppet replaced a CA that is not older than what it put there.
    NotOlder,
    /// Besides the content, other attributes were not as Puppet leaves them.
    OtherAttributes,
    /// The agent compared it with what its run before had left.
    Corrective,
}

/// Every incident that records of the tree tell of, each once.
pub(super) fn incidents(evidence: &Evidence) -> Vec<Incident<'_>> {
    let mut found = Vec::new();
    for records in &evidence.records {
        let paths: BTreeSet<&str> = paths(records).collect();
        for path in paths {
            found.extend(At::new(evidence, records, path).incidents());
        }
    }
    found
}

fn paths(records: &HostRecords) -> impl Iterator<Item = &str> {
    let kept = records.kept.iter().flat_map(|kept| &kept.paths);
    let statuses = records.runs.iter().flat_map(|run| &run.files);
    let changed = statuses.filter(|status| status.events.iter().any(FileEvent::changed_content));
    kept.map(|(path, _)| path.as_str())
        .chain(changed.map(|status| status.path.as_str()))
}

/// One path of a host.
struct At<'e> {
    evidence: &'e Evidence,
    records: &'e HostRecords,
    host: Option<&'e Host>,
    path: &'e str,
    now: Option<FileId>,
    changes: Vec<Change<'e>>,
}

impl<'e> At<'e> {
    fn new(evidence: &'e Evidence, records: &'e HostRecords, path: &'e str) -> Self {
        let host = records.host.map(|host| &evidence.hosts[host]);
        let changes = records.statuses(path).flat_map(|(run, status)| {
            let events = status.events.iter().filter(|event| event.changed_content());
            events.map(move |event| Change { run, status, event })
        });
        Self {
            evidence,
            records,
            host,
            path,
            now: host.and_then(|host| evidence.host_file(host, path)),
            changes: changes.collect(),
        }
    }

    /// The same CA lost twice is one incident, told by its surest proof.
    fn incidents(&self) -> Vec<Incident<'e>> {
        let lost: BTreeSet<&Digest> = self
            .changes
            .iter()
            .filter_map(|change| change.event.previous.as_ref())
            .chain(self.records.kept(self.path).map(|kept| &kept.digest))
            .collect();
        let mut found: Vec<Incident> = Vec::new();
        for digest in lost {
            let Some(incident) = self.of_content(digest) else {
                continue;
            };
            let same = found.iter().position(|other| other.is_same_ca(&incident));
            match same {
                None => found.push(incident),
                Some(index) => found[index].add(incident),
            }
        }
        found.extend(self.of_removal());
        found
    }

    fn of_content(&self, digest: &'e Digest) -> Option<Incident<'e>> {
        let kept = self
            .records
            .kept(self.path)
            .find(|kept| kept.digest == *digest);
        let contents = kept.and_then(|kept| kept.contents);
        let lost = contents.map_or(&[][..], |file| self.evidence.certs_in(file));
        let lost = match lost {
            [] => self.evidence.certs_with(digest),
            kept => kept,
        };
        let changes: Vec<Change> = self
            .changes
            .iter()
            .filter(|change| change.event.previous.as_ref() == Some(digest))
            .copied()
            .collect();
        let is_there = self.is_there(digest, lost);
        if is_there && !self.goes_again(&changes) {
            return None;
        }
        let put = self.put(&changes, is_there);
        if !self.is_a_ca(lost, put) {
            return None;
        }
        let relation = CaSet::of(lost).relation(&CaSet::of(put));
        if relation == Some(Relation::Equal) {
            return None;
        }
        let proof = self.proof(digest, lost, put, &changes)?;
        // What only its checksum tells is no other CA for certain.
        if proof < Proof::OtherAttributes && relation.is_none() {
            return None;
        }
        let recorded_at = match (changes.last(), kept) {
            (Some(change), _) => change.event.at,
            (None, Some(kept)) => kept.paths.iter().find(|(path, _)| path == self.path)?.1,
            (None, None) => return None,
        };
        Some(Incident {
            is_there,
            kept,
            ..self.incident(
                Lost::Content(digest, lost),
                put,
                changes,
                recorded_at,
                proof,
            )
        })
    }

    /// A CA that somebody removed and Puppet put back.
    fn of_removal(&self) -> Option<Incident<'e>> {
        let changes: Vec<Change> = self
            .changes
            .iter()
            .filter(|change| change.event.was_absent && change.event.is_corrective)
            .copied()
            .collect();
        let put = self.put(&changes, false);
        let recorded_at = changes.last()?.event.at;
        let is_told = self.is_a_ca(&[], put);
        is_told.then(|| self.incident(Lost::File, put, changes, recorded_at, Proof::Corrective))
    }

    fn incident(
        &self,
        lost: Lost<'e>,
        put: &'e [Cert],
        changes: Vec<Change<'e>>,
        recorded_at: Span,
        proof: Proof,
    ) -> Incident<'e> {
        Incident {
            records: self.records,
            host: self.host,
            path: self.path,
            lost,
            now: self.now,
            is_there: false,
            put,
            changes,
            kept: None,
            recorded_at,
            proof,
        }
    }

    /// What Puppet put there: what its last change wanted, if the tree has that,
    /// else what is there now.
    fn put(&self, changes: &[Change<'e>], is_there: bool) -> &'e [Cert] {
        let wanted = changes
            .last()
            .and_then(|change| change.event.desired.as_ref());
        let wanted = wanted.map_or(&[][..], |wanted| self.evidence.certs_with(wanted));
        match self.now {
            Some(now) if wanted.is_empty() && !is_there => self.evidence.certs_in(now),
            _ => wanted,
        }
    }

    fn is_a_ca(&self, lost: &[Cert], put: &[Cert]) -> bool {
        let mut certs = lost.iter().chain(put).peekable();
        if certs.peek().is_none() {
            return path_names_a_ca(self.path);
        }
        certs.any(|cert| cert.certificate.is_ca() != Some(false))
    }

    /// Whether what was lost is there again: then nothing is lost.
    fn is_there(&self, digest: &Digest, lost: &[Cert]) -> bool {
        self.now.is_some_and(|now| {
            let now_has = CaSet::of(self.evidence.certs_in(now));
            self.evidence.has_content(now, digest) == Some(true)
                || CaSet::of(lost).relation(&now_has) == Some(Relation::Equal)
        })
    }

    /// Whether the next run takes what is there again away again: an agent undid
    /// it before, no run since then was content with it, and it is not what
    /// Puppet wanted last.
    fn goes_again(&self, changes: &[Change]) -> bool {
        let undone = changes.iter().rfind(|change| change.event.is_corrective);
        let (Some(undone), Some(last), Some(now)) = (undone, self.changes.last(), self.now) else {
            return false;
        };
        let mut statuses = self.records.statuses(self.path);
        let accepted =
            statuses.any(|(run, status)| run.began > undone.run.began && status.is_in_sync);
        let wanted = last.event.desired.as_ref();
        let is_wanted = wanted.map(|wanted| self.evidence.has_content(now, wanted));
        !accepted && is_wanted == Some(Some(false))
    }

    /// What tells that somebody else had put it there; `None` where the records
    /// say that Puppet had.
    fn proof(
        &self,
        digest: &Digest,
        lost: &[Cert],
        put: &[Cert],
        changes: &[Change],
    ) -> Option<Proof> {
        if changes.iter().any(|change| change.event.is_corrective) {
            return Some(Proof::Corrective);
        }
        let by_puppet = |change: &Change| change.event.desired.as_ref() == Some(digest);
        let by_agents = !changes.is_empty() && changes.iter().all(|change| change.run.is_agent);
        if self.changes.iter().any(by_puppet) || by_agents {
            return None;
        }
        if changes.iter().any(Change::has_other_attributes) {
            return Some(Proof::OtherAttributes);
        }
        let begins = |certs: &[Cert]| {
            let dates = certs
                .iter()
                .map(|cert| cert.certificate.not_before().seconds());
            dates.max().flatten()
        };
        Some(if begins(lost) < begins(put) {
            Proof::Replaced
        } else {
            Proof::NotOlder
        })
    }
}

impl Change<'_> {
    /// Whether owner, group or mode of the file were set right in the same run:
    /// Puppet's own file has them as Puppet left them.
    fn has_other_attributes(&self) -> bool {
        let is_attribute = |event: &FileEvent| {
            event.outcome == EventOutcome::Success
                && matches!(event.property.as_str(), "mode" | "owner" | "group")
        };
        self.status.events.iter().any(is_attribute)
    }
}

impl<'e> Incident<'e> {
    /// The change to tell of: the first that is proof, else the last.
    pub(super) fn change(&self) -> Option<&Change<'e>> {
        let proves = |change: &&Change| match self.proof {
            Proof::Corrective => change.event.is_corrective,
            Proof::OtherAttributes => change.has_other_attributes(),
            Proof::NotOlder | Proof::Replaced => false,
        };
        let first = self.changes.iter().find(proves);
        first.or(self.changes.last())
    }

    fn is_same_ca(&self, other: &Self) -> bool {
        let (Lost::Content(_, ours), Lost::Content(_, theirs)) = (&self.lost, &other.lost) else {
            return false;
        };
        CaSet::of(*ours).relation(&CaSet::of(*theirs)) == Some(Relation::Equal)
    }

    /// Takes over what another content with the same CA tells.
    fn add(&mut self, other: Self) {
        let changes = self.changes.iter().chain(&other.changes).copied();
        let mut changes: Vec<Change> = changes.collect();
        changes.sort_by_key(|change| change.event.time);
        if other.proof > self.proof {
            *self = other;
        }
        self.changes = changes;
    }
}
