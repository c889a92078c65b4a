//! A git repository made at test time, with CAs that are made at test time.

use crate::authority::Authorities;
use crate::program::{CLOCK, Outcome, ca_lint};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A repository in a folder of its own.
pub(crate) struct Repository {
    folder: TempDir,
    authorities: Authorities,
}

impl Repository {
    /// An empty one; nothing, told loudly, where there is no git.
    pub(crate) fn new() -> Option<Self> {
        let repository = Self {
            folder: tempfile::tempdir().expect("a folder"),
            authorities: Authorities::default(),
        };
        if Command::new("git").arg("--version").output().is_err() {
            let line = b"SKIPPED: nothing is asked of git revisions: there is no git\n";
            // Not through the test harness, which swallows it.
            let _ = std::io::stderr().write_all(line);
            return None;
        }
        repository.git(&["init", "-q", "-b", "main"]);
        Some(repository)
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// Writes a file, its placeholders filled in.
    pub(crate) fn write(&mut self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, self.authorities.filled(text)).expect("a file");
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.path().join(path)).expect("a file");
    }

    /// Commits everything; gives the commit.
    pub(crate) fn commit(&self) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "a change"]);
        self.git(&["rev-parse", "HEAD"])
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        git(&self.path(), arguments)
    }

    /// Runs the program in it.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_in("", arguments)
    }

    pub(crate) fn run_in(&self, folder: &str, arguments: &[&str]) -> Outcome {
        let arguments = [arguments, &CLOCK[..]].concat();
        ca_lint(&self.path().join(folder), arguments)
    }
}

/// What git says; nothing of the tester's own settings counts.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    fs::create_dir_all(folder).expect("a folder");
    let output = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=t", "-c", "user.email=t@t"])
        .args([
            "-c",
            "commit.gpgsign=false",
            "-c",
            "core.hooksPath=/dev/null",
        ])
        .args(["-c", "protocol.file.allow=always"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .expect("git runs");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {complaint}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
