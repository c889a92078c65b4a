//! Drawings of projects whose names are made to break them.

use super::*;
use ca_audit::tree::Memory;
use ca_audit::{Request, audit};

const NAMES: [&str; 7] = [
    r#"\"]; x -> y [label=\""#,
    "a\nb",
    "]-->x",
    "<img src=x>",
    "%%{init: {}}%%",
    "`**x**`",
    "\u{202e}\u{1b}[31m",
];

fn project() -> Memory {
    let file =
        |name| format!("  file {{ \"/etc/ssl/{name}/ca.pem\": source => '/x/{name}.pem' }}\n");
    let files = NAMES.map(file).concat();
    Memory::new().with(
        "modules/a/manifests/init.pp",
        format!("class a {{\n{files}}}\n"),
    )
}

fn with_chart(most: usize, told: impl Fn(&Chart)) {
    let tree = project();
    let evidence = audit(&tree, &Request::default());
    let graph = evidence.trust_graph();
    let scope = Scope {
        most,
        ..Scope::default()
    };
    let troubles = Troubles::default();
    told(&Chart::new(&tree, &evidence, &graph, &troubles, &scope));
}

/// A text without what stands between quotation marks.
fn unquoted(text: &str) -> String {
    let mut rest = String::new();
    let (mut is_quoted, mut is_escaped) = (false, false);
    for character in text.chars() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            other if !is_quoted => rest.push(other),
            _ => {}
        }
    }
    assert!(!is_quoted, "a string does not end: {text}");
    rest
}

fn assert_is_bare(text: &str) {
    let bare = unquoted(text);
    let stranger = bare
        .chars()
        .find(|it| !it.is_ascii_alphanumeric() && !" \n_{}[]()=;,.->|:#".contains(*it));
    assert_eq!(stranger, None, "{bare}");
}

#[test]
fn hostile_names_do_not_break_drawings() {
    with_chart(1000, |chart| {
        assert!(chart.nodes().count() >= 3 * NAMES.len());
        let dot = dot(chart);
        assert_is_bare(&dot);
        assert_eq!(
            dot.matches('\u{1b}').count() + dot.matches('\u{202e}').count(),
            0
        );
        let nodes = unquoted(&dot)
            .lines()
            .filter(|line| line.contains(" [label="))
            .count();
        assert_eq!(nodes, chart.nodes().count() + chart.edges().count());
        let mermaid = mermaid(chart).expect("it is small");
        assert_is_bare(&mermaid);
    });
}

#[test]
fn what_is_cut_is_counted() {
    with_chart(4, |chart| {
        assert_eq!(chart.nodes().count(), 4);
        let all = chart.graph.nodes().len();
        assert_eq!(chart.selection.cut, all - 4);
        let words = format!("{} nodes further away are not drawn", all - 4);
        assert!(dot(chart).contains(&words), "{}", dot(chart));
    });
}

#[test]
fn identities_are_unique_and_know_no_lines() {
    let ids = |manifest: &str| {
        let tree = Memory::new().with("modules/a/manifests/init.pp", manifest);
        let evidence = audit(&tree, &Request::default());
        let graph = evidence.trust_graph();
        let identities = Identities::new(&evidence, &graph);
        let ids = graph.nodes().map(|(id, _)| identities.of(id).to_owned());
        ids.collect::<std::collections::BTreeSet<String>>()
    };
    let manifest = "class a {\n  file { ['/a/ca.pem', '/b/ca.pem']: source => $facts['x'] }\n}\n";
    let before = ids(manifest);
    assert!(before.len() >= 5, "{before:?}");
    assert_eq!(before, ids(&format!("# moved\n\n{manifest}")));
}
