//! Where a resource is declared, as Puppet counts it.

use ca_audit::place::{LineIndex, Span};
use puppet_syntax::ast::{Expr, ExprKind};

/// Whether a place in a manifest is of the resource whose expression, or the
/// call that makes it, begins on `line`.
///
/// Puppet tells the line on which the whole resource expression begins, even
/// where a title stands lower.
pub(crate) fn is_on_line(manifest: &str, at: Span, line: u32) -> bool {
    let index = LineIndex::new(manifest);
    if index.position(at.start).line == line {
        return true;
    }
    let parsed = puppet_syntax::parse(manifest);
    let mut around: Vec<&Expr> = Vec::new();
    puppet_syntax::walk_all(&parsed.program, &mut |expr| {
        let holds = expr.span.start <= at.start && at.start < expr.span.end;
        if holds && makes_resources(expr) {
            around.push(expr);
        }
    });
    // Parents come first.
    for expr in around.iter().rev() {
        if index.position(expr.span.start).line == line {
            return true;
        }
        if matches!(expr.kind, ExprKind::Resource(_)) {
            return false;
        }
    }
    false
}

fn makes_resources(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Resource(_) | ExprKind::Call(_) | ExprKind::MethodCall(_)
    )
}
