//! What stands in a tree, and where.

use yaml_spans::{ErrorKind, Format, Kind, Limits, Node, Style, Tree};

fn yaml(text: &str) -> Tree {
    Tree::parse(text, &Limits::default())
}

/// Kind, style, source and text of every node.
fn outline(tree: &Tree) -> Vec<(Kind, Style, &str, Option<&str>)> {
    tree.nodes()
        .map(|node| (node.kind(), node.style(), node.source(), node.as_str()))
        .collect()
}

#[test]
fn scalars_of_every_style_span_their_characters() {
    let text = concat!(
        "plain: a b  # c\n",
        "folded: one\n  two\n\n  three\n",
        "single: 'it''s'\n",
        "double: \"a\\tb\"\n",
        "literal: |\n  one\n   two\n\n\n",
        "clipped: >-\n\n  one\n  two\n\n",
        "key: v\n",
    );
    let tree = yaml(text);
    let values: Vec<_> = tree
        .root()
        .unwrap()
        .entries()
        .map(|(_, value)| (value.style(), value.source(), value.as_str().unwrap()))
        .collect();
    assert_eq!(
        values,
        [
            (Style::Plain, "a b", "a b"),
            (Style::Plain, "one\n  two\n\n  three", "one two\nthree"),
            (Style::SingleQuoted, "'it''s'", "it's"),
            (Style::DoubleQuoted, "\"a\\tb\"", "a\tb"),
            (Style::Literal, "one\n   two", "one\n two\n"),
            (Style::Folded, "one\n  two", "\none two"),
            (Style::Plain, "v", "v"),
        ]
    );
}

#[test]
fn a_block_scalar_of_blank_lines_spans_its_header() {
    for text in [
        "a: |-\nb: 1\n",
        "a: |-\n\n  \nb: 1\n",
        "a: |- # | x\n\nb: 1\n",
        "a: |-",
        "a: |-\n\n",
    ] {
        let tree = yaml(text);
        let value = tree.root().unwrap().get("a").unwrap();
        assert_eq!(
            (value.source(), value.as_str()),
            ("|-", Some("")),
            "{text:?}"
        );
    }
}

#[test]
fn collections_end_with_their_last_child_or_bracket() {
    let tree = yaml("a:\n  - 1\n  - b: 2   # c\n\n\nc: [1, {d: e} , ]\nf:\n");
    let sources: Vec<&str> = tree
        .nodes()
        .filter(|node| matches!(node.kind(), Kind::Sequence | Kind::Mapping))
        .map(Node::source)
        .collect();
    assert_eq!(
        sources,
        [
            "a:\n  - 1\n  - b: 2   # c\n\n\nc: [1, {d: e} , ]\nf:",
            "- 1\n  - b: 2",
            "b: 2",
            "[1, {d: e} , ]",
            "{d: e}",
        ]
    );
}

#[test]
fn absent_values_are_empty_nodes() {
    let tree = yaml("a:\nb: ~\nc: ''\nd :\n? e\n: f\n");
    let root = tree.root().unwrap();
    assert!(root.get("a").unwrap().is_empty_node());
    assert!(!root.get("b").unwrap().is_empty_node());
    assert!(!root.get("c").unwrap().is_empty_node());
    assert_eq!(root.get("a").unwrap().as_str(), Some(""));
    let start = |key| root.get(key).unwrap().span().start;
    assert_eq!((start("a"), start("d")), (2, 17));
}

#[test]
fn tags_are_told_in_full() {
    let tree = yaml(
        "- !!str a\n- !ruby/sym b\n- !binary |\n  aGk=\n- !ruby/object:Foo {a: 1}\n- ! c\n- d\n",
    );
    let tags: Vec<_> = tree.root().unwrap().items().map(Node::tag).collect();
    assert_eq!(
        tags,
        [
            Some("tag:yaml.org,2002:str"),
            Some("!ruby/sym"),
            Some("!binary"),
            Some("!ruby/object:Foo"),
            Some("!"),
            None,
        ]
    );
}

#[test]
fn aliases_lead_to_their_nodes_and_are_never_expanded() {
    let tree = yaml("a: &x {k: v}\nb: *x\n");
    let root = tree.root().unwrap();
    let (_, alias) = root.entry("b").unwrap();
    assert_eq!((alias.kind(), alias.source()), (Kind::Alias, "*x"));
    assert_eq!(alias.target(), root.get("a"));
    assert_eq!(alias.entries().count(), 0);
    let anchors: Vec<_> = tree
        .anchors()
        .map(|(name, span, node)| (name, span.start, node))
        .collect();
    assert_eq!(anchors, [("x", 3, root.get("a").unwrap())]);
}

#[test]
fn an_alias_means_the_anchor_before_it_in_its_document() {
    let tree = yaml("- &a 1\n- *a\n- &a 2\n- *a\n---\n- *a\n");
    let texts: Vec<_> = tree
        .nodes()
        .filter(|n| n.kind() == Kind::Alias)
        .map(Node::as_str)
        .collect();
    assert_eq!(texts, [Some("1"), Some("2"), None]);
    assert_eq!(tree.errors()[0].kind, ErrorKind::UnknownAlias);
    assert_eq!(&tree.text()[tree.errors()[0].span.range()], "*a");
    assert!(tree.documents().all(|document| !document.broken()));
}

#[test]
fn an_alias_may_be_a_key_without_a_blank_before_the_colon() {
    let tree = yaml(
        "d: &domain x.org\nvips:\n  *domain:\n    ensure: present\n*domain: 1\nlast: \"*domain: no\"\n",
    );
    assert_eq!(tree.errors(), []);
    let root = tree.root().unwrap();
    assert_eq!(
        root.at(["vips", "x.org", "ensure"]).unwrap().as_str(),
        Some("present")
    );
    let (key, value) = root.entry("x.org").unwrap();
    assert_eq!((key.source(), value.source()), ("*domain", "1"));
    assert_eq!(root.get("last").unwrap().as_str(), Some("*domain: no"));
}

#[test]
fn a_comment_may_follow_a_quote_or_bracket_at_once() {
    let text = "a: 'x'# é\nb: [1]#d\n# e\nc: \"#\"\n";
    let tree = yaml(text);
    assert_eq!(tree.errors(), []);
    let comments: Vec<_> = tree
        .comments()
        .iter()
        .map(|comment| (&text[comment.span.range()], comment.trailing))
        .collect();
    assert_eq!(comments, [("# é", true), ("#d", true), ("# e", false)]);
    assert_eq!(tree.root().unwrap().get("c").unwrap().as_str(), Some("#"));
}

#[test]
fn duplicate_keys_are_found_and_the_last_counts() {
    let mut many = (0..20)
        .map(|n| format!("k{n}: {n}\n"))
        .collect::<Vec<_>>()
        .concat();
    many += "k3: again\n\"k5\": again\n\"7\": a\n7: b\n<<: {}\n<<: {}\n";
    for (text, expected) in [
        ("a: 1\nb: 2\n'a': 3\n", vec![("a", "'a'")]),
        ("1: a\n\"1\": b\n", vec![]),
        (many.as_str(), vec![("k3", "k3"), ("k5", "\"k5\"")]),
        (
            "{\"a\": 1, \"a\": 2, \"a\": 3}",
            vec![("\"a\"", "\"a\""), ("\"a\"", "\"a\"")],
        ),
    ] {
        let tree = yaml(text);
        let found: Vec<_> = tree
            .duplicate_keys()
            .map(|duplicate| (duplicate.first.source(), duplicate.again.source()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }
    assert_eq!(
        yaml("a: 1\na: 2\n")
            .root()
            .unwrap()
            .get("a")
            .unwrap()
            .as_str(),
        Some("2")
    );
}

#[test]
fn comments_are_kept_with_their_places() {
    let text = "# head\na: 1 # trailing\nb: |\n  # text\n  # text\n  # more\nc: [ # in\n  1,\n  # own\n]\n";
    let tree = yaml(text);
    let comments: Vec<_> = tree
        .comments()
        .iter()
        .map(|comment| (&text[comment.span.range()], comment.trailing))
        .collect();
    assert_eq!(
        comments,
        [
            ("# head", false),
            ("# trailing", true),
            ("# in", true),
            ("# own", false)
        ]
    );
}

#[test]
fn a_broken_document_keeps_what_was_read_and_the_next_is_read() {
    let tree = yaml("a: 1\nb: [x, y,\n---\nc: 2\n---\nd:\n  e: }\n...\nf: 3\n");
    let documents: Vec<_> = tree
        .documents()
        .map(|document| (document.broken(), document.root().map(Node::source)))
        .collect();
    assert_eq!(
        documents,
        [
            (true, Some("a: 1\nb: [x, y")),
            (false, Some("c: 2")),
            (true, Some("d:\n  e:")),
            (false, Some("f: 3")),
        ]
    );
    assert_eq!(tree.errors().len(), 2);
    let first = tree.root().unwrap();
    assert_eq!(first.at(["b", "1"]).unwrap().as_str(), Some("y"));
    assert!(
        tree.documents()
            .nth(2)
            .unwrap()
            .root()
            .unwrap()
            .at(["d", "e"])
            .unwrap()
            .is_empty_node()
    );
}

#[test]
fn empty_sources_have_no_documents() {
    for text in ["", "\n", "# only a comment\n", "\u{feff}"] {
        let tree = yaml(text);
        assert_eq!(
            (tree.documents().count(), tree.errors().len()),
            (0, 0),
            "{text:?}"
        );
    }
    assert!(yaml("---\n").root().unwrap().is_empty_node());
}

#[test]
fn a_byte_order_mark_and_dos_line_ends_are_no_matter() {
    let tree = yaml("\u{feff}a: |\r\n  one\r\n  two\r\nb: 2\r\n");
    let root = tree.root().unwrap();
    let value = root.get("a").unwrap();
    assert_eq!(
        (value.source(), value.as_str()),
        ("one\r\n  two", Some("one\ntwo\n"))
    );
    assert_eq!(root.get("b").unwrap().source(), "2");
}

#[test]
fn json_is_recognised_by_its_looks_or_a_hint() {
    let limits = Limits::default();
    for (text, hint, format) in [
        ("{\"a\": 1}", false, Format::Json),
        (" \n[1]\n", false, Format::Json),
        ("\"a\"", true, Format::Json),
        ("\"a\"", false, Format::Yaml),
        ("{a: 1}", false, Format::Yaml),
        ("{\"a\": 1} # c", true, Format::Yaml),
        ("{{ helm }}", false, Format::Yaml),
        ("{\"a\": }}", true, Format::Json),
        ("{\"a\": }}", false, Format::Yaml),
    ] {
        assert_eq!(
            Tree::parse_auto(text, hint, &limits).format(),
            format,
            "{text}"
        );
    }
}

#[test]
fn json_and_yaml_give_the_same_tree() {
    let text =
        "{\"a\": [1, -2.5e3, true, null, \"x\\n\\u00e9\\ud83d\\ude00/\\/\"], \"b\": {}, \"c\": []}";
    let json = Tree::parse_json(text, &Limits::default());
    assert_eq!(json.errors(), []);
    assert_eq!(outline(&json), outline(&yaml(text)));
}

#[test]
fn json_is_strict() {
    for text in [
        "",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "-",
        "tru",
        "nullx",
        "'a'",
        "\"a",
        "\"\t\"",
        "\"\\x41\"",
        "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"\\udc00\"",
        "\"\\u12g4\"",
        "\"\\u+123\"",
        "[1 2]",
        "{\"a\" 1}",
        "{1: 2}",
        "[1] [2]",
        "[}",
        "{]",
        "\u{a0}1",
        "NaN",
        "//c\n1",
    ] {
        let tree = Tree::parse_json(text, &Limits::default());
        assert_eq!(tree.errors().len(), 1, "{text:?}");
        assert!(tree.documents().next().unwrap().broken(), "{text:?}");
    }
}
