//! The data of a project: every value that a key has in any layer.
//!
//! Which layers apply depends on the host, so without a host a key has as many
//! candidates as there are files that hold it; the reader of a finding is told
//! which file each came from.

use crate::place::{FileId, Span};
use crate::value::{Case, Data, Origin, Text, Unknown, Value, Why};
use smol_str::SmolStr;
use std::collections::HashMap;
use std::sync::OnceLock;
use yaml_spans::{Kind, Limits, Node, NodeId, Resolved, Schema, Tree};

/// All data files of a project.
#[derive(Debug, Default)]
pub struct Hiera {
    layers: Vec<Layer>,
    /// The layers that hold a key.
    keys: HashMap<SmolStr, Vec<usize>>,
}

/// A data file.
#[derive(Debug)]
pub struct Layer {
    file: FileId,
    /// The keys at its top, each with the last node that has it: Psych lets the
    /// last one win.
    keys: HashMap<SmolStr, Entry>,
    tree: Tree,
}

/// The value of a key, made when somebody asks for it.
#[derive(Debug)]
struct Entry {
    node: NodeId,
    value: OnceLock<Box<Case>>,
}

/// Whether a path is that of a data file.
pub fn is_data(path: &str) -> bool {
    let mut folders = path.split('/').rev().skip(1);
    let is_yaml = [".yaml", ".yml", ".eyaml"]
        .iter()
        .any(|extension| path.ends_with(extension));
    is_yaml && folders.any(|folder| folder == "data" || folder.starts_with("hiera"))
}

impl Hiera {
    /// Adds a data file.
    pub fn add(&mut self, layer: Layer) {
        for key in layer.keys.keys() {
            self.keys
                .entry(key.clone())
                .or_default()
                .push(self.layers.len());
        }
        self.layers.push(layer);
    }

    /// Every value of `key`, each with the place it stands at.
    pub fn candidates(&self, key: &str) -> Vec<Case> {
        let layers = self.keys.get(key).map_or(&[][..], Vec::as_slice);
        layers
            .iter()
            .filter_map(|layer| self.layers[*layer].value(key))
            .collect()
    }
}

impl Layer {
    /// The data file `file` with the content `text`.
    pub fn new(file: FileId, text: &str) -> Self {
        let tree = Tree::parse(text, &Limits::default());
        let entries = tree.root().into_iter().flat_map(Node::entries);
        let keys = entries
            .filter_map(|(key, value)| {
                let (node, value) = (value.id(), OnceLock::new());
                Some((key.as_str()?.into(), Entry { node, value }))
            })
            .collect();
        Self { file, keys, tree }
    }

    /// The file as a document; `None` where one that is not Puppet's data would
    /// be read as JSON first.
    pub fn document(&self) -> Option<&Tree> {
        let text = self.tree.text().trim_start_matches('\u{feff}');
        let may_be_json = text.trim_ascii_start().starts_with(['{', '[']);
        (!may_be_json).then_some(&self.tree)
    }

    /// Where the file stops being readable, and why.
    pub fn error(&self) -> Option<(Span, &str)> {
        let error = self.tree.errors().first()?;
        let at = Span::new(
            self.file,
            error.span.start as usize,
            error.span.end as usize,
        );
        Some((at, &error.message))
    }

    fn value(&self, key: &str) -> Option<Case> {
        let entry = self.keys.get(key)?;
        let value = entry
            .value
            .get_or_init(|| Box::new(self.read(key, entry.node)));
        Some(Case::clone(value))
    }

    fn read(&self, key: &str, node: NodeId) -> Case {
        let node = self.tree.node(node);
        let span = node.span();
        let at = Span::new(self.file, span.start as usize, span.end as usize);
        let mut case = Case::new(data_of(node, self.file, 0));
        case.from.push(Origin {
            at,
            what: format!("hiera key {key}").into(),
        });
        case
    }
}

/// A node of a data file as a value.
fn data_of(node: Node<'_>, file: FileId, depth: usize) -> Data {
    let node = node.follow();
    let span = node.span();
    let at = Span::new(file, span.start as usize, span.end as usize);
    let unknown = |why| Data::Unknown(Unknown { why, at: Some(at) });
    if depth > 20 {
        return unknown(Why::TooMany);
    }
    let inner = |node: Node<'_>| Value::known(data_of(node, file, depth + 1));
    match node.kind() {
        Kind::Sequence => Data::Array(node.items().map(inner).collect()),
        Kind::Mapping => Data::Hash(
            node.entries()
                .map(|(key, value)| (inner(key), inner(value)))
                .collect(),
        ),
        Kind::Scalar => match node.resolve(Schema::Psych) {
            Resolved::Null => Data::Undef,
            Resolved::Bool(value) => Data::Bool(value),
            _ => scalar(node.as_str().unwrap_or_default(), at),
        },
        Kind::Alias => unknown(Why::Expression),
    }
}

/// A string of a data file: encrypted, interpolated (`%{…}` is a hole), plain.
fn scalar(text: &str, at: Span) -> Data {
    if text.trim_start().starts_with("ENC[") {
        return Data::Unknown(Unknown {
            why: Why::Encrypted,
            at: Some(at),
        });
    }
    let mut value = Text::default();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("%{") {
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        if !before.is_empty() {
            value.push(&Text::literal(before));
        }
        let why = Why::Variable(name.trim().trim_start_matches("::").into());
        value.push(&Text::hole(Unknown { why, at: Some(at) }));
        rest = after;
    }
    if !rest.is_empty() {
        value.push(&Text::literal(rest));
    }
    Data::Text(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layer_gives_a_candidate() {
        let mut hiera = Hiera::default();
        hiera.add(Layer::new(FileId(0), "a::b: https://x\nother:\n  - 1\n"));
        hiera.add(Layer::new(
            FileId(1),
            "\"a::b\": 'https://%{::fqdn}:2379'\n",
        ));
        let found = hiera.candidates("a::b");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].data, Data::Text(Text::literal("https://x")));
        let Data::Text(text) = &found[1].data else {
            panic!("text")
        };
        assert_eq!(text.to_string(), "https://${fqdn}:2379");
    }
}
