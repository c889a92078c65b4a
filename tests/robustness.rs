//! Input that is broken, closed, huge or odd: it is told as a gap where
//! something could not be seen, everything else is audited, and the run ends.

use crate::authority::ca;
use crate::program::ca_lint;
use crate::report::{Report, report};
use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io::{Write as _, stderr};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A project with one good certificate, which every run must still see.
struct Project {
    folder: TempDir,
}

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("good.pem"), ca("good")).expect("a file");
        Self { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn with(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, bytes).expect("a file");
        self
    }

    /// The report; the good certificate is in it, and nothing of ours failed.
    fn checked(&self) -> Report {
        let report = report(self.path(), "check", &[]);
        assert_eq!(
            report.status,
            Some(0),
            "gaps are no findings: {}",
            report.json
        );
        assert!(
            report.json["summary"]["certificates"].as_u64() >= Some(1),
            "{}",
            report.json
        );
        assert!(
            !report.json.to_string().contains("\"internal\""),
            "{}",
            report.json
        );
        report
    }

    fn assert_gap(&self, path: &str, reason: &str) {
        let report = self.checked();
        assert!(
            report.gaps_at(path).contains(reason),
            "{path}: no gap {reason}: {}",
            report.json["gaps"]
        );
    }

    fn assert_no_gap(&self) {
        let report = self.checked();
        assert_eq!(report.json["gaps"], serde_json::json!([]));
    }
}

#[test]
fn broken_data() {
    // Data is parsed when somebody asks for one of its keys.
    let manifest = "class a { file { '/etc/ssl/ca.pem': content => lookup('a::b') } }\n";
    let project = Project::new()
        .with("modules/a/manifests/init.pp", manifest)
        .with("hieradata/common.yaml", "a::b: x\na::c: [1\nd: {\n");
    project.assert_gap("hieradata/common.yaml", "unparsed");
}

#[test]
fn a_hierarchy_that_puppet_refuses() {
    let refused = "version: 5\nhierarchy:\n  - name: a\n    paht: common.yaml\n";
    let project = Project::new().with("hiera.yaml", refused);
    project.assert_gap("hiera.yaml", "unparsed");
    let accepted = refused.replace("paht", "path");
    Project::new().with("hiera.yaml", &accepted).assert_no_gap();
}

#[test]
fn a_broken_document_with_a_certificate() {
    let text = format!(
        "a: [1\nca: |\n  {}\nb: {{\n",
        ca("inside").replace('\n', "\n  ")
    );
    let project = Project::new().with("secret.yaml", text);
    project.assert_gap("secret.yaml", "unparsed");
    let inventory = report(project.path(), "inventory", &[]);
    assert!(
        inventory.sightings().contains(&"secret.yaml"),
        "bytes first"
    );
}

#[test]
fn a_broken_manifest() {
    let manifest = "class a {\n  file { '/etc/ssl/ca.pem': source => \n";
    Project::new()
        .with("modules/a/manifests/init.pp", manifest)
        .assert_gap("modules/a/manifests/init.pp", "unparsed");
}

#[test]
fn the_rest_of_a_broken_manifest_is_read() {
    let manifest = "class a {\n  file { '/etc/ssl/ca.pem': source => '/var/lib/puppet/ssl/certs/ca.pem' }\n}\nclass b {\n  file { '/x': = }\n}\n";
    let project = Project::new().with("modules/a/manifests/init.pp", manifest);
    let report = report(project.path(), "check", &[]);
    assert!(
        report
            .gaps_at("modules/a/manifests/init.pp")
            .contains("unparsed"),
        "{}",
        report.json
    );
    assert_eq!(
        report.findings("puppet-overwrites-ca").len(),
        1,
        "{}",
        report.json
    );
}

#[test]
fn a_broken_certificate() {
    let bytes = "-----BEGIN CERTIFICATE-----\n".to_owned()
        + &"QUJD".repeat(100)
        + "\n-----END CERTIFICATE-----\n";
    Project::new()
        .with("ca.pem", bytes)
        .assert_gap("ca.pem", "unparsed");
}

#[test]
fn a_closed_file() {
    let project = Project::new().with("closed.pem", ca("closed"));
    let closed = project.path().join("closed.pem");
    fs::set_permissions(&closed, Permissions::from_mode(0o000)).expect("a mode");
    if File::open(&closed).is_ok() {
        skipped("a file without permissions is not checked: this user (root?) may read everything");
        return;
    }
    project.assert_gap("closed.pem", "unreadable");
    let named = ca_lint(project.path(), ["check", "closed.pem"]);
    assert_eq!(
        named.status,
        Some(3),
        "what was named must be read: {named:?}"
    );
}

#[test]
fn a_closed_folder() {
    let project = Project::new().with("closed/ca.pem", ca("closed"));
    let closed = project.path().join("closed");
    fs::set_permissions(&closed, Permissions::from_mode(0o000)).expect("a mode");
    let is_open = fs::read_dir(&closed).is_ok();
    if is_open {
        skipped(
            "a folder without permissions is not checked: this user (root?) may list everything",
        );
    } else {
        project.assert_gap("closed", "unreadable");
    }
    // So that the temporary folder can be removed.
    fs::set_permissions(&closed, Permissions::from_mode(0o700)).expect("a mode");
}

#[test]
fn a_pipe_is_never_opened() {
    let project = Project::new();
    let made = Command::new("mkfifo")
        .arg(project.path().join("pipe.pem"))
        .status();
    assert!(made.expect("mkfifo").success());
    project.assert_gap("pipe.pem", "unreadable");
    let named = ca_lint(project.path(), ["check", "pipe.pem"]);
    assert_eq!(named.status, Some(3), "{named:?}");
}

#[test]
fn a_huge_file() {
    let project = Project::new();
    let huge = project.path().join("huge.pem");
    let file = File::create(&huge).expect("a file");
    file.set_len(64 * 1024 * 1024 + 1).expect("a sparse file");
    project.assert_gap("huge.pem", "too-large");
    let named = ca_lint(project.path(), ["check", "huge.pem"]);
    assert_eq!(named.status, Some(3), "{named:?}");
}

#[test]
fn a_binary_file() {
    let bytes: Vec<u8> = (0..=255).cycle().take(4096).collect();
    Project::new()
        .with("program", bytes)
        .assert_gap("program", "binary");
}

#[test]
fn an_empty_file_and_an_empty_folder() {
    let project = Project::new()
        .with("empty.pem", "")
        .with("empty.yaml", "")
        .with("modules/a/manifests/init.pp", "");
    fs::create_dir(project.path().join("empty")).expect("a folder");
    project.assert_no_gap();
}

#[test]
fn links_are_not_followed() {
    let project = Project::new();
    symlink("loop", project.path().join("loop")).expect("a link");
    symlink(".", project.path().join("here")).expect("a link");
    symlink("nowhere", project.path().join("dangling.pem")).expect("a link");
    symlink("good.pem", project.path().join("other.pem")).expect("a link");
    project.assert_no_gap();
    let inventory = report(project.path(), "inventory", &[]);
    assert_eq!(
        inventory.sightings(),
        ["good.pem"],
        "seen through a link is seen once"
    );
}

#[test]
fn a_name_that_is_not_utf_8() {
    let project = Project::new();
    let name = OsStr::from_bytes(b"caf\xe9.pem");
    if fs::write(project.path().join(name), ca("odd")).is_err() {
        skipped("a name that is not UTF-8 is not checked: this file system refuses it");
        return;
    }
    let inventory = report(project.path(), "inventory", &[]);
    assert_eq!((inventory.status, inventory.hashes().len()), (Some(0), 2));
    let mut paths = inventory.sightings();
    paths.sort_unstable();
    assert_eq!(paths, ["caf\\xe9.pem", "good.pem"]);
}

#[test]
fn deep_folders() {
    let deep = format!("{}ca.pem", "d/".repeat(400));
    let project = Project::new().with(&deep, ca("deep"));
    project.assert_no_gap();
    let inventory = report(project.path(), "inventory", &[]);
    assert!(inventory.sightings().contains(&deep.as_str()));
}

#[test]
fn deep_documents() {
    let depth = 100_000;
    let project = Project::new()
        .with("hieradata/common.yaml", format!("a: {}", "[".repeat(depth)))
        .with(
            "modules/a/manifests/init.pp",
            format!(
                "class a {{ file {{ '/etc/ssl/ca.pem': source => {}",
                "(".repeat(depth)
            ),
        )
        .with(
            "modules/a/templates/x.epp",
            format!("<%= {}", "[".repeat(depth)),
        )
        .with("pod.json", "{\"a\":".repeat(depth));
    let report = project.checked();
    assert!(
        report
            .gaps_at("modules/a/manifests/init.pp")
            .contains("unparsed"),
        "{}",
        report.json["gaps"]
    );
}

#[test]
fn inclusion_in_circles() {
    let project = Project::new()
        .with(
            "modules/a/manifests/init.pp",
            "class a { include b\n $x = $b::y\n a::t { 'x': } }\n",
        )
        .with(
            "modules/b/manifests/init.pp",
            "class b { include a\n $y = $a::x\n }\n",
        )
        .with(
            "modules/a/manifests/t.pp",
            "define a::t() { a::t { $title: } }\n",
        )
        .with(
            "hieradata/common.yaml",
            "a: \"%{lookup('b')}\"\nb: \"%{lookup('a')}\"\n",
        );
    project.checked();
}

/// Told past the harness, which would keep the line to itself.
fn skipped(what: &str) {
    stderr()
        .write_all(format!("SKIPPED: {what}\n").as_bytes())
        .expect("standard error");
}
