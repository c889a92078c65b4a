//! Etcd clients in the forms that are a row's own: sections and blocks, calls,
//! keys under other keys; and a CA that is named and has no effect, once for
//! each trap of the table that settings show.

use ca_audit::facts::{Anchor, Role};
use ca_audit::tree::Memory;
use ca_audit::{DeadCause, Request, audit};

/// A file with `CA` where its setting goes, and the setting.
struct Form {
    row: &'static str,
    path: &'static str,
    text: &'static str,
    ca: &'static str,
}

const fn form(row: &'static str, path: &'static str, text: &'static str, ca: &'static str) -> Form {
    Form {
        row,
        path,
        text,
        ca,
    }
}

const FORMS: [Form; 14] = [
    form(
        "vault-storage-etcd",
        "x/vault.hcl",
        "storage \"etcd\" {\n  address = \"https://a:2379\"\n  CA\n}\n",
        "tls_ca_file = \"/ca.pem\"",
    ),
    form(
        "traefik-etcd",
        "x/traefik.toml",
        "[etcd]\nendpoint = \"https://a:2379\"\n[etcd.tls]\ninsecureSkipVerify = false\nCA\n",
        "ca = \"/ca.pem\"",
    ),
    form(
        "confd",
        "x/confd.toml",
        "nodes = [\"https://a:2379\"]\nCA\n",
        "client_cakeys = \"/ca.pem\"",
    ),
    form(
        "coredns-etcd",
        "x/Corefile",
        ".:53 {\n  etcd example.org {\n    endpoint https://a:2379\n    CA\n  }\n}\n",
        "tls /ca.pem",
    ),
    form(
        "coredns-etcd",
        "x/Corefile",
        ".:53 {\n  etcd example.org {\n    endpoint https://a:2379\n    CA\n  }\n}\n",
        "tls /cert.pem /key.pem /ca.pem",
    ),
    form(
        "nginx-proxy-to-etcd",
        "x/nginx/a.conf",
        "location / {\n  proxy_pass https://a:2379;\n  CA\n}\n",
        "proxy_ssl_trusted_certificate /ca.pem;",
    ),
    form(
        "fleet",
        "x/fleet/fleet.conf",
        "etcd_servers=[\"https://a:2379\"]\nCA\n",
        "etcd_cafile=/ca.pem",
    ),
    form(
        "telegraf",
        "x/telegraf.conf",
        "[[inputs.prometheus]]\n  urls = [\"https://a:2379/metrics\"]\n  CA\n",
        "tls_ca = \"/ca.pem\"",
    ),
    form(
        "felix",
        "x/felix.cfg",
        "[global]\nDatastoreType = etcdv3\nEtcdEndpoints = https://a:2379\nCA\n",
        "EtcdCaFile = /ca.pem",
    ),
    form(
        "dskit-kv-etcd",
        "x/loki.yaml",
        "ring:\n  kvstore:\n    store: etcd\n    etcd:\n      endpoints: [https://a:2379]\n      tls_enabled: true\n      CA\n",
        "tls_ca_path: /ca.pem",
    ),
    form(
        "m3",
        "x/m3db.yml",
        "etcdClusters:\n- zone: a\n  endpoints: [https://a:2379]\n  tls:\n    crtPath: /c.pem\n    CA\n",
        "caCrtPath: /ca.pem",
    ),
    form(
        "prometheus-scrape",
        "x/prometheus.yml",
        "scrape_configs:\n- job_name: etcd\n  scheme: https\n  static_configs:\n  - targets: ['a:2379']\n  tls_config:\n    cert_file: /c.pem\n    CA\n- job_name: other\n  tls_config:\n    ca_file: /other.pem\n",
        "ca_file: /ca.pem",
    ),
    form(
        "python-etcd3",
        "x/a.py",
        "client = etcd3.client(host='a', cert_cert='/c.pem', CA)\n",
        "ca_cert='/ca.pem'",
    ),
    form(
        "python-requests",
        "x/a.py",
        "requests.get('https://a:2379/health', CA)\n",
        "verify='/ca.pem'",
    ),
];

#[test]
fn with_a_ca_and_without() {
    for form in &FORMS {
        for (ca, is_named) in [(form.ca, true), ("", false)] {
            let text = form.text.replace("CA", ca);
            let tree = Memory::new().with(form.path, text.as_str());
            let evidence = audit(&tree, &Request::default());
            let named: Vec<bool> = evidence
                .reads(Role::EtcdClient)
                .filter(|client| client.fragment.consumer.id == form.row)
                .map(|client| matches!(client.read.anchor, Anchor::Path { .. }))
                .collect();
            assert_eq!(named, [is_named], "{}\n{text}", form.row);
        }
    }
}

#[test]
fn a_ca_without_effect() {
    type Is = fn(&DeadCause<'_>) -> bool;
    let cases: [(&str, &str, Is); 9] = [
        (
            "x/a.sh",
            "ETCDCTL_API=3 etcdctl --endpoints=https://a:2379 --ca-file=/ca.pem get /\n",
            |cause| matches!(cause, DeadCause::OtherInterface(..)),
        ),
        (
            "x/a.sh",
            "export ETCDCTL_CACERT=/ca.pem\netcdctl --endpoints=https://a:2379 --cacert=/ca.pem get /\n",
            |cause| matches!(cause, DeadCause::Twice(_)),
        ),
        (
            "x/a.sh",
            "flanneld --etcd-endpoints=https://a:2379 --etcd-cafile=/ca.pem\n",
            |cause| matches!(cause, DeadCause::NoClientCertificate),
        ),
        (
            "x/etcd.config",
            "endpoints: [https://a:2379]\nca-file: /ca.pem\n",
            |cause| matches!(cause, DeadCause::Unread(_)),
        ),
        (
            "x/skydns.service",
            "[Service]\nEnvironment=ETCD_MACHINES=https://a:2379\nEnvironment=ETCD_CACERT=/ca.pem\nExecStart=/usr/bin/skydns\n",
            |cause| matches!(cause, DeadCause::Unread(_)),
        ),
        (
            "x/loki.yaml",
            "kvstore:\n  store: etcd\n  etcd:\n    endpoints: [https://a:2379]\n    tls_ca_path: /ca.pem\n",
            |cause| matches!(cause, DeadCause::SwitchedOff(None)),
        ),
        (
            "x/nginx/a.conf",
            "location / {\n  proxy_pass https://a:2379;\n  proxy_ssl_trusted_certificate /ca.pem;\n}\n",
            |cause| matches!(cause, DeadCause::NotVerified),
        ),
        (
            "x/a.sh",
            "kube-apiserver --etcd-servers=http://a:2379 --etcd-cafile=/ca.pem\n",
            |cause| matches!(cause, DeadCause::PlainEndpoint),
        ),
        (
            "x/cinder.conf",
            "[coordination]\nbackend_url = etcd3+https://a:2379?ca_cert=\n",
            |cause| matches!(cause, DeadCause::Empty),
        ),
    ];
    for (path, text, is) in cases {
        let tree = Memory::new().with(path, text);
        let evidence = audit(&tree, &Request::default());
        let mut clients = evidence.reads(Role::EtcdClient);
        let client = clients
            .next()
            .unwrap_or_else(|| panic!("no client\n{text}"));
        let dead = client.dead_ca().map(|dead| dead.cause);
        assert!(dead.as_ref().is_some_and(is), "{dead:?}\n{text}");
    }
}
