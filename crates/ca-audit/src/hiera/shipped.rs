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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hiera::{Datum, Hash, Key};
    use crate::puppet::data_keys::DataKeys;
    use crate::tree::Memory;

    const SHIPPED: &str = "{version: 5, defaults: {datadir: /etc/puppet/hieradata, data_hash: yaml_data}, hierarchy: [{name: p, datadir: /etc/puppet/private/hieradata, path: c.yaml}, {name: c, path: c.yaml}]}";

    fn tree() -> Memory {
        let data = "ca::path: /etc/ssl/ca.pem\n";
        Memory::new()
            .with("hieradata/c.yaml", data)
            .with("modules/master/files/labs.hiera.yaml", SHIPPED)
    }

    #[test]
    fn the_only_one_is_taken_and_told() {
        let tree = tree();
        let entries = tree.list().entries;
        let choice = Choice::among_shipped(&tree, &entries, None);
        let (_, config) = choice.taken.as_ref().expect("the only one");
        // What is private on the server is not the public folder of that name.
        let private = &config.levels[0];
        assert!(matches!(private.backend, Backend::Foreign(_)));
        assert_eq!(config.levels[1].datadir, "hieradata");
        assert!(choice.told.expect("a gap").message.contains("the only one"));
        let found = DataKeys::new(&tree, &entries, &[], None, None).find("ca::path", None);
        let texts = found.cases.iter().filter(|case| {
            matches!(&case.data, crate::value::Data::Text(text) if text.as_str() == Some("/etc/ssl/ca.pem"))
        });
        assert_eq!(texts.count(), 1);
    }

    #[test]
    fn of_two_a_fact_decides() {
        let tree = tree().with("modules/master/files/prod.hiera.yaml", SHIPPED);
        let entries = tree.list().entries;
        let choice = Choice::among_shipped(&tree, &entries, None);
        assert!(choice.taken.is_none());
        assert!(
            choice
                .told
                .expect("a gap")
                .message
                .contains("2 hierarchies")
        );
        let realm = [(Key::from("realm"), Datum::text("prod"))];
        let facts = Facts::new(&realm.into_iter().collect::<Hash>(), "a.b", "labs");
        let choice = Choice::among_shipped(&tree, &entries, Some(&facts));
        let (file, _) = choice.taken.expect("that of the realm");
        let path = &entries[file.0 as usize].path;
        assert_eq!(path, "modules/master/files/prod.hiera.yaml");
    }

    #[test]
    fn one_that_is_named_counts_instead_of_the_trees_own() {
        let own = "{version: 5, hierarchy: [{name: x, path: x.yaml}]}";
        let tree = tree()
            .with("hiera.yaml", own)
            .with("data/x.yaml", "ca::path: /other/ca.pem\n");
        let entries = tree.list().entries;
        let path = "modules/master/files/labs.hiera.yaml";
        let values = |named: Option<&str>| {
            let found = DataKeys::new(&tree, &entries, &[], None, named).find("ca::path", None);
            let text = |case: &crate::value::Case| match &case.data {
                crate::value::Data::Text(text) => text.as_str().map(str::to_owned),
                _ => None,
            };
            found.cases.iter().filter_map(text).collect::<Vec<_>>()
        };
        assert_eq!(values(None), ["/other/ca.pem"]);
        assert_eq!(values(Some(path)), ["/etc/ssl/ca.pem"]);
    }
}
