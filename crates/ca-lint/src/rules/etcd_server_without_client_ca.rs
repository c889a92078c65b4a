//! An etcd server that lets in clients it was not meant to.

use super::Rule;
use crate::etcd_client::is_on;
use crate::finding::{Confidence, Finding, Fix, Related, Severity};
use crate::settings::Settings;
use ca_audit::invocation::{Setting, SettingKind};
use ca_audit::{EtcdServer, Evidence};
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule {
    name: "etcd-server-without-client-ca",
    summary: "an etcd server checks its clients against no CA of its own",
    severity: Severity::Error,
    page: PAGE,
    check,
};

const PAGE: &str = r"
Which clients an etcd server lets in is decided by `--trusted-ca-file`. Three settings look as if they did that and do not.

## Why it matters

- `--client-cert-auth` without `--trusted-ca-file` checks clients against the *system roots*: any certificate from any public CA is good, and the cluster's own clients are refused (`remote error: tls: bad certificate` at the client, `x509: certificate signed by unknown authority` in the server's log).
- `ETCD_CA_FILE` was renamed `ETCD_TRUSTED_CA_FILE`. From 3.4 on the old name is only warned about (`unrecognized environment variable`), so after an upgrade *anonymous clients get in*; tried with 3.4.23. The repository of the outage of 2019-09-11 sets it to this day of its history.
- `--auto-tls` lets etcd make its own certificate, which no CA has signed: every client must switch verification off.

## What is reported

- *error*: one of the three, for a server that does not listen on `http` alone.

`--trusted-ca-file` alone is right: it already asks clients for certificates.

## How to fix

Set `--trusted-ca-file` (`ETCD_TRUSTED_CA_FILE`, `client-transport-security.trusted-ca-file`) to the CA that signs the clients' certificates.

## Fires

`etc/default/etcd`:
```sh
ETCD_LISTEN_CLIENT_URLS=https://0.0.0.0:2379
ETCD_CERT_FILE=/etc/etcd/server.pem
ETCD_CLIENT_CERT_AUTH=true
```

## Clean

`etc/default/etcd`:
```sh
ETCD_LISTEN_CLIENT_URLS=https://0.0.0.0:2379
ETCD_CERT_FILE=/etc/etcd/server.pem
ETCD_CLIENT_CERT_AUTH=true
ETCD_TRUSTED_CA_FILE=/etc/etcd/ca.pem
```
";

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    let mut seen = BTreeSet::new();
    for server in &evidence.servers {
        let Some((setting, fault)) = fault(server) else {
            continue;
        };
        if !server.is_plain() && seen.insert(setting.at) {
            report(finding(server, setting, fault));
        }
    }
}

/// What lets clients in.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    /// A name that etcd no longer reads.
    OldName,
    /// Clients are asked for certificates, and no CA is named.
    SystemRoots,
    /// The server makes its own certificate.
    OwnCertificate,
}

fn fault(server: &EtcdServer) -> Option<(&Setting, Fault)> {
    let fragment = &server.fragment;
    let names_a_ca = fragment.active(SettingKind::Ca).any(has_value);
    if !names_a_ca {
        let old = fragment
            .active(SettingKind::UnreadCa)
            .find(|s| has_value(s));
        if let Some(old) = old {
            return Some((old, Fault::OldName));
        }
        let mut asks = fragment.active(SettingKind::ClientAuthentication);
        if let Some(asks) = asks.find(|asks| is_on(asks)) {
            return Some((asks, Fault::SystemRoots));
        }
    }
    let has_certificate = fragment
        .active(SettingKind::ClientCertificate)
        .any(has_value);
    let on_the_spot = fragment.active(SettingKind::Insecure).find(|s| is_on(s))?;
    (!has_certificate).then_some((on_the_spot, Fault::OwnCertificate))
}

fn has_value(setting: &Setting) -> bool {
    setting.value.as_str() != Some("")
}

fn finding(server: &EtcdServer, setting: &Setting, fault: Fault) -> Finding {
    let name = &setting.name;
    let (message, effect, label, confidence) = match fault {
        Fault::OldName => (
            format!(
                "etcd is given the CA of its clients as {name}, which it does not read from 3.4 on"
            ),
            "It starts with the warning \"unrecognized environment variable\" and lets anonymous clients in.",
            "not read from 3.4 on",
            Confidence::Medium,
        ),
        Fault::SystemRoots => (
            format!(
                "etcd asks its clients for certificates ({name}) and names no CA for them, so it checks them against the system roots"
            ),
            "A certificate of any public CA is let in; the cluster's own clients are refused with \"remote error: tls: bad certificate\".",
            "no CA for clients beside it",
            Confidence::High,
        ),
        Fault::OwnCertificate => (
            format!("etcd makes its own certificate ({name}), which no client can verify"),
            "Every client has to switch verification off, and anybody who reaches the port is one.",
            "a certificate that no CA signed",
            Confidence::High,
        ),
    };
    let ca = trusted_ca(name);
    let help = match fault {
        Fault::OldName => format!("rename it to {ca}"),
        Fault::SystemRoots => {
            format!("set {ca} to the file with the CA that signs the clients' certificates")
        }
        Fault::OwnCertificate => {
            format!(
                "give the server a certificate of the cluster's CA, set {ca} to that CA, and take {name} out"
            )
        }
    };
    let deployed = server.deployed_at.iter().map(|deployed| {
        let message = format!("Puppet puts it at {} on the host", deployed.path);
        Related::new(deployed.at, message)
    });
    Finding {
        rule: RULE.name,
        severity: Severity::Error,
        confidence,
        message,
        effect: effect.into(),
        help,
        at: setting.at,
        label: label.into(),
        related: deployed.collect(),
        certificates: Vec::new(),
        fix: (fault == Fault::OldName)
            .then(|| {
                let title = format!("rename {name} to {ca}");
                Some(Fix::new(title, setting.editable.as_ref()?.name_at, ca))
            })
            .flatten(),
        identity: vec!["etcd".to_owned(), name.to_string()],
    }
}

/// The setting of the clients' CA in the form of another setting.
fn trusted_ca(beside: &str) -> &'static str {
    match beside {
        flag if flag.starts_with('-') => "--trusted-ca-file",
        variable if variable.starts_with("ETCD_") => "ETCD_TRUSTED_CA_FILE",
        _ => "client-transport-security.trusted-ca-file",
    }
}
