//! What resources write to a host's files.

use super::catalog::{Attributes, Catalog, Change, Resource};
use super::code::Code;
use super::declare::each_title;
use super::evaluate::Evaluator;
use super::writers::{Writer, writer};
use crate::facts::{Content, Names, Write};
use crate::place::Span;
use crate::value::{Case, Condition, Data, Piece, Text, Unknown, Value, Why};
use smol_str::{SmolStr, format_smolstr};
use std::collections::HashMap;

/// So many files are told apart that one resource expression writes, for any
/// host: each value of each parameter with each of the others makes one.
const MOST_OF_ONE: usize = 256;

impl Evaluator<'_> {
    /// What the resources of the catalog write.
    pub(super) fn written(&mut self) -> Vec<Write> {
        let mut writes = Vec::new();
        let any_host = self.host.is_none();
        let mut of_one: HashMap<Span, usize> = HashMap::new();
        for (index, resource) in self.catalog.resources().iter().enumerate() {
            let Some(writer) = writer(&resource.kind) else {
                continue;
            };
            let is_due = resource.is_real() || any_host;
            // What a class inherits and leaves alone is told of the other one.
            if !is_due || (resource.inherited && !resource.changed) {
                continue;
            }
            let told = of_one.entry(resource.at).or_default();
            if any_host && *told >= MOST_OF_ONE {
                continue;
            }
            let before = writes.len();
            let around = Around {
                catalog: &self.catalog,
                code: self.code,
            };
            write(writer, (index, resource), &around, &mut writes);
            *told += writes.len() - before;
            if any_host && *told >= MOST_OF_ONE {
                let more = writes.last().map(one_of_many);
                writes.extend(more);
            }
        }
        if any_host {
            let changed = self.catalog.unmatched().map(|(kind, title, change)| {
                let title = Text::literal(title);
                (kind, title, change)
            });
            let collected = self.unmet().flat_map(|(kind, titles, change)| {
                let titles = each_title(titles).into_iter();
                let texts = titles.filter_map(|title| match title.data {
                    Data::Text(text) => Some(text),
                    _ => None,
                });
                texts.map(move |title| (kind, title, change))
            });
            let changes = changed.chain(collected);
            writes.extend(changes.filter_map(|change| of_change(change, self.code)));
        }
        writes.extend(self.handed_over());
        writes.extend(self.copied_by_commands());
        let below: Vec<Write> = writes.iter().flat_map(|it| self.below(it)).collect();
        writes.extend(below);
        writes
    }

    /// The certificates in a directory that is copied as a whole.
    fn below(&self, write: &Write) -> Vec<Write> {
        let Content::Copy(sources) = &write.content else {
            return Vec::new();
        };
        if !write.is_recursive {
            return Vec::new();
        }
        let mut found = Vec::new();
        for source in sources.iter().filter_map(Value::as_str) {
            for rest in self.code.served_below(source) {
                let mut path = write.path.clone();
                path.push(&Text::literal(format!("/{rest}")));
                found.push(Write {
                    path,
                    content: Content::Copy(vec![Value::text(format!("{source}/{rest}"))]),
                    is_recursive: false,
                    ..write.clone()
                });
            }
        }
        found
    }
}

/// Where a resource stands.
struct Around<'a> {
    catalog: &'a Catalog,
    code: &'a Code,
}

fn write(
    writer: &Writer,
    (index, resource): (usize, &Resource),
    around: &Around<'_>,
    writes: &mut Vec<Write>,
) {
    let mut said = resource.defaults.all(&resource.kind);
    said.extend(resource.attributes.iter().cloned());
    let said = Said(said);
    let title = &resource.title;
    let (paths, path_at, one_of) = match said.first(writer.path) {
        Some((path, at)) => {
            let one_of = (path.cases.len() > 1).then_some(index);
            (path.cases.to_vec(), at, one_of)
        }
        None => (vec![title.clone()], resource.at, resource.one_of),
    };
    let path_variable = around.code.variable_at(path_at);
    let definition = around.code.defined_type_at(resource.at);
    let contents = contents(writer, &said, resource.at);
    let backup = said.value("backup").cloned();
    let is_recursive = said.value("recurse").is_some_and(|value| !is_off(value));
    let keeps_existing = keeps_existing(writer, &said);
    for path in paths {
        let Data::Text(text) = path.data else {
            continue;
        };
        let text = match writer.kind {
            "concat_fragment" => target_of_fragment(around.catalog, &text),
            "java_ks" => store_of(&text),
            "file" => without_slash(text),
            _ => text,
        };
        let named = match &title.data {
            Data::Text(title) => title,
            _ => &text,
        };
        for put in &contents {
            let said = [&resource.when, &path.when, &title.when, &put.when];
            let Some(when) = together(&said) else {
                continue;
            };
            writes.push(Write {
                path: text.clone(),
                path_from: path.from.clone(),
                content: possible(&put.content, &when),
                content_at: put.at,
                names: Names {
                    path: path_variable.clone(),
                    content: put.variable(around.code),
                    definition: definition.clone(),
                },
                resource: format_smolstr!("{}[{named}]", capitalized(writer.kind)),
                at: resource.at,
                chain: (*resource.chain).clone(),
                changed_at: resource.changed_at.clone(),
                backup: backup.clone(),
                is_part: writer.is_part,
                keeps_existing,
                one_of,
                is_recursive,
                when,
            });
        }
    }
}

/// Any further file of the same resource.
fn one_of_many(write: &Write) -> Write {
    let why = Why::TooMany;
    let at = Some(write.at);
    Write {
        path: Text::hole(Unknown { why, at }),
        path_from: Vec::new(),
        ..write.clone()
    }
}

/// An override of a file that is declared where it cannot be seen from here.
fn of_change((kind, title, change): (&str, Text, &Change), code: &Code) -> Option<Write> {
    let writer = writer(kind).filter(|writer| !writer.is_part)?;
    let said = Said(change.attributes.clone());
    let path = match said.first(writer.path) {
        Some((path, _)) => Text::literal(path.as_str()?),
        None => title.clone(),
    };
    let put = contents(writer, &said, change.at).swap_remove(0);
    let content = put.variable(code);
    Some(Write {
        path,
        path_from: Vec::new(),
        content: put.content,
        content_at: put.at,
        names: Names {
            content,
            ..Names::default()
        },
        resource: format_smolstr!("{}[{title}]", capitalized(kind)),
        at: change.at,
        chain: (*change.chain).clone(),
        changed_at: Vec::new(),
        backup: said.value("backup").cloned(),
        when: together(&[&change.when, &put.when])?,
        is_part: false,
        keeps_existing: keeps_existing(writer, &said),
        one_of: None,
        is_recursive: false,
    })
}

/// What is said of a resource, its defaults first.
struct Said(Attributes);

impl Said {
    /// The value of an attribute.
    fn value(&self, name: &str) -> Option<&Value> {
        Some(self.get(name)?.0)
    }

    fn get(&self, name: &str) -> Option<(&Value, Span)> {
        let said = self.0.iter().rev().find(|(own, _, _)| own == name);
        said.map(|(_, value, at)| (value, *at))
    }

    /// The first of several attributes that is given and not `undef`.
    fn first(&self, names: &[&str]) -> Option<(Value, Span)> {
        names.iter().find_map(|name| self.given(name))
    }

    /// An attribute without the cases in which it is `undef`: as if it were
    /// not there.
    fn given(&self, name: &str) -> Option<(Value, Span)> {
        let (value, at) = self.get(name)?;
        let known: Vec<Case> = value
            .cases
            .iter()
            .filter(|case| case.data != Data::Undef)
            .cloned()
            .collect();
        (!known.is_empty()).then(|| (Value::of(known), at))
    }

    /// Whether an attribute may as well be missing.
    fn may_be_missing(&self, names: &[&str]) -> bool {
        let value = names.iter().find_map(|name| self.value(name));
        value.is_none_or(|value| value.cases.iter().any(|case| case.data == Data::Undef))
    }
}

/// What may be put at a path.
struct Put {
    content: Content,
    /// Where that is said.
    at: Span,
    /// Under which conditions, besides those of the resource.
    when: Vec<Condition>,
}

impl Put {
    fn new(content: Content, at: Span) -> Self {
        let when = Vec::new();
        Self { content, at, when }
    }

    fn when(self, when: &[Condition]) -> Self {
        let when = when.to_vec();
        Self { when, ..self }
    }

    /// The variable that gives the content.
    fn variable(&self, code: &Code) -> Option<SmolStr> {
        let is_given = matches!(self.content, Content::Copy(_) | Content::Inline(_));
        is_given.then(|| code.variable_at(self.at)).flatten()
    }
}

/// What a resource puts at its path; never empty. `content` and `source`
/// exclude each other, so both are there only where one of them may be missing.
fn contents(writer: &Writer, said: &Said, at: Span) -> Vec<Put> {
    let mut found = absent(said, at);
    let ensures = said.value("ensure").map_or(0, |ensure| ensure.cases.len());
    if ensures > 0 && found.len() == ensures {
        return found;
    }
    let links = links(writer, said, at);
    if !links.is_empty() {
        found.extend(links);
        return found;
    }
    let source = said.first(writer.source);
    let content = said.first(writer.content);
    let may_have_both = source.is_none() || said.may_be_missing(writer.source);
    let is_said = source.is_some() || content.is_some();
    let when = there(said);
    let copy = source.map(|(source, at)| Put::new(Content::Copy(sources(source)), at).when(when));
    let text = content.map(|(content, at)| Put::new(Content::Inline(content), at).when(when));
    found.extend(copy);
    found.extend(text.filter(|_| may_have_both));
    if !is_said {
        found.push(Put::new(Content::Unmanaged, at).when(when));
    }
    found
}

/// When the file is there, where one case of `ensure` says so.
fn there(said: &Said) -> &[Condition] {
    let Some(ensure) = said.value("ensure") else {
        return &[];
    };
    let mut cases = ensure.cases.iter().filter(|case| !removes(case));
    match (cases.next(), cases.next()) {
        (Some(only), None) => &only.when,
        _ => &[],
    }
}

fn removes(case: &Case) -> bool {
    matches!(&case.data, Data::Text(text) if text.as_str() == Some("absent"))
}

/// The cases in which the file is removed.
fn absent(said: &Said, at: Span) -> Vec<Put> {
    let cases = said.value("ensure").map(|ensure| ensure.cases.iter());
    let removed = cases.into_iter().flatten().filter(|case| removes(case));
    let put = |case: &Case| Put::new(Content::Absent, at).when(&case.when);
    removed.map(put).collect()
}

/// The links that the file may be.
fn links(writer: &Writer, said: &Said, at: Span) -> Vec<Put> {
    let target = said.given("target").filter(|_| writer.kind == "file");
    if let Some((target, target_at)) = target {
        let link = |case: &Case| {
            let text = match &case.data {
                Data::Text(text) => text.clone(),
                Data::Unknown(unknown) => Text::hole(unknown.clone()),
                _ => return None,
            };
            Some(Put::new(Content::Link(text), target_at).when(&case.when))
        };
        return target.cases.iter().filter_map(link).collect();
    }
    // `ensure => '/path'` makes a link, too (Puppet's type reference, `file`).
    let path = said.value("ensure").and_then(Value::as_str);
    let path = path.filter(|it| it.starts_with('/'));
    let link = path.map(|path| Put::new(Content::Link(Text::literal(path)), at));
    link.into_iter().collect()
}

/// Whether a file that is there stays as it is: by `replace` of Puppet's type
/// `file`; an `archive` looks at what is there only where a kind of checksum is
/// named, or its age with `ensure => latest` (puppet-archive,
/// `lib/puppet/provider/archive/ruby.rb`, `checksum?` and `check_latest`).
fn keeps_existing(writer: &Writer, said: &Said) -> bool {
    match writer.kind {
        "file" => said.value("replace").is_some_and(is_off),
        "archive" => {
            let checksum = said.first(&["checksum_type", "digest_type"]);
            let is_latest = |value: &Value| value.cases.iter().any(|case| !is_there(case));
            checksum.is_none_or(|(value, _)| value.as_str() == Some("none"))
                && !said.value("ensure").is_some_and(is_latest)
        }
        _ => false,
    }
}

fn is_there(case: &Case) -> bool {
    matches!(&case.data, Data::Text(text) if matches!(text.as_str(), Some("present" | "absent")))
}

fn is_off(value: &Value) -> bool {
    match value.single() {
        Some(Data::Bool(is_on)) => !is_on,
        _ => matches!(value.as_str(), Some("false" | "no")),
    }
}

/// An array of sources is tried in order; one value is one source.
fn sources(value: Value) -> Vec<Value> {
    match value.single() {
        Some(Data::Array(items)) => items.to_vec(),
        _ => vec![value],
    }
}

/// A fragment names its file by path, or by the title of the `concat_file`.
fn target_of_fragment(catalog: &Catalog, target: &Text) -> Text {
    let Some(title) = target.as_str() else {
        return target.clone();
    };
    let declared = catalog.declared("concat_file", title);
    let path = declared.iter().find_map(|index| {
        let (_, path, _) = catalog.resources()[*index].own("path")?;
        match path.single()? {
            Data::Text(path) => Some(path.clone()),
            _ => None,
        }
    });
    path.unwrap_or_else(|| target.clone())
}

/// `alias:/path/of/the/store`
fn store_of(title: &Text) -> Text {
    match title.as_str().and_then(|title| title.split_once(":/")) {
        Some((_, path)) => Text::literal(format!("/{path}")),
        None => title.clone(),
    }
}

/// A file is the same with a slash behind its path.
fn without_slash(mut text: Text) -> Text {
    let last = text.pieces.len().saturating_sub(1);
    if let Some(Piece::Literal(piece)) = text.pieces.get_mut(last)
        && piece.len() > 1
        && piece.ends_with('/')
    {
        *piece = piece.trim_end_matches('/').into();
    }
    text
}

fn capitalized(kind: &str) -> String {
    let mut letters = kind.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// All of these conditions, each once; `None` where they exclude each other.
fn together(all: &[&Vec<Condition>]) -> Option<Vec<Condition>> {
    let none = Some(Vec::new());
    all.iter()
        .fold(none, |known, more| Condition::all_of(&known?, more))
}

/// The cases of a content that may be where these conditions hold; all of them
/// where none may.
fn possible(content: &Content, when: &[Condition]) -> Content {
    let of = |value: &Value| {
        let may_be = |case: &&Case| Condition::all_of(when, &case.when).is_some();
        let cases: Vec<Case> = value.cases.iter().filter(may_be).cloned().collect();
        if cases.is_empty() || cases.len() == value.cases.len() {
            return value.clone();
        }
        Value::of(cases)
    };
    match content {
        Content::Copy(values) => Content::Copy(values.iter().map(of).collect()),
        Content::Inline(value) => Content::Inline(of(value)),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Memory;
    use crate::{Request, audit};
    use std::fmt::Write as _;

    /// Each value with each of the others: that they were cut is told.
    #[test]
    fn values_are_not_multiplied_without_end() {
        let mut code = String::from("class tls {\n");
        for name in ["a", "b", "c"] {
            let _ = writeln!(code, "  $_{name} = $facts['{name}'] ? {{");
            for number in 0..12 {
                let _ = writeln!(code, "    '{number}' => '{name}{number}',");
            }
            code.push_str("  }\n");
        }
        code.push_str("  [1, 2].each |$n| {\n    file { \"/etc/ssl/certs/${_a}/${_b}/${_c}/ca${n}.pem\": source => 'puppet:///modules/tls/ca.pem' }\n  }\n}\n");
        let tree = Memory::new().with("modules/tls/manifests/init.pp", code);
        let evidence = audit(&tree, &Request::default());
        assert!(
            evidence.writes.len() <= 2 * MOST_OF_ONE,
            "{}",
            evidence.writes.len()
        );
        let is_open = |write: &Write| write.path.first_hole().is_some();
        assert!(evidence.writes.iter().any(is_open));
    }
}
