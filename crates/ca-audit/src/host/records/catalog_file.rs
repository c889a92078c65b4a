//! What a File resource of a catalog does, by its parameters.
//!
//! Values may be rich data (`{"__ptype": "Sensitive", …}`): Puppet's
//! `pops/serialization/to_data_converter.rb`. What is sensitive stands in clear
//! in a catalog; nothing of it is kept here.

use crate::facts::Content;
use crate::value::{Data, Text, Value, Why};
use smol_str::SmolStr;
use std::collections::BTreeSet;
use yaml_spans::{Kind, Node, Resolved, Schema};

/// The parameters of a resource.
pub(super) struct Parameters<'t> {
    parameters: Option<Node<'t>>,
    /// Names of those whose values nobody may see.
    sensitive: BTreeSet<&'t str>,
}

impl<'t> Parameters<'t> {
    pub(super) fn new(resource: Node<'t>) -> Self {
        let sensitive = resource.get("sensitive_parameters");
        let sensitive = sensitive.into_iter().flat_map(Node::items);
        Self {
            parameters: resource.get("parameters"),
            sensitive: sensitive.filter_map(Node::as_str).collect(),
        }
    }

    /// A parameter that is a string and no secret.
    pub(super) fn text(&self, name: &str) -> Option<&'t str> {
        let node = self.shown(name)?;
        matches!(node.resolve(Schema::Psych), Resolved::String(_))
            .then(|| node.as_str())
            .flatten()
    }

    /// Key and value of a parameter.
    fn entry(&self, name: &str) -> Option<(Node<'t>, Node<'t>)> {
        self.parameters?.entry(name)
    }

    fn is_sensitive(&self, name: &str) -> bool {
        let rich = |node: Node<'t>| type_of_rich(node) == Some("Sensitive");
        self.sensitive.contains(name) || self.entry(name).is_some_and(|(_, node)| rich(node))
    }

    fn shown(&self, name: &str) -> Option<Node<'t>> {
        let (_, node) = self.entry(name)?;
        (!self.is_sensitive(name)).then_some(node)
    }

    /// The value as far as it may be seen, and the node to point at: the key
    /// where the value is a secret.
    fn value(&self, name: &str) -> Option<(Value, Node<'t>)> {
        let (key, node) = self.entry(name)?;
        if self.is_sensitive(name) {
            return Some((Value::unknown(Why::Sensitive, None), key));
        }
        let is_undefined = node.resolve(Schema::Psych) == Resolved::Null;
        (!is_undefined).then(|| (value(node), node))
    }
}

/// What the resource puts at its path, and the parameter that says so. (Puppet's
/// type reference, `file`: `ensure`, `content`, `source`, `target`.)
pub(super) fn content<'t>(parameters: &Parameters<'t>) -> (Content, Option<Node<'t>>) {
    let ensure = parameters.entry("ensure").map(|(_, node)| node);
    let ensure_word = ensure.and_then(Node::as_str).unwrap_or_default();
    if ensure_word == "absent" || ensure_word == "false" {
        return (Content::Absent, ensure);
    }
    if let Some(target) = parameters.text("target") {
        let node = parameters.entry("target").map(|(_, node)| node);
        return (Content::Link(Text::literal(target)), node);
    }
    // `ensure => '/path'` makes a link, too.
    if ensure_word.starts_with('/') {
        return (Content::Link(Text::literal(ensure_word)), ensure);
    }
    if let Some((value, node)) = parameters.value("content") {
        return (Content::Inline(value), Some(node));
    }
    if let Some((value, node)) = parameters.value("source") {
        let sources = match value.single() {
            Some(Data::Array(sources)) => sources.to_vec(),
            _ => vec![value],
        };
        return (Content::Copy(sources), Some(node));
    }
    (Content::Unmanaged, ensure)
}

/// Whether it leaves a file alone that is there. (Puppet's type reference,
/// `file`: `replace`.)
pub(super) fn keeps_existing(parameters: &Parameters) -> bool {
    let replace = parameters.value("replace");
    replace.is_some_and(|(value, _)| match value.single() {
        Some(Data::Bool(replace)) => !replace,
        _ => matches!(value.as_str(), Some("false" | "no")),
    })
}

/// What the resource says of a backup of what it replaces.
pub(super) fn backup(parameters: &Parameters) -> Option<Value> {
    parameters.value("backup").map(|(value, _)| value)
}

fn value(node: Node) -> Value {
    if let Some(kind) = type_of_rich(node) {
        let why = match kind {
            "Sensitive" => Why::Sensitive,
            "Deferred" => {
                let name = node
                    .get("name")
                    .and_then(Node::as_str)
                    .unwrap_or("Deferred");
                Why::Function(SmolStr::from(name))
            }
            _ => Why::Expression,
        };
        return Value::unknown(why, None);
    }
    match node.kind() {
        Kind::Sequence => Value::known(Data::Array(node.items().map(value).collect())),
        Kind::Mapping | Kind::Alias => Value::unknown(Why::Expression, None),
        Kind::Scalar => scalar(node),
    }
}

fn scalar(node: Node) -> Value {
    match node.resolve(Schema::Psych) {
        Resolved::Bool(bool) => Value::known(Data::Bool(bool)),
        Resolved::Null => Value::undef(),
        _ => node.as_str().map_or_else(Value::undef, Value::text),
    }
}

/// The type of rich data: `{"__ptype": TYPE, …}`; `__pcore_type__` before
/// Puppet 6.
fn type_of_rich(node: Node<'_>) -> Option<&str> {
    if node.kind() != Kind::Mapping {
        return None;
    }
    let kind = node.get("__ptype").or_else(|| node.get("__pcore_type__"));
    kind.and_then(Node::as_str)
}
