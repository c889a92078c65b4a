//! A program that talks to etcd over `http` beyond its own host.

use super::Rule;
use crate::etcd_client::{Fault, edited_at, faults};
use crate::finding::{Confidence, Finding, Related, Severity};
use crate::settings::Settings;
use ca_audit::invocation::SettingKind;
use ca_audit::knowledge::Absent;
use ca_audit::{Client, Evidence};

pub(super) const RULE: Rule = Rule {
    name: "etcd-client-plaintext",
    summary: "a program talks to an etcd on another host without TLS",
    severity: Severity::Warning,
    page: PAGE,
    check,
};

const PAGE: &str = r"
The endpoints are `http` and not on the program's own host: what is read and written goes over the network in the clear.

## Why it matters

etcd holds the whole state of a cluster, secrets included, and a server that takes `http` takes writes from anybody who reaches its port. It also hides the next fault: when the servers are moved to TLS, every client with `http` in its settings stops at once, with `client: etcd cluster is unavailable or misconfigured` or `http: server gave HTTP response to HTTPS client`, and nobody has thought yet of which CA they are to trust.

## What is reported

- *warning*: every endpoint is `http`, and at least one is not on `127.0.0.1`, `localhost` or `[::1]`.

Where a CA is named beside such an endpoint, `etcd-client-ca-ineffective` says so instead.

## How to fix

Give the servers certificates (`--cert-file`, `--key-file`, `--trusted-ca-file`), then write `https` and name the CA in the same change.

## Fires

`etc/default/flanneld`:
```sh
FLANNELD_ETCD_ENDPOINTS=http://etcd1.example:2379
```

## Clean

`etc/default/flanneld`:
```sh
FLANNELD_ETCD_ENDPOINTS=http://127.0.0.1:2379
```
";

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    for (client, fault) in faults(evidence) {
        if matches!(fault, Fault::Plaintext) {
            report(finding(client));
        }
    }
}

fn finding(client: &Client) -> Finding {
    let consumer = client.row();
    let program = consumer.program();
    let deployed = client.deployed_at.iter().map(|deployed| {
        let message = format!("Puppet puts it at {} on the host", deployed.path);
        Related::new(deployed.at, message)
    });
    let endpoint = client.fragment.active(SettingKind::Endpoint).next();
    let (at, beside) = endpoint.map_or((client.read.at, None), |it| edited_at(client, it));
    Finding {
        rule: RULE.name,
        severity: Severity::Warning,
        confidence: Confidence::High,
        message: format!("{program} talks to an etcd on another host {}", how(client)),
        effect: "Whoever is on the way can read and change what the cluster keeps there.".into(),
        help: help(client),
        at,
        label: "no TLS".into(),
        related: beside.into_iter().chain(deployed).collect(),
        certificates: Vec::new(),
        fix: None,
        identity: vec![consumer.id.to_owned()],
    }
}

/// A program may speak without TLS whatever the scheme of its endpoint is.
fn how(client: &Client) -> &'static str {
    if client.without_ca() == Absent::Plaintext {
        "without TLS"
    } else {
        "over http"
    }
}

fn help(client: &Client) -> String {
    let row = client.row();
    let program = row.program();
    if client.without_ca() != Absent::Plaintext {
        return "give the etcd servers certificates, write https here and name their CA".into();
    }
    let named = row.ca.flags.iter().chain(row.ca.env).chain(row.ca.keys);
    let query = Some(&row.query.ca).filter(|name| !name.is_empty());
    match named.chain(query).next() {
        Some(setting) => format!(
            "give the etcd servers certificates and name their CA with {setting}: without it {program} uses no TLS, whatever the endpoint's scheme is"
        ),
        None => format!(
            "no setting makes {program} use TLS: put a proxy that does between it and its etcd, on the program's own host"
        ),
    }
}
