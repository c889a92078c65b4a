//! A hierarchy that a repository ships to its servers.
//!
//! Some repositories have no `hiera.yaml` of their own: a module deploys one to
//! the servers, and it names the data by their place there. It says what the
//! data of the tree mean, once the server's folders are brought home.

use super::config::{Backend, Config, Layer};
use super::locations::{below, normal};
use super::store::Store;
use super::world::Facts;
use crate::facts::{Gap, Reason};
use crate::place::{FileId, Span};
use crate::tree::{Entry, Tree};
use smol_str::SmolStr;

/// Which hierarchy is taken for a tree that has none of its own.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// The file, and what it says.
    pub(super) taken: Option<(FileId, Config)>,
    /// Whether somebody named it: then it counts instead of any other.
    pub(super) is_named: bool,
    /// How it was chosen, or that it could not be.
    pub told: Option<Gap>,
}

/// Whether a file is a `hiera.yaml` that a module deploys.
pub(crate) fn is_shipped(path: &str) -> bool {
    let mut names = path.rsplit('/');
    let is_configuration = names
        .next()
        .is_some_and(|name| name.ends_with("hiera.yaml"));
    is_configuration && names.any(|folder| folder == "files")
}

impl Choice {
    /// Whether one is taken.
    pub fn is_taken(&self) -> bool {
        self.taken.is_some()
    }

    /// The hierarchy that was named, at `path` of the tree; nothing is taken
    /// where it is not there or Puppet refuses it, which is told.
    pub fn named(tree: &dyn Tree, entries: &[Entry], path: &str) -> Self {
        let store = Store::new(tree, entries);
        let Some(file) = store.find(path) else {
            return Self::default();
        };
        let read = store.text(file);
        let (taken, told) = match read.and_then(|it| Config::read(file, &it, Layer::Global)) {
            Ok(config) => (Some((file, brought_home(&store, path, config))), None),
            Err(failure) => {
                let message = format!(
                    "the hierarchy that was named counts for nothing: Puppet refuses it: {failure}"
                );
                (None, Some(gap(Reason::Unparsed, message, file)))
            }
        };
        Self {
            taken,
            is_named: true,
            told,
        }
    }

    /// The hierarchy among those that modules deploy: the only one whose data
    /// are in the tree, or the one that is called like a fact of the host.
    pub fn among_shipped(tree: &dyn Tree, entries: &[Entry], facts: Option<&Facts>) -> Self {
        let store = Store::new(tree, entries);
        let mut fitting = fitting(&store, entries);
        let fact = |(file, _): &(FileId, Config)| facts?.called(stem(store.path(*file)));
        let called = fitting.iter().enumerate();
        let called = called.filter_map(|(index, it)| Some((index, fact(it)?)));
        let called: Vec<(usize, SmolStr)> = called.collect();
        let (index, why) = match (fitting.len(), called.as_slice()) {
            (0, _) => return Self::default(),
            (1, _) => (
                0,
                "it is the only one that this repository ships".to_owned(),
            ),
            (_, [(index, name)]) => (*index, format!("the host's fact {name} has its name")),
            (count, _) => {
                let message = format!(
                    "this repository ships {count} hierarchies that fit its data and has none at its root: none of them was taken, every value counts (--hiera FILE takes one)"
                );
                let told = Some(gap(Reason::UnknownValue, message, fitting[0].0));
                return Self {
                    told,
                    ..Self::default()
                };
            }
        };
        let taken = fitting.swap_remove(index);
        let message = format!(
            "this hierarchy is taken for the data, because there is none at the root and {why} (--hiera FILE takes another)"
        );
        Self {
            told: Some(gap(Reason::UnknownValue, message, taken.0)),
            taken: Some(taken),
            is_named: false,
        }
    }
}

/// The shipped hierarchies of which some level's folder is in the tree.
fn fitting(store: &Store<'_>, entries: &[Entry]) -> Vec<(FileId, Config)> {
    let shipped = entries
        .iter()
        .filter(|it| !it.aside && is_shipped(&it.path));
    let fitting = |entry: &Entry| {
        let file = store.find(&entry.path)?;
        let config = Config::read(file, &store.text(file).ok()?, Layer::Global).ok()?;
        let is_here = |datadir: &str| server_prefix(store, datadir).is_some();
        let fits = config.levels.iter().any(|level| is_here(&level.datadir));
        fits.then(|| (file, brought_home(store, &entry.path, config)))
    };
    shipped.filter_map(fitting).collect()
}

/// The same with folders of the tree instead of the server's; the data in other
/// folders of the server cannot be seen.
///
/// The tree lies at one place of the server: of the prefixes under which some
/// folder is found here, the shortest. So `/etc/puppet/hieradata` is found, and
/// `/etc/puppet/private/hieradata` not taken for it.
fn brought_home(store: &Store<'_>, path: &str, mut config: Config) -> Config {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let prefixes = config.levels.iter();
    let prefixes = prefixes.filter_map(|level| server_prefix(store, &level.datadir));
    let prefix = prefixes.min_by_key(String::len);
    for level in &mut config.levels {
        // The environment's own folder is found by the name of it.
        if level.datadir.contains("/environments/") {
            continue;
        }
        if !level.datadir.starts_with('/') {
            level.datadir = below(folder, &level.datadir);
            continue;
        }
        let home = prefix
            .as_deref()
            .and_then(|it| level.datadir.strip_prefix(it));
        let home = home.map(|it| it.trim_start_matches('/').to_owned());
        match home.filter(|home| store.has_folder(&normal(plain(home)))) {
            Some(home) => level.datadir = home,
            None => level.backend = Backend::Foreign(level.datadir.as_str().into()),
        }
    }
    config
}

/// What of a server's folder stands before a folder of the tree.
fn server_prefix(store: &Store<'_>, datadir: &str) -> Option<String> {
    let plain = plain(datadir);
    let starts = plain.match_indices('/').map(|(at, _)| at);
    let mut starts = starts.filter(|_| datadir.starts_with('/'));
    let at = starts.find(|at| store.has_folder(&normal(&plain[at + 1..])))?;
    Some(plain[..at].to_owned())
}

/// A folder up to what depends on the host.
fn plain(datadir: &str) -> &str {
    let open = datadir.find("%{").unwrap_or(datadir.len());
    datadir[..open].trim_end_matches('/')
}

/// `labs.hiera.yaml` → `labs`
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.strip_suffix("hiera.yaml").unwrap_or(name);
    stem.trim_end_matches(['.', '-', '_'])
}

fn gap(reason: Reason, message: String, file: FileId) -> Gap {
    Gap {
        reason,
        message,
        at: Span::whole(file),
    }
}
