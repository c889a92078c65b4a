//! Values that Puppet code gives to a setting.

use crate::place::Span;
use crate::value::{Text, Unknown, Why};
use crate::view::View;
use puppet_syntax::ast::{Expr, ExprKind, StringPart};

/// A string, or strings of a list with commas between them; other expressions
/// are holes.
pub(super) fn value(view: &View, text: &str, expr: &Expr) -> Text {
    let mut value = Text::default();
    match &expr.kind {
        ExprKind::Undef => {}
        ExprKind::String(literal) if literal.value.is_empty() => {}
        ExprKind::String(literal) => value.push(&Text::literal(literal.value.as_str())),
        ExprKind::Name(word) => value.push(&Text::literal(word.as_str())),
        ExprKind::Bool(is_true) => value.push(&Text::literal(is_true.to_string())),
        ExprKind::Interpolated(parts) => {
            for part in parts {
                match part {
                    StringPart::Text(literal) => {
                        value.push(&Text::literal(literal.value.as_str()));
                    }
                    StringPart::Expr(inner) => value.push(&hole(view, text, inner.span)),
                }
            }
        }
        ExprKind::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    value.push(&Text::literal(","));
                }
                value.push(&self::value(view, text, item));
            }
        }
        _ => value.push(&hole(view, text, expr.span)),
    }
    value
}

fn hole(view: &View, text: &str, span: puppet_syntax::Span) -> Text {
    Text::hole(Unknown {
        why: Why::Variable(span.of(text).into()),
        at: Some(place(view, span)),
    })
}

/// Where something of a manifest stands.
pub(super) fn place(view: &View, span: puppet_syntax::Span) -> Span {
    view.span(span.start as usize..span.end as usize)
}
