//! Pairs of small projects in `fixtures/etcd/`: one fault each, and the same
//! without it. The real program finds the fault where it is, once; it finds
//! nothing in the mended one; and `--fix` makes the one of the other where this
//! table says so. All that it changes is recorded in `fixtures/etcd/fixes.diff`.

use crate::authority::Authorities;
use crate::program::{CLOCK, ca_lint};
use crate::report::{list, place, report, text};
use crate::{checkout, record};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tempfile::TempDir;

const WITHOUT: &str = "etcd-client-without-ca";
const CONDITIONAL: &str = "etcd-client-ca-conditional";
const INEFFECTIVE: &str = "etcd-client-ca-ineffective";
const SKIPS: &str = "etcd-client-skips-verification";
const MIXED: &str = "etcd-mixed-schemes";
const SERVER: &str = "etcd-server-without-client-ca";
const SIGNS: &str = "ca-does-not-sign-server";

/// The folder, the rule, the place, and whether `--fix` mends it.
#[rustfmt::skip]
const KINDS: &[(&str, &str, &str, bool)] = &[
    ("ansible-defaults", INEFFECTIVE, "roles/etcd/defaults/main.yml:4", false),
    ("ansible-group-variables", WITHOUT, "roles/k8s/templates/kube-apiserver.env.j2:1", false),
    ("ca-beside-http", INEFFECTIVE, "etc/default/kube-apiserver:1", false),
    ("client-yaml-ca-file", INEFFECTIVE, "etcd-client.yaml:3", true),
    ("cloud-config-confd", WITHOUT, "user-data.yaml:5", false),
    ("commented-out", INEFFECTIVE, "etc/default/etcdctl:2", false),
    ("compose-env-file", INEFFECTIVE, "stack/etcd.env:2", false),
    ("conditional", CONDITIONAL, "modules/etcd/templates/etcdctl.env.erb:3", false),
    ("conditional-with-certificate", CONDITIONAL, "modules/k8s/templates/kube-apiserver.default.epp:3", false),
    ("config-map-elsewhere", INEFFECTIVE, "manifests/calico-config.yaml:7", false),
    ("empty-key", INEFFECTIVE, "kubeadm-config.yaml:5", true),
    ("empty-value", INEFFECTIVE, "etc/default/etcdctl:2", true),
    ("endpoints-twice", INEFFECTIVE, "backup.sh:2", false),
    ("environment-from-config-map", WITHOUT, "settings.yaml:7", false),
    ("exported-too-late", WITHOUT, "backup.sh:3", false),
    ("flannel-without-certificate", INEFFECTIVE, "etc/default/flanneld:2", false),
    ("helm-ca-empty-by-default", CONDITIONAL, "chart/values.yaml:3", false),
    ("helm-ca-empty-value", INEFFECTIVE, "chart/values.yaml:4", false),
    ("helm-extra-arguments", WITHOUT, "chart/templates/deployment.yaml:13", false),
    ("helm-plaintext-in-parent", "etcd-client-plaintext", "platform/values.yaml:3", false),
    ("helm-scheme-in-values", WITHOUT, "chart/templates/deployment.yaml:13", false),
    ("kustomize-generator", INEFFECTIVE, "base/kustomization.yaml:7", false),
    ("misspelt-flag", INEFFECTIVE, "etc/default/kube-apiserver:1", true),
    ("misspelt-key", INEFFECTIVE, "kubeadm-config.yaml:5", true),
    ("misspelt-variable", INEFFECTIVE, "etc/default/etcdctl:2", true),
    ("mixed-http-first", MIXED, "etc/default/etcdctl:2", false),
    ("mixed-https-first", MIXED, "kubeadm-config.yaml:6", false),
    ("plaintext", "etcd-client-plaintext", "etc/default/kube-apiserver:1", false),
    ("server-certificate-expired", SIGNS, "hosts/master/etc/default/kube-apiserver:1", false),
    ("server-checks-against-system-roots", SERVER, "etc/default/etcd:3", false),
    ("server-old-name", SERVER, "etc/systemd/system/etcd.service:4", true),
    ("server-own-certificate", SERVER, "manifests/etcd.yaml:12", false),
    ("server-signed-by-another-ca", SIGNS, "hosts/master/etc/default/kube-apiserver:1", false),
    ("server-signed-by-another-key", SIGNS, "hosts/master/etc/default/kube-apiserver:1", false),
    ("server-without-intermediate", SIGNS, "hosts/master/etc/default/kube-apiserver:1", false),
    ("skips-verification", SKIPS, "backup.sh:2", false),
    ("skips-verification-by-variable", SKIPS, "etc/default/etcdctl:2", false),
    ("terraform-cloud-config", WITHOUT, "main.tf:7", false),
    ("terraform-heredoc", WITHOUT, "main.tf:4", false),
    ("tls-switched-off", INEFFECTIVE, "mimir.yaml:9", false),
    ("v2-name-under-v3", INEFFECTIVE, "etc/default/etcdctl:3", true),
    ("v3-name-under-v2", INEFFECTIVE, "health.sh:3", true),
    ("variable-and-flag", INEFFECTIVE, "backup.sh:2", false),
    ("without-ca-compose", WITHOUT, "compose.yaml:5", true),
    ("without-ca-container-environment", WITHOUT, "backup.yaml:17", true),
    ("without-ca-environment-file", WITHOUT, "etc/default/etcdctl:3", true),
    ("without-ca-epp", WITHOUT, "modules/etcd/templates/etcdctl.env.epp:3", true),
    ("without-ca-erb", WITHOUT, "modules/k8s/templates/kube-apiserver.default.erb:2", true),
    ("without-ca-flag-among-others", WITHOUT, "etc/default/kube-apiserver:1", true),
    ("without-ca-jinja", WITHOUT, "roles/etcd/templates/etcdctl.env.j2:3", true),
    ("without-ca-kubeadm", WITHOUT, "kubeadm-config.yaml:5", true),
    ("without-ca-pod", WITHOUT, "manifests/kube-apiserver.yaml:12", true),
    ("without-ca-pod-json", WITHOUT, "manifests/kube-apiserver.json:11", true),
    ("without-ca-pod-without-folder", WITHOUT, "manifests/kube-apiserver.yaml:12", false),
    ("without-ca-script", WITHOUT, "backup.sh:3", true),
    ("without-ca-unit", WITHOUT, "etc/systemd/system/kube-apiserver.service:7", true),
];

#[test]
fn every_folder_is_a_kind() {
    let folder = checkout::root().join("fixtures/etcd");
    let folders = fs::read_dir(folder).expect("the fixtures");
    let names: BTreeSet<String> = folders
        .map(|entry| entry.expect("an entry").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .filter(|name| !name.contains('.'))
        .collect();
    let told: BTreeSet<String> = KINDS.iter().map(|kind| kind.0.to_owned()).collect();
    assert_eq!(names, told);
}

#[test]
fn every_fault_is_found_once_where_it_is() {
    let mut wrong = Vec::new();
    for (kind, rule, at, _) in KINDS {
        let project = project(kind, "broken");
        let found: Vec<String> = findings(project.path());
        if found != [format!("{rule} {at}")] {
            wrong.push(format!("{kind}: {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_found_in_what_is_mended() {
    let mut wrong = Vec::new();
    for (kind, ..) in KINDS {
        let project = project(kind, "mended");
        let found = findings(project.path());
        if !found.is_empty() {
            wrong.push(format!("{kind}: {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn fixes_make_the_mended_of_the_broken_and_then_nothing() {
    let mut wrong = Vec::new();
    for (kind, _, _, is_mended) in KINDS {
        let project = project(kind, "broken");
        let before = texts(project.path());
        let first = ca_lint(project.path(), fix());
        let after = texts(project.path());
        let expected = if *is_mended {
            texts(self::project(kind, "mended").path())
        } else {
            before
        };
        if after != expected {
            wrong.push(format!("{kind}: {first:?}\n{after:#?}"));
        }
        assert_eq!(first.status, Some(i32::from(!is_mended)), "{kind}");
        ca_lint(project.path(), fix());
        assert_eq!(texts(project.path()), after, "{kind}: not idempotent");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn permissions_are_kept_and_links_left_alone() {
    let project = project("misspelt-variable", "broken");
    let path = project.path().join("etc/default/etcdctl");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("its mode");
    ca_lint(project.path(), fix());
    let mode = fs::metadata(&path).expect("the file").permissions().mode();
    assert_eq!(mode & 0o7777, 0o640);
}

#[test]
fn diffs_change_nothing() {
    let mut shown = String::new();
    for (kind, _, _, is_mended) in KINDS {
        let project = project(kind, "broken");
        let before = texts(project.path());
        let outcome = ca_lint(project.path(), [&["check", "--diff"], &CLOCK[..]].concat());
        assert_eq!(texts(project.path()), before, "{kind}");
        assert_eq!(outcome.status, Some(i32::from(*is_mended)), "{kind}");
        assert_eq!(outcome.output.is_empty(), !is_mended, "{kind}");
        shown += &outcome.output;
    }
    let path = checkout::root().join("fixtures/etcd/fixes.diff");
    record::hold(&path, &shown);
}

fn fix() -> Vec<&'static str> {
    [&["check", "--fix"], &CLOCK[..]].concat()
}

/// `RULE PATH:LINE` of everything that is found, at any level.
fn findings(folder: &Path) -> Vec<String> {
    let report = report(folder, "check", &["--show-suppressed"]);
    let findings = list(&report.json["findings"]).iter();
    let told = findings.map(|it| format!("{} {}", text(&it["rule"]), place(&it["location"])));
    told.collect()
}

/// A copy of a project with its certificates made.
fn project(kind: &str, state: &str) -> TempDir {
    let from = checkout::root().join(format!("fixtures/etcd/{kind}/{state}"));
    let to = tempfile::tempdir().expect("a folder");
    let mut authorities = Authorities::default();
    let mut files = Vec::new();
    checkout::collect(&from, &mut files);
    files.sort();
    for file in files {
        let text = fs::read_to_string(&file).expect("a text");
        let path = to.path().join(file.strip_prefix(&from).expect("below"));
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, authorities.filled(&text)).expect("a file");
    }
    to
}

/// Every file that is no certificate, with its text.
fn texts(folder: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    checkout::collect(folder, &mut files);
    files.sort();
    let text = |path: &Path| fs::read_to_string(path).expect("a text");
    let told = files.iter().map(|path| {
        let name = path.strip_prefix(folder).expect("below");
        (name.to_string_lossy().into_owned(), text(path))
    });
    told.filter(|(_, text)| !text.contains("BEGIN CERTIFICATE"))
        .collect()
}
