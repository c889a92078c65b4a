//! Expressions with operators, from assignments down to postfix operators.

use super::operator::{self, LOOSEST, PREFIX, Power, SELECTOR};
use super::{Parsed, Parser};
use crate::ast::{
    Access, Assignment, Binary, Chain, Expr, ExprKind, HashEntry, Link, Selector, Unary,
};
use crate::token::TokenKind;

impl Parser<'_> {
    /// `a = b = c`, which associates to the right.
    pub(super) fn assignment(&mut self) -> Parsed {
        let target = self.relationship()?;
        let Some(op) = operator::assignment(self.kind()) else {
            return Ok(target);
        };
        self.bump();
        let value = self.nested(Self::assignment)?;
        self.grow()?;
        let span = target.span.to(value.span);
        Ok(Expr {
            kind: ExprKind::Assignment(Box::new(Assignment { op, target, value })),
            span,
        })
    }

    /// `a -> b ~> c`
    fn relationship(&mut self) -> Parsed {
        let first = self.resource()?;
        if operator::edge(self.kind()).is_none() {
            return Ok(first);
        }
        let mut links = Vec::new();
        let mut span = first.span;
        while let Some(op) = operator::edge(self.kind()) {
            let op_span = self.bump().span();
            let target = self.resource()?;
            span = span.to(target.span);
            links.push(Link {
                op,
                op_span,
                target,
            });
        }
        Ok(Expr {
            kind: ExprKind::Chain(Box::new(Chain { first, links })),
            span,
        })
    }

    /// An expression without assignments, arrows and resources.
    pub(super) fn expression(&mut self) -> Parsed {
        self.operators(LOOSEST)
    }

    /// An expression whose operators bind more strongly than `power`.
    fn operators(&mut self, power: Power) -> Parsed {
        let outside = std::mem::take(&mut self.height);
        let result = self.nested(|parser| parser.operator_loop(power));
        self.height = outside.max(self.height + 1);
        result
    }

    fn operator_loop(&mut self, power: Power) -> Parsed {
        let mut left = self.operand()?;
        loop {
            let kind = self.kind();
            if is_postfix(kind) {
                left = self.postfix(left)?;
            } else if kind == TokenKind::Question && power < SELECTOR {
                left = self.selector(left)?;
            } else {
                match operator::binary(kind) {
                    Some((op, strength)) if strength > power => {
                        let op_span = self.bump().span();
                        let right = self.operators(strength)?;
                        let span = left.span.to(right.span);
                        left = Expr {
                            kind: ExprKind::Binary(Box::new(Binary {
                                op,
                                op_span,
                                left,
                                right,
                            })),
                            span,
                        };
                    }
                    _ => return Ok(left),
                }
            }
            self.grow()?;
        }
    }

    /// A prefix operator with its operand, or a value.
    fn operand(&mut self) -> Parsed {
        let Some(op) = operator::unary(self.kind()) else {
            return self.primary();
        };
        let start = self.bump().start;
        let operand = self.operators(PREFIX)?;
        let span = self.span_from(start);
        Ok(Expr {
            kind: ExprKind::Unary(Box::new(Unary { op, operand })),
            span,
        })
    }

    fn postfix(&mut self, left: Expr) -> Parsed {
        match self.kind() {
            TokenKind::LBrack => self.access(left),
            TokenKind::LParen => self.call(left),
            TokenKind::Dot => self.method_call(left),
            _ => self.collector(left),
        }
    }

    /// `target[keys]`
    pub(super) fn access(&mut self, target: Expr) -> Parsed {
        self.bump();
        let keys = self.access_keys()?;
        self.eat(TokenKind::Comma);
        self.expect(TokenKind::RBrack)?;
        let span = self.span_from(target.span.start);
        Ok(Expr {
            kind: ExprKind::Access(Box::new(Access { target, keys })),
            span,
        })
    }

    /// `subject ? { match => value }` or `subject ? match => value`
    fn selector(&mut self, subject: Expr) -> Parsed {
        self.bump();
        let mut entries = Vec::new();
        if self.eat(TokenKind::SelectorBrace).is_some() {
            loop {
                entries.push(self.selector_entry()?);
                if self.eat(TokenKind::Comma).is_none() || self.kind() == TokenKind::RBrace {
                    break;
                }
            }
            self.expect(TokenKind::RBrace)?;
        } else {
            entries.push(self.selector_entry()?);
        }
        let span = self.span_from(subject.span.start);
        Ok(Expr {
            kind: ExprKind::Selector(Box::new(Selector { subject, entries })),
            span,
        })
    }

    fn selector_entry(&mut self) -> Parsed<HashEntry> {
        let key = self.expression()?;
        self.expect(TokenKind::FatArrow)?;
        let value = self.expression()?;
        Ok(HashEntry { key, value })
    }
}

const fn is_postfix(kind: TokenKind) -> bool {
    use TokenKind as T;
    matches!(
        kind,
        T::LBrack | T::LParen | T::Dot | T::LCollect | T::LLCollect
    )
}
