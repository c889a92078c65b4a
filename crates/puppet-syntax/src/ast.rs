//! The syntax tree of a manifest.
//!
//! Everything in Puppet is an expression, definitions and conditionals
//! included, so there is one node type, [`Expr`]; a program is a list of them.
//! The tree borrows nothing: text that is needed to understand a node is kept
//! in it, and everything else is reached through the spans.

mod definition;
mod literal;
mod operator;
mod resource;

pub use definition::{Class, Define, Function, Node, Parameter, Plan, TypeAlias, TypeDefinition};
pub use literal::{Escapes, Heredoc, Number, StringPart, Text, TextForm};
pub use operator::{AssignOp, BinaryOp, EdgeOp, UnaryOp};
pub use resource::{
    Attribute, AttributeName, AttributeOp, Collector, Resource, ResourceBody, ResourceDefaults,
    ResourceForm, ResourceOverride,
};

use crate::Span;
use smol_str::SmolStr;

/// A node of the tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// From its first to its last byte.
    pub span: Span,
}

/// What an [`Expr`] is.
///
/// Large variants are boxed so that a node stays small; the names are those of
/// the Puppet language reference.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ExprKind {
    /// `undef`
    Undef,
    /// `default`
    Default,
    /// `true`, `false`
    Bool(bool),
    /// `10`, `0x1F`, `1.5e3`
    Number(Number),
    /// A string without interpolation: quoted, or a bare word with a `-`.
    String(Text),
    /// A double-quoted string with at least one `$variable` or `${expression}`.
    Interpolated(Vec<StringPart>),
    /// `@(END)`
    Heredoc(Box<Heredoc>),
    /// `/pattern/`, without the slashes and with `\/` read as `/`.
    Regex(SmolStr),
    /// A bare lower-case name such as `present` or `foo::bar`.
    Name(SmolStr),
    /// A capitalised reference such as `File` or `Foo::Bar`.
    TypeRef(SmolStr),
    /// A variable; the name is without `$` and keeps a leading `::`.
    Variable(SmolStr),
    /// A word that the language keeps for later: `private`, `attr`.
    Reserved(SmolStr),
    /// `[a, b]`
    Array(Vec<Expr>),
    /// `{ a => b }`, or entries written straight into an argument list.
    Hash(Vec<HashEntry>),
    /// `target[keys]`
    Access(Box<Access>),
    /// `f(x)` or, for the built-in statements, `f x`
    Call(Box<Call>),
    /// `x.f(y)`, `x.f`
    MethodCall(Box<MethodCall>),
    /// `!x`, `-x`, `*x`
    Unary(Box<Unary>),
    /// `a + b`, `a == b`, `a and b`, …
    Binary(Box<Binary>),
    /// `x ? { a => b }`
    Selector(Box<Selector>),
    /// `$x = y`
    Assignment(Box<Assignment>),
    /// `(x)`
    Paren(Box<Expr>),
    /// `if … elsif … else …`
    If(Box<If>),
    /// `unless … else …`
    Unless(Box<Unless>),
    /// `case x { … }`
    Case(Box<Case>),
    /// `a -> b ~> c`
    Chain(Box<Chain>),
    /// `file { 'x': … }`
    Resource(Box<Resource>),
    /// `File { … }`
    ResourceDefaults(Box<ResourceDefaults>),
    /// `File['x'] { … }`
    ResourceOverride(Box<ResourceOverride>),
    /// `File <| … |>`
    Collector(Box<Collector>),
    /// `class foo { … }`
    Class(Box<Class>),
    /// `define foo { … }`
    Define(Box<Define>),
    /// `node 'x' { … }`
    Node(Box<Node>),
    /// `function foo() { … }`
    Function(Box<Function>),
    /// `plan foo() { … }`, in Bolt plans only
    Plan(Box<Plan>),
    /// `apply(targets) { … }`, in Bolt plans only
    Apply(Box<Apply>),
    /// `type Foo = Bar`
    TypeAlias(Box<TypeAlias>),
    /// `type Foo { … }`, which the grammar takes and nothing evaluates
    TypeDefinition(Box<TypeDefinition>),
    /// `name { a => b }`: a name and a hash where a resource without a title
    /// was written. Puppet's parser lets it through.
    Untitled(Box<Untitled>),
    /// EPP: text between tags.
    RenderText,
    /// EPP: `<%= x %>`
    Render(Vec<Expr>),
}

/// One `key => value` of a hash.
#[derive(Debug, Clone, PartialEq)]
pub struct HashEntry {
    /// Left of the arrow.
    pub key: Expr,
    /// Right of the arrow.
    pub value: Expr,
}

impl HashEntry {
    /// From the key to the end of the value.
    pub fn span(&self) -> Span {
        self.key.span.to(self.value.span)
    }
}

/// `target[keys]`
#[derive(Debug, Clone, PartialEq)]
pub struct Access {
    /// What is looked into.
    pub target: Expr,
    /// What is between the brackets.
    pub keys: Vec<Expr>,
}

/// A function call.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The function; a [`ExprKind::Name`] in all sensible programs.
    pub callee: Expr,
    /// The arguments. Adjacent `a => b` arguments are one hash, as in Puppet.
    pub args: Vec<Expr>,
    /// The block that follows.
    pub lambda: Option<Lambda>,
    /// Whether it is a statement without parentheses, such as `include foo`.
    pub bare: bool,
}

/// A call written after its first argument.
#[derive(Debug, Clone, PartialEq)]
pub struct MethodCall {
    /// Left of the dot.
    pub receiver: Expr,
    /// The function.
    pub name: SmolStr,
    /// Where its name stands.
    pub name_span: Span,
    /// The arguments between the parentheses, if any.
    pub args: Vec<Expr>,
    /// The block that follows.
    pub lambda: Option<Lambda>,
}

/// `|$x| { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct Lambda {
    /// Between the bars.
    pub params: Vec<Parameter>,
    /// After `>>`.
    pub return_type: Option<Expr>,
    /// Between the braces.
    pub body: Vec<Expr>,
    /// From the first bar to the closing brace.
    pub span: Span,
}

/// An operator with one operand.
#[derive(Debug, Clone, PartialEq)]
pub struct Unary {
    /// The operator.
    pub op: UnaryOp,
    /// What it applies to.
    pub operand: Expr,
}

/// An operator with two operands.
#[derive(Debug, Clone, PartialEq)]
pub struct Binary {
    /// The operator.
    pub op: BinaryOp,
    /// Where the operator stands.
    pub op_span: Span,
    /// Left operand.
    pub left: Expr,
    /// Right operand.
    pub right: Expr,
}

/// `subject ? { match => value, … }`
#[derive(Debug, Clone, PartialEq)]
pub struct Selector {
    /// Left of the `?`.
    pub subject: Expr,
    /// The choices, in order. Keys are matched as in a `case`.
    pub entries: Vec<HashEntry>,
}

/// `target = value`
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// `=`, `+=` or `-=`.
    pub op: AssignOp,
    /// A variable, or an array or hash pattern of variables.
    pub target: Expr,
    /// What is assigned.
    pub value: Expr,
}

/// `if … elsif … else …`
#[derive(Debug, Clone, PartialEq)]
pub struct If {
    /// The `if` and every `elsif`, in order.
    pub branches: Vec<Branch>,
    /// The `else`.
    pub otherwise: Option<Vec<Expr>>,
}

/// A condition and what it guards.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// The condition.
    pub condition: Expr,
    /// Between the braces.
    pub body: Vec<Expr>,
    /// From the `if` or `elsif` to the closing brace.
    pub span: Span,
}

/// `unless … else …`
#[derive(Debug, Clone, PartialEq)]
pub struct Unless {
    /// The condition that must not hold.
    pub condition: Expr,
    /// Between the braces.
    pub body: Vec<Expr>,
    /// The `else`.
    pub otherwise: Option<Vec<Expr>>,
}

/// `case subject { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What is compared.
    pub subject: Expr,
    /// The options, in order.
    pub options: Vec<CaseOption>,
}

/// `a, b: { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct CaseOption {
    /// Left of the colon.
    pub values: Vec<Expr>,
    /// Between the braces.
    pub body: Vec<Expr>,
    /// From the first value to the closing brace.
    pub span: Span,
}

/// Relationships, read from left to right.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    /// The leftmost operand.
    pub first: Expr,
    /// The arrows with their right operands.
    pub links: Vec<Link>,
}

/// An arrow and what stands right of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The arrow.
    pub op: EdgeOp,
    /// Where the arrow stands.
    pub op_span: Span,
    /// Right of it.
    pub target: Expr,
}

/// `apply(args) { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct Apply {
    /// Between the parentheses.
    pub args: Vec<Expr>,
    /// Between the braces.
    pub body: Vec<Expr>,
}

/// A name followed by a hash; see [`ExprKind::Untitled`].
#[derive(Debug, Clone, PartialEq)]
pub struct Untitled {
    /// The name.
    pub name: Expr,
    /// Between the braces.
    pub attributes: Vec<Attribute>,
}
