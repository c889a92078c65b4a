//! A data file: a document whose strings may have expressions of a template in
//! them, themselves data of others.

use crate::invocation::{Flat, HOLE};
use crate::place::{FileId, Span};
use crate::sniff::Form;
use crate::template;
use crate::value::{Data, Origin, Piece, Text, Unknown, Value, Why};
use crate::view::text_of;
use smol_str::SmolStr;
use std::ops::Range;
use yaml_spans::{Kind, Limits, Node, Tree};

/// Data deeper than this are not read.
const MAX_DEPTH: usize = 6;

/// A data file, read.
pub(super) struct DataFile {
    pub(super) file: FileId,
    pub(super) text: String,
    flat: Flat<'static>,
    tree: Tree,
}

impl DataFile {
    pub(super) fn new(file: FileId, path: &str, bytes: &[u8]) -> Self {
        let text = text_of(bytes).into_owned();
        let flat = template::flatten(&text, Form::Document, path).into_owned();
        // Terraform's own code is read as a text.
        let is_data = !path.ends_with(".tf") && !path.ends_with(".tfvars");
        let of_tree = if is_data { &*flat.text } else { "" };
        let tree = Tree::parse_auto(of_tree, path.ends_with(".json"), &Limits::default());
        Self {
            file,
            text,
            flat,
            tree,
        }
    }

    /// The documents, each by its outermost node.
    pub(super) fn roots(&self) -> impl Iterator<Item = Node<'_>> {
        self.tree.documents().filter_map(|document| document.root())
    }

    /// What stands under a path of keys, and where: with its key.
    pub(super) fn at<'p>(&self, path: impl Iterator<Item = &'p SmolStr>) -> Option<(Data, Span)> {
        let mut node = self.tree.root()?;
        for name in path {
            node = node.get(name)?;
        }
        Some((self.data(node, 0), self.place(node)))
    }

    /// What a node says.
    pub(super) fn data(&self, node: Node<'_>, depth: usize) -> Data {
        let node = node.follow();
        if depth > MAX_DEPTH {
            return Data::Unknown(Unknown {
                why: Why::TooMany,
                at: Some(self.place(node)),
            });
        }
        match node.kind() {
            Kind::Mapping => Data::Hash(
                node.entries()
                    .map(|(key, value)| (self.value(key, depth), self.value(value, depth)))
                    .collect(),
            ),
            Kind::Sequence => {
                Data::Array(node.items().map(|item| self.value(item, depth)).collect())
            }
            _ => match node.as_str() {
                Some(text) if !is_null(node, text) => Data::Text(self.string(node, text)),
                _ => Data::Undef,
            },
        }
    }

    /// A name that may be made of expressions: these in the text that makes it.
    pub(super) fn name(&self, node: Node<'_>) -> Option<SmolStr> {
        let text = self.string(node, node.as_str()?);
        Some(text.to_string().into())
    }

    /// A node with its key, in the file.
    pub(super) fn place(&self, node: Node<'_>) -> Span {
        let value = node.span();
        let start = node.key().map_or(value.start, |key| key.span().start);
        self.span(&(start as usize..value.end.max(start) as usize))
    }

    /// Under which condition a node is there.
    pub(super) fn condition(&self, node: Node<'_>) -> Option<SmolStr> {
        self.flat.condition(node.span().start as usize).cloned()
    }

    /// The text of `{{ define "name" }}`, without the white space around it.
    pub(super) fn definition(&self, name: &str) -> Option<(Text, Span)> {
        let range = self.flat.definition(name)?;
        let inner = &self.flat.text[range.clone()];
        let start = range.start + (inner.len() - inner.trim_start().len());
        let range = start..start + inner.trim().len();
        let is_plain = self.flat.condition(range.start).is_none();
        let text = with_holes(
            &self.flat.text[range.clone()],
            &self.flat,
            &range,
            self.span(&range),
        );
        is_plain.then(|| (text, self.span(&range)))
    }

    fn value(&self, node: Node<'_>, depth: usize) -> Value {
        let mut value = Value::known(self.data(node, depth + 1));
        let origin = Origin {
            at: self.place(node),
            what: "here".into(),
        };
        value = value.through(&origin);
        value
    }

    fn string(&self, node: Node<'_>, text: &str) -> Text {
        let span = node.span();
        let range = span.start as usize..span.end as usize;
        with_holes(text, &self.flat, &range, self.span(&range))
    }

    fn span(&self, range: &Range<usize>) -> Span {
        let range = self.flat.source_range(range);
        Span::new(self.file, range.start, range.end)
    }
}

/// A string as it is once it is read, with the expressions of the range that it
/// was read from in the place of its holes.
fn with_holes(text: &str, flat: &Flat, range: &Range<usize>, at: Span) -> Text {
    let mut codes = flat.holes_in(range);
    let mut found = Text::default();
    for (index, literal) in text.split(HOLE).enumerate() {
        if index > 0 {
            found.pieces.push(Piece::Hole(Unknown {
                why: Why::Variable(codes.next().unwrap_or_default().into()),
                at: Some(at),
            }));
        }
        if !literal.is_empty() {
            found.push(&Text::literal(literal));
        }
    }
    found
}

fn is_null(node: Node<'_>, text: &str) -> bool {
    let is_plain = !node.source().starts_with(['"', '\'']);
    node.is_empty_node() || (is_plain && matches!(text, "" | "~" | "null" | "Null" | "NULL"))
}
