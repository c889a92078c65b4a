//! The real program, run as its users run it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How wide every report is, whatever the terminal of the tester.
const WIDTH: &str = "100";

/// When every report is made that is held against a record or counted: a while
/// after the fixtures' certificates were.
pub(crate) const CLOCK: [&str; 2] = ["--now", "2026-12-01T00:00:00Z"];

/// A run that takes longer hangs: the largest input of these tests takes a
/// second or two.
const LIMIT: Duration = Duration::from_secs(120);

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Its exit status; none if a signal ended it.
    pub(crate) status: Option<i32>,
    /// Standard output.
    pub(crate) output: String,
    /// Standard error.
    pub(crate) complaints: String,
}

/// Runs `ca-lint` with `arguments` in `folder`.
pub(crate) fn ca_lint<A: AsRef<OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = A>,
) -> Outcome {
    outcome(command(folder, arguments))
}

/// The same with `input` as standard input.
pub(crate) fn ca_lint_fed<A: AsRef<OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = A>,
    input: &[u8],
) -> Outcome {
    let mut given = file();
    given.write_all(input).expect("a regular file");
    given.rewind().expect("a regular file");
    let mut command = command(folder, arguments);
    command.stdin(given);
    outcome(command)
}

fn outcome(mut command: Command) -> Outcome {
    let (mut output, mut complaints) = (file(), file());
    let child = command
        .stdout(stdio(&output))
        .stderr(stdio(&complaints))
        .spawn();
    let status = wait(child.expect("the program starts"));
    Outcome {
        status,
        output: content(&mut output),
        complaints: content(&mut complaints),
    }
}

/// The command, its surroundings the same on every machine.
pub(crate) fn command<A: AsRef<OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = A>,
) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ca-lint"));
    command
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null());
    command
        .env("COLUMNS", WIDTH)
        .env("NO_COLOR", "1")
        .env("TERM", "xterm")
        .env("LC_ALL", "C.UTF-8");
    command
        .env_remove("CLICOLOR_FORCE")
        .env_remove("NO_GRAPHICS")
        .env_remove("FORCE_HYPERLINK")
        .env_remove("RUST_BACKTRACE");
    command
}

/// The exit status; ends a child that hangs.
pub(crate) fn wait(mut child: Child) -> Option<i32> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child") {
            return status.code();
        }
        if start.elapsed() > LIMIT {
            child.kill().expect("a child that can be ended");
            panic!("the program hangs");
        }
        sleep(Duration::from_millis(2));
    }
}

// Files, not pipes: a full pipe that nobody reads would look like a hang.
fn file() -> File {
    tempfile::tempfile().expect("a temporary file")
}

fn stdio(file: &File) -> Stdio {
    file.try_clone().expect("a second handle").into()
}

fn content(file: &mut File) -> String {
    let mut text = String::new();
    file.rewind().expect("a regular file");
    file.read_to_string(&mut text).expect("reports are UTF-8");
    text
}
