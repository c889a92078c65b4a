//! From source text to tokens.
//!
//! The rules are those of `Puppet::Pops::Parser::Lexer2` in Puppet 7.23. Its
//! lexer knows nothing of the grammar; what little context it needs (the
//! previous token, open braces, the heredocs that start after this line) is
//! kept here in the same way, so that both cut every text alike.

mod blank;
mod heredoc;
mod number;
mod origin;
mod quoted;
mod regex;
mod tag;
mod word;

use crate::token::{Token, TokenKind, Tokens};
use crate::{Comment, Span, SyntaxError};
use origin::Origin;

/// How deep strings in interpolations in strings may go.
const MAX_NESTING: u32 = 48;

/// Which words are keywords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Words {
    Manifest,
    /// `plan` and `apply` are keywords too.
    Plan,
}

/// The tokens of a manifest.
pub(crate) fn lex(source: &str, words: Words) -> Tokens {
    let mut lexer = Lexer::new(source, words);
    lexer.skip_byte_order_mark();
    lexer.skip_blanks();
    lexer.run();
    lexer.finish()
}

/// The tokens of a part of a source, with their places in the whole.
pub(crate) fn lex_part(source: &str, part: Span) -> Tokens {
    let mut lexer = Lexer::new(part.of(source), Words::Manifest);
    lexer.origin = Origin::Shift(part.start);
    lexer.run();
    lexer.finish()
}

/// The tokens of an EPP template, text between the tags included.
pub(crate) fn lex_template(source: &str) -> Tokens {
    let mut lexer = Lexer::new(source, Words::Manifest);
    lexer.skip_byte_order_mark();
    lexer.template_text(false);
    lexer.run();
    lexer.assert_tags_closed();
    lexer.finish()
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    pos: usize,
    origin: Origin,
    out: Tokens,
    words: Words,
    /// The token before this place, for telling `/` from a regex.
    after: TokenKind,
    /// Open braces minus closed ones.
    braces: i64,
    /// Where to go on after the next line break: behind the heredocs that were
    /// opened on this line.
    newline_jump: Option<usize>,
    /// Nothing but blanks on this line so far.
    line_blank: bool,
    /// Whether `%>` ends the code, and what it was opened with.
    tag: Option<tag::Mode>,
    open_tag: Option<usize>,
    nesting: u32,
    in_heredoc: bool,
    /// Searches that ran to the end of the text in vain need no repeating.
    hopeless: Hopeless,
}

#[derive(Debug, Clone, Copy, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one independent fact a search"
)]
struct Hopeless {
    single_quote: bool,
    double_quote: bool,
    comment: bool,
    regex: bool,
    heredoc: bool,
    heredoc_tag: bool,
}

impl<'t> Lexer<'t> {
    fn new(text: &'t str, words: Words) -> Self {
        let mut out = Tokens::default();
        // Manifests have a token every five to six bytes.
        out.list.reserve(text.len() / 5 + 1);
        Self {
            text,
            bytes: text.as_bytes(),
            pos: 0,
            origin: Origin::Shift(0),
            out,
            words,
            after: TokenKind::Eof,
            braces: 0,
            newline_jump: None,
            line_blank: true,
            tag: None,
            open_tag: None,
            nesting: 0,
            in_heredoc: false,
            hopeless: Hopeless::default(),
        }
    }

    fn run(&mut self) {
        while self.pos < self.bytes.len() {
            self.next_token();
        }
    }

    fn finish(mut self) -> Tokens {
        let end = self.origin.offset(self.text.len());
        self.out.list.push(Token {
            kind: TokenKind::Eof,
            first_on_line: true,
            start: end,
            end,
            extra: 0,
        });
        self.out
    }

    /// Puppet refuses files with a byte order mark.
    fn skip_byte_order_mark(&mut self) {
        if self.text.starts_with('\u{feff}') {
            self.error(0, 3, "illegal byte order mark");
            self.pos = 3;
        }
    }

    /// Reads one token, blank run or comment.
    fn next_token(&mut self) {
        let start = self.pos;
        match self.bytes[start] {
            b' ' | b'\t' | b'\r' => self.skip_blanks(),
            b'\n' => self.newline(),
            b'#' => self.line_comment(),
            b'a'..=b'z' | b'_' => self.bare_word(),
            b'A'..=b'Z' => self.type_reference(),
            b'$' => self.variable(),
            b'\'' => self.single_quoted(),
            b'"' => self.double_quoted(),
            b'0'..=b'9' => self.number(),
            b'/' => self.slash(),
            b'@' => self.at_sign(),
            b':' => self.colon(),
            b'(' => self.push(
                if self.line_blank {
                    TokenKind::LineParen
                } else {
                    TokenKind::LParen
                },
                1,
            ),
            b'[' => self.push(
                if self.after_blank() {
                    TokenKind::ListStart
                } else {
                    TokenKind::LBrack
                },
                1,
            ),
            b'{' => self.open_brace(),
            b'}' => self.close_brace(),
            b'-' if self.tag.is_some() && self.looking_at(b"-%>") => self.close_tag(3),
            b'%' if self.tag.is_some() && self.looking_at(b"%>") => self.close_tag(2),
            other => match punctuation(other, &self.bytes[start + 1..]) {
                Some((kind, len)) => self.push(kind, len),
                None => self.unknown(),
            },
        }
    }

    fn newline(&mut self) {
        self.pos = self.newline_jump.take().unwrap_or(self.pos + 1);
        self.line_blank = true;
    }

    fn open_brace(&mut self) {
        self.braces += 1;
        let kind = if self.after == TokenKind::Question {
            TokenKind::SelectorBrace
        } else {
            TokenKind::LBrace
        };
        self.push(kind, 1);
    }

    fn close_brace(&mut self) {
        self.braces -= 1;
        self.push(TokenKind::RBrace, 1);
    }

    fn at_sign(&mut self) {
        match self.bytes.get(self.pos + 1) {
            Some(b'@') => self.push(TokenKind::AtAt, 2),
            Some(b'(') => self.heredoc(),
            _ => self.push(TokenKind::At, 1),
        }
    }

    fn colon(&mut self) {
        if self.looking_at(b"::") {
            self.qualified();
        } else {
            self.push(TokenKind::Colon, 1);
        }
    }

    fn unknown(&mut self) {
        if self.skip_wide_blank() {
            return;
        }
        let len = self.text[self.pos..]
            .chars()
            .next()
            .map_or(1, char::len_utf8);
        self.invalid(len, "unexpected character");
    }

    /// Emits the next `len` bytes as a token and steps over them.
    fn push(&mut self, kind: TokenKind, len: usize) {
        let start = self.pos;
        self.pos += len;
        self.after = kind;
        self.emit(kind, start, self.pos, 0);
    }

    /// Emits a token for a range of the text, wherever the lexer stands.
    fn emit(&mut self, kind: TokenKind, start: usize, end: usize, extra: u32) {
        let span = self.origin.span(start, end);
        let first_on_line = self.line_blank;
        self.line_blank = false;
        self.out.list.push(Token {
            kind,
            first_on_line,
            start: span.start,
            end: span.end,
            extra,
        });
    }

    /// Records an error for the next `len` bytes and steps over them.
    fn invalid(&mut self, len: usize, message: &'static str) {
        self.error(self.pos, self.pos + len, message);
        self.push(TokenKind::Invalid, len);
    }

    fn error(&mut self, start: usize, end: usize, message: &'static str) {
        let span = self.origin.span(start, end);
        self.out.errors.push(SyntaxError {
            span,
            message: message.into(),
        });
    }

    fn comment(&mut self, start: usize, kind: crate::CommentKind) {
        let span = self.origin.span(start, self.pos);
        self.line_blank = false;
        self.out.comments.push(Comment { span, kind });
    }

    fn looking_at(&self, text: &[u8]) -> bool {
        self.bytes[self.pos..].starts_with(text)
    }
}

/// The operator or bracket that starts with `first` and goes on with `rest`.
fn punctuation(first: u8, rest: &[u8]) -> Option<(TokenKind, usize)> {
    use TokenKind as T;
    let second = rest.first().copied().unwrap_or_default();
    let third = rest.get(1).copied().unwrap_or_default();
    Some(match (first, second) {
        (b'.', _) => (T::Dot, 1),
        (b',', _) => (T::Comma, 1),
        (b';', _) => (T::Semicolon, 1),
        (b')', _) => (T::RParen, 1),
        (b']', _) => (T::RBrack, 1),
        (b'?', _) => (T::Question, 1),
        (b'*', _) => (T::Times, 1),
        (b'%', _) => (T::Modulo, 1),
        (b'=', b'=') => (T::IsEqual, 2),
        (b'=', b'>') => (T::FatArrow, 2),
        (b'=', b'~') => (T::Match, 2),
        (b'=', _) => (T::Equals, 1),
        (b'+', b'=') => (T::Append, 2),
        (b'+', b'>') => (T::PlusArrow, 2),
        (b'+', _) => (T::Plus, 1),
        (b'-', b'>') => (T::InEdge, 2),
        (b'-', b'=') => (T::Delete, 2),
        (b'-', _) => (T::Minus, 1),
        (b'!', b'=') => (T::NotEqual, 2),
        (b'!', b'~') => (T::NoMatch, 2),
        (b'!', _) => (T::Not, 1),
        (b'~', b'>') => (T::InEdgeSub, 2),
        (b'~', _) => (T::Tilde, 1),
        (b'|', b'>') if third == b'>' => (T::RRCollect, 3),
        (b'|', b'>') => (T::RCollect, 2),
        (b'|', _) => (T::Pipe, 1),
        (b'<', b'<') if third == b'|' => (T::LLCollect, 3),
        (b'<', b'<') => (T::LeftShift, 2),
        (b'<', b'=') => (T::LessEqual, 2),
        (b'<', b'|') => (T::LCollect, 2),
        (b'<', b'-') => (T::OutEdge, 2),
        (b'<', b'~') => (T::OutEdgeSub, 2),
        (b'<', _) => (T::Less, 1),
        (b'>', b'>') => (T::RightShift, 2),
        (b'>', b'=') => (T::GreaterEqual, 2),
        (b'>', _) => (T::Greater, 1),
        _ => return None,
    })
}
