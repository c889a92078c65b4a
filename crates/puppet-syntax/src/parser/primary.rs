//! Values: what stands between operators.

use super::{Parsed, Parser};
use crate::ast::{Expr, ExprKind, Number, Text, TextForm};
use crate::token::{Token, TokenKind};
use smol_str::SmolStr;

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Parsed {
        use TokenKind as T;
        let token = self.token();
        match token.kind {
            T::Variable => {
                let name = self.variable_name(token);
                Ok(self.leaf(ExprKind::Variable(name)))
            }
            T::Name => {
                let name = self.name(token);
                Ok(self.leaf(ExprKind::Name(name)))
            }
            T::TypeRef => {
                let name = self.name(token);
                Ok(self.leaf(ExprKind::TypeRef(name)))
            }
            T::Number => self.number(),
            T::Regex => Ok(self.regex()),
            T::Word | T::SingleQuoted | T::DoubleQuoted | T::TextStart | T::Heredoc => {
                self.string()
            }
            T::True => Ok(self.leaf(ExprKind::Bool(true))),
            T::False => Ok(self.leaf(ExprKind::Bool(false))),
            T::Undef => Ok(self.leaf(ExprKind::Undef)),
            T::Default => Ok(self.leaf(ExprKind::Default)),
            T::Private | T::Attr => {
                let word = self.name(token);
                Ok(self.leaf(ExprKind::Reserved(word)))
            }
            T::LBrack | T::ListStart => self.array(),
            T::LBrace => self.hash(),
            T::LParen | T::LineParen => self.parenthesized(),
            T::If => self.if_expression(),
            T::Unless => self.unless_expression(),
            T::Case => self.case_expression(),
            T::Class => self.class(),
            T::Define => self.define(),
            T::Node => self.node(),
            T::Function => self.function(),
            T::Plan => self.plan(),
            T::Apply => self.apply(),
            T::Type => self.type_keyword(),
            T::RenderText => Ok(self.leaf(ExprKind::RenderText)),
            T::RenderExpr => self.render_expression(),
            _ => Err(self.unexpected()),
        }
    }

    /// A node that is one token.
    fn leaf(&mut self, kind: ExprKind) -> Expr {
        let span = self.bump().span();
        Expr { kind, span }
    }

    fn parenthesized(&mut self) -> Parsed {
        let start = self.bump().start;
        let inner = self.assignment()?;
        self.expect(TokenKind::RParen)?;
        Ok(Expr {
            kind: ExprKind::Paren(Box::new(inner)),
            span: self.span_from(start),
        })
    }

    pub(super) fn regex(&mut self) -> Expr {
        let token = self.bump();
        let text = self.text(token);
        let pattern = self.stored(token).unwrap_or(&text[1..text.len() - 1]);
        let pattern = SmolStr::new(pattern);
        Expr {
            kind: ExprKind::Regex(pattern),
            span: token.span(),
        }
    }

    fn number(&mut self) -> Parsed {
        let token = self.token();
        match number(self.text(token)) {
            Some(number) => Ok(self.leaf(ExprKind::Number(number))),
            None => Err(self.fail_at(token.span(), "number out of range")),
        }
    }

    /// The value of a text whose source spells it differently.
    pub(super) fn stored(&self, token: Token) -> Option<&str> {
        let index = (token.extra as usize).checked_sub(1)?;
        self.tokens.texts.get(index).map(AsRef::as_ref)
    }

    /// A word that counts as a string.
    pub(super) fn word(&mut self) -> Expr {
        let token = self.bump();
        let text = Text {
            value: self.name(token),
            span: token.span(),
            form: TextForm::Bare,
        };
        Expr {
            kind: ExprKind::String(text),
            span: token.span(),
        }
    }
}

/// The value of a number that the lexer found well-formed.
///
/// Puppet has no value for a zero with an exponent, nor for numbers beyond the
/// range of a double (`Puppet::Pops::Utils.match_to_fp`), and refuses both.
fn number(text: &str) -> Option<Number> {
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return Some(Number::Integer(
            i64::from_str_radix(hex, 16).unwrap_or(i64::MAX),
        ));
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        let radix = if text.starts_with('0') { 8 } else { 10 };
        return Some(Number::Integer(
            i64::from_str_radix(text, radix).unwrap_or(i64::MAX),
        ));
    }
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    let is_zero = mantissa.bytes().all(|b| matches!(b, b'0' | b'.'));
    let value: f64 = text.parse().ok()?;
    let refused = (is_zero && mantissa.len() < text.len()) || value.is_infinite();
    (!refused).then_some(Number::Float(value))
}

#[cfg(test)]
mod tests {
    use super::{Number, number};

    #[test]
    fn numbers_have_puppets_values() {
        assert_eq!(number("0x1F"), Some(Number::Integer(31)));
        assert_eq!(number("010"), Some(Number::Integer(8)));
        assert_eq!(number("0"), Some(Number::Integer(0)));
        assert_eq!(number("1e3"), Some(Number::Float(1000.0)));
        assert_eq!(number("0.0e1"), None);
        assert_eq!(number("1e999"), None);
        assert_eq!(
            number("99999999999999999999"),
            Some(Number::Integer(i64::MAX))
        );
    }
}
