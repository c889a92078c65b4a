//! From tokens to the tree.
//!
//! Recursive descent over the grammar of Puppet 7.23 (`egrammar.ra`). That
//! grammar is LALR with precedences; every conflict in it is settled in favour
//! of going on with the expression at hand, which is what this parser does
//! too. The names of the rules are kept where they help.

mod argument;
mod call;
mod conditional;
mod definition;
mod expression;
mod operator;
mod parameter;
mod primary;
mod recovery;
mod resource;
mod statement;
mod string;
mod template;

use crate::ast::Expr;
use crate::lexer::{self, Words};
use crate::token::{Token, TokenKind, Tokens};
use crate::{Parse, Span, SyntaxError};
use smol_str::SmolStr;

pub(crate) use template::TemplateProgram;

/// How deep brackets, blocks and operators may nest. Chosen so that a thread
/// with 2 MiB of stack never overflows, in a debug build either.
const MAX_DEPTH: u32 = 160;

/// How high a tree may grow by left-associative operators, which are read in a
/// loop but walked (and dropped) by recursion.
const MAX_HEIGHT: u32 = 1500;

/// Reads a manifest.
///
/// The grammar is that of Puppet 7.23 without its `tasks` setting; see
/// [`parse_plan`] for Bolt plans.
pub fn parse(source: &str) -> Parse {
    Parser::new(source, lexer::lex(source, Words::Manifest)).manifest()
}

/// Reads a Bolt plan: as [`parse`], with the keywords `plan` and `apply`.
pub fn parse_plan(source: &str) -> Parse {
    Parser::new(source, lexer::lex(source, Words::Plan)).manifest()
}

/// Reads a whole EPP template as one program.
pub(crate) fn parse_template(source: &str, tokens: Tokens) -> TemplateProgram {
    Parser::new(source, tokens).template()
}

/// Reads one expression from a part of the source, if it is one.
pub(crate) fn parse_fragment(source: &str, part: Span) -> Option<Expr> {
    let mut parser = Parser::new(source, lexer::lex_part(source, part));
    let expr = parser.assignment().ok()?;
    (parser.errors.is_empty() && parser.kind() == TokenKind::Eof).then_some(expr)
}

/// An error has been recorded; the statement is given up.
#[derive(Debug, Clone, Copy)]
struct Failed;

type Parsed<T = Expr> = Result<T, Failed>;

struct Parser<'s> {
    source: &'s str,
    tokens: Tokens,
    at: usize,
    errors: Vec<SyntaxError>,
    depth: u32,
    /// Height of the highest tree read since it was last reset.
    height: u32,
    /// Names of the classes around this place.
    namespace: Vec<SmolStr>,
}

impl<'s> Parser<'s> {
    fn new(source: &'s str, mut tokens: Tokens) -> Self {
        let errors = std::mem::take(&mut tokens.errors);
        Self {
            source,
            tokens,
            at: 0,
            errors,
            depth: 0,
            height: 0,
            namespace: Vec::new(),
        }
    }

    fn manifest(mut self) -> Parse {
        let program = self.program();
        self.finish(program)
    }

    /// Reads statements to the very end, whatever stands in between.
    fn program(&mut self) -> Vec<Expr> {
        let mut program = self.statements();
        while self.kind() != TokenKind::Eof {
            self.unexpected();
            self.at += 1;
            program.append(&mut self.statements());
        }
        program
    }

    fn finish(mut self, program: Vec<Expr>) -> Parse {
        self.errors.sort_by_key(|error| error.span);
        self.tokens.comments.sort_by_key(|comment| comment.span);
        Parse {
            program,
            errors: self.errors,
            comments: self.tokens.comments,
        }
    }

    fn token(&self) -> Token {
        self.tokens.list[self.at]
    }

    fn kind(&self) -> TokenKind {
        self.tokens.list[self.at].kind
    }

    /// The kind of the token after the current one.
    fn next_kind(&self) -> TokenKind {
        self.tokens
            .list
            .get(self.at + 1)
            .map_or(TokenKind::Eof, |token| token.kind)
    }

    /// Takes the current token. The end is never stepped over.
    fn bump(&mut self) -> Token {
        let token = self.token();
        if token.kind != TokenKind::Eof {
            self.at += 1;
        }
        token
    }

    fn eat(&mut self, kind: TokenKind) -> Option<Token> {
        (self.kind() == kind).then(|| self.bump())
    }

    fn expect(&mut self, kind: TokenKind) -> Parsed<Token> {
        self.eat(kind).ok_or_else(|| self.unexpected())
    }

    /// Takes the brace that closes a block. If the file ends first, the block
    /// is kept all the same.
    fn close_block(&mut self) -> Parsed<Span> {
        match self.kind() {
            TokenKind::Eof => {
                self.unexpected();
                Ok(self.token().span())
            }
            _ => self.expect(TokenKind::RBrace).map(Token::span),
        }
    }

    /// Where the last taken token ends.
    fn last_end(&self) -> u32 {
        self.tokens.list[..self.at]
            .last()
            .map_or(0, |token| token.end)
    }

    /// From `start` to the last taken token.
    fn span_from(&self, start: u32) -> Span {
        Span::new(start, self.last_end().max(start))
    }

    fn text(&self, token: Token) -> &'s str {
        token.span().of(self.source)
    }

    fn name(&self, token: Token) -> SmolStr {
        SmolStr::new(self.text(token))
    }

    /// The name of a variable, which has no `$` at the start of an
    /// interpolation.
    fn variable_name(&self, token: Token) -> SmolStr {
        let text = self.text(token);
        SmolStr::new(text.strip_prefix('$').unwrap_or(text))
    }

    /// Records that the current token cannot stand here.
    fn unexpected(&mut self) -> Failed {
        let token = self.token();
        match token.kind {
            // The lexer has said what is wrong with it.
            TokenKind::Invalid => {}
            TokenKind::Eof => self.error(token.span(), "unexpected end of file"),
            _ => self.error(token.span(), &unexpected_message(self.text(token))),
        }
        Failed
    }

    fn error(&mut self, span: Span, message: &str) {
        // One error a place is enough; recovery may come by twice.
        if self.errors.last().is_none_or(|last| last.span != span) {
            self.errors.push(SyntaxError {
                span,
                message: message.into(),
            });
        }
    }

    /// Runs `read` one level deeper.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            self.error(self.token().span(), "nested too deeply");
            return Err(Failed);
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Counts one more node on top of the highest tree below it.
    fn grow(&mut self) -> Parsed<()> {
        self.height += 1;
        if self.height > MAX_HEIGHT {
            self.error(self.token().span(), "nested too deeply");
            return Err(Failed);
        }
        Ok(())
    }
}

fn unexpected_message(text: &str) -> String {
    const SHOWN: usize = 30;
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("unexpected `{}…`", &line[..end]),
        None => format!("unexpected `{line}`"),
    }
}
