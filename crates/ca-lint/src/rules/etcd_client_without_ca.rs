//! A program that talks to etcd over TLS and names no CA.

use super::Rule;
use crate::certificate_words::all_named;
use crate::finding::{Confidence, Finding, Related, Severity};
use crate::settings::Settings;
use ca_audit::facts::{Anchor, Cert, Role};
use ca_audit::host::Host;
use ca_audit::invocation::SettingKind;
use ca_audit::knowledge::{Absent, Consumer};
use ca_audit::place::Span;
use ca_audit::{Client, Evidence, Transport};

pub(super) const RULE: Rule = Rule {
    name: "etcd-client-without-ca",
    summary: "a program talks to etcd over TLS and names no CA of its own",
    severity: Severity::Error,
    page: PAGE,
    check,
};

const PAGE: &str = r#"
A program that talks to etcd over TLS needs to know which CA signed etcd's certificate. One that names none falls back to something else: Go programs to the system roots of the host, others to a bundle of their own, some to no verification at all.

## Why it matters

The host's trust store is nobody's and everybody's: a package, another team, or Puppet can change it, and the program notices at its next restart. On 2019-09-11 a Kubernetes API server at Wikimedia did not come back for seven hours: its environment file had `--etcd-servers=https://…` and no `--etcd-cafile`, and the night before the host's copy of the CA had been replaced.

What people see then is rarely the cause: `context deadline exceeded`, `client: etcd cluster is unavailable or misconfigured`, and only sometimes `x509: certificate signed by unknown authority`.

## What is reported

- *error*: `https` is written, or was traced through the template's variable to the manifest or data that says so;
- *warning*: the endpoint is made of values that could not be seen.

Plain `http` is not this rule's business.

## How to fix

Name the CA in the program's own setting (`--etcd-cafile`, `ETCDCTL_CACERT`, `etcd.external.caFile`, …), with the file that the etcd servers' CA is deployed to. An explicit CA takes the place of the system roots, so what else is put into them no longer matters.

## Fires

`modules/k8s/templates/kube-apiserver.default.erb`:
```erb
DAEMON_ARGS="--etcd-servers=https://etcd1:2379 --port=0"
```

## Clean

`modules/k8s/templates/kube-apiserver.default.erb`:
```erb
DAEMON_ARGS="--etcd-servers=https://etcd1:2379 --etcd-cafile=/etc/ssl/etcd-ca.pem"
```
"#;

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    let clients: Vec<&Client> = evidence.reads(Role::EtcdClient).collect();
    let without_ca = clients.iter().filter(|client| {
        let verifies = client
            .fragment
            .active(SettingKind::Insecure)
            .next()
            .is_none();
        matches!(client.read.anchor, Anchor::None) && verifies
    });
    for client in without_ca {
        finding(evidence, client, &clients)
            .into_iter()
            .chain(given(evidence, client))
            .for_each(&mut *report);
    }
}

/// The places outside of the client's own file that make it speak TLS: where a
/// class is given the URLs, or the data that hold them. The fault is the
/// template's; whoever changes these places should know.
fn given<'e>(evidence: &'e Evidence, client: &'e Client) -> impl Iterator<Item = Finding> + 'e {
    let file = client.read.at.file;
    client.given.iter().map(move |origin| {
        let consumer = client.fragment.consumer;
        let program = consumer.program();
        Finding {
            rule: RULE.name,
            severity: Severity::Note,
            confidence: Confidence::Medium,
            message: format!(
                "https from here ({}) reaches {program}, whose settings name no CA of its own, so {}",
                origin.what,
                trusts(consumer.absent)
            ),
            effect: effect(consumer),
            help: format!(
                "name the CA where {program} is set: {}",
                evidence.path(file)
            ),
            at: origin.at,
            label: format!("given to {program}"),
            related: vec![Related::new(
                client.read.at,
                format!("{program} names no CA here"),
            )],
            certificates: Vec::new(),
            identity: vec![consumer.id.to_owned(), origin.what.to_string()],
        }
    })
}

fn finding(evidence: &Evidence, client: &Client, clients: &[&Client]) -> Option<Finding> {
    let consumer = client.fragment.consumer;
    let program = consumer.program();
    let endpoint = client.fragment.active(SettingKind::Endpoint).next()?;
    let (severity, confidence, speaks) = judged(client, endpoint.at)?;
    let sibling = sibling(client, clients);
    let hosts = hosts_of(evidence, client);
    let roots: Vec<(&Host, Vec<&Cert>)> = hosts
        .iter()
        .map(|host| (*host, evidence.system_roots(host)))
        .collect();
    let certificates = roots
        .iter()
        .flat_map(|(_, certs)| certs.iter().take(3))
        .map(|cert| *cert.certificate.sha256());
    Some(Finding {
        rule: RULE.name,
        severity,
        confidence,
        message: format!(
            "{program} {speaks} and names no CA of its own, so {}",
            trusts(consumer.absent)
        ),
        effect: effect(consumer) + &on_hosts(&roots),
        help: help(
            consumer,
            &endpoint.name,
            sibling.as_ref().map(|(_, path)| path.as_str()),
        ),
        at: endpoint.at,
        label: format!("no {} beside it", ca_setting(consumer, &endpoint.name)),
        related: related(client, endpoint.at, sibling.map(|(other, _)| other), &roots),
        certificates: certificates.collect(),
        identity: vec![consumer.id.to_owned(), endpoint.name.to_string()],
    })
}

/// How bad it is, how sure, and how the client speaks; `None` where nothing is
/// verified anyway.
fn judged(client: &Client, endpoint: Span) -> Option<(Severity, Confidence, &'static str)> {
    match &client.transport {
        Transport::Tls(seen) => {
            let written_here = seen.iter().all(|origin| origin.at == endpoint);
            let confidence = if written_here {
                Confidence::High
            } else {
                Confidence::Medium
            };
            Some((Severity::Error, confidence, "talks to etcd over TLS"))
        }
        Transport::Unknown(_) => {
            let speaks = "talks to etcd over a scheme that cannot be seen from here";
            Some((Severity::Warning, Confidence::Low, speaks))
        }
        Transport::Loopback | Transport::Plain => None,
    }
}

/// Where `https` comes from, where the file goes, what a sibling does, and what
/// the hosts trust instead.
fn related(
    client: &Client,
    endpoint: Span,
    sibling: Option<&Client>,
    roots: &[(&Host, Vec<&Cert>)],
) -> Vec<Related> {
    let mut related = Vec::new();
    if let Transport::Tls(seen) = &client.transport {
        let elsewhere = seen.iter().filter(|origin| origin.at != endpoint);
        related.extend(elsewhere.take(2).map(|origin| {
            Related::new(origin.at, format!("https comes from here: {}", origin.what))
        }));
    }
    if let Some(deployed) = &client.deployed_at {
        related.push(Related::new(
            deployed.at,
            format!("Puppet puts it at {} on the host", deployed.path),
        ));
    }
    if let Some(other) = sibling {
        related.push(Related::new(
            other.read.at,
            format!("{} does name its CA", other.fragment.consumer.program()),
        ));
    }
    let program = client.fragment.consumer.program();
    for (host, certs) in roots {
        let trusted = certs.first().map(|cert| {
            Related::new(
                cert.at,
                format!("what {program} on {} trusts instead", host.name),
            )
        });
        related.extend(trusted);
    }
    related
}

fn on_hosts(roots: &[(&Host, Vec<&Cert>)]) -> String {
    let on = |(host, certs): &(&Host, Vec<&Cert>)| match certs.as_slice() {
        [] => String::new(),
        certs => format!(
            " On {} the system roots are now {}.",
            host.name,
            all_named(certs.iter().copied())
        ),
    };
    roots.iter().map(on).collect()
}

/// The CA setting in the same form as the endpoint's: a flag beside a flag.
fn ca_setting(consumer: &Consumer, endpoint: &str) -> String {
    let ca = &consumer.ca;
    let flag = ca.flags.first().map(|flag| format!("--{flag}"));
    let env = ca.env.first().map(|name| (*name).to_owned());
    let key = ca.keys.first().map(|key| (*key).to_owned());
    let preferred = if endpoint.starts_with('-') {
        flag.clone()
    } else if consumer.endpoint.env.contains(&endpoint) {
        env.clone()
    } else {
        key.clone()
    };
    preferred
        .or(flag)
        .or(env)
        .or(key)
        .unwrap_or_else(|| "CA setting".into())
}

fn trusts(absent: Absent) -> &'static str {
    match absent {
        Absent::SystemRoots => "it trusts whatever the host trusts",
        Absent::Certifi => "it trusts the public CAs of its Python package, never a private one",
        Absent::NoVerification => "it verifies nothing: anybody in between can be its etcd",
        Absent::NoClientAuthentication => "it asks no client for a certificate",
        Absent::Plaintext => "it speaks without TLS",
        Absent::Refuses => "it refuses to start",
        Absent::EmptyPool => "it trusts nothing and every connection fails",
        Absent::Unknown => "what it trusts is its own default",
    }
}

fn effect(consumer: &Consumer) -> String {
    let depends = "Whoever changes the host's trust store decides at the program's next restart whether it still reaches etcd";
    match (
        consumer.absent,
        consumer.error_text.split(" (").next().unwrap_or_default(),
    ) {
        (Absent::SystemRoots, "") => format!(
            "{depends}; with the wrong CA there it waits and dies of a time-out (\"context deadline exceeded\")."
        ),
        (Absent::SystemRoots, text) => {
            format!("{depends}; with the wrong CA there it prints \"{text}\".")
        }
        (Absent::NoVerification, _) => "It works, whoever answers.".into(),
        _ => String::new(),
    }
}

/// Another client of the same project that names a CA, nearest first.
fn sibling<'c>(client: &Client, clients: &[&'c Client]) -> Option<(&'c Client, String)> {
    clients.iter().find_map(|other| match &other.read.anchor {
        Anchor::Path { path, .. } if other.read.at.file != client.read.at.file => {
            Some((*other, path.as_str()?.to_owned()))
        }
        _ => None,
    })
}

/// The hosts in the tree on which this very file is deployed.
fn hosts_of<'e>(evidence: &'e Evidence, client: &Client) -> Vec<&'e Host> {
    let file = client.read.at.file;
    if let Some(host) = evidence.host_of(file) {
        return vec![host];
    }
    client
        .instances
        .iter()
        .filter_map(|at| evidence.host_of(at.file))
        .collect()
}

fn help(consumer: &Consumer, endpoint: &str, sibling: Option<&str>) -> String {
    let setting = ca_setting(consumer, endpoint);
    let sign = if setting.starts_with('-') || consumer.ca.env.contains(&setting.as_str()) {
        "="
    } else {
        ": "
    };
    match sibling {
        Some(path) => format!(
            "add {setting}{sign}{path} here, the CA that its sibling names; an explicit CA takes the place of the system roots"
        ),
        None => format!(
            "add {setting}{sign}PATH here, with the file that holds the CA of the etcd servers; an explicit CA takes the place of the system roots"
        ),
    }
}
