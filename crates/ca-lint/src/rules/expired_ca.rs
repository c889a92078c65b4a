//! A CA that is not valid today.

use super::Rule;
use crate::certificate_words::day;
use crate::finding::{Finding, Severity};
use crate::settings::Settings;
use crate::troubled_ca::{OLD_IN_BUNDLE, Trouble, report_all};
use ca_audit::Evidence;
use ca_audit::certificate::Certificate;

pub(super) const RULE: Rule = Rule {
    name: "expired-ca",
    summary: "a CA certificate has expired, or is not valid yet",
    severity: Severity::Error,
    page: PAGE,
    check,
};

const PAGE: &str = r"
A CA certificate whose time is over, or has not begun. Clients reject every certificate below it, however long that one is valid itself.

## Why it matters

A CA is made once, for five or ten years, by somebody who has left since. Puppet's CA ends after five years by default, the ones of kubeadm after ten. On that day every agent, every kubelet and every client fails at once, and nothing that was changed the day before explains it.

## What is reported

- *error*: the certificate is used, as far as can be seen: a host has it, Puppet deploys it, or data or a Kubernetes object holds it;
- *warning*: it lies in a file and nothing shows who uses it;
- *note*: its renewed certificate (same name, same key) stands in the same file, or it is one of many in a bundle of public CAs, which is reported once a file.

Each certificate is reported once, with all the places where it stands. A date that cannot be read is not guessed at. The clock is `--now`.

## How to fix

If the key is still good, renew the CA with the same key and the same name: what it signed stays valid, and only this file has to be replaced. If not, make a new CA, put both into every bundle, issue new certificates, and take the old one out last.

A CA that is not valid yet was made on a machine whose clock is ahead, or for later use.

## Fires

`modules/etcd/files/ca.pem`:
```pem
<CA one named CN=etcd CA; valid 2008-01-01 to 2018-01-01>
```

`modules/etcd/manifests/init.pp`:
```puppet
class etcd {
  file { '/etc/etcd/ca.pem':
    source => 'puppet:///modules/etcd/ca.pem',
  }
}
```

## Clean

`modules/etcd/files/ca.pem`:
```pem
<CA one named CN=etcd CA; valid 2008-01-01 to 2038-01-01>
```
";

fn check(evidence: &Evidence, settings: &Settings, report: &mut dyn FnMut(Finding)) {
    report_all(evidence, RULE.name, &|ca| trouble(ca, settings.now), report);
}

fn trouble(ca: &Certificate, now: i64) -> Option<Trouble> {
    let (begins, ends) = (ca.not_before().seconds(), ca.not_after().seconds());
    if let Some(ends) = ends.filter(|ends| *ends < now) {
        return Some(Trouble {
            says: format!("expired on {}", day(ends)),
            severity: Severity::Error,
            effect: "Clients reject what it signed: Go programs with \"x509: certificate has expired or is not yet valid\", OpenSSL, curl and Puppet with \"certificate has expired\".".into(),
            in_bundle: OLD_IN_BUNDLE,
            help: "renew the CA with the same key and name, so that what it signed stays valid, and put the new certificate into every place that is named here",
        });
    }
    let begins = begins.filter(|begins| *begins > now)?;
    Some(Trouble {
        says: format!("is not valid before {}", day(begins)),
        severity: Severity::Error,
        effect: "Until then clients reject what it signed: Go programs with \"x509: certificate has expired or is not yet valid\", OpenSSL, curl and Puppet with \"certificate is not yet valid\".".into(),
            in_bundle: OLD_IN_BUNDLE,
        help: "keep the CA that is in use beside it until then; if it was meant to be valid today, look at the clock of the machine that made it",
    })
}
