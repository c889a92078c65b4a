//! What a manifest defines: classes, defined types, nodes, functions, types.

use super::Expr;
use crate::Span;
use smol_str::SmolStr;

/// `class name($params) inherits parent { body }`
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// The name with the names of the classes around it, without a leading
    /// `::`.
    pub name: SmolStr,
    /// Where the name stands.
    pub name_span: Span,
    /// Between the parentheses.
    pub params: Vec<Parameter>,
    /// After `inherits`; `default` is possible.
    pub parent: Option<(SmolStr, Span)>,
    /// Between the braces.
    pub body: Vec<Expr>,
}

/// `define name($params) { body }`
#[derive(Debug, Clone, PartialEq)]
pub struct Define {
    /// The name with the names of the classes around it, without a leading
    /// `::`.
    pub name: SmolStr,
    /// Where the name stands.
    pub name_span: Span,
    /// Between the parentheses.
    pub params: Vec<Parameter>,
    /// Between the braces.
    pub body: Vec<Expr>,
}

/// `node matches inherits parent { body }`
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Strings, regular expressions and `default`. A bare `a.b.c` is one
    /// string.
    pub matches: Vec<Expr>,
    /// After `inherits`.
    pub parent: Option<Expr>,
    /// Between the braces.
    pub body: Vec<Expr>,
}

/// `function name($params) >> Type { body }`
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// The name as written.
    pub name: SmolStr,
    /// Where the name stands.
    pub name_span: Span,
    /// Between the parentheses.
    pub params: Vec<Parameter>,
    /// After `>>`.
    pub return_type: Option<Expr>,
    /// Between the braces.
    pub body: Vec<Expr>,
}

/// `plan name($params) { body }`
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The name, without a leading `::`.
    pub name: SmolStr,
    /// Where the name stands.
    pub name_span: Span,
    /// Between the parentheses.
    pub params: Vec<Parameter>,
    /// Between the braces.
    pub body: Vec<Expr>,
}

/// `type Name = Type`
#[derive(Debug, Clone, PartialEq)]
pub struct TypeAlias {
    /// Left of the equals sign: a type reference, or (for a mapping to a
    /// runtime type) an access to one.
    pub target: Expr,
    /// Right of it. `Parent { … }` is a [`super::ExprKind::Access`] of the
    /// parent with the hash as its key.
    pub value: Expr,
}

/// `type Name inherits Parent { body }`
#[derive(Debug, Clone, PartialEq)]
pub struct TypeDefinition {
    /// The name.
    pub name: SmolStr,
    /// Where the name stands.
    pub name_span: Span,
    /// After `inherits`.
    pub parent: Option<(SmolStr, Span)>,
    /// Between the braces.
    pub body: Vec<Expr>,
}

/// `Type *$name = default`
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// The name without `$`.
    pub name: SmolStr,
    /// Where the name stands, `$` included.
    pub name_span: Span,
    /// The type before the name.
    pub type_expr: Option<Expr>,
    /// The value after the equals sign.
    pub default: Option<Expr>,
    /// `*$name`: takes all remaining arguments.
    pub splat: bool,
    /// The whole parameter.
    pub span: Span,
}
