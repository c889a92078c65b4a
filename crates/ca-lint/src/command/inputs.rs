//! The inputs that were named: are they there, and what are they called?
//!
//! An input that cannot be read ends the run before anything is printed: half
//! a report that looks like a whole one helps nobody.

use super::Failure;
use super::configuration::Configuration;
use super::options;
use super::path::tidy;
use super::repository::source_roots;
use crate::source_roots::SourceRoots;
use ca_audit::hiera::Facts;
use ca_audit::puppet::Node;
use ca_audit::tree::MAX_FILE_BYTES;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Inputs that are there, with tidy names.
#[derive(Debug)]
pub(super) struct Inputs {
    /// Folders and files to read.
    pub(super) roots: Vec<PathBuf>,
    /// Hosts by name, with their folders as shown.
    pub(super) hosts: Vec<(String, String)>,
    /// The facts of the node that was named.
    pub(super) facts: Option<Facts>,
    /// That node.
    pub(super) node: Option<Node>,
    /// The `hiera.yaml` that was named, as shown.
    pub(super) hierarchy: Option<String>,
    /// Where all of it belongs.
    pub(super) source_roots: SourceRoots,
}

impl Inputs {
    /// Checks what was named on the command line, and the hosts of the
    /// configuration, of which those count that the command line does not name.
    pub(super) fn resolve(
        named: &options::Inputs,
        configuration: &Configuration,
    ) -> Result<Self, Failure> {
        refuse_standard_input(&named.paths)?;
        refuse_namesakes(&named.hosts)?;
        let working = working_directory()?;
        let tidy = |path: &Path| named_from(&working, path);
        let mut roots: Vec<PathBuf> = named.paths.iter().map(|path| tidy(path)).collect();
        if roots.is_empty() {
            let folders = named.hosts.iter().map(|host| tidy(&host.folder));
            roots.push(default_root(&working, folders));
        }
        let paths = roots.len();
        let mut hosts = Vec::new();
        for host in named.hosts.iter().chain(&configured(named, configuration)) {
            let folder = tidy(&host.folder);
            hosts.push((host.name.clone(), shown(&folder)));
            roots.push(folder);
        }
        let folders = &roots[roots.len() - hosts.len()..];
        refuse_unreadable(&roots, folders)?;
        let source_roots = source_roots(&working, &roots[..paths], folders);
        let hierarchy = named.hierarchy.as_deref().map(tidy);
        refuse_hierarchy(hierarchy.as_deref(), &roots)?;
        // Who reads a part of the repository only has no use for its hierarchy.
        let of_repository = configuration.config.puppet.hiera.as_ref();
        let of_repository = of_repository.map(|path| tidy(&configuration.folder.join(path)));
        let of_repository = of_repository.filter(|path| are_above(&roots, path));
        let hierarchy = hierarchy.or(of_repository);
        innermost_last(&mut roots);
        Ok(Self {
            roots,
            hosts,
            facts: facts(named)?,
            hierarchy: hierarchy.map(|path| shown(&path)),
            source_roots,
            node: named.node.clone().map(|name| Node {
                name,
                classes: named.classes.clone(),
            }),
        })
    }
}

/// The working directory; or the host that it lies on, where that is read from
/// above: under two names each of its files would count twice.
fn default_root(working: &Path, mut hosts: impl Iterator<Item = PathBuf>) -> PathBuf {
    let is_above = |folder: &PathBuf| {
        let real = fs::canonicalize(folder);
        real.is_ok_and(|real| real != working && working.starts_with(real))
    };
    hosts.find(is_above).unwrap_or_else(|| PathBuf::from("."))
}

/// A path as reports show it, from `working` where it lies below.
pub(super) fn named_from(working: &Path, path: &Path) -> PathBuf {
    tidy(path, working, |path| fs::canonicalize(path).ok())
}

/// The folder that the program was started in.
pub(super) fn working_directory() -> Result<PathBuf, Failure> {
    std::env::current_dir()
        .map_err(|error| Failure::Work(format!("cannot find the working directory: {error}")))
}

/// The hosts that only the configuration names.
fn configured(named: &options::Inputs, configuration: &Configuration) -> Vec<options::NamedHost> {
    let hosts = configuration.config.hosts.iter();
    let others = hosts.filter(|(name, _)| named.hosts.iter().all(|host| host.name != **name));
    others
        .map(|(name, folder)| options::NamedHost {
            name: name.clone(),
            folder: configuration.folder.join(folder),
        })
        .collect()
}

/// The facts of the node that was named.
fn facts(named: &options::Inputs) -> Result<Option<Facts>, Failure> {
    let (Some(node), Some(path)) = (&named.node, &named.facts) else {
        return Ok(None);
    };
    let refused = |why: String| Failure::Work(format!("{}: {why}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| refused(error.to_string()))?;
    let facts = Facts::parse(&text, node).map_err(|failure| refused(failure.to_string()))?;
    Ok(Some(facts))
}

/// A root as the tree shows it.
pub(super) fn shown(root: &Path) -> String {
    if root == Path::new(".") {
        return String::new();
    }
    root.to_string_lossy().into_owned()
}

/// Of two roots that hold a file the tree lets the last decide whether it is a
/// test: who names `. fixtures/site` wants to hear of the latter.
fn innermost_last(roots: &mut [PathBuf]) {
    roots.sort_by_key(|root| match root {
        root if root == Path::new(".") => 0,
        root => root.components().count(),
    });
}

fn refuse_standard_input(paths: &[PathBuf]) -> Result<(), Failure> {
    if paths.iter().any(|path| path.as_os_str() == "-") {
        let message =
            "standard input (-) is read by check only, and by itself; a file of that name is ./-";
        return Err(Failure::Usage(message.into()));
    }
    Ok(())
}

/// A hierarchy is one of the files that are read: findings may point into it.
fn refuse_hierarchy(hierarchy: Option<&Path>, roots: &[PathBuf]) -> Result<(), Failure> {
    let Some(path) = hierarchy else {
        return Ok(());
    };
    if let Some(trouble) = trouble_with(path) {
        return Err(Failure::Work(format!(
            "cannot read {}: {trouble}",
            path.display()
        )));
    }
    if path.is_file() && are_above(roots, path) {
        return Ok(());
    }
    let message = format!(
        "--hiera {} is none of the files that are read",
        path.display()
    );
    Err(Failure::Usage(message))
}

/// Whether a path is one of those that are read.
fn are_above(roots: &[PathBuf], path: &Path) -> bool {
    let holds = |root: &PathBuf| match root.as_path() {
        root if root == Path::new(".") => path.is_relative() && !path.starts_with(".."),
        root => path.starts_with(root),
    };
    roots.iter().any(holds)
}

fn refuse_namesakes(hosts: &[options::NamedHost]) -> Result<(), Failure> {
    let mut names = BTreeSet::new();
    match hosts.iter().find(|host| !names.insert(&host.name)) {
        Some(host) => Err(Failure::Usage(format!("two hosts are named {}", host.name))),
        None => Ok(()),
    }
}

fn refuse_unreadable(roots: &[PathBuf], folders: &[PathBuf]) -> Result<(), Failure> {
    let roots = roots
        .iter()
        .filter_map(|root| Some((root, trouble_with(root)?)));
    let no_folder = |folder: &&PathBuf| folder.exists() && !folder.is_dir();
    let folders = folders
        .iter()
        .filter(no_folder)
        .map(|folder| (folder, "not a folder".to_owned()));
    let troubles: Vec<String> = roots
        .chain(folders)
        .map(|(path, trouble)| format!("cannot read {}: {trouble}", path.display()))
        .collect();
    if troubles.is_empty() {
        Ok(())
    } else {
        Err(Failure::Work(troubles.join("\n")))
    }
}

/// Why a root cannot be read, if so.
fn trouble_with(root: &Path) -> Option<String> {
    let about = match fs::metadata(root) {
        Ok(about) => about,
        Err(error) => return Some(plain(&error)),
    };
    // What is neither is not opened: a pipe would wait forever.
    let opened = if about.is_dir() {
        fs::read_dir(root).map(drop)
    } else if !about.is_file() {
        return Some("neither a file nor a folder".into());
    } else if about.len() > MAX_FILE_BYTES {
        return Some(format!("larger than {} MiB", MAX_FILE_BYTES >> 20));
    } else {
        fs::File::open(root).map(drop)
    };
    opened.err().map(|error| plain(&error))
}

fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or folder".into(),
        std::io::ErrorKind::PermissionDenied => "permission denied".into(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_root_decides() {
        let mut roots: Vec<PathBuf> = ["a/b", ".", "a"].map(PathBuf::from).into();
        innermost_last(&mut roots);
        assert_eq!(roots, [".", "a", "a/b"].map(PathBuf::from));
    }

    #[test]
    fn a_host_around_the_working_directory_is_read_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = fs::canonicalize(folder.path()).expect("a folder");
        let working = folder.join("below");
        let hosts = || [folder.clone()].into_iter();
        assert_eq!(default_root(&working, hosts()), folder);
        assert_eq!(default_root(&folder, hosts()), Path::new("."));
        assert_eq!(default_root(Path::new("/"), hosts()), Path::new("."));
    }

    #[test]
    fn what_is_not_there_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(trouble_with(folder.path()), None);
        let missing = folder.path().join("missing");
        assert_eq!(
            trouble_with(&missing).as_deref(),
            Some("no such file or folder")
        );
        fs::write(&missing, "x").expect("a file");
        assert_eq!(trouble_with(&missing), None);
        let folders = [missing];
        assert!(refuse_unreadable(&[], &folders).is_err());
    }
}
