//! Hashes of the Puppet language: a list of entries in the order in which their
//! keys came.
//!
//! Where a key cannot be seen it may be any of the others: such entries stand
//! side by side, and the later one wins.

use super::sameness::{Sameness, same_values};
use crate::value::{Case, Data, Value};

/// One key and its value.
pub(super) type Entry = (Value, Value);

/// The value under `key`, `undef` where there is none; `None` where that cannot
/// be told.
pub(super) fn get(entries: &[Entry], key: &Data) -> Option<Value> {
    let key = Value::known(key.clone());
    for (name, value) in entries.iter().rev() {
        if same_values(name, &key, Sameness::Key)? {
            return Some(value.clone());
        }
    }
    Some(Value::undef())
}

/// Whether there is such a key.
pub(super) fn has_key(entries: &[Entry], key: &Data) -> Option<bool> {
    let key = Value::known(key.clone());
    let mut verdict = Some(false);
    for (name, _) in entries {
        match same_values(name, &key, Sameness::Key) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => verdict = None,
        }
    }
    verdict
}

/// Whether no two keys can be the same, so that each entry is there for certain.
pub(super) fn keys_differ(entries: &[Entry]) -> bool {
    /// Entries that are compared with each other.
    const MOST: usize = 256;
    if keys_are_seen(entries) {
        return true;
    }
    let differ = |(index, (key, _)): (usize, &Entry)| {
        let before = &entries[..index];
        before
            .iter()
            .all(|(other, _)| same_values(other, key, Sameness::Key) == Some(false))
    };
    entries.len() <= MOST && entries.iter().enumerate().all(differ)
}

/// Whether every key can be seen.
pub(super) fn keys_are_seen(entries: &[Entry]) -> bool {
    entries.iter().all(|(key, _)| match key.single() {
        Some(Data::Array(_) | Data::Hash(_) | Data::Each(_) | Data::Reference { .. }) | None => {
            false
        }
        Some(_) => !key.has_unknown(),
    })
}

/// Sets a key, at its place where it is there already.
pub(super) fn insert(entries: &mut Vec<Entry>, key: Value, value: Value) {
    let place = entries
        .iter()
        .position(|(name, _)| same_values(name, &key, Sameness::Key) == Some(true));
    match place {
        Some(place) => entries[place].1 = value,
        None => entries.push((key, value)),
    }
}

/// `left` with the entries of `right` set in it.
pub(super) fn merged(left: &[Entry], right: &[Entry]) -> Vec<Entry> {
    let mut all = left.to_vec();
    for (key, value) in right {
        insert(&mut all, key.clone(), value.clone());
    }
    all
}

/// The same with hashes in it merged, too; `None` where it cannot be seen which
/// meet.
pub(super) fn deep_merged(left: &[Entry], right: &[Entry]) -> Option<Vec<Entry>> {
    let mut all = left.to_vec();
    for (key, value) in right {
        let mut merged = value.clone();
        for (name, old) in &all {
            let is_same = same_values(name, key, Sameness::Key);
            if is_same == Some(false) {
                continue;
            }
            let is_hash = |case: &Case| matches!(case.data, Data::Hash(_) | Data::Unknown(_));
            match (old.single(), value.single()) {
                (Some(Data::Hash(old)), Some(Data::Hash(new))) => {
                    let both = deep_merged(old, new)?;
                    merged = Value::known(Data::Hash(both.into()));
                    is_same?;
                }
                // One of these may be a hash.
                _ if old.cases.iter().any(is_hash) && value.cases.iter().any(is_hash) => {
                    return None;
                }
                _ => {}
            }
        }
        insert(&mut all, key.clone(), merged);
    }
    Some(all)
}

/// The hash of a list of pairs, or of a flat list of keys and values (Ruby's
/// `Hash[]`); `None` where it is neither, or cannot be seen.
pub(super) fn of_list(items: &[Value]) -> Option<Vec<Entry>> {
    let as_pair = |item: &Value| match item.single() {
        Some(Data::Array(pair)) => match &**pair {
            [key, value] => Some((key.clone(), value.clone())),
            _ => None,
        },
        _ => None,
    };
    let may_be_list = |item: &Value| {
        let is_list =
            |data: &Data| matches!(data, Data::Array(_) | Data::Each(_) | Data::Unknown(_));
        item.cases.iter().any(|case| is_list(&case.data))
    };
    let flat: Vec<Entry> = if let Some(pairs) = items.iter().map(as_pair).collect() {
        pairs
    } else if items.len().is_multiple_of(2) && !items.iter().any(may_be_list) {
        let pairs = items.chunks_exact(2);
        pairs
            .map(|pair| (pair[0].clone(), pair[1].clone()))
            .collect()
    } else {
        return None;
    };
    Some(merged(&[], &flat))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Why;

    fn entry(key: &str, value: i64) -> Entry {
        (Value::text(key), Value::known(Data::Integer(value)))
    }

    fn text(text: &str) -> Data {
        Data::Text(crate::value::Text::literal(text))
    }

    #[test]
    fn the_last_entry_wins_at_the_place_of_the_first() {
        let all = merged(&[entry("a", 1), entry("b", 2)], &[entry("a", 3)]);
        assert_eq!(all, [entry("a", 3), entry("b", 2)]);
    }

    #[test]
    fn a_key_that_is_not_seen_may_be_any() {
        let open = Value::unknown(Why::Expression, None);
        let before = [(open.clone(), Value::undef()), entry("a", 1)];
        assert_eq!(
            get(&before, &text("a")),
            Some(Value::known(Data::Integer(1)))
        );
        let after = [entry("a", 1), (open, Value::undef())];
        assert_eq!(get(&after, &text("a")), None);
        assert_eq!(has_key(&after, &text("a")), Some(true));
        assert_eq!(has_key(&after, &text("b")), None);
    }
}
