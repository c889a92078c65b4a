//! The shapes of the XML of `JUnit` and Checkstyle: which elements and attributes
//! there may be, after `junit-10.xsd` of Jenkins' xunit plugin and
//! `XMLLogger` of Checkstyle.

use super::FIXTURE;
use super::agreement::check;
use crate::checkout;
use roxmltree::{Document, Node};

/// An element, its attributes (those with `!` have to be there), and what may
/// be inside; `#` is text.
type Shape = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

const JUNIT: &[Shape] = &[
    (
        "testsuites",
        &["name", "tests", "failures", "errors"],
        &["testsuite"],
    ),
    (
        "testsuite",
        &["name!", "tests!", "failures!", "errors!", "skipped"],
        &["testcase"],
    ),
    (
        "testcase",
        &["name!", "classname!", "file", "line"],
        &["failure", "skipped", "system-out"],
    ),
    ("failure", &["type", "message"], &["#"]),
    ("skipped", &["message"], &[]),
    ("system-out", &[], &["#"]),
];

const CHECKSTYLE: &[Shape] = &[
    ("checkstyle", &["version!"], &["file"]),
    ("file", &["name!"], &["error"]),
    (
        "error",
        &["line!", "column", "severity!", "message!", "source!"],
        &[],
    ),
];

fn assert_shape(format: &str, shapes: &[Shape], arguments: &[&str]) {
    let report = check(&checkout::root(), format, arguments);
    assert!(report.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"));
    let document = Document::parse(&report).expect("XML");
    assert!(document.root_element().has_tag_name(shapes[0].0));
    let elements = document.descendants().filter(Node::is_element);
    for element in elements {
        assert_element(element, shapes);
    }
}

fn assert_element(element: Node, shapes: &[Shape]) {
    let name = element.tag_name().name();
    let shape = shapes.iter().find(|(known, ..)| *known == name);
    let (_, attributes, inside) = shape.unwrap_or_else(|| panic!("no element {name}"));
    for attribute in element.attributes() {
        let is_known = |known: &&str| known.trim_end_matches('!') == attribute.name();
        assert!(attributes.iter().any(is_known), "{attribute:?}");
    }
    let needed = attributes.iter().filter_map(|it| it.strip_suffix('!'));
    for needed in needed {
        assert!(element.has_attribute(needed), "{name} has no {needed}");
    }
    for child in element.children() {
        if child.is_element() {
            let child = child.tag_name().name();
            assert!(inside.contains(&child), "{child} in {name}");
        } else if !child.text().unwrap_or_default().trim().is_empty() {
            assert!(inside.contains(&"#"), "text in {name}");
        }
    }
}

#[test]
fn junit_has_its_shape() {
    assert_shape("junit", JUNIT, &[FIXTURE]);
    assert_shape("junit", JUNIT, &["fixtures", "--show-suppressed"]);
}

#[test]
fn checkstyle_has_its_shape() {
    assert_shape("checkstyle", CHECKSTYLE, &[FIXTURE]);
    assert_shape("checkstyle", CHECKSTYLE, &["fixtures", "--show-suppressed"]);
}

#[test]
fn junit_counts_what_it_holds() {
    let report = check(&checkout::root(), "junit", &[FIXTURE]);
    let document = Document::parse(&report).expect("XML");
    let suites = document
        .descendants()
        .filter(|it| it.has_tag_name("testsuite"));
    let root = document.root_element();
    for suite in suites.chain([root]) {
        let count = |name: &str| {
            suite
                .descendants()
                .filter(|it| it.has_tag_name(name))
                .count()
        };
        let said = |name: &str| suite.attribute(name).and_then(|value| value.parse().ok());
        assert_eq!(said("tests"), Some(count("testcase")));
        assert_eq!(said("failures"), Some(count("failure")));
    }
    let failures = root.attribute("failures");
    assert_eq!(failures, Some("5"), "three errors and two warnings");
}
