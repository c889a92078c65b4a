//! A managed CA file of which Puppet keeps no copy when it replaces it.

use super::Rule;
use crate::backup::Backup;
use crate::ca_file::{depth, is_ca_file};
use crate::certificate_words::counted_more;
use crate::finding::{Confidence, Finding, Related, Severity};
use crate::settings::Settings;
use ca_audit::place::Span;
use ca_audit::{Evidence, ManagedCa};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const RULE: Rule = Rule {
    name: "puppet-fix-unrecoverable",
    summary: "Puppet keeps no copy of a CA file that it replaces",
    severity: Severity::Note,
    page: PAGE,
    check,
};

/// More places than these are counted, not listed.
const LISTED: usize = 12;

const PAGE: &str = r"
When Puppet replaces this CA file, what was there is gone: the resource keeps no backup. A fix that somebody made by hand, and that the next run reverts, cannot be looked up afterwards, and neither can the CA with which everything worked an hour ago.

## Why it matters

In the outage of 2019-09-11 the right CA was put back by hand and reverted by Puppet five minutes later. What had been in the file, and who had put it there, was worked out from memory. A copy in the agent's filebucket, with the time of each replacement, would have told within a minute.

## What is reported

- each resource that says `backup => false`;
- once a project: the CA files that say nothing, because from Puppet 7 on nothing means `false` (`lib/puppet/type/file.rb`). Puppet 6 and earlier put a copy into the bucket `puppet` then. That a module's `metadata.json` asks for Puppet 7 or later makes it certain.

## How to fix

Set the default for all files in `site.pp`: `File { backup => 'puppet' }` keeps copies in the agent's own bucket, from which `puppet filebucket restore --local` takes them back. A CA file is small and public, so nothing speaks against it.

## Fires

`modules/certs/manifests/init.pp`:
```puppet
class certs {
  file { '/etc/ssl/own/ca.pem':
    source => '/var/lib/puppet/ssl/certs/ca.pem',
    backup => false,
  }
}
```

## Clean

`modules/certs/manifests/init.pp`:
```puppet
class certs {
  file { '/etc/ssl/own/ca.pem':
    source => '/var/lib/puppet/ssl/certs/ca.pem',
    backup => 'puppet',
  }
}
```
";

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    let managed = evidence.managed_cas();
    let mut silent: BTreeMap<Span, &ManagedCa> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for managed in managed
        .iter()
        .filter(|managed| !managed.write.keeps_existing && is_ca_file(evidence, managed))
    {
        let write = managed.write;
        match Backup::of(write) {
            Backup::Off { always } => {
                if seen.insert((write.declared_at(), write.path.to_string())) {
                    report(switched_off(managed, always));
                }
            }
            Backup::Default => {
                let known = silent.entry(write.declared_at()).or_insert(managed);
                if depth(managed) > depth(known) {
                    *known = managed;
                }
            }
            Backup::Kept | Backup::Unknown => {}
        }
    }
    let silent: Vec<&ManagedCa> = silent.into_values().collect();
    if let Some(finding) = by_default(evidence, &silent) {
        report(finding);
    }
}

fn switched_off(managed: &ManagedCa, always: bool) -> Finding {
    let write = managed.write;
    let path = write.path.to_string();
    let declared = write.declared_at();
    let said = write.backup.iter().flat_map(|value| value.cases.iter());
    let mut related: Vec<Related> = said
        .filter_map(|case| case.from.first())
        .map(|origin| Related::new(origin.at, origin.what.to_string()))
        .filter(|place| place.at != declared)
        .take(2)
        .collect();
    if write.at != declared && related.iter().all(|place| place.at != write.at) {
        related.push(Related::new(
            write.at,
            format!("{} is managed here", write.resource),
        ));
    }
    Finding {
        rule: RULE.name,
        severity: Severity::Note,
        confidence: if always {
            Confidence::High
        } else {
            Confidence::Medium
        },
        message: format!(
            "{path} is written with backup => false: what Puppet replaces there is gone"
        ),
        effect: String::new(),
        help: format!(
            "take the attribute out and set File {{ backup => 'puppet' }} for all files, or set it here; copies that somebody makes by hand beside {path} are not worth relying on"
        ),
        at: declared,
        label: "keeps no copy".into(),
        related,
        certificates: Vec::new(),
        fix: None,
        identity: vec![path],
    }
}

/// All that say nothing, in one finding.
fn by_default(evidence: &Evidence, silent: &[&ManagedCa]) -> Option<Finding> {
    let first = silent.first()?;
    let path = first.write.path.to_string();
    let asked = evidence.asks_for_puppet.filter(|(major, _)| *major >= 7);
    let files = match silent.len() {
        1 => path.clone(),
        2 => format!("{path} and one more declaration of a CA file"),
        count => format!("{path} and {} more declarations of CA files", count - 1),
    };
    let says = if silent.len() == 1 { "says" } else { "say" };
    let (confidence, since) = match asked {
        Some((major, _)) => (
            Confidence::High,
            format!("and Puppet {major}, which this project asks for, keeps none then"),
        ),
        None => (
            Confidence::Low,
            "and Puppet 7 and later keep none then".to_owned(),
        ),
    };
    let mut related: Vec<Related> = asked
        .iter()
        .map(|(major, at)| Related::new(*at, format!("asks for Puppet {major} or later")))
        .collect();
    let others = silent[1..].iter().take(LISTED).enumerate();
    related.extend(others.map(|(index, managed)| {
        let mut words = format!("the same for {}", managed.write.path);
        if index + 1 == LISTED && silent.len() - 1 > LISTED {
            words.push_str(&counted_more(silent.len() - 1 - LISTED, "declaration"));
        }
        Related::new(managed.write.declared_at(), words)
    }));
    Some(Finding {
        rule: RULE.name,
        severity: Severity::Note,
        confidence,
        message: format!("{files} {says} nothing of a backup, {since}: what Puppet replaces there is gone"),
        effect: String::new(),
        help: "set File { backup => 'puppet' } for all files in site.pp; there is no need to say it in every resource".into(),
        at: first.write.declared_at(),
        label: "says nothing of a backup".into(),
        related,
        certificates: Vec::new(),
        fix: None,
        identity: vec!["by default".into()],
    })
}
