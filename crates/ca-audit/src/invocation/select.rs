//! Selects the programs of a text: ranges, each with a row of the table.

use super::file_names::rows_for_file;
use super::names::{Meaning, Occurrence, occurrences};
use super::value::{of_flag, of_variable, text_of};
use super::{Editable, Flat, Fragment, Presence, Setting, SettingKind, room, structured, unread};
use crate::knowledge::{Consumer, etcd_clients, etcd_servers};
use crate::value::Text;
use crate::view::View;
use smol_str::{SmolStr, format_smolstr};
use std::ops::Range;
use yaml_spans::Tree;

/// Every fragment of an invocation in a text.
///
/// `tree` is the same text as a document, where it is one.
pub fn fragments(view: &View, flat: &Flat, tree: Option<&Tree>) -> Vec<Fragment> {
    let found = occurrences(flat);
    let mut selected = Vec::new();
    if !found.is_empty() {
        selected.extend(commands(flat, &found));
        selected.extend(tree.into_iter().flat_map(containers));
        selected.extend(by_file_name(view.path, flat));
        selected.extend(by_environment(flat, &found, &selected));
    }
    let mut fragments: Vec<Fragment> = selected
        .iter()
        .filter_map(|range| fragment(view, flat, &found, range))
        .collect();
    if let Some(tree) = tree {
        fragments.extend(structured::fragments(view, flat, tree));
    }
    without_repeats(fragments)
}

/// A range of text that belongs to one program.
struct Selected {
    consumer: &'static Consumer,
    range: Range<usize>,
}

/// Command lines: from the program's name to the end of the command.
fn commands(flat: &Flat, found: &[Occurrence]) -> Vec<Selected> {
    let text = &flat.text;
    let mut selected = Vec::new();
    for occurrence in found {
        for meaning in occurrence.meanings {
            if let Meaning::Program(consumer) = meaning
                && !is_comment(text, occurrence.at.start)
                && is_command(text, &occurrence.at)
            {
                let range = occurrence.at.start..command_end(text, occurrence.at.end);
                selected.push(Selected { consumer, range });
            }
        }
    }
    selected
}

/// Whether a name stands where a program to start would: after a path, a quote
/// or white space, and before its arguments.
fn is_command(text: &str, at: &Range<usize>) -> bool {
    let before = text[..at.start].chars().next_back();
    let after = text[at.end..].chars().next();
    before.is_none_or(|before| before.is_whitespace() || "/\"'`(=&|;@!-".contains(before))
        && after.is_none_or(|after| after.is_whitespace() || "\"',\\".contains(after))
}

/// The end of the command that starts at `from`: an unescaped line end or a
/// shell operator. A quoted list goes on to its closing bracket.
fn command_end(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    if matches!(bytes.get(from), Some(b'"' | b'\'')) {
        let close = text[from..].find([']', '}', ')']);
        return close.map_or(text.len(), |at| from + at);
    }
    let mut at = from;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'\n' | b';' | b'|' | b'`' => return at,
            b'&' if bytes.get(at + 1) == Some(&b'&') => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Containers of Pods, compose services: a mapping with an image or a command,
/// whose program is named there.
fn containers(tree: &Tree) -> Vec<Selected> {
    structured::containers(tree)
        .into_iter()
        .flat_map(|container| {
            let named = move |row: &&Consumer| {
                row.names
                    .iter()
                    .any(|name| container.programs.iter().any(|program| program == name))
            };
            let range = container.range.clone();
            let select = move |consumer| Selected {
                consumer,
                range: range.clone(),
            };
            let rows = etcd_clients().chain(etcd_servers());
            rows.filter(named).map(select).collect::<Vec<_>>()
        })
        .collect()
}

/// A whole file by its name, template suffixes taken off: `/etc/default/x`.
fn by_file_name(path: &str, flat: &Flat) -> Vec<Selected> {
    let rows = rows_for_file(path);
    let select = |consumer| Selected {
        consumer,
        range: 0..flat.text.len(),
    };
    rows.into_iter().map(select).collect()
}

/// Programs that are known only by their environment: the whole text, where a
/// word of the row stands beside the names.
fn by_environment(flat: &Flat, found: &[Occurrence], already: &[Selected]) -> Vec<Selected> {
    let mut selected: Vec<Selected> = Vec::new();
    for occurrence in found {
        for meaning in occurrence.meanings {
            let Meaning::Environment(consumer, SettingKind::Endpoint) = meaning else {
                continue;
            };
            let covered = |other: &Selected| {
                other.consumer.id == consumer.id && other.range.contains(&occurrence.at.start)
            };
            let in_context = consumer.context_any.is_empty()
                || consumer
                    .context_any
                    .iter()
                    .any(|word| flat.text.contains(word));
            if in_context && !already.iter().chain(&selected).any(covered) {
                let range = 0..flat.text.len();
                selected.push(Selected { consumer, range });
            }
        }
    }
    selected
}

fn fragment(
    view: &View,
    flat: &Flat,
    found: &[Occurrence],
    selected: &Selected,
) -> Option<Fragment> {
    let inside = found
        .iter()
        .filter(|occurrence| selected.range.contains(&occurrence.at.start));
    let mut settings: Vec<Setting> = inside
        .flat_map(|occurrence| {
            let own = |meaning: &&Meaning| is_of(meaning, selected.consumer);
            let meanings = occurrence.meanings.iter().filter(own);
            meanings.filter_map(|meaning| setting(view, flat, occurrence, *meaning))
        })
        .collect();
    let says_something = settings
        .iter()
        .any(|setting| matches!(setting.kind, SettingKind::Endpoint | SettingKind::Ca));
    if !says_something {
        return None;
    }
    let before = interface_before(flat, found, selected);
    settings
        .extend(before.and_then(|(occurrence, meaning)| setting(view, flat, occurrence, meaning)));
    for (name, is_flag) in unread::names(flat, selected.consumer, &selected.range) {
        let occurrence = Occurrence {
            at: name,
            meanings: &[],
        };
        let meaning = if is_flag {
            Meaning::Flag(selected.consumer, SettingKind::UnreadCa)
        } else {
            Meaning::Environment(selected.consumer, SettingKind::UnreadCa)
        };
        settings.extend(setting(view, flat, &occurrence, meaning));
    }
    Some(Fragment {
        consumer: selected.consumer,
        at: view.span(flat.source_range(&selected.range)),
        settings,
        environment_files: environment_files(&flat.text),
    })
}

/// What a shell was told of the program's interface before the command: on its
/// line, or exported further up.
fn interface_before<'f>(
    flat: &Flat,
    found: &'f [Occurrence],
    selected: &Selected,
) -> Option<(&'f Occurrence, Meaning)> {
    let before = found
        .iter()
        .rev()
        .skip_while(|occurrence| occurrence.at.start >= selected.range.start);
    let mut meant = before.flat_map(|occurrence| {
        let meanings = occurrence.meanings.iter().copied();
        meanings.map(move |meaning| (occurrence, meaning))
    });
    meant.find(|(occurrence, meaning)| {
        let is_interface = matches!(meaning, Meaning::Environment(row, SettingKind::Interface) if row.id == selected.consumer.id);
        let line = flat.text[..occurrence.at.start].rfind('\n').map_or(0, |end| end + 1);
        let lead = flat.text[line..occurrence.at.start].trim();
        let on_line = !flat.text[occurrence.at.end..selected.range.start].contains('\n');
        is_interface && (on_line || lead == "export")
    })
}

fn is_of(meaning: &Meaning, consumer: &Consumer) -> bool {
    match meaning {
        Meaning::Flag(row, _) | Meaning::Environment(row, _) => row.id == consumer.id,
        Meaning::Program(_) => false,
    }
}

fn setting(view: &View, flat: &Flat, occurrence: &Occurrence, meaning: Meaning) -> Option<Setting> {
    let text = &flat.text;
    let at = &occurrence.at;
    let (kind, value, name): (_, _, SmolStr) = match meaning {
        Meaning::Flag(_, kind) => {
            let dashes = text[..at.start]
                .bytes()
                .rev()
                .take_while(|byte| *byte == b'-')
                .count();
            let name = format_smolstr!("{}{}", "-".repeat(dashes.min(2)), &text[at.clone()]);
            (kind, of_flag(text, at.start, at.end), name)
        }
        Meaning::Environment(_, kind) => {
            let value = of_variable(text, at.start, at.end)?;
            (kind, Some(value), text[at.clone()].into())
        }
        Meaning::Program(_) => return None,
    };
    let dashes = name.bytes().take_while(|byte| *byte == b'-').count();
    let name_at = at.start - dashes..at.end;
    let is_empty = value.as_ref().is_some_and(Range::is_empty);
    let room = match kind {
        SettingKind::Endpoint if dashes > 0 => room::of_flag(view, flat, &name_at),
        SettingKind::Endpoint => room::of_variable(view, flat, &name_at, value.as_ref()),
        SettingKind::Ca if is_empty => value
            .as_ref()
            .and_then(|value| room::of_value(view, flat, at.end, value)),
        _ => None,
    };
    let end = value.as_ref().map_or(at.end, |value| value.end.max(at.end));
    Some(Setting {
        kind,
        name,
        at: view.span(flat.source_range(&(at.start - dashes..end))),
        value: value.map_or_else(Text::default, |value| text_of(flat, &value, view)),
        presence: presence(flat, at.start),
        editable: Some(Editable {
            name_at: view.span(flat.source_range(&name_at)),
            room,
        })
        .filter(|_| view.is_file()),
    })
}

fn presence(flat: &Flat, at: usize) -> Presence {
    if is_comment(&flat.text, at) {
        return Presence::Commented;
    }
    match flat.condition(at) {
        Some(condition) => Presence::Conditional(condition.clone()),
        None => Presence::Always,
    }
}

/// Whether the line around `at` is a comment.
fn is_comment(text: &str, at: usize) -> bool {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let lead = text[line..at].trim_start();
    lead.starts_with('#') || lead.starts_with("//") || lead.starts_with(';')
}

/// `EnvironmentFile=` of a systemd unit.
fn environment_files(text: &str) -> Vec<SmolStr> {
    let lines = text
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("EnvironmentFile="));
    lines
        .map(|value| value.trim_start_matches('-').trim().into())
        .collect()
}

/// A command inside a container inside a file of the same program is one
/// invocation: the widest selection keeps all settings.
fn without_repeats(mut fragments: Vec<Fragment>) -> Vec<Fragment> {
    fragments.sort_by_key(|fragment| (fragment.at.start, std::cmp::Reverse(fragment.at.end)));
    let mut kept: Vec<Fragment> = Vec::new();
    for fragment in fragments {
        let same = |other: &Fragment| {
            other.consumer.id == fragment.consumer.id
                && other.at.start <= fragment.at.start
                && fragment.at.end <= other.at.end
        };
        if !kept.iter().any(same) {
            kept.push(fragment);
        }
    }
    kept
}
