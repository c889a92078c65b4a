//! A CA that ends soon.

use super::Rule;
use crate::certificate_words::day;
use crate::finding::{Finding, Severity};
use crate::settings::Settings;
use crate::troubled_ca::{OLD_IN_BUNDLE, Trouble, report_all};
use ca_audit::Evidence;
use ca_audit::certificate::Certificate;

const SECONDS_A_DAY: i64 = 86_400;

pub(super) const RULE: Rule = Rule {
    name: "expiring-ca",
    summary: "a CA certificate expires soon",
    severity: Severity::Warning,
    page: PAGE,
    check,
};

const PAGE: &str = r"
A CA certificate that ends within the next 90 days (`--expiry-days`). From then on clients reject everything that it signed.

## Why it matters

Replacing a CA takes longer than replacing a server's certificate: every client needs the new one before the first server uses it. Whoever notices on the day itself has an outage; whoever notices a quarter before has a change.

## What is reported

Each certificate once, with all the places where it stands; the place to edit first. Many CAs in one file are a bundle of public ones, which is reported once, as a note. A CA whose renewed certificate stands in the same file is a note, too.

## How to fix

Renew the CA with the same key and name, and replace it in every place that the finding names; certificates that it signed stay valid. A new key needs both CAs in every bundle until the last certificate of the old one is replaced.

## Fires

`modules/etcd/files/ca.pem`:
```pem
<CA one named CN=etcd CA; valid 2010-01-01 to 2020-02-01>
```

## Clean

`modules/etcd/files/ca.pem`:
```pem
<CA one named CN=etcd CA; valid 2010-01-01 to 2020-12-31>
```
";

fn check(evidence: &Evidence, settings: &Settings, report: &mut dyn FnMut(Finding)) {
    report_all(evidence, RULE.name, &|ca| trouble(ca, settings), report);
}

fn trouble(ca: &Certificate, settings: &Settings) -> Option<Trouble> {
    let ends = ca.not_after().seconds()?;
    let left = ends.checked_sub(settings.now).filter(|left| *left >= 0)?;
    let days = left / SECONDS_A_DAY;
    if days >= i64::from(settings.expiry_days) {
        return None;
    }
    let within = match days {
        0 => "in less than a day".into(),
        1 => "in 1 day".into(),
        days => format!("in {days} days"),
    };
    Some(Trouble {
        says: format!("expires on {}, {within}", day(ends)),
        severity: Severity::Warning,
        effect: "From then on clients reject what it signed: Go programs with \"x509: certificate has expired or is not yet valid\", OpenSSL, curl and Puppet with \"certificate has expired\".".into(),
            in_bundle: OLD_IN_BUNDLE,
        help: "renew the CA with the same key and name, so that what it signed stays valid, and put the new certificate into every place that is named here",
    })
}
