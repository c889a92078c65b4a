//! A data file that has been read as a document, with its keys at hand: a
//! lookup asks many files whether they have a key and few for its value.

use super::data_file::{Format, value};
use super::datum::Datum;
use crate::place::{FileId, Span};
use smol_str::SmolStr;
use std::collections::HashMap;
use yaml_spans::{Limits, Node, NodeId, Tree};

/// A data file in YAML.
#[derive(Debug)]
pub struct Layer {
    file: FileId,
    /// The keys at its top, each with the last node that has it: Psych lets the
    /// last one win.
    keys: HashMap<SmolStr, NodeId>,
    tree: Tree,
}

/// Whether a path is that of a data file, as far as names tell.
pub fn is_data(path: &str) -> bool {
    let mut folders = path.split('/').rev().skip(1);
    let is_yaml = [".yaml", ".yml", ".eyaml"]
        .iter()
        .any(|extension| path.ends_with(extension));
    is_yaml && folders.any(|folder| folder == "data" || folder.starts_with("hiera"))
}

impl Layer {
    /// The data file `file` with the content `text`.
    pub fn new(file: FileId, text: &str) -> Self {
        let tree = Tree::parse(text, &Limits::default());
        let entries = tree.root().into_iter().flat_map(Node::entries);
        let keys = entries
            .filter_map(|(key, value)| Some((key.as_str()?.into(), value.id())))
            .collect();
        Self { file, keys, tree }
    }

    /// The file.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The keys at its top.
    pub fn keys(&self) -> impl Iterator<Item = &SmolStr> {
        self.keys.keys()
    }

    /// Whether `key` stands at its top, or may come from a merged mapping.
    pub fn may_have(&self, key: &str) -> bool {
        self.keys.contains_key(key) || self.keys.contains_key("<<")
    }

    /// The value of a key as it is written, nothing interpolated; what is
    /// encrypted is unknown. `None` for a key that is not there or cannot be
    /// read.
    pub fn written(&self, key: &str) -> Option<Datum> {
        let node = self.tree.node(*self.keys.get(key)?);
        value(self.file, node, Format::Eyaml).ok()
    }

    /// The keys whose value, as it is written, passes `test`.
    pub fn keys_with<'l>(
        &'l self,
        test: impl Fn(&str) -> bool + 'l,
    ) -> impl Iterator<Item = &'l SmolStr> {
        let any = test(self.tree.text());
        let keys = self.keys.iter().filter(move |_| any);
        keys.filter(move |(_, node)| test(self.tree.node(**node).source()))
            .map(|(key, _)| key)
    }

    /// Whether the value of a key holds `text` as it is written.
    pub fn holds(&self, key: &str, text: &str) -> bool {
        let node = self.keys.get(key).map(|node| self.tree.node(*node));
        node.is_some_and(|node| node.source().contains(text))
    }

    /// Whether the file holds `text`.
    pub fn mentions(&self, text: &str) -> bool {
        self.tree.text().contains(text)
    }

    pub(super) fn tree(&self) -> &Tree {
        &self.tree
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
}
