//! Writing a file so that whoever reads it meets the old one or the new one.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use tempfile::NamedTempFile;

/// Puts a new file in the place of the old one in one step, with the same
/// permissions; makes it where there is none.
///
/// # Errors
/// The folder does not let a file be made or renamed, or the disk is full.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A link stays one: what it points to is written.
    let real = fs::canonicalize(path);
    let path = real.as_deref().unwrap_or(path);
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut new = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    new.write_all(bytes)?;
    if let Some(permissions) = permissions(path)? {
        new.as_file().set_permissions(permissions)?;
    }
    new.as_file().sync_all()?;
    new.persist(path).map(|_| ()).map_err(|error| error.error)
}

/// Those of the old file; what anybody may read, where there is none: such a
/// file is made for a repository.
#[cfg(unix)]
fn permissions(path: &Path) -> io::Result<Option<fs::Permissions>> {
    use std::os::unix::fs::PermissionsExt as _;
    match fs::metadata(path) {
        Ok(about) => Ok(Some(about.permissions())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok(Some(fs::Permissions::from_mode(0o644)))
        }
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn permissions(path: &Path) -> io::Result<Option<fs::Permissions>> {
    match fs::metadata(path) {
        Ok(about) => Ok(Some(about.permissions())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
