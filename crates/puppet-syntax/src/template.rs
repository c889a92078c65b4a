//! Templates as trees of text, holes and blocks.
//!
//! [`parse_epp`] and [`parse_erb`] cut a template into its tags and the text
//! between them, and put together what belongs together: the text between
//! `<% if … %>` and `<% end %>` is the body of one [`Node::Block`]. No text is
//! ever lost: what cannot be understood stays as [`Node::Code`], and a block
//! that is never closed ends with the file.

mod epp;
mod erb;
mod ruby;
mod tree;

pub use epp::parse_epp;
pub use erb::parse_erb;
pub use ruby::{Ruby, RubyBlock, RubyOp, RubyPart};

/// One Ruby expression; what is not understood to the end is opaque.
pub fn ruby_expression(code: &str) -> Ruby {
    ruby::read_ruby(code)
}

use crate::ast::{Expr, Parameter};
use crate::{Span, SyntaxError};

/// A template.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Its language.
    pub kind: TemplateKind,
    /// From the first to the last byte.
    pub nodes: Vec<Node>,
    /// EPP: the parameters, if the template names any at all.
    pub params: Option<Vec<Parameter>>,
    /// In source order. For EPP, empty exactly if Puppet's parser accepts the
    /// template. For ERB, only what is wrong with tags and blocks.
    pub errors: Vec<SyntaxError>,
}

/// The language of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TemplateKind {
    /// Ruby between the tags.
    Erb,
    /// Puppet between the tags.
    Epp,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// Text between tags.
    Text {
        /// All of it.
        span: Span,
        /// What is left after trimming (`<%-`, `-%>`) and unescaping (`<%%`).
        shown: Span,
    },
    /// `<%= … %>`: a value goes here.
    Hole {
        /// With the tags.
        span: Span,
        /// Between the tags.
        code: Span,
        /// The value.
        expr: Code,
    },
    /// Text that appears under a condition, or more than once.
    Block {
        /// From its first to its last tag.
        span: Span,
        /// What governs it.
        kind: BlockKind,
        /// The parts between its tags.
        branches: Vec<Branch>,
    },
    /// `<%# … %>`
    Comment {
        /// With the tags.
        span: Span,
    },
    /// `<% … %>` that neither opens nor closes anything.
    Code {
        /// With the tags.
        span: Span,
        /// Between the tags.
        code: Span,
    },
}

impl Node {
    /// From the first to the last byte.
    pub const fn span(&self) -> Span {
        match self {
            Self::Text { span, .. }
            | Self::Hole { span, .. }
            | Self::Block { span, .. }
            | Self::Comment { span }
            | Self::Code { span, .. } => *span,
        }
    }
}

/// What governs a [`Node::Block`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// `if`, with one branch for every `elsif` and the `else`
    If,
    /// `unless`, with a second branch for the `else`
    Unless,
    /// `case`. The first branch is the `case` itself: its condition is the
    /// subject, its body the (usually blank) text before the first option.
    Case,
    /// Anything that can repeat: `for`, `while`, a block with parameters.
    Loop,
    /// Anything else that has to be closed.
    Other,
}

/// The part of a block after one of its tags.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// The code of the tag.
    pub head: Span,
    /// The condition, subject, option or what is repeated over. `None` for an
    /// `else`.
    pub condition: Option<Code>,
    /// Up to the next tag of the block.
    pub body: Vec<Node>,
}

/// Code of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum Code {
    /// EPP.
    Puppet(Expr),
    /// ERB. What the small reader of Ruby does not know is [`Ruby::Opaque`].
    Ruby(Ruby),
    /// Not understood.
    Opaque,
}
