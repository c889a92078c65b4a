//! Lists of statements.

use super::{Failed, Parsed, Parser};
use crate::Span;
use crate::ast::{Call, Expr, ExprKind};
use crate::token::TokenKind;

/// The functions that may be called as `name argument, argument` (the table
/// `STATEMENT_CALLS` of `Puppet::Pops::Model::Factory` in Puppet 7.23).
const STATEMENT_FUNCTIONS: [&str; 15] = [
    "require", "realize", "include", "contain", "tag", "debug", "info", "notice", "warning", "err",
    "fail", "import", "break", "next", "return",
];

impl Parser<'_> {
    /// Statements up to a `}` that closes the block around them, or the end.
    /// A statement with an error is dropped and reading goes on behind it.
    pub(super) fn statements(&mut self) -> Vec<Expr> {
        let mut list = Vec::new();
        while !matches!(self.kind(), TokenKind::RBrace | TokenKind::Eof) {
            let start = self.at;
            if self.statement(&mut list).is_err() {
                self.recover(start);
            }
        }
        list
    }

    fn statement(&mut self, list: &mut Vec<Expr>) -> Parsed<()> {
        // A semicolon separates; it neither starts nor ends a list.
        if !list.is_empty() {
            self.eat(TokenKind::Semicolon);
        }
        let first = self.assignment()?;
        if self.kind() != TokenKind::Comma {
            add_statement(list, first);
            return Ok(());
        }
        let comma = self.token().span();
        let mut args = vec![first];
        while self.eat(TokenKind::Comma).is_some() {
            args.push(self.assignment()?);
        }
        self.add_argument_list(list, args, comma);
        Ok(())
    }

    /// `a, b, c` only means something after a statement function.
    fn add_argument_list(&mut self, list: &mut Vec<Expr>, args: Vec<Expr>, comma: Span) {
        let Some(callee) = list.pop_if(|last| is_statement_function(last)) else {
            self.error(comma, "illegal comma separated argument list");
            list.extend(args);
            return;
        };
        list.push(bare_call(callee, args));
    }

    /// Statements between braces.
    pub(super) fn block(&mut self) -> Parsed<Vec<Expr>> {
        self.expect(TokenKind::LBrace)?;
        let body = self.statements();
        self.close_block()?;
        Ok(body)
    }

    pub(super) fn fail_at(&mut self, span: Span, message: &str) -> Failed {
        self.error(span, message);
        Failed
    }
}

/// Adds a statement; right after the name of a statement function it becomes
/// its argument.
fn add_statement(list: &mut Vec<Expr>, statement: Expr) {
    match list.pop_if(|last| is_statement_function(last)) {
        Some(callee) => list.push(bare_call(callee, vec![statement])),
        None => list.push(statement),
    }
}

pub(super) fn is_statement_function(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Name(name) if STATEMENT_FUNCTIONS.contains(&name.as_str()))
}

pub(super) fn bare_call(callee: Expr, args: Vec<Expr>) -> Expr {
    let span = args
        .last()
        .map_or(callee.span, |last| callee.span.to(last.span));
    Expr {
        kind: ExprKind::Call(Box::new(Call {
            callee,
            args,
            lambda: None,
            bare: true,
        })),
        span,
    }
}
