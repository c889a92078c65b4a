//! Hiera: what a key means for a host, or for hosts of which nothing is known.
//!
//! ```
//! use ca_audit::hiera::{Facts, Hiera, World};
//! use ca_audit::tree::{Memory, Tree};
//!
//! let tree = Memory::new()
//!     .with("hiera.yaml", "{version: 5, hierarchy: [{name: Common, path: common.yaml}]}")
//!     .with("data/common.yaml", "tls::ca: /etc/ssl/ca.pem");
//! let entries = tree.list().entries;
//! let hiera = Hiera::of_environment(&tree, &entries, "");
//! let answer = hiera.lookup("tls::ca", &World::Host(&Facts::default()));
//! assert_eq!(answer.unwrap().value.unwrap().as_str(), Some("/etc/ssl/ca.pem"));
//! ```
//!
//! One lookup, told by Puppet's own source: [`config`](Config) says which files
//! a level names, `interpolate` fills in `%{…}`, `strategy` makes one value of
//! several, `lookup` walks through the layers. What differs between "for this
//! host" and "for any host" is only the [`World`] that it is asked in; `worlds`
//! asks in all that matter.

pub mod config;
mod convert;
mod data_file;
mod datum;
mod deep_merge;
mod facts_file;
mod failure;
mod hocon;
mod interpolate;
mod key;
mod layer;
mod locations;
mod lookup;
mod pattern;
mod serialize;
pub(crate) mod shipped;
mod store;
mod strategy;
mod world;
mod worlds;

pub use config::Config;
pub(crate) use convert::convert;
pub use data_file::Format;
pub(crate) use data_file::document;
pub use datum::{Datum, Hash, Key, Kind, REDACTED};
pub use deep_merge::{Knockout, Lost};
pub use facts_file::read_facts;
pub use failure::{Failure, Stop};
pub use interpolate::with_holes;
pub use key::LookupKey;
pub use layer::{Layer, is_data};
pub use lookup::{Answer, Source};
pub use shipped::Choice;
pub use store::Store;
pub use strategy::Strategy;
pub use world::{Assumption, Facts, Question, World};
pub use worlds::{Candidate, Exploration};

use crate::place::FileId;
use crate::tree::{Entry, Tree};
use config::Layer as Owner;
use locations::{Named, Resolver, below, normal};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Folders of an environment that hold modules.
pub const MODULE_FOLDERS: [&str; 5] = ["modules", "site-modules", "site", "dist", "profiles"];

/// The data layers of one environment.
pub struct Hiera<'t> {
    store: Store<'t>,
    /// The folder of the environment.
    home: String,
    global: Option<Provider>,
    environment: Option<Provider>,
    modules: BTreeMap<SmolStr, Provider>,
    /// What the levels may name, once somebody asks.
    named: OnceLock<Vec<Named>>,
}

/// A configuration in force.
struct Provider {
    file: FileId,
    /// The folder it lies in, from which its paths count.
    root: String,
    /// Or why Puppet refuses it.
    config: Result<Config, Failure>,
    /// The module it belongs to.
    module: Option<SmolStr>,
}

impl<'t> Hiera<'t> {
    /// The environment in the folder `folder` of `tree` (`""` for its root),
    /// whose files are `entries`: its own `hiera.yaml` and those of the modules
    /// in `modules` and `site-modules`, `site`, `dist` below it.
    pub fn of_environment(tree: &'t dyn Tree, entries: &'t [Entry], folder: &str) -> Self {
        let store = Store::new(tree, entries);
        let folder = normal(folder);
        let inside = |name: &str| below(&folder, name);
        let mut hiera = Self {
            home: folder.clone(),
            environment: provider(&store, &inside("hiera.yaml"), Owner::Environment, None),
            global: None,
            modules: BTreeMap::new(),
            named: OnceLock::new(),
            store,
        };
        for modules in MODULE_FOLDERS {
            hiera.add_modules(&inside(modules));
        }
        // A version 3 has no say in an environment; people keep the global one
        // there all the same.
        let is_global = |it: &Provider| it.config.as_ref().is_ok_and(|it| it.version == 3);
        if hiera.environment.as_ref().is_some_and(is_global) {
            hiera.global = hiera.environment.take();
        }
        hiera
    }

    /// Puts the `hiera.yaml` at `path` above the environment.
    #[must_use]
    pub fn with_global(mut self, path: &str) -> Self {
        self.global = provider(&self.store, &normal(path), Owner::Global, None);
        self
    }

    /// Puts a hierarchy that was chosen for it above the environment; one that
    /// was named counts instead of the environment's own.
    #[must_use]
    pub fn with_chosen(mut self, choice: &Choice) -> Self {
        let Some((file, config)) = choice.taken.clone() else {
            return self;
        };
        if choice.is_named {
            self.environment = None;
        }
        self.global = Some(Provider {
            file,
            root: String::new(),
            config: Ok(config),
            module: None,
        });
        self
    }

    /// Gives it data files that have been read as documents already.
    #[must_use]
    pub fn with_layers(mut self, layers: &'t [Layer]) -> Self {
        self.store.add_layers(layers);
        self
    }

    /// Whether it has more than what modules bring along: where it has not, the
    /// servers' own hierarchy cannot be seen.
    pub fn is_seen(&self) -> bool {
        self.environment.is_some() || self.global.is_some()
    }

    /// Whether a level of any hierarchy may name the file, for some host.
    pub fn governs(&self, file: FileId) -> bool {
        let path = self.store.path(file);
        let named = self.named.get_or_init(|| self.names());
        named.iter().any(|named| named.is_named(path))
    }

    /// What the levels of all hierarchies may name.
    fn names(&self) -> Vec<Named> {
        let mut names = Vec::new();
        for provider in self.providers() {
            let Ok(config) = &provider.config else {
                continue;
            };
            let levels = config
                .levels
                .iter()
                .chain(config.default_levels.iter().flatten());
            let resolver = Resolver {
                store: &self.store,
                root: &provider.root,
                home: &self.home,
                config,
                key: "",
            };
            names.extend(levels.flat_map(|level| resolver.names(level)));
        }
        names
    }

    fn providers(&self) -> impl Iterator<Item = &Provider> {
        let single = [&self.global, &self.environment].into_iter().flatten();
        single.chain(self.modules.values())
    }

    /// Adds the modules in a folder; an earlier one of a name counts.
    pub fn add_modules(&mut self, folder: &str) {
        let folder = normal(folder);
        let configs: Vec<String> = self
            .store
            .below(&folder)
            .into_iter()
            .filter(|(_, rest)| rest.ends_with("/hiera.yaml") && rest.matches('/').count() == 1)
            .map(|(_, rest)| rest.to_owned())
            .collect();
        for rest in configs {
            let name: SmolStr = rest.split('/').next().unwrap_or_default().into();
            let path = format!("{folder}/{rest}");
            let module = provider(&self.store, &path, Owner::Module, Some(name.clone()));
            if let Some(module) = module {
                self.modules.entry(name).or_insert(module);
            }
        }
    }

    /// The configurations that Puppet refuses, and why.
    pub fn refused(&self) -> impl Iterator<Item = (FileId, &Failure)> {
        self.providers()
            .filter_map(|it| Some((it.file, it.config.as_ref().err()?)))
    }
}

fn provider(
    store: &Store<'_>,
    path: &str,
    layer: Owner,
    module: Option<SmolStr>,
) -> Option<Provider> {
    let file = store.find(path)?;
    let root = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let config = store
        .text(file)
        .and_then(|text| Config::read(file, &text, layer));
    Some(Provider {
        file,
        root: root.into(),
        config,
        module,
    })
}
