//! The real tree of the day: `wikimedia/operations-puppet` as it stood before
//! the outage of 2019-09-11. It is too large to be kept here; the environment
//! variable `CA_LINT_CORPORA` names a folder with `wmf-2019/` in it, and without
//! it these tests say loudly that they were skipped.

use crate::brute_force::certificates;
use crate::checkout;
use crate::program::ca_lint;
use crate::report::{Report, list, place, related, report, text};
use std::io::{Write as _, stderr};
use std::path::{Path, PathBuf};
use std::{env, fs};

const CORPORA: &str = "CA_LINT_CORPORA";

/// The tree, if it is at hand.
fn wikimedia() -> Option<PathBuf> {
    let missing = match env::var_os(CORPORA).map(|folder| PathBuf::from(folder).join("wmf-2019")) {
        Some(folder) if folder.is_dir() => return Some(folder),
        Some(folder) => format!("{} is no folder", folder.display()),
        None => format!("{CORPORA} is not set"),
    };
    // Past the harness, which would keep a line of `println!` to itself.
    let line = format!("SKIPPED: the Wikimedia tree of 2019 is not checked: {missing}\n");
    stderr().write_all(line.as_bytes()).expect("standard error");
    None
}

fn checked() -> Option<Report> {
    wikimedia().map(|folder| report(&folder, "check", &[]))
}

#[test]
fn the_api_server_is_found() {
    let Some(report) = checked() else { return };
    assert_eq!(report.status, Some(1));
    let places: Vec<String> = report
        .findings("etcd-client-without-ca")
        .iter()
        .map(|finding| place(&finding["location"]))
        .collect();
    assert!(
        places
            .iter()
            .any(|place| place == "modules/k8s/templates/kube-apiserver.default.erb:18"),
        "{places:?}"
    );
}

#[test]
fn the_chain_of_the_outage_is_told() {
    let Some(folder) = wikimedia() else { return };
    let place = "/usr/local/share/ca-certificates/Puppet_Internal_CA.crt";
    let outcome = ca_lint(&folder, ["why", place]);
    assert_eq!(outcome.status, Some(0));
    for link in [
        "modules/sslcert/manifests/ca.pp:39",
        "modules/profile/manifests/base/certificates.pp:39",
        "copied from /var/lib/puppet/ssl/certs/ca.pem of the same host",
        "copied from /var/lib/puppet/server/ssl/certs/ca.pem of the same host",
        "copied from /var/lib/puppet/client/ssl/certs/ca.pem of the same host",
        "trusted by kube-apiserver, which names no CA for etcd",
    ] {
        assert!(outcome.output.contains(link), "{link}: {}", outcome.output);
    }
}

#[test]
fn the_file_that_puppet_reverts_is_found() {
    let Some(report) = checked() else { return };
    let declaration = "modules/profile/manifests/base/certificates.pp:39";
    let findings = report.findings("puppet-overwrites-ca");
    let finding = findings
        .iter()
        .find(|finding| place(&finding["location"]) == declaration)
        .expect(declaration);
    let related = related(finding);
    assert!(
        related
            .iter()
            .any(|place| place.starts_with("modules/sslcert/manifests/ca.pp:")),
        "{related:?}"
    );
    let words = finding.to_string();
    for source in [
        "/var/lib/puppet/ssl",
        "/var/lib/puppet/server/ssl",
        "/var/lib/puppet/client/ssl",
    ] {
        assert!(
            words.contains(&format!("{source}/certs/ca.pem")),
            "{source} is not named: {words}"
        );
    }
}

#[test]
fn nothing_there_diverges() {
    let Some(report) = checked() else { return };
    assert_eq!(
        report.findings("divergent-ca").len(),
        0,
        "{}",
        report.json["findings"]
    );
}

#[test]
fn nothing_there_upsets_a_reader() {
    let Some(report) = checked() else { return };
    let internal: Vec<&str> = list(&report.json["gaps"])
        .iter()
        .filter(|gap| gap["reason"] == "internal")
        .map(|gap| text(&gap["message"]))
        .collect();
    assert!(internal.is_empty(), "{internal:?}");
}

#[test]
fn threads_change_nothing_there() {
    let Some(folder) = wikimedia() else { return };
    let one = report(&folder, "check", &["--threads", "1"]);
    for threads in ["2", "8"] {
        assert!(
            report(&folder, "check", &["--threads", threads]).json == one.json,
            "{threads} threads"
        );
    }
}

#[test]
fn every_certificate_is_counted() {
    let Some(folder) = wikimedia() else { return };
    let inventory = report(&folder, "inventory", &[]);
    assert_eq!(
        (inventory.sightings().len(), inventory.hashes().len()),
        (70, 68)
    );
    assert_eq!(lacking(&folder), Vec::<String>::new());
}

/// `PATH SHA-256` of what plain force finds below `folder` and the inventory
/// of it does not have.
pub(crate) fn lacking(folder: &Path) -> Vec<String> {
    let inventory = report(folder, "inventory", &[]);
    let (known, seen) = (inventory.hashes(), inventory.sightings());
    let mut paths = Vec::new();
    checkout::collect(folder, &mut paths);
    let mut lacking = Vec::new();
    for path in paths {
        let shown = path
            .strip_prefix(folder)
            .expect("below")
            .to_string_lossy()
            .into_owned();
        for hash in certificates(&fs::read(&path).expect("a file that can be read")) {
            if !known.contains(hash.as_str()) || !seen.contains(&shown.as_str()) {
                lacking.push(format!("{shown} {hash}"));
            }
        }
    }
    lacking
}
