//! Whether two values are the same, in the three senses that Puppet has.

use super::number::Number;
use crate::value::{Condition, Data, Piece, Text, Value};
use std::cmp::Ordering;

/// What counts as the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sameness {
    /// Puppet's `==`: strings without case, numbers by value.
    Loose,
    /// Ruby's `==`, which most functions on lists use: strings to the letter.
    Exact,
    /// Ruby's `eql?`, of the keys of hashes: `1` and `1.0` differ, too.
    Key,
}

/// Whether two values are the same, whatever their cases; `None` where it
/// cannot be told.
pub(super) fn same_values(left: &Value, right: &Value, how: Sameness) -> Option<bool> {
    let mut verdict = None;
    for left in &*left.cases {
        for right in &*right.cases {
            if Condition::all_of(&left.when, &right.when).is_none() {
                continue;
            }
            let this = same(&left.data, &right.data, how)?;
            if verdict.is_some_and(|verdict| verdict != this) {
                return None;
            }
            verdict = Some(this);
        }
    }
    verdict
}

/// Whether two cases are the same.
pub(super) fn same(left: &Data, right: &Data, how: Sameness) -> Option<bool> {
    match (left, right) {
        (Data::Unknown(_), _)
        | (_, Data::Unknown(_))
        | (Data::Each(_), Data::Each(_) | Data::Array(_))
        | (Data::Array(_), Data::Each(_)) => None,
        (Data::Text(left), Data::Text(right)) => same_text(left, right, how),
        (Data::Array(left), Data::Array(right)) => {
            let pairs = left.iter().zip(right.iter());
            all(
                left.len() == right.len(),
                pairs.map(|(left, right)| same_values(left, right, how)),
            )
        }
        (Data::Hash(left), Data::Hash(right)) => same_hashes(left, right, how),
        // Types that are written otherwise may still be equal.
        (Data::Reference { .. }, Data::Reference { .. }) => (left == right).then_some(true),
        (Data::Integer(_), Data::Float(_)) | (Data::Float(_), Data::Integer(_))
            if how == Sameness::Key =>
        {
            Some(false)
        }
        _ => match (Number::of(left), Number::of(right)) {
            (Some(left), Some(right)) => Some(left.compare(right)? == Ordering::Equal),
            _ => Some(left == right),
        },
    }
}

/// Whether all of `pairs` are the same; at once not where `may_be` says so.
fn all(may_be: bool, pairs: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    if !may_be {
        return Some(false);
    }
    let mut verdict = Some(true);
    for pair in pairs {
        match pair {
            Some(false) => return Some(false),
            Some(true) => {}
            None => verdict = None,
        }
    }
    verdict
}

fn same_hashes(left: &[(Value, Value)], right: &[(Value, Value)], how: Sameness) -> Option<bool> {
    let are_seen = |entries: &[(Value, Value)]| super::hash::keys_are_seen(entries);
    if !are_seen(left) || !are_seen(right) {
        return None;
    }
    let pairs = left.iter().map(|(key, value)| {
        let other = super::hash::get(right, key.single()?)?;
        same_values(value, &other, how)
    });
    all(left.len() == right.len(), pairs)
}

/// Texts with holes are different where what can be seen at their ends is.
fn same_text(left: &Text, right: &Text, how: Sameness) -> Option<bool> {
    let fold = |text: &str| match how {
        Sameness::Loose => text.to_ascii_lowercase(),
        Sameness::Exact | Sameness::Key => text.to_owned(),
    };
    if let (Some(left), Some(right)) = (left.as_str(), right.as_str()) {
        return Some(match how {
            Sameness::Loose => left.eq_ignore_ascii_case(right),
            Sameness::Exact | Sameness::Key => left == right,
        });
    }
    let (before, other) = (fold(left.prefix()), fold(right.prefix()));
    let (after, rear) = (fold(left.suffix()), fold(right.suffix()));
    let starts_alike = before.starts_with(&other) || other.starts_with(&before);
    let ends_alike = after.ends_with(&rear) || rear.ends_with(&after);
    let fits = |open: &Text, text: &Text| {
        text.as_str()
            .is_none_or(|text| literals(open) <= text.len())
    };
    let may_be = starts_alike && ends_alike && fits(left, right) && fits(right, left);
    (!may_be).then_some(false)
}

/// How many bytes of a text can be seen.
fn literals(text: &Text) -> usize {
    let len = |piece: &Piece| match piece {
        Piece::Literal(text) => text.len(),
        Piece::Hole(_) => 0,
    };
    text.pieces.iter().map(len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Unknown, Why};

    fn open(before: &str, after: &str) -> Text {
        let mut text = Text::literal(before);
        text.push(&Text::hole(Unknown {
            why: Why::Expression,
            at: None,
        }));
        text.push(&Text::literal(after));
        text
    }

    #[test]
    fn holes_may_be_anything_but_ends_are_seen() {
        let loose =
            |left: &Text, right: &str| same_text(left, &Text::literal(right), Sameness::Loose);
        assert_eq!(loose(&open("/etc/", ".pem"), "/ETC/ca.pem"), None);
        assert_eq!(loose(&open("/etc/", ".pem"), "/var/ca.pem"), Some(false));
        assert_eq!(loose(&open("/etc/", ".pem"), "/etc/ca.crt"), Some(false));
        assert_eq!(loose(&open("abc", "bcd"), "abcd"), Some(false));
    }

    #[test]
    fn each_sense_has_its_own_letters_and_numbers() {
        let text = |text: &str| Data::Text(Text::literal(text));
        let three = |left: &Data, right: &Data| {
            [Sameness::Loose, Sameness::Exact, Sameness::Key].map(|how| same(left, right, how))
        };
        let (yes, no) = (Some(true), Some(false));
        assert_eq!(three(&text("a"), &text("A")), [yes, no, no]);
        assert_eq!(three(&Data::Integer(1), &Data::Float(1.0)), [yes, yes, no]);
        assert_eq!(three(&Data::Integer(1), &text("1")), [no, no, no]);
        assert_eq!(three(&Data::Undef, &Data::Bool(false)), [no, no, no]);
    }
}
