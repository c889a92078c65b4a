//! How an input is named in reports: relative to the working directory where
//! that is possible.

use std::path::{Component, Path, PathBuf};

/// `path` without `.`, and relative to `working` if it lies below it; `.` for
/// the working directory itself.
///
/// With `..` behind a name only the file system knows what is meant, since
/// the name may be a link; then `real` is asked.
pub(super) fn tidy(
    path: &Path,
    working: &Path,
    real: impl Fn(&Path) -> Option<PathBuf>,
) -> PathBuf {
    let needs_asking = has_return(path);
    let path = if needs_asking {
        real(path).unwrap_or_else(|| path.to_owned())
    } else {
        path.to_owned()
    };
    let real_working = if needs_asking { real(working) } else { None };
    let below = [Some(working), real_working.as_deref()]
        .into_iter()
        .flatten()
        .find_map(|working| path.strip_prefix(working).ok());
    let path = below.unwrap_or(&path);
    let tidy: PathBuf = path
        .components()
        .filter(|part| *part != Component::CurDir)
        .collect();
    if tidy.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        tidy
    }
}

/// Whether `..` follows a name.
fn has_return(path: &Path) -> bool {
    let mut parts = path
        .components()
        .skip_while(|part| !matches!(part, Component::Normal(_)));
    parts.any(|part| part == Component::ParentDir)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(path: &str) -> String {
        let real = |path: &Path| Some(path.to_str()?.replace("x/..", "y").into());
        let tidy = tidy(Path::new(path), Path::new("/w/d"), real);
        tidy.to_string_lossy().into_owned()
    }

    #[test]
    fn paths_are_told_from_the_working_directory() {
        assert_eq!(tidied("./a/./b/"), "a/b");
        assert_eq!(tidied("/w/d/a"), "a");
        assert_eq!(tidied("/w/d"), ".");
        assert_eq!(tidied("./"), ".");
        assert_eq!(tidied("/w/dx"), "/w/dx");
        assert_eq!(tidied("../z"), "../z");
        assert_eq!(tidied("/"), "/");
    }

    #[test]
    fn links_decide_what_a_return_means() {
        assert_eq!(tidied("/w/d/x/../b"), "y/b");
    }
}
