//! What Puppet code says of etcd clients without a template: hashes that become
//! flags, parameters of classes, and files that are put together in manifests.

use ca_audit::facts::{Anchor, Role};
use ca_audit::invocation::{Presence, SettingKind};
use ca_audit::tree::Memory;
use ca_audit::{Client, DeadCause, Request, audit};

#[test]
fn flags_that_are_keys_of_a_hash() {
    let class = |rest: &str| {
        format!("class x($servers) {{\n  package {{ 'kube-apiserver': }}\n  {rest}\n}}\n")
    };
    for (code, expected) in [
        (
            "$_args = x::format_arguments({ etcd_servers => 'https://a:2379', etcd_cafile => '/ca.pem' } + $more)",
            Some(true),
        ),
        (
            "$args = { 'etcd-servers' => 'https://a:2379', 'v' => 1 }",
            Some(false),
        ),
        (
            "$args = { 'etcd-servers' => ['https://a:2379', 'https://b:2379'] }",
            Some(false),
        ),
        (
            "x::run { 'a': extra_args => { '--etcd-servers' => \"https://${a}:2379\", '--etcd-cafile' => undef } }",
            Some(false),
        ),
        ("class { 'y': etcd_servers => 'https://a:2379' }", None),
        ("$hosts = { 'etcd_servers' => 'https://a:2379' }", None),
    ] {
        let tree = Memory::new().with("modules/x/manifests/init.pp", class(code));
        let evidence = audit(&tree, &Request::default());
        let named: Vec<bool> = evidence
            .reads(Role::EtcdClient)
            .map(|client| matches!(client.read.anchor, Anchor::Path { .. }))
            .collect();
        assert_eq!(named, Vec::from_iter(expected), "{code}");
    }
}

fn clients_of(files: &[(&str, &str)], check: impl FnOnce(&[&Client])) {
    let mut tree = Memory::new();
    for (path, text) in files {
        tree = tree.with(*path, *text);
    }
    let evidence = audit(&tree, &Request::default());
    let clients: Vec<&Client> = evidence.reads(Role::EtcdClient).collect();
    check(&clients);
}

/// `None`: no client; else whether each names a CA.
fn cas_of(files: &[(&str, &str)]) -> Vec<bool> {
    let mut named = Vec::new();
    clients_of(files, |clients| {
        let names = |client: &&Client| matches!(client.read.anchor, Anchor::Path { .. });
        named = clients.iter().map(names).collect();
    });
    named
}

const PP: &str = "site/profile/manifests/x.pp";

#[test]
fn settings_that_resources_add_one_by_one() {
    for (with, without) in [
        (
            "ini_setting { 'ca': path => '/etc/confd/confd.toml', setting => 'client_cakeys', value => '\"/ca.pem\"' }",
            "ini_setting { 'nodes': path => '/etc/confd/confd.toml', setting => 'nodes', value => '[\"https://etcd1:2379\"]' }",
        ),
        (
            "shellvar { 'FLANNELD_ETCD_CAFILE': target => '/etc/default/flanneld', value => '/ca.pem' }",
            "shellvar { 'FLANNELD_ETCD_ENDPOINTS': target => '/etc/default/flanneld', value => 'https://etcd1:2379' }",
        ),
        (
            "file_line { 'b': path => '/etc/default/flanneld', line => 'FLANNELD_ETCD_CAFILE=/ca.pem' }",
            "file_line { 'a': path => '/etc/default/flanneld', line => \"FLANNELD_ETCD_ENDPOINTS=https://${etcd}:2379\" }",
        ),
        (
            "augeas { 'b': context => '/files/etc/default/flanneld', changes => ['set FLANNELD_ETCD_CAFILE /ca.pem'] }",
            "augeas { 'a': changes => 'set /files/etc/default/flanneld/FLANNELD_ETCD_ENDPOINTS https://etcd1:2379' }",
        ),
        (
            "ini_subsetting { 'b': path => '/etc/kubernetes/apiserver', setting => 'KUBE_ETCD_SERVERS', subsetting => '--etcd-cafile', value => '=/ca.pem' }",
            "ini_subsetting { 'a': path => '/etc/kubernetes/apiserver', setting => 'KUBE_ETCD_SERVERS', subsetting => '--etcd-servers', value => '=https://etcd1:2379' }",
        ),
    ] {
        assert_eq!(cas_of(&[(PP, without)]), [false], "{without}");
        let both = format!("{without}\n{with}\n");
        assert_eq!(cas_of(&[(PP, &both)]), [true], "{both}");
        // What is put into another file is another program's.
        let elsewhere = format!("{without}\n{}\n", with.replace("/etc/", "/srv/other/"));
        assert_eq!(cas_of(&[(PP, &elsewhere)]), [false], "{elsewhere}");
    }
}

#[test]
fn files_of_which_the_content_stands_in_the_manifest() {
    for (content, named) in [
        ("\"FLANNELD_ETCD_ENDPOINTS=https://${etcd}:2379\\n\"", false),
        (
            "\"FLANNELD_ETCD_ENDPOINTS=https://${etcd}:2379\\nFLANNELD_ETCD_CAFILE=${ca}\\n\"",
            true,
        ),
        (
            "@(EOT)\n  FLANNELD_ETCD_ENDPOINTS=https://etcd1:2379\n  FLANNELD_ETCD_CAFILE=/ca.pem\n  | EOT\n",
            true,
        ),
        (
            "@(EOT)\n  FLANNELD_ETCD_ENDPOINTS=https://etcd1:2379\n  | EOT\n",
            false,
        ),
    ] {
        let code = format!("file {{ '/etc/default/flanneld':\n  content => {content}\n}}\n");
        assert_eq!(cas_of(&[(PP, &code)]), [named], "{code}");
    }
    let yaml = "file { '/etc/calico/calicoctl.cfg':\n  content => @(EOT)\n    apiVersion: projectcalico.org/v3\n    kind: CalicoAPIConfig\n    spec:\n      etcdEndpoints: https://etcd1:2379\n    | EOT\n}\n";
    assert_eq!(cas_of(&[(PP, yaml)]), [false]);
    clients_of(&[(PP, yaml)], |clients| {
        let at = clients[0].read.at.start as usize;
        assert_eq!(yaml[..at].lines().count(), 6, "the line in the manifest");
    });
}

#[test]
fn resources_of_create_resources_and_with_defaults() {
    let created = "create_resources('ini_setting', {\n  'a' => { 'setting' => 'nodes', 'value' => '[\"https://etcd1:2379\"]' },\n  'b' => { 'setting' => 'client_cakeys', 'value' => '\"/ca.pem\"' },\n}, { 'path' => '/etc/confd/confd.toml' })\n";
    assert_eq!(cas_of(&[(PP, created)]), [true]);
    let without = created.replace("client_cakeys", "prefix");
    assert_eq!(cas_of(&[(PP, &without)]), [false]);
    let defaults = "Ini_setting { path => '/etc/confd/confd.toml' }\nini_setting { 'a': setting => 'nodes', value => '[\"https://etcd1:2379\"]' }\n";
    assert_eq!(cas_of(&[(PP, defaults)]), [false]);
    let openstack =
        "cinder_config {\n  'coordination/backend_url': value => 'etcd3+https://etcd1:2379';\n}\n";
    assert_eq!(cas_of(&[(PP, openstack)]), [false]);
}

#[test]
fn a_setting_under_a_condition_of_the_manifest() {
    let code = "file_line { 'a': path => '/etc/default/flanneld', line => 'FLANNELD_ETCD_ENDPOINTS=https://etcd1:2379' }\nif $ca {\n  file_line { 'b': path => '/etc/default/flanneld', line => \"FLANNELD_ETCD_CAFILE=${ca}\" }\n}\n";
    clients_of(&[(PP, code)], |clients| {
        let mut cas = clients[0].fragment.active(SettingKind::Ca);
        let presence = cas.next().map(|ca| ca.presence.clone());
        assert_eq!(presence, Some(Presence::Conditional("$ca".into())));
    });
}

#[test]
fn parameters_of_one_class_in_several_files() {
    let common = (
        "data/common.yaml",
        "patroni::etcd_protocol: https\npatroni::etcd_cacert: /ca.pem\n",
    );
    let layer = ("data/site/a.yaml", "patroni::etcd_hosts: ['etcd1:2379']\n");
    assert_eq!(cas_of(&[common, layer]), [true]);
    assert_eq!(cas_of(&[layer]), [false]);
    // Another store.
    let consul = (
        "data/site/a.yaml",
        "patroni::use_etcd: false\npatroni::etcd_hosts: ['etcd1:2379']\n",
    );
    assert_eq!(cas_of(&[consul]), [false; 0]);
    // The tree holds the module: its template tells.
    let module = (
        "modules/patroni/manifests/init.pp",
        "class patroni($etcd_hosts) { }\n",
    );
    assert_eq!(cas_of(&[layer, module]), [false; 0]);
    let declared = (
        "site/profile/manifests/k8s.pp",
        "class { 'kubernetes::master::apiserver': etcd_servers => ['https://a:2379'], etcd_cafile => '/ca.pem' }\n",
    );
    clients_of(&[declared], |clients| {
        let dead = clients[0].dead_ca().map(|dead| dead.cause);
        assert!(
            matches!(dead, Some(DeadCause::NoClientCertificate)),
            "{dead:?}"
        );
    });
}
