//! Operators and their spelling.

/// An operator with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `!`
    Not,
    /// `-`
    Minus,
    /// `*`, which spreads an array
    Splat,
}

/// An operator with two operands that yields a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `or`
    Or,
    /// `and`
    And,
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
    /// `<<`
    LeftShift,
    /// `>>`
    RightShift,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
    /// `=~`
    Match,
    /// `!~`
    NoMatch,
    /// `in`
    In,
}

impl BinaryOp {
    /// How it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::LeftShift => "<<",
            Self::RightShift => ">>",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
            Self::Match => "=~",
            Self::NoMatch => "!~",
            Self::In => "in",
        }
    }
}

/// An assignment operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AssignOp {
    /// `=`
    Set,
    /// `+=`, which parses and is refused by later checks
    Append,
    /// `-=`, likewise
    Delete,
}

impl AssignOp {
    /// How it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Set => "=",
            Self::Append => "+=",
            Self::Delete => "-=",
        }
    }
}

/// An arrow between resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EdgeOp {
    /// `->`
    Before,
    /// `~>`
    Notify,
    /// `<-`
    After,
    /// `<~`
    Subscribe,
}

impl EdgeOp {
    /// How it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Before => "->",
            Self::Notify => "~>",
            Self::After => "<-",
            Self::Subscribe => "<~",
        }
    }
}
