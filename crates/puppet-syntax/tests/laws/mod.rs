//! What holds for the tree of any text, Puppet or not.

use puppet_syntax::ast::{Expr, ExprKind, StringPart, Text};
use puppet_syntax::template::{Node, Template};
use puppet_syntax::{Parse, Span, walk_all};

fn check_span(source: &str, span: Span) {
    assert!(span.start <= span.end, "{span:?} in {source:?}");
    let range = span.start as usize..span.end as usize;
    assert!(source.get(range).is_some(), "{span:?} in {source:?}");
}

fn check_text(source: &str, text: &Text) {
    check_span(source, text.span);
    // Each place costs as much as the text before it.
    for offset in (0..=text.value.len()).step_by(1 + text.value.len() / 256) {
        let place = text.source_offset(source, offset);
        assert!(
            text.span.start <= place && place <= text.span.end,
            "{text:?} {offset} in {source:?}"
        );
    }
}

fn check_tree(source: &str, program: &[Expr]) {
    walk_all(program, &mut |expr| {
        check_span(source, expr.span);
        match &expr.kind {
            ExprKind::String(text) => check_text(source, text),
            ExprKind::Interpolated(parts) => {
                for part in parts {
                    if let StringPart::Text(text) = part {
                        check_text(source, text);
                    }
                }
            }
            ExprKind::MethodCall(call) => check_span(source, call.name_span),
            ExprKind::Class(class) => check_span(source, class.name_span),
            ExprKind::Resource(resource) => {
                for body in &resource.bodies {
                    check_span(source, body.span);
                    body.attributes
                        .iter()
                        .for_each(|attribute| check_span(source, attribute.span()));
                }
            }
            _ => {}
        }
    });
}

pub(crate) fn check_parse(source: &str, parsed: &Parse) {
    check_tree(source, &parsed.program);
    parsed
        .errors
        .iter()
        .for_each(|error| check_span(source, error.span));
    parsed
        .comments
        .iter()
        .for_each(|comment| check_span(source, comment.span));
}

pub(crate) fn check_template(source: &str, template: &Template) {
    template
        .errors
        .iter()
        .for_each(|error| check_span(source, error.span));
    let mut seen = vec![false; source.len()];
    mark(template, source, &mut seen);
    assert!(
        seen.iter().all(|&seen| seen),
        "text is lost in {source:?}: {template:#?}"
    );
}

/// Notes which bytes of the template some node holds.
fn mark(template: &Template, source: &str, seen: &mut [bool]) {
    let mut stack: Vec<&Node> = template.nodes.iter().collect();
    while let Some(node) = stack.pop() {
        check_span(source, node.span());
        if let Node::Text { span, shown } = node {
            check_span(source, *shown);
            assert!(
                span.start <= shown.start && shown.end <= span.end,
                "{node:?} in {source:?}"
            );
        }
        if let Node::Block { branches, .. } = node {
            for branch in branches {
                check_span(source, branch.head);
                seen[branch.head.start as usize..branch.head.end as usize].fill(true);
                stack.extend(&branch.body);
            }
        }
        let span = node.span();
        seen[span.start as usize..span.end as usize].fill(true);
    }
}
