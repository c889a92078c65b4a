//! How values of several layers become one.
//! (`puppet/pops/merge_strategy.rb`.)

use super::datum::{Datum, Hash, Key, Kind};
use super::deep_merge::{Knockout, Lost, Options, deep_merge, union};
use super::failure::{Failure, Stop};

/// A merge strategy.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Strategy {
    /// The first value wins.
    #[default]
    First,
    /// All values in one list without duplicates.
    Unique,
    /// The keys of all hashes; the higher layer wins.
    Hash,
    /// Hashes and lists merged at every depth.
    Deep {
        /// With these options.
        options: Options,
        /// Whether the lower layer wins (`:merge_behavior: deep` of version 3).
        is_reverse: bool,
    },
}

impl Strategy {
    /// The strategy that a `merge` option asks for: a name, or a hash with
    /// `strategy` and options.
    ///
    /// # Errors
    /// As Puppet: an unknown name, and options that the strategy has not.
    pub fn of(merge: Option<&Datum>) -> Result<Self, Failure> {
        let Some(merge) = merge.filter(|merge| merge.is_truthy()) else {
            return Ok(Self::First);
        };
        if let Some(name) = merge.as_str() {
            return Self::named(name, merge);
        }
        let name = merge.get("strategy").and_then(Datum::as_str);
        let name = name.ok_or_else(|| {
            Failure::new("The hash given as 'merge' must contain the name of a strategy")
        })?;
        Self::named(name, merge)
    }

    fn named(name: &str, merge: &Datum) -> Result<Self, Failure> {
        let without_options = |strategy| {
            let size = merge.as_hash().map_or(0, Hash::len);
            match size {
                0 | 1 => Ok(strategy),
                _ => Err(Failure::new(format!("strategy '{name}' has no options"))),
            }
        };
        match name {
            "first" | "default" => without_options(Self::First),
            "unique" => without_options(Self::Unique),
            "hash" => without_options(Self::Hash),
            "deep" | "unconstrained_deep" | "reverse_deep" => Ok(Self::Deep {
                options: deep_options(merge, name == "deep")?,
                is_reverse: name == "reverse_deep",
            }),
            _ => Err(Failure::new(format!("Unknown merge strategy: '{name}'"))),
        }
    }

    /// What was knocked out so far.
    pub fn lost(&self) -> Vec<Lost> {
        match self {
            Self::Deep { options, .. } => options.lost.borrow().clone(),
            _ => Vec::new(),
        }
    }

    /// The name, for people.
    pub fn name(&self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Unique => "unique",
            Self::Hash => "hash",
            Self::Deep { .. } => "deep",
        }
    }

    /// Looks into every one of `variants` in turn, highest first, and makes one
    /// value of what is found; `None` where nothing is.
    ///
    /// # Errors
    /// Those of `look`, and values that cannot be merged.
    pub fn over<T>(
        &self,
        variants: &[T],
        mut look: impl FnMut(&T) -> Result<Option<Datum>, Stop>,
    ) -> Result<Option<Datum>, Stop> {
        if matches!(self, Self::First) {
            for variant in variants {
                if let Some(found) = look(variant)? {
                    return Ok(Some(found));
                }
            }
            return Ok(None);
        }
        if let [only] = variants {
            return Ok(look(only)?.map(|value| self.single(value)));
        }
        let mut result = None;
        for variant in variants {
            let Some(value) = look(variant)? else {
                continue;
            };
            result = Some(match result {
                None => self.first(value),
                Some(higher) => self.merge(higher, value)?,
            });
        }
        Ok(result)
    }

    /// What is made of the only value there can be (`merge_single`).
    fn single(&self, value: Datum) -> Datum {
        match (self, value.kind) {
            (Self::Unique, Kind::Array(items)) => Datum {
                kind: Kind::Array(union(items, Vec::new())),
                at: value.at,
            },
            (_, kind) => Datum { kind, at: value.at },
        }
    }

    /// What is made of the first of several values (`convert_value`).
    fn first(&self, value: Datum) -> Datum {
        match self {
            Self::Unique => Datum {
                at: value.at,
                kind: Kind::Array(listed(value)),
            },
            _ => value,
        }
    }

    /// `higher` over `lower`.
    ///
    /// # Errors
    /// Values that the strategy does not merge.
    pub fn merge(&self, higher: Datum, lower: Datum) -> Result<Datum, Failure> {
        // What cannot be seen may be anything.
        for side in [&higher, &lower] {
            if matches!(side.kind, Kind::Unknown(_)) {
                return Ok(side.clone());
            }
        }
        match self {
            Self::First => Ok(higher),
            Self::Unique => merge_unique(higher, lower),
            Self::Hash => merge_hash(higher, lower),
            Self::Deep {
                options,
                is_reverse: false,
            } => deep_merge(higher, lower, options),
            Self::Deep { options, .. } => deep_merge(lower, higher, options),
        }
    }
}

fn deep_options(merge: &Datum, is_strict: bool) -> Result<Options, Failure> {
    let mut options = Options::default();
    let wrong = |name: &Key| {
        let name = name.name();
        Failure::new(format!("The merge options: unrecognized or wrong '{name}'"))
    };
    for (key, value) in merge.as_hash().into_iter().flatten() {
        let Key::Text(name) = key else {
            return Err(wrong(key));
        };
        let flag = || match value.kind {
            Kind::Bool(value) => Ok(value),
            Kind::Null => Ok(false),
            _ if is_strict => Err(wrong(key)),
            _ => Ok(true),
        };
        match name.as_str() {
            "strategy" | "merge_debug" => {}
            "knockout_prefix" if value.kind == Kind::Null => {}
            "knockout_prefix" => {
                let prefix = value.as_str().ok_or_else(|| wrong(key))?;
                options.knockout = Some(Knockout::new(prefix));
            }
            "sort_merged_arrays" => options.sort_merged_arrays = flag()?,
            "merge_hash_arrays" => options.merge_hash_arrays = flag()?,
            "overwrite_arrays" if !is_strict => options.overwrite_arrays = flag()?,
            _ if is_strict => return Err(wrong(key)),
            _ => {}
        }
    }
    Ok(options)
}

/// `Hash[String,Data]` on both sides, or nothing is merged.
fn merge_hash(higher: Datum, lower: Datum) -> Result<Datum, Failure> {
    let at = higher.at;
    let (Kind::Hash(higher), Kind::Hash(mut merged)) = (higher.kind, lower.kind) else {
        return Err(Failure::new("the elements of a hash merge must be hashes"));
    };
    let keys = higher.keys().chain(merged.keys());
    if keys.clone().any(|key| !matches!(key, Key::Text(_))) {
        return Err(Failure::new("the keys of a hash merge must be strings"));
    }
    merged.extend(higher);
    Ok(Datum {
        kind: Kind::Hash(merged),
        at,
    })
}

/// `Variant[Scalar,Array[Data]]` on both sides, or nothing is merged.
fn merge_unique(higher: Datum, lower: Datum) -> Result<Datum, Failure> {
    let is_wrong = |datum: &Datum| matches!(datum.kind, Kind::Hash(_) | Kind::Null);
    if is_wrong(&higher) || is_wrong(&lower) {
        let message = "the elements of a unique merge must be scalars or lists";
        return Err(Failure::new(message));
    }
    Ok(Datum {
        at: higher.at,
        kind: Kind::Array(union(listed(higher), listed(lower))),
    })
}

/// `e.is_a?(Array) ? e.flatten : [e]`.
fn listed(value: Datum) -> Vec<Datum> {
    match value.kind {
        Kind::Array(items) => flattened(items),
        kind => vec![Datum { kind, at: value.at }],
    }
}

fn flattened(items: Vec<Datum>) -> Vec<Datum> {
    let mut flat = Vec::new();
    for item in items {
        match item.kind {
            Kind::Array(inner) => flat.extend(flattened(inner)),
            kind => flat.push(Datum { kind, at: item.at }),
        }
    }
    flat
}
