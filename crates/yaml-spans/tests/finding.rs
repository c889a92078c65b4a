//! From keys, paths and offsets to nodes, and back.

use std::fmt::Write;

use yaml_spans::{Limits, Node, Tree};

fn yaml(text: &str) -> Tree {
    Tree::parse(text, &Limits::default())
}

fn text_at<'t>(tree: &'t Tree, path: &[&str]) -> Option<&'t str> {
    tree.root()?.at(path)?.as_str()
}

#[test]
fn a_path_leads_through_keys_and_indices() {
    let tree = yaml(
        "spec:\n  containers:\n  - name: a\n    command: [x, y, z]\n  - &b {name: b}\n  - *b\n",
    );
    assert_eq!(
        text_at(&tree, &["spec", "containers", "0", "command", "2"]),
        Some("z")
    );
    assert_eq!(
        text_at(&tree, &["spec", "containers", "2", "name"]),
        Some("b")
    );
    for absent in [
        &["spec", "x"][..],
        &["spec", "containers", "3"],
        &["spec", "containers", "name"],
    ] {
        assert_eq!(tree.root().unwrap().at(absent), None);
    }
    assert_eq!(tree.root().unwrap().at([""; 0]), tree.root());
}

#[test]
fn merges_are_looked_through_and_own_keys_win() {
    let tree = yaml(concat!(
        "base: &base {a: base, b: base, c: base}\n",
        "other: &other {b: other, d: other}\n",
        "one: {<<: *base, a: own}\n",
        "late: {a: own, <<: *base}\n",
        "list: {<<: [*other, *base]}\n",
        "nested: &nested {<<: *base, b: nested}\n",
        "deep: {<<: *nested}\n",
        "inline: {<<: {z: 1}}\n",
        "twice: {<<: *base, <<: *other}\n",
        "none: {!!str <<: *base}\n",
    ));
    for (path, expected) in [
        (["one", "a"], Some("own")),
        (["one", "b"], Some("base")),
        (["late", "a"], Some("own")),
        (["list", "b"], Some("other")),
        (["list", "a"], Some("base")),
        (["deep", "b"], Some("nested")),
        (["deep", "a"], Some("base")),
        (["inline", "z"], Some("1")),
        (["twice", "b"], Some("other")),
        (["none", "a"], None),
    ] {
        assert_eq!(text_at(&tree, &path), expected, "{path:?}");
    }
}

#[test]
fn merge_bombs_end() {
    let mut text = "m0: &m0 {a: 1}\n".to_owned();
    for n in 1..40 {
        let merged = vec![format!("*m{}", n - 1); 40].join(", ");
        writeln!(text, "m{n}: &m{n} {{<<: [{merged}]}}").unwrap();
    }
    text += "self: &s\n  <<: *s\n";
    let tree = yaml(&text);
    assert_eq!(text_at(&tree, &["m39", "missing"]), None);
    assert_eq!(text_at(&tree, &["self", "missing"]), None);
    assert_eq!(text_at(&tree, &["m10", "a"]), Some("1"));
}

#[test]
fn symbol_keys_are_read_without_their_colon() {
    let tree = yaml(":backends:\n  - yaml\n:\"hier archy\": []\n");
    let keys: Vec<_> = tree
        .root()
        .unwrap()
        .entries()
        .map(|(key, _)| key.symbol_or_str())
        .collect();
    assert_eq!(keys, [Some("backends"), Some("hier archy")]);
    assert_eq!(text_at(&tree, &[":backends", "0"]), Some("yaml"));
}

#[test]
fn paths_are_printed_for_people() {
    let tree = yaml(concat!(
        "data:\n  ca.crt: x\n  plain-key_1: y\n",
        "spec: {containers: [{command: [a, b]}]}\n",
        "\"quo\\\"te\\n\": 1\n",
        "? [a, b]\n: 2\n",
        "k: &k v\n*k : 3\n",
        "\"\": 4\n",
    ));
    let paths: Vec<String> = tree
        .scalars()
        .filter(|node| !node.is_key())
        .map(Node::path)
        .collect();
    assert_eq!(
        paths,
        [
            r#"data["ca.crt"]"#,
            "data.plain-key_1",
            "spec.containers[0].command[0]",
            "spec.containers[0].command[1]",
            r#"["quo\"te\n"]"#,
            "[?][0]",
            "[?][1]",
            "[?]",
            "k",
            "v",
            r#"[""]"#,
        ]
    );
    assert_eq!(yaml("- [a]\n").scalars().next().unwrap().path(), "[0][0]");
    assert_eq!(tree.root().unwrap().path(), "");
}

#[test]
fn keys_parents_and_values_know_each_other() {
    let tree = yaml("? {a: b}\n: [c]\nd: e\n");
    let root = tree.root().unwrap();
    for (key, value) in root.entries() {
        assert!(key.is_key() && !value.is_key());
        assert_eq!(value.key(), Some(key));
        assert_eq!(key.parent(), Some(root));
    }
    assert_eq!(root.key(), None);
}

#[test]
fn an_offset_leads_to_the_innermost_node() {
    let text = "a: 1\nb:\n  - foo  # c\n  - {x: yy}\n---\nz: |\n  text\n\n";
    let tree = yaml(text);
    let source_at = |needle: &str| {
        let offset = text.find(needle).unwrap() as u32;
        tree.node_at(offset).map(Node::source)
    };
    assert_eq!(source_at("foo"), Some("foo"));
    assert_eq!(source_at("oo"), Some("foo"));
    assert_eq!(source_at("yy"), Some("yy"));
    assert_eq!(source_at(": yy"), Some("x"));
    assert_eq!(source_at("# c"), Some("- foo  # c\n  - {x: yy}"));
    assert_eq!(source_at("ext"), Some("text"));
    assert_eq!(source_at("-\nz"), None);
}

#[test]
fn ids_outlive_the_borrow() {
    let tree = yaml("a: [b]\n");
    let ids: Vec<_> = tree.nodes().map(Node::id).collect();
    assert!(ids.iter().map(|&id| tree.node(id)).eq(tree.nodes()));
}
