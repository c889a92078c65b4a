//! The rules about paths and who writes them, beyond the examples on their
//! pages.

use crate::authority::Authorities;
use ca_audit::tree::Memory;
use ca_audit::{Request, audit};
use ca_lint::rules::check;
use ca_lint::settings::Settings;

/// What `rule` finds: `SEVERITY/CONFIDENCE PATH: MESSAGE (N)`, with the number
/// of other places.
fn found(rule: &str, files: &[(&str, &str)]) -> Vec<String> {
    let mut authorities = Authorities::default();
    let tree = files.iter().fold(Memory::new(), |tree, (path, text)| {
        tree.with(*path, authorities.filled(text))
    });
    let evidence = audit(&tree, &Request::default());
    let findings = check(&evidence, &Settings::at(1_577_836_800));
    let of_rule = findings.into_iter().filter(|finding| finding.rule == rule);
    of_rule
        .map(|finding| {
            format!(
                "{}/{} {}: {} ({})",
                finding.severity.name(),
                finding.confidence.name(),
                evidence.path(finding.at.file),
                finding.message,
                finding.related.len()
            )
        })
        .collect()
}

fn one(found: &[String], start: &str, end: &str) {
    assert!(
        matches!(found, [one] if one.starts_with(start) && one.ends_with(end)),
        "{start:?} … {end:?} is not all of {found:#?}"
    );
}

fn none(found: &[String]) {
    assert!(found.is_empty(), "{found:#?}");
}

/// A class that puts `attributes` at one path.
fn class(name: &str, attributes: &str) -> (String, String) {
    let text = format!("class {name} {{\n  file {{ '/etc/app/ca.pem': {attributes} }}\n}}\n");
    (format!("modules/{name}/manifests/init.pp"), text)
}

fn conflicts(classes: &[(String, String)], others: &[(&str, &str)]) -> Vec<String> {
    let classes = classes
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    let files: Vec<(&str, &str)> = classes.chain(others.iter().copied()).collect();
    found("conflicting-ca-sources", &files)
}

const CA: &str = "<CA one named CN=x>\n";

#[test]
fn sources_conflict_once_a_path() {
    let classes = [
        class("a", "source => '/a/ca.pem'"),
        class("b", "source => '/b/ca.pem'"),
        class("c", "source => 'puppet:///modules/c/ca.pem'"),
    ];
    one(
        &conflicts(&classes, &[("modules/c/files/ca.pem", CA)]),
        "warning/high modules/b/manifests/init.pp: /etc/app/ca.pem comes from /b/ca.pem",
        "depends on its classes (2)",
    );
}

#[test]
fn equal_contents_do_not_conflict() {
    let copies = [
        class("a", "source => 'puppet:///modules/a/ca.pem'"),
        class("b", "source => 'puppet:///modules/b/ca.pem'"),
    ];
    let same = [
        ("modules/a/files/ca.pem", CA),
        ("modules/b/files/ca.pem", CA),
    ];
    none(&conflicts(&copies, &same));
    let other = [
        ("modules/a/files/ca.pem", CA),
        ("modules/b/files/ca.pem", "<CA two named CN=x>\n"),
    ];
    one(&conflicts(&copies, &other), "warning/high", "(1)");
    let texts = [
        class("a", "content => 'to be filled in'"),
        class("b", "content => 'to be filled in'"),
    ];
    none(&conflicts(&texts, &[]));
}

#[test]
fn branches_of_one_manifest_are_told_as_such() {
    let text = "class a {\n  if $facts['x'] {\n    file { '/etc/app/ca.pem': source => '/a/ca.pem' }\n  } else {\n    file { '/etc/app/ca.pem': source => '/b/ca.pem' }\n  }\n}\n";
    let classes = [("modules/a/manifests/init.pp".to_owned(), text.to_owned())];
    one(
        &conflicts(&classes, &[]),
        "warning/low",
        "$facts['x']\" (1)",
    );
}

#[test]
fn one_class_in_two_environments_is_one_class() {
    let (_, one) = class("a", "source => '/a/ca.pem'");
    let (_, other) = class("a", "source => '/b/ca.pem'");
    let classes = [
        ("environments/x/modules/a/manifests/init.pp".to_owned(), one),
        (
            "environments/y/modules/a/manifests/init.pp".to_owned(),
            other,
        ),
    ];
    none(&conflicts(&classes, &[]));
}

#[test]
fn an_example_conflicts_with_nothing() {
    let (_, example) = class("b", "source => '/b/ca.pem'");
    let classes = [class("a", "source => '/a/ca.pem'")];
    none(&conflicts(
        &classes,
        &[("modules/a/examples/init.pp", &example)],
    ));
}

const TEMPLATE: &str = "modules/k8s/templates/kube-apiserver.default.erb";
const MANIFEST: &str = "modules/k8s/manifests/init.pp";

/// What is said of a client whose CA is `/etc/k8s/ca.pem`, in a class with
/// `body` beside its settings.
fn unmanaged(body: &str, others: &[(&str, &str)]) -> Vec<String> {
    let class = format!(
        "class k8s {{\n  file {{ '/etc/default/kube-apiserver': content => template('k8s/kube-apiserver.default.erb') }}\n{body}\n}}\n"
    );
    let template =
        "DAEMON_ARGS=\"--etcd-servers=https://etcd1:2379 --etcd-cafile=/etc/k8s/ca.pem\"\n";
    let own = [(TEMPLATE, template), (MANIFEST, class.as_str())];
    let files: Vec<(&str, &str)> = own.iter().chain(others).copied().collect();
    found("unmanaged-ca-path", &files)
}

#[test]
fn a_ca_that_nobody_writes() {
    one(
        &unmanaged("", &[]),
        "warning/medium modules/k8s/templates/kube-apiserver.default.erb: kube-apiserver takes its CA from /etc/k8s/ca.pem",
        "(0)",
    );
}

#[test]
fn a_ca_that_something_makes() {
    for body in [
        "exec { '/usr/bin/get-ca': creates => '/etc/k8s/ca.pem' }",
        "own::ca { '/etc/k8s/ca.pem': }",
        "file { '/etc/k8s/ca.pem': ensure => link, target => '/var/lib/puppet/ssl/certs/ca.pem' }",
    ] {
        none(&unmanaged(body, &[]));
    }
    let folder = "file { '/etc/k8s': source => 'puppet:///modules/k8s/tls', recurse => true }\n$x = '/a/ca.pem'";
    none(&unmanaged(folder, &[("modules/k8s/files/tls/ca.pem", CA)]));
    none(&unmanaged(
        "",
        &[("files/setup.sh", "cp ca.pem /etc/k8s/ca.pem\n")],
    ));
}

#[test]
fn a_ca_that_something_may_make() {
    let low = |found: &[String], count| one(found, "warning/low", count);
    low(
        &unmanaged("", &[("files/check.sh", "test -f /etc/k8s/ca.pem\n")]),
        "(1)",
    );
    low(
        &unmanaged("file { '/etc/k8s': ensure => directory }", &[]),
        "(1)",
    );
    let hole = "file { \"/etc/${facts['x']}/ca.pem\": source => '/a/ca.pem' }";
    low(&unmanaged(hole, &[]), "(1)");
}

#[test]
fn a_ca_that_was_put_there_by_hand() {
    let host = [
        ("hosts/m/etc/puppet/puppet.conf", "[main]\ncertname = m\n"),
        ("hosts/m/etc/k8s/ca.pem", CA),
    ];
    one(&unmanaged("", &host), "note/medium", "puts there (1)");
}

#[test]
fn without_puppet_nobody_can_tell_who_writes() {
    let unit = "[Service]\nExecStart=/usr/bin/kube-apiserver --etcd-servers=https://e:2379 --etcd-cafile=/etc/k8s/ca.pem\n";
    none(&found(
        "unmanaged-ca-path",
        &[("kube-apiserver.service", unit)],
    ));
}

/// The API server and flannel with these settings beside their endpoints, which
/// come from one data key.
fn split(api_server: &str, flannel: &str, body: &str) -> Vec<String> {
    let api_server = format!("DAEMON_ARGS=\"--etcd-servers=<%= @servers %> {api_server}\"\n");
    let flannel = format!(
        "[Service]\nExecStart=/usr/bin/flanneld --etcd-endpoints=<%= @endpoints %> {flannel}\n"
    );
    let class = format!(
        "class k8s {{\n  $hosts = lookup('k8s::etcd_hosts')\n  $servers = join(prefix($hosts, 'https://'), ',')\n  $endpoints = $servers\n  file {{ '/etc/default/kube-apiserver': content => template('k8s/kube-apiserver.default.erb') }}\n  file {{ '/lib/systemd/system/flannel.service': content => template('k8s/flannel.systemd.erb') }}\n{body}\n}}\n"
    );
    let files = [
        (TEMPLATE, api_server.as_str()),
        (
            "modules/k8s/templates/flannel.systemd.erb",
            flannel.as_str(),
        ),
        (MANIFEST, class.as_str()),
    ];
    found("divergent-ca-path", &files)
}

#[test]
fn clients_of_one_etcd_with_two_files() {
    let found = split(
        "--etcd-cafile=/etc/a/ca.pem",
        "--etcd-cafile=/etc/b/ca.pem",
        "",
    );
    one(&found, "warning/medium", "(data key k8s::etcd_hosts) (1)");
    one(
        &split("", "--etcd-cafile=/etc/b/ca.pem", ""),
        "warning/medium modules/k8s/templates/kube-apiserver.default.erb: kube-apiserver names no CA",
        "(1)",
    );
    none(&split(
        "--etcd-cafile=/etc/a/ca.pem",
        "--etcd-cafile=/etc/a/ca.pem",
        "",
    ));
    none(&split("", "", ""));
}

#[test]
fn two_files_from_one_source_are_one() {
    let body =
        "  file { ['/etc/a/ca.pem', '/etc/b/ca.pem']: source => 'puppet:///modules/k8s/ca.pem' }";
    none(&split(
        "--etcd-cafile=/etc/a/ca.pem",
        "--etcd-cafile=/etc/b/ca.pem",
        body,
    ));
    let anchor = "  file { '/usr/local/share/ca-certificates/x.crt': source => '/x/ca.pem' }\n  file { '/etc/b/ca.pem': source => '/x/ca.pem' }";
    none(&split(
        "--etcd-cafile=/etc/ssl/certs/x.pem",
        "--etcd-cafile=/etc/b/ca.pem",
        anchor,
    ));
}

#[test]
fn a_fixed_ssl_directory_beside_an_asked_one() {
    let fixed = (
        "modules/a/templates/a.erb",
        "ca /var/lib/puppet/ssl/certs/ca.pem\n",
    );
    let asked = (
        "modules/b/manifests/init.pp",
        "class b {\n  $dir = puppet_ssldir()\n}\n",
    );
    one(
        &found("divergent-ca-path", &[fixed, asked]),
        "warning/medium modules/a/templates/a.erb: one place names",
        "(1)",
    );
    none(&found("divergent-ca-path", &[fixed]));
    none(&found("divergent-ca-path", &[asked]));
}

/// What is said of a host whose API server names `/etc/k8s/ca.pem`.
fn missing(files: &[(&str, &str)]) -> Vec<String> {
    let own = [
        ("hosts/m/etc/puppet/puppet.conf", "[main]\ncertname = m\n"),
        (
            "hosts/m/etc/default/kube-apiserver",
            "DAEMON_ARGS=\"--etcd-servers=https://etcd1:2379 --etcd-cafile=/etc/k8s/ca.pem\"\n",
        ),
    ];
    let files: Vec<(&str, &str)> = own.iter().chain(files).copied().collect();
    found("ca-path-missing", &files)
}

#[test]
fn a_ca_that_is_not_on_its_host() {
    let beside = ("hosts/m/etc/k8s/other", "x");
    one(
        &missing(&[beside]),
        "error/high hosts/m/etc/default/kube-apiserver: on m there is no",
        "(0)",
    );
    one(&missing(&[]), "note/low", "among its files here (0)");
    none(&missing(&[("hosts/m/etc/k8s/ca.pem", CA)]));
    let writer =
        "class k8s {\n  file { '/etc/k8s/ca.pem': source => 'puppet:///modules/k8s/ca.pem' }\n}\n";
    none(&missing(&[beside, (MANIFEST, writer)]));
}

#[test]
fn something_else_stands_there() {
    for (text, words) in [
        ("", "holds nothing: the file is empty (1)"),
        (
            "<key of one>\n",
            "holds a private key and no certificate (1)",
        ),
        (
            "<!DOCTYPE html>\n",
            "holds a web page and no certificate (1)",
        ),
    ] {
        one(
            &missing(&[("hosts/m/etc/k8s/ca.pem", text)]),
            "error/high",
            words,
        );
    }
    let half = "-----BEGIN CERTIFICATE-----\nMIIC\n";
    none(&missing(&[("hosts/m/etc/k8s/ca.pem", half)]));
}

#[test]
fn no_copy_is_kept() {
    let rule = "puppet-fix-unrecoverable";
    let (path, text) = class("a", "source => '/a/ca.pem'");
    let manifest = (path.as_str(), text.as_str());
    one(&found(rule, &[manifest]), "note/low", "(0)");
    let asks = |range: &str| {
        format!(
            "{{\"name\": \"x-a\", \"requirements\": [{{\"name\": \"puppet\", \"version_requirement\": \"{range}\"}}]}}"
        )
    };
    let (new, old) = (asks(">= 7.0.0 < 9.0.0"), asks(">= 5.5.0 < 9.0.0"));
    let metadata = "modules/a/metadata.json";
    one(
        &found(rule, &[manifest, (metadata, &new)]),
        "note/high",
        "(1)",
    );
    one(
        &found(rule, &[manifest, (metadata, &old)]),
        "note/low",
        "(0)",
    );
    let server = class("a", "source => '/a/cert.pem'");
    let server = server
        .1
        .replace("/etc/app/ca.pem", "/etc/ssl/certs/server.pem");
    none(&found(rule, &[(&path, &server)]));
}
