//! Paths that are the same wherever the program is started.
//!
//! Reports name files from the working directory, as a shell does. Services
//! that keep findings (code scanning, code quality, baselines) need names that
//! do not change with it: from the root of the repository.

use std::borrow::Cow;

/// Where the files that were read belong. Pure: whoever makes it asked the file
/// system. [`Default`] takes every path as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceRoots {
    /// The working directory, absolute, `/` between names; empty when paths are
    /// to be taken as they are.
    working: String,
    /// The repository, or what was audited instead; more than one name where
    /// inputs came to it through a link.
    main: Vec<String>,
    /// Roots of inputs that lie elsewhere, such as the folders of hosts.
    others: Vec<String>,
}

impl SourceRoots {
    /// All of these are absolute, without `.` and `..`; the first of `main` is
    /// its own name, the rest are other names of it.
    pub fn new(working: String, main: Vec<String>, others: Vec<String>) -> Self {
        Self {
            working,
            main,
            others,
        }
    }

    /// The same working directory, with another folder (absolute) as the main
    /// one.
    #[must_use]
    pub fn from_folder(&self, folder: String) -> Self {
        Self::new(self.working.clone(), vec![folder], Vec::new())
    }

    /// A shown path from the root of the repository; `None` for a file outside
    /// of it.
    pub fn in_repository<'p>(&self, path: &'p str) -> Option<Cow<'p, str>> {
        if self.working.is_empty() {
            return Some(path.into());
        }
        let absolute = self.absolute(path);
        innermost(&self.main, &absolute).map(|inside| inside.to_owned().into())
    }

    /// A shown path that does not depend on where the repository was checked
    /// out, nor on the working directory: from the root of the repository, else
    /// from the innermost of the other roots.
    pub fn stable<'p>(&self, path: &'p str) -> Cow<'p, str> {
        if let Some(inside) = self.in_repository(path) {
            return inside;
        }
        let absolute = self.absolute(path);
        match innermost(&self.others, &absolute) {
            Some(inside) => inside.to_owned().into(),
            None => path.rsplit('/').next().unwrap_or(path).into(),
        }
    }

    /// A shown path from `/`.
    pub fn absolute(&self, path: &str) -> String {
        if path.starts_with('/') || self.working.is_empty() {
            return path.to_owned();
        }
        let mut folder = self.working.as_str();
        let mut rest = path;
        // Links are resolved already where `..` follows a name.
        while let Some(after) = rest.strip_prefix("..") {
            if !after.is_empty() && !after.starts_with('/') {
                break;
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
            rest = after.trim_start_matches('/');
        }
        format!("{}/{rest}", folder.trim_end_matches('/'))
    }
}

/// The path below the innermost of the roots that hold it. A root that is a
/// file holds itself, by its name.
fn innermost<'p>(roots: &[String], absolute: &'p str) -> Option<&'p str> {
    let inside = roots.iter().filter_map(|root| below(absolute, root));
    inside.min_by_key(|path| path.len())
}

fn below<'p>(path: &'p str, root: &str) -> Option<&'p str> {
    let inside = path.strip_prefix(root.trim_end_matches('/'))?;
    inside.strip_prefix('/').filter(|inside| !inside.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roots(working: &str) -> SourceRoots {
        SourceRoots::new(
            working.into(),
            vec!["/r/repo".into(), "/link".into()],
            vec!["/srv/web1".into(), "/srv".into()],
        )
    }

    #[test]
    fn one_name_from_everywhere() {
        for (working, path) in [
            ("/r/repo", "modules/a.pp"),
            ("/r/repo/modules", "a.pp"),
            ("/r/repo/hieradata", "../modules/a.pp"),
            ("/r/repo/hieradata/x", "../../modules/a.pp"),
            ("/elsewhere", "/r/repo/modules/a.pp"),
            ("/", "r/repo/modules/a.pp"),
            ("/r", "/link/modules/a.pp"),
        ] {
            let roots = roots(working);
            assert_eq!(roots.stable(path), "modules/a.pp", "{working} {path}");
            let inside = roots.in_repository(path);
            assert_eq!(inside.as_deref(), Some("modules/a.pp"));
        }
    }

    #[test]
    fn what_lies_elsewhere_is_told_from_its_own_root() {
        let roots = roots("/r/repo");
        assert_eq!(roots.in_repository("/srv/web1/etc/ca.pem"), None);
        assert_eq!(roots.stable("/srv/web1/etc/ca.pem"), "etc/ca.pem");
        assert_eq!(roots.stable("/srv/x.pem"), "x.pem");
        assert_eq!(roots.stable("/other/deep/x.pem"), "x.pem");
        assert_eq!(roots.stable("/r/repository/x.pem"), "x.pem");
        assert_eq!(roots.stable("..x/y.pem"), "..x/y.pem");
    }

    #[test]
    fn without_roots_paths_stay() {
        let roots = SourceRoots::default();
        assert_eq!(roots.stable("../a/b"), "../a/b");
        assert_eq!(roots.in_repository("a").as_deref(), Some("a"));
        assert_eq!(roots.absolute("a"), "a");
    }
}
