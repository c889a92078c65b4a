//! Calls and lambdas.

use super::{Parsed, Parser};
use crate::ast::{Apply, Call, Expr, ExprKind, Lambda, MethodCall};
use crate::token::TokenKind;

impl Parser<'_> {
    /// `callee(args) lambda`
    pub(super) fn call(&mut self, callee: Expr) -> Parsed {
        self.expect(TokenKind::LParen)?;
        let args = if self.kind() == TokenKind::RParen {
            Vec::new()
        } else {
            self.arguments()?
        };
        self.expect(TokenKind::RParen)?;
        let lambda = self.optional_lambda()?;
        let span = self.span_from(callee.span.start);
        Ok(Expr {
            kind: ExprKind::Call(Box::new(Call {
                callee,
                args,
                lambda,
                bare: false,
            })),
            span,
        })
    }

    /// `receiver.name(args) lambda`. Here the last argument takes no comma.
    pub(super) fn method_call(&mut self, receiver: Expr) -> Parsed {
        self.bump();
        if !matches!(self.kind(), TokenKind::Name | TokenKind::Type) {
            return Err(self.unexpected());
        }
        let token = self.bump();
        let mut args = Vec::new();
        if self.eat(TokenKind::LParen).is_some() {
            if self.kind() != TokenKind::RParen {
                args = self.arguments()?;
                self.refuse_comma_before_end()?;
            }
            self.expect(TokenKind::RParen)?;
        }
        let lambda = self.optional_lambda()?;
        let span = self.span_from(receiver.span.start);
        let call = MethodCall {
            receiver,
            name: self.name(token),
            name_span: token.span(),
            args,
            lambda,
        };
        Ok(Expr {
            kind: ExprKind::MethodCall(Box::new(call)),
            span,
        })
    }

    fn refuse_comma_before_end(&mut self) -> Parsed<()> {
        let previous = self.tokens.list[self.at - 1];
        if previous.kind == TokenKind::Comma && self.kind() == TokenKind::RParen {
            return Err(self.fail_at(
                previous.span(),
                "a method call takes no comma after its last argument",
            ));
        }
        Ok(())
    }

    /// A bar after a call always opens a lambda.
    fn optional_lambda(&mut self) -> Parsed<Option<Lambda>> {
        if self.kind() != TokenKind::Pipe {
            return Ok(None);
        }
        let start = self.bump().start;
        let params = if self.kind() == TokenKind::Pipe {
            Vec::new()
        } else {
            self.parameters(TokenKind::Pipe)?
        };
        self.expect(TokenKind::Pipe)?;
        let return_type = self.optional_return_type()?;
        let body = self.block()?;
        Ok(Some(Lambda {
            params,
            return_type,
            body,
            span: self.span_from(start),
        }))
    }

    /// `apply(args) { body }`
    pub(super) fn apply(&mut self) -> Parsed {
        let start = self.bump().start;
        self.expect(TokenKind::LParen)?;
        let args = self.arguments()?;
        self.expect(TokenKind::RParen)?;
        let body = self.block()?;
        Ok(Expr {
            kind: ExprKind::Apply(Box::new(Apply { args, body })),
            span: self.span_from(start),
        })
    }
}
