//! One lookup in one world. (`puppet/pops/lookup/lookup_adapter.rb` and the
//! data providers beside it.)

use super::config::{Backend, Level};
use super::convert::convert;
use super::datum::{Datum, Hash, Key, Kind};
use super::deep_merge::Lost;
use super::failure::{Failure, Stop};
use super::interpolate::{Looks, interpolate};
use super::key::LookupKey;
use super::locations::{Place, Resolver};
use super::strategy::Strategy;
use super::world::World;
use super::{Format, Hiera, Provider};
use crate::place::Span;
use crate::value::{Unknown, Why};
use regex::Regex;
use smol_str::SmolStr;
use std::collections::HashMap;

/// What a key means.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The value; `None` where no layer that can be seen has the key.
    pub value: Option<Datum>,
    /// Where the values stand that it was made of, highest layer first.
    pub from: Vec<Source>,
    /// The strategy that made one value of several.
    pub merge: &'static str,
    /// What a knockout prefix has cost.
    pub lost: Vec<Lost>,
    /// Where the options of the merge are written.
    pub options_at: Option<Span>,
    /// Levels that may have a say and cannot be seen: backends of one's own.
    pub unseen: Vec<SmolStr>,
}

/// One of the values that an answer was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where it is written.
    pub at: Span,
    /// The level of the hierarchy that has it.
    pub level: SmolStr,
}

/// Nothing looks up more keys on the way to one.
const MAX_DEPTH: usize = 50;

const LOOKUP_OPTIONS: &str = "lookup_options";

impl Hiera<'_> {
    /// What `key` means in `world`.
    ///
    /// # Errors
    /// What Puppet refuses, and the question on which the answer depends.
    pub fn lookup(&self, key: &str, world: &World<'_>) -> Result<Answer, Stop> {
        self.lookup_merged(key, None, world)
    }

    /// The same, merged as `merge` asks: the third argument of the `lookup`
    /// function, which has a say over `lookup_options`.
    ///
    /// # Errors
    /// What Puppet refuses, and the question on which the answer depends.
    pub fn lookup_merged(
        &self,
        key: &str,
        merge: Option<&Datum>,
        world: &World<'_>,
    ) -> Result<Answer, Stop> {
        self.session(world).answer(key, merge)
    }

    fn session<'s>(&'s self, world: &'s World<'s>) -> Session<'s> {
        Session {
            hiera: self,
            world,
            stack: Vec::new(),
            is_global_only: false,
            options: HashMap::new(),
            depth: 0,
            from: Vec::new(),
            merge: "first",
            lost: Vec::new(),
            options_at: None,
            unseen: Vec::new(),
        }
    }
}

/// A lookup under way.
struct Session<'s> {
    hiera: &'s Hiera<'s>,
    world: &'s World<'s>,
    /// What is being looked up, to notice circles.
    stack: Vec<String>,
    /// Whether only the global layer is asked.
    is_global_only: bool,
    /// `lookup_options` by module.
    options: HashMap<Option<SmolStr>, Options>,
    /// Lookups inside lookups.
    depth: usize,
    from: Vec<Source>,
    merge: &'static str,
    lost: Vec<Lost>,
    options_at: Option<Span>,
    unseen: Vec<SmolStr>,
}

/// `lookup_options`.
#[derive(Clone, Debug, Default)]
struct Options {
    keys: Hash,
    patterns: Vec<(Regex, Datum)>,
}

/// The layers, highest first.
#[derive(Clone, Copy)]
enum Stacked {
    Global,
    Environment,
    Module,
}

impl Session<'_> {
    fn answer(mut self, key: &str, merge: Option<&Datum>) -> Result<Answer, Stop> {
        Ok(Answer {
            value: self.merged_value(key, merge)?,
            from: self.from,
            merge: self.merge,
            lost: self.lost,
            options_at: self.options_at,
            unseen: self.unseen,
        })
    }

    fn value(&mut self, key: &str) -> Result<Option<Datum>, Stop> {
        self.merged_value(key, None)
    }

    fn merged_value(&mut self, key: &str, merge: Option<&Datum>) -> Result<Option<Datum>, Stop> {
        if key == LOOKUP_OPTIONS || key.starts_with("lookup_options.") {
            return Ok(None);
        }
        let key = LookupKey::parse(key)?;
        let options = self.options_for(&key)?.unwrap_or_default();
        let merge = merge.or(options.get("merge"));
        let strategy = Strategy::of(merge)?;
        if self.depth == 0 {
            self.merge = strategy.name();
            let prefix = merge.and_then(|merge| merge.get("knockout_prefix"));
            self.options_at = prefix.or(merge).and_then(|it| it.at);
        }
        let mut found = self.in_layers(&key, &strategy)?;
        if self.depth == 0 {
            self.lost = strategy.lost();
        }
        if found.is_none() && !self.is_global_only {
            found = self.in_default_hierarchy(&key)?;
        }
        match (found, options.get("convert_to")) {
            (Some(value), Some(to)) if to.kind != Kind::Null => {
                Ok(Some(convert(value, to, &key.text)?))
            }
            (found, _) => Ok(found),
        }
    }

    fn in_layers(&mut self, key: &LookupKey, strategy: &Strategy) -> Result<Option<Datum>, Stop> {
        let found = if self.is_global_only {
            self.in_layer(Stacked::Global, key, strategy)?
        } else {
            let layers = [Stacked::Global, Stacked::Environment, Stacked::Module];
            strategy.over(&layers, |layer| self.in_layer(*layer, key, strategy))?
        };
        match found {
            Some(found) => key.dig(found),
            None => Ok(None),
        }
    }

    fn in_layer(
        &mut self,
        layer: Stacked,
        key: &LookupKey,
        strategy: &Strategy,
    ) -> Result<Option<Datum>, Stop> {
        let hiera = self.hiera;
        match layer {
            Stacked::Global => {
                let Some(provider) = &hiera.global else {
                    return Ok(None);
                };
                // Below version 3, `%{lookup()}` asks the global layer only, if
                // the environment has no configuration.
                let before = self.is_global_only;
                let is_old = provider.config.as_ref().is_ok_and(|it| it.version == 3);
                self.is_global_only |= is_old && hiera.environment.is_none();
                let found = self.in_provider(provider, key, strategy);
                self.is_global_only = before;
                found
            }
            Stacked::Environment => match &hiera.environment {
                Some(provider) => self.in_provider(provider, key, strategy),
                None => Ok(None),
            },
            Stacked::Module => match key.module().and_then(|name| hiera.modules.get(name)) {
                Some(provider) => self.in_provider(provider, key, strategy),
                None => Ok(None),
            },
        }
    }

    fn in_provider(
        &mut self,
        provider: &Provider,
        key: &LookupKey,
        strategy: &Strategy,
    ) -> Result<Option<Datum>, Stop> {
        let config = provider.config.as_ref().map_err(Clone::clone)?;
        self.in_levels(provider, &config.levels, key, strategy)
    }

    fn in_levels(
        &mut self,
        provider: &Provider,
        levels: &[Level],
        key: &LookupKey,
        strategy: &Strategy,
    ) -> Result<Option<Datum>, Stop> {
        self.guarded(&key.text, |session| {
            strategy.over(levels, |level| {
                session.in_level(provider, level, key, strategy)
            })
        })
    }

    fn in_level(
        &mut self,
        provider: &Provider,
        level: &Level,
        key: &LookupKey,
        strategy: &Strategy,
    ) -> Result<Option<Datum>, Stop> {
        let format = match &level.backend {
            Backend::Files(format) => *format,
            Backend::Foreign(function) => {
                self.miss(function);
                return Ok(None);
            }
        };
        let resolver = Resolver {
            store: &self.hiera.store,
            root: &provider.root,
            home: &self.hiera.home,
            config: provider.config.as_ref().map_err(Clone::clone)?,
            key: &key.root,
        };
        let places = resolver.places(level, format, self.world)?;
        strategy.over(&places, |place| {
            self.at(*place, provider, level, format, key)
        })
    }

    /// A level that cannot be seen.
    fn miss(&mut self, function: &SmolStr) {
        if !self.unseen.contains(function) {
            self.unseen.push(function.clone());
        }
    }

    fn at(
        &mut self,
        place: Place,
        provider: &Provider,
        level: &Level,
        format: Format,
        key: &LookupKey,
    ) -> Result<Option<Datum>, Stop> {
        let Some(file) = place else {
            return Ok(None);
        };
        let content = self.hiera.store.hash(file, format);
        let hash = content.as_ref().as_ref().map_err(Clone::clone)?;
        let is_named = |key: &Key| matches!(key, Key::Text(_));
        if format != Format::Eyaml && provider.module.is_some() && !hash.keys().all(is_named) {
            return Err(Failure::new("a key of a module's data is no string").into());
        }
        let Some(value) = hash.get(&Key::from(key.root.as_str())) else {
            return Ok(None);
        };
        if !value.is_value() {
            let message = format!("Value for key '{}' has wrong type", key.root);
            return Err(Failure::new(message).into());
        }
        if self.depth == 0 && key.root != LOOKUP_OPTIONS {
            self.from.extend(value.at.map(|at| Source {
                at,
                level: level.name.clone(),
            }));
        }
        interpolate(value.clone(), self).map(Some)
    }

    // --- lookup_options --------------------------------------------------------

    fn options_for(&mut self, key: &LookupKey) -> Result<Option<Datum>, Stop> {
        let module = key.module().map(SmolStr::from);
        if !self.options.contains_key(&module) {
            let options = self.all_options(module.as_deref())?;
            let options = compiled(options)?;
            self.options.insert(module.clone(), options);
        }
        Ok(self
            .options
            .get(&module)
            .and_then(|options| options.of(&key.root)))
    }

    /// The options of the global layer and the environment, and below them those
    /// of a module.
    fn all_options(&mut self, module: Option<&str>) -> Result<Option<Datum>, Stop> {
        let global = self.options_in(Stacked::Global, None)?;
        if self.is_global_only {
            return Ok(global);
        }
        let own = self.options_in(Stacked::Environment, None)?;
        let both = merged(global, own)?;
        let Some(module) = module else {
            return Ok(both);
        };
        let of_module = self.options_in(Stacked::Module, Some(module))?;
        merged(both, of_module)
    }

    fn options_in(&mut self, layer: Stacked, module: Option<&str>) -> Result<Option<Datum>, Stop> {
        let found = self.looking_for_options(|session, key| {
            match (
                layer,
                module.and_then(|name| session.hiera.modules.get(name)),
            ) {
                (Stacked::Module, Some(provider)) => {
                    session.in_provider(provider, key, &Strategy::Hash)
                }
                (Stacked::Module, None) => Ok(None),
                (layer, _) => session.in_layer(layer, key, &Strategy::Hash),
            }
        });
        checked(found?, module)
    }

    /// Runs `look` with the key `lookup_options`, as a lookup inside the one
    /// that is asked for.
    fn looking_for_options(
        &mut self,
        look: impl FnOnce(&mut Self, &LookupKey) -> Result<Option<Datum>, Stop>,
    ) -> Result<Option<Datum>, Stop> {
        let key = LookupKey {
            text: LOOKUP_OPTIONS.into(),
            root: LOOKUP_OPTIONS.into(),
            segments: Vec::new(),
        };
        self.depth += 1;
        let found = look(self, &key);
        self.depth -= 1;
        found
    }

    fn in_default_hierarchy(&mut self, key: &LookupKey) -> Result<Option<Datum>, Stop> {
        let Some(name) = key.module() else {
            return Ok(None);
        };
        let hiera = self.hiera;
        let Some(provider) = hiera.modules.get(name) else {
            return Ok(None);
        };
        let config = provider.config.as_ref().map_err(Clone::clone)?;
        let Some(levels) = &config.default_levels else {
            return Ok(None);
        };
        let options = self.looking_for_options(|session, key| {
            session.in_levels(provider, levels, key, &Strategy::Hash)
        });
        let options = compiled(checked(options?, Some(name))?)?.of(&key.root);
        let merge = options.as_ref().and_then(|options| options.get("merge"));
        let strategy = Strategy::of(merge)?;
        match self.in_levels(provider, levels, key, &strategy)? {
            Some(found) => key.dig(found),
            None => Ok(None),
        }
    }
}

impl Looks for Session<'_> {
    fn world(&self) -> &World<'_> {
        self.world
    }

    fn look_up(&mut self, key: &str) -> Result<Datum, Stop> {
        if self.depth >= MAX_DEPTH {
            return Err(Failure::new("lookups nested too deeply").into());
        }
        self.depth += 1;
        let unseen = self.unseen.len();
        let found = self.value(key);
        self.depth -= 1;
        // What a level that cannot be seen may say is a hole, not an absence.
        if self.unseen.len() > unseen {
            let why = Why::HieraKey(key.into());
            self.unseen.truncate(unseen);
            if let Ok(None) = &found {
                return Ok(Datum::made(Kind::Unknown(Unknown { why, at: None })));
            }
        }
        Ok(found?.unwrap_or_else(|| Datum::text("")))
    }

    fn guarded<T>(
        &mut self,
        name: &str,
        inner: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        if self.stack.iter().any(|other| other == name) {
            let message = format!("Recursive lookup detected in [{}]", self.stack.join(", "));
            return Err(Failure::new(message).into());
        }
        self.stack.push(name.to_owned());
        let result = inner(self);
        self.stack.pop();
        result
    }
}

impl Options {
    fn of(&self, root: &str) -> Option<Datum> {
        let own = self.keys.get(&Key::from(root));
        let own = own.filter(|options| options.kind != Kind::Null);
        let fitting = || {
            let fits = |(pattern, _): &&(Regex, Datum)| pattern.is_match(root);
            self.patterns.iter().find(fits).map(|(_, options)| options)
        };
        own.or_else(fitting).cloned()
    }
}

/// Whether a module's own data may hold a key: only what bears its name counts.
fn is_own(root: &str, module: Option<&str>) -> bool {
    module.is_none_or(|module| {
        let rest = root.strip_prefix(module);
        root == LOOKUP_OPTIONS || rest.is_some_and(|rest| rest.starts_with("::"))
    })
}

fn merged(higher: Option<Datum>, lower: Option<Datum>) -> Result<Option<Datum>, Stop> {
    match (higher, lower) {
        (Some(higher), Some(lower)) => Ok(Some(Strategy::Hash.merge(higher, lower)?)),
        (higher, lower) => Ok(higher.or(lower)),
    }
}

/// `validate_lookup_options`.
fn checked(options: Option<Datum>, module: Option<&str>) -> Result<Option<Datum>, Stop> {
    let Some(options) = options.filter(|options| options.kind != Kind::Null) else {
        return Ok(None);
    };
    let Some(hash) = options.as_hash() else {
        return Err(Failure::new("value of lookup_options must be a hash").into());
    };
    if let Some(module) = module {
        let is_foreign = |key: &&Key| {
            let name = key.name();
            !is_own(name.strip_prefix('^').unwrap_or(&name), Some(module))
        };
        if hash.keys().any(|key| is_foreign(&key)) {
            let message = format!("all lookup_options keys must start with module name '{module}'");
            return Err(Failure::new(message).into());
        }
    }
    Ok(Some(options))
}

/// `compile_patterns`.
fn compiled(options: Option<Datum>) -> Result<Options, Stop> {
    let mut result = Options::default();
    let Some(Datum {
        kind: Kind::Hash(hash),
        ..
    }) = options
    else {
        return Ok(result);
    };
    for (key, value) in hash {
        let name = key.name();
        if name.starts_with('^') {
            // A line begins where `^` stands in Ruby; a key has one line.
            let pattern = Regex::new(&name).map_err(|error| Failure::new(error.to_string()))?;
            result.patterns.push((pattern, value));
        } else if !matches!(key, Key::Text(_)) {
            return Err(Failure::new("a key of lookup_options is no string").into());
        } else {
            result.keys.insert(key, value);
        }
    }
    Ok(result)
}
