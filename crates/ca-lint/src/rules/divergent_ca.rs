//! One CA that is two.

mod by_data_key;
mod by_host_path;
mod by_name;
mod by_realm;
mod by_serving_certificate;
mod by_target;

use super::Rule;
use crate::finding::{Finding, Severity};
use crate::scope::Scopes;
use crate::settings::Settings;
use ca_audit::Evidence;
use ca_audit::place::FileId;
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule {
    name: "divergent-ca",
    summary: "one logical CA has different keys in different places",
    severity: Severity::Error,
    page: PAGE,
    check,
};

const PAGE: &str = r#"
There should be one CA and there are two: certificates of the same name with different keys, or hosts of one Puppet realm whose agents trust different CAs. Whoever trusts the one rejects everything that the other signed.

## Why it matters

In the outage of 2019-09-11 two hosts of one project trusted two Puppet CAs, where "there really shouldn't be more than one". Each looked right by itself: the right path, the right owner, a valid certificate. Only side by side do they show what is wrong.

## What is reported

Keys are compared (the SubjectPublicKeyInfo), never whole certificates: a renewed CA with its old key is the same CA. Files are compared as sets, so a bundle that holds the old and the new CA diverges from neither.

- *by role*: the `ca.pem` of agents with the same CA server, and that server's own `ca_crt.pem`; a warning where two bundles share a CA and each has one that the other lacks;
- *by origin*: an agent's `ca.pem` that did not sign the certificate which the agent itself was given;
- *by name*: CA certificates with the same subject and no key in common;
- *by data key* (warning): a hiera key with one CA in `common.yaml` and another in a more specific layer;
- *by path* (warning): two classes that put different CAs at one path of hosts;
- *by server* (warning): two settings in one folder that name the same server (two kubeconfigs with one URL, two webhooks with one service) and give it different CAs;
- *by serving certificate*: the `caBundle` of a webhook or an aggregated API, none of whose CAs signed the certificate in the Secret beside it that is made out to the same service.

A key that cannot be read is never compared. Differences that are meant stay apart: two hosts, two layers of one hierarchy that stand side by side (`eqiad.yaml` and `labs.yaml`), files of two environments (`prod/ca.pem` and `dev/ca.pem`), and names that programs give to every CA they make (`CN=kubernetes`, `CN=etcd-ca`) unless they stand on one host. What else is kept apart by design the configuration says:

```yaml
scopes:
  production: { paths: [hieradata/production/**] }
  staging: { paths: [hieradata/staging/**], hosts: [staging-*] }
```

## How to fix

Decide which of the two is right: the one that signed the certificates in use. Put it in every place that the finding names. If both are to be trusted for a while, put both in one file, everywhere.

## Fires

`hosts/a/var/lib/puppet/ssl/certs/ca.pem`:
```pem
<CA one named CN=Puppet CA: puppet.test>
```

`hosts/b/var/lib/puppet/ssl/certs/ca.pem`:
```pem
<CA two named CN=Puppet CA: puppet.test>
```

## Clean

`hosts/a/var/lib/puppet/ssl/certs/ca.pem`:
```pem
<CA one named CN=Puppet CA: puppet.test>
```

`hosts/b/var/lib/puppet/ssl/certs/ca.pem`:
```pem
<CA one named CN=Puppet CA: puppet.test>
<CA two named CN=Puppet CA: puppet.test>
```
"#;

fn check(evidence: &Evidence, settings: &Settings, report: &mut dyn FnMut(Finding)) {
    let scopes = &settings.scopes;
    let mut findings = by_realm::findings(evidence);
    findings.retain(|finding| is_of_one_scope(evidence, scopes, finding));
    let mut reported: BTreeSet<FileId> = findings.iter().map(|finding| finding.at.file).collect();
    let by_role = by_data_key::findings(evidence)
        .into_iter()
        .chain(by_host_path::findings(evidence))
        .chain(by_target::findings(evidence))
        .chain(by_serving_certificate::findings(evidence))
        .filter(|finding| is_of_one_scope(evidence, scopes, finding));
    for finding in by_role {
        reported.insert(finding.at.file);
        findings.push(finding);
    }
    findings.extend(by_name::findings(evidence, scopes, &reported));
    findings.into_iter().for_each(report);
}

/// Whether some other place that it names is not kept apart from its own.
fn is_of_one_scope(evidence: &Evidence, scopes: &Scopes, finding: &Finding) -> bool {
    let mut others = finding.related.iter().map(|related| related.at.file);
    finding.related.is_empty()
        || others.any(|other| !scopes.are_apart(evidence, finding.at.file, other))
}

/// What the one signed does not verify with the other.
const EFFECT: &str = "Whoever trusts one of them rejects what the other signed: Go programs with \"x509: certificate signed by unknown authority\", OpenSSL and Puppet with \"unable to get local issuer certificate\".";
