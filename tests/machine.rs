//! What is read and what not where a whole machine is audited.

use crate::authority::Authorities;
use crate::program::{CLOCK, Outcome, ca_lint, command};
use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

/// The user and group of nobody, on all distributions that have one.
const NOBODY: u32 = 65_534;

fn ca(name: &str) -> String {
    Authorities::default().filled(&format!("<CA {name} named CN={name}>"))
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    fs::write(path, text).expect("a file");
}

fn inventory(folder: &Path, more: &[&str]) -> Outcome {
    let arguments = ["inventory", "--host", "here=."];
    ca_lint(folder, [&arguments[..], more, &CLOCK].concat())
}

#[test]
fn links_pipes_and_sockets_hold_nothing_up() {
    let folder = tempfile::tempdir().expect("a folder");
    put(&folder.path().join("etc/ssl/ca.pem"), &ca("one"));
    std::os::unix::fs::symlink("/", folder.path().join("self")).expect("a link");
    let _socket = UnixListener::bind(folder.path().join("socket")).expect("a socket");
    let pipe = Command::new("mkfifo")
        .arg(folder.path().join("pipe"))
        .status();
    assert!(pipe.expect("mkfifo").success());
    let report = inventory(folder.path(), &["--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&report.output).expect("JSON");
    assert_eq!(report["certificates"].as_array().map(Vec::len), Some(1));
    let gaps = report["gaps"].as_array().expect("gaps");
    let paths: Vec<&str> = gaps
        .iter()
        .filter_map(|gap| gap["location"]["path"].as_str())
        .collect();
    assert_eq!(paths, ["pipe", "socket"]);
}

/// As for `ca-lint inventory /`, of which one test cannot read everything.
#[test]
fn the_kernels_own_files_are_not_walked_and_told_once() {
    let Some(mount) = kernel_mount_below_another() else {
        println!("SKIPPED: nothing of the kernel's is mounted here");
        return;
    };
    let above = mount.parent().expect("a folder above");
    let listing = ca_audit::tree::Tree::list(&ca_audit::tree::Disk::new([above]));
    let inside = listing
        .entries
        .iter()
        .filter(|entry| Path::new(&entry.path).starts_with(&mount));
    let paths: Vec<&str> = inside.map(|entry| entry.path.as_str()).collect();
    assert_eq!(paths, [mount.to_str().expect("UTF-8")]);
    let named = ca_audit::tree::Tree::list(&ca_audit::tree::Disk::new([&mount]));
    assert!(
        named
            .entries
            .iter()
            .all(|entry| Path::new(&entry.path) != mount),
        "what is named is walked"
    );
}

/// A mount that is not walked, in a folder where little else is.
fn kernel_mount_below_another() -> Option<PathBuf> {
    let pts = Path::new("/dev/pts");
    let table = fs::read_to_string("/proc/self/mountinfo").ok()?;
    let is_mounted = table.lines().any(|line| line.contains(" /dev/pts "));
    is_mounted.then(|| pts.to_owned())
}

#[test]
fn what_an_ordinary_user_may_not_read_is_told_by_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("a mode");
    put(&folder.path().join("etc/ssl/ca.pem"), &ca("one"));
    for n in 0..200 {
        let secret = folder.path().join(format!("var/{}/{n}", n % 7));
        put(&secret, "x");
        fs::set_permissions(&secret, Permissions::from_mode(0o000)).expect("a mode");
    }
    let closed = folder.path().join("root");
    put(&closed.join("ca.pem"), &ca("two"));
    fs::set_permissions(&closed, Permissions::from_mode(0o700)).expect("a mode");
    let Some(report) = as_nobody(folder.path()) else {
        println!(
            "SKIPPED: only root can become an ordinary user, and the program has to be theirs to run"
        );
        return;
    };
    assert_eq!(report.status, Some(0), "{report:?}");
    let told: Vec<&str> = report
        .output
        .lines()
        .filter(|line| line.contains("not seen ("))
        .collect();
    assert!(told.len() < 10, "{told:#?}");
    assert!(
        report
            .output
            .contains("root:1: not seen (unreadable): permission denied")
    );
    assert!(
        report.output.contains("201 unreadable"),
        "{}",
        report.output
    );
    assert!(report.output.contains("CN=one") && !report.output.contains("CN=two"));
}

/// `inventory -v` of a folder, run by nobody; none where that cannot be.
fn as_nobody(folder: &Path) -> Option<Outcome> {
    // The folder in which it was built may be closed to others.
    let place = tempfile::tempdir().ok()?;
    fs::set_permissions(place.path(), Permissions::from_mode(0o755)).ok()?;
    let program = place.path().join("ca-lint");
    fs::copy(env!("CARGO_BIN_EXE_ca-lint"), &program).ok()?;
    let named = command(folder, [&["inventory", "-v"][..], &CLOCK].concat());
    let mut run = Command::new(program);
    run.current_dir(folder).args(named.get_args());
    run.env("COLUMNS", "100").uid(NOBODY).gid(NOBODY);
    let output = loop {
        match run.output() {
            // Another test's child may still hold the copy open for writing.
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => {
                sleep(Duration::from_millis(20));
            }
            done => break done.ok()?,
        }
    };
    Some(Outcome {
        status: output.status.code(),
        output: String::from_utf8_lossy(&output.stdout).into_owned(),
        complaints: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}
