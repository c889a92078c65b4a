//! A CA file that a program on a host names and that is not there, or is no CA.

use super::Rule;
use crate::ca_reader::{CaReader, ca_readers};
use crate::finding::{Confidence, Finding, Related, Severity};
use crate::settings::Settings;
use ca_audit::facts::{Content, Role};
use ca_audit::host::Host;
use ca_audit::place::{FileId, Span};
use ca_audit::tree::EntryKind;
use ca_audit::{Evidence, SourceEnd, Standing, anchors_of};
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule {
    name: "ca-path-missing",
    summary: "a program's CA file is not on its host, or holds no certificate",
    severity: Severity::Error,
    page: PAGE,
    check,
};

const PAGE: &str = r#"
The settings of a program on this host name a CA file, and that file is not among the files of the host, or it holds something that is no certificate.

## Why it matters

The program works as long as nobody restarts it: it read its CA when it started. At the next restart a Go program stops with `open /…/ca.pem: no such file or directory` or `could not find CA certificates`; others start and reject every server. In the outage of 2019-09-11 a restart was all that was between a CA that had changed the night before and an API server that did not come back.

## What is reported

- *error*: the file is missing on a host whose files are in the tree, and nothing in the project writes it; or it is there and holds only a key, a request, a web page, nothing;
- *warning*: the file that Puppet copies there from the repository holds no certificate;
- a *note* where the whole folder is missing from the host's files: it may not have been copied.

## How to fix

Put the CA there. If Puppet manages the host, ship it from the repository, else the next host has the same gap.

## Fires

`hosts/web1/etc/puppet/puppet.conf`:
```ini
[main]
certname = web1
```

`hosts/web1/etc/default/kube-apiserver`:
```sh
DAEMON_ARGS="--etcd-servers=https://etcd1:2379 --etcd-cafile=/etc/k8s/ca.pem"
```

`hosts/web1/etc/k8s/key.pem`:
```
no certificate
```

## Clean

`hosts/web1/etc/puppet/puppet.conf`:
```ini
[main]
certname = web1
```

`hosts/web1/etc/default/kube-apiserver`:
```sh
DAEMON_ARGS="--etcd-servers=https://etcd1:2379 --etcd-cafile=/etc/k8s/ca.pem"
```

`hosts/web1/etc/k8s/ca.pem`:
```
<CA one named CN=etcd CA>
```
"#;

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    let mut seen = BTreeSet::new();
    for reader in ca_readers(evidence) {
        let named = (reader.ca.path.clone(), reader.program, reader.role);
        for host in &reader.hosts {
            if seen.insert((host.root.clone(), named.clone())) {
                on_host(evidence, &reader, host).map(&mut *report);
            }
        }
        if seen.insert((String::new(), named)) {
            in_repository(evidence, &reader).map(&mut *report);
        }
    }
}

fn on_host(evidence: &Evidence, reader: &CaReader, host: &Host) -> Option<Finding> {
    match evidence.host_file(host, &reader.ca.path) {
        Some(file) => {
            let standing = evidence
                .standing(file)
                .filter(|standing| is_no_ca(*standing))?;
            Some(no_certificate(reader, host, file, standing))
        }
        None => missing(evidence, reader, host),
    }
}

/// A certificate that cannot be read is another rule's, and what Git keeps
/// elsewhere may well be one.
fn is_no_ca(standing: Standing) -> bool {
    !matches!(standing, Standing::Broken | Standing::Pointer)
}

fn no_certificate(reader: &CaReader, host: &Host, file: FileId, standing: Standing) -> Finding {
    let (program, its_ca) = (reader.program, reader.its_ca());
    Finding {
        message: format!(
            "on {} the file {} from which {program} takes {its_ca} holds {}",
            host.name,
            reader.ca.path,
            standing.words()
        ),
        effect: of_no_certificate(reader).unwrap_or_else(|| effect(reader)),
        related: vec![Related::new(Span::whole(file), "what is there")],
        label: format!("holds {}", standing.words()),
        ..told(reader, host, Confidence::High)
    }
}

fn missing(evidence: &Evidence, reader: &CaReader, host: &Host) -> Option<Finding> {
    let path = reader.ca.path.as_str();
    let is_made_of_anchor =
        || anchors_of(path).any(|anchor| evidence.host_file(host, &anchor).is_some());
    let is_folder = || has_below(evidence, host, path);
    if is_made_of_anchor() || is_folder() || !evidence.providers_of(path).is_empty() {
        return None;
    }
    let (program, its_ca) = (reader.program, reader.its_ca());
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let is_copied = folder.is_empty() || has_below(evidence, host, folder);
    let may_be_written = !evidence.possible_writers_of(path).is_empty();
    let confidence = match (is_copied, may_be_written) {
        (false, _) => Confidence::Low,
        (true, true) => Confidence::Medium,
        (true, false) => Confidence::High,
    };
    let message = match (is_copied, link_at(evidence, host, path)) {
        (_, Some((_, target))) => format!(
            "on {} the file {path} from which {program} takes {its_ca} is a link to {target}, which is not there",
            host.name
        ),
        (true, None) => format!(
            "on {} there is no {path}, from which {program} takes {its_ca}, and nothing in the project writes it",
            host.name
        ),
        (false, None) => format!(
            "whether {} has {path}, from which {program} takes {its_ca}, cannot be told: nothing of {folder} is among its files here",
            host.name
        ),
    };
    let mut finding = Finding {
        message,
        label: "not on this host".into(),
        ..told(reader, host, confidence)
    };
    if let Some((file, _)) = link_at(evidence, host, path) {
        finding
            .related
            .push(Related::new(Span::whole(file), "the link"));
    } else if !is_copied {
        finding.severity = Severity::Note;
        finding.effect = String::new();
        finding.help = format!("copy {folder} of the host into its tree as well, then look again");
    }
    Some(finding)
}

/// What is the same of every finding on a host.
fn told(reader: &CaReader, host: &Host, confidence: Confidence) -> Finding {
    let its_ca = reader.its_ca();
    let wanted = match reader.role {
        Role::EtcdClient => "the CA of the etcd servers".to_owned(),
        _ => its_ca.clone(),
    };
    Finding {
        rule: RULE.name,
        severity: Severity::Error,
        confidence,
        message: String::new(),
        effect: effect(reader),
        help: format!(
            "put {wanted} at {}; if Puppet manages this host, ship it with a file resource, else the next run or the next host is without it",
            reader.ca.path
        ),
        at: reader.ca.at,
        label: String::new(),
        related: Vec::new(),
        certificates: Vec::new(),
        fix: None,
        identity: vec![
            host.name.clone(),
            reader.id.to_owned(),
            reader.ca.path.clone(),
        ],
    }
}

fn effect(reader: &CaReader) -> String {
    let (program, its_ca) = (reader.program, reader.its_ca());
    match reader.role {
        Role::EtcdClient => format!(
            "{program} read its CA when it started; at its next restart it does not reach etcd."
        ),
        _ => format!("{program} read {its_ca} when it started; it misses it at its next restart."),
    }
}

/// What comes of a file that is there and holds no certificate, where the
/// program does not stop at it (the trap `bad-pem-falls-back`).
fn of_no_certificate(reader: &CaReader) -> Option<String> {
    let program = reader.program;
    reader.falls_back.then(|| {
        format!("{program} says nothing of it and trusts whatever the host trusts, as if no CA were named.")
    })
}

/// Whether anything below a folder of the host is among its files.
fn has_below(evidence: &Evidence, host: &Host, folder: &str) -> bool {
    let root = host.root.trim_end_matches('/');
    let below = format!("{root}{folder}/");
    let below = if host.root.is_empty() {
        below.trim_start_matches('/')
    } else {
        &below
    };
    let next = evidence
        .entries
        .partition_point(|entry| entry.path.as_str() < below);
    evidence
        .entries
        .get(next)
        .is_some_and(|entry| entry.path.starts_with(below))
}

/// The link that stands at a path of the host, and where it points.
fn link_at<'e>(evidence: &'e Evidence, host: &Host, path: &str) -> Option<(FileId, &'e str)> {
    let root = host.root.trim_end_matches('/');
    let shown = format!("{root}{path}");
    let shown = if host.root.is_empty() {
        shown.trim_start_matches('/')
    } else {
        &shown
    };
    let file = evidence.file(shown)?;
    match &evidence.entries[file.0 as usize].kind {
        EntryKind::Link(target) => Some((file, target)),
        _ => None,
    }
}

/// What Puppet puts there from the repository and is no certificate.
fn in_repository(evidence: &Evidence, reader: &CaReader) -> Option<Finding> {
    let copies = evidence
        .writers_of(&reader.ca.path)
        .filter(|write| matches!(write.content, Content::Copy(_)));
    let (write, file, standing) = copies.into_iter().find_map(|write| {
        evidence.sources_of(write)?.into_iter().find_map(|source| {
            let SourceEnd::Repository(file) = source.end else {
                return None;
            };
            let standing = evidence
                .standing(file)
                .filter(|standing| is_no_ca(*standing))?;
            Some((write, file, standing))
        })
    })?;
    let (program, its_ca) = (reader.program, reader.its_ca());
    let source = evidence.path(file);
    Some(Finding {
        rule: RULE.name,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        message: format!(
            "Puppet puts {source} at {}, from which {program} takes {its_ca}, and it holds {}",
            reader.ca.path,
            standing.words()
        ),
        effect: of_no_certificate(reader).unwrap_or_default(),
        help: format!(
            "put the CA into {source}; editing {} on a host is not worth it",
            reader.ca.path
        ),
        at: write.declared_at(),
        label: format!("puts {} on the host", reader.ca.path),
        related: vec![
            Related::new(Span::whole(file), format!("holds {}", standing.words())),
            Related::new(reader.at, format!("{program} is told of it here")),
        ],
        certificates: Vec::new(),
        fix: None,
        identity: vec![reader.id.to_owned(), reader.ca.path.clone()],
    })
}
