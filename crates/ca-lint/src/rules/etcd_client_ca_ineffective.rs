//! A CA that is named for an etcd client and has no effect.

use super::Rule;
use crate::etcd_client::{
    Fault, SiblingCa, edited_at, faults, is_plain, origins, over_tls, said, sibling, without_ca,
    without_ca_effect,
};
use crate::finding::{Confidence, Finding, Fix, Related, Severity};
use crate::settings::Settings;
use ca_audit::invocation::Setting;
use ca_audit::{Client, DeadCa, DeadCause, Evidence};

pub(super) const RULE: Rule = Rule {
    name: "etcd-client-ca-ineffective",
    summary: "a CA is named for an etcd client and has no effect",
    severity: Severity::Error,
    page: PAGE,
    check,
};

const PAGE: &str = r#"
A CA is named, and the program does not use it. A review that looks for the setting finds it and is content.

## Why it matters

The program behaves as if no CA were named: Go programs trust what the host trusts, others verify nothing. It works until the host's trust store changes, and then everybody looks at the CA that is named, which is right. flannel with etcd v3 is deployed this way in the repository of the outage of 2019-09-11.

## What is reported

| what stands there | what the program does |
|---|---|
| a name that is one letter off (`--etcd-ca-file`, `ETCDCTL_CA_CERT`) | exits at an unknown flag; ignores an unknown variable or key |
| `ca-file:` in the YAML file of an etcd client | ignored since etcd 3.4; the key is `trusted-ca-file` |
| `ETCDCTL_CA_FILE`, `--ca-file` with `ETCDCTL_API=3`, or the other way round | ignores the variable, exits at the flag |
| `ETCDCTL_CACERT` and `--cacert` together, `ETCDCTL_ENDPOINTS` and `--endpoints`, … | exits: "conflicting environment variable … is shadowed by corresponding command-line flag" |
| flannel's or Vitess' CA without client certificate *and* key | ignores it and trusts the host |
| nginx' `proxy_ssl_trusted_certificate` without `proxy_ssl_verify on` | verifies nothing |
| `tls_ca_path` without `tls_enabled: true` (Loki, Mimir, Cortex, Tempo) | ignores it |
| a CA beside `http` endpoints | speaks without TLS |
| an empty value, also one that is empty in the values of a chart, the variables of a role, a `ConfigMap`; a setting in a comment | as if it were not there |

*error* where `https` can be seen (or `http`, for the last but one); *warning* where the scheme cannot be seen, and for flannel and Vitess, of which not every version behaves so.

## How to fix

The message names the setting that the program reads. `ca-lint check --fix` renames a wrong name and fills an empty value with the CA that the other clients of the project name.

## Fires

`etc/default/kube-apiserver`:
```sh
DAEMON_ARGS="--etcd-servers=https://etcd1:2379 --etcd-ca-file=/etc/ssl/etcd-ca.pem"
```

## Clean

`etc/default/kube-apiserver`:
```sh
DAEMON_ARGS="--etcd-servers=https://etcd1:2379 --etcd-cafile=/etc/ssl/etcd-ca.pem"
```
"#;

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    for (client, fault) in faults(evidence) {
        if let Fault::Ineffective(dead) = fault {
            report(finding(evidence, client, dead));
        }
    }
}

fn finding(evidence: &Evidence, client: &Client, dead: DeadCa) -> Finding {
    let consumer = client.row();
    let program = consumer.program();
    let setting = dead.setting;
    let (severity, confidence) = level(client, dead.cause);
    let sibling = sibling(evidence, client);
    let Words {
        why,
        effect,
        help,
        label,
    } = words(client, dead, sibling.as_ref());
    let (at, beside) = edited_at(client, setting);
    let mut related: Vec<Related> = beside.into_iter().collect();
    related.push(Related::new(client.read.at, "the endpoint"));
    if let DeadCause::Twice(other) | DeadCause::SwitchedOff(Some(other)) = dead.cause {
        related.push(Related::new(other.at, "and this"));
    }
    related.extend(origins(client, client.read.at));
    related.retain(|related| related.at != at);
    Finding {
        rule: RULE.name,
        severity,
        confidence,
        message: format!("{} of {program} has no effect: {why}", setting.name),
        effect,
        help,
        at,
        label,
        related,
        certificates: Vec::new(),
        fix: fix(evidence, client, dead, sibling.as_ref()),
        identity: vec![consumer.id.to_owned(), setting.name.to_string()],
    }
}

fn level(client: &Client, cause: DeadCause) -> (Severity, Confidence) {
    match cause {
        // What the endpoint says does not matter.
        DeadCause::Twice(_) => (Severity::Error, Confidence::Medium),
        DeadCause::PlainEndpoint => (Severity::Error, Confidence::High),
        // Older versions do take it, and which version runs is not seen.
        DeadCause::NoClientCertificate => {
            let (_, confidence) = over_tls(client, client.read.at);
            (Severity::Warning, confidence.min(Confidence::Medium))
        }
        _ => over_tls(client, client.read.at),
    }
}

/// What a finding says of its cause.
struct Words {
    why: String,
    effect: String,
    help: String,
    label: String,
}

fn words(client: &Client, dead: DeadCa, sibling: Option<&SiblingCa>) -> Words {
    let consumer = client.row();
    let program = consumer.program();
    let name = &dead.setting.name;
    let as_if_absent = || {
        format!(
            "As if no CA were named: {}.",
            without_ca(client.without_ca())
        )
    };
    let path = sibling.map_or(
        "the file that holds the CA of the etcd servers",
        |sibling| &sibling.path,
    );
    let words = |why: String, effect: String, help: String, label: &str| Words {
        why,
        effect,
        help,
        label: label.into(),
    };
    match dead.cause {
        DeadCause::Misspelt(_) | DeadCause::Unread(_) | DeadCause::OtherInterface(..) => {
            of_name(client, dead)
        }
        DeadCause::Empty => {
            let said = said(client, dead.setting).map(|origin| &*origin.what);
            words(
                format!("{} is empty", said.unwrap_or("its value")),
                without_ca_effect(client),
                format!("give {} a value: {path}", said.unwrap_or("it")),
                "empty",
            )
        }
        DeadCause::Commented => words(
            "it is commented out".into(),
            without_ca_effect(client),
            "take the comment sign away, if the file is still the right one".into(),
            "a comment",
        ),
        DeadCause::NoClientCertificate => words(
            format!("{program} takes it only together with a client certificate and its key{}", since(program)),
            as_if_absent(),
            "add the client certificate and its key; without them put the CA into the host's trust store, or into SSL_CERT_FILE of this service".into(),
            "ignored without a client certificate",
        ),
        DeadCause::Twice(other) => words(
            format!("{} says the same, and {program} refuses to start with both", other.name),
            format!("It exits: \"conflicting environment variable … is shadowed by corresponding command-line flag (either unset environment variable or disable flag)\"; {program} is not started at all."),
            format!("keep {name} or {}, not both", other.name),
            "said twice",
        ),
        DeadCause::SwitchedOff(switch) => {
            let switch = switch.map_or("tls_enabled", |switch| &switch.name);
            words(
                format!("{switch} is not true"),
                as_if_absent(),
                format!("set {switch} to true beside it"),
                "ignored",
            )
        }
        DeadCause::NotVerified => words(
            format!("nothing tells {program} to verify with it"),
            "It works, whoever answers: even a CA that signed nothing gives HTTP 200; with verification on it is 502.".into(),
            "add proxy_ssl_verify on; beside it".into(),
            "named, never used",
        ),
        DeadCause::PlainEndpoint => words(
            "the endpoints are http".into(),
            format!("{program} speaks without TLS; a server with TLS closes the connection, and it waits until \"context deadline exceeded\"."),
            "write https in the endpoints, or take the CA out".into(),
            "no TLS here",
        ),
        _ => words(String::new(), String::new(), String::new(), ""),
    }
}

/// From which version on a program behaves so, where that is known (flannel
/// `pkg/subnet/etcd/registry.go`: v0.17 still has etcd's v2 client).
fn since(program: &str) -> &'static str {
    match program {
        "flanneld" => " (from flannel 0.20 on)",
        _ => "",
    }
}

/// Of a name that the program does not read.
fn of_name(client: &Client, dead: DeadCa) -> Words {
    let consumer = client.row();
    let program = consumer.program();
    let name = &dead.setting.name;
    let effect = if name.starts_with('-') {
        stops_at(program, name)
    } else if consumer.traps.contains(&"env-and-flag-conflict") {
        // etcd's own reader of variables, `pkg/flags`; tried with 3.4.23.
        format!(
            "It warns \"unrecognized environment variable {name}\". {}",
            without_ca_effect(client)
        )
    } else {
        format!(
            "As if no CA were named: {}.",
            without_ca(client.without_ca())
        )
    };
    let (why, help, label) = match dead.cause {
        DeadCause::Misspelt(meant) => {
            let meant = shown(name, meant);
            (
                format!("{program} reads {meant}, not {name}"),
                format!("rename it to {meant}"),
                "misspelt",
            )
        }
        DeadCause::OtherInterface(told, meant) => {
            let meant = shown(name, meant);
            (
                format!("with {told} {program} reads {meant}"),
                format!("rename it to {meant}, or take {told} out"),
                "a name of the other interface",
            )
        }
        DeadCause::Unread(Some(meant)) => {
            let meant = shown(name, meant);
            (
                format!("{program} reads {meant} instead"),
                format!("rename it to {meant}"),
                "not read",
            )
        }
        _ => (
            format!("{program} does not read it"),
            "take it out; this program has another setting for its CA".into(),
            "not read",
        ),
    };
    Words {
        why,
        effect,
        help,
        label: label.into(),
    }
}

/// What a program says of a flag that it does not know: with Go's pflag (tried
/// with etcdctl 3.4.23) or its standard library.
fn stops_at(program: &str, flag: &str) -> String {
    let bare = flag.trim_start_matches('-');
    format!(
        "{program} does not start: \"unknown flag: --{bare}\" or \"flag provided but not defined: -{bare}\"."
    )
}

/// A name of the table with the dashes of the one that stands there.
fn shown(written: &str, meant: &str) -> String {
    let dashes = &written[..written.len() - written.trim_start_matches('-').len()];
    let last = if written.contains('.') || !dashes.is_empty() {
        meant
    } else {
        meant.rsplit('.').next().unwrap_or(meant)
    };
    format!("{dashes}{last}")
}

/// A wrong name is renamed, an empty value filled with a sibling's CA.
fn fix(
    evidence: &Evidence,
    client: &Client,
    dead: DeadCa,
    sibling: Option<&SiblingCa>,
) -> Option<Fix> {
    let setting: &Setting = dead.setting;
    match dead.cause {
        DeadCause::Misspelt(meant)
        | DeadCause::Unread(Some(meant))
        | DeadCause::OtherInterface(_, meant) => {
            let meant = shown(&setting.name, meant);
            let last = if setting.name.starts_with('-') {
                meant.as_str()
            } else {
                meant.rsplit('.').next().unwrap_or(&meant)
            };
            Some(Fix::new(
                format!("rename {} to {meant}", setting.name),
                setting.editable.as_ref()?.name_at,
                last,
            ))
        }
        DeadCause::Empty => {
            let room = setting.editable.as_ref()?.room.as_ref()?;
            let sibling = sibling.filter(|sibling| {
                sibling.is_only && is_plain(&sibling.path) && sibling.is_seen_by(evidence, client)
            })?;
            let title = format!("set {} to {}", setting.name, sibling.path);
            Some(Fix::new(title, room.at, room.filled("", &sibling.path)))
        }
        _ => None,
    }
}
