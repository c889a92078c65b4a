//! A source, read.

use std::fmt;
use std::sync::Arc;

use crate::arena::Arena;
use crate::builder::Builder;
use crate::document::{Document, DocumentRecord};
use crate::duplicates::{Duplicate, DuplicateKey};
use crate::{Anchor, Comment, Error, ErrorKind, Kind, Limits, Node, NodeId, Span, json, yaml};

/// The documents of one YAML or JSON source with the place of everything.
///
/// Reading never fails: what is wrong is in [`errors`](Self::errors), and
/// what could be read is here all the same. A tree is immutable, owns its
/// text and can be sent between threads.
#[derive(Clone)]
pub struct Tree {
    text: Arc<str>,
    format: Format,
    pub(crate) arena: Arena,
    documents: Vec<DocumentRecord>,
    comments: Vec<Comment>,
    errors: Vec<Error>,
    duplicates: Vec<Duplicate>,
    anchors: Vec<Anchor>,
}

/// How a source was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// YAML 1.2 syntax with the liberties libyaml takes.
    Yaml,
    /// JSON as RFC 8259 has it.
    Json,
}

impl Tree {
    /// Reads YAML.
    ///
    /// Give an `Arc<str>` to share the text with the tree instead of copying.
    pub fn parse(text: impl Into<Arc<str>>, limits: &Limits) -> Self {
        Self::read(text.into(), limits, Format::Yaml)
    }

    /// Reads strict JSON. Anything but one value is an error.
    pub fn parse_json(text: impl Into<Arc<str>>, limits: &Limits) -> Self {
        Self::read(text.into(), limits, Format::Json)
    }

    /// Reads JSON if it is JSON, else YAML.
    ///
    /// JSON is tried when `json_hint` says so (the file's name ends in
    /// `.json`) or the first character that is no blank is `{` or `[`. If it
    /// is neither, the errors are those of the format that was hinted at.
    pub fn parse_auto(text: impl Into<Arc<str>>, json_hint: bool, limits: &Limits) -> Self {
        let text = text.into();
        if !json_hint && !opens_like_json(&text) {
            return Self::parse(text, limits);
        }
        let json = Self::parse_json(text.clone(), limits);
        if json.errors.is_empty() {
            return json;
        }
        let yaml = Self::parse(text, limits);
        if json_hint && !yaml.errors.is_empty() {
            return json;
        }
        yaml
    }

    fn read(text: Arc<str>, limits: &Limits, format: Format) -> Self {
        let mut builder = Builder::new(&text, limits);
        if text.len() > limits.bytes as usize {
            // One error more or less than allowed: there is nothing to stop.
            let _ = builder.error(Span::empty(0), ErrorKind::Limit, "the source is too long");
        } else {
            match format {
                Format::Yaml => yaml::read(&mut builder),
                Format::Json => json::read(&mut builder),
            }
        }
        let Builder {
            arena,
            documents,
            comments,
            errors,
            duplicates,
            anchors,
            ..
        } = builder;
        Self {
            text,
            format,
            arena,
            documents,
            comments,
            errors,
            duplicates,
            anchors,
        }
    }

    /// The text the tree was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How the text was read.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The documents in order. A stream of comments alone has none.
    pub fn documents(&self) -> impl Iterator<Item = Document<'_>> {
        self.documents
            .iter()
            .map(|record| Document { tree: self, record })
    }

    /// The root of the first document.
    pub fn root(&self) -> Option<Node<'_>> {
        self.documents().next()?.root()
    }

    /// All nodes of all documents in source order, parents first.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = Node<'_>> + ExactSizeIterator {
        (0..self.arena.records.len() as u32).map(|index| self.handle(index))
    }

    /// All scalars, keys among them, in source order.
    pub fn scalars(&self) -> impl DoubleEndedIterator<Item = Node<'_>> {
        self.nodes().filter(|node| node.kind() == Kind::Scalar)
    }

    /// The node a [`NodeId`] of this tree stands for.
    ///
    /// # Panics
    /// If the id is of another, longer tree.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        assert!(
            (id.0 as usize) < self.arena.records.len(),
            "a node id of another tree"
        );
        self.handle(id.0)
    }

    /// The innermost node whose span the byte at `offset` touches.
    ///
    /// Between nodes (in blanks, comments, after a colon) that is the
    /// collection around the place, if one spans it.
    pub fn node_at(&self, offset: u32) -> Option<Node<'_>> {
        let after = self
            .arena
            .records
            .partition_point(|record| record.span.start <= offset);
        let last = self.handle(after.checked_sub(1)? as u32);
        std::iter::successors(Some(last), Node::parent).find(|node| node.span().touches(offset))
    }

    /// The comments in source order.
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// What is wrong with the source, in the order it was met.
    pub fn errors(&self) -> &[Error] {
        &self.errors
    }

    /// Keys that repeat an earlier key of their mapping.
    pub fn duplicate_keys(&self) -> impl Iterator<Item = DuplicateKey<'_>> {
        self.duplicates
            .iter()
            .map(|duplicate| duplicate.handle(self))
    }

    /// The anchors in source order, each with its name and node.
    pub fn anchors(&self) -> impl Iterator<Item = (&str, Span, Node<'_>)> {
        self.anchors.iter().map(|anchor| {
            (
                anchor.name(&self.text),
                anchor.span,
                self.handle(anchor.node),
            )
        })
    }

    pub(crate) fn handle(&self, index: u32) -> Node<'_> {
        Node { tree: self, index }
    }
}

/// A short account; the nodes of a whole source would drown everything else.
impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tree")
            .field("format", &self.format)
            .field("nodes", &self.arena.records.len())
            .field("documents", &self.documents.len())
            .field("comments", &self.comments.len())
            .field("errors", &self.errors)
            .finish_non_exhaustive()
    }
}

fn opens_like_json(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.trim_ascii_start().starts_with(['{', '['])
}
