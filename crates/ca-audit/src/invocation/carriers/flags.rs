//! Flags of programs: select the program, then read its flag.

use super::super::commands::{command_end, is_command};
use super::super::names::is_whole_name;
use super::super::select::presence;
use super::super::structured::{Container, containers};
use super::super::value::of_flag;
use super::super::variables::expansions;
use super::super::{Flat, Presence};
use super::anchor;
use crate::facts::{Program, Read};
use crate::knowledge::{Carrier, carriers};
use crate::view::View;
use crate::words::searcher;
use aho_corasick::AhoCorasick;
use std::ops::Range;
use std::sync::LazyLock;
use yaml_spans::Tree;

/// Every flag of the table in a text, of the program that has it.
pub(super) fn reads(
    view: &View,
    flat: &Flat,
    tree: Option<&Tree>,
    named: &[&'static Carrier],
) -> Vec<Read> {
    let hits = hits(&flat.text);
    if hits.is_empty() {
        return Vec::new();
    }
    let containers = tree.map(containers).unwrap_or_default();
    let mut found = Vec::new();
    for row in carriers().iter().filter(|row| !row.flags.is_empty()) {
        let own: Vec<&Range<usize>> = hits
            .iter()
            .filter(|at| row.flags.contains(&&flat.text[(*at).clone()]))
            .collect();
        if own.is_empty() {
            continue;
        }
        let commands = commands(flat, row);
        let is_named = named.iter().any(|named| std::ptr::eq(*named, row));
        let is_own = |at: &&&Range<usize>| {
            commands.iter().any(|range| range.contains(&at.start))
                || match innermost(&containers, at.start) {
                    Some(container) => is_of(container, row),
                    None => is_named,
                }
        };
        found.extend(
            own.iter()
                .filter(is_own)
                .filter_map(|at| read(view, flat, row, at)),
        );
    }
    found
}

/// Where a flag of the table stands, without its dashes.
fn hits(text: &str) -> Vec<Range<usize>> {
    static FLAGS: LazyLock<AhoCorasick> = LazyLock::new(|| {
        let flags = carriers().iter().flat_map(|row| row.flags);
        let mut flags: Vec<String> = flags.map(|flag| format!("-{flag}")).collect();
        // Leftmost-first: the longer of two that begin alike.
        flags.sort_by_key(|flag| std::cmp::Reverse(flag.len()));
        flags.dedup();
        searcher(flags)
    });
    let hits = FLAGS.find_iter(text);
    hits.filter(|hit| is_whole_name(text.as_bytes(), hit.start(), hit.end()))
        .map(|hit| hit.start() + 1..hit.end())
        .filter(|at| starts_flag(text.as_bytes(), at.start))
        .collect()
}

/// Whether the dashes before a name begin a word.
fn starts_flag(text: &[u8], start: usize) -> bool {
    let before = text[..start].iter().rposition(|byte| *byte != b'-');
    before.is_none_or(|at| !text[at].is_ascii_alphanumeric() && text[at] != b'_')
}

/// The command lines that start a row's program, with the values of the
/// variables that they use.
fn commands(flat: &Flat, row: &Carrier) -> Vec<Range<usize>> {
    let text = &flat.text;
    let mut found = Vec::new();
    for name in row.names {
        for start in memchr::memmem::find_iter(text.as_bytes(), name) {
            let at = start..start + name.len();
            if is_whole_name(text.as_bytes(), at.start, at.end) && is_command(text, &at) {
                let main = at.start..command_end(flat, at.end);
                found.extend(expansions(text, &main));
                found.push(main);
            }
        }
    }
    found
}

fn innermost(containers: &[Container], at: usize) -> Option<&Container> {
    let around = containers
        .iter()
        .filter(|container| container.range.contains(&at));
    around.min_by_key(|container| container.range.len())
}

fn is_of(container: &Container, row: &Carrier) -> bool {
    let mut programs = container.programs.iter();
    programs.any(|program| row.names.iter().any(|name| program == name))
}

fn read(view: &View, flat: &Flat, row: &'static Carrier, at: &Range<usize>) -> Option<Read> {
    if presence(flat, at.start) == Presence::Commented {
        return None;
    }
    let value = of_flag(&flat.text, at.start, at.end)?;
    let dashes = flat.text[..at.start]
        .bytes()
        .rev()
        .take_while(|byte| *byte == b'-')
        .count();
    let whole = at.start - dashes..value.end.max(at.end);
    Some(Read {
        program: Program::Carrier(row),
        role: row.role,
        anchor: anchor::path(view, flat, &value)?,
        target: None,
        at: view.span(flat.source_range(&whole)),
    })
}
