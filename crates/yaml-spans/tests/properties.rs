//! What must hold for any text whatever.

use proptest::prelude::*;
use yaml_spans::{Kind, Limits, Node, Schema, Style, Tree};

/// Pieces that make YAML of some sort when thrown together.
const PIECES: &[&str] = &[
    "a",
    "b",
    "key",
    "0",
    "1.5",
    "~",
    "yes",
    "é",
    "😀",
    " ",
    "  ",
    "    ",
    "\t",
    "\n",
    "\n",
    "\r\n",
    "\r",
    "\n  ",
    "\n    ",
    ": ",
    ":",
    "- ",
    "-",
    "? ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "&a ",
    "*a",
    "*a:",
    "!t ",
    "!!str ",
    "!",
    "'",
    "''",
    "\"",
    "\\",
    "\\n",
    "\\x41",
    "\\u00e9",
    "\\\n",
    "|",
    "|-\n",
    "|+\n  ",
    "|2\n",
    ">",
    ">\n  ",
    ">-\n",
    "# c",
    " # c",
    "#",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "<<",
    "\u{feff}",
    "\0",
    "\u{85}",
    "\u{2028}",
    "`",
    "@",
    ":sym",
    "k: |\n  x\n  y\n",
    "\"a\": [1, 2]",
];

fn yamlish() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

/// No digit can lengthen the exponent: `serde_json` refuses what no float holds.
fn jsonish() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\"k\"",
        "\"\\n\"",
        "\\",
        "\\u00e9",
        "\\ud83d\\ude00",
        "\\ud83d",
        "1",
        "-2.5e+3 ",
        "0",
        "true",
        "null",
        " ",
        "\n",
        "é",
        "\u{1}",
        "x",
    ];
    prop::collection::vec(prop::sample::select(PIECES), 0..30).prop_map(|pieces| pieces.concat())
}

/// `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_characters_are_read(text in ".{0,200}") {
        check(&Tree::parse(text.as_str(), &Limits::default()));
        check(&Tree::parse_json(text.as_str(), &Limits::default()));
    }

    #[test]
    fn anything_like_yaml_is_read(text in yamlish()) {
        check(&Tree::parse(text.as_str(), &Limits::default()));
        check(&Tree::parse_auto(text, true, &Limits::default()));
    }

    #[test]
    fn anything_like_json_is_read(text in jsonish()) {
        check(&Tree::parse_json(text.as_str(), &Limits::default()));
        check(&Tree::parse_auto(text, false, &Limits::default()));
    }

    #[test]
    fn any_limits_hold(
        text in yamlish(),
        depth in 0..4_u32,
        nodes in 0..10_u32,
        documents in 0..3_u32,
        errors in 0..3_u32,
        comments in 0..3_u32,
        tags in 0..2_u16,
    ) {
        let limits = Limits { depth, nodes, documents, errors, comments, tags, ..Limits::default() };
        let tree = Tree::parse(text.as_str(), &limits);
        check(&tree);
        // A key cut off from its value gets an empty one, at most one a level.
        prop_assert!(tree.nodes().len() as u32 <= nodes + depth);
        prop_assert!(tree.documents().count() as u32 <= documents);
        prop_assert!(tree.comments().len() as u32 <= comments);
        check(&Tree::parse_json(text, &limits));
    }

    #[test]
    fn the_source_of_a_scalar_reads_as_that_scalar(text in yamlish()) {
        let tree = Tree::parse(text, &Limits::default());
        for node in tree.scalars().filter(|node| stands_alone(*node)) {
            let again = Tree::parse(node.source(), &Limits::default());
            let root = again.root().expect("a root");
            prop_assert_eq!(root.style(), node.style(), "{:?}", node.source());
            prop_assert_eq!(root.as_str(), node.as_str(), "{:?}", node.source());
        }
    }

    #[test]
    fn strings_survive_json(text in ".{0,40}") {
        let source = serde_json::to_string(&[&text]).expect("a string");
        for tree in [
            Tree::parse_json(source.as_str(), &Limits::default()),
            Tree::parse_auto(source.as_str(), false, &Limits::default()),
        ] {
            prop_assert_eq!(tree.errors(), []);
            prop_assert_eq!(tree.scalars().next().and_then(Node::as_str), Some(text.as_str()));
        }
    }

    #[test]
    fn json_agrees_with_serde_json(text in jsonish()) {
        let accepted = serde_json::from_str::<serde_json::Value>(&text).is_ok();
        let tree = Tree::parse_json(text.as_str(), &Limits::default());
        prop_assert_eq!(tree.errors().is_empty(), accepted, "{:?}", text);
    }
}

/// Quoted, or plain on one line: the indentation of the rest would be lost.
fn stands_alone(node: Node<'_>) -> bool {
    match node.style() {
        Style::SingleQuoted | Style::DoubleQuoted => true,
        Style::Plain => {
            !node.is_empty_node()
                && !node.source().contains(['\n', '\r'])
                && !node.source().starts_with(['\u{feff}', '%'])
                && !node.source().starts_with("---")
                && !node.source().starts_with("...")
                && !matches!(node.source(), "-" | "?")
                && !node.source().ends_with(':')
        }
        _ => false,
    }
}

/// All that may be asked of a tree, asked.
fn check(tree: &Tree) {
    let text = tree.text();
    let mut previous = 0;
    for node in tree.nodes() {
        let span = node.span();
        assert!(text.get(span.range()).is_some(), "{node:?}");
        assert!(span.start >= previous, "{node:?} stands before its elder");
        previous = span.start;
        if let Some(parent) = node.parent() {
            let outer = parent.span();
            assert!(
                outer.start <= span.start && span.end <= outer.end,
                "{node:?} sticks out"
            );
        }
        assert_eq!(tree.node(node.id()), node);
        if node.kind() == Kind::Scalar {
            check_offsets(node);
        }
        ask(node);
    }
    for offset in (0..=text.len() as u32).step_by(7) {
        if let Some(node) = tree.node_at(offset) {
            assert!(node.span().touches(offset));
        }
    }
    let comments = tree.comments().iter().map(|comment| comment.span);
    assert!(comments.clone().is_sorted());
    assert!(
        comments
            .clone()
            .all(|span| text[span.range()].starts_with('#'))
    );
    for error in tree.errors() {
        assert!(text.get(error.span.range()).is_some(), "{error:?}");
    }
    for duplicate in tree.duplicate_keys() {
        assert!(duplicate.first.id() < duplicate.again.id());
    }
    for (name, span, _) in tree.anchors() {
        assert_eq!(&text[span.range()], format!("&{name}"));
    }
}

fn ask(node: Node<'_>) {
    for schema in [Schema::Psych, Schema::GoYaml, Schema::Core] {
        let _ = node.resolve(schema);
    }
    let _ = (
        node.path(),
        node.get("key"),
        node.at(["0", "a"]),
        node.tag(),
    );
    if let Some(key) = node.key() {
        assert!(key.is_key() && key.parent() == node.parent());
    }
    let children = node.items().count() + 2 * node.entries().count();
    let expected = node
        .tree()
        .nodes()
        .filter(|other| other.parent() == Some(node))
        .count();
    assert_eq!(children, expected, "{node:?}");
}

/// Every character of the text maps to itself, to an escape, or to blanks that
/// were folded into it, and never back behind the one before.
fn check_offsets(node: Node<'_>) {
    let source = node.tree().text();
    let text = node.as_str().expect("a scalar has a text");
    let map = node.offset_map();
    let mut previous = 0;
    for (offset, character) in text.char_indices() {
        let place = map.source(offset as u32);
        assert!(place >= previous, "{node:?} at {offset}");
        previous = place;
        let found = source[place as usize..]
            .chars()
            .next()
            .expect("a character");
        let is_derived = matches!(found, '\\' | '\'' | ' ' | '\t' | '\r' | '\n');
        assert!(
            found == character || is_derived,
            "{node:?} at {offset}: {found:?}"
        );
    }
    let whole = map.span(0, text.len() as u32);
    assert!(source.get(whole.range()).is_some(), "{node:?}");
    assert_eq!(map.source(text.len() as u32), map.source(u32::MAX));
}
