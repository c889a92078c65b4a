//! A CA that is named and has no effect, for each trap of each row: in every
//! form of the row where the table makes it, else in one that is written out.

use crate::case::Said;
use crate::{generated, special_forms};
use ca_audit::facts::Role;
use ca_audit::tree::Memory;
use ca_audit::{DeadCause, Request, audit};

type Is = fn(&DeadCause<'_>) -> bool;

/// A text in which a trap has shut.
pub(crate) struct Trapped {
    pub(crate) row: &'static str,
    pub(crate) trap: &'static str,
    path: String,
    text: String,
    is: Is,
}

impl Trapped {
    fn check(&self) -> Result<(), String> {
        let tree = Memory::new().with(self.path.as_str(), self.text.as_str());
        let evidence = audit(&tree, &Request::default());
        let client = evidence.reads(Role::EtcdClient).next();
        let dead = client.and_then(ca_audit::Client::dead_ca);
        let cause = dead.map(|dead| dead.cause);
        if cause.as_ref().is_some_and(self.is) {
            return Ok(());
        }
        Err(format!(
            "{}, {}: {cause:?} in {}\n{}",
            self.row, self.trap, self.path, self.text
        ))
    }
}

/// Traps that are no matter of a CA's setting, and where they are tried.
pub(crate) const ELSEWHERE: [(&str, &str); 4] = [
    (
        "skip-verify-needs-tls-config",
        "no CA is named: the switch without effect still says that nothing is verified",
    ),
    (
        "insecure-flag-ignored",
        "no CA is named: the switch without effect still says that nothing is verified",
    ),
    (
        "bad-pem-falls-back",
        "what the file holds, not what the settings say: the rule ca-path-missing, tests/etcd_words.rs",
    ),
    (
        "ca-under-other-section",
        "the CA has its effect there: special_forms tries it",
    ),
];

/// Every case: made of the table's explicit cases, and written out.
pub(crate) fn cases() -> Vec<Trapped> {
    let explicit = generated::cases().into_iter().chain(special_forms::cases());
    let mut cases: Vec<Trapped> = explicit
        .filter(|case| case.said == Said::Explicit)
        .flat_map(|case| {
            let made = |trap: &'static str, text: String, is: Is| Trapped {
                row: case.row.id,
                trap,
                path: case.path.clone(),
                text,
                is,
            };
            let plain = case.text.replace("https://", "http://");
            let without_certificate = case.text.replace("/c.pem", "");
            let by_trap = |trap: &&'static str| match *trap {
                "first-endpoint-scheme" => Some(made(trap, plain.clone(), |cause| {
                    matches!(cause, DeadCause::PlainEndpoint)
                })),
                "ca-needs-client-cert" => Some(made(trap, without_certificate.clone(), |cause| {
                    matches!(cause, DeadCause::NoClientCertificate)
                })),
                _ => None,
            };
            case.row
                .traps
                .iter()
                .filter_map(by_trap)
                .collect::<Vec<_>>()
        })
        .collect();
    cases.extend(WRITTEN.iter().map(|(row, trap, path, text, is)| Trapped {
        row,
        trap,
        path: (*path).to_owned(),
        text: (*text).to_owned(),
        is: *is,
    }));
    cases
}

const WRITTEN: &[(&str, &str, &str, &str, Is)] = &[
    (
        "etcdctl-v3",
        "v2-names-under-v3",
        "x/a.sh",
        "ETCDCTL_API=3 etcdctl --endpoints=https://a:2379 --ca-file=/ca.pem get /\n",
        |cause| matches!(cause, DeadCause::OtherInterface(..)),
    ),
    (
        "etcdctl-v3",
        "v2-names-under-v3",
        "x/a.sh",
        "export ETCDCTL_API=3\nexport ETCDCTL_CA_FILE=/ca.pem\netcdctl --endpoints=https://a:2379 get /\n",
        |cause| matches!(cause, DeadCause::OtherInterface(..)),
    ),
    (
        "etcdctl-v2",
        "v2-names-under-v3",
        "x/a.sh",
        "ETCDCTL_API=2 etcdctl --endpoints=https://a:2379 --cacert=/ca.pem ls /\n",
        |cause| matches!(cause, DeadCause::OtherInterface(..)),
    ),
    (
        "etcdctl-v3",
        "env-and-flag-conflict",
        "x/a.sh",
        "export ETCDCTL_CACERT=/ca.pem\netcdctl --endpoints=https://a:2379 --cacert=/ca.pem get /\n",
        |cause| matches!(cause, DeadCause::Twice(_)),
    ),
    (
        "etcd-client-yaml",
        "yaml-ca-file-ignored",
        "x/etcd.config",
        "endpoints: [https://a:2379]\nca-file: /ca.pem\n",
        |cause| matches!(cause, DeadCause::Unread(_)),
    ),
    (
        "etcd-client-yaml",
        "yaml-ca-file-ignored",
        "x/cilium-config.yaml",
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  etcd-config: |-\n    endpoints:\n    - https://a:2379\n    ca-file: /ca.pem\n",
        |cause| matches!(cause, DeadCause::Unread(_)),
    ),
    (
        "skydns",
        "env-name-typo",
        "x/skydns.service",
        "[Service]\nEnvironment=ETCD_MACHINES=https://a:2379\nEnvironment=ECTD_CACERT=/ca.pem\nExecStart=/usr/bin/skydns\n",
        |cause| matches!(cause, DeadCause::Unread(_)),
    ),
    (
        "dskit-kv-etcd",
        "tls-switch-off-ignores-ca",
        "x/loki.yaml",
        "kvstore:\n  store: etcd\n  etcd:\n    endpoints: [https://a:2379]\n    tls_ca_path: /ca.pem\n",
        |cause| matches!(cause, DeadCause::SwitchedOff(None)),
    ),
    (
        "dskit-kv-etcd",
        "tls-switch-off-ignores-ca",
        "x/loki.yaml",
        "kvstore:\n  store: etcd\n  etcd:\n    endpoints: [https://a:2379]\n    tls_enabled: false\n    tls_ca_path: /ca.pem\n",
        |cause| matches!(cause, DeadCause::SwitchedOff(Some(_))),
    ),
    (
        "nginx-proxy-to-etcd",
        "ca-without-verify-switch",
        "x/nginx/a.conf",
        "location / {\n  proxy_pass https://a:2379;\n  proxy_ssl_trusted_certificate /ca.pem;\n}\n",
        |cause| matches!(cause, DeadCause::NotVerified),
    ),
    (
        "calico-env",
        "configmap-empty-value",
        "x/calico.yaml",
        "kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: calico-config\ndata:\n  etcd_endpoints: https://a:2379\n  etcd_ca: \"\"\n---\nspec:\n  containers:\n  - image: quay.io/calico/node:v3\n    env:\n    - name: ETCD_ENDPOINTS\n      valueFrom:\n        configMapKeyRef:\n          name: calico-config\n          key: etcd_endpoints\n    - name: ETCD_CA_CERT_FILE\n      valueFrom:\n        configMapKeyRef:\n          name: calico-config\n          key: etcd_ca\n",
        |cause| matches!(cause, DeadCause::Empty),
    ),
    (
        "calicoctl-env",
        "configmap-empty-value",
        "x/calicoctl.yaml",
        "kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: calico-config\ndata:\n  etcd_endpoints: https://a:2379\n  etcd_ca: \"\"\n---\nspec:\n  containers:\n  - image: quay.io/calico/ctl:v3\n    env:\n    - name: ETCD_ENDPOINTS\n      valueFrom:\n        configMapKeyRef:\n          name: calico-config\n          key: etcd_endpoints\n    - name: ETCD_CA_CERT_FILE\n      valueFrom:\n        configMapKeyRef:\n          name: calico-config\n          key: etcd_ca\n",
        |cause| matches!(cause, DeadCause::Empty),
    ),
    (
        "calico-kube-controllers-env",
        "configmap-empty-value",
        "x/calico.yaml",
        "kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: calico-config\ndata:\n  etcd_endpoints: https://a:2379\n  etcd_ca: \"\"\n---\nspec:\n  containers:\n  - image: quay.io/calico/kube-controllers:v3\n    env:\n    - name: ETCD_ENDPOINTS\n      valueFrom:\n        configMapKeyRef:\n          name: calico-config\n          key: etcd_endpoints\n    - name: ETCD_CA_CERT_FILE\n      valueFrom:\n        configMapKeyRef:\n          name: calico-config\n          key: etcd_ca\n",
        |cause| matches!(cause, DeadCause::Empty),
    ),
    (
        "tooz-etcd3gw",
        "empty-value",
        "x/cinder.conf",
        "[coordination]\nbackend_url = etcd3+https://a:2379?ca_cert=\n",
        |cause| matches!(cause, DeadCause::Empty),
    ),
];

#[test]
fn a_ca_without_effect() {
    let cases = cases();
    let wrong: Vec<String> = cases.iter().filter_map(|case| case.check().err()).collect();
    assert!(
        wrong.is_empty(),
        "{} of {} are wrong:\n{}",
        wrong.len(),
        cases.len(),
        wrong[..wrong.len().min(12)].join("\n")
    );
}
