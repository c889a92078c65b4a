//! Settings of files that are neither command lines nor YAML: sections of INI
//! and TOML, blocks of HCL, nginx and a Corefile, keyword arguments of a call.
//!
//! All of them are lines of a key and a value under headings, so one reader
//! does for all: what it gives is the path of each key.

use super::file_names::rows_for_file;
use super::names::kinds;
use super::select::{Selected, is_etcd, is_etcd_store, presence};
use super::url::is_etcd_url;
use super::value::{resolved, text_of};
use super::{Flat, Fragment, Setting, SettingKind, query};
use crate::knowledge::{Arguments, Consumer};
use crate::sniff::is_document_name;
use crate::value::Text;
use crate::view::View;
use smol_str::SmolStr;
use std::ops::Range;

/// More entries than this of one file are not read.
const MAX_ENTRIES: usize = 20_000;

/// A list that is not closed within so many lines is none.
const MAX_LIST: usize = 100;

/// A key with its value.
struct Entry {
    /// The headings above it, outermost first, and the key.
    path: Vec<SmolStr>,
    /// The blocks that it stands in: numbers that grow along the file.
    blocks: Vec<usize>,
    key: Range<usize>,
    value: Range<usize>,
}

impl Entry {
    fn headings(&self) -> &[SmolStr] {
        &self.path[..self.path.len() - 1]
    }
}

/// Fragments of a file whose name selects a row with keys.
pub(super) fn fragments(view: &View, flat: &Flat) -> Vec<Fragment> {
    fragments_of(view, flat, view.path)
}

/// The same of what stands in a file of that name.
pub(super) fn fragments_of(view: &View, flat: &Flat, name: &str) -> Vec<Fragment> {
    let is_yaml =
        is_document_name(name) && !has_blocks(&flat.text) && !begins_with_assignment(&flat.text);
    let rows = rows_for_file(name);
    let rows: Vec<_> = rows
        .into_iter()
        .filter(|row| !row.endpoint.keys.is_empty())
        .collect();
    if rows.is_empty() || is_yaml {
        return Vec::new();
    }
    let entries = entries(&flat.text);
    rows.into_iter()
        .flat_map(|row| clients(view, flat, row, &entries))
        .collect()
}

/// Where the keys at a path of the table stand, each with its value.
pub(super) fn values_at(text: &str, path: &str) -> Vec<(Range<usize>, Range<usize>)> {
    let entries = entries(text).into_iter();
    let own = entries.filter(|entry| is_at(entry, path));
    own.map(|entry| (entry.key.start..entry.value.end, entry.value))
        .collect()
}

/// The keyword arguments of a call: `verify=False`, `ca_cert: x`.
pub(super) fn keywords(view: &View, flat: &Flat, selected: &Selected) -> Vec<Setting> {
    let row = selected.consumer;
    let mut found = Vec::new();
    for (kind, settings) in kinds(row) {
        for key in settings.keys {
            let (name, wanted) = with_value(key);
            for at in keyword(&flat.text, &selected.main, name) {
                let value = keyword_value(&flat.text, &(at.end..selected.main.end));
                let is_wanted = wanted.is_none_or(|wanted| flat.text[value.clone()] == *wanted);
                let is_other = kind == SettingKind::Ca
                    && matches!(
                        &flat.text[value.clone()],
                        "True" | "False" | "None" | "nil" | "true" | "false"
                    );
                if is_wanted && !is_other {
                    found.push(setting(
                        view,
                        flat,
                        kind,
                        name,
                        &(at.start..value.end),
                        &value,
                    ));
                }
            }
        }
    }
    found
}

/// One client for each block that holds an endpoint; what stands in the blocks
/// around it holds for it, too.
fn clients(view: &View, flat: &Flat, row: &'static Consumer, entries: &[Entry]) -> Vec<Fragment> {
    let mut found: Vec<Fragment> = Vec::new();
    let mut seen: Vec<&[usize]> = Vec::new();
    for entry in entries {
        let is_endpoint = row.endpoint.keys.iter().any(|key| is_at(entry, key));
        if !is_endpoint || seen.contains(&entry.blocks.as_slice()) {
            continue;
        }
        seen.push(&entry.blocks);
        // The next section of the same name has what follows it.
        let is_next = |other: &&Entry| {
            other.key.start > entry.key.start
                && other.blocks != entry.blocks
                && other.headings() == entry.headings()
        };
        let end = entries
            .iter()
            .find(is_next)
            .map_or(usize::MAX, |next| next.key.start);
        let holds = |other: &&Entry| {
            entry.blocks.starts_with(&other.blocks)
                || (other.key.start < end && is_below(other, entry))
        };
        let mut settings: Vec<Setting> = entries
            .iter()
            .filter(holds)
            .flat_map(|other| settings(view, flat, row, other, entries))
            .collect();
        settings.retain(|setting| setting.kind != SettingKind::Endpoint || is_etcd(row, setting));
        settings.extend(query::settings(row, &settings));
        let is_client = settings
            .iter()
            .any(|setting| setting.kind == SettingKind::Endpoint);
        if is_client && is_etcd_store(row, &settings) {
            found.push(Fragment {
                consumer: row,
                at: view.span(flat.source_range(&(entry.key.start..entry.value.end))),
                settings,
                environment_files: Vec::new(),
                open: Vec::new(),
            });
        }
    }
    found
}

/// Whether `other` stands in a section of its own below that of `entry`, as
/// `[etcd.tls]` does after `[etcd]`, or in a block inside the same block.
fn is_below(other: &Entry, entry: &Entry) -> bool {
    let (own, below) = (entry.headings(), other.headings());
    let is_behind = other.blocks.first() > entry.blocks.first();
    !own.is_empty()
        && below.len() > own.len()
        && below.starts_with(own)
        && (is_behind || other.blocks.starts_with(&entry.blocks))
}

fn settings(
    view: &View,
    flat: &Flat,
    row: &'static Consumer,
    entry: &Entry,
    entries: &[Entry],
) -> Vec<Setting> {
    let mut found = Vec::new();
    for (kind, names) in kinds(row) {
        for path in names.keys {
            let (path, value) = with_argument(&flat.text, path, &entry.value);
            let Some(value) = value else { continue };
            let (path, wanted) = with_value(path);
            let text = &flat.text[value.clone()];
            let is_wanted = wanted.is_none_or(|wanted| text.eq_ignore_ascii_case(wanted));
            if !is_at(entry, path) || !is_wanted {
                continue;
            }
            let is_other = kind == SettingKind::Endpoint
                && row.arguments == Arguments::EtcdUrls
                && !is_proxied_etcd(flat, entry, entries);
            if !is_other {
                let whole = entry.key.start..entry.value.end;
                let name = entry.path.last().cloned().unwrap_or_default();
                found.push(setting(view, flat, kind, &name, &whole, &value));
            }
        }
    }
    found
}

/// Whether a URL, or one of the servers of the upstream that it names, is an
/// etcd's.
fn is_proxied_etcd(flat: &Flat, entry: &Entry, entries: &[Entry]) -> bool {
    let url = &flat.text[entry.value.clone()];
    let names: Vec<&str> = flat.holes_in(&entry.value).collect();
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or_default();
    let mut servers = entries.iter().filter(|other| {
        let path: Vec<&str> = other.path.iter().map(SmolStr::as_str).collect();
        matches!(path.as_slice(), [.., "upstream", name, "server"] if *name == host)
    });
    is_etcd_url(url, &names)
        || servers.any(|server| {
            let text = flat.text[server.value.clone()].split_whitespace().next();
            is_etcd_url(text.unwrap_or_default(), &[])
        })
}

fn setting(
    view: &View,
    flat: &Flat,
    kind: SettingKind,
    name: &str,
    whole: &Range<usize>,
    value: &Range<usize>,
) -> Setting {
    let text = &flat.text[value.clone()];
    let unquoted = match text.as_bytes() {
        [b'"' | b'\'', .., b'"' | b'\''] => value.start + 1..value.end - 1,
        _ => value.clone(),
    };
    let value = match &flat.text[unquoted.clone()] {
        "" | "None" | "nil" | "null" => Text::default(),
        _ if kind == SettingKind::Endpoint => resolved(flat, &unquoted, view),
        _ => text_of(flat, &unquoted, view),
    };
    Setting {
        kind,
        name: name.into(),
        at: view.span(flat.source_range(whole)),
        value,
        presence: presence(flat, whole.start),
        editable: None,
    }
}

/// `path=value` of the table: the value that the key must have.
pub(super) fn with_value(key: &str) -> (&str, Option<&str>) {
    key.split_once('=')
        .map_or((key, None), |(path, value)| (path, Some(value)))
}

/// `path arg 3 of 3` of the table: that word of the value, where it has so many.
fn with_argument<'k>(
    text: &str,
    key: &'k str,
    value: &Range<usize>,
) -> (&'k str, Option<Range<usize>>) {
    let Some((path, which)) = key.split_once(" arg ") else {
        return (key, Some(value.clone()));
    };
    let Some((index, count)) = which.split_once(" of ") else {
        return (path, None);
    };
    let words = super::arguments::words(text, value);
    let is_so_many = count.parse() == Ok(words.len());
    let index: Option<usize> = index.parse().ok();
    let word = index.and_then(|index| words.get(index.checked_sub(1)?).cloned());
    (path, word.filter(|_| is_so_many))
}

/// Whether an entry stands at a path of the table. A path of one key means
/// that key under any heading; `**.` any headings before the rest.
fn is_at(entry: &Entry, path: &str) -> bool {
    let path = path.strip_prefix("**.").unwrap_or(path);
    let wanted = path
        .split('.')
        .map(|name| name.trim_matches('"').trim_end_matches("[]"));
    let wanted: Vec<&str> = wanted.collect();
    let mut own = entry.path.iter().rev();
    let mut wanted = wanted.iter().rev();
    // Labels of blocks (`etcd example.org {`) stand between the names.
    own.next().map(SmolStr::as_str) == wanted.next().copied()
        && wanted.all(|name| own.any(|heading| heading == name))
}

/// Whether a text has blocks or sections, which YAML has not.
fn has_blocks(text: &str) -> bool {
    let heads = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'));
    heads.take(400).any(|line| {
        (line.ends_with('{') && !line.starts_with(['{', '"']) && !line.contains(": "))
            || (line.starts_with('[') && line.ends_with(']') && !line.contains([',', '"', ':']))
            || (line.ends_with(';') && line.contains(' '))
    })
}

/// Whether the first line that says something is `a=b`: files of a name that
/// YAML may have, too (`fleet.conf`).
fn begins_with_assignment(text: &str) -> bool {
    let mut lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let key = lines.next().and_then(|line| line.split_once('='));
    key.is_some_and(|(key, _)| {
        let is_name = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        !key.is_empty() && key.trim_end().chars().all(is_name)
    })
}

fn entries(text: &str) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::new();
    let mut reader = Reader::default();
    let mut at = 0;
    // The lines that the list of the last entry may still go on for.
    let mut list = 0;
    for line in text.split_inclusive('\n') {
        let lead = line.len() - line.trim_start().len();
        let range = at + lead..at + lead + line.trim().len();
        at += line.len();
        let last = found.last_mut().filter(|_| list > 0);
        if let Some(entry) = last {
            list = if line.contains(']') { 0 } else { list - 1 };
            entry.value.end = range.end.max(entry.value.end);
            continue;
        }
        let count = found.len();
        reader.line(text, range, &mut found);
        if found.len() > count && found.last().is_some_and(|entry| is_open_list(text, entry)) {
            list = MAX_LIST;
        }
        if found.len() >= MAX_ENTRIES {
            break;
        }
    }
    found
}

/// Whether a list is opened and not closed: the first line of `nodes = [`.
fn is_open_list(text: &str, entry: &Entry) -> bool {
    let value = text[entry.value.clone()].trim();
    value.starts_with('[') && !value.contains(']')
}

/// Where in a file a line stands.
#[derive(Default)]
struct Reader {
    /// The section of INI or TOML.
    section: Vec<SmolStr>,
    section_block: Option<usize>,
    /// The blocks that are open: their names, and a number for each.
    open: Vec<(Vec<SmolStr>, usize)>,
    next: usize,
}

impl Reader {
    fn line(&mut self, text: &str, range: Range<usize>, found: &mut Vec<Entry>) {
        let line = &text[range.clone()];
        if line.is_empty() || line.starts_with(['#', ';']) || line.starts_with("//") {
            return;
        }
        if let Some(heading) = section(line) {
            self.section = heading;
            self.section_block = Some(self.next);
            self.next += 1;
            self.open.clear();
            return;
        }
        if line.starts_with('}') {
            self.open.pop();
            return;
        }
        if let Some((head, rest)) = line.split_once('{')
            && !head.contains('=')
        {
            let names = head
                .split_whitespace()
                .map(|name| name.trim_matches('"').into());
            self.open.push((names.collect(), self.next));
            self.next += 1;
            let rest = rest.trim_end().strip_suffix('}');
            if let Some(rest) = rest {
                let start = range.end - rest.len() - 1;
                let lead = rest.len() - rest.trim_start().len();
                self.entry(
                    text,
                    start + lead..start + rest.trim_end().len().max(lead),
                    found,
                );
                self.open.pop();
            }
            return;
        }
        self.entry(text, range, found);
    }

    fn entry(&self, text: &str, range: Range<usize>, found: &mut Vec<Entry>) {
        let line = text[range.clone()].trim_end_matches(';');
        let key_len = line
            .find(|c: char| c.is_whitespace() || c == '=')
            .unwrap_or(line.len());
        let after = &line[key_len..];
        let value = after.trim_start_matches([' ', '\t', '=', ':']);
        let start = range.start + line.len() - value.len();
        let value = value.split(" #").next().unwrap_or_default().trim_end();
        let key = line[..key_len].trim_end_matches(':').trim_matches('"');
        if key.is_empty() || value.is_empty() && !after.contains('=') {
            return;
        }
        let headings = self
            .open
            .iter()
            .flat_map(|(names, _)| names.iter().cloned());
        let mut path: Vec<SmolStr> = self.section.iter().cloned().chain(headings).collect();
        path.extend(key.split('.').map(SmolStr::from));
        let blocks = self.section_block.into_iter();
        found.push(Entry {
            path,
            blocks: blocks
                .chain(self.open.iter().map(|(_, block)| *block))
                .collect(),
            key: range.start..range.start + key_len,
            value: start..start + value.len(),
        });
    }
}

/// `[a.b]`, `[[a.b]]`.
fn section(line: &str) -> Option<Vec<SmolStr>> {
    let inner = line.strip_prefix('[')?.strip_suffix(']')?;
    let inner = inner
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'))
        .unwrap_or(inner);
    let is_name = |c: char| c.is_alphanumeric() || "._- \"".contains(c);
    inner.chars().all(is_name).then(|| {
        inner
            .split('.')
            .map(|name| name.trim_matches('"').into())
            .collect()
    })
}

/// Where a keyword stands in the brackets of a call: up to its sign.
fn keyword(text: &str, range: &Range<usize>, name: &str) -> Vec<Range<usize>> {
    let inside = &text[range.clone()];
    let starts = memchr::memmem::find_iter(inside.as_bytes(), name);
    let signs = starts.filter_map(|start| {
        let before = inside[..start].chars().next_back();
        let is_start = before.is_none_or(|c| c.is_whitespace() || "(,:\"'{".contains(c));
        let after = &inside[start + name.len()..];
        let value = after
            .trim_start_matches(['"', '\''])
            .trim_start()
            .strip_prefix(['=', ':'])?;
        let is_sign = is_start && !value.starts_with(['=', ':']);
        let end = range.start + inside.len() - value.trim_start_matches('>').trim_start().len();
        is_sign.then_some(range.start + start..end)
    });
    signs.collect()
}

/// To the comma or the end of the brackets.
fn keyword_value(text: &str, range: &Range<usize>) -> Range<usize> {
    let mut depth = 0;
    let len = text[range.clone()].find(|c: char| {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        depth < 0 || (depth == 0 && matches!(c, ',' | '\n'))
    });
    let end = len.map_or(range.end, |len| range.start + len);
    range.start..range.start + text[range.start..end].trim_end().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, path: &str) -> Vec<String> {
        let found = entries(text);
        let own = found.iter().filter(|entry| is_at(entry, path));
        own.map(|entry| text[entry.value.clone()].to_owned())
            .collect()
    }

    #[test]
    fn keys_of_every_form() {
        assert_eq!(at("[a.b]\nc = \"x\"\n", "a.b.c"), ["\"x\""]);
        assert_eq!(at("[[a.b]]\n  c = [\"x\"] # y\n", "a.b[].c"), ["[\"x\"]"]);
        assert_eq!(
            at(
                "storage \"etcd\" {\n  address = \"x\"\n}\n",
                "storage.etcd.address"
            ),
            ["\"x\""]
        );
        assert_eq!(
            at(
                "location / {\n  proxy_pass https://etcd;\n}\n",
                "proxy_pass"
            ),
            ["https://etcd"]
        );
        assert_eq!(
            at(".:53 {\n  etcd a.b {\n    endpoint x\n  }\n}\n", "endpoint"),
            ["x"]
        );
        assert_eq!(at("a { b c; }\n", "a.b"), ["c"]);
        assert_eq!(at("Etcd = x\n# Etcd = y\n", "Etcd"), ["x"]);
    }
}
