//! Properties that hold for every text, Puppet or not.

use proptest::prelude::*;
use puppet_syntax::ast::{Expr, ExprKind, StringPart, Text};
use puppet_syntax::template::{Node, Template};
use puppet_syntax::{Span, parse, parse_epp, parse_erb, parse_plan, walk_all};

/// Texts made of the pieces that matter to the grammar.
fn puppet_like() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "|",
        ",",
        ";",
        ":",
        "::",
        ".",
        "=>",
        "+>",
        "=",
        "==",
        "=~",
        "->",
        "<|",
        "|>",
        "<<|",
        "|>>",
        "+",
        "-",
        "*",
        "/",
        "%",
        "!",
        "?",
        "@",
        "@@",
        "$",
        "$x",
        "${",
        "'",
        "\"",
        "\\",
        "#",
        "/*",
        "*/",
        "if",
        "elsif",
        "else",
        "unless",
        "case",
        "default",
        "class",
        "define",
        "node",
        "inherits",
        "function",
        "type",
        "and",
        "in",
        "undef",
        "include",
        "foo",
        "Foo",
        "a-b",
        "::a",
        "1",
        "08",
        "1.5",
        " ",
        " ",
        "\n",
        "\n",
        "\t",
        "\r\n",
        "\u{a0}",
        "é",
        "@(E)",
        "@(\"E\"/$)",
        "\nE\n",
        "\n  | E\n",
        "<%",
        "<%=",
        "<%-",
        "%>",
        "-%>",
        "<%#",
        "<%%",
        "end",
        "do |x|",
        "'x'",
        "\"y${x}\"",
        "file { 'x': }",
        "/x/",
        "plan",
        "apply",
    ]);
    prop::collection::vec(pieces, 0..60).prop_map(|parts| parts.concat())
}

fn check_span(source: &str, span: Span) {
    assert!(span.start <= span.end, "{span:?} in {source:?}");
    let range = span.start as usize..span.end as usize;
    assert!(source.get(range).is_some(), "{span:?} in {source:?}");
}

fn check_text(source: &str, text: &Text) {
    check_span(source, text.span);
    for offset in 0..=text.value.len() {
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

fn check_manifest(source: &str) {
    for parsed in [parse(source), parse_plan(source)] {
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
}

fn check_template(source: &str) {
    for template in [parse_epp(source), parse_erb(source)] {
        template
            .errors
            .iter()
            .for_each(|error| check_span(source, error.span));
        let mut seen = vec![false; source.len()];
        mark(&template, source, &mut seen);
        assert!(
            seen.iter().all(|&seen| seen),
            "text is lost in {source:?}: {template:#?}"
        );
    }
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text_gives_a_tree_with_places_inside_it(source in "\\PC{0,80}") {
        check_manifest(&source);
        check_template(&source);
    }

    #[test]
    fn text_like_puppet_does_too(source in puppet_like()) {
        check_manifest(&source);
        check_template(&source);
    }
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    let deep = 20_000;
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{ a => ", "}"),
        ("!", ""),
        ("- ", ""),
        ("f(", ")"),
        ("\"${", "}\""),
        ("@@", ""),
        ("if true { ", "}"),
        ("$a = ", ""),
        ("$a ? { 1 => ", "}"),
        ("case a { b: { ", "}}"),
        ("class a { ", "}"),
        ("/(", ")/"),
        ("x |$y| { ", "}"),
        ("[[:", "]"),
        ("/[[", "]]/"),
    ] {
        let source = format!("{}1{}", open.repeat(deep), close.repeat(deep));
        assert!(!parse(&source).errors.is_empty(), "{open}");
        parse_epp(&format!("<% {} %>", open.repeat(deep)));
        parse_erb(&format!("<% {} %>", open.repeat(deep)));
        parse_erb(&format!("<%= {} %>", open.repeat(1_000)));
        parse_erb(&"<% if x %>".repeat(deep));
        parse_epp(&"<% if x { %>".repeat(deep));
    }
}

#[test]
fn long_chains_are_an_error_and_no_overflow() {
    for piece in [
        "1 + ",
        "$a.b",
        "$a[1]",
        "a -> ",
        "f()",
        "A <| |>",
        "file { 'x': }",
        "$a = 1\n",
        "elsif x { } ",
    ] {
        let source = format!("$a = {}1", piece.repeat(20_000));
        parse(&source);
        let chain = format!("$a{}", &piece[piece.len().min(2)..].repeat(20_000));
        let parsed = parse(&chain);
        walk_all(&parsed.program, &mut |_| {});
    }
}
