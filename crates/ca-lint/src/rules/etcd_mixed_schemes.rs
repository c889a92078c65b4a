//! One list of endpoints with both `http` and `https`.

use super::Rule;
use crate::etcd_client::{Mixed, edited_at, mixed};
use crate::finding::{Confidence, Finding, Severity};
use crate::settings::Settings;
use ca_audit::facts::Role;
use ca_audit::{Client, Evidence};

pub(super) const RULE: Rule = Rule {
    name: "etcd-mixed-schemes",
    summary: "a list of etcd endpoints has both http and https",
    severity: Severity::Error,
    page: PAGE,
    check,
};

const PAGE: &str = r"
One list of endpoints has `http` and `https` entries. Go's etcd client looks at the scheme of the *first* one only and speaks to all of them like that.

## Why it matters

With `http` first it speaks plain text to a TLS port, and the CA that is named beside it has no effect: the program waits and dies with `context deadline exceeded`. With `https` first it works, and the entry with `http` says something that is not true; whoever sorts the list, or takes the first server out, turns TLS off for the rest. Lists like this are made when a cluster is moved to TLS one server at a time.

## What is reported

- *error*: the program is known to take the first scheme for all (tried with etcdctl 3.4);
- *warning*: another program; some refuse to start, some treat each entry by itself.

## How to fix

Write `https` for all. To move a cluster, let each server listen on both schemes for a while and change the clients' whole lists at once.

## Fires

`backup.sh`:
```sh
ETCDCTL_API=3 etcdctl --cacert=/etc/etcd/ca.pem --endpoints=http://etcd1:2379,https://etcd2:2379 endpoint health
```

## Clean

`backup.sh`:
```sh
ETCDCTL_API=3 etcdctl --cacert=/etc/etcd/ca.pem --endpoints=https://etcd1:2379,https://etcd2:2379 endpoint health
```
";

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    for client in evidence.reads(Role::EtcdClient) {
        if let Some(mixed) = mixed(client) {
            report(finding(client, &mixed));
        }
    }
}

fn finding(client: &Client, mixed: &Mixed) -> Finding {
    let consumer = client.row();
    let program = consumer.program();
    let (first, other) = if mixed.is_plain_first {
        ("http", "https")
    } else {
        ("https", "http")
    };
    let is_known = client.row().traps.contains(&"first-endpoint-scheme");
    let (severity, confidence, message) = if is_known {
        let message = format!(
            "{program} takes the scheme of its first endpoint, {first}, for all, and {other} stands in the same list"
        );
        (Severity::Error, Confidence::High, message)
    } else {
        let message = format!("the endpoints of {program} are {first} and {other} in one list");
        (Severity::Warning, Confidence::Medium, message)
    };
    let effect = match (is_known, mixed.is_plain_first) {
        (true, true) => {
            "It speaks plain text to servers with TLS and ends with \"context deadline exceeded\"; a CA has no effect."
        }
        (true, false) => "It works over TLS until the first entry is taken out of the list.",
        (false, _) => "Which of the servers it reaches depends on the program.",
    };
    let (at, beside) = edited_at(client, mixed.endpoints);
    Finding {
        rule: RULE.name,
        severity,
        confidence,
        message,
        effect: effect.into(),
        help: "write https for every endpoint; a list has one scheme".into(),
        at,
        label: format!("{first} first, then {other}"),
        related: beside.into_iter().collect(),
        certificates: Vec::new(),
        fix: None,
        identity: vec![consumer.id.to_owned(), mixed.endpoints.name.to_string()],
    }
}
