//! Versions of packages. (`Puppet::Util::Package.versioncmp`.)

use super::{Call, Function, integer};
use crate::value::Value;
use std::cmp::Ordering;

pub(super) fn named(name: &str) -> Option<Function> {
    (name == "versioncmp").then_some(versioncmp as Function)
}

/// `versioncmp(a, b)`: -1, 0 or 1.
fn versioncmp(call: &Call<'_>) -> Option<Value> {
    if call.args.len() != 2 {
        return None;
    }
    Some(integer(match compare(call.text(0)?, call.text(1)?)? {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }))
}

fn compare(left: &str, right: &str) -> Option<Ordering> {
    let (lefts, rights) = (parts(left), parts(right));
    for (a, b) in lefts.iter().zip(&rights) {
        if a == b {
            continue;
        }
        for mark in ["-", "."] {
            if *a == mark {
                return Some(Ordering::Less);
            }
            if *b == mark {
                return Some(Ordering::Greater);
            }
        }
        let are_digits = |it: &str| it.bytes().all(|byte| byte.is_ascii_digit());
        if are_digits(a) && are_digits(b) && !a.starts_with('0') && !b.starts_with('0') {
            return Some(a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        }
        if !a.is_ascii() || !b.is_ascii() {
            return None;
        }
        return Some(a.to_ascii_uppercase().cmp(&b.to_ascii_uppercase()));
    }
    Some(left.cmp(right))
}

/// A separator, a run of digits, or a run of anything else.
fn parts(version: &str) -> Vec<&str> {
    let kind = |character: char| match character {
        '-' | '.' => 0,
        digit if digit.is_ascii_digit() => 1,
        _ => 2,
    };
    let mut parts = Vec::new();
    let mut rest = version;
    while let Some(first) = rest.chars().next() {
        let end = match kind(first) {
            0 => 1,
            own => rest.find(|it| kind(it) != own).unwrap_or(rest.len()),
        };
        let (part, after) = rest.split_at(end);
        parts.push(part);
        rest = after;
    }
    parts
}
