//! One call of `git`.

use std::ffi::OsStr;
use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};

/// Why git could not answer, in words for a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitFailure(pub(super) String);

impl fmt::Display for GitFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for GitFailure {}

/// What a hook tells git of the repository for which it runs; the repository of
/// the audited files, or a submodule of it, may be another one.
const OF_ANOTHER_REPOSITORY: [&str; 6] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_NAMESPACE",
    "GIT_COMMON_DIR",
];

/// `git`, in `folder`, without any way to a network: an object that a partial
/// clone lacks stays missing (git's manual, `GIT_NO_LAZY_FETCH`, since 2.45;
/// before that no protocol being allowed has the same effect).
pub(super) fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder);
    // A repository that came with somebody's files may name a program here.
    command.args(["-c", "core.fsmonitor=false"]);
    for variable in OF_ANOTHER_REPOSITORY {
        command.env_remove(variable);
    }
    command
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "none")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C")
        .stdin(Stdio::null());
    command
}

/// What `git` prints with these arguments.
///
/// # Errors
/// There is no git, or what it complains of.
pub(super) fn answer<A: AsRef<OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = A>,
) -> Result<Vec<u8>, GitFailure> {
    let output = git(folder)
        .args(arguments)
        .output()
        .map_err(|error| no_git(&error))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let complaint = complaint.trim().trim_start_matches("fatal: ");
    Err(GitFailure(format!("git: {complaint}")))
}

/// The same as one line of text.
pub(super) fn line<A: AsRef<OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = A>,
) -> Result<String, GitFailure> {
    let answer = answer(folder, arguments)?;
    Ok(String::from_utf8_lossy(&answer).trim_end().to_owned())
}

pub(super) fn no_git(error: &std::io::Error) -> GitFailure {
    GitFailure(format!("cannot run git: {error}"))
}
