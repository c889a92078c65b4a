//! A merge of Hiera that takes a certificate for something to knock out.

use super::Rule;
use crate::finding::{Confidence, Finding, Related, Severity, distinct_hashes};
use crate::settings::Settings;
use ca_audit::Evidence;
use ca_audit::facts::{Cert, KnockedOut};

pub(super) const RULE: Rule = Rule {
    name: "knockout-eats-pem",
    summary: "a deep merge in Hiera takes a certificate for a knockout and loses it",
    severity: Severity::Error,
    page: PAGE,
    check,
};

const PAGE: &str = r#"
The `lookup_options` of a key ask for a deep merge with a `knockout_prefix` with which PEM begins: `-`, `--` or `---`. A certificate in any layer but the lowest is then no value but an order to remove one. In a hash an empty string is left of it, in a list nothing.

## Why it matters

`--` is the prefix in Puppet's own documentation, and `-----BEGIN CERTIFICATE-----` begins with it. Nothing warns: the lookup succeeds, the catalog compiles, and the file that should hold the new CA is empty or still holds the old one only. People see it when a program that was given the new CA does not know it. With one layer nothing happens, so the data worked until somebody added a layer above.

What is reported was worked out with the merge of Puppet itself (the gem `deep_merge`), which real Puppet confirmed case by case.

## How to fix

Choose a prefix that nothing in the data begins with, such as `~~`, and change the knockouts that are meant. Or keep certificates in files of a module and only their paths in the data.

## Fires

`hiera.yaml`:
```yaml
version: 5
hierarchy:
  - name: Hosts
    path: "hosts/%{facts.networking.hostname}.yaml"
  - name: Common
    path: common.yaml
```

`data/common.yaml`:
```yaml
lookup_options:
  profile::trust::cas:
    merge:
      strategy: deep
      knockout_prefix: '--'
profile::trust::cas:
  old: /etc/ssl/old.pem
```

`data/hosts/k8s-master-01.yaml`:
```yaml
profile::trust::cas:
  etcd: |
    <CA one named CN=etcd CA>
```

## Clean

`hiera.yaml`:
```yaml
version: 5
hierarchy:
  - name: Hosts
    path: "hosts/%{facts.networking.hostname}.yaml"
  - name: Common
    path: common.yaml
```

`data/common.yaml`:
```yaml
lookup_options:
  profile::trust::cas:
    merge:
      strategy: deep
      knockout_prefix: '~~'
profile::trust::cas:
  old: /etc/ssl/old.pem
```

`data/hosts/k8s-master-01.yaml`:
```yaml
profile::trust::cas:
  etcd: |
    <CA one named CN=etcd CA>
```
"#;

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    for lost in &evidence.knocked_out {
        report(finding(evidence, lost));
    }
}

fn finding(evidence: &Evidence, lost: &KnockedOut) -> Finding {
    let certs: Vec<&Cert> = evidence
        .certs_in(lost.at.file)
        .iter()
        .filter(|cert| lost.at.start <= cert.at.start && cert.at.end <= lost.at.end)
        .collect();
    let what = match certs.first() {
        Some(cert) => cert.certificate.subject_text(),
        None => "the PEM text".into(),
    };
    let left = if lost.is_emptied {
        "an empty string is left of it"
    } else {
        "it vanishes from the list"
    };
    let hosts = match lost.when.as_slice() {
        [] => String::new(),
        when => {
            let when: Vec<String> = when.iter().map(ToString::to_string).collect();
            format!(" (for hosts where {})", when.join(" and "))
        }
    };
    let key = &lost.key;
    let place = lost.prefix_at.map(|at| evidence.path(at.file));
    Finding {
        rule: RULE.name,
        severity: RULE.severity,
        confidence: Confidence::High,
        message: format!(
            "{what} never gets out of Hiera: the merge of {key} takes the dashes of its first line for a knockout, and {left}{hosts}"
        ),
        effect: format!(
            "The lookup of {key} succeeds without this certificate, and whatever is made of it trusts what it trusted before, or nothing."
        ),
        help: format!(
            "set another knockout_prefix for {key}{}, one that no value begins with, such as '~~', and write the knockouts that are meant with it",
            place.map_or_else(String::new, |path| format!(" in {path}"))
        ),
        at: lost.at,
        label: "begins with the knockout prefix".into(),
        related: lost
            .prefix_at
            .map(|at| Related::new(at, "the prefix is set here"))
            .into_iter()
            .collect(),
        certificates: distinct_hashes(certs),
        fix: None,
        identity: vec![key.to_string()],
    }
}
