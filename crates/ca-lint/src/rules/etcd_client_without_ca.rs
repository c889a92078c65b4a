//! A program that talks to etcd over TLS and names no CA.

use super::Rule;
use crate::certificate_words::all_named;
use crate::etcd_client::{
    CaSetting, Fault, SiblingCa, faults, origins, over_tls, sibling, speaks, without_ca,
    without_ca_effect,
};
use crate::finding::{Confidence, Finding, Related, Severity};
use crate::settings::Settings;
use ca_audit::facts::Cert;
use ca_audit::host::Host;
use ca_audit::invocation::{Setting, SettingKind};
use ca_audit::knowledge::{Absent, Consumer};
use ca_audit::{Client, Evidence};

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

Only what names no CA at all is reported. One that is empty, commented out, misspelt or ignored is `etcd-client-ca-ineffective`; one that is there sometimes is `etcd-client-ca-conditional`; `http` to another host is `etcd-client-plaintext`, and `http` to the program's own host is nobody's business.

## How to fix

Name the CA in the program's own setting (`--etcd-cafile`, `ETCDCTL_CACERT`, `etcd.external.caFile`, …), with the file that the etcd servers' CA is deployed to. An explicit CA takes the place of the system roots, so what else is put into them no longer matters.

`ca-lint check --fix` adds the setting where it is beyond doubt: `https` can be seen, and the other clients of the same etcd (or all of the project) name one file. In a container it does so only where the client already has other files of the same folder.

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
    for (client, fault) in faults(evidence) {
        if matches!(fault, Fault::WithoutCa) {
            finding(evidence, client)
                .into_iter()
                .chain(given(evidence, client))
                .for_each(&mut *report);
        }
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
                without_ca(client.without_ca())
            ),
            effect: without_ca_effect(client),
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
            fix: None,
            identity: vec![consumer.id.to_owned(), origin.what.to_string()],
        }
    })
}

fn finding(evidence: &Evidence, client: &Client) -> Option<Finding> {
    let consumer = client.row();
    let program = consumer.program();
    let endpoint = client.fragment.active(SettingKind::Endpoint).next()?;
    let (severity, confidence) = over_tls(client, endpoint.at);
    let setting = CaSetting::beside(consumer, endpoint);
    let sibling = sibling(evidence, client);
    let hosts = evidence.hosts_of(client);
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
            "{program} {} and names no CA of its own, so {}",
            speaks(client),
            without_ca(client.without_ca())
        ),
        effect: without_ca_effect(client) + &on_hosts(&roots),
        help: help(client, &setting, sibling.as_ref()),
        at: endpoint.at,
        label: if has_no_setting(consumer) {
            "no CA".into()
        } else {
            format!("no {} beside it", setting.name)
        },
        related: related(client, endpoint, sibling.as_ref(), &roots),
        certificates: certificates.collect(),
        fix: sibling
            .as_ref()
            .and_then(|sibling| setting.addition(evidence, client, sibling)),
        identity: vec![consumer.id.to_owned(), endpoint.name.to_string()],
    })
}

/// Where `https` comes from, where the file goes, what a sibling does, and what
/// the hosts trust instead.
fn related(
    client: &Client,
    endpoint: &Setting,
    sibling: Option<&SiblingCa>,
    roots: &[(&Host, Vec<&Cert>)],
) -> Vec<Related> {
    let mut related = origins(client, endpoint.at);
    if let Some(SiblingCa { client: other, .. }) = sibling {
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

/// Whether the program can be told of no CA at all.
fn has_no_setting(consumer: &Consumer) -> bool {
    consumer.ca.is_empty() && consumer.query.ca.is_empty()
}

fn help(
    client: &Client,
    CaSetting { name, sign, .. }: &CaSetting,
    sibling: Option<&SiblingCa>,
) -> String {
    let consumer = client.row();
    let program = consumer.program();
    match sibling {
        _ if has_no_setting(consumer) && client.without_ca() == Absent::NoVerification => format!(
            "no setting makes {program} verify its etcd: put a proxy that does between the two, on the program's own host"
        ),
        _ if has_no_setting(consumer) => format!(
            "{program} has no setting for a CA: keep the CA of the etcd servers in the host's trust store, and let the same code that deploys {program} put it there"
        ),
        Some(sibling) => format!(
            "add {name}{sign}{} here, the CA that its sibling names; an explicit CA takes the place of the system roots",
            sibling.path
        ),
        None => format!(
            "add {name}{sign}PATH here, with the file that holds the CA of the etcd servers; an explicit CA takes the place of the system roots"
        ),
    }
}
