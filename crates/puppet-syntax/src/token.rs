//! What the lexer hands to the parser.

use crate::Span;
use crate::ast::Escapes;

/// A token. Its text is read from the source when somebody asks for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    /// Whether it is the first one on its line.
    pub(crate) first_on_line: bool,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// For text: one more than an index into [`Tokens::texts`] if the value is
    /// not the source text. For a heredoc: an index into [`Tokens::heredocs`].
    pub(crate) extra: u32,
}

impl Token {
    pub(crate) const fn span(self) -> Span {
        Span::new(self.start, self.end)
    }
}

/// Everything the lexer found.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    /// In reading order, closed by [`TokenKind::Eof`].
    pub(crate) list: Vec<Token>,
    pub(crate) texts: Vec<Box<str>>,
    pub(crate) heredocs: Vec<HeredocTag>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) comments: Vec<crate::Comment>,
    pub(crate) errors: Vec<crate::SyntaxError>,
}

/// `<% … %>` or `<%= … %>` of an EPP template.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tag {
    pub(crate) span: Span,
    /// Between the tags.
    pub(crate) code: Span,
    pub(crate) renders: bool,
}

/// What a heredoc's tag and its end line say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HeredocTag {
    pub(crate) syntax: Span,
    pub(crate) escapes: Escapes,
    pub(crate) margin: Span,
    pub(crate) text: Span,
}

/// Kinds of tokens. The names follow Puppet's own grammar where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum TokenKind {
    // words
    Name,
    Word,
    TypeRef,
    Variable,
    Number,
    Regex,
    // strings
    /// `'…'`
    SingleQuoted,
    /// `"…"` without interpolation
    DoubleQuoted,
    /// the text of a heredoc without interpolation
    HeredocText,
    /// text of a string up to its first interpolation
    TextStart,
    /// text between two interpolations
    TextMiddle,
    /// text after the last interpolation
    TextEnd,
    /// `@(…)`; the tokens of its text follow
    Heredoc,
    // keywords
    And,
    Apply,
    Attr,
    Case,
    Class,
    Default,
    Define,
    Else,
    Elsif,
    False,
    Function,
    If,
    In,
    Inherits,
    Node,
    Or,
    Plan,
    Private,
    True,
    Type,
    Undef,
    Unless,
    // brackets
    LParen,
    /// `(` as the first token of its line, which never opens a call
    LineParen,
    RParen,
    LBrack,
    /// `[` after a blank, which never opens an access
    ListStart,
    RBrack,
    LBrace,
    /// `{` right after `?`
    SelectorBrace,
    RBrace,
    LCollect,
    LLCollect,
    RCollect,
    RRCollect,
    // operators
    Equals,
    Append,
    Delete,
    IsEqual,
    NotEqual,
    Match,
    NoMatch,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    FatArrow,
    PlusArrow,
    LeftShift,
    RightShift,
    Plus,
    Minus,
    Times,
    Div,
    Modulo,
    Not,
    InEdge,
    InEdgeSub,
    OutEdge,
    OutEdgeSub,
    // punctuation
    Dot,
    Comma,
    Semicolon,
    Colon,
    Question,
    Pipe,
    At,
    AtAt,
    Tilde,
    // templates
    /// text between tags
    RenderText,
    /// `<%=`
    RenderExpr,
    /// `%>` of a `<%=`
    TagEnd,
    // the rest
    /// nothing the language knows; an error has been recorded
    Invalid,
    Eof,
}

impl TokenKind {
    /// The keyword or boolean that `word` is.
    pub(crate) fn keyword(word: &[u8]) -> Option<Self> {
        Some(match word {
            b"and" => Self::And,
            b"attr" => Self::Attr,
            b"case" => Self::Case,
            b"class" => Self::Class,
            b"default" => Self::Default,
            b"define" => Self::Define,
            b"else" => Self::Else,
            b"elsif" => Self::Elsif,
            b"false" => Self::False,
            b"function" => Self::Function,
            b"if" => Self::If,
            b"in" => Self::In,
            b"inherits" => Self::Inherits,
            b"node" => Self::Node,
            b"or" => Self::Or,
            b"private" => Self::Private,
            b"true" => Self::True,
            b"type" => Self::Type,
            b"undef" => Self::Undef,
            b"unless" => Self::Unless,
            _ => return None,
        })
    }

    /// The keywords of Bolt plans.
    pub(crate) fn plan_keyword(word: &[u8]) -> Option<Self> {
        match word {
            b"apply" => Some(Self::Apply),
            b"plan" => Some(Self::Plan),
            _ => None,
        }
    }

    /// Whether it is a keyword (`true` and `false` count as values).
    pub(crate) const fn is_keyword(self) -> bool {
        matches!(
            self,
            Self::And
                | Self::Apply
                | Self::Attr
                | Self::Case
                | Self::Class
                | Self::Default
                | Self::Define
                | Self::Else
                | Self::Elsif
                | Self::Function
                | Self::If
                | Self::In
                | Self::Inherits
                | Self::Node
                | Self::Or
                | Self::Plan
                | Self::Private
                | Self::Type
                | Self::Undef
                | Self::Unless
        )
    }

    /// Whether a `/` after it can open a regular expression. After an operand
    /// it divides; `}` counts as no operand because of `case` options.
    pub(crate) const fn regex_may_follow(self) -> bool {
        !matches!(
            self,
            Self::RParen
                | Self::RBrack
                | Self::RRCollect
                | Self::RCollect
                | Self::Name
                | Self::TypeRef
                | Self::Number
                | Self::SingleQuoted
                | Self::DoubleQuoted
                | Self::HeredocText
                | Self::True
                | Self::False
                | Self::TextStart
                | Self::TextMiddle
                | Self::TextEnd
                | Self::Heredoc
                | Self::Regex
                | Self::Variable
                | Self::Word
        )
    }
}
