//! From the text of a scalar back to its source.

use yaml_spans::{Limits, Node, Tree};

/// Each line of `expected` is what `needle` in the text maps to in the source.
fn check(source: &str, cases: &[(&str, &str)]) {
    let tree = Tree::parse(source, &Limits::default());
    let node = tree
        .root()
        .unwrap()
        .entries()
        .next()
        .map_or(tree.root().unwrap(), |(_, value)| value);
    let text = node.as_str().unwrap();
    let map = node.offset_map();
    for &(needle, expected) in cases {
        let start = text
            .find(needle)
            .unwrap_or_else(|| panic!("{needle:?} in {text:?}"));
        let span = map.span(start as u32, (start + needle.len()) as u32);
        assert_eq!(&source[span.range()], expected, "{needle:?} of {text:?}");
        assert_eq!(node.map_offset(start as u32), span.start);
    }
    assert_eq!(map.source(text.len() as u32), map.source(u32::MAX));
}

#[test]
fn literal() {
    let source = "k: |2\n\n\n    ind\n  two\r\n\n  é end\n\n";
    check(
        source,
        &[
            ("  ind", "  ind"),
            ("two\n", "two\r\n"),
            ("two\n\né", "two\r\n\n  é"),
            ("end", "end"),
        ],
    );
    let tree = Tree::parse(source, &Limits::default());
    let value = tree.root().unwrap().get("k").unwrap();
    assert_eq!(value.map_offset(0), 6);
    assert_eq!(value.map_offset(1), 7);
}

#[test]
fn folded() {
    check(
        "k: >\n\n  one\n  two\n\n\n  three\n    more\n  four\n\n",
        &[
            ("one two", "one\n  two"),
            ("two\n\nthree", "two\n\n\n  three"),
            ("  more\nfour", "  more\n  four"),
            ("four\n", "four\n"),
        ],
    );
}

#[test]
fn blank_block_scalars() {
    check("k: |+\n\n\nl: 1\n", &[("\n\n", "\n\n")]);
    check("k: |2+ # c\n     \n\nl: 1\n", &[("   \n", "   \n")]);
}

#[test]
fn block_scalar_at_the_end_of_the_source() {
    check("k: |\n  one\n  two", &[("two", "two")]);
    check("k: >-\n  one\n  two", &[("one two", "one\n  two")]);
}

#[test]
fn double_quoted() {
    check(
        "k: \"a\\x41\\u00e9\\U0001F600\\ud83d\\ude00\\t b \\\n   c\n\n  d \\\n\n  e\"\n",
        &[
            ("aA", "a\\x41"),
            ("é", "\\u00e9"),
            ("😀😀", "\\U0001F600\\ud83d\\ude00"),
            ("\t b c", "\\t b \\\n   c"),
            ("c\nd", "c\n\n  d"),
            ("e", "e"),
        ],
    );
}

#[test]
fn single_quoted() {
    check(
        "k: 'it''s  \n  ok\r\n\r\n  so'\n",
        &[
            ("it's", "it''s"),
            ("s ok", "s  \n  ok"),
            ("ok\nso", "ok\r\n\r\n  so"),
        ],
    );
}

#[test]
fn plain() {
    check(
        "k: one  two\n  three\n\n\n  four\n",
        &[
            ("two three", "two\n  three"),
            ("three\n\nfour", "three\n\n\n  four"),
        ],
    );
}

#[test]
fn plain_around_a_comment_behind_a_tab() {
    check(
        "k:\n  one\n\t# c\n  two\n",
        &[("one", "one"), ("two", "two")],
    );
}

#[test]
fn json() {
    let source = "[\"a\\\"b\\u0041\\ud83d\\ude00c\"]";
    let tree = Tree::parse_json(source, &Limits::default());
    let node = tree.scalars().next().unwrap();
    let at = |needle: &str| {
        node.map_offset(node.as_str().unwrap().find(needle).unwrap() as u32) as usize
    };
    assert!(source[at("\"")..].starts_with("\\\""));
    assert!(source[at("A")..].starts_with("\\u0041"));
    assert!(source[at("😀")..].starts_with("\\ud83d"));
    assert!(source[at("c")..].starts_with("c\""));
}

#[test]
fn a_document_in_a_scalar_maps_back() {
    let source = "data:\n  kubeconfig: |\n    clusters:\n    - cluster:\n        certificate-authority: /etc/ca.pem\n";
    let outer = Tree::parse(source, &Limits::default());
    let scalar = outer.root().unwrap().at(["data", "kubeconfig"]).unwrap();
    let inner = Tree::parse(scalar.as_str().unwrap(), &Limits::default());
    let path = inner
        .root()
        .unwrap()
        .at(["clusters", "0", "cluster", "certificate-authority"]);
    let span = path.map(Node::span).unwrap();
    let outer_span = scalar.offset_map().span(span.start, span.end);
    assert_eq!(&source[outer_span.range()], "/etc/ca.pem");
}
