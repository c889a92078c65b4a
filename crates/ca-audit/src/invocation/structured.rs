//! Settings that are keys of a document, and the containers of a Pod.

use super::blocks::with_value;
use super::file_names::rows_for_file;
use super::names::kinds;
use super::select::{is_etcd, is_etcd_store};
use super::url::is_etcd_url;
use super::value::text_of;
use super::{
    Editable, EnvironmentFile, Flat, Fragment, HOLE, Setting, SettingKind, query, room, unread,
};
use crate::knowledge::{Arguments, Consumer, etcd_clients, etcd_servers};
use crate::view::View;
use smol_str::SmolStr;
use std::ops::Range;
use yaml_spans::{Kind, Node, Tree};

/// A mapping that starts a program.
pub(super) struct Container {
    /// The mapping in the text.
    pub(super) range: Range<usize>,
    /// Base names of its image and of the first words of its command.
    pub(super) programs: Vec<SmolStr>,
}

/// Every mapping with an image, a command or arguments.
pub(super) fn containers(tree: &Tree) -> Vec<Container> {
    let mappings = tree.nodes().filter(|node| node.kind() == Kind::Mapping);
    mappings.filter_map(container).collect()
}

fn container(node: Node<'_>) -> Option<Container> {
    let own = |key: &str| {
        node.entries()
            .find(|(name, _)| name.as_str() == Some(key))
            .map(|(_, value)| value)
    };
    let mut programs = Vec::new();
    if let Some(image) = own("image").and_then(Node::as_str) {
        let without_tag = image.split('@').next().unwrap_or_default();
        let name_start = without_tag.rfind('/').map_or(0, |at| at + 1);
        let name = without_tag[name_start..]
            .split(':')
            .next()
            .unwrap_or_default();
        programs.push(name.into());
        let before = without_tag[..name_start].trim_end_matches('/');
        let repository = before.rsplit('/').next().unwrap_or_default();
        programs.push(smol_str::format_smolstr!("{repository}/{name}"));
    }
    for key in ["command", "args"] {
        let first = own(key).and_then(|list| list.items().next().or(Some(list)));
        if let Some(word) = first.and_then(Node::as_str) {
            let word = word.split_whitespace().next().unwrap_or_default();
            programs.push(word.rsplit('/').next().unwrap_or_default().into());
        }
    }
    let span = node.span();
    (!programs.is_empty()).then_some(Container {
        range: span.start as usize..span.end as usize,
        programs,
    })
}

/// Where the containers and services of a document take variables from, each
/// with its place.
///
/// Source: the Compose specification, `env_file`; Kubernetes' API reference,
/// `EnvFromSource`.
pub(super) fn environment_files(flat: &Flat, tree: &Tree) -> Vec<(usize, EnvironmentFile)> {
    let mut found = Vec::new();
    for key in tree.nodes().filter(|node| node.is_key()) {
        let word = key.as_str().unwrap_or_default();
        if !matches!(word, "env_file" | "envFrom") {
            continue;
        }
        let value = key.parent().and_then(|holder| holder.get(word));
        let Some(value) = value else { continue };
        for item in value.items().chain(Some(value)) {
            let path = item.as_str().or_else(|| item.get("path")?.as_str());
            let object = ["configMapRef", "secretRef"]
                .iter()
                .find_map(|kind| item.get(kind)?.get("name"));
            let file = match (word, path, object) {
                ("env_file", Some(path), _) => EnvironmentFile::Beside(path.into()),
                ("envFrom", _, Some(name)) => EnvironmentFile::Object(name_of(flat, name)),
                _ => continue,
            };
            found.push((key.span().start as usize, file));
        }
    }
    found
}

/// A name with its expressions as they are written.
fn name_of(flat: &Flat, node: Node<'_>) -> SmolStr {
    let span = node.span();
    let range = span.start as usize..span.end as usize;
    let mut codes = flat.holes_in(&range);
    let mut name = String::new();
    for (index, literal) in node.as_str().unwrap_or_default().split(HOLE).enumerate() {
        if index > 0 {
            name.push_str("${");
            name.push_str(codes.next().unwrap_or_default());
            name.push('}');
        }
        name.push_str(literal);
    }
    name.into()
}

/// Fragments of documents whose kind (or file name) selects a row with keys.
pub(super) fn fragments(view: &View, flat: &Flat, tree: &Tree) -> Vec<Fragment> {
    let name = if view.is_file() { view.path } else { "" };
    fragments_of(view, flat, tree, name)
}

/// The same of what stands in a file of that name.
pub(super) fn fragments_of(view: &View, flat: &Flat, tree: &Tree, name: &str) -> Vec<Fragment> {
    let by_name = rows_for_file(name);
    let mut found = Vec::new();
    for document in tree.documents() {
        let Some(root) = document.root() else {
            continue;
        };
        for row in etcd_clients()
            .chain(etcd_servers())
            .filter(|row| !row.endpoint.keys.is_empty())
        {
            let is_named =
                row.doc_match.is_empty() && by_name.iter().any(|named| named.id == row.id);
            let is_other = !row.not_if.is_empty() && is_excluded(row.not_if, root);
            if !is_other && (is_named || matches_document(row.doc_match, root)) {
                let roots = roots(row, root);
                found.extend(roots.filter_map(|root| fragment(view, flat, row, root)));
            }
        }
    }
    found
}

/// `apiVersion=a kind=b|c`: each word is a path and what may stand there, with
/// `*` for any rest. A condition of another form selects nothing.
pub(super) fn matches_document(condition: &str, root: Node<'_>) -> bool {
    let mut words = condition
        .split_whitespace()
        .filter(|word| *word != "json")
        .peekable();
    words.peek().is_some()
        && words.all(|word| {
            let Some((path, patterns)) = word.split_once('=') else {
                return false;
            };
            let value = at_path(root, path)
                .into_iter()
                .next()
                .and_then(Node::as_str);
            value.is_some_and(|value| {
                patterns
                    .split('|')
                    .any(|pattern| matches_pattern(pattern, value))
            })
        })
}

/// `a=b c !d`: what [`matches_document`] understands, a path that is there, a
/// path that is not.
fn is_excluded(condition: &str, root: Node<'_>) -> bool {
    condition.split_whitespace().all(|word| {
        let is_there = |path: &str| !at_path(root, path).is_empty();
        match word.strip_prefix('!') {
            Some(path) => !is_there(path),
            None if word.contains('=') => matches_document(word, root),
            None => is_there(word),
        }
    })
}

fn matches_pattern(pattern: &str, value: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => value.starts_with(prefix),
        None => pattern == value,
    }
}

/// Where the paths of a row begin: at the document's root, or (`**.`) at every
/// mapping, each of which may make a client of its own.
fn roots<'t>(row: &Consumer, root: Node<'t>) -> Box<dyn Iterator<Item = Node<'t>> + 't> {
    if row.endpoint.keys.iter().any(|path| path.starts_with("**.")) {
        let within = root.span();
        let inside = move |node: &Node<'t>| {
            node.kind() == Kind::Mapping
                && within.start <= node.span().start
                && node.span().end <= within.end
        };
        return Box::new(root.tree().nodes().filter(inside));
    }
    Box::new(std::iter::once(root))
}

fn fragment(view: &View, flat: &Flat, row: &'static Consumer, root: Node<'_>) -> Option<Fragment> {
    let is_client = |setting: &Setting| setting.kind == SettingKind::Endpoint;
    let mut settings = Vec::new();
    for (kind, names) in kinds(row) {
        for path in names.keys {
            let (path, wanted) = with_value(path);
            for node in at_path(root, path) {
                let text = node.as_str().unwrap_or_default();
                let is_wanted = wanted.is_none_or(|wanted| is_same(text, wanted));
                let is_other = kind == SettingKind::Endpoint && !is_endpoint(flat, row, node);
                if is_wanted && !is_other {
                    settings.push(setting(view, flat, kind, path, node));
                }
            }
        }
        // Most mappings hold no endpoint.
        if kind == SettingKind::Endpoint && settings.is_empty() {
            return None;
        }
    }
    for node in unread::keys(row, root) {
        let name = node.key().and_then(Node::as_str).unwrap_or_default();
        settings.push(setting(view, flat, SettingKind::UnreadCa, name, node));
    }
    settings.retain(|setting| !is_client(setting) || is_etcd(row, setting));
    settings.extend(query::settings(row, &settings));
    let span = root.span();
    (settings.iter().any(is_client) && is_etcd_store(row, &settings)).then(|| Fragment {
        consumer: row,
        at: view.span(flat.source_range(&(span.start as usize..span.end as usize))),
        settings,
        environment_files: Vec::new(),
        open: Vec::new(),
    })
}

/// Whether a scalar says the same: YAML has many words for false.
fn is_same(text: &str, wanted: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text == wanted
        || (wanted == "false" && matches!(text.as_str(), "no" | "off"))
        || (wanted == "true" && matches!(text.as_str(), "yes" | "on"))
}

/// Whether a value is an endpoint: of a row that fetches any URL, an etcd's.
fn is_endpoint(flat: &Flat, row: &Consumer, node: Node<'_>) -> bool {
    let span = node.span();
    let names: Vec<&str> = flat
        .holes_in(&(span.start as usize..span.end as usize))
        .collect();
    row.arguments != Arguments::EtcdUrls
        || node.as_str().is_some_and(|url| is_etcd_url(url, &names))
}

pub(super) fn setting(
    view: &View,
    flat: &Flat,
    kind: SettingKind,
    path: &str,
    node: Node<'_>,
) -> Setting {
    let value = node.span();
    let value = value.start as usize..value.end as usize;
    let start = node
        .key()
        .map_or(value.start, |key| key.span().start as usize);
    let is_quoted = matches!(flat.text.as_bytes().get(start), Some(b'"' | b'\''));
    let name_start = start + usize::from(is_quoted);
    let name_end = name_start + node.key().and_then(Node::as_str).map_or(0, str::len);
    let unquoted = match flat.text.as_bytes().get(value.start) {
        Some(b'"' | b'\'') if value.len() >= 2 => value.start + 1..value.end - 1,
        _ => value.clone(),
    };
    let empty = node.is_empty_node() || matches!(node.as_str(), Some("" | "~" | "null"));
    let room = match kind {
        SettingKind::Endpoint => room::of_key(view, flat, start),
        SettingKind::Ca if empty => room::of_value(view, flat, name_end, &value),
        _ => None,
    };
    Setting {
        editable: Some(Editable {
            name_at: view.span(flat.source_range(&(name_start..name_end))),
            room,
        })
        .filter(|_| view.is_file()),
        kind,
        name: path.into(),
        at: view.span(flat.source_range(&(start..value.end.max(start)))),
        value: if empty {
            crate::value::Text::default()
        } else {
            text_of(flat, &unquoted, view)
        },
        presence: flat.presence(start),
    }
}

/// Every node at a path of the table: `a.b`, `a[].b` for each item, `a.*.b` for
/// each key, `**.a` from each of the [`roots`], `a."b.c"` for a key with a point. What stands under
/// `!yaml` is a document of its own and read as one.
pub(super) fn at_path<'t>(root: Node<'t>, path: &str) -> Vec<Node<'t>> {
    if path.contains(['!', ' ']) {
        return Vec::new();
    }
    let path = path.strip_prefix("**.").unwrap_or(path);
    let mut nodes = vec![root];
    for segment in segments(path) {
        let (key, each) = match segment.strip_suffix("[]") {
            Some(key) => (key, true),
            None => (segment, false),
        };
        nodes = match key {
            "*" => nodes
                .into_iter()
                .flat_map(Node::entries)
                .map(|(_, value)| value.follow())
                .collect(),
            key => nodes
                .into_iter()
                .filter_map(|node| node.get(key))
                .map(Node::follow)
                .collect(),
        };
        if each {
            nodes = nodes
                .into_iter()
                .flat_map(Node::items)
                .map(Node::follow)
                .collect();
        }
    }
    nodes
}

pub(super) fn segments(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(path);
    std::iter::from_fn(move || {
        let left = rest?;
        let (segment, after) = match left.strip_prefix('"') {
            Some(quoted) => {
                let (segment, after) = quoted.split_once('"')?;
                (segment, after.strip_prefix('.'))
            }
            None => match left.split_once('.') {
                Some((segment, after)) => (segment, Some(after)),
                None => (left, None),
            },
        };
        rest = after;
        Some(segment)
    })
}
