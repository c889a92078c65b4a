//! A program that is told not to verify its etcd.

use super::Rule;
use crate::etcd_client::{Fault, edited_at, faults, origins, over_tls, sibling};
use crate::finding::{Finding, Related, Severity};
use crate::settings::Settings;
use ca_audit::invocation::Setting;
use ca_audit::{Client, Evidence};

pub(super) const RULE: Rule = Rule {
    name: "etcd-client-skips-verification",
    summary: "a program is told not to verify the certificate of its etcd",
    severity: Severity::Error,
    page: PAGE,
    check,
};

const PAGE: &str = r"
A setting tells the program to accept any certificate from whoever answers as etcd.

## Why it matters

etcd holds the whole state of a cluster, secrets included. Without verification anybody between the two can read and change it, and TLS hides only that. Such a setting is often left over from an outage: somebody met `x509: certificate signed by unknown authority`, switched verification off to get going, and the CA that was the real fault stays wrong for everybody else.

Some programs do not even do what the setting says: `etcdctl` up to 3.5 and `kine` ignore it unless some other TLS setting is there, and confd's `etcdv3` backend ignores it always.

## What is reported

- *error*: `https` is written, or was traced to where it is said;
- *warning*: the scheme cannot be seen.

A switch that is set to `false` is not reported, nor one whose value is not known, nor `http` endpoints, for which another rule is.

## How to fix

Name the CA and take the setting out. If the name in the certificate is what fails, issue one with the right `subjectAltName`.

## Fires

`backup.sh`:
```sh
ETCDCTL_API=3 etcdctl --endpoints=https://etcd1:2379 --insecure-skip-tls-verify snapshot save /srv/etcd.db
```

## Clean

`backup.sh`:
```sh
ETCDCTL_API=3 etcdctl --endpoints=https://etcd1:2379 --cacert=/etc/etcd/ca.pem snapshot save /srv/etcd.db
```
";

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    for (client, fault) in faults(evidence) {
        if let Fault::SkipsVerification(switch) = fault {
            report(finding(evidence, client, switch));
        }
    }
}

fn finding(evidence: &Evidence, client: &Client, switch: &Setting) -> Finding {
    let consumer = client.row();
    let program = consumer.program();
    let (severity, confidence) = over_tls(client, client.read.at);
    let sibling = sibling(evidence, client);
    let ca = match &sibling {
        Some(sibling) => format!("{}, the CA that its sibling names", sibling.path),
        None => "the file that holds the CA of the etcd servers".into(),
    };
    let setting = crate::etcd_client::CaSetting::beside(client.row(), switch);
    let (at, beside) = edited_at(client, switch);
    let mut related: Vec<Related> = beside.into_iter().collect();
    related.push(Related::new(client.read.at, "the endpoint"));
    related.extend(origins(client, client.read.at));
    related.retain(|related| related.at != at);
    Finding {
        rule: RULE.name,
        severity,
        confidence,
        message: format!(
            "{program} is told not to verify its etcd ({})",
            shown(switch)
        ),
        effect: effect(client).into(),
        help: format!(
            "take {} out and set {} to {ca}",
            shown(switch),
            setting.name
        ),
        at,
        label: "accepts any certificate".into(),
        related,
        certificates: Vec::new(),
        fix: None,
        identity: vec![consumer.id.to_owned(), switch.name.to_string()],
    }
}

/// The switch as people write it: `verify=False`, `--insecure`.
fn shown(switch: &Setting) -> String {
    let name = switch.name.trim_start_matches("**.");
    match switch.value.as_str() {
        // What follows a flag is often the next argument.
        Some(value) if !value.is_empty() && !name.starts_with('-') => format!("{name}={value}"),
        _ => name.to_owned(),
    }
}

fn effect(client: &Client) -> &'static str {
    let traps = client.row().traps;
    if traps.contains(&"skip-verify-needs-tls-config") {
        "It works, whoever answers. Where no other TLS setting is given, older versions ignore the switch and fail with \"context deadline exceeded\"."
    } else if traps.contains(&"insecure-flag-ignored") {
        "It works, whoever answers; the etcdv3 backend ignores the switch and verifies against the system roots."
    } else {
        "It works, whoever answers."
    }
}
