//! `DeepMerge.deep_merge!` of the gem `deep_merge` 1.2, to the letter: Puppet's
//! `deep` strategy is nothing else (`puppet/pops/merge_strategy.rb`).
//!
//! The gem changes its arguments in place, and where a key is new the two
//! arguments share their inner values. What that does to knocked-out elements
//! shows in real catalogs, so [`merge_with_itself`] does the same.

use super::datum::{Datum, Hash, Kind};
use super::failure::Failure;
use crate::place::Span;
use crate::value::Text;
use regex::Regex;
use smol_str::SmolStr;
use std::cell::RefCell;
use std::collections::HashSet;

/// A list that is merged with itself is walked once for each knockout in it.
const MAX_SELF_MERGED: usize = 10_000;

/// The options of the strategy.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What begins the strings that knock out, and the whole string; or why it
    /// cannot, which is an error once something is merged.
    pub knockout: Option<Result<Knockout, Failure>>,
    /// Whether lists are sorted after a merge.
    pub sort_merged_arrays: bool,
    /// Whether lists of hashes are merged element by element.
    pub merge_hash_arrays: bool,
    /// Whether a list replaces a list (`hiera` version 3 only).
    pub overwrite_arrays: bool,
    /// What was knocked out while values were merged. Beside the result, because
    /// nothing in the result tells of it.
    pub lost: RefCell<Vec<Lost>>,
}

/// A string of a higher layer that a knockout prefix has cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Lost {
    /// Where it is written.
    pub at: Span,
    /// The string.
    pub text: SmolStr,
    /// Whether an empty string is left of it (in a hash) or nothing (in a list).
    pub is_emptied: bool,
}

impl Options {
    fn lose(&self, datum: &Datum, is_emptied: bool) {
        if let (Some(at), Some(text)) = (datum.at, datum.as_str()) {
            let text = text.into();
            self.lost.borrow_mut().push(Lost {
                at,
                text,
                is_emptied,
            });
        }
    }

    fn knockout(&self) -> Option<&Knockout> {
        self.knockout.as_ref()?.as_ref().ok()
    }
}

/// A `knockout_prefix`.
#[derive(Clone, Debug)]
pub struct Knockout {
    prefix: String,
    /// The prefix at the beginning of any line: the gem puts it into a regular
    /// expression as it is.
    pattern: Regex,
}

impl Knockout {
    /// The prefix `prefix`.
    ///
    /// # Errors
    /// An empty prefix, and one that is no regular expression.
    pub fn new(prefix: &str) -> Result<Self, Failure> {
        if prefix.is_empty() {
            let message = "knockout_prefix cannot be an empty string in deep_merge!";
            return Err(Failure::new(message));
        }
        let pattern = Regex::new(&format!("(?m)^{prefix}"))
            .map_err(|error| Failure::new(error.to_string()))?;
        Ok(Self {
            prefix: prefix.into(),
            pattern,
        })
    }

    /// Whether a string of a higher layer knocks out.
    pub fn hits(&self, text: &str) -> bool {
        self.pattern
            .find(text)
            .is_some_and(|found| !found.is_empty())
    }

    fn without(&self, text: &str) -> String {
        self.pattern.replace_all(text, "").into_owned()
    }
}

/// Merges `source`, of the higher layer, into `dest`.
///
/// # Errors
/// Lists that cannot be sorted.
pub(super) fn deep_merge(source: Datum, dest: Datum, options: &Options) -> Result<Datum, Failure> {
    if let Some(Err(failure)) = &options.knockout {
        return Err(failure.clone());
    }
    if source.kind == Kind::Null {
        return Ok(dest);
    }
    if !dest.is_truthy() {
        return Ok(source);
    }
    let at = source.at;
    match (source.kind, dest.kind) {
        (Kind::Hash(source), Kind::Hash(dest)) => {
            let kind = Kind::Hash(merge_hashes(source, dest, options)?);
            Ok(Datum { kind, at })
        }
        (Kind::Hash(source), kind) if source.is_empty() => Ok(Datum { kind, at }),
        (Kind::Hash(source), _) => {
            let kind = Kind::Hash(overwritten(source, options)?);
            Ok(Datum { kind, at })
        }
        (Kind::Array(source), dest) => merge_array(source, dest, at, options),
        (kind, _) => Ok(overwrite(Datum { kind, at }, options)),
    }
}

fn merge_hashes(source: Hash, mut dest: Hash, options: &Options) -> Result<Hash, Failure> {
    for (key, value) in source {
        let before = dest.get_mut(&key).map(std::mem::take);
        let merged = match before {
            Some(before) if before.is_truthy() => deep_merge(value, before, options)?,
            _ => merge_with_copy(value, options)?,
        };
        dest.insert(key, merged);
    }
    Ok(dest)
}

/// A hash that takes the place of something else: it becomes its own
/// destination after its first key.
fn overwritten(source: Hash, options: &Options) -> Result<Hash, Failure> {
    let mut source = source.into_iter();
    let first = source.next().map(Ok);
    let others = source.map(|(key, value)| Ok((key, merge_with_itself(value, options)?)));
    first.into_iter().chain(others).collect()
}

/// Merges a value with a copy of itself whose inner values are the same
/// objects (`dup`).
fn merge_with_copy(value: Datum, options: &Options) -> Result<Datum, Failure> {
    match value.kind {
        Kind::Array(items) => {
            let copy = Kind::Array(items.clone());
            merge_array(items, copy, value.at, options)
        }
        _ => merge_with_itself(value, options),
    }
}

/// Merges a value with itself, the very same object.
fn merge_with_itself(value: Datum, options: &Options) -> Result<Datum, Failure> {
    let at = value.at;
    let kind = match value.kind {
        Kind::Hash(hash) => {
            let merged = hash
                .into_iter()
                .map(|(key, inner)| Ok((key, merge_with_itself(inner, options)?)));
            Kind::Hash(merged.collect::<Result<_, Failure>>()?)
        }
        Kind::Array(items) => return merge_array_with_itself(items, at, options),
        kind => return Ok(overwrite(Datum { kind, at }, options)),
    };
    Ok(Datum { kind, at })
}

fn merge_array(
    mut source: Vec<Datum>,
    dest: Kind,
    at: Option<Span>,
    options: &Options,
) -> Result<Datum, Failure> {
    let done = |items| Datum {
        kind: Kind::Array(items),
        at,
    };
    if options.overwrite_arrays {
        return Ok(done(source));
    }
    let is_prefix = |item: &Datum, knockout: &Knockout| {
        item.as_str().is_some_and(|text| text == knockout.prefix)
    };
    let mut dest = dest;
    if let Some(knockout) = options.knockout()
        && source.iter().any(|item| is_prefix(item, knockout))
    {
        source.retain(|item| !is_prefix(item, knockout));
        dest = cleared(&dest);
    }
    let Kind::Array(mut dest) = dest else {
        if let Some(knockout) = options.knockout() {
            source.retain(|item| {
                let is_lost = item.as_str().is_some_and(|text| knockout.hits(text));
                if is_lost {
                    options.lose(item, false);
                }
                !is_lost
            });
        }
        return Ok(done(source));
    };
    if let Some(knockout) = options.knockout() {
        let mut knocked = HashSet::new();
        source.retain(|item| match item.as_str() {
            Some(text) if knockout.hits(text) => {
                options.lose(item, false);
                knocked.extend([knockout.without(text), text.to_owned()]);
                false
            }
            _ => true,
        });
        dest.retain(|item| !item.as_str().is_some_and(|text| knocked.contains(text)));
    }
    let all_hashes = |items: &[Datum]| items.iter().all(|item| item.as_hash().is_some());
    let mut merged = if options.merge_hash_arrays && all_hashes(&source) && all_hashes(&dest) {
        merge_elements(source, dest, options)?
    } else {
        union(dest, source)
    };
    sort_if_asked(&mut merged, options)?;
    Ok(done(merged))
}

/// `source[i]` into `dest[i]`, and what `source` has beyond.
fn merge_elements(
    source: Vec<Datum>,
    dest: Vec<Datum>,
    options: &Options,
) -> Result<Vec<Datum>, Failure> {
    let mut source = source.into_iter();
    let empty = || Datum::made(Kind::Hash(Hash::new()));
    let mut list = dest
        .into_iter()
        .map(|dest| deep_merge(source.next().unwrap_or_else(empty), dest, options))
        .collect::<Result<Vec<_>, _>>()?;
    list.extend(source);
    Ok(list)
}

/// A list merged with itself. Ruby's `delete_if` walks over the very list from
/// which the block deletes, so that elements after a knocked-out one are missed
/// (`reject_bang_i` and `select_bang_ensure` in Ruby's `array.c`).
fn merge_array_with_itself(
    mut items: Vec<Datum>,
    at: Option<Span>,
    options: &Options,
) -> Result<Datum, Failure> {
    let done = |items| Datum {
        kind: Kind::Array(items),
        at,
    };
    if options.overwrite_arrays {
        return Ok(done(items));
    }
    if let Some(knockout) = options.knockout() {
        let is_prefix = |item: &Datum| item.as_str() == Some(knockout.prefix.as_str());
        if items.iter().any(is_prefix) {
            items.clear();
        }
        if items.len() > MAX_SELF_MERGED {
            return Err(Failure::new("a list too long for its knockouts"));
        }
        let before = items.clone();
        delete_while_walking(&mut items, knockout);
        // Not only what knocks out: an element after it goes, too.
        let is_gone = |item: &&Datum| !items.iter().any(|left| left.at == item.at);
        before
            .iter()
            .filter(is_gone)
            .for_each(|item| options.lose(item, false));
    }
    let all_hashes = items.iter().all(|item| item.as_hash().is_some());
    let mut merged = if options.merge_hash_arrays && all_hashes {
        items
            .into_iter()
            .map(|item| merge_with_itself(item, options))
            .collect::<Result<Vec<_>, _>>()?
    } else {
        union(items, Vec::new())
    };
    sort_if_asked(&mut merged, options)?;
    Ok(done(merged))
}

fn delete_while_walking(items: &mut Vec<Datum>, knockout: &Knockout) {
    let (mut read, mut kept) = (0, 0);
    while read < items.len() {
        let item = items[read].clone();
        read += 1;
        match item.as_str() {
            Some(text) if knockout.hits(text) => {
                let named = knockout.without(text);
                items.retain(|it| !it.as_str().is_some_and(|it| it == named || it == text));
            }
            _ => {
                if read - 1 != kept {
                    items[kept] = item;
                }
                kept += 1;
            }
        }
    }
    if kept < items.len() && kept < read {
        let tail = items.split_off(read.min(items.len()));
        items.truncate(kept);
        items.extend(tail);
    }
}

/// `obj.clear` where there is such a method, else nil, which the list replaces.
fn cleared(kind: &Kind) -> Kind {
    match kind {
        Kind::Array(_) => Kind::Array(Vec::new()),
        Kind::Hash(_) => Kind::Hash(Hash::new()),
        Kind::Text(_) => Kind::Text(Text::default()),
        _ => Kind::Null,
    }
}

/// `overwrite_unmergeables` for anything but lists and hashes: a string that
/// knocks out leaves an empty one.
fn overwrite(source: Datum, options: &Options) -> Datum {
    let hits = |text: &str| options.knockout().is_some_and(|it| it.hits(text));
    if source.as_str().is_some_and(hits) {
        options.lose(&source, true);
        return Datum {
            kind: Kind::Text(Text::default()),
            at: source.at,
        };
    }
    source
}

/// `a | b`.
pub(super) fn union(mut a: Vec<Datum>, b: Vec<Datum>) -> Vec<Datum> {
    a.extend(b);
    let mut seen = HashSet::new();
    a.retain(|item| seen.insert(item.canonical()));
    a
}

fn sort_if_asked(items: &mut [Datum], options: &Options) -> Result<(), Failure> {
    if !options.sort_merged_arrays {
        return Ok(());
    }
    let are_texts = items.iter().all(|item| item.as_str().is_some());
    let are_numbers = items.iter().all(|item| number(item).is_some());
    if are_texts {
        items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    } else if are_numbers {
        items.sort_by(|a, b| {
            let order = number(a).partial_cmp(&number(b));
            order.unwrap_or(std::cmp::Ordering::Equal)
        });
    } else if items.len() > 1 {
        return Err(Failure::new("comparison of list elements failed"));
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "only their order is asked for")]
fn number(datum: &Datum) -> Option<f64> {
    match datum.kind {
        Kind::Int(value) => Some(value as f64),
        Kind::Float(value) => Some(value),
        _ => None,
    }
}
