//! Etcd clients in the forms that are a row's own: sections and blocks, calls,
//! keys under other keys, files in a document.

use crate::case::{Case, Form as How, Said, check_all};
use crate::forms::LANGUAGES;
use ca_audit::Client;
use ca_audit::facts::{Anchor, Role};
use ca_audit::invocation::SettingKind;
use ca_audit::knowledge::etcd_clients;
use ca_audit::tree::Memory;
use ca_audit::{Request, audit};

/// A file with `CA` where its setting goes, and the setting.
struct Form {
    row: &'static str,
    how: How,
    path: &'static str,
    text: &'static str,
    ca: &'static str,
}

const fn key(row: &'static str, path: &'static str, text: &'static str, ca: &'static str) -> Form {
    Form {
        row,
        how: How::Key,
        path,
        text,
        ca,
    }
}

const fn call(row: &'static str, text: &'static str, ca: &'static str) -> Form {
    Form {
        row,
        how: How::Call,
        path: "x/a.py",
        text,
        ca,
    }
}

const FORMS: &[Form] = &[
    key(
        "vault-storage-etcd",
        "x/vault.hcl",
        "storage \"etcd\" {\n  address = \"https://a:2379\"\n  CA\n}\n",
        "tls_ca_file = \"/ca.pem\"",
    ),
    key(
        "vault-storage-etcd",
        "x/vault.json",
        "{\"storage\": {\"etcd\": {CA \"address\": \"https://a:2379\"}}}\n",
        "\"tls_ca_file\": \"/ca.pem\",",
    ),
    key(
        "traefik-etcd",
        "x/traefik.toml",
        "[etcd]\nendpoint = \"https://a:2379\"\n[etcd.tls]\ninsecureSkipVerify = false\nCA\n",
        "ca = \"/ca.pem\"",
    ),
    key(
        "confd",
        "x/confd.toml",
        "nodes = [\"https://a:2379\"]\nCA\n",
        "client_cakeys = \"/ca.pem\"",
    ),
    key(
        "confd",
        "x/confd.toml",
        "nodes = [\n  # the first\n  \"https://a:2379\",\n  \"https://b:2379\",\n]\nCA\n",
        "client_cakeys = \"/ca.pem\"",
    ),
    key(
        "coredns-etcd",
        "x/Corefile",
        ".:53 {\n  etcd example.org {\n    endpoint https://a:2379\n    CA\n  }\n}\n",
        "tls /ca.pem",
    ),
    key(
        "coredns-etcd",
        "x/Corefile",
        ".:53 {\n  etcd example.org {\n    endpoint https://a:2379\n    CA\n  }\n}\n",
        "tls /cert.pem /key.pem /ca.pem",
    ),
    key(
        "nginx-proxy-to-etcd",
        "x/nginx/a.conf",
        "location / {\n  proxy_pass https://a:2379;\n  CA\n}\n",
        "proxy_ssl_trusted_certificate /ca.pem;",
    ),
    key(
        "fleet",
        "x/fleet/fleet.conf",
        "etcd_servers=[\"https://a:2379\"]\nCA\n",
        "etcd_cafile=/ca.pem",
    ),
    key(
        "telegraf",
        "x/telegraf.conf",
        "[[inputs.prometheus]]\n  urls = [\"https://a:2379/metrics\"]\n  CA\n",
        "tls_ca = \"/ca.pem\"",
    ),
    key(
        "felix",
        "x/felix.cfg",
        "[global]\nDatastoreType = etcdv3\nEtcdEndpoints = https://a:2379\nCA\n",
        "EtcdCaFile = /ca.pem",
    ),
    key(
        "typha",
        "x/typha.cfg",
        "[global]\nDatastoreType = etcdv3\nEtcdEndpoints = https://a:2379\nCA\n",
        "EtcdCaFile = /ca.pem",
    ),
    key(
        "tooz-etcd3gw",
        "x/cinder.conf",
        "[coordination]\nbackend_url = etcd3+https://a:2379CA\n",
        "?ca_cert=/ca.pem",
    ),
    key(
        "dskit-kv-etcd",
        "x/loki.yaml",
        "ring:\n  kvstore:\n    store: etcd\n    etcd:\n      endpoints: [https://a:2379]\n      tls_enabled: true\n      CA\n",
        "tls_ca_path: /ca.pem",
    ),
    key(
        "m3",
        "x/m3db.yml",
        "etcdClusters:\n- zone: a\n  endpoints: [https://a:2379]\n  tls:\n    crtPath: /c.pem\n    CA\n",
        "caCrtPath: /ca.pem",
    ),
    key(
        "prometheus-scrape",
        "x/prometheus.yml",
        "scrape_configs:\n- job_name: etcd\n  scheme: https\n  static_configs:\n  - targets: ['a:2379']\n  tls_config:\n    cert_file: /c.pem\n    CA\n- job_name: other\n  tls_config:\n    ca_file: /other.pem\n",
        "ca_file: /ca.pem",
    ),
    key(
        "etcdrc",
        "x/etcd/etcdrc",
        "host: a\nport: 2379\nprotocol: https\nCA\n",
        "ca_cert: /ca.pem",
    ),
    // The CA's key stands under another section.
    key(
        "apisix",
        "x/apisix/config.yaml",
        "deployment:\n  etcd:\n    host: [https://a:2379]\napisix:\n  ssl:\n    enable: true\n    CA\n",
        "ssl_trusted_certificate: /ca.pem",
    ),
    key(
        "datadog-etcd",
        "x/conf.d/etcd.d/conf.yaml",
        "init_config:\ninstances:\n- prometheus_url: https://a:2379/metrics\n  CA\n",
        "tls_ca_cert: /ca.pem",
    ),
    key(
        "docker-cluster-store",
        "x/docker/daemon.json",
        "{\"cluster-store\": \"etcd://a:2379\", \"cluster-store-opts\": {CA \"kv.path\": \"x\"}}\n",
        "\"kv.cacertfile\": \"/ca.pem\",",
    ),
    key(
        "calico-cni",
        "x/cni/net.d/10-calico.conf",
        "{\"type\": \"calico\", CA \"etcd_endpoints\": \"https://a:2379\"}\n",
        "\"etcd_ca_cert_file\": \"/ca.pem\",",
    ),
    key(
        "ansible-uri",
        "roles/x/tasks/main.yml",
        "- uri:\n    url: https://a:2379/health\n    CA\n",
        "ca_path: /ca.pem",
    ),
    // No setting names a CA.
    key(
        "pybal-etcd",
        "x/pybal.conf",
        "[text]\nconfig = etcd://a:2379/x\n",
        "",
    ),
    call(
        "python-etcd",
        "client = etcd.Client(host='a', port=2379, protocol='https', CA)\n",
        "ca_cert='/ca.pem'",
    ),
    call(
        "python-etcd3",
        "client = etcd3.client(host='a', cert_cert='/c.pem', CA)\n",
        "ca_cert='/ca.pem'",
    ),
    call(
        "python-requests",
        "requests.get('https://a:2379/health', CA)\n",
        "verify='/ca.pem'",
    ),
];

/// Each form with a CA, without one and, where the CA has a line of its own,
/// with one under a condition of each template language.
pub(crate) fn cases() -> Vec<Case> {
    FORMS.iter().flat_map(cases_of).collect()
}

fn cases_of(form: &Form) -> Vec<Case> {
    let mut rows = etcd_clients();
    let row = rows.find(|row| row.id == form.row).expect("a row");
    let case = |said, path: String, ca: &str| Case {
        row,
        form: form.how,
        said,
        path,
        text: form.text.replace("CA", ca),
    };
    let mut cases = vec![case(Said::Missing, form.path.to_owned(), "")];
    if form.ca.is_empty() {
        return cases;
    }
    cases.push(case(Said::Explicit, form.path.to_owned(), form.ca));
    let has_line = form.text.lines().any(|line| line.trim() == "CA");
    for language in LANGUAGES.iter().filter(|_| has_line) {
        let path = format!("{}{}", form.path, language.suffix);
        cases.push(case(
            Said::Conditional,
            path.clone(),
            &language.inline(form.ca),
        ));
        let indent = form
            .text
            .lines()
            .find(|line| line.trim() == "CA")
            .unwrap_or_default();
        let line = indent.replace("CA", form.ca);
        let lines = format!("\n{}", language.lines(&line));
        cases.push(case(Said::Conditional, path, &lines));
    }
    cases
}

#[test]
fn with_a_ca_and_without() {
    check_all(&cases());
}

#[test]
fn verification_switched_off_in_code_and_tasks() {
    let call = "requests.get(\n    \"https://{host}:2379/health\".format(host=host),\n    verify=False\n)\n";
    let task = "- name: wait\n  uri:\n    url: \"{{ etcd_urls.split(',') | first }}/health\"\n    validate_certs: false\n";
    let shell = "curl -sk \"https://${ETCD}/v2/keys/a\"\n";
    for (path, text) in [
        ("x/check.py", call),
        ("roles/a/tasks/main.yml", task),
        ("x/check.sh", shell),
    ] {
        let tree = Memory::new().with(path, text);
        let evidence = audit(&tree, &Request::default());
        let mut clients = evidence.reads(Role::EtcdClient);
        let client = clients
            .next()
            .unwrap_or_else(|| panic!("no client in {path}"));
        let mut insecure = client.fragment.active(SettingKind::Insecure);
        assert!(
            insecure.next().is_some(),
            "{path}: {:?}",
            client.fragment.settings
        );
    }
}

#[test]
fn settings_in_the_query_of_a_url() {
    let tooz = |query: &str| {
        let conf = format!("[coordination]\nbackend_url = etcd3+https://a:2379{query}\n");
        ("x/cinder.conf", conf)
    };
    let juicefs = |query: &str| {
        let script = format!("juicefs mount \"etcd://a:2379,b:2379/p{query}\" /mnt\n");
        ("x/mount.sh", script)
    };
    for ((path, text), ca) in [
        (tooz("?ca_cert=/ca.pem"), Some("/ca.pem")),
        (tooz("?x=1&ca_cert=%2Fca.pem&cert_key=/k"), Some("/ca.pem")),
        (tooz(""), None),
        (tooz("?ca_cert="), None),
        (tooz("?cert_cert=/c.pem&cert_key=/k"), None),
        (juicefs("?cacert=/ca.pem&cert=/c.pem"), Some("/ca.pem")),
        (juicefs("?key=/k"), None),
        (juicefs(""), None),
    ] {
        let tree = Memory::new().with(path, text.as_str());
        let evidence = audit(&tree, &Request::default());
        let clients: Vec<&Client> = evidence.reads(Role::EtcdClient).collect();
        let [client] = clients.as_slice() else {
            panic!("{} clients in {text}", clients.len());
        };
        let named = match &client.read.anchor {
            Anchor::Path { path, .. } => path.as_str(),
            _ => None,
        };
        assert_eq!(named, ca, "{text}");
    }
}

#[test]
fn the_program_that_is_named_has_the_variables() {
    let pod = "spec:\n  containers:\n  - image: quay.io/calico/ctl:v3\n    env:\n    - name: ETCD_ENDPOINTS\n      value: https://a:2379\n    # - name: ETCD_CA_CERT_FILE\n    #   value: /ca.pem\n";
    let tree = Memory::new().with("x/calicoctl.yaml", pod);
    let evidence = audit(&tree, &Request::default());
    let clients = evidence.reads(Role::EtcdClient);
    let programs: Vec<&str> = clients
        .map(|client| client.fragment.consumer.program())
        .collect();
    assert_eq!(programs, ["calicoctl"]);
}

#[test]
fn a_configuration_that_only_lists_images_is_no_client() {
    let head = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nimageRepository: registry.example.org\n";
    let etcd = "etcd:\n  external:\n    endpoints:\n    - https://a:2379\n";
    for (rest, count) in [
        ("dns:\n  imageTag: v1\n", 0),
        ("controlPlaneEndpoint: a:6443\n", 1),
    ] {
        let tree = Memory::new().with("x/any.yaml", format!("{head}{etcd}{rest}"));
        let evidence = audit(&tree, &Request::default());
        assert_eq!(evidence.reads(Role::EtcdClient).count(), count, "{rest}");
    }
}

#[test]
fn files_that_stand_in_a_document() {
    let map = |rest: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\ndata:\n  etcd-config: |-\n    ---\n    endpoints:\n      - https://a:2379\n{rest}"
        )
    };
    let cloud = |rest: &str| {
        format!(
            "#cloud-config\nwrite_files:\n- path: /etc/calico/calicoctl.cfg\n  content: |\n    apiVersion: projectcalico.org/v3\n    kind: CalicoAPIConfig\n    spec:\n      etcdEndpoints: https://a:2379\n{rest}"
        )
    };
    for (text, line, has_ca) in [
        (map(""), 7, false),
        (map("    trusted-ca-file: /ca.pem\n"), 7, true),
        (cloud(""), 8, false),
        (cloud("      etcdCACertFile: /ca.pem\n"), 8, true),
    ] {
        let tree = Memory::new().with("x/map.yaml", text.as_str());
        let evidence = audit(&tree, &Request::default());
        let clients: Vec<&Client> = evidence.reads(Role::EtcdClient).collect();
        let [client] = clients.as_slice() else {
            panic!("{} clients in {text}", clients.len());
        };
        let names_a_ca = matches!(client.read.anchor, Anchor::Path { .. });
        assert_eq!(names_a_ca, has_ca, "{text}");
        let at = client.read.at.end as usize;
        assert_eq!(text[..at].lines().count(), line, "{text}");
    }
}

#[test]
fn files_that_a_script_writes() {
    let script = |rest: &str| {
        format!(
            "#!/bin/sh\ncat <<EOF > /config/etcd.hcl\nbackend \"etcd\" {{\n  address = \"https://$ETCD:2379\"\n{rest}}}\nEOF\nvault server\n"
        )
    };
    for (text, has_ca) in [
        (script(""), false),
        (script("  tls_ca_file = \"/ca.pem\"\n"), true),
    ] {
        let tree = Memory::new().with("x/start", text.as_str());
        let evidence = audit(&tree, &Request::default());
        let clients: Vec<&Client> = evidence.reads(Role::EtcdClient).collect();
        let [client] = clients.as_slice() else {
            panic!("{} clients in {text}", clients.len());
        };
        let names_a_ca = matches!(client.read.anchor, Anchor::Path { .. });
        assert_eq!(names_a_ca, has_ca, "{text}");
        let at = client.read.at.end as usize;
        assert_eq!(text[..at].lines().count(), 4, "{text}");
    }
}

#[test]
fn a_url_behind_switches() {
    let text = "curl -s -f \"${ETCD_ENDPOINT}/health\"\n";
    let tree = Memory::new().with("x/a.sh", text);
    let evidence = audit(&tree, &Request::default());
    assert_eq!(evidence.reads(Role::EtcdClient).count(), 1);
}

#[test]
fn what_is_no_client_over_a_network() {
    let task = "- get_url:\n    url: \"{{ etcd_download_url }}\"\n    validate_certs: false\n";
    let used = "export ETCDCTL_API=2\nif [ \"${ETCDCTL_CACERT:-}\" != \"\" ]; then x; fi\netcdctl --endpoints=$E ls\n";
    let socket = "command:\n- etcdctl\n- --endpoints=unix://localhost:0\n- get\n";
    for (path, text) in [
        ("roles/a/tasks/main.yml", task),
        ("x/a.sh", used),
        ("x/pod.yaml", socket),
    ] {
        let tree = Memory::new().with(path, text);
        let evidence = audit(&tree, &Request::default());
        for client in evidence.reads(Role::EtcdClient) {
            assert!(client.dead_ca().is_none(), "{path}\n{text}");
            let is_local = matches!(client.transport, ca_audit::Transport::Loopback);
            assert!(is_local || path == "x/a.sh", "{path}\n{text}");
        }
    }
}
