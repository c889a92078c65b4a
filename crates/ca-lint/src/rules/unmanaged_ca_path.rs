//! A CA file that a program reads and that nothing puts there.

use super::Rule;
use crate::ca_reader::{CaReader, ca_readers};
use crate::finding::{Confidence, Finding, Related, Severity};
use crate::settings::Settings;
use ca_audit::facts::{Content, Role, Write};
use ca_audit::host::Host;
use ca_audit::place::Span;
use ca_audit::{Evidence, Mention, Mentioned, anchors_of};
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule {
    name: "unmanaged-ca-path",
    summary: "a program reads a CA file that nothing in the project puts there",
    severity: Severity::Warning,
    page: PAGE,
    check,
};

/// So many other places are shown.
const LISTED: usize = 4;

const PAGE: &str = r#"
The settings of this program name a CA file, and nothing in the project puts a file there: no resource writes it, no folder that Puppet copies holds it, and it is none of the files that a package, kubeadm or Puppet itself provides. Somebody put it on the hosts by hand, or it is not there.

## Why it matters

A host that is built anew from this repository does not have the file, and the program does not start. A host that has it has whatever somebody copied there once: nobody renews it, nobody replaces it when the CA changes, and no review shows it. On 2019-09-11 the question who had put which CA where cost hours; for a file like this one no repository can answer it.

## What is reported

- *medium*: Puppet deploys the program's settings, and nothing else in the repository names the CA file;
- *low*: it is named elsewhere (a script, a resource of an unknown type, a folder that is mounted), or a resource whose path is only known in part may write it. What seems to make the file, such as `creates => '/the/path'` of an `exec`, is taken for its writer and nothing is reported;
- a *note* where a host's files are in the tree and hold it: it was put there by hand.

Projects without any Puppet code are not looked at: what else fills their hosts is not read.

## How to fix

Ship the CA from the repository, beside the resource that deploys the settings: `file { '/the/path': source => 'puppet:///modules/…' }`.

## Fires

`modules/k8s/manifests/init.pp`:
```puppet
class k8s {
  file { '/etc/default/kube-apiserver':
    content => template('k8s/kube-apiserver.default.erb'),
  }
}
```

`modules/k8s/templates/kube-apiserver.default.erb`:
```erb
DAEMON_ARGS="--etcd-servers=https://etcd1:2379 --etcd-cafile=/etc/k8s/etcd-ca.pem"
```

## Clean

`modules/k8s/manifests/init.pp`:
```puppet
class k8s {
  file { '/etc/default/kube-apiserver':
    content => template('k8s/kube-apiserver.default.erb'),
  }
  file { '/etc/k8s/etcd-ca.pem':
    source => 'puppet:///modules/k8s/etcd-ca.pem',
  }
}
```

`modules/k8s/templates/kube-apiserver.default.erb`:
```erb
DAEMON_ARGS="--etcd-servers=https://etcd1:2379 --etcd-cafile=/etc/k8s/etcd-ca.pem"
```
"#;

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    // Who fills the hosts of a project without Puppet is not known here.
    if evidence.writes.is_empty() {
        return;
    }
    let mut by_path: BTreeMap<&str, Vec<&CaReader>> = BTreeMap::new();
    let readers = ca_readers(evidence);
    for reader in &readers {
        // Beyond etcd only what Puppet itself sets is certain to be read on hosts
        // that Puppet fills.
        let counts = reader.role == Role::EtcdClient || reader.deployed_at.is_some();
        if counts && evidence.host_of(reader.at.file).is_none() {
            by_path.entry(&reader.ca.path).or_default().push(reader);
        }
    }
    for (path, readers) in by_path {
        let is_made = evidence
            .mentions_of(path)
            .iter()
            .any(|mention| mention.how == Mentioned::Makes);
        if !is_made && evidence.providers_of(path).is_empty() {
            report(finding(evidence, path, &readers));
        }
    }
}

fn finding(evidence: &Evidence, path: &str, readers: &[&CaReader]) -> Finding {
    let first = readers[0];
    let (program, its_ca, ca) = (first.program, first.its_ca(), first.ca);
    let named = named_elsewhere(evidence, path, readers);
    let possible = evidence.possible_writers_of(path);
    let deployed = readers.iter().find_map(|reader| reader.deployed_at);
    let on_hosts: Vec<(&Host, Span)> = evidence
        .hosts
        .iter()
        .filter_map(|host| Some((host, standing_on(evidence, host, path)?)))
        .collect();
    let is_sure = deployed.is_some() && named.is_empty() && possible.is_empty();
    let (severity, confidence) = match (on_hosts.is_empty(), is_sure) {
        (false, _) => (Severity::Note, Confidence::Medium),
        (true, true) => (Severity::Warning, Confidence::Medium),
        (true, false) => (Severity::Warning, Confidence::Low),
    };
    let message = match on_hosts.first() {
        Some((host, _)) => format!(
            "{program} takes {its_ca} from {path}, which is on {} and which nothing in this project puts there",
            host.name
        ),
        None => format!(
            "{program} takes {its_ca} from {path}, and nothing in this project puts a file there"
        ),
    };
    let help = match deployed {
        Some(deployed) => format!(
            "ship the CA beside {}: file {{ '{path}': source => 'puppet:///modules/…' }}; a copy made by hand on a host is gone when the host is built anew",
            evidence.path(deployed.at.file)
        ),
        None => format!(
            "ship the CA with file {{ '{path}': source => 'puppet:///modules/…' }}; a copy made by hand on a host is gone when the host is built anew"
        ),
    };
    let mut related: Vec<Related> = on_hosts
        .iter()
        .map(|(host, at)| Related::new(*at, format!("on {} it is there", host.name)))
        .collect();
    related.extend(other_readers(readers, ca.at));
    related.extend(evidence.other_resources_of(path).map(other_resource));
    related.extend(named.into_iter().take(LISTED));
    related.extend(
        possible
            .into_iter()
            .filter_map(possible_writer)
            .take(LISTED),
    );
    Finding {
        rule: RULE.name,
        severity,
        confidence,
        message,
        effect: String::new(),
        help,
        at: ca.at,
        label: "nothing puts this file on a host".into(),
        related,
        certificates: Vec::new(),
        fix: None,
        identity: vec![first.id.to_owned(), path.to_owned()],
    }
}

/// The file itself on a host, or the anchor of which the host makes it.
fn standing_on(evidence: &Evidence, host: &Host, path: &str) -> Option<Span> {
    let anchors = anchors_of(path).find_map(|anchor| evidence.host_file(host, &anchor));
    let file = evidence.host_file(host, path).or(anchors)?;
    let cert = evidence.certs_in(file).first();
    Some(cert.map_or_else(|| Span::whole(file), |cert| cert.at))
}

/// Where the program is told, if the path itself is said in another file; and
/// where others are.
fn other_readers(readers: &[&CaReader], said: Span) -> Vec<Related> {
    let told = readers
        .iter()
        .enumerate()
        .filter(|(index, reader)| *index > 0 || reader.at.file != said.file);
    let place = |(_, reader): (usize, &&CaReader)| {
        let program = reader.program;
        Related::new(reader.at, format!("{program} is told of it here"))
    };
    told.map(place).take(LISTED).collect()
}

/// Places besides the readers' own that name the file or its folder.
fn named_elsewhere(evidence: &Evidence, path: &str, readers: &[&CaReader]) -> Vec<Related> {
    let is_readers = |at: Span| {
        readers
            .iter()
            .map(|reader| reader.ca.at)
            .any(|own| own.file == at.file && own.start <= at.end && at.start <= own.end)
    };
    let mentions = evidence.mentions_of(path).iter();
    let mut others: Vec<&Mention> = mentions.filter(|mention| !is_readers(mention.at)).collect();
    // The file itself tells more than its folder.
    others.sort_by_key(|mention| (mention.how, mention.at));
    let words = |how| match how {
        Mentioned::NamesFolder => "something is done with its folder here",
        Mentioned::Makes | Mentioned::Names => "named here as well",
    };
    others
        .into_iter()
        .map(|mention| Related::new(mention.at, words(mention.how)))
        .collect()
}

fn other_resource(write: &Write) -> Related {
    let words = match &write.content {
        Content::Absent => format!("{} is removed here", write.resource),
        Content::Link(target) => {
            format!(
                "{} is a link to {target}, which nothing puts there",
                write.resource
            )
        }
        _ => format!("{} sets nothing but the owner and mode", write.resource),
    };
    Related::new(write.declared_at(), words)
}

/// A resource of which enough of the path is known to be worth showing.
fn possible_writer(write: &Write) -> Option<Related> {
    let is_vague = write.path.prefix().len() + write.path.suffix().len() < 4;
    let words = format!("this may put it there: {}", write.path);
    (!is_vague).then(|| Related::new(write.declared_at(), words))
}
