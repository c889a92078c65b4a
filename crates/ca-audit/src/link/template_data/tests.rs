//! Projects whose settings stand in data files.

use crate::facts::Role;
use crate::invocation::{Presence, SettingKind};
use crate::tree::Memory;
use crate::{Client, Request, Transport, audit};

fn client(files: &[(&str, &str)]) -> Client {
    let with = |tree: Memory, (path, text): &(&str, &str)| tree.with(*path, *text);
    let tree = files.iter().fold(Memory::new(), with);
    let evidence = audit(&tree, &Request::default());
    let mut clients = evidence.reads(Role::EtcdClient);
    clients.next().expect("a client").clone()
}

fn paths(client: &Client) -> Vec<&str> {
    client.ca_paths.iter().map(|it| it.path.as_str()).collect()
}

const CHART: (&str, &str) = ("c/Chart.yaml", "name: c\n");
const DEPLOYMENT: (&str, &str) = (
    "c/templates/d.yaml",
    "containers:\n- command: [kube-apiserver]\n  args:\n  - --etcd-servers={{ .Values.url }}\n  - --etcd-cafile={{ .Values.ca }}\n",
);

#[test]
fn other_values_are_candidates() {
    let client = client(&[
        CHART,
        DEPLOYMENT,
        ("c/values.yaml", "url: https://a:2379\nca: \"\"\n"),
        ("c/values-prod.yaml", "ca: /etc/ca.pem\n"),
    ]);
    assert!(matches!(client.transport, Transport::Tls(_)));
    assert_eq!(paths(&client), ["/etc/ca.pem"]);
    let ca = client.fragment.active(SettingKind::Ca).next().unwrap();
    let expected = Presence::Conditional("the value ca is set".into());
    assert_eq!(ca.presence, expected);
}

#[test]
fn values_that_name_each_other_end() {
    let holes = "{{ .Values.ca }}".repeat(200);
    let values = format!("url: \"{holes}\"\nca: \"{holes}\"\n");
    let client = client(&[CHART, DEPLOYMENT, ("c/values.yaml", &values)]);
    assert!(paths(&client).is_empty());
}

const POD: &str = "kind: Pod\nspec:\n  containers:\n  - command: [etcdctl, --endpoints=$(URL)]\n    env:\n    - name: URL\n      valueFrom:\n        configMapKeyRef:\n          name: m\n          key: url\n    - name: ETCDCTL_CACERT\n      valueFrom:\n        configMapKeyRef:\n          name: m\n          key: ca\n";

#[test]
fn each_overlay_is_a_candidate() {
    let map = |ca: &str| {
        let begin = "kind: ConfigMap\nmetadata:\n  name: m\ndata:\n  url: https://a:2379\n";
        format!("{begin}  ca: {ca}\n")
    };
    let (one, two) = (map("/one.pem"), map("/two.pem"));
    let overlays = [
        ("base/pod.yaml", POD),
        ("overlays/a/m.yaml", one.as_str()),
        ("overlays/b/m.yaml", two.as_str()),
    ];
    let found = client(&overlays);
    assert_eq!(paths(&found), ["/one.pem", "/two.pem"]);
    assert!(matches!(found.transport, Transport::Tls(_)));
    // The one beside it counts, where there is one.
    let beside = client(&[("base/pod.yaml", POD), ("base/m.yaml", &one), overlays[2]]);
    assert_eq!(paths(&beside), ["/one.pem"]);
}

#[test]
fn roles_have_variables_of_others() {
    let template = "etcdctl --endpoints={{ urls }} --cacert={{ dir }}/ca.pem\n";
    let client = client(&[
        ("roles/a/templates/x.sh.j2", template),
        ("roles/a/vars/main.yml", "dir: \"{{ base }}/ssl\"\n"),
        (
            "roles/b/defaults/main.yml",
            "urls: https://a:2379\nbase: /etc/b\n",
        ),
    ]);
    assert!(matches!(client.transport, Transport::Tls(_)));
    assert_eq!(paths(&client), ["/etc/b/ssl/ca.pem"]);
}

#[test]
fn files_of_values_take_the_place_of_defaults() {
    let script = "x = <<EOF\netcdctl --endpoints=${var.url} --cacert=${local.ca} get a\nEOF\n";
    let defaults =
        "variable \"url\" {\n  default = \"http://a:2379\"\n}\nlocals {\n  ca = \"/ca.pem\"\n}\n";
    let client = client(&[
        ("m/main.tf", script),
        ("m/v.tf", defaults),
        ("m/terraform.tfvars", "url = \"https://a:2379\"\n"),
    ]);
    assert!(matches!(client.transport, Transport::Tls(_)));
    assert_eq!(paths(&client), ["/ca.pem"]);
}

#[test]
fn what_is_nowhere_is_not_known() {
    let client = client(&[CHART, DEPLOYMENT, ("c/values.yaml", "other: x\n")]);
    assert!(paths(&client).is_empty());
    assert!(client.said.is_empty());
}

#[test]
fn arguments_that_values_list() {
    let chart = |arguments: &str| {
        format!(
            "containers:\n- command: [kube-apiserver]\n  args:\n  - --etcd-servers=https://a:2379\n{arguments}"
        )
    };
    let listed = chart("  {{- toYaml .Values.more | nindent 2 }}\n");
    let looped =
        chart("  {{- range $k, $v := .Values.more }}\n  - --{{ $k }}={{ $v }}\n  {{- end }}\n");
    for (template, values) in [
        (&listed, "more:\n- --etcd-cafile=/ca.pem\n"),
        (&listed, "more: [--etcd-cafile, /ca.pem]\n"),
        (&looped, "more:\n  etcd-cafile: /ca.pem\n"),
    ] {
        let client = client(&[
            CHART,
            ("c/templates/d.yaml", template),
            ("c/values.yaml", values),
        ]);
        assert_eq!(paths(&client), ["/ca.pem"], "{template}{values}");
    }
    let unused = client(&[
        CHART,
        ("c/templates/d.yaml", &listed),
        ("c/values.yaml", "other: [--etcd-cafile=/ca.pem]\n"),
    ]);
    assert!(paths(&unused).is_empty());
}

#[test]
fn branches_of_an_object_are_candidates() {
    let map = "kind: ConfigMap\nmetadata:\n  name: {{ include \"n\" . }}-m\ndata:\n  url: https://a:2379\n{{- if .Values.tls }}\n  ca: /ca.pem\n{{- else }}\n  ca: \"\"\n{{- end }}\n";
    let pod = POD.replace("name: m", "name: {{ include \"n\" . }}-m");
    let client = client(&[
        CHART,
        ("c/templates/m.yaml", map),
        ("c/templates/p.yaml", &pod),
    ]);
    assert_eq!(paths(&client), ["/ca.pem"]);
    let ca = client.fragment.active(SettingKind::Ca).next().unwrap();
    assert!(matches!(ca.presence, Presence::Conditional(_)));
}
