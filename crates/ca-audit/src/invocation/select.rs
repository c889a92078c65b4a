//! Selects the programs of a text: ranges, each with a row of the table.

use super::arguments;
use super::commands::{commands, is_exported, is_in_function};
use super::file_names::rows_for_file;
use super::names::{Meaning, Occurrence, occurrences};
use super::value::{of_flag, of_variable, referenced, resolved, text_of};
use super::variables::is_comment;
use super::{
    Editable, EnvironmentFile, Flat, Fragment, HOLE, Presence, Setting, SettingKind, blocks,
    embedded, puppet_files, puppet_hash, puppet_parameters, query, room, shell_files, structured,
    unread,
};
use crate::knowledge::{Arguments, Consumer, etcd_clients, etcd_servers};
use crate::template::BLOCK;
use crate::value::{Piece, Text};
use crate::view::View;
use smol_str::{SmolStr, format_smolstr};
use std::collections::HashMap;
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
    let files = environment_files(&flat.text);
    let named = tree.map_or_else(Vec::new, |tree| structured::environment_files(flat, tree));
    let told = |selected: &Selected| {
        let from = named.partition_point(|(at, _)| *at < selected.main.start);
        let own = named[from..].iter();
        let own = own.take_while(|(at, _)| *at < selected.main.end);
        let own = own.map(|(_, file)| file.clone());
        Some(Fragment {
            environment_files: files.iter().cloned().chain(own).collect(),
            ..fragment(view, flat, &found, selected)?
        })
    };
    let mut fragments: Vec<Fragment> = selected.iter().filter_map(told).collect();
    if let Some(tree) = tree {
        fragments.extend(structured::fragments(view, flat, tree));
        fragments.extend(embedded::fragments(view, flat, tree));
    }
    fragments.extend(embedded::heredocs(view, flat));
    fragments.extend(blocks::fragments(view, flat));
    fragments.extend(shell_files::fragments(view, flat));
    fragments.extend(puppet_hash::fragments(view, &flat.text));
    fragments.extend(puppet_parameters::fragments(view, flat, tree));
    let put = puppet_files::fragments(view, &flat.text);
    fragments.retain(|fragment| !puppet_files::is_told(&put, fragment));
    let mut fragments = without_repeats(fragments);
    fragments.extend(put);
    fragments
}

/// Text that belongs to one program.
pub(super) struct Selected {
    pub(super) consumer: &'static Consumer,
    /// The command, the call, the container, the file.
    pub(super) main: Range<usize>,
    /// What the program is started with besides: values of variables that the
    /// command uses, exported variables.
    pub(super) more: Vec<Range<usize>>,
    /// Whether `main` is the inside of the brackets of a call.
    pub(super) is_call: bool,
}

impl Selected {
    fn whole(consumer: &'static Consumer, main: Range<usize>) -> Self {
        Self {
            consumer,
            main,
            more: Vec::new(),
            is_call: false,
        }
    }

    /// The names in it, in order.
    fn inside<'f>(&self, found: &'f [Occurrence]) -> Vec<&'f Occurrence> {
        let ranges = std::iter::once(&self.main).chain(&self.more);
        let mut inside: Vec<&Occurrence> = ranges.flat_map(|range| within(found, range)).collect();
        inside.sort_by_key(|occurrence| (occurrence.at.start, occurrence.at.end));
        inside.dedup_by_key(|occurrence| (occurrence.at.start, occurrence.at.end));
        inside
    }

    fn contains(&self, at: usize) -> bool {
        self.main.contains(&at) || self.more.iter().any(|range| range.contains(&at))
    }
}

/// Of names in order those that begin in a range.
fn within<'f>(found: &'f [Occurrence], range: &Range<usize>) -> &'f [Occurrence] {
    let from = found.partition_point(|it| it.at.start < range.start);
    let to = found.partition_point(|it| it.at.start < range.end);
    &found[from..to.max(from)]
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
            let select = move |consumer| Selected::whole(consumer, range.clone());
            let rows = etcd_clients().chain(etcd_servers());
            rows.filter(named).map(select).collect::<Vec<_>>()
        })
        .collect()
}

/// A whole file by its name, template suffixes taken off: `/etc/default/x`.
fn by_file_name(path: &str, flat: &Flat) -> Vec<Selected> {
    let rows = rows_for_file(path);
    let select = |consumer| Selected::whole(consumer, 0..flat.text.len());
    let named_alone = |row: &&Consumer| row.arguments == Arguments::None;
    rows.into_iter().filter(named_alone).map(select).collect()
}

/// Programs that are known only by their environment: the whole text, where a
/// word of the row stands beside the names.
fn by_environment(flat: &Flat, found: &[Occurrence], already: &[Selected]) -> Vec<Selected> {
    let mut selected: Vec<Selected> = Vec::new();
    for occurrence in found {
        for meaning in occurrence.meanings {
            let Meaning::Environment(consumer, SettingKind::Endpoint | SettingKind::Ca) = meaning
            else {
                continue;
            };
            // A program that is named there, and reads the variable, has it.
            let whole = 0..flat.text.len();
            let reads = |other: &Selected| {
                let mut meanings = occurrence.meanings.iter();
                other.main != whole && meanings.any(|meaning| is_of(meaning, other.consumer))
            };
            let is_comment = is_comment(&flat.text, occurrence.at.start);
            let covered = |other: &Selected| {
                let contains = other.contains(occurrence.at.start);
                if other.consumer.id == consumer.id {
                    // What is exported after its command is told to no other.
                    contains
                        || (other.main != whole
                            && other.main.start < occurrence.at.start
                            && is_exported(&flat.text, occurrence.at.start)
                            && !is_in_function(&flat.text, other.main.start))
                } else {
                    reads(other) && (contains || is_comment)
                }
            };
            let in_context = consumer.context_any.is_empty()
                || consumer
                    .context_any
                    .iter()
                    .any(|word| flat.text.contains(word));
            if in_context && !already.iter().chain(&selected).any(covered) {
                selected.push(Selected::whole(consumer, 0..flat.text.len()));
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
    let row = selected.consumer;
    let inside = selected.inside(found);
    let mut settings: Vec<Setting> = inside
        .into_iter()
        .flat_map(|occurrence| {
            let own = |meaning: &&Meaning| is_of(meaning, row);
            let meanings = occurrence.meanings.iter().filter(own);
            meanings.filter_map(|meaning| setting(view, flat, occurrence, *meaning))
        })
        .collect();
    if selected.is_call {
        settings.extend(blocks::keywords(view, flat, selected));
    }
    settings.extend(arguments::settings(view, flat, selected));
    settings.retain(|setting| setting.kind != SettingKind::Endpoint || is_etcd(row, setting));
    settings.extend(query::settings(row, &settings));
    let says_something = settings
        .iter()
        .any(|setting| matches!(setting.kind, SettingKind::Endpoint | SettingKind::Ca));
    if !says_something || !is_etcd_store(row, &settings) {
        return None;
    }
    let before = interface_before(flat, found, selected);
    settings
        .extend(before.and_then(|(occurrence, meaning)| setting(view, flat, occurrence, meaning)));
    for (name, is_flag) in unread::names(flat, row, &selected.main) {
        let occurrence = Occurrence {
            at: name,
            meanings: &[],
        };
        let meaning = if is_flag {
            Meaning::Flag(row, SettingKind::UnreadCa)
        } else {
            Meaning::Environment(row, SettingKind::UnreadCa)
        };
        settings.extend(setting(view, flat, &occurrence, meaning));
    }
    Some(Fragment {
        consumer: row,
        at: view.span(flat.source_range(&selected.main)),
        settings,
        environment_files: Vec::new(),
        open: arguments::open(view, flat, &arguments_range(flat, found, selected)),
    })
}

/// What a shell was told of the program's interface before the command: on its
/// line, or exported further up.
fn interface_before<'f>(
    flat: &Flat,
    found: &'f [Occurrence],
    selected: &Selected,
) -> Option<(&'f Occurrence, Meaning)> {
    let before = within(found, &(0..selected.main.start)).iter().rev();
    let mut meant = before.flat_map(|occurrence| {
        let meanings = occurrence.meanings.iter().copied();
        meanings.map(move |meaning| (occurrence, meaning))
    });
    meant.find(|(occurrence, meaning)| {
        let is_interface = matches!(meaning, Meaning::Environment(row, SettingKind::Interface) if std::ptr::eq(*row, selected.consumer));
        is_interface && is_told(&flat.text, occurrence, selected.main.start)
    })
}

/// Whether what stands at `occurrence` is told to a command that begins at
/// `command`.
fn is_told(text: &str, occurrence: &Occurrence, command: usize) -> bool {
    let line = text[..occurrence.at.start]
        .rfind('\n')
        .map_or(0, |end| end + 1);
    let is_exported = text[line..occurrence.at.start].trim() == "export";
    is_exported || !text[occurrence.at.end..command].contains('\n')
}

/// Where further arguments of the program would stand: its command, or the
/// line with its first flag.
fn arguments_range(flat: &Flat, found: &[Occurrence], selected: &Selected) -> Range<usize> {
    let is_file = selected.main == (0..flat.text.len());
    if selected.is_call || !is_file {
        return if selected.is_call {
            0..0
        } else {
            with_blocks_behind(&flat.text, &selected.main)
        };
    }
    let is_flag = |occurrence: &&Occurrence| {
        let mut own = occurrence.meanings.iter();
        own.any(|meaning| matches!(meaning, Meaning::Flag(row, SettingKind::Endpoint) if row.id == selected.consumer.id))
    };
    let first = found
        .iter()
        .filter(is_flag)
        .find(|occurrence| !is_comment(&flat.text, occurrence.at.start));
    first.map_or(0..0, |occurrence| {
        line_around(&flat.text, occurrence.at.start)
    })
}

/// A container with the blocks behind its last key, which are no part of the
/// document.
fn with_blocks_behind(text: &str, range: &Range<usize>) -> Range<usize> {
    let mut end = range.end;
    loop {
        let rest = &text[end..];
        let own = rest.trim_start();
        let Some(behind) = own.strip_prefix(BLOCK).and_then(|it| it.strip_prefix(HOLE)) else {
            return range.start..end;
        };
        end = text.len() - behind.len();
    }
}

/// The line around an offset, with those that a backslash joins to it.
fn line_around(text: &str, at: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let mut start = at;
    while start > 0 && !(bytes[start - 1] == b'\n' && (start < 2 || bytes[start - 2] != b'\\')) {
        start -= 1;
    }
    let mut end = at;
    while end < bytes.len() && !(bytes[end] == b'\n' && bytes[end - 1] != b'\\') {
        end += 1;
    }
    while !text.is_char_boundary(start) {
        start += 1;
    }
    start..end
}

/// Whether an endpoint may be an etcd's, of a program that talks to others, too.
pub(super) fn is_etcd(row: &Consumer, endpoint: &Setting) -> bool {
    let literals = endpoint
        .value
        .pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Literal(literal) => Some(literal.as_ref()),
            Piece::Hole(_) => None,
        });
    let known: String = literals.collect();
    let has_word =
        row.endpoint_has.is_empty() || row.endpoint_has.iter().any(|word| known.contains(word));
    let scheme = known.split_once("://").map(|(before, _)| {
        let start = before
            .rfind(|c: char| !c.is_alphanumeric() && c != '+')
            .map_or(0, |at| at + 1);
        &before[start..]
    });
    let has_scheme = row.endpoint_schemes.is_empty()
        || scheme.map_or(endpoint.value.as_str().is_none(), |scheme| {
            row.endpoint_schemes.contains(&scheme)
        });
    has_word && has_scheme
}

/// Whether a program with several kinds of store is told to use etcd, or may be.
pub(super) fn is_etcd_store(row: &Consumer, settings: &[Setting]) -> bool {
    if row.store.values.is_empty() {
        return true;
    }
    let mut told = settings.iter().filter(|setting| {
        setting.kind == SettingKind::Store && setting.presence != Presence::Commented
    });
    let Some(first) = told.next() else {
        return row.store.is_default;
    };
    let may_be = |setting: &Setting| {
        let value = setting.value.as_str();
        value.is_none_or(|value| value.contains('$') || row.store.is_etcd(value))
    };
    may_be(first) || told.any(may_be)
}

fn is_of(meaning: &Meaning, consumer: &Consumer) -> bool {
    match meaning {
        Meaning::Flag(row, _) | Meaning::Environment(row, _) => std::ptr::eq(*row, consumer),
        Meaning::Program(_) | Meaning::Call(_) => false,
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
            if let Some(setting) = reference(view, flat, at, kind) {
                return Some(setting);
            }
            let value = of_variable(text, at.start, at.end)?;
            (kind, Some(value), text[at.clone()].into())
        }
        Meaning::Program(_) | Meaning::Call(_) => return None,
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
        value: value.map_or_else(Text::default, |value| value_of(view, flat, kind, &value)),
        presence: presence(flat, at.start),
        editable: Some(Editable {
            name_at: view.span(flat.source_range(&name_at)),
            room,
        })
        .filter(|_| view.is_file()),
    })
}

/// The value of a setting. What stands for an endpoint is followed to the text's
/// own variables; a CA that a variable names is named.
fn value_of(view: &View, flat: &Flat, kind: SettingKind, value: &Range<usize>) -> Text {
    if matches!(
        kind,
        SettingKind::Endpoint | SettingKind::TlsSwitch | SettingKind::Store
    ) {
        resolved(flat, value, view)
    } else {
        text_of(flat, value, view)
    }
}

/// `valueFrom` of an environment variable: what the object in the same text
/// holds under that key, else a hole.
fn reference(view: &View, flat: &Flat, at: &Range<usize>, kind: SettingKind) -> Option<Setting> {
    Some(Setting {
        kind,
        name: flat.text[at.clone()].into(),
        at: view.span(flat.source_range(at)),
        value: referenced(&flat.text, at.end)?.text(flat, view),
        presence: presence(flat, at.start),
        editable: None,
    })
}

/// Whether a setting is there, which a comment is not.
pub(super) fn presence(flat: &Flat, at: usize) -> Presence {
    if is_comment(&flat.text, at) {
        return Presence::Commented;
    }
    flat.presence(at)
}

/// `EnvironmentFile=` of a systemd unit.
fn environment_files(text: &str) -> Vec<EnvironmentFile> {
    let lines = text
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("EnvironmentFile="));
    lines
        .map(|value| value.trim_start_matches('-').trim())
        .map(|path| EnvironmentFile::Deployed(path.into()))
        .collect()
}

/// A command inside a container inside a file of the same program is one
/// invocation: the widest selection keeps all settings.
fn without_repeats(mut fragments: Vec<Fragment>) -> Vec<Fragment> {
    fragments.sort_by_key(|fragment| (fragment.at.start, std::cmp::Reverse(fragment.at.end)));
    // How far those go that began before, by program.
    let mut reach: HashMap<&str, u32> = HashMap::new();
    fragments.retain(|fragment| {
        let known = reach.get(fragment.consumer.id);
        let is_new = known.is_none_or(|end| *end < fragment.at.end);
        if is_new {
            reach.insert(fragment.consumer.id, fragment.at.end);
        }
        is_new
    });
    fragments
}
