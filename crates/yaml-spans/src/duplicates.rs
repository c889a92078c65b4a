//! Keys that stand twice in one mapping.
//!
//! Psych and go-yaml take the last one without a word, so a duplicate is a
//! finding, never an error.

use std::hash::{DefaultHasher, Hasher};

use crate::arena::{Arena, Form, NO_TAG};
use crate::resolve::{self, Resolved, Schema};
use crate::{Kind, Node, Tree};

/// Up to this many keys every pair is compared; above, keys are sorted.
const PAIRWISE: usize = 8;

/// A key that repeats an earlier key of its mapping.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Duplicate {
    pub(crate) first: u32,
    pub(crate) again: u32,
}

/// Two equal keys of one mapping.
#[derive(Clone, Copy, Debug)]
pub struct DuplicateKey<'t> {
    /// The key that stands first.
    pub first: Node<'t>,
    /// The key that repeats it; its value is the one that counts.
    pub again: Node<'t>,
}

impl Duplicate {
    fn of(first: Key<'_>, again: Key<'_>) -> Self {
        Self {
            first: first.node,
            again: again.node,
        }
    }

    pub(crate) fn handle(self, tree: &Tree) -> DuplicateKey<'_> {
        DuplicateKey {
            first: tree.handle(self.first),
            again: tree.handle(self.again),
        }
    }
}

/// A key that is a scalar, or an alias of one.
#[derive(Clone, Copy)]
struct Key<'a> {
    node: u32,
    text: &'a str,
    /// Whether the text may stand for something else than a string.
    plain: bool,
}

/// Appends the duplicates of one mapping in the order of the source.
pub(crate) fn find(arena: &Arena, source: &str, mapping: u32, found: &mut Vec<Duplicate>) {
    let children = arena.records[mapping as usize].data as usize;
    if children < 4 {
        return;
    }
    let keys = arena
        .children(mapping)
        .step_by(2)
        .filter_map(|node| comparable(arena, source, node));
    if children <= 2 * PAIRWISE {
        find_pairwise(keys, found);
    } else {
        find_sorted(keys, found);
    }
}

/// A merge key may stand more than once, and keys that are collections are
/// too rare to compare.
fn comparable<'a>(arena: &'a Arena, source: &'a str, node: u32) -> Option<Key<'a>> {
    let target = arena.follow(node);
    let record = &arena.records[target as usize];
    if record.form.kind() != Kind::Scalar {
        return None;
    }
    let key = Key {
        node,
        text: arena.scalar_text(target, source),
        plain: record.form == Form::Plain && record.tag == NO_TAG,
    };
    let is_merge = key.plain && key.text == "<<";
    (!is_merge).then_some(key)
}

fn find_pairwise<'a>(keys: impl Iterator<Item = Key<'a>>, found: &mut Vec<Duplicate>) {
    let mut seen = [None; PAIRWISE];
    let mut count = 0;
    for key in keys {
        let mut earlier = seen[..count].iter().flatten();
        if let Some(first) = earlier.find(|old| same(**old, key)) {
            found.push(Duplicate::of(*first, key));
        } else {
            seen[count] = Some(key);
            count += 1;
        }
    }
}

/// Sorting by hash keeps hostile keys from making this quadratic, which a
/// hash table with a fast hasher would not.
fn find_sorted<'a>(keys: impl Iterator<Item = Key<'a>>, found: &mut Vec<Duplicate>) {
    let mut hashed: Vec<(u64, Key<'_>)> = keys.map(|key| (hash(key.text), key)).collect();
    hashed.sort_unstable_by_key(|(hash, key)| (*hash, key.node));
    let start = found.len();
    for run in hashed.chunk_by(|a, b| a.0 == b.0) {
        if run.len() == 1 {
            continue;
        }
        let mut run: Vec<Key<'_>> = run.iter().map(|&(_, key)| key).collect();
        run.sort_by_key(|key| key.text);
        for equal in run.chunk_by(|a, b| a.text == b.text) {
            find_among_equal_texts(equal, found);
        }
    }
    found[start..].sort_unstable_by_key(|duplicate| duplicate.again);
}

/// `1` and `"1"` have one text and are two keys, so equal texts may fall into
/// two groups.
fn find_among_equal_texts(keys: &[Key<'_>], found: &mut Vec<Duplicate>) {
    let mut firsts: Vec<Key<'_>> = Vec::new();
    for &key in keys {
        match firsts.iter().find(|&&first| same(first, key)) {
            Some(&first) => found.push(Duplicate::of(first, key)),
            None => firsts.push(key),
        }
    }
}

fn same(a: Key<'_>, b: Key<'_>) -> bool {
    a.text == b.text && (a.plain == b.plain || is_string_when_plain(a.text))
}

fn is_string_when_plain(text: &str) -> bool {
    matches!(resolve::plain(text, Schema::Psych), Resolved::String(_))
}

fn hash(text: &str) -> u64 {
    // Fixed keys, so that every run gives the same answer.
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}
