//! YAML and JSON as a located tree.
//!
//! A [`Tree`] keeps every document of a source with the byte [`Span`] of every
//! node, all comments, anchors, duplicate keys and errors. It is made for
//! tools that point into files, so it never refuses a source: a broken
//! document keeps what was read of it and the next one is read as usual.
//!
//! ```
//! use yaml_spans::{Limits, Schema, Resolved, Tree};
//!
//! let tree = Tree::parse("etcd: &e\n  ca: /etc/ca.pem # shared\ncopy: *e\n", &Limits::default());
//! let root = tree.root().unwrap();
//! let ca = root.at(["copy", "ca"]).unwrap();
//!
//! assert_eq!(ca.as_str(), Some("/etc/ca.pem"));
//! assert_eq!(ca.path(), "etcd.ca");
//! assert_eq!(&tree.text()[ca.span().range()], "/etc/ca.pem");
//! assert_eq!(ca.resolve(Schema::Psych), Resolved::String("/etc/ca.pem"));
//! assert_eq!(&tree.text()[tree.comments()[0].span.range()], "# shared");
//! ```
//!
//! Scalars stay text. What a program would take one for depends on the
//! program, so [`Node::resolve`] asks for a [`Schema`].

mod anchor;
mod arena;
mod block_scalar;
mod builder;
mod comment;
mod document;
mod duplicates;
mod error;
mod json;
mod libyaml_quirks;
mod limits;
mod lookup;
mod node;
mod offset_map;
mod path;
mod resolve;
mod span;
mod tree;
mod yaml;

pub(crate) use anchor::Anchor;
pub use comment::Comment;
pub use document::Document;
pub use duplicates::DuplicateKey;
pub use error::{Error, ErrorKind};
pub use limits::Limits;
pub use node::{Kind, Node, NodeId, Style};
pub use offset_map::OffsetMap;
pub use path::Paths;
pub use resolve::{Resolved, Schema};
pub use span::Span;
pub use tree::{Format, Tree};

// The README's example is compiled and run with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
