//! Which files a level of a hierarchy names in a world.
//! (`puppet/pops/lookup/location_resolver.rb`.)

use super::config::{Config, Level, Location};
use super::data_file::Format;
use super::datum::{Datum, Kind};
use super::failure::{Failure, Stop};
use super::interpolate::{in_hierarchy, variable};
use super::pattern::{Form, Pattern};
use super::store::Store;
use super::world::{Binding, Question, World};
use crate::place::FileId;
use crate::value::{Piece, Text, Why};
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A place that a level looks into: a file, or a path where there is none.
pub(super) type Place = Option<FileId>;

/// What resolves the locations of one configuration.
pub(super) struct Resolver<'r> {
    pub(super) store: &'r Store<'r>,
    /// The folder of the configuration.
    pub(super) root: &'r str,
    /// The folder of the environment.
    pub(super) home: &'r str,
    /// The configuration.
    pub(super) config: &'r Config,
    /// The key that is looked up: only files that have it matter.
    pub(super) key: &'r str,
}

/// A file, or many.
pub(super) enum Named {
    Path(String),
    Pattern(Pattern),
}

impl Named {
    /// Whether the file at `path` is meant.
    pub(super) fn is_named(&self, path: &str) -> bool {
        match self {
            Self::Path(own) => own == path,
            Self::Pattern(pattern) => pattern.regex.is_match(path),
        }
    }
}

impl Resolver<'_> {
    /// The places of `level` in `world`.
    ///
    /// # Errors
    /// What Puppet refuses, and a question where the world does not tell.
    pub(super) fn places(
        &self,
        level: &Level,
        format: Format,
        world: &World<'_>,
    ) -> Result<Vec<Place>, Stop> {
        let datadir = in_hierarchy(&level.datadir, world)?;
        if level.has_options && format != Format::Eyaml {
            let message = format!(
                "hierarchy '{}' has options that its reader refuses",
                level.name
            );
            return Err(Failure::new(message).into());
        }
        match &level.location {
            Location::Paths(paths) => {
                let place = |path: &String| self.place(&datadir, path, format, world);
                let places = paths.iter().map(place).collect::<Result<_, _>>()?;
                Ok(places)
            }
            Location::Globs(globs) => self.globbed(&datadir, globs, format, world),
            Location::Mapped {
                variable,
                element,
                path,
            } => {
                let mapped = Mapped {
                    variable,
                    element,
                    path,
                };
                self.mapped(&datadir, &mapped, format, world)
            }
            Location::None => {
                let message = "one of 'path', 'paths', 'glob', 'globs' or 'mapped_paths' must be declared in hiera.yaml when using this data_hash function";
                Err(Failure::new(message).into())
            }
        }
    }

    fn place(
        &self,
        datadir: &Text,
        path: &str,
        format: Format,
        world: &World<'_>,
    ) -> Result<Place, Stop> {
        let path = in_hierarchy(path, world)?;
        let whole = self.joined(datadir, &path);
        if let Some(path) = whole.as_str() {
            let path = normal(path);
            if self.store.has_folder(&path) {
                return Err(Failure::new(format!("Is a directory: {path}")).into());
            }
            return Ok(self.store.find(&path));
        }
        self.ask(&whole, Form::of_path(&path), format, world)?;
        Ok(None)
    }

    /// What `level` may name, for some host.
    pub(super) fn names(&self, level: &Level) -> Vec<Named> {
        let anybody = World::Assumed(&[]);
        let Ok(datadir) = in_hierarchy(&level.datadir, &anybody) else {
            return Vec::new();
        };
        let (texts, is_glob): (Vec<&String>, bool) = match &level.location {
            Location::Paths(paths) => (paths.iter().collect(), false),
            Location::Mapped { path, .. } => (vec![path], false),
            Location::Globs(globs) => (globs.iter().collect(), true),
            Location::None => return Vec::new(),
        };
        let mut names = Vec::new();
        for text in texts {
            let Ok(text) = in_hierarchy(text, &anybody) else {
                continue;
            };
            let whole = self.joined(&datadir, &text);
            let form = if is_glob {
                Form::Glob
            } else {
                Form::of_path(&text)
            };
            match whole.as_str().filter(|_| !is_glob) {
                Some(whole) => names.push(Named::Path(normal(whole))),
                None => names.extend(Pattern::all(&whole, form).into_iter().map(Named::Pattern)),
            }
        }
        names
    }

    /// Ends in a question if an open variable of a path may lead to a file that
    /// has the key.
    fn ask(&self, path: &Text, form: Form, format: Format, world: &World<'_>) -> Result<(), Stop> {
        let Some(Why::Variable(name)) = path.first_hole().map(|hole| &hole.why) else {
            return Ok(());
        };
        let excluded = match variable(name, world)? {
            Binding::NoneOf(values) => Some(values),
            _ => None,
        };
        let fitting = self.fitting(name, path, form);
        let values: BTreeSet<SmolStr> = fitting
            .iter()
            .filter(|(file, _)| self.store.has_key(*file, format, self.key))
            .map(|(_, value)| value.clone())
            .filter(|value| excluded.is_none_or(|excluded| !excluded.contains(value)))
            .collect();
        if values.is_empty() {
            return Ok(());
        }
        Err(Stop::Asks(Question {
            variable: name.clone(),
            values,
        }))
    }

    /// The files that a path fits, with what `name` is there. Every key asks for
    /// the same ones, so they are looked for once.
    fn fitting(&self, name: &str, path: &Text, form: Form) -> Arc<Vec<(FileId, SmolStr)>> {
        let asked = format!("{}\0{form:?}\0{name}\0{path}", self.root);
        self.store.fitting(asked, || {
            let folder = path
                .prefix()
                .rsplit_once('/')
                .map_or("", |(folder, _)| folder);
            let patterns = Pattern::all(path, form);
            let outright = self.named_outright();
            let files = self.store.below(&normal(folder)).into_iter();
            files
                .filter_map(|(file, _)| {
                    let path = self.store.path(file);
                    let value = patterns.iter().find_map(|it| it.value(name, path))?;
                    (!outright.contains(path)).then_some((file, value))
                })
                .collect()
        })
    }

    /// What the hierarchy names without any variable: `common.yaml` is not the
    /// file of a host called `common`.
    fn named_outright(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for level in &self.config.levels {
            let Location::Paths(paths) = &level.location else {
                continue;
            };
            let datadir = Text::literal(level.datadir.as_str());
            let plain = |path: &&String| !path.contains("%{") && !level.datadir.contains("%{");
            for path in paths.iter().filter(plain) {
                let whole = self.joined(&datadir, &Text::literal(path.as_str()));
                names.extend(whole.as_str().map(normal));
            }
        }
        names
    }

    fn globbed(
        &self,
        datadir: &Text,
        globs: &[String],
        format: Format,
        world: &World<'_>,
    ) -> Result<Vec<Place>, Stop> {
        let mut places = Vec::new();
        for glob in globs {
            let glob = in_hierarchy(glob, world)?;
            let whole = self.joined(datadir, &glob);
            if whole.as_str().is_none() {
                self.ask(&whole, Form::Glob, format, world)?;
                continue;
            }
            for pattern in Pattern::all(&whole, Form::Glob) {
                let found = self.matching(&pattern, whole.prefix());
                places.extend(found.into_iter().map(Some));
            }
        }
        Ok(places)
    }

    /// The files that a glob without holes matches, in Ruby's order.
    fn matching(&self, pattern: &Pattern, glob: &str) -> Vec<FileId> {
        let plain = glob.find(['*', '?', '[', '{', '\\']).unwrap_or(glob.len());
        let folder = glob[..plain]
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        let shows_hidden = glob.contains("/.");
        let is_shown =
            |path: &str| shows_hidden || !path.split('/').any(|name| name.starts_with('.'));
        let below = self.store.below_in_glob_order(&normal(folder));
        below
            .into_iter()
            .filter(|(file, rest)| is_shown(rest) && pattern.regex.is_match(self.store.path(*file)))
            .map(|(file, _)| file)
            .collect()
    }

    fn mapped(
        &self,
        datadir: &Text,
        mapped: &Mapped<'_>,
        format: Format,
        world: &World<'_>,
    ) -> Result<Vec<Place>, Stop> {
        let values = match variable(mapped.variable, world)? {
            Binding::Known(values) => values.unwrap_or_default(),
            Binding::Open | Binding::NoneOf(_) => {
                // One of its elements is a variable of its own.
                let each = format!("%{{{}[]}}", mapped.variable);
                let path = mapped
                    .path
                    .replace(&format!("%{{{}}}", mapped.element), &each);
                let place = self.place(datadir, &path, format, world)?;
                return Ok(vec![place]);
            }
        };
        let values = match values.kind {
            Kind::Null => Vec::new(),
            Kind::Array(items) => items,
            Kind::Hash(hash) => hash
                .into_iter()
                .map(|(key, value)| Datum::made(Kind::Array(vec![Datum::text(&key.name()), value])))
                .collect(),
            Kind::Text(ref text) if text.as_str() == Some("") => Vec::new(),
            Kind::Int(_) | Kind::Float(_) | Kind::Bool(_) => {
                let message = format!("undefined method `empty?' for {}", mapped.variable);
                return Err(Failure::new(message).into());
            }
            kind => vec![Datum::made(kind)],
        };
        let place = |value: &Datum| {
            let with_element = world_with(world, mapped.element, value);
            self.place(datadir, mapped.path, format, &World::Host(&with_element))
        };
        let places = values.iter().map(place).collect::<Result<_, _>>()?;
        Ok(places)
    }

    /// `datadir/path`, below the folder of the configuration.
    fn joined(&self, datadir: &Text, path: &Text) -> Text {
        let mut whole = Text::default();
        if path.prefix().starts_with('/') {
            return self.brought_home(path);
        }
        if datadir.prefix().starts_with('/') {
            whole.push(&self.brought_home(datadir));
        } else {
            if !self.root.is_empty() {
                whole.push(&Text::literal(format!("{}/", self.root)));
            }
            whole.push(datadir);
        }
        whole.push(&Text::literal("/"));
        whole.push(path);
        whole
    }

    /// An absolute path names a folder of the server; the checkout has it below
    /// the folder of its environment, or under its last names.
    fn brought_home(&self, path: &Text) -> Text {
        let own = |rest: &str| below(self.root, rest);
        let mut pieces = path.pieces.clone();
        let literal = match pieces.first() {
            Some(Piece::Literal(literal)) => literal.to_string(),
            _ => return path.clone(),
        };
        if self.store.has_folder(&normal(&literal)) || self.store.find(&literal).is_some() {
            return path.clone();
        }
        if let Some((_, rest)) = literal.split_once("/environments/")
            && let Some((_, rest)) = rest.split_once('/')
        {
            pieces[0] = Piece::Literal(below(self.home, rest).into());
            return Text { pieces };
        }
        // The environment's own name is open.
        if literal.ends_with("/environments/")
            && let Some(Piece::Literal(rest)) = pieces.get(2)
        {
            let rest = below(self.home, rest.trim_start_matches('/'));
            pieces.drain(..2);
            pieces[0] = Piece::Literal(rest.into());
            return Text { pieces };
        }
        let names: Vec<&str> = literal.split('/').filter(|name| !name.is_empty()).collect();
        let tails = (0..names.len()).map(|start| own(&names[start..].join("/")));
        let home = tails.into_iter().find(|tail| self.store.has_folder(tail));
        match (home, literal.ends_with('/')) {
            (Some(home), true) => pieces[0] = Piece::Literal(format!("{home}/").into()),
            (Some(home), false) => pieces[0] = Piece::Literal(home.into()),
            (None, _) => {}
        }
        Text { pieces }
    }
}

/// `mapped_paths: [variable, element, path]`.
struct Mapped<'l> {
    variable: &'l str,
    element: &'l str,
    path: &'l str,
}

/// The facts of a world, and one more variable.
fn world_with(world: &World<'_>, name: &str, value: &Datum) -> super::world::Facts {
    let mut facts = match world {
        World::Host(facts) => (*facts).clone(),
        World::Assumed(_) => super::world::Facts::default(),
    };
    facts.set(name, value.clone());
    facts
}

/// `folder/rest`.
pub(super) fn below(folder: &str, rest: &str) -> String {
    if folder.is_empty() {
        normal(rest)
    } else {
        normal(&format!("{folder}/{rest}"))
    }
}

/// A path without `.`, `..` and doubled slashes.
pub(super) fn normal(path: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in path.split('/') {
        match name {
            "." => {}
            "" if !names.is_empty() => {}
            ".." if names.last().is_some_and(|last| !matches!(*last, "" | "..")) => {
                names.pop();
            }
            name => names.push(name),
        }
    }
    names.join("/")
}
