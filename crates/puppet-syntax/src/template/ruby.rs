//! As much of Ruby as stands in most templates.

mod read;

pub(super) use read::{MAX_LENGTH, read_ruby};

use smol_str::SmolStr;

/// A Ruby expression.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Ruby {
    /// `nil`, `:undef`
    Nil,
    /// `true`, `false`
    Bool(bool),
    /// A number, as written.
    Number(SmolStr),
    /// `/…/`, without its options.
    Regex(SmolStr),
    /// A string, in parts.
    String(Vec<RubyPart>),
    /// `:name`
    Symbol(SmolStr),
    /// `@name`: a variable of the manifest.
    Variable(SmolStr),
    /// `scope['name']`, `scope.lookupvar('name')`: likewise, by its full name.
    Scope(SmolStr),
    /// A bare name: a local variable or a method without arguments.
    Local(SmolStr),
    /// `Name`, `Outer::Name`
    Constant(SmolStr),
    /// `[a, b]`
    Array(Vec<Ruby>),
    /// `target[key]`
    Index {
        /// What is looked into.
        target: Box<Ruby>,
        /// Between the brackets.
        key: Box<Ruby>,
    },
    /// `receiver.name(args)`
    Call {
        /// Left of the dot.
        receiver: Option<Box<Ruby>>,
        /// The method.
        name: SmolStr,
        /// The arguments.
        args: Vec<Ruby>,
        /// `{ |name| … }`, `&:name`
        block: Option<Box<RubyBlock>>,
    },
    /// `!a`, `not a`
    Not(Box<Ruby>),
    /// `a op b`
    Binary {
        /// The operator.
        op: RubyOp,
        /// Left operand.
        left: Box<Ruby>,
        /// Right operand.
        right: Box<Ruby>,
    },
    /// `condition ? yes : no`; also `yes if condition`, `no unless condition`
    Choice {
        /// Before the question mark.
        condition: Box<Ruby>,
        /// Before the colon.
        yes: Box<Ruby>,
        /// After the colon.
        no: Box<Ruby>,
    },
    /// Anything else.
    Opaque,
}

/// A part of a Ruby string.
#[derive(Debug, Clone, PartialEq)]
pub enum RubyPart {
    /// Fixed text, escapes resolved.
    Text(SmolStr),
    /// `#{…}`
    Hole(Ruby),
}

/// The block of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct RubyBlock {
    /// The names between the bars.
    pub params: Vec<SmolStr>,
    /// What it gives.
    pub body: Ruby,
}

/// An operator with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RubyOp {
    /// `and`, `&&`
    And,
    /// `or`, `||`
    Or,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `=~`
    Match,
    /// `!~`
    NoMatch,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

impl Ruby {
    /// The string, if it is one without holes.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::String(parts) => match parts.as_slice() {
                [] => Some(""),
                [RubyPart::Text(text)] => Some(text),
                _ => None,
            },
            _ => None,
        }
    }
}
