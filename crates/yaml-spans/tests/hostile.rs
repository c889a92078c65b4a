//! Sources made to hurt: bounded time and memory, and an error that says why.

use std::time::{Duration, Instant};

use yaml_spans::{ErrorKind, Limits, Tree};

/// Generous, for slow machines without optimisation; a quadratic reader would
/// need minutes.
const PATIENCE: Duration = Duration::from_secs(20);

fn read(text: String) -> Tree {
    read_within(text, &Limits::default())
}

fn read_within(text: String, limits: &Limits) -> Tree {
    let start = Instant::now();
    let tree = Tree::parse_auto(text, false, limits);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    tree
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect::<Vec<_>>().concat()
}

fn only_error(tree: &Tree) -> (ErrorKind, &str) {
    assert_eq!(tree.errors().len(), 1);
    (tree.errors()[0].kind, &tree.errors()[0].message)
}

#[test]
fn deep_nesting_is_refused() {
    for unit in ["[", "{a: ", "- ", "? ", "{\"a\":[", "[{"] {
        let tree = read(unit.repeat(200_000));
        assert_eq!(tree.errors().len(), 1, "{unit:?}");
        assert!(tree.nodes().len() < 2_000, "{unit:?}");
    }
}

#[test]
fn deep_blocks_are_refused() {
    let text = lines(2_000, |n| format!("{}k:\n", " ".repeat(n)));
    assert_eq!(read(text).errors().len(), 1);
}

#[test]
fn deep_json_is_refused() {
    let tree = Tree::parse_json("[".repeat(1_000_000), &Limits::default());
    assert_eq!(only_error(&tree), (ErrorKind::Limit, "nested too deeply"));
}

#[test]
fn laughs_are_not_laughed() {
    let laughs = lines(29, |n| {
        let line = vec![format!("*a{n}"); 10].join(", ");
        format!("a{0}: &a{0} [{line}]\n", n + 1)
    });
    let tree = read(format!("a0: &a0 lol\n{laughs}"));
    assert_eq!(tree.errors(), []);
    assert!(tree.nodes().len() < 400);
}

#[test]
fn one_long_line_costs_nothing() {
    let tree = read(format!("a: \"{}\"\n", "x".repeat(20 << 20)));
    assert_eq!(tree.errors(), []);
}

#[test]
fn unclosed_quotes_and_tabs_and_long_keys_are_read_in_time() {
    for text in [
        format!("a: \"{}", "x\n".repeat(1 << 20)),
        "\t".repeat(1 << 20) + "a: 1",
        "k".repeat(1 << 20) + ": 1",
        "a\0b: 1\0".repeat(1_000),
    ] {
        read(text);
    }
}

#[test]
fn many_keys_are_compared_in_time() {
    let text = lines(50_000, |n| format!("k{}: 1\n", n % 49_999));
    assert_eq!(read(text).duplicate_keys().count(), 1);
    // All equal: each repeats the first.
    assert_eq!(
        read("k: 1\n".repeat(50_000)).duplicate_keys().count(),
        49_999
    );
}

#[test]
fn many_anchors_tags_and_comments_are_kept_in_time() {
    let anchors = lines(100_000, |n| format!("- &a{n} x\n"));
    assert_eq!(read(anchors).anchors().count(), 100_000);

    let tags = lines(100_000, |n| format!("- !t{n} x\n"));
    assert_eq!(
        only_error(&read(tags)),
        (ErrorKind::Limit, "too many different tags")
    );

    let tree = read("# c\n".repeat(300_000) + "a: 1\n");
    assert_eq!((tree.comments().len(), tree.errors().len()), (300_000, 0));
}

#[test]
fn aliases_as_keys_are_not_quadratic() {
    let text = format!("a: &a x\nm:\n  b: c\n{}", "  *a: 1\n".repeat(20_000));
    assert_eq!(only_error(&read(text)).0, ErrorKind::Syntax);

    let text = format!("a: &a x\nm:\n  b: c\n{}", "  *a: 1\n".repeat(200));
    let tree = read(text);
    assert_eq!(tree.errors(), []);
    assert!(
        !tree
            .documents()
            .next()
            .unwrap()
            .nodes()
            .any(|node| node.as_str() == Some("xx"))
    );
}

#[test]
fn limits_are_told() {
    let limits = Limits {
        bytes: 1_000,
        nodes: 10,
        documents: 3,
        errors: 2,
        comments: 1,
        ..Limits::default()
    };
    for (text, message) in [
        ("a".repeat(1_001), "the source is too long"),
        ("- a\n".repeat(11), "too many nodes"),
        ("---\n".repeat(4), "too many documents"),
        ("# c\n".repeat(2), "too many comments"),
    ] {
        let tree = read_within(text, &limits);
        assert_eq!(only_error(&tree), (ErrorKind::Limit, message));
    }
    let tree = read_within("]\n---\n".repeat(100), &limits);
    assert_eq!(tree.errors().len(), 2);
}

#[test]
fn many_broken_documents_end_at_the_limit() {
    let tree = read("a: ]\n---\n".repeat(100_000));
    assert_eq!(tree.errors().len(), 100);
}

#[test]
fn many_empty_documents_end_at_the_limit() {
    let tree = read("---\n".repeat(200_000));
    assert_eq!(only_error(&tree), (ErrorKind::Limit, "too many documents"));
}
