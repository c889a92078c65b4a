//! EPP templates as programs.

use super::{Parsed, Parser};
use crate::SyntaxError;
use crate::ast::{Expr, ExprKind, Parameter};
use crate::token::TokenKind;

/// A template read as one program.
pub(crate) struct TemplateProgram {
    /// `None` if the template names no parameters at all.
    pub(crate) params: Option<Vec<Parameter>>,
    pub(crate) errors: Vec<SyntaxError>,
}

impl Parser<'_> {
    pub(super) fn template(mut self) -> TemplateProgram {
        let params = self.template_parameters().unwrap_or_else(|_| {
            self.recover(0);
            None
        });
        let program = self.program();
        let parse = self.finish(program);
        TemplateProgram {
            params,
            errors: parse.errors,
        }
    }

    /// `| $a, $b = 1 |`
    fn template_parameters(&mut self) -> Parsed<Option<Vec<Parameter>>> {
        if self.eat(TokenKind::Pipe).is_none() {
            return Ok(None);
        }
        let params = if self.kind() == TokenKind::Pipe {
            Vec::new()
        } else {
            self.parameters(TokenKind::Pipe)?
        };
        self.expect(TokenKind::Pipe)?;
        Ok(Some(params))
    }

    /// `<%= value %>`
    pub(super) fn render_expression(&mut self) -> Parsed {
        let start = self.bump().start;
        let values = if self.at_rendered_block() {
            self.block()?
        } else {
            vec![self.expression()?]
        };
        self.expect(TokenKind::TagEnd)?;
        Ok(Expr {
            kind: ExprKind::Render(values),
            span: self.span_from(start),
        })
    }

    /// A brace after `<%=` opens a block, unless it is a hash: empty, or with
    /// an arrow after its first value.
    fn at_rendered_block(&mut self) -> bool {
        if self.kind() != TokenKind::LBrace {
            return false;
        }
        if self.next_kind() == TokenKind::RBrace {
            return false;
        }
        let (at, errors) = (self.at, self.errors.len());
        self.bump();
        let word_key = matches!(self.kind(), TokenKind::Type | TokenKind::Function)
            && self.next_kind() == TokenKind::FatArrow;
        let is_hash = word_key
            || (self.nested(Self::assignment).is_ok() && self.kind() == TokenKind::FatArrow);
        self.at = at;
        self.errors.truncate(errors);
        !is_hash
    }
}
