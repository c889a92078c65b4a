//! The outage of 2019-09-11 as the linter tells it, and the same place mended.

use crate::checkout;
use crate::report::{Report, list, place, related, report, text};
use std::fs;

const BEFORE: &str = "fixtures/toolforge-2019";
const MENDED: &str = "fixtures/toolforge-2019-mended";

const TEMPLATE: &str = "modules/k8s/templates/kube-apiserver.default.erb";
const CERTIFICATES: &str = "modules/profile/manifests/base/certificates.pp";
const DEFINED_TYPE: &str = "modules/sslcert/manifests/ca.pp";
const FUNCTION: &str = "modules/wmflib/lib/puppet/parser/functions/puppet_ssldir.rb";
const API_SERVER_CA: &str = "hosts/tools-k8s-master-01/var/lib/puppet/client/ssl/certs/ca.pem";
const ETCD_CA: &str = "hosts/tools-k8s-etcd-01/var/lib/puppet/client/ssl/certs/ca.pem";

#[test]
fn the_run_fails() {
    let report = told(BEFORE);
    assert_eq!(report.status, Some(1));
    assert_eq!(
        report.count("error"),
        3,
        "one of each rule: {}",
        report.json
    );
}

#[test]
fn every_file_is_read_in_full() {
    let report = told(BEFORE);
    // What the data of another place would say may be missing; no file may.
    let depends = ["missing-hiera-key", "unknown-fact", "unknown-value"];
    for gap in list(&report.json["gaps"]) {
        assert!(depends.contains(&text(&gap["reason"])), "{gap}");
    }
}

#[test]
fn the_api_server_names_no_ca() {
    let report = told(BEFORE);
    let findings = report.findings("etcd-client-without-ca");
    let [finding] = findings[..] else {
        panic!("{findings:?}")
    };
    assert_eq!(finding["severity"], "error");
    assert_eq!(place(&finding["location"]), at(TEMPLATE, "--etcd-servers"));
    let help = text(&finding["help"]);
    assert!(
        help.contains("--etcd-cafile=/etc/ssl/certs/Puppet_Internal_CA.pem"),
        "{help}"
    );
    let related = related(finding);
    for expected in [
        at(
            "modules/k8s/manifests/apiserver.pp",
            "file { '/etc/default/kube-apiserver'",
        ),
        at(
            "modules/k8s/templates/flannel.systemd.erb",
            "--etcd-endpoints",
        ),
    ] {
        assert!(
            related.contains(&expected),
            "{expected} is not in {related:?}"
        );
    }
}

#[test]
fn puppet_reverts_what_was_mended_by_hand() {
    let report = told(BEFORE);
    // The same class has a second declaration, under a condition that no host
    // here meets: that one is a note.
    let mut findings = report.findings("puppet-overwrites-ca");
    findings.retain(|finding| finding["severity"] == "error");
    let [finding] = findings[..] else {
        panic!("{findings:?}")
    };
    let source = at(CERTIFICATES, "source => \"${puppet_ssl_dir}/certs/ca.pem\"");
    // The declaration that a user would edit is the line above its source.
    let declaration = at_nth(CERTIFICATES, "sslcert::ca { 'Puppet_Internal_CA':", 1);
    assert_eq!(place(&finding["location"]), declaration);
    let related = related(finding);
    for expected in [
        source,
        at(
            DEFINED_TYPE,
            "file { \"/usr/local/share/ca-certificates/${title}.crt\"",
        ),
        at(FUNCTION, "'/var/lib/puppet/ssl'"),
        at(FUNCTION, "'/var/lib/puppet/server/ssl'"),
        at(FUNCTION, "'/var/lib/puppet/client/ssl'"),
        at(API_SERVER_CA, "BEGIN CERTIFICATE"),
    ] {
        assert!(
            related.contains(&expected),
            "{expected} is not in {related:?}"
        );
    }
    let message = text(&finding["message"]);
    assert!(
        message.contains("/usr/local/share/ca-certificates/Puppet_Internal_CA.crt"),
        "{message}"
    );
    let help = text(&finding["help"]);
    assert!(
        help.contains("/var/lib/puppet/client/ssl/certs/ca.pem"),
        "where a fix sticks: {help}"
    );
}

#[test]
fn two_hosts_trust_two_cas() {
    let report = told(BEFORE);
    let findings = report.findings("divergent-ca");
    let [finding] = findings[..] else {
        panic!("{findings:?}")
    };
    assert_eq!(finding["severity"], "error");
    assert_eq!(
        place(&finding["location"]),
        at(API_SERVER_CA, "BEGIN CERTIFICATE")
    );
    assert!(related(finding).contains(&at(ETCD_CA, "BEGIN CERTIFICATE")));
    let message = text(&finding["message"]);
    assert!(
        message.contains("tools-k8s-master-01") && message.contains("tools-k8s-etcd-01"),
        "{message}"
    );
}

#[test]
fn the_mended_twin_is_clean() {
    let report = told(MENDED);
    assert_eq!(report.status, Some(0));
    assert_eq!(
        (report.count("error"), report.count("warning")),
        (0, 0),
        "{}",
        report.json
    );
    assert_eq!(report.json["summary"]["certificates"], 3, "it was read");
}

#[test]
fn fingerprints_do_not_depend_on_the_place_of_the_checkout() {
    let fingerprints = |report: &Report| -> Vec<String> {
        let findings = list(&report.json["findings"]).iter();
        findings
            .map(|finding| text(&finding["fingerprint"]).to_owned())
            .collect()
    };
    let inside = fingerprints(&report(&checkout::root().join(BEFORE), "check", &[]));
    let folder = checkout::root().join(BEFORE).to_string_lossy().into_owned();
    // An empty folder, so that the checkout is not below it.
    let elsewhere = tempfile::tempdir().expect("a folder");
    let outside = fingerprints(&report(elsewhere.path(), "check", &[folder.as_str()]));
    assert!(inside.len() >= 3, "one of each rule");
    assert_eq!(inside, outside);
}

fn told(fixture: &str) -> Report {
    report(&checkout::root(), "check", &[fixture])
}

/// `PATH:LINE` of the only line of a file of the outage that holds `words`.
fn at(path: &str, words: &str) -> String {
    at_nth(path, words, 0)
}

/// The same for the line with that index among those which hold `words`.
fn at_nth(path: &str, words: &str, index: usize) -> String {
    let path = format!("{BEFORE}/{path}");
    let text = fs::read_to_string(checkout::root().join(&path)).expect("a file of the fixture");
    let mut lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.contains(words));
    let (line, _) = lines
        .nth(index)
        .unwrap_or_else(|| panic!("{path} does not hold {words}"));
    format!("{path}:{}", line + 1)
}
