//! CAs that are handed to code which is not in the tree: the parameters of a class
//! or of a defined type that a Puppetfile brings. Where that code puts them cannot
//! be seen; where a fix of what it is given lasts can.

use super::catalog::{Attributes, Resource};
use super::code::{Code, module_of};
use super::data_keys::DataKeys;
use super::evaluate::Evaluator;
use super::writers::is_written;
use crate::ca_name::{path_names_a_ca, variable_names_a_ca};
use crate::facts::{Content, Names, Step, Write};
use crate::place::Span;
use crate::value::{Case, Data, Text, Unknown, Value, Why};
use puppet_syntax::ast::{AttributeName, ResourceBody};
use smol_str::{SmolStr, format_smolstr};

impl Evaluator<'_> {
    /// Whether the code behind a declaration is not in the tree.
    pub(super) fn is_elsewhere(&self, kind: &str) -> bool {
        !is_written(kind) && !NATIVE.contains(&kind) && !self.code.defines(kind)
    }

    /// What the resources hand over whose code is not in the tree.
    pub(super) fn handed_over(&self) -> Vec<Write> {
        let resources = self.catalog.resources().iter();
        let is_due = |it: &&Resource| it.is_real() || self.host.is_none();
        let elsewhere = resources
            .filter(is_due)
            .filter(|it| self.is_elsewhere(&it.kind));
        elsewhere.flat_map(|it| handed_by(it, self.code)).collect()
    }
}

/// Whether a declaration may hand over a CA.
pub(super) fn may_hand_over(body: &ResourceBody) -> bool {
    body.attributes.iter().any(|said| match &said.name {
        AttributeName::Named(name) => may_be_a_ca(name),
        AttributeName::Splat => true,
    })
}

/// CAs that the data give to classes which are not in the tree.
pub(super) fn by_data(code: &Code, data: &DataKeys<'_>) -> Vec<Write> {
    let keys = data.keys_with(|text| text.contains("BEGIN CERTIFICATE"));
    let is_handed = |key: &&SmolStr| {
        key.rsplit_once("::").is_some_and(|(class, parameter)| {
            variable_names_a_ca(parameter) && !code.defines(class)
        }) && !code.quotes(key)
    };
    let values = keys.iter().filter(is_handed).flat_map(|key| {
        let cases = data.find(key, None).cases;
        cases.into_iter().map(move |case| (key, case))
    });
    values
        .filter_map(|(key, case)| given_by_data(key, case))
        .collect()
}

fn given_by_data(key: &SmolStr, case: Case) -> Option<Write> {
    let (class, parameter) = key.rsplit_once("::")?;
    let at = case.from.first()?.at;
    let is_certificate = matches!(&case.data, Data::Text(text) if is_pem(text));
    let when = case.when.clone();
    let content = Content::Inline(Value::of(vec![case]));
    is_certificate.then(|| Write {
        when,
        names: Names {
            content: Some(parameter.into()),
            ..Names::default()
        },
        ..elsewhere(format_smolstr!("the class {class}"), content, at)
    })
}

/// What one resource hands over.
fn handed_by(resource: &Resource, code: &Code) -> Vec<Write> {
    let mut said = resource.defaults.all(&resource.kind);
    said.extend(resource.attributes.iter().cloned());
    let target = target(resource, &said);
    let is_said = |value: &Value| value.single() != Some(&Data::Undef);
    let given = said
        .iter()
        .filter(|(name, value, _)| may_be_a_ca(name) && is_said(value));
    let is_ca = target
        .as_ref()
        .is_some_and(|path| path_names_a_ca(&path.to_string()));
    let given = given.filter_map(|(name, value, at)| {
        let content = content(name, value).or_else(|| is_ca.then(|| put(name, value)));
        Some((name, content?, *at))
    });
    given
        .map(|(name, content, at)| {
            let words = described(resource);
            let mut chain = (*resource.chain).clone();
            chain.push(Step {
                at: resource.at,
                what: words.clone(),
                is_class: false,
                absent_module: Some(module_of(&resource.kind).into()),
            });
            let write = elsewhere(words, content, resource.at);
            Write {
                path: target.clone().unwrap_or(write.path),
                content_at: at,
                names: Names {
                    content: code.variable_at(at).or_else(|| Some(name.clone())),
                    ..Names::default()
                },
                chain,
                keeps_existing: KEEPS_EXISTING.contains(&resource.kind.as_str()),
                when: resource.when.clone(),
                ..write
            }
        })
        .collect()
}

/// A file of which only the content is seen.
fn elsewhere(code: SmolStr, content: Content, at: Span) -> Write {
    let path = Text::hole(Unknown {
        why: Why::AbsentCode(code.clone()),
        at: Some(at),
    });
    Write {
        path,
        path_from: Vec::new(),
        content,
        content_at: at,
        names: Names::default(),
        resource: code,
        at,
        chain: Vec::new(),
        changed_at: Vec::new(),
        backup: None,
        is_part: false,
        keeps_existing: false,
        one_of: None,
        is_recursive: false,
        when: Vec::new(),
    }
}

/// `ca::trust::add { 'corp' }`, `the class a::b`
fn described(resource: &Resource) -> SmolStr {
    let title = match &resource.title.data {
        Data::Text(text) => text.to_string(),
        _ => "…".into(),
    };
    match resource.kind.as_str() {
        "class" => format_smolstr!("the class {}", title.trim_start_matches("::")),
        kind => format_smolstr!("{kind} {{ '{title}' }}"),
    }
}

/// The path that a declaration names.
fn target(resource: &Resource, said: &Attributes) -> Option<Text> {
    const NAMES: [&str; 5] = ["path", "target", "dest", "destination", "target_file"];
    let named = said
        .iter()
        .filter(|(name, _, _)| NAMES.contains(&name.as_str()));
    let named = named.filter_map(|(_, value, _)| value.single());
    let mut texts = named
        .chain([&resource.title.data])
        .filter_map(|data| match data {
            Data::Text(text) => Some(text),
            _ => None,
        });
    texts.find(|text| is_absolute(text.prefix())).cloned()
}

fn is_absolute(path: &str) -> bool {
    path.starts_with('/') || matches!(path.as_bytes(), [_, b':', b'/' | b'\\', ..])
}

/// Whether a parameter may be given a CA.
fn may_be_a_ca(parameter: &str) -> bool {
    matches!(parameter, "source" | "content" | "url") || variable_names_a_ca(parameter)
}

/// What is handed over, where it is surely a CA's own file or text, and not the path
/// of one that somebody else writes.
fn content(parameter: &str, value: &Value) -> Option<Content> {
    let mut cases = value.cases.iter();
    let is_file =
        cases.any(|case| matches!(&case.data, Data::Text(text) if is_ca_file(parameter, text)));
    if is_file {
        return Some(Content::Copy(vec![value.clone()]));
    }
    let mut cases = value.cases.iter();
    let is_text = cases.any(|case| matches!(&case.data, Data::Text(text) if is_pem(text)));
    is_text.then(|| Content::Inline(value.clone()))
}

/// What is put at a path that names a CA.
fn put(parameter: &str, value: &Value) -> Content {
    match parameter {
        "source" | "url" => Content::Copy(vec![value.clone()]),
        _ => Content::Inline(value.clone()),
    }
}

fn is_ca_file(parameter: &str, text: &Text) -> bool {
    let whole = text.to_string();
    let is_served = ["puppet://", "http://", "https://"]
        .iter()
        .any(|scheme| text.prefix().starts_with(scheme));
    let is_copied = parameter == "source" && is_absolute(text.prefix());
    (is_served || is_copied)
        && !whole.contains('\n')
        && (path_names_a_ca(&whole) || variable_names_a_ca(parameter))
}

/// The text of a certificate, or a file of this tree that holds one.
fn is_pem(text: &Text) -> bool {
    text.prefix().contains("BEGIN CERTIFICATE")
        || matches!(
            text.first_hole(),
            Some(Unknown {
                why: Why::Rendered(_),
                ..
            })
        ) && text.prefix().is_empty()
}

/// Defined types that download a file once, where there is none: puppet-staging 3.2.0
/// and puppet-wget 2.0.0, `manifests/file.pp` and `manifests/fetch.pp`.
const KEEPS_EXISTING: [&str; 2] = ["staging::file", "wget::fetch"];

/// Types of Puppet itself and of its core modules (Puppet's type reference).
const NATIVE: [&str; 32] = [
    "augeas",
    "computer",
    "cron",
    "exec",
    "file_line",
    "filebucket",
    "group",
    "host",
    "interface",
    "k5login",
    "macauthorization",
    "mailalias",
    "maillist",
    "mcx",
    "mount",
    "nagios_command",
    "nagios_host",
    "nagios_service",
    "notify",
    "package",
    "resources",
    "router",
    "schedule",
    "scheduled_task",
    "selboolean",
    "selmodule",
    "service",
    "ssh_authorized_key",
    "sshkey",
    "stage",
    "user",
    "vcsrepo",
];
