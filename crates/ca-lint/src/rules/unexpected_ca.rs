//! A CA that a scope may not hold.

use super::Rule;
use crate::certificate_words::named;
use crate::finding::{Confidence, Finding, Severity};
use crate::scope::{Allowed, Scope};
use crate::settings::Settings;
use ca_audit::Evidence;
use ca_audit::facts::Cert;

pub(super) const RULE: Rule = Rule {
    name: "unexpected-ca",
    summary: "a CA stands where the configuration allows others only",
    severity: Severity::Error,
    page: PAGE,
    check,
};

const PAGE: &str = r"
The configuration lists the CAs that a scope may hold, and here stands another one.

## Why it matters

In a large repository nobody sees every certificate that is added. A CA in the wrong place makes every program that trusts the file trust whatever that CA signs: one of a test environment, of a company that was sold, of an attacker with one merged change. In the outage of 2019-09-11 there were two CAs where, in the words of those who were there, there really shouldn't be more than one: one line of configuration says how many there should be.

## What is reported

Each CA certificate that stands in a file of a scope with `allowed-cas` and is none of them. A scope has path globs, from the folder of `.ca-lint.yaml`, or names of hosts; a file belongs to the first scope, by name, that wants it. A CA is allowed by the SHA-256 of its certificate, by its public key (the pin of kubeadm; a renewed certificate stays allowed), or by a file that holds it. Certificates that are known to be no CA do not count, nor do bundles that belong to a system.

```yaml
scopes:
  production:
    paths: [hieradata/production/**, modules/tls/**]
    hosts: [web*]
    allowed-cas:
      - file: modules/tls/files/ca.pem
      - key: sha256:…
```

## How to fix

If the CA is right, add it to the scope's `allowed-cas`, in the same change, so that a reviewer sees it. If not, take it out.

## Fires

`.ca-lint.yaml`:
```yaml
scopes:
  production:
    paths: [hieradata/production/**]
    allowed-cas:
      - file: modules/tls/files/ca.pem
```

`modules/tls/files/ca.pem`:
```pem
<CA one named CN=Company CA>
```

`hieradata/production/web.yaml`:
```yaml
tls::ca: |
  <CA two named CN=Test CA>
```

## Clean

`.ca-lint.yaml`:
```yaml
scopes:
  production:
    paths: [hieradata/production/**]
    allowed-cas:
      - file: modules/tls/files/ca.pem
```

`modules/tls/files/ca.pem`:
```pem
<CA one named CN=Company CA>
```

`hieradata/production/web.yaml`:
```yaml
tls::ca: |
  <CA one named CN=Company CA>
```
";

fn check(evidence: &Evidence, settings: &Settings, report: &mut dyn FnMut(Finding)) {
    let scopes = &settings.scopes;
    let lists: Vec<(&Scope, Allowed)> = scopes
        .scopes
        .iter()
        .filter_map(|scope| Some((scope, scopes.allowed(evidence, scope)?)))
        .collect();
    if lists.is_empty() {
        return;
    }
    for cert in evidence.certs.iter().filter(|cert| counts(evidence, cert)) {
        let Some(scope) = scopes.of(evidence, cert.at.file) else {
            continue;
        };
        let list = lists.iter().find(|(listed, _)| listed.name == scope.name);
        if list.is_some_and(|(_, allowed)| !allowed.holds(&cert.certificate)) {
            report(finding(scope, cert));
        }
    }
}

/// Not what a system brings with itself, and nothing that is past.
fn counts(evidence: &Evidence, cert: &Cert) -> bool {
    let file = cert.at.file;
    let of_system = || {
        let host = evidence.host_of(file)?;
        Some(evidence.system_bundle(host) == Some(file) || is_packaged(evidence.path(file)))
    };
    cert.certificate.is_ca() != Some(false)
        && !evidence.is_past(file)
        && !of_system().unwrap_or(false)
}

/// Debian's and Fedora's packages of public CAs (`ca-certificates`).
fn is_packaged(path: &str) -> bool {
    [
        "/usr/share/ca-certificates/",
        "/usr/share/pki/",
        "/etc/pki/ca-trust/extracted/",
    ]
    .iter()
    .any(|folder| path.contains(folder))
}

fn finding(scope: &Scope, cert: &Cert) -> Finding {
    let certificate = &cert.certificate;
    Finding {
        rule: RULE.name,
        severity: Severity::Error,
        confidence: Confidence::High,
        message: format!(
            "{} is none of the CAs that the scope {} may hold",
            named(certificate),
            scope.name
        ),
        effect: String::new(),
        help: format!(
            "take it out; if it is right, add it under scopes.{}.allowed-cas of the configuration, in the same change",
            scope.name
        ),
        at: cert.at,
        label: named(certificate),
        related: Vec::new(),
        certificates: vec![*certificate.sha256()],
        fix: None,
        identity: vec![scope.name.clone(), cert.container.to_string()],
    }
}
