//! Flags that stand nowhere, because a Puppet hash becomes the command line:
//! `k8s::format_arguments({ etcd_servers => …, 'etcd-cafile' => … })`.
//!
//! Keys of a hash may be anything, parameters of a class as well. They are
//! flags where the name of what takes the hash says so, and where the program
//! is named in the same file.

use super::names::kinds;
use super::puppet_value::{place, value};
use super::query;
use super::{Fragment, Presence, Setting, SettingKind};
use crate::knowledge::{Consumer, etcd_clients};
use crate::view::View;
use crate::words::searcher;
use aho_corasick::AhoCorasick;
use puppet_syntax::ast::{BinaryOp, Expr, ExprKind, HashEntry};
use puppet_syntax::{Span, children, parse};
use smol_str::SmolStr;
use std::sync::LazyLock;

/// What names of functions, variables and parameters have that take flags.
const CARRIERS: [&str; 3] = ["arg", "flag", "opt"];

/// Whether a manifest may have such a hash: the key of an endpoint that no
/// other program has stands in it.
pub(super) fn may_hold(path: &str, bytes: &[u8]) -> bool {
    static KEYS: LazyLock<AhoCorasick> = LazyLock::new(|| {
        let flags = rows().flat_map(|row| row.endpoint.flags.iter());
        let own = flags.filter(|flag| is_distinctive(flag));
        searcher(own.flat_map(|flag| [(*flag).to_owned(), flag.replace('-', "_")]))
    });
    path.ends_with(".pp") && KEYS.is_match(bytes)
}

/// One fragment for each hash that starts a program of the table.
pub(super) fn fragments(view: &View, text: &str) -> Vec<Fragment> {
    if !view.is_file() || !may_hold(view.path, text.as_bytes()) {
        return Vec::new();
    }
    let program = parse(text).program;
    let mut hashes = Vec::new();
    for expr in &program {
        collect(expr, &mut hashes);
    }
    let named = |row: &&Consumer| row.names.iter().any(|name| text.contains(name));
    let rows: Vec<&'static Consumer> = rows().filter(named).collect();
    hashes
        .iter()
        .flat_map(|hash| rows.iter().map(move |row| (*row, hash)))
        .filter_map(|(row, hash)| fragment(view, text, row, hash))
        .collect()
}

fn rows() -> impl Iterator<Item = &'static Consumer> {
    etcd_clients().filter(|row| row.endpoint.flags.iter().any(|flag| is_distinctive(flag)))
}

/// Whether a flag says by itself that it is about etcd.
fn is_distinctive(flag: &str) -> bool {
    flag.contains("etcd")
}

/// Hashes that become flags together, and what is merged with them.
#[derive(Default)]
struct Flags<'a> {
    entries: Vec<&'a HashEntry>,
    open: Vec<Span>,
    span: Option<Span>,
}

/// Every such hash below an expression, parents first.
fn collect<'a>(expr: &'a Expr, found: &mut Vec<Flags<'a>>) {
    for carried in carried(expr) {
        let mut flags = Flags::default();
        merged(carried, &mut flags);
        if !flags.entries.is_empty() {
            found.push(flags);
        }
    }
    children(expr, &mut |child| collect(child, found));
}

/// What an expression gives to something that takes flags by its name.
fn carried(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Assignment(assignment) => match &assignment.target.kind {
            ExprKind::Variable(name) if is_carrier(name) => vec![&assignment.value],
            _ => Vec::new(),
        },
        ExprKind::Call(call) => match &call.callee.kind {
            ExprKind::Name(name) if is_carrier(name) => call.args.iter().collect(),
            _ => Vec::new(),
        },
        ExprKind::MethodCall(call) if is_carrier(&call.name) => vec![&call.receiver],
        ExprKind::Resource(resource) => {
            let bodies = resource.bodies.iter();
            let attributes = bodies.flat_map(|body| &body.attributes);
            let carriers = attributes.filter(|own| own.named().is_some_and(is_carrier));
            carriers.map(|own| &own.value).collect()
        }
        ExprKind::Hash(entries) => {
            let carriers = entries
                .iter()
                .filter(|entry| key(entry).is_some_and(is_carrier));
            carriers.map(|entry| &entry.value).collect()
        }
        _ => Vec::new(),
    }
}

fn is_carrier(name: &str) -> bool {
    let name = name.rsplit("::").next().unwrap_or(name);
    CARRIERS.iter().any(|word| name.contains(word))
}

/// The hashes of `{…} + $more`.
fn merged<'a>(expr: &'a Expr, flags: &mut Flags<'a>) {
    match &expr.kind {
        ExprKind::Hash(entries) => {
            flags.entries.extend(entries);
            flags.span = Some(flags.span.map_or(expr.span, |span| span.to(expr.span)));
        }
        ExprKind::Paren(inner) => merged(inner, flags),
        ExprKind::Binary(binary) if binary.op == BinaryOp::Add => {
            merged(&binary.left, flags);
            merged(&binary.right, flags);
        }
        _ => flags.open.push(expr.span),
    }
}

fn key(entry: &HashEntry) -> Option<&str> {
    match &entry.key.kind {
        ExprKind::String(text) => Some(&text.value),
        ExprKind::Name(name) => Some(name),
        _ => None,
    }
}

fn fragment(
    view: &View,
    text: &str,
    row: &'static Consumer,
    flags: &Flags<'_>,
) -> Option<Fragment> {
    let known = flags.entries.iter();
    let mut settings: Vec<Setting> = known
        .filter_map(|entry| setting(view, text, row, entry))
        .collect();
    settings
        .iter()
        .find(|setting| setting.kind == SettingKind::Endpoint)?;
    settings.extend(query::settings(row, &settings));
    let open = flags.open.iter();
    Some(Fragment {
        consumer: row,
        at: place(view, flags.span?),
        settings,
        environment_files: Vec::new(),
        open: open
            .map(|span| (SmolStr::from(span.of(text)), place(view, *span)))
            .collect(),
    })
}

fn setting(view: &View, text: &str, row: &'static Consumer, entry: &HashEntry) -> Option<Setting> {
    let name = key(entry)?;
    let flag = name.trim_start_matches('-').replace('_', "-");
    let kinds = kinds(row);
    let (kind, _) = kinds
        .into_iter()
        .find(|(_, names)| names.flags.contains(&flag.as_str()))?;
    Some(Setting {
        kind,
        name: name.into(),
        at: place(view, entry.span()),
        value: value(view, text, &entry.value),
        presence: Presence::Always,
        editable: None,
    })
}
