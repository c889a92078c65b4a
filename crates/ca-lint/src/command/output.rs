//! Standard output and standard error.

use super::Failure;
use std::io::{ErrorKind, Write, stderr, stdout};

/// Writes a report to standard output.
///
/// A reader that has seen enough (`| head`) is no failure; a full disk is.
pub(super) fn print(report: &str) -> Result<(), Failure> {
    let mut output = stdout().lock();
    let written = output
        .write_all(report.as_bytes())
        .and_then(|()| output.flush());
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::Work(format!("cannot write the report: {error}")))
        }
        _ => Ok(()),
    }
}

/// Tells of a failure on standard error.
pub(super) fn complain(message: &str) {
    // Where not even this can be written, the exit status still says it.
    let _ = writeln!(stderr(), "ca-lint: {message}");
}
