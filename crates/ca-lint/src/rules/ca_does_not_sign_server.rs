//! A client's CA that does not verify the certificate of its etcd server.

mod verification;

use super::Rule;
use crate::certificate_words::{all_named, named};
use crate::finding::{Confidence, Finding, Related, Severity, distinct_hashes};
use crate::settings::Settings;
use ca_audit::facts::Role;
use ca_audit::{Client, Evidence, Presented, Trusted};
use std::collections::BTreeSet;
use verification::{Failure, failure};

pub(super) const RULE: Rule = Rule {
    name: "ca-does-not-sign-server",
    summary: "the CA that a client is given does not verify its etcd server",
    severity: Severity::Error,
    page: PAGE,
    check,
};

const PAGE: &str = r#"
The client names a CA, the server presents a certificate, both are in the tree, and the one does not verify the other.

## Why it matters

This is what an explicit CA is for, and what still goes wrong with one: the servers got new certificates from another CA, the CA was made anew under its old name, the intermediate was left out of the server's file. On 2019-09-11 the file that Puppet put on the API server's host held the CA of another puppetmaster than the one that had signed etcd's certificates; both are called `Puppet CA: …`.

The client prints `x509: certificate signed by unknown authority` (Go) or `unable to get local issuer certificate` (OpenSSL), and `etcdctl` only `context deadline exceeded`.

## What is reported

*error*, with the check that fails:

- no CA in the client's file has the name of the certificate's issuer;
- one has the name, but another key;
- the certificate is signed by an intermediate that the server does not present, and that is not in the client's file;
- the server's certificate has expired, or is not valid yet.

A client and a server belong together where an endpoint of the client is a name in the server's certificate, or the name of the server's host. Signatures that cannot be checked here are not reported.

## How to fix

Give the client the CA that signed the server's certificate, or the server a certificate of the client's CA. While a CA is being replaced, give clients both CAs in one file.

## Fires

`hosts/etcd1/etc/puppet/puppet.conf`:
```ini
[main]
certname = etcd1
```

`hosts/etcd1/etc/default/etcd`:
```sh
ETCD_LISTEN_CLIENT_URLS=https://0.0.0.0:2379
ETCD_CERT_FILE=/etc/etcd/server.pem
```

`hosts/etcd1/etc/etcd/server.pem`:
```
<leaf server named CN=etcd1; signed by one named CN=etcd CA>
```

`hosts/master/etc/puppet/puppet.conf`:
```ini
[main]
certname = master
```

`hosts/master/etc/default/kube-apiserver`:
```sh
DAEMON_ARGS="--etcd-servers=https://etcd1:2379 --etcd-cafile=/etc/k8s/ca.pem"
```

`hosts/master/etc/k8s/ca.pem`:
```
<CA two named CN=etcd CA>
```

## Clean

`hosts/etcd1/etc/puppet/puppet.conf`:
```ini
[main]
certname = etcd1
```

`hosts/etcd1/etc/default/etcd`:
```sh
ETCD_LISTEN_CLIENT_URLS=https://0.0.0.0:2379
ETCD_CERT_FILE=/etc/etcd/server.pem
```

`hosts/etcd1/etc/etcd/server.pem`:
```
<leaf server named CN=etcd1; signed by one named CN=etcd CA>
```

`hosts/master/etc/puppet/puppet.conf`:
```ini
[main]
certname = master
```

`hosts/master/etc/default/kube-apiserver`:
```sh
DAEMON_ARGS="--etcd-servers=https://etcd1:2379 --etcd-cafile=/etc/k8s/ca.pem"
```

`hosts/master/etc/k8s/ca.pem`:
```
<CA one named CN=etcd CA>
```
"#;

fn check(evidence: &Evidence, settings: &Settings, report: &mut dyn FnMut(Finding)) {
    let presented = evidence.presented();
    if presented.is_empty() {
        return;
    }
    let mut seen = BTreeSet::new();
    for client in evidence.reads(Role::EtcdClient) {
        // A CA without an effect has a finding of its own.
        if client.dead_ca().is_some() {
            continue;
        }
        for trusted in evidence.trusted_by(client) {
            for presented in presented.iter().filter(|it| it.is_server_of(client)) {
                let Some(failure) = failure(evidence, presented, &trusted, settings.now) else {
                    continue;
                };
                let leaf = *presented.leaf.certificate.sha256();
                if seen.insert((client.read.at, trusted.path.to_owned(), leaf)) {
                    report(finding(client, presented, &trusted, &failure));
                }
            }
        }
    }
}

fn finding(
    client: &Client,
    presented: &Presented,
    trusted: &Trusted,
    failure: &Failure,
) -> Finding {
    let program = client.fragment.consumer.program();
    let server = presented.leaf.certificate.subject_text();
    let at = client
        .ca_paths
        .iter()
        .find(|ca| ca.path == trusted.path)
        .map_or(client.read.at, |ca| ca.at);
    let ca = &trusted.certs[0];
    let on_host = trusted
        .host
        .map_or_else(String::new, |host| format!(" on {}", host.name));
    Finding {
        rule: RULE.name,
        severity: Severity::Error,
        confidence: match trusted.host {
            Some(_) => Confidence::High,
            None => Confidence::Medium,
        },
        message: format!(
            "the CA that {program} takes from {}{on_host} does not verify the certificate of its etcd server {server}: {}",
            trusted.path, failure.why
        ),
        effect: format!(
            "Go programs print \"{}\", OpenSSL \"{}\"; etcdctl only \"context deadline exceeded\".",
            failure.go, failure.openssl
        ),
        help: failure.help.clone(),
        at,
        label: format!("holds {}", all_named(trusted.certs.iter().copied())),
        related: vec![
            Related::new(ca.at, "what the client trusts"),
            Related::new(
                presented.leaf.at,
                format!(
                    "what the server presents: {}",
                    named(&presented.leaf.certificate)
                ),
            ),
        ],
        certificates: distinct_hashes([presented.leaf, *ca]),
        fix: None,
        identity: vec![
            client.fragment.consumer.id.to_owned(),
            trusted.path.to_owned(),
            server,
        ],
    }
}
