//! A CA file that Puppet writes, and the place where a fix lasts.

mod alternatives;
mod catalogs;
mod handed_over;
mod links;
mod managed_only;

use self::alternatives::AtOnePath;
use super::Rule;
use crate::backup::Backup;
use crate::certificate_words::all_named;
use crate::finding::{Confidence, Finding, Related, Severity, distinct_hashes};
use crate::settings::Settings;
use crate::source_words::{self, one_of, words};
use ca_audit::facts::Cert;
use ca_audit::host::Host;
use ca_audit::host::records::HostRecords;
use ca_audit::place::{FileId, Span};
use ca_audit::value::Text;
use ca_audit::{Evidence, ManagedCa, SourceEnd};
use std::collections::{BTreeSet, HashMap};

pub(super) const RULE: Rule = Rule {
    name: "puppet-overwrites-ca",
    summary: "Puppet manages a CA file, so a fix made by hand there does not last",
    severity: Severity::Note,
    page: PAGE,
    check,
};

const PAGE: &str = r#"
Puppet writes this CA file at every run. Whoever mends it by hand on the host has mended it until the next run, usually for less than half an hour. The finding names the place where a fix lasts.

## Why it matters

On 2019-09-11 the right CA was put back by hand at `/usr/local/share/ca-certificates/Puppet_Internal_CA.crt`, and Puppet reverted it five minutes later: the file is a copy of another file *of the same host*, the agent's own `certs/ca.pem`. Only a change there lasted. Finding that out took hours.

## What is reported

- *note*: the content comes from this repository; change it there;
- *warning*: the content is a copy of another file of the same host; the repository does not show what it holds, and a change in the repository does not mend it;
- *error*: a host's files are in the tree and the two differ already: the next run reverts what is there.

A command that copies a CA at every run counts as well (`exec` with `cp`, `curl`, `wget` and none of `creates`, `unless`, `onlyif`, `refreshonly`). What is only made where there is none (`replace => false`, `creates`) is left out: a fix made by hand stays.

Where the CA is handed to a class or a defined type whose code is not in the tree, that is a note of medium confidence: what it does with it cannot be seen.

A host's own catalog, where it is in the tree, decides for that host instead of the code; what code and catalog say differently is named. Where a host's state, its list of resources or a report only says *that* Puppet looks after a CA file, that is a note of low or medium confidence.

## How to fix

Change the file that the finding names. To end it for good, ship the CA from the repository (`source => 'puppet:///modules/…'`), where a review sees it change.

## Fires

`modules/certs/manifests/ca.pp`:
```puppet
define certs::ca($source) {
  file { "/usr/local/share/ca-certificates/${title}.crt":
    source => $source,
  }
}
```

`modules/certs/manifests/init.pp`:
```puppet
class certs {
  certs::ca { 'Internal_CA':
    source => '/var/lib/puppet/ssl/certs/ca.pem',
  }
}
```

## Clean

`modules/certs/manifests/init.pp`:
```puppet
class certs {
  file { '/etc/ssl/private/server.key':
    source => 'puppet:///secrets/server.key',
  }
}
```
"#;

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    let managed = evidence.managed_cas();
    let mut declarations: Vec<Vec<AtOnePath>> = Vec::new();
    let mut known: HashMap<Span, usize> = HashMap::new();
    // What is left alone once it is there is not overwritten.
    for this in managed.iter().filter(|it| !it.write.keeps_existing) {
        let index = *known.entry(this.write.declared_at()).or_insert_with(|| {
            declarations.push(Vec::new());
            declarations.len() - 1
        });
        let paths = &mut declarations[index];
        let is_same = |path: &&mut AtOnePath| path[0].write.path == this.write.path;
        match paths.iter_mut().find(is_same) {
            Some(path) => path.push(this),
            None => paths.push(vec![this]),
        }
    }
    for paths in declarations {
        for group in alternatives::grouped(paths) {
            told(evidence, &group, report);
        }
    }
    catalogs::check(evidence, report);
    links::check(evidence, report);
    managed_only::check(evidence, report);
}

/// Alternatives are told as one, unless a host shows what becomes of one of them.
fn told(evidence: &Evidence, group: &[AtOnePath], report: &mut dyn FnMut(Finding)) {
    if let Some(finding) = handed_over::finding(evidence, group) {
        report(finding);
        return;
    }
    let is_reverted = |path: &AtOnePath| {
        let mut hosts = evidence.hosts.iter();
        hosts.any(|host| revert(evidence, host, path).is_some())
    };
    if group.iter().any(is_reverted) {
        for path in group {
            report(finding(
                evidence,
                path,
                catalogs::contradictions(evidence, path),
            ));
        }
        return;
    }
    let contradictions = group
        .iter()
        .flat_map(|path| catalogs::contradictions(evidence, path))
        .collect();
    report(finding(evidence, &group.concat(), contradictions));
}

/// `same`: one declaration, perhaps under several conditions.
fn finding(evidence: &Evidence, same: &[&ManagedCa], contradictions: Vec<Related>) -> Finding {
    let hosts: Vec<&Host> = evidence.hosts.iter().collect();
    let mut finding = finding_on(evidence, same, &hosts);
    finding.related.extend(contradictions);
    finding
}

/// The same for some hosts only.
fn finding_on(evidence: &Evidence, same: &[&ManagedCa], hosts: &[&Host]) -> Finding {
    let first = same[0];
    let paths = paths(same);
    let path = either(&paths);
    let file = match paths.as_slice() {
        [one] => one.as_str(),
        _ => "the file",
    };
    let mut ends: Vec<&SourceEnd> = Vec::new();
    for source in same.iter().flat_map(|managed| &managed.sources) {
        if !ends.contains(&&source.end) {
            ends.push(&source.end);
        }
    }
    let local: Vec<&Text> = ends.iter().filter_map(|end| same_host(end)).collect();
    let reverts: Vec<Revert> = hosts
        .iter()
        .filter_map(|host| revert(evidence, host, same))
        .collect();

    let (severity, confidence) = match (reverts.is_empty(), local.is_empty()) {
        (false, _) => (Severity::Error, Confidence::High),
        (true, false) => (
            Severity::Warning,
            if local.len() == 1 {
                Confidence::High
            } else {
                Confidence::Medium
            },
        ),
        (true, true) => (Severity::Note, confidence(&ends)),
    };
    let sources = ends.iter().flat_map(|end| evidence.certs_of(end));
    let certificates = distinct_hashes(sources.chain(reverts.iter().flat_map(Revert::certs)));
    Finding {
        rule: RULE.name,
        severity,
        confidence,
        message: message(evidence, &path, &ends, &reverts),
        effect: effect(first, &local, &reverts),
        help: reverts.first().map_or_else(
            || help(evidence, file, &ends, &local),
            |revert| revert_help(evidence, revert, &path),
        ),
        at: first.write.declared_at(),
        label: label(first, file),
        related: related(first, same, &reverts),
        certificates,
        fix: None,
        identity: vec![
            path,
            ends.iter()
                .map(|end| words(evidence, end))
                .collect::<Vec<_>>()
                .join(" | "),
        ],
    }
}

/// The paths of a declaration, each once.
fn paths(same: &[&ManagedCa]) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    for managed in same {
        let path = managed.write.path.to_string();
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    paths
}

/// `/a/ca.crt`; `/a/ca.crt or /b/ca.crt, depending on the host,`
fn either(paths: &[String]) -> String {
    match paths {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => {
            format!("{} or {last}, depending on the host,", first.join(", "))
        }
    }
}

fn label(managed: &ManagedCa, file: &str) -> String {
    let how = managed
        .write
        .absent_module()
        .map_or_else(String::new, |module| {
            format!(" through the module {module}, which is not in this tree")
        });
    format!("puts {file} on the host{how}")
}

/// What the next run does on a host: the file there is not what Puppet puts
/// there.
struct Revert<'e> {
    host: &'e Host,
    now: &'e [Cert],
    next: Next<'e>,
}

/// What the next run puts at a path of a host.
struct Next<'e> {
    certs: Vec<&'e Cert>,
    /// Where these stand.
    file: FileId,
    from: NextFrom,
}

/// Where the next run takes it from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum NextFrom {
    /// A file of the host itself.
    Host,
    /// A file of the repository.
    Repository,
    /// The text that the catalog holds.
    Catalog,
}

impl<'e> Revert<'e> {
    fn certs(&self) -> impl Iterator<Item = &'e Cert> {
        self.now.iter().chain(self.next.certs.iter().copied())
    }
}

fn revert<'e>(evidence: &'e Evidence, host: &'e Host, same: &[&ManagedCa]) -> Option<Revert<'e>> {
    let path = evidence.path_on(host, same[0].write.path.as_str()?);
    let target = evidence.host_file(host, path)?;
    let next = by_next_run(evidence, host, path, same)?;
    let now = evidence.certs_in(target);
    let identity = |cert: &Cert| *cert.certificate.sha256();
    let is_now: BTreeSet<[u8; 32]> = now.iter().map(identity).collect();
    let is_next: BTreeSet<[u8; 32]> = next.certs.iter().map(|cert| identity(cert)).collect();
    let differs = !is_next.is_empty() && is_now != is_next;
    differs.then_some(Revert { host, now, next })
}

/// A host's catalog is exact, whatever the code says.
fn by_next_run<'e>(
    evidence: &'e Evidence,
    host: &Host,
    path: &str,
    same: &[&ManagedCa],
) -> Option<Next<'e>> {
    let records = evidence.records_of(host);
    if records.and_then(HostRecords::catalog).is_none() {
        return same
            .iter()
            .find_map(|managed| copied(evidence, host, managed));
    }
    let recorded = evidence.catalog_write(host, path)?;
    let managed = evidence.managed_ca(&recorded.write)?;
    let text = managed
        .sources
        .iter()
        .find(|source| matches!(source.end, SourceEnd::Inline(_)));
    match text {
        Some(text) => Some(Next {
            certs: evidence.certs_of(&text.end),
            file: recorded.write.at.file,
            from: NextFrom::Catalog,
        }),
        None => copied(evidence, host, &managed),
    }
}

fn copied<'e>(evidence: &'e Evidence, host: &Host, managed: &ManagedCa) -> Option<Next<'e>> {
    let file = evidence.copied_from(host, managed)?;
    let repository = SourceEnd::Repository(file);
    let is_served = managed
        .sources
        .iter()
        .any(|source| source.end == repository);
    Some(Next {
        certs: evidence.certs_in(file).iter().collect(),
        file,
        from: if is_served {
            NextFrom::Repository
        } else {
            NextFrom::Host
        },
    })
}

fn same_host(end: &SourceEnd) -> Option<&Text> {
    match end {
        SourceEnd::SameHost(text) => Some(text),
        _ => None,
    }
}

fn confidence(ends: &[&SourceEnd]) -> Confidence {
    let unknown = ends.iter().any(|end| matches!(end, SourceEnd::Unknown(_)));
    if unknown {
        Confidence::Low
    } else {
        Confidence::High
    }
}

fn message(evidence: &Evidence, path: &str, ends: &[&SourceEnd], reverts: &[Revert]) -> String {
    if let Some(revert) = reverts.first() {
        return format!(
            "on {} the next Puppet run replaces {} in {path} by {}",
            revert.host.name,
            all_named(revert.now),
            all_named(revert.next.certs.iter().copied())
        );
    }
    let sources: Vec<String> = ends.iter().map(|end| words(evidence, end)).collect();
    format!(
        "Puppet writes {path} from {}: a fix made there by hand lasts until the next run",
        one_of(&sources)
    )
}

fn effect(managed: &ManagedCa, local: &[&Text], reverts: &[Revert]) -> String {
    match (reverts.first(), local.first()) {
        (Some(revert), _) => format!(
            "Every program on {} that trusts this file (or the system roots, if it is part of them) trusts {} from then on.{}",
            revert.host.name,
            all_named(revert.next.certs.iter().copied()),
            lost(managed)
        ),
        (None, Some(_)) => {
            "What the host trusts is decided by a file that no review of this repository sees."
                .into()
        }
        (None, None) => String::new(),
    }
}

/// What becomes of the file that is there now.
fn lost(managed: &ManagedCa) -> &'static str {
    match Backup::of(managed.write) {
        Backup::Off { .. } => " Puppet keeps no copy of what is there now: backup => false.",
        Backup::Default => " Puppet 7 and later keep no copy of what is there now.",
        Backup::Kept | Backup::Unknown => "",
    }
}

fn help(evidence: &Evidence, file: &str, ends: &[&SourceEnd], local: &[&Text]) -> String {
    if local.is_empty() {
        let sources: Vec<String> = ends.iter().map(|end| words(evidence, end)).collect();
        return format!(
            "change {} instead; {file} on the host is not worth editing",
            one_of(&sources)
        );
    }
    let names: Vec<String> = local.iter().map(ToString::to_string).collect();
    let writers: Vec<&str> = names
        .iter()
        .flat_map(|name| evidence.writers_of(name))
        .map(|write| evidence.path(write.at.file))
        .collect();
    let end = match writers.first() {
        Some(manifest) => format!("that file is itself written by Puppet, in {manifest}: change it there"),
        None if names.iter().all(|name| name.ends_with("/certs/ca.pem")) => {
            "nothing in this repository writes it: it is the agent's own copy of its CA, so the right CA put there stays, and Puppet itself copies it on".into()
        }
        None => "nothing in this repository writes it, so a fix there stays".into(),
    };
    format!(
        "put the right CA at {} instead: {end}. To have it reviewed from now on, ship it as puppet:///modules/…",
        one_of(&names)
    )
}

/// Where the host itself shows what Puppet puts there.
fn revert_help(evidence: &Evidence, revert: &Revert, path: &str) -> String {
    let source = evidence.path(revert.next.file);
    let place = match revert.next.from {
        NextFrom::Host => format!(
            "put it at {} (nothing overwrites that file: it is the host's own, and Puppet copies it on)",
            revert.host.host_path(source).unwrap_or(source)
        ),
        NextFrom::Repository => {
            format!("put it at {source} (that file of the repository is what lasts)")
        }
        NextFrom::Catalog => {
            "change the content where the code gives it: the catalog holds it as text".into()
        }
    };
    format!(
        "decide which of the two is right; if it is the one that is there now, {place}. Editing {path} on {} again is not worth it",
        revert.host.name
    )
}

/// The way from the declaration to the source, then what the hosts have.
fn related(first: &ManagedCa, same: &[&ManagedCa], reverts: &[Revert]) -> Vec<Related> {
    let mut places = Places::default();
    let declared = first.write.declared_at();
    for managed in same {
        for source in &managed.sources {
            let when = source_words::when(&source.when, &managed.write.when);
            for (index, origin) in source.from.iter().enumerate().rev() {
                let what = origin.what.to_string();
                // The condition is that of the value, so of its nearest place.
                let is_nearest = index == 0;
                places.add(origin.at, if is_nearest { what + &when } else { what });
            }
        }
    }
    if first.write.at != declared {
        places.add(
            first.write.at,
            format!("{} is managed here", first.write.resource),
        );
    }
    if !first.sources.iter().any(|source| {
        source
            .from
            .iter()
            .any(|origin| origin.at == first.write.content_at)
    }) {
        places.add(first.write.content_at, "its content is said here".into());
    }
    for at in &first.write.changed_at {
        let what = format!("more is said of {} here", first.write.resource);
        places.add(*at, what);
    }
    for revert in reverts {
        if let Some(cert) = revert.now.first() {
            places.add(
                cert.at,
                format!(
                    "what is on {} now: {}",
                    revert.host.name,
                    all_named(revert.now)
                ),
            );
        }
        let first = revert.next.certs.first();
        let at = first.map_or(Span::whole(revert.next.file), |cert| cert.at);
        places.add(
            at,
            format!(
                "what Puppet copies over it: {}",
                all_named(revert.next.certs.iter().copied())
            ),
        );
    }
    places.list.retain(|place| place.at != declared);
    places.list
}

#[derive(Default)]
struct Places {
    list: Vec<Related>,
}

impl Places {
    /// Each place once, with what was said of it first.
    fn add(&mut self, at: Span, message: String) {
        if self.list.iter().all(|place| place.at != at) {
            self.list.push(Related::new(at, message));
        }
    }
}
/// What the rule says of a project, for the tests of its parts.
#[cfg(test)]
fn messages(tree: &ca_audit::tree::Memory) -> Vec<String> {
    let evidence = ca_audit::audit(tree, &ca_audit::Request::default());
    let mut found = Vec::new();
    check(&evidence, &Settings::at(0), &mut |finding| {
        found.push(finding.message);
    });
    found
}
