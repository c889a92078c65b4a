//! A program that names its etcd CA only under a condition.

use super::Rule;
use crate::etcd_client::{
    Fault, edited_at, faults, origins, over_tls, said, speaks, without_ca, without_ca_effect,
};
use crate::finding::{Confidence, Finding, Related, Severity};
use crate::settings::Settings;
use ca_audit::invocation::{Presence, Setting, SettingKind};
use ca_audit::{Client, Evidence};

pub(super) const RULE: Rule = Rule {
    name: "etcd-client-ca-conditional",
    summary: "a program names its etcd CA only under a condition of its template",
    severity: Severity::Warning,
    page: PAGE,
    check,
};

const PAGE: &str = r"
The template sets the CA only where a condition holds: a parameter is set, a client certificate is used, the host has a role. Its endpoints are set in any case. Where the condition does not hold the program talks to the same etcd and names no CA.

## Why it matters

The hosts on which the condition holds work, so nobody looks at the others. These trust what their host trusts, and stop when that changes: on 2019-09-11 an API server at Wikimedia that named no CA was down for seven hours, because a file in its host's trust store had been replaced. A client certificate does not replace the CA: the one says who the client is, the other who the server is.

## What is reported

- *warning*: the endpoints are `https` and stand under no such condition;
- *warning, low confidence*: the scheme cannot be seen; the condition may well be the one that turns TLS on.

Where the condition is a value of a Helm chart or a variable of an Ansible role, and the data files of the project say what it is, that counts: one that is always set is no condition, one that is empty by default is reported where it is empty.

A CA in both branches of a choice, and a CA under the same condition as its endpoints, are not reported.

## How to fix

Set the CA without the condition. If it is a parameter, give it a default: the file to which the CA is deployed.

## Fires

`modules/etcd/templates/etcdctl.env.erb`:
```erb
ETCDCTL_API=3
ETCDCTL_ENDPOINTS=https://etcd1:2379
<% if @client_cert -%>
ETCDCTL_CACERT=/etc/etcd/ca.pem
ETCDCTL_CERT=<%= @client_cert %>
<% end -%>
```

## Clean

`modules/etcd/templates/etcdctl.env.erb`:
```erb
ETCDCTL_API=3
ETCDCTL_ENDPOINTS=https://etcd1:2379
ETCDCTL_CACERT=/etc/etcd/ca.pem
<% if @client_cert -%>
ETCDCTL_CERT=<%= @client_cert %>
<% end -%>
```
";

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    for (client, fault) in faults(evidence) {
        if let Fault::Conditional(ca) = fault {
            report(finding(client, ca));
        }
    }
}

fn finding(client: &Client, ca: &Setting) -> Finding {
    let consumer = client.row();
    let program = consumer.program();
    let (_, confidence) = over_tls(client, client.read.at);
    let condition = match &ca.presence {
        Presence::Conditional(condition) => condition.as_str(),
        Presence::Always | Presence::Commented => "",
    };
    let is_with_certificate = client
        .fragment
        .active(SettingKind::ClientCertificate)
        .any(|certificate| certificate.presence == ca.presence);
    let with = if is_with_certificate {
        ", together with its client certificate"
    } else {
        ""
    };
    let (at, beside) = edited_at(client, ca);
    let help = match said(client, ca) {
        Some(origin) => format!(
            "give {} a value: the file that holds the CA of the etcd servers",
            origin.what
        ),
        None => format!(
            "set {} outside of \"{condition}\", with the file that holds the CA of the etcd servers",
            ca.name
        ),
    };
    let mut related: Vec<Related> = beside.into_iter().collect();
    related.extend(origins(client, ca.at));
    Finding {
        rule: RULE.name,
        severity: Severity::Warning,
        confidence: confidence.min(Confidence::Medium),
        message: format!(
            "{program} {} and names its CA only under \"{condition}\"{with}; otherwise {}",
            speaks(client),
            without_ca(client.without_ca())
        ),
        effect: without_ca_effect(client),
        help,
        at,
        label: "only under this condition".into(),
        related,
        certificates: Vec::new(),
        fix: None,
        identity: vec![consumer.id.to_owned(), ca.name.to_string()],
    }
}
