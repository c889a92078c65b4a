//! Collects what the resources of a manifest put into files, by path.

use crate::invocation::Flat;
use puppet_syntax::ast::{Attribute, Expr, ExprKind, HashEntry, StringPart, Text};
use puppet_syntax::{Span, children};
use std::collections::{BTreeMap, HashMap};

/// What a manifest puts into files, each as the text that it would have.
pub(super) struct Files<'t> {
    source: &'t str,
    pub(super) put: BTreeMap<String, Flat<'static>>,
    /// What `Ini_setting { … }` says of all of a type.
    defaults: HashMap<String, Vec<&'t Attribute>>,
    /// The conditions around, outermost first.
    conditions: Vec<String>,
}

/// A resource: its type, its title and what is said of it.
struct Found<'t> {
    kind: &'t str,
    title: &'t Expr,
    attributes: Vec<(&'t str, &'t Expr)>,
}

impl<'t> Found<'t> {
    fn get(&self, name: &str) -> Option<&'t Expr> {
        let mut own = self.attributes.iter();
        own.find(|(own, _)| *own == name).map(|(_, value)| *value)
    }

    fn any_of(&self, names: &[&str]) -> Option<&'t Expr> {
        names.iter().find_map(|name| self.get(name))
    }
}

impl<'t> Files<'t> {
    pub(super) fn new(source: &'t str) -> Self {
        Self {
            source,
            put: BTreeMap::new(),
            defaults: HashMap::new(),
            conditions: Vec::new(),
        }
    }

    /// Takes everything of a program.
    pub(super) fn collect(&mut self, program: &'t [Expr]) {
        puppet_syntax::walk_all(program, &mut |expr| {
            if let ExprKind::ResourceDefaults(defaults) = &expr.kind
                && let ExprKind::TypeRef(kind) = &defaults.type_ref.kind
            {
                let known = self.defaults.entry(kind.to_ascii_lowercase()).or_default();
                known.extend(&defaults.attributes);
            }
        });
        for expr in program {
            self.expr(expr);
        }
    }

    fn expr(&mut self, expr: &'t Expr) {
        match &expr.kind {
            ExprKind::If(branches) => {
                for branch in &branches.branches {
                    self.under(branch.condition.span, "", &branch.body);
                }
                if let (Some(first), Some(body)) = (branches.branches.first(), &branches.otherwise)
                {
                    self.under(first.condition.span, "not ", body);
                }
                return;
            }
            ExprKind::Resource(resource) => {
                if let ExprKind::Name(kind) = &resource.type_name.kind {
                    for body in &resource.bodies {
                        let named = body.attributes.iter();
                        let named = named.filter_map(|own| Some((own.named()?, &own.value)));
                        self.resource(kind, &body.title, named.collect());
                    }
                }
            }
            ExprKind::Call(call) => {
                if let [kind, resources, defaults @ ..] = call.args.as_slice()
                    && matches!(&call.callee.kind, ExprKind::Name(name) if name == "create_resources")
                {
                    self.created(kind, resources, defaults.first());
                }
            }
            _ => {}
        }
        children(expr, &mut |child| self.expr(child));
    }

    fn under(&mut self, condition: Span, not: &str, body: &'t [Expr]) {
        let condition = format!("{not}{}", condition.of(self.source));
        self.conditions.push(condition);
        for expr in body {
            self.expr(expr);
        }
        self.conditions.pop();
    }

    /// `create_resources('ini_setting', { title => { … } }, { defaults })`.
    fn created(&mut self, kind: &'t Expr, resources: &'t Expr, defaults: Option<&'t Expr>) {
        let Some(kind) = word(kind) else { return };
        let ExprKind::Hash(resources) = &resources.kind else {
            return;
        };
        let shared: Vec<_> = defaults.into_iter().flat_map(attributes_of).collect();
        for entry in resources {
            let own = attributes_of(&entry.value).chain(shared.iter().copied());
            self.resource(kind, &entry.key, own.collect());
        }
    }

    fn resource(&mut self, kind: &'t str, title: &'t Expr, attributes: Vec<(&'t str, &'t Expr)>) {
        let defaults = self.defaults.get(kind).into_iter().flatten();
        let defaults = defaults.filter_map(|own| Some((own.named()?, &own.value)));
        let found = Found {
            kind,
            title,
            attributes: attributes.into_iter().chain(defaults).collect(),
        };
        if found.get("ensure").and_then(word) == Some("absent") {
            return;
        }
        match kind {
            "ini_setting" => self.setting(&found),
            "ini_subsetting" => self.subsetting(&found),
            "file_line" => self.line(&found),
            "shellvar" => self.shell_variable(&found),
            "augeas" => self.augeas(&found),
            _ if found.get("content").is_some() => self.content(&found),
            _ if kind.ends_with("_config") => self.openstack(&found),
            _ => {}
        }
    }

    /// Appends to the file at a path; under a condition, if there is one.
    fn append(&mut self, path: String, write: impl FnOnce(&mut Flat<'static>, &str)) {
        let flat = self.put.entry(path).or_insert_with(Flat::builder);
        let start = flat.text.len();
        write(flat, self.source);
        if let Some(condition) = self.conditions.last() {
            flat.close_condition(start, condition);
        }
    }

    fn content(&mut self, found: &Found<'t>) {
        let content = found.get("content");
        let path = found.any_of(&["path", "target"]).unwrap_or(found.title);
        if let (Some(content), Some(path)) = (content.and_then(written), path_of(path, self.source))
        {
            self.append(path, |flat, source| {
                push(flat, source, content);
                flat.push_text("\n", content.span.end as usize);
            });
        }
    }

    fn setting(&mut self, found: &Found<'t>) {
        let path = found
            .get("path")
            .and_then(|path| path_of(path, self.source));
        let (Some(path), Some(key), Some(value)) = (path, found.get("setting"), found.get("value"))
        else {
            return;
        };
        let section = found.get("section");
        self.append(path, |flat, source| {
            if let Some(section) = section.filter(|own| word(own) != Some("")) {
                push_between(flat, source, section, ("[", "]\n"));
            }
            push_between(flat, source, key, ("", "="));
            push_between(flat, source, value, ("", "\n"));
        });
    }

    fn subsetting(&mut self, found: &Found<'t>) {
        let path = found
            .get("path")
            .and_then(|path| path_of(path, self.source));
        let (Some(path), Some(key)) = (path, found.get("subsetting")) else {
            return;
        };
        let value = found.get("value");
        self.append(path, |flat, source| {
            push(flat, source, key);
            if let Some(value) = value {
                push(flat, source, value);
            }
            flat.push_text("\n", key.span.end as usize);
        });
    }

    fn line(&mut self, found: &Found<'t>) {
        let path = found
            .get("path")
            .and_then(|path| path_of(path, self.source));
        if let (Some(path), Some(line)) = (path, found.get("line")) {
            self.append(path, |flat, source| {
                push_between(flat, source, line, ("", "\n"));
            });
        }
    }

    fn shell_variable(&mut self, found: &Found<'t>) {
        let path = found
            .get("target")
            .and_then(|path| path_of(path, self.source));
        let key = found.get("variable").unwrap_or(found.title);
        if let (Some(path), Some(value)) = (path, found.get("value")) {
            self.append(path, |flat, source| {
                push_between(flat, source, key, ("", "="));
                push_between(flat, source, value, ("", "\n"));
            });
        }
    }

    /// `context => '/files/etc/x', changes => ['set KEY VALUE']`.
    fn augeas(&mut self, found: &Found<'t>) {
        let context = found
            .get("context")
            .and_then(|own| path_of(own, self.source));
        let changes = match found.get("changes").map(|own| (&own.kind, own)) {
            Some((ExprKind::Array(items), _)) => items.iter().collect(),
            Some((_, one)) => vec![one],
            None => Vec::new(),
        };
        for change in changes {
            let ExprKind::String(text) = &change.kind else {
                continue;
            };
            for set in text.value.lines().filter_map(|line| set(text, line)) {
                let Some((path, key)) =
                    augeas_path(context.as_deref().unwrap_or_default(), set.path)
                else {
                    continue;
                };
                self.append(path, |flat, source| {
                    let offset = |at: usize| text.source_offset(source, at) as usize;
                    flat.push_text(&key, offset(set.at));
                    flat.push_text("=", offset(set.at));
                    flat.push_text(set.value, offset(set.value_at));
                    flat.push_text("\n", offset(set.value_at));
                });
            }
        }
    }

    /// `cinder_config { 'coordination/backend_url': value => … }`: the file is
    /// known by the type, section and key by the title.
    ///
    /// Source: openstack/puppet-openstacklib, `lib/puppet/provider/openstack_config`.
    fn openstack(&mut self, found: &Found<'t>) {
        let name = found.kind.trim_end_matches("_config");
        let ExprKind::String(title) = &found.title.kind else {
            return;
        };
        let (Some((section, key)), Some(value)) = (title.value.split_once('/'), found.get("value"))
        else {
            return;
        };
        self.append(format!("/etc/{name}/{name}.conf"), |flat, source| {
            let at = found.title.span.start as usize;
            flat.push_text(&format!("[{section}]\n"), at);
            let at = text_at(source, title, section.len() + 1);
            flat.push_text(key, at);
            flat.push_text("=", at);
            push_between(flat, source, value, ("", "\n"));
        });
    }
}

/// A change of augeas that sets something.
struct Set<'l> {
    path: &'l str,
    /// Where it stands in the text of the change.
    at: usize,
    value: &'l str,
    value_at: usize,
}

fn set<'l>(text: &'l Text, line: &'l str) -> Option<Set<'l>> {
    let offset = |part: &str| part.as_ptr() as usize - text.value.as_ptr() as usize;
    let rest = line.trim_start().strip_prefix("set ")?.trim_start();
    let (path, value) = rest.split_once(char::is_whitespace)?;
    let value = value.trim().trim_matches(['"', '\'']);
    Some(Set {
        path,
        at: offset(path),
        value,
        value_at: offset(value),
    })
}

/// `/files/etc/default/etcd/ETCD_CA` → the file, and the key in it.
fn augeas_path(context: &str, path: &str) -> Option<(String, String)> {
    let whole = if path.starts_with("/files/") {
        path.to_owned()
    } else {
        format!("{}/{path}", context.trim_end_matches('/'))
    };
    let (file, key) = whole.strip_prefix("/files")?.rsplit_once('/')?;
    (!file.is_empty() && !key.is_empty()).then(|| (file.to_owned(), key.to_owned()))
}

fn attributes_of(expr: &Expr) -> impl Iterator<Item = (&str, &Expr)> {
    let entries: &[HashEntry] = match &expr.kind {
        ExprKind::Hash(entries) => entries,
        _ => &[],
    };
    let named = entries.iter();
    named.filter_map(|entry| Some((word(&entry.key)?, &entry.value)))
}

fn word(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::String(text) => Some(&text.value),
        ExprKind::Name(name) => Some(name),
        _ => None,
    }
}

/// A text that stands here, whole or with holes.
fn written(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::String(_) | ExprKind::Interpolated(_) => Some(expr),
        ExprKind::Heredoc(heredoc) => Some(&heredoc.text),
        _ => None,
    }
}

/// A path, its variables as they are written: what follows them tells the file.
fn path_of(expr: &Expr, source: &str) -> Option<String> {
    match &expr.kind {
        ExprKind::String(text) => Some(text.value.to_string()),
        ExprKind::Interpolated(parts) => {
            let part = |part: &StringPart| match part {
                StringPart::Text(text) => text.value.to_string(),
                StringPart::Expr(inner) => inner.span.of(source).to_owned(),
            };
            Some(parts.iter().map(part).collect())
        }
        _ => None,
    }
}

fn push_between(flat: &mut Flat<'_>, source: &str, expr: &Expr, around: (&str, &str)) {
    flat.push_text(around.0, expr.span.start as usize);
    push(flat, source, expr);
    flat.push_text(around.1, (expr.span.end as usize).saturating_sub(1));
}

/// Appends what an expression says: text as it is, lists with commas between,
/// anything else as a hole.
fn push(flat: &mut Flat<'_>, source: &str, expr: &Expr) {
    match &expr.kind {
        ExprKind::String(text) => push_lines(flat, source, text),
        ExprKind::Interpolated(parts) => {
            for part in parts {
                match part {
                    StringPart::Text(text) => push_lines(flat, source, text),
                    StringPart::Expr(inner) => {
                        flat.push_hole(inner.span.of(source), inner.span.start as usize);
                    }
                }
            }
        }
        ExprKind::Heredoc(heredoc) => push(flat, source, &heredoc.text),
        ExprKind::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    flat.push_text(",", item.span.start as usize);
                }
                push(flat, source, item);
            }
        }
        ExprKind::Name(_) | ExprKind::Bool(_) | ExprKind::Number(_) => {
            flat.push_text(expr.span.of(source), expr.span.start as usize);
        }
        ExprKind::Undef => {}
        _ => flat.push_hole(expr.span.of(source), expr.span.start as usize),
    }
}

/// Line by line, because a heredoc's margin is in the source only.
fn push_lines(flat: &mut Flat<'_>, source: &str, text: &Text) {
    let mut at = 0;
    for line in text.value.split_inclusive('\n') {
        flat.push_text(line, text_at(source, text, at));
        at += line.len();
    }
}

fn text_at(source: &str, text: &Text, offset: usize) -> usize {
    text.source_offset(source, offset) as usize
}
