//! CA files of which it is only recorded that Puppet looks after them.

use super::RULE;
use crate::finding::{Confidence, Finding, Related, Severity, hashes};
use ca_audit::Evidence;
use ca_audit::ca_name::{is_certificate_name, path_names_a_ca};
use ca_audit::host::Host;
use ca_audit::host::records::{Declared, FileEvent, HostRecords, Moment};
use ca_audit::place::Span;
use std::collections::BTreeMap;

/// What is recorded of a file, the surest record of it.
struct Managed<'e> {
    host: &'e Host,
    /// The path on the host.
    path: String,
    record: Span,
    source: RecordedBy,
    checked: Option<Moment>,
    declared: Option<&'e Declared>,
}

/// Where it is recorded; what says more comes last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum RecordedBy {
    /// Puppet's state, in which its own settings are, too.
    State,
    /// The list of a catalog's resources.
    List,
    /// A report.
    Report,
    /// A report says that the content was changed.
    ContentReport,
}

/// Reports each file of a host whose catalog is not at hand, unless the code at
/// hand writes it.
pub(super) fn check(evidence: &Evidence, report: &mut dyn FnMut(Finding)) {
    for records in &evidence.records {
        let Some(host) = records.host.map(|host| &evidence.hosts[host]) else {
            continue;
        };
        if records.catalog().is_some() {
            continue;
        }
        for managed in managed(records, host).into_values() {
            let is_explained = evidence
                .code_writes(records, &managed.path)
                .next()
                .is_some();
            if !is_explained && is_ca(evidence, &managed) && !is_puppets_own(evidence, &managed) {
                report(finding(evidence, &managed));
            }
        }
    }
}

/// By path in lower case: `resources.txt` has no other.
fn managed<'e>(records: &'e HostRecords, host: &'e Host) -> BTreeMap<String, Managed<'e>> {
    let mut found: BTreeMap<String, Managed> = BTreeMap::new();
    let states = records.managed.iter().map(|file| Managed {
        host,
        path: file.path.clone(),
        record: file.at,
        source: if file.is_in_catalog {
            RecordedBy::List
        } else {
            RecordedBy::State
        },
        checked: file.checked,
        declared: None,
    });
    let statuses = records
        .runs
        .iter()
        .flat_map(|run| run.files.iter().map(move |file| (run, file)));
    let reports = statuses.map(|(run, status)| Managed {
        host,
        path: status.path.clone(),
        record: status.at,
        source: if status.events.iter().any(FileEvent::changed_content) {
            RecordedBy::ContentReport
        } else {
            RecordedBy::Report
        },
        checked: run.began,
        declared: status.declared.as_ref(),
    });
    for new in states.chain(reports) {
        let key = new.path.to_lowercase();
        match found.get_mut(&key) {
            None => {
                found.insert(key, new);
            }
            Some(known) => known.add(new),
        }
    }
    found
}

impl Managed<'_> {
    fn add(&mut self, mut new: Self) {
        // A list has lost the capitals of the path.
        let path = match (self.source, new.source) {
            (RecordedBy::List, _) => new.path.clone(),
            _ => self.path.clone(),
        };
        new.checked = new.checked.max(self.checked);
        if new.source > self.source {
            *self = new;
        }
        self.path = path;
    }
}

fn is_ca(evidence: &Evidence, managed: &Managed) -> bool {
    let file = evidence.host_file(managed.host, &managed.path);
    let mut certs = file
        .into_iter()
        .flat_map(|file| evidence.certs_in(file))
        .peekable();
    if certs.peek().is_none() {
        return path_names_a_ca(&managed.path);
    }
    is_certificate_name(&managed.path) && certs.any(|cert| cert.certificate.is_ca() != Some(false))
}

/// Puppet looks after its own ssl directory as after any file, but only its
/// owner and mode (`ssldir`, `localcacert`, `cacert` in Puppet's configuration
/// reference).
fn is_puppets_own(evidence: &Evidence, managed: &Managed) -> bool {
    if managed.source != RecordedBy::State {
        return false;
    }
    let below = |folder: &str| {
        let rest = managed.path.strip_prefix(folder);
        rest.is_some_and(|rest| rest.starts_with('/'))
    };
    let mut directories = evidence.ssl_directories.iter();
    let puppet = &managed.host.puppet;
    let configured = [puppet.agent("ssldir"), puppet.server("cadir")];
    directories.any(|directory| managed.host.host_path(&directory.path).is_some_and(below))
        || configured
            .iter()
            .flatten()
            .any(|folder| below(evidence.path_on(managed.host, folder)))
        || [
            "/puppet/ssl/",
            "/puppet/client/ssl/",
            "/puppet/server/ssl/",
            "/puppetserver/ca/",
        ]
        .iter()
        .any(|folder| managed.path.contains(folder))
}

fn finding(evidence: &Evidence, managed: &Managed) -> Finding {
    let (host, path) = (&managed.host.name, &managed.path);
    let file = evidence.host_file(managed.host, path);
    let certs = file.map_or(&[][..], |file| evidence.certs_in(file));
    let declared_at = managed.declared.and_then(|declared| declared.at);
    let when = managed
        .checked
        .map_or_else(String::new, |checked| format!(" (last at {checked})"));
    let what = match managed.source {
        RecordedBy::ContentReport => "writes",
        RecordedBy::State | RecordedBy::List | RecordedBy::Report => "looks after",
    };
    let help = match managed.declared {
        Some(declared) => {
            format!("look at {declared} on the server before you edit {path} on {host}")
        }
        None => format!(
            "ask Puppet on {host} what it puts there before you edit it: its catalog, or the code that declares File[{path}]"
        ),
    };
    let at = declared_at
        .or(certs.first().map(|cert| cert.at))
        .unwrap_or(managed.record);
    let mut related = vec![Related::new(managed.record, "it is recorded here")];
    related.retain(|place| place.at != at);
    Finding {
        rule: RULE.name,
        severity: Severity::Note,
        confidence: match managed.source {
            RecordedBy::State => Confidence::Low,
            _ => Confidence::Medium,
        },
        message: format!(
            "Puppet {what} {path} on {host}{when}, and neither a catalog nor the code that was read here says what it puts there: a fix made there by hand may not last"
        ),
        effect: String::new(),
        help,
        at,
        label: format!("Puppet {what} it"),
        related,
        certificates: hashes(certs),
        fix: None,
        identity: vec![host.clone(), path.clone()],
    }
}
