//! The Puppet language, read without running it.
//!
//! [`parse`] turns a manifest into a tree of [`ast::Expr`] in which every node
//! knows its place. It accepts exactly what the parser of Puppet 7 accepts, is
//! total (any text gives a tree and a list of errors), bounded in depth and
//! linear in time. The tree borrows nothing, so it can be kept beside its
//! source.
//!
//! ```
//! use puppet_syntax::ast::ExprKind;
//!
//! let source = "file { '/etc/motd': content => \"hi ${who}\" }";
//! let parse = puppet_syntax::parse(source);
//! assert!(parse.errors.is_empty());
//! let ExprKind::Resource(resource) = &parse.program[0].kind else { panic!() };
//! let attribute = &resource.bodies[0].attributes[0];
//! assert_eq!(attribute.named(), Some("content"));
//! assert_eq!(attribute.value.span.of(source), "\"hi ${who}\"");
//! ```
//!
//! Templates ([`parse_epp`], [`parse_erb`]) become a tree of text, holes and
//! conditional or repeated blocks.

pub mod ast;
mod escape;
mod lexer;
mod parser;
pub mod ruby_function;
mod ruby_regex;
mod span;
pub mod template;
mod token;
mod walk;

pub use parser::{parse, parse_plan};
pub use ruby_function::parse_ruby_function;
pub use span::Span;
pub use template::{Template, parse_epp, parse_erb};
pub use walk::{children, walk, walk_all};

use smol_str::SmolStr;

/// What was read from a manifest.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parse {
    /// The top-level expressions. Those with errors are left out.
    pub program: Vec<ast::Expr>,
    /// In source order. Empty exactly if Puppet's parser accepts the text.
    pub errors: Vec<SyntaxError>,
    /// In source order.
    pub comments: Vec<Comment>,
}

/// Something the grammar does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where.
    pub span: Span,
    /// What, in a few words.
    pub message: SmolStr,
}

/// A comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// With its delimiters, without the line break.
    pub span: Span,
    /// How it is written.
    pub kind: CommentKind,
}

/// How a [`Comment`] is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommentKind {
    /// `# …`
    Line,
    /// `/* … */`
    Block,
    /// `<%# … %>`
    Template,
}
