//! Parameters of definitions and lambdas.

use super::{Parsed, Parser};
use crate::ast::{Access, Expr, ExprKind, Parameter};
use crate::token::TokenKind;

impl Parser<'_> {
    /// `(parameters)`, or nothing.
    pub(super) fn parameter_list(&mut self) -> Parsed<Vec<Parameter>> {
        if !matches!(self.kind(), TokenKind::LParen | TokenKind::LineParen) {
            return Ok(Vec::new());
        }
        self.bump();
        let params = if self.kind() == TokenKind::RParen {
            Vec::new()
        } else {
            self.parameters(TokenKind::RParen)?
        };
        self.expect(TokenKind::RParen)?;
        Ok(params)
    }

    /// At least one parameter; a comma may stand before `end`.
    pub(super) fn parameters(&mut self, end: TokenKind) -> Parsed<Vec<Parameter>> {
        let mut params = Vec::new();
        loop {
            params.push(self.parameter()?);
            if self.eat(TokenKind::Comma).is_none() || self.kind() == end {
                return Ok(params);
            }
        }
    }

    /// `Type *$name = default`
    fn parameter(&mut self) -> Parsed<Parameter> {
        let start = self.token().start;
        let type_expr = if self.kind() == TokenKind::TypeRef {
            Some(self.parameter_type()?)
        } else {
            None
        };
        let splat = self.eat(TokenKind::Times).is_some();
        let token = self.expect(TokenKind::Variable)?;
        let default = if self.eat(TokenKind::Equals).is_some() {
            Some(self.expression()?)
        } else {
            None
        };
        let (name, name_span) = (self.variable_name(token), token.span());
        Ok(Parameter {
            name,
            name_span,
            type_expr,
            default,
            splat,
            span: self.span_from(start),
        })
    }

    /// A type with at most one pair of brackets, without a comma at the end.
    pub(super) fn parameter_type(&mut self) -> Parsed {
        let token = self.expect(TokenKind::TypeRef)?;
        let target = Expr {
            kind: ExprKind::TypeRef(self.name(token)),
            span: token.span(),
        };
        if self.eat(TokenKind::LBrack).is_none() {
            return Ok(target);
        }
        let keys = self.access_keys()?;
        self.expect(TokenKind::RBrack)?;
        let span = self.span_from(token.start);
        Ok(Expr {
            kind: ExprKind::Access(Box::new(Access { target, keys })),
            span,
        })
    }

    /// `>> Type`, or nothing.
    pub(super) fn optional_return_type(&mut self) -> Parsed<Option<Expr>> {
        self.eat(TokenKind::RightShift)
            .map(|_| self.parameter_type())
            .transpose()
    }
}
