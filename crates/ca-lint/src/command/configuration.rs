//! The configuration that is in force: where it is, and what it says.

use super::Failure;
use super::options::Global;
use super::repository::root_above;
use super::terminal::canvas;
use crate::config::Config;
use crate::report;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// Names that it may have, the first one first.
const NAMES: [&str; 2] = [".ca-lint.yaml", ".ca-lint.yml"];

/// A configuration, and the folder from which its own paths count.
#[derive(Clone, Debug, Default)]
pub(super) struct Configuration {
    pub(super) config: Config,
    /// Absolute; empty where there is no configuration.
    pub(super) folder: PathBuf,
    /// The file, absolute; none where there is no configuration.
    pub(super) file: Option<PathBuf>,
    /// Its text.
    pub(super) text: String,
    /// The root of the repository of what is audited, if it is in one.
    repository: Option<PathBuf>,
}

impl Configuration {
    /// What is in force for what lies at `audited` (absolute): the file that was
    /// named on the command line, else in `CA_LINT_CONFIG`, else the nearest.
    pub(super) fn open(audited: &Path, global: &Global) -> Result<Self, Failure> {
        let none = Self {
            repository: repository(audited),
            ..Self::default()
        };
        if global.no_config {
            return Ok(none);
        }
        let named = global.config.clone().or_else(|| {
            let named = env::var_os("CA_LINT_CONFIG").filter(|it| !it.is_empty());
            named.map(PathBuf::from)
        });
        match named.or_else(|| nearest(audited)) {
            Some(path) => Self::read(&path, global),
            None => Ok(none),
        }
    }

    fn read(path: &Path, global: &Global) -> Result<Self, Failure> {
        let refused = |why: String| Failure::Usage(format!("{}: {why}", path.display()));
        let text = fs::read_to_string(path).map_err(|error| refused(error.to_string()))?;
        let config = Config::read(&text).map_err(|mistake| {
            let path = path.display().to_string();
            Failure::Usage(report::mistake(&path, &text, &mistake, canvas(global)))
        })?;
        let file = std::path::absolute(path).map_err(|error| refused(error.to_string()))?;
        Ok(Self {
            config,
            folder: file.parent().map(Path::to_owned).unwrap_or_default(),
            file: Some(file),
            text,
            repository: None,
        })
    }

    /// Whether these inputs hold everything that it is about; without a
    /// configuration, the whole repository.
    pub(super) fn is_covered_by(&self, roots: &[PathBuf]) -> bool {
        let Some(all) = self
            .repository
            .as_ref()
            .or(Some(&self.folder))
            .filter(|it| !it.as_os_str().is_empty())
        else {
            return roots.iter().all(|root| root.is_dir());
        };
        let real = |path: &Path| fs::canonicalize(path).ok();
        let Some(all) = real(all) else {
            return false;
        };
        let covers =
            |root: &PathBuf| real(root).is_some_and(|root| root.is_dir() && all.starts_with(root));
        roots.iter().any(covers)
    }
}

/// The root of the repository around what is audited.
fn repository(audited: &Path) -> Option<PathBuf> {
    let mut around = audited.ancestors();
    around
        .find(|folder| folder.join(".git").exists())
        .map(Path::to_owned)
}

/// The configuration for what lies at `audited` (absolute): of its folder and
/// those around it, up to the root of its repository, the first that has one.
///
/// Outside of any repository only the folder itself is looked at: what lies
/// above it belongs to somebody else.
fn nearest(audited: &Path) -> Option<PathBuf> {
    let folder = if audited.is_dir() {
        audited
    } else {
        audited.parent()?
    };
    let last = root_above(folder).unwrap_or_else(|| folder.to_owned());
    let around = folder.ancestors().take_while(|it| it.starts_with(&last));
    around.into_iter().find_map(in_folder)
}

fn in_folder(folder: &Path) -> Option<PathBuf> {
    let mut paths = NAMES.iter().map(|name| folder.join(name));
    paths.find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_up_to_the_root_of_the_repository() {
        let outside = tempfile::tempdir().expect("a folder");
        let root = outside.path().join("repository");
        let inside = root.join("modules/a");
        fs::create_dir_all(&inside).expect("folders");
        fs::create_dir(root.join(".git")).expect("a folder");
        fs::write(outside.path().join(NAMES[0]), "").expect("a file");
        assert_eq!(nearest(&inside), None);
        fs::write(root.join(NAMES[1]), "").expect("a file");
        assert_eq!(nearest(&inside), Some(root.join(NAMES[1])));
        fs::write(inside.join(NAMES[0]), "").expect("a file");
        let file = inside.join("x.pp");
        fs::write(&file, "").expect("a file");
        assert_eq!(nearest(&file), Some(inside.join(NAMES[0])));
    }
}
