//! One trust, several files: programs that ought to trust the same CA name
//! different files for it.

mod by_cluster;
mod by_role;
mod by_ssl_directory;

use super::Rule;
use crate::finding::{Finding, Severity};
use crate::settings::Settings;
use ca_audit::Evidence;

pub(super) const RULE: Rule = Rule {
    name: "divergent-ca-path",
    summary: "programs that ought to trust one CA name different files for it",
    severity: Severity::Warning,
    page: PAGE,
    check,
};

const PAGE: &str = r#"
Programs that talk to the same servers name different CA files, or one names a file and another none; or Puppet's own CA is named by a fixed path in one place and asked of Puppet in another. As long as all of these files hold the same CA nobody notices. The day one of them changes, some programs go on and others fail, and each looks right by itself.

## Why it matters

In the repository of the outage of 2019-09-11 over twenty places named `/var/lib/puppet/ssl/certs/ca.pem`, while others called `puppet_ssldir()`, which gives one of three directories. On the host that failed it was another one than the fixed path. And flannel named a CA file for etcd, while the API server, a client of the same etcd, named none: only the latter went down.

## What is reported

One finding for each split, with the places on both sides:

- clients of the same etcd (the same server in their endpoints, the same data key, or the same expression in the templates of one module) with different CA files. A file that the host's trust store makes of another, and files that are written from one source, are the same;
- one of them names no CA and trusts what the host trusts;
- on one host, a program that is told two files for one purpose: the kubelet's `--client-ca-file` and the `clientCAFile` of its configuration;
- a fixed path of the agent's `certs/ca.pem` in manifests, templates or data, where other code asks Puppet for its ssl directory (`$settings::ssldir`, `$facts['puppet_config']['localcacert']`, a function).

## How to fix

Let all of them name one file that one resource writes. For Puppet's own CA, ask Puppet everywhere, or keep the path in one place.

## Fires

`modules/k8s/templates/kube-apiserver.default.erb`:
```erb
DAEMON_ARGS="--etcd-servers=https://etcd1:2379 --etcd-cafile=/etc/k8s/etcd-ca.pem"
```

`modules/flannel/templates/flannel.service.erb`:
```erb
[Service]
ExecStart=/usr/bin/flanneld --etcd-endpoints=https://etcd1:2379 --etcd-cafile=/etc/flannel/ca.pem --etcd-certfile=/etc/flannel/cert.pem
```

## Clean

`modules/k8s/templates/kube-apiserver.default.erb`:
```erb
DAEMON_ARGS="--etcd-servers=https://etcd1:2379 --etcd-cafile=/etc/etcd-ca.pem"
```

`modules/flannel/templates/flannel.service.erb`:
```erb
[Service]
ExecStart=/usr/bin/flanneld --etcd-endpoints=https://etcd1:2379 --etcd-cafile=/etc/etcd-ca.pem --etcd-certfile=/etc/flannel/cert.pem
```
"#;

fn check(evidence: &Evidence, _: &Settings, report: &mut dyn FnMut(Finding)) {
    by_cluster::findings(evidence)
        .into_iter()
        .for_each(&mut *report);
    by_role::findings(evidence)
        .into_iter()
        .for_each(&mut *report);
    by_ssl_directory::finding(evidence)
        .into_iter()
        .for_each(report);
}
