//! Strings, interpolated strings and heredocs.

use super::{Parsed, Parser};
use crate::Span;
use crate::ast::{Expr, ExprKind, Heredoc, StringPart, Text, TextForm};
use crate::token::{Token, TokenKind};
use smol_str::SmolStr;

impl Parser<'_> {
    pub(super) fn string(&mut self) -> Parsed {
        match self.kind() {
            TokenKind::Word => Ok(self.word()),
            TokenKind::SingleQuoted => Ok(self.quoted(TextForm::Single)),
            TokenKind::DoubleQuoted => Ok(self.quoted(TextForm::Double)),
            TokenKind::TextStart => self.interpolated(TextForm::Double),
            TokenKind::Heredoc => self.heredoc(),
            _ => Err(self.unexpected()),
        }
    }

    /// A string without interpolation, between quotes of one byte.
    fn quoted(&mut self, form: TextForm) -> Expr {
        let token = self.bump();
        let span = Span::new(token.start + 1, token.end - 1);
        let text = Text {
            value: self.text_value(token, span),
            span,
            form,
        };
        Expr {
            kind: ExprKind::String(text),
            span: token.span(),
        }
    }

    fn interpolated(&mut self, form: TextForm) -> Parsed {
        let opening = self.token().start;
        let mut parts = Vec::new();
        loop {
            let token = self.bump();
            if let Some(text) = self.fixed_text(token, form) {
                parts.push(StringPart::Text(text));
            }
            if token.kind == TokenKind::TextEnd {
                break;
            }
            let value = self.assignment()?;
            parts.push(StringPart::Expr(interpolated_value(value)));
            if !matches!(self.kind(), TokenKind::TextMiddle | TokenKind::TextEnd) {
                return Err(self.unexpected());
            }
        }
        let quote = u32::from(form == TextForm::Double);
        let span = Span::new(opening - quote, self.last_end() + quote);
        Ok(Expr {
            kind: ExprKind::Interpolated(parts),
            span,
        })
    }

    fn fixed_text(&self, token: Token, form: TextForm) -> Option<Text> {
        let value = self.text_value(token, token.span());
        (!value.is_empty()).then(|| Text {
            value,
            span: token.span(),
            form,
        })
    }

    fn text_value(&self, token: Token, inside: Span) -> SmolStr {
        SmolStr::new(self.stored(token).unwrap_or_else(|| inside.of(self.source)))
    }

    fn heredoc(&mut self) -> Parsed {
        let opening = self.bump();
        let tag = self.tokens.heredocs[opening.extra as usize];
        let form = TextForm::Heredoc {
            escapes: tag.escapes,
            margin: tag.margin,
        };
        let kind = match self.kind() {
            TokenKind::HeredocText => {
                let token = self.bump();
                ExprKind::String(Text {
                    value: self.text_value(token, token.span()),
                    span: token.span(),
                    form,
                })
            }
            TokenKind::TextStart => self.interpolated(form)?.kind,
            _ => return Err(self.unexpected()),
        };
        let syntax = (!tag.syntax.is_empty()).then(|| SmolStr::new(tag.syntax.of(self.source)));
        let heredoc = Heredoc {
            syntax,
            text: Expr {
                kind,
                span: tag.text,
            },
        };
        Ok(Expr {
            kind: ExprKind::Heredoc(Box::new(heredoc)),
            span: opening.span(),
        })
    }
}

/// In a heredoc that ends inside `${name`, the lexer leaves the name a name;
/// it means the variable all the same.
fn interpolated_value(mut value: Expr) -> Expr {
    let leftmost = leftmost(&mut value);
    if let ExprKind::Name(name) = &mut leftmost.kind {
        leftmost.kind = ExprKind::Variable(std::mem::take(name));
    }
    value
}

/// What accesses and method calls start from.
fn leftmost(expr: &mut Expr) -> &mut Expr {
    match expr.kind {
        ExprKind::Access(_) | ExprKind::MethodCall(_) => {}
        _ => return expr,
    }
    match &mut expr.kind {
        ExprKind::Access(access) => leftmost(&mut access.target),
        ExprKind::MethodCall(call) => leftmost(&mut call.receiver),
        _ => unreachable!("checked above"),
    }
}
