//! Resources and what is said about them.

use super::Expr;
use crate::Span;
use smol_str::SmolStr;

/// How a resource is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ResourceForm {
    /// `file { … }`
    #[default]
    Regular,
    /// `@file { … }`
    Virtual,
    /// `@@file { … }`
    Exported,
}

/// `type { title: attributes; … }`
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Regular, virtual or exported.
    pub form: ResourceForm,
    /// The type: a name, or any expression that yields one. For
    /// `class { … }` it is the name `class`.
    pub type_name: Expr,
    /// One for every title expression.
    pub bodies: Vec<ResourceBody>,
}

/// A title with its attributes.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourceBody {
    /// Left of the colon: a string, an array, `default`, …
    pub title: Expr,
    /// Right of the colon.
    pub attributes: Vec<Attribute>,
    /// From the title to the last attribute.
    pub span: Span,
}

/// `Type { attributes }`
#[derive(Debug, Clone, PartialEq)]
pub struct ResourceDefaults {
    /// Written `@` or `@@` before it, which later checks refuse.
    pub form: ResourceForm,
    /// The type.
    pub type_ref: Expr,
    /// Between the braces.
    pub attributes: Vec<Attribute>,
}

/// `Type['title'] { attributes }`
#[derive(Debug, Clone, PartialEq)]
pub struct ResourceOverride {
    /// Written `@` or `@@` before it, which later checks refuse.
    pub form: ResourceForm,
    /// The resources that are changed.
    pub target: Expr,
    /// Between the braces.
    pub attributes: Vec<Attribute>,
}

/// `Type <| query |> { attributes }`
#[derive(Debug, Clone, PartialEq)]
pub struct Collector {
    /// `<<| |>>` instead of `<| |>`.
    pub exported: bool,
    /// The type that is collected.
    pub type_ref: Expr,
    /// Between the bars.
    pub query: Option<Expr>,
    /// Between the braces that may follow.
    pub overrides: Vec<Attribute>,
}

/// `name => value`, `name +> value` or `* => value`
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// Left of the arrow.
    pub name: AttributeName,
    /// Where the name stands.
    pub name_span: Span,
    /// The arrow.
    pub op: AttributeOp,
    /// Right of the arrow.
    pub value: Expr,
}

impl Attribute {
    /// The name, unless it is `*`.
    pub fn named(&self) -> Option<&str> {
        match &self.name {
            AttributeName::Named(name) => Some(name),
            AttributeName::Splat => None,
        }
    }

    /// From the name to the end of the value.
    pub fn span(&self) -> Span {
        self.name_span.to(self.value.span)
    }
}

/// What an attribute is called.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AttributeName {
    /// A name or keyword.
    Named(SmolStr),
    /// `*`: the value is a hash of attributes.
    Splat,
}

/// The arrow of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AttributeOp {
    /// `=>`
    Set,
    /// `+>`
    Append,
}

impl AttributeOp {
    /// How it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Set => "=>",
            Self::Append => "+>",
        }
    }
}
