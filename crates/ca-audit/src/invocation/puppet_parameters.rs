//! Parameters of a class that sets up a program: `class { 'patroni':
//! etcd_hosts => … }`, and `patroni::etcd_hosts` in Hiera's data.
//!
//! The table knows them of modules that control repositories use and do not
//! hold. Where the module is in the tree its own templates tell more.

use super::names::kinds;
use super::puppet_value::{place, value};
use super::select::{is_etcd, is_etcd_store};
use super::{Flat, Fragment, Presence, Setting, SettingKind, structured};
use crate::knowledge::{Consumer, etcd_clients};
use crate::place::Span;
use crate::sniff::is_document_name;
use crate::view::View;
use crate::words::searcher;
use aho_corasick::AhoCorasick;
use puppet_syntax::ast::{Attribute, ExprKind, ResourceBody};
use puppet_syntax::{parse, walk_all};
use std::sync::LazyLock;
use yaml_spans::{Kind, Node, Tree};

/// Whether a file may say where the etcd of such a class is, or name its CA.
pub(super) fn may_hold(path: &str, bytes: &[u8]) -> bool {
    static KEYS: LazyLock<AhoCorasick> = LazyLock::new(|| searcher(rows().flat_map(parameters)));
    static CLASSES: LazyLock<AhoCorasick> = LazyLock::new(|| {
        let classes = rows().flat_map(|row| row.classes.iter());
        searcher(classes.flat_map(|class| [format!("{class}':"), format!("{class}\":")]))
    });
    if path.ends_with(".pp") {
        return CLASSES.is_match(bytes);
    }
    is_document_name(path) && KEYS.is_match(bytes)
}

/// One fragment for each declaration, or for a file of data.
pub(super) fn fragments(view: &View, flat: &Flat, tree: Option<&Tree>) -> Vec<Fragment> {
    if !view.is_file() || !may_hold(view.path, flat.text.as_bytes()) {
        return Vec::new();
    }
    match tree {
        _ if view.path.ends_with(".pp") => declared(view, &flat.text),
        Some(tree) => in_data(view, flat, tree),
        None => Vec::new(),
    }
}

fn rows() -> impl Iterator<Item = &'static Consumer> {
    etcd_clients().filter(|row| !row.classes.is_empty())
}

/// The endpoints and the CAs of a row as keys of Hiera's data.
fn parameters(row: &'static Consumer) -> impl Iterator<Item = String> {
    let classes = row.classes.iter();
    classes.flat_map(|class| {
        let own = row.endpoint.keys.iter().chain(row.ca.keys);
        own.map(move |own| format!("{class}::{own}"))
    })
}

fn declared(view: &View, text: &str) -> Vec<Fragment> {
    let program = parse(text).program;
    let mut found = Vec::new();
    walk_all(&program, &mut |expr| {
        let ExprKind::Resource(resource) = &expr.kind else {
            return;
        };
        if !matches!(&resource.type_name.kind, ExprKind::Name(name) if name == "class") {
            return;
        }
        for body in &resource.bodies {
            let own = rows().filter(|row| is_of(body, row));
            found.extend(own.filter_map(|row| declaration(view, text, row, body)));
        }
    });
    found
}

fn is_of(body: &ResourceBody, row: &Consumer) -> bool {
    let title = match &body.title.kind {
        ExprKind::String(title) => title.value.as_str(),
        ExprKind::Name(title) => title,
        _ => return false,
    };
    row.classes.contains(&title.trim_start_matches("::"))
}

fn declaration(
    view: &View,
    text: &str,
    row: &'static Consumer,
    body: &ResourceBody,
) -> Option<Fragment> {
    let attributes = body.attributes.iter();
    let settings = attributes.filter_map(|own| attribute(view, text, row, own));
    fragment(row, place(view, body.span), settings.collect())
}

fn attribute(
    view: &View,
    text: &str,
    row: &'static Consumer,
    attribute: &Attribute,
) -> Option<Setting> {
    let name = attribute.named()?;
    Some(Setting {
        kind: kind(row, name)?,
        name: name.into(),
        at: place(view, attribute.span()),
        value: value(view, text, &attribute.value),
        presence: Presence::Always,
        editable: None,
    })
}

fn in_data(view: &View, flat: &Flat, tree: &Tree) -> Vec<Fragment> {
    let roots = tree.documents().filter_map(|document| document.root());
    let mappings = roots.filter(|root| root.kind() == Kind::Mapping);
    mappings
        .flat_map(|root| rows().filter_map(move |row| data(view, flat, row, root)))
        .collect()
}

fn data(view: &View, flat: &Flat, row: &'static Consumer, root: Node<'_>) -> Option<Fragment> {
    let settings = root.entries().filter_map(|(key, value)| {
        let name = key.as_str()?;
        let (class, own) = name.rsplit_once("::")?;
        let kind = kind(row, own).filter(|_| row.classes.contains(&class))?;
        let mut setting = structured::setting(view, flat, kind, name, value);
        setting.editable = None;
        Some(setting)
    });
    let settings: Vec<Setting> = settings.collect();
    // Keys of a mapping stand in order.
    let at = Span {
        end: settings.last()?.at.end,
        ..settings.first()?.at
    };
    fragment(row, at, settings)
}

fn kind(row: &'static Consumer, name: &str) -> Option<SettingKind> {
    let kinds = kinds(row);
    let (kind, _) = kinds
        .into_iter()
        .find(|(_, settings)| settings.keys.contains(&name))?;
    Some(kind)
}

/// A declaration without endpoints may still name the CA for those of another
/// file.
fn fragment(row: &'static Consumer, at: Span, mut settings: Vec<Setting>) -> Option<Fragment> {
    settings.retain(|setting| setting.kind != SettingKind::Endpoint || is_etcd(row, setting));
    (!settings.is_empty() && is_etcd_store(row, &settings)).then(|| Fragment {
        consumer: row,
        at,
        settings,
        environment_files: Vec::new(),
        open: Vec::new(),
    })
}
