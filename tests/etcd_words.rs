//! What findings about etcd clients say of the very program: the CA's name in
//! the form of the settings beside it, and what comes of its absence.

use ca_audit::tree::Memory;
use ca_audit::{Request, audit};
use ca_lint::finding::Finding;
use ca_lint::rules::check;
use ca_lint::settings::Settings;

fn found(rule: &str, files: &[(&str, &str)]) -> Vec<Finding> {
    let tree = files
        .iter()
        .fold(Memory::new(), |tree, (path, text)| tree.with(*path, *text));
    let evidence = audit(&tree, &Request::default());
    let mut findings = check(&evidence, &Settings::at(1_577_836_800));
    findings.retain(|finding| finding.rule == rule);
    findings
}

fn one(rule: &str, path: &str, text: &str) -> Finding {
    let mut found = found(rule, &[(path, text)]);
    assert_eq!(found.len(), 1, "{rule}: {found:#?}\n{text}");
    found.remove(0)
}

#[test]
fn the_setting_in_the_form_of_its_neighbours() {
    let hash = |key: &str| {
        format!(
            "class x {{\n  package {{ 'kube-apiserver': }}\n  $args = {{ '{key}' => 'https://a:2379' }}\n}}\n"
        )
    };
    let class =
        "class { 'patroni':\n  etcd_hosts    => ['a:2379'],\n  etcd_protocol => 'https',\n}\n";
    let data = "patroni::etcd_hosts: ['a:2379']\npatroni::etcd_protocol: https\n";
    let pp = "modules/x/manifests/init.pp";
    for (path, text, start) in [
        (pp, hash("etcd-servers").as_str(), "add etcd-cafile => PATH"),
        (pp, hash("etcd_servers").as_str(), "add etcd_cafile => PATH"),
        (
            pp,
            hash("--etcd-servers").as_str(),
            "add --etcd-cafile=PATH",
        ),
        (pp, class, "add etcd_cacert => PATH"),
        ("data/common.yaml", data, "add patroni::etcd_cacert: PATH"),
    ] {
        let help = one("etcd-client-without-ca", path, text).help;
        assert!(help.starts_with(start), "{help}\n{text}");
    }
}

#[test]
fn what_comes_of_its_absence() {
    let rke = "services:\n  etcd:\n    external_urls:\n    - https://a:2379\n";
    let effect = one("etcd-client-without-ca", "x/cluster.yml", rke).effect;
    assert!(
        effect.contains("External CA Certificate for etcd can't be empty"),
        "{effect}"
    );
    let fleet = "etcd_servers=[\"https://a:2379\"]\n";
    let with = format!("{fleet}etcd_certfile=/c.pem\netcd_keyfile=/k.pem\n");
    for (text, words) in [
        (fleet, "it verifies nothing"),
        (&with, "it trusts whatever the host trusts"),
    ] {
        let message = one("etcd-client-without-ca", "x/fleet/fleet.conf", text).message;
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn programs_that_know_no_tls() {
    let rule = "etcd-client-plaintext";
    let finding = one(rule, "x/a.sh", "registrator etcd://a:2379/services\n");
    assert!(
        finding.message.ends_with("without TLS"),
        "{}",
        finding.message
    );
    assert!(
        finding
            .help
            .starts_with("no setting makes registrator use TLS"),
        "{}",
        finding.help
    );
    assert!(
        found(
            rule,
            &[("x/a.sh", "registrator etcd://127.0.0.1:2379/services\n")]
        )
        .is_empty()
    );
    let docker = one(rule, "x/a.sh", "dockerd --cluster-store=etcd://a:2379\n");
    assert!(
        docker.help.contains("cluster-store-opt kv.cacertfile"),
        "{}",
        docker.help
    );
}

#[test]
fn a_ca_file_without_a_certificate() {
    let files = [
        (
            "modules/x/manifests/init.pp",
            "class x {\n  file { '/etc/confd/confd.toml': content => template('x/confd.toml.erb') }\n  file { '/etc/confd/ca.pem': source => 'puppet:///modules/x/ca.pem' }\n}\n",
        ),
        ("modules/x/files/ca.pem", "# to be filled in\n"),
        (
            "modules/x/templates/confd.toml.erb",
            "nodes = [\"https://a:2379\"]\nclient_cakeys = \"/etc/confd/ca.pem\"\n",
        ),
    ];
    let found = found("ca-path-missing", &files);
    let effects: Vec<&str> = found
        .iter()
        .map(|finding| finding.effect.as_str())
        .collect();
    assert!(
        matches!(effects.as_slice(), [one] if one.contains("trusts whatever the host trusts")),
        "{effects:?}"
    );
}
