//! `if`, `unless` and `case`.

use super::{Parsed, Parser};
use crate::ast::{Branch, Case, CaseOption, Expr, ExprKind, If, Unless};
use crate::token::TokenKind;

impl Parser<'_> {
    pub(super) fn if_expression(&mut self) -> Parsed {
        let start = self.token().start;
        let mut branches = vec![self.branch()?];
        while self.kind() == TokenKind::Elsif {
            branches.push(self.branch()?);
        }
        let otherwise = self.optional_else()?;
        Ok(Expr {
            kind: ExprKind::If(Box::new(If {
                branches,
                otherwise,
            })),
            span: self.span_from(start),
        })
    }

    /// `if condition { body }` or `elsif condition { body }`
    fn branch(&mut self) -> Parsed<Branch> {
        let start = self.bump().start;
        let condition = self.expression()?;
        let body = self.block()?;
        Ok(Branch {
            condition,
            body,
            span: self.span_from(start),
        })
    }

    fn optional_else(&mut self) -> Parsed<Option<Vec<Expr>>> {
        self.eat(TokenKind::Else).map(|_| self.block()).transpose()
    }

    pub(super) fn unless_expression(&mut self) -> Parsed {
        let start = self.bump().start;
        let condition = self.expression()?;
        let body = self.block()?;
        let otherwise = self.optional_else()?;
        let unless = Unless {
            condition,
            body,
            otherwise,
        };
        Ok(Expr {
            kind: ExprKind::Unless(Box::new(unless)),
            span: self.span_from(start),
        })
    }

    pub(super) fn case_expression(&mut self) -> Parsed {
        let start = self.bump().start;
        let subject = self.expression()?;
        self.expect(TokenKind::LBrace)?;
        let mut options = vec![self.case_option()?];
        while !matches!(self.kind(), TokenKind::RBrace | TokenKind::Eof) {
            options.push(self.case_option()?);
        }
        self.close_block()?;
        Ok(Expr {
            kind: ExprKind::Case(Box::new(Case { subject, options })),
            span: self.span_from(start),
        })
    }

    fn case_option(&mut self) -> Parsed<CaseOption> {
        let start = self.token().start;
        let mut values = vec![self.expression()?];
        while self.eat(TokenKind::Comma).is_some() {
            values.push(self.expression()?);
        }
        self.expect(TokenKind::Colon)?;
        let body = self.block()?;
        Ok(CaseOption {
            values,
            body,
            span: self.span_from(start),
        })
    }
}
