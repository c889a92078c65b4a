//! A handle on one node.

use std::fmt;

use crate::arena::{Form, NONE, Slot};
use crate::offset_map::OffsetMap;
use crate::resolve::{self, Resolved, Schema};
use crate::{Paths, Span, Tree};

/// A node's number in its tree: its place in source order, parents first.
///
/// Kept instead of a [`Node`] by whoever outlives a borrow of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

/// The four things a node can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Text, quoted or not; an absent value is an empty scalar.
    Scalar,
    /// A list.
    Sequence,
    /// Keys with values, in the order of the source, duplicates included.
    Mapping,
    /// `*name`. Never expanded: [`Node::target`] leads to what it means.
    Alias,
}

/// How a node is written. JSON uses `Plain`, `DoubleQuoted` and `Flow`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// A scalar without quotes; also an alias.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A collection by indentation.
    Block,
    /// A collection in brackets.
    Flow,
}

/// A node of a [`Tree`]: two words, cheap to copy.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    pub(crate) tree: &'t Tree,
    pub(crate) index: u32,
}

impl<'t> Node<'t> {
    /// The node's number in its tree.
    pub fn id(self) -> NodeId {
        NodeId(self.index)
    }

    /// The tree it belongs to.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        self.form().kind()
    }

    /// How it is written.
    pub fn style(self) -> Style {
        self.form().style()
    }

    /// Where it stands, from its first to its last character.
    ///
    /// Quotes and brackets belong to it; tag, anchor and the trailing line
    /// break do not. A block scalar runs from the first character of its text
    /// to the end of its last line that is not blank, and is its header
    /// (`|-`) when all its lines are blank. An absent value is an empty span.
    pub fn span(self) -> Span {
        self.record().span
    }

    /// The characters of [`span`](Self::span) as they stand in the source.
    pub fn source(self) -> &'t str {
        &self.tree.text()[self.span().range()]
    }

    /// The tag in full: `!ruby/sym`, `!binary`, `tag:yaml.org,2002:str` for
    /// `!!str`.
    pub fn tag(self) -> Option<&'t str> {
        let tags = &self.tree.arena.tags;
        tags.get(usize::from(self.record().tag)).map(|tag| &**tag)
    }

    /// The text of a scalar with escapes, folding and indentation undone.
    /// An alias of a scalar has that scalar's text; collections have none.
    pub fn as_str(self) -> Option<&'t str> {
        let node = self.follow();
        (node.kind() == Kind::Scalar)
            .then(|| self.tree.arena.scalar_text(node.index, self.tree.text()))
    }

    /// What a program with that schema takes the scalar for.
    /// Looks through an alias.
    pub fn resolve(self, schema: Schema) -> Resolved<'t> {
        resolve::node(self.follow(), schema)
    }

    /// Whether nothing is written here, as in `key:` or `[a: ]`.
    pub fn is_empty_node(self) -> bool {
        self.form() == Form::Plain && self.span().is_empty()
    }

    /// The node an alias means; `None` for a node that is no alias and for an
    /// alias without an anchor.
    pub fn target(self) -> Option<Node<'t>> {
        let record = self.record();
        (record.form == Form::Alias && record.data != NONE).then(|| self.tree.handle(record.data))
    }

    /// The node an alias means, or the node itself.
    #[must_use]
    pub fn follow(self) -> Node<'t> {
        self.target().unwrap_or(self)
    }

    /// The items of a sequence; nothing for any other node, aliases included,
    /// so that a walk over everything visits each node once.
    pub fn items(self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        self.children_if(Kind::Sequence)
    }

    /// The keys and values of a mapping in the order of the source, merge
    /// keys and duplicates as they stand; nothing for any other node.
    pub fn entries(self) -> impl Iterator<Item = (Node<'t>, Node<'t>)> + use<'t> {
        let mut children = self.children_if(Kind::Mapping);
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }

    /// The collection it stands in.
    pub fn parent(&self) -> Option<Node<'t>> {
        let parent = self.record().parent;
        (parent != NONE).then(|| self.tree.handle(parent))
    }

    /// Whether it is a key of a mapping.
    pub fn is_key(self) -> bool {
        self.record().slot == Slot::Key
    }

    /// The key whose value this is.
    pub fn key(self) -> Option<Node<'t>> {
        if self.record().slot != Slot::Value {
            return None;
        }
        let previous = self.tree.handle(self.index - 1);
        if previous.record().slot == Slot::Key && previous.record().parent == self.record().parent {
            return Some(previous);
        }
        // The key is a collection; its last descendant stood before this.
        std::iter::successors(Some(previous), Node::parent)
            .find(|node| node.record().parent == self.record().parent)
    }

    /// Where the node is in its document, for people: `data["ca.crt"]`,
    /// `spec.containers[0].command[3]`. A key has the path of its value, the
    /// root an empty one. A key that is a collection is `[?]`, one of more than
    /// 256 bytes is cut. Takes time in the number of elder siblings; for many
    /// nodes see [`Paths`].
    pub fn path(self) -> String {
        Paths::default().of(self)
    }

    /// The place in the source of a byte of [`as_str`](Self::as_str).
    ///
    /// A byte that came of an escape or a fold maps to where that begins; an
    /// offset at or past the end, to just behind the last character. To map
    /// many offsets make one [`offset_map`](Self::offset_map).
    pub fn map_offset(self, decoded_offset: u32) -> u32 {
        self.offset_map().source(decoded_offset)
    }

    /// Ties every byte of [`as_str`](Self::as_str) to the source.
    pub fn offset_map(self) -> OffsetMap {
        OffsetMap::of(self.follow())
    }

    pub(crate) fn form(self) -> Form {
        self.record().form
    }

    pub(crate) fn record(&self) -> &'t crate::arena::Record {
        &self.tree.arena.records[self.index as usize]
    }

    fn children_if(self, kind: Kind) -> impl Iterator<Item = Node<'t>> + use<'t> {
        let tree = self.tree;
        let children = (self.kind() == kind).then(|| tree.arena.children(self.index));
        children
            .into_iter()
            .flatten()
            .map(|index| tree.handle(index))
    }
}

impl PartialEq for Node<'_> {
    /// The same node of the same tree, not an equal value.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && self.index == other.index
    }
}

impl Eq for Node<'_> {}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = self.span();
        write!(f, "{:?} {}..{}", self.kind(), span.start, span.end)?;
        match self.as_str() {
            Some(text) => write!(f, " {text:?}"),
            None => Ok(()),
        }
    }
}
