//! Standard output and standard error, and files that reports are written to.

use super::Failure;
use std::fs;
use std::io::{self, ErrorKind, Write, stderr, stdout};
use std::path::Path;

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

/// Writes a report to a file.
///
/// # Errors
/// Says which file cannot be written; what was there before is there still.
pub(super) fn write(file: &Path, report: &str) -> Result<(), Failure> {
    let failed =
        |error: io::Error| Failure::Work(format!("cannot write {}: {error}", file.display()));
    // Behind a link the file itself is written, as a shell does.
    let real = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let written = match fs::metadata(&real) {
        // A pipe or a device is written to, not replaced.
        Ok(about) if !about.is_file() => fs::OpenOptions::new()
            .write(true)
            .open(&real)
            .and_then(|mut open| open.write_all(report.as_bytes())),
        _ => replace(&real, report.as_bytes()),
    };
    written.map_err(failed)
}

/// Puts a new file in the place of the old one in one step, with the same
/// permissions: whoever reads it meets one or the other, never a half.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut new = ordinary().tempfile_in(folder.unwrap_or(Path::new(".")))?;
    new.write_all(bytes)?;
    if let Ok(old) = fs::metadata(path) {
        new.as_file().set_permissions(old.permissions())?;
    }
    new.as_file().sync_all()?;
    new.persist(path).map(|_| ()).map_err(|error| error.error)
}

/// Makes files that others may read, as far as the umask lets them; temporary
/// ones are private otherwise.
fn ordinary() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder
}

/// Tells something to people that is no part of the report.
pub(super) fn remark(text: &str) {
    // A report that is written is no worse without it.
    let _ = write!(stderr(), "{text}");
}

/// Tells of a failure on standard error.
pub(super) fn complain(message: &str) {
    // Where not even this can be written, the exit status still says it.
    let _ = writeln!(stderr(), "ca-lint: {message}");
}
