//! Properties that hold for every text, Puppet or not.

mod laws;

use proptest::prelude::*;
use puppet_syntax::{parse, parse_epp, parse_erb, parse_plan, walk_all};

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

fn check_manifest(source: &str) {
    for parsed in [parse(source), parse_plan(source)] {
        laws::check_parse(source, &parsed);
    }
}

fn check_template(source: &str) {
    for template in [parse_epp(source), parse_erb(source)] {
        laws::check_template(source, &template);
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
fn patterns_are_read_without_recursion_or_long_searches() {
    for piece in [
        "\\c",
        "\\C-",
        "\\M-\\C-",
        "if true { ",
        "(?<a>",
        "[^",
        "(?i)",
    ] {
        let source = format!("$a =~ /{}1/", piece.repeat(100_000));
        parse(&source);
        parse_epp(&format!("<% {source} %>"));
        parse_erb(&format!("<% {source} %>"));
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
