//! CAs beyond etcd: who is given which CA for what, and the rules that know
//! that.

use crate::authority::Authorities;
use ca_audit::tree::Memory;
use ca_audit::{Evidence, Request, audit};
use ca_lint::rules::check;
use ca_lint::settings::Settings;

fn project(files: &[(&str, &str)]) -> Evidence {
    let mut authorities = Authorities::default();
    let tree = files.iter().fold(Memory::new(), |tree, (path, text)| {
        tree.with(*path, authorities.filled(text))
    });
    audit(&tree, &Request::default())
}

/// What `rule` finds: `SEVERITY/CONFIDENCE PATH: MESSAGE`.
fn found(rule: &str, files: &[(&str, &str)]) -> Vec<String> {
    let evidence = project(files);
    let findings = check(&evidence, &Settings::at(1_577_836_800));
    let of_rule = findings.into_iter().filter(|finding| finding.rule == rule);
    of_rule
        .map(|finding| {
            let path = evidence.path(finding.at.file);
            let severity = finding.severity.name();
            format!(
                "{severity}/{} {path}: {}",
                finding.confidence.name(),
                finding.message
            )
        })
        .collect()
}

fn one(found: &[String], start: &str, part: &str) {
    assert!(
        matches!(found, [one] if one.starts_with(start) && one.contains(part)),
        "{start:?} … {part:?} is not all of {found:#?}"
    );
}

/// Who reads the certificates of a file for what.
fn roles(evidence: &Evidence, path: &str) -> Vec<String> {
    let usage = evidence.usage();
    let file = evidence.file(path).expect("a file of the project");
    let certs = evidence.certs_in(file).iter();
    certs
        .flat_map(|cert| usage.readers(cert))
        .map(|reader| reader.words())
        .collect()
}

fn kubeconfig(server: &str, ca: &str) -> String {
    format!(
        "kind: Config\nclusters:\n- cluster:\n    server: {server}\n    certificate-authority-data: |\n      {ca}\n"
    )
}

const ONE: &str = "<CA one named CN=kubernetes>";
const TWO: &str = "<CA two named CN=kubernetes>";

#[test]
fn two_kubeconfigs_of_one_server() {
    let divergent = |a: (&str, &str, &str), b: (&str, &str, &str)| {
        let (first, second) = (kubeconfig(a.1, a.2), kubeconfig(b.1, b.2));
        found("divergent-ca", &[(a.0, &first), (b.0, &second)])
    };
    let url = "https://api.example.org:6443";
    one(
        &divergent(("k/admin.conf", url, ONE), ("k/kubelet.conf", url, TWO)),
        "warning/medium k/kubelet.conf: the API server CA of https://api.example.org:6443 is",
        "in k/admin.conf",
    );
    for (a, b) in [
        (("k/admin.conf", url, ONE), ("k/kubelet.conf", url, ONE)),
        (("a/admin.conf", url, ONE), ("b/admin.conf", url, TWO)),
        (("k/prod.conf", url, ONE), ("k/dev.conf", url, TWO)),
        (
            ("k/a.conf", url, ONE),
            ("k/b.conf", "https://other.example.org", TWO),
        ),
        (
            ("k/a.conf", "https://127.0.0.1:6443", ONE),
            ("k/b.conf", "https://127.0.0.1:6443", TWO),
        ),
    ] {
        let found = divergent(a, b);
        assert!(found.is_empty(), "{found:#?}");
    }
}

#[test]
fn copies_of_one_object_in_overlays_are_not_compared() {
    let secret = |ca: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: ca\nstringData:\n  ca.crt: |\n    {ca}\n"
        )
    };
    let (first, second) = (secret(ONE), secret(TWO));
    let config_map = second
        .replace("Secret", "ConfigMap")
        .replace("stringData", "data");
    let found = found(
        "divergent-ca",
        &[
            ("overlays/east/ca.yaml", &first),
            ("overlays/west/ca.yaml", &second),
            ("overlays/west/map.yaml", &config_map),
        ],
    );
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn cas_of_one_cluster_have_roles_of_their_own() {
    let apiserver = "spec:\n  containers:\n  - command:\n    - kube-apiserver\n    - --client-ca-file=/etc/k/ca.crt\n    - --requestheader-client-ca-file=/etc/k/front-proxy-ca.crt\n    - --kubelet-certificate-authority=/etc/k/kubelet-ca.crt\n";
    let files = [
        ("hosts/m/etc/puppet/puppet.conf", "[main]\ncertname = m\n"),
        (
            "hosts/m/etc/kubernetes/manifests/kube-apiserver.yaml",
            apiserver,
        ),
        ("hosts/m/etc/k/ca.crt", ONE),
        (
            "hosts/m/etc/k/front-proxy-ca.crt",
            "<CA front named CN=front-proxy-ca>",
        ),
        (
            "hosts/m/etc/k/kubelet-ca.crt",
            "<CA kubelet named CN=kubelet-ca>",
        ),
    ];
    let evidence = project(&files);
    for (name, role) in [
        ("ca.crt", "kube-apiserver client CA"),
        ("front-proxy-ca.crt", "kube-apiserver front-proxy CA"),
        ("kubelet-ca.crt", "kube-apiserver kubelet CA"),
    ] {
        assert_eq!(roles(&evidence, &format!("hosts/m/etc/k/{name}")), [role]);
    }
    assert!(found("divergent-ca", &files).is_empty());
    assert!(found("divergent-ca-path", &files).is_empty());
}

const SERVICE: &str = "kind: ValidatingWebhookConfiguration\nwebhooks:\n- clientConfig:\n    service:\n      name: hook\n      namespace: app\n    caBundle: |\n      <CA one named CN=hook CA>\n---\nkind: Secret\nmetadata:\n  name: hook-tls\nstringData:\n  tls.crt: |\n";

#[test]
fn a_webhook_is_held_against_what_its_service_presents() {
    let with = |leaf: &str| {
        let text = format!("{SERVICE}    {leaf}\n");
        found("divergent-ca", &[("deploy/hook.yaml", &text)])
    };
    one(
        &with("<leaf hook named CN=hook; signed by two named CN=hook CA; for hook.app.svc>"),
        "error/high deploy/hook.yaml: kube-apiserver is given",
        "for hook.app",
    );
    for sound in [
        "<leaf hook named CN=hook; signed by one named CN=hook CA; for hook.app.svc>",
        "<leaf hook named CN=hook; signed by two named CN=another CA; for hook.app.svc>",
        "<leaf hook named CN=hook; signed by two named CN=hook CA; for hook.other.svc>",
    ] {
        assert!(with(sound).is_empty(), "{sound}: {:#?}", with(sound));
    }
}

#[test]
fn a_reference_is_the_certificate_in_the_object() {
    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  namespace: app\n  annotations:\n    nginx.ingress.kubernetes.io/auth-tls-secret: app/clients\n";
    let secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: clients\n  namespace: app\nstringData:\n  ca.crt: |\n    <CA one named CN=clients>\n  other.crt: |\n    <CA two named CN=others>\n";
    let evidence = project(&[
        ("deploy/ingress.yaml", ingress),
        ("deploy/secret.yaml", secret),
    ]);
    assert_eq!(
        roles(&evidence, "deploy/secret.yaml"),
        ["ingress-nginx client CA"]
    );
}

#[test]
fn the_kubelets_ca_on_a_host() {
    let conf = ("hosts/n/etc/puppet/puppet.conf", "[main]\ncertname = n\n");
    let kubelet = (
        "hosts/n/var/lib/kubelet/config.yaml",
        "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nauthentication:\n  x509:\n    clientCAFile: /etc/k/ca.crt\n",
    );
    let other = ("hosts/n/etc/k/other.pem", "no certificate\n");
    one(
        &found("ca-path-missing", &[conf, kubelet, other]),
        "error/high hosts/n/var/lib/kubelet/config.yaml: on n there is no /etc/k/ca.crt, from which kubelet takes its client CA",
        "",
    );
    let ca = ("hosts/n/etc/k/ca.crt", ONE);
    assert!(found("ca-path-missing", &[conf, kubelet, ca]).is_empty());
    let flag = (
        "hosts/n/etc/default/kubelet",
        "KUBELET_ARGS=\"--client-ca-file=/etc/k/second.crt\"\n",
    );
    one(
        &found("divergent-ca-path", &[conf, kubelet, ca, flag]),
        "warning/medium hosts/n/",
        "takes its client CA from",
    );
}

#[test]
fn puppet_deploys_settings_and_not_the_ca() {
    let template = (
        "modules/k8s/templates/kubelet.default.erb",
        "DAEMON_ARGS=\"--client-ca-file=/etc/k/ca.pem\"\n",
    );
    let class = |more: &str| {
        format!(
            "class k8s {{\n  file {{ '/etc/default/kubelet': content => template('k8s/kubelet.default.erb') }}\n{more}}}\n"
        )
    };
    let unmanaged = |more: &str| {
        let manifest = class(more);
        found(
            "unmanaged-ca-path",
            &[template, ("modules/k8s/manifests/init.pp", &manifest)],
        )
    };
    one(
        &unmanaged(""),
        "warning/medium modules/k8s/templates/kubelet.default.erb: kubelet takes its client CA from /etc/k/ca.pem",
        "",
    );
    let managed =
        unmanaged("  file { '/etc/k/ca.pem': source => 'puppet:///modules/k8s/ca.pem' }\n");
    assert!(managed.is_empty(), "{managed:#?}");
}
