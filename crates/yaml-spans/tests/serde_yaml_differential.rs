//! The same structure and strings as `serde_yaml`, wherever both accept a text.
//!
//! `serde_yaml` has no spans and refuses what Psych accepts (duplicate keys),
//! so it reads no audited file; as libyaml's answer it is a good second opinion.

use std::fmt::Write;

use proptest::prelude::*;
use serde_yaml::Value;
use yaml_spans::{Kind, Limits, Node, Resolved, Schema, Tree};

const WRITTEN: &[&str] = &[
    "a: 1\nb: [x, 'y', \"z\\n\"]\nc: {d: ~, e: }\n",
    "- |\n  one\n   two\n\n- >-\n  three\n  four\n\n  five\n- |+\n  six\n\n",
    "? complex\n: value\n? [a, b]\n: {c: d}\n",
    "a: &x {k: v}\nb: *x\nc: [*x, *x]\n",
    "plain: one\n  two\n\n  three\nquoted: 'one\n  two\n\n  three'\n",
    "!!str 5\n",
    "- !t a\n- !t [b]\n- !t {c: d}\n",
    "a:\n- b\n-\n  - c\n- d:\n  - e\n",
    "a: b\r\nc: |\r\n  d\r\n  e\r\n",
    "# c\na: b # c\n# c\n",
    "'':\n- ''\n- \"\"\n- {}\n- []\n",
    "\"\\x41\\u00e9\\U0001F600\\0\\e\\N\\_\\L\\P\\  \\\n  x\"\n",
];

#[test]
fn written_documents_agree() {
    for text in WRITTEN {
        assert!(compare(text), "one refuses {text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_documents_agree(sample in sample()) {
        let mut text = String::new();
        write_block(&mut text, &sample, 0);
        prop_assert!(compare(&text), "one refuses {text:?}");
    }

    #[test]
    fn scraps_agree(pieces in prop::collection::vec(prop::sample::select(SCRAPS), 0..20)) {
        compare(&pieces.concat());
    }
}

/// No tabs, carriage returns or marks: libyaml and the 1.2 parser differ there.
const SCRAPS: &[&str] = &[
    "a",
    "b: ",
    "c:\n",
    "- ",
    "? ",
    ": ",
    "\n",
    "\n  ",
    "\n    ",
    " ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "'x'",
    "\"y\\n\"",
    "|\n  l\n",
    ">-\n  f\n  g\n",
    "# h\n",
    " # i",
    "&j ",
    "*j",
    "!k ",
    "1",
    "~",
];

/// Whether both accept the text; panics where they read it differently.
fn compare(text: &str) -> bool {
    let tree = Tree::parse(text, &Limits::default());
    let Ok(expected) = serde_yaml::from_str::<Value>(text) else {
        return false;
    };
    let roots: Vec<Node<'_>> = tree
        .documents()
        .filter_map(|document| document.root())
        .collect();
    if !tree.errors().is_empty() {
        // libyaml is more lenient in places no real file was seen to use.
        return false;
    }
    match roots[..] {
        [] => assert_eq!(expected, Value::Null, "{text:?}"),
        [root] => compare_nodes(root, &expected, text),
        _ => panic!("serde_yaml sees one document in {text:?}"),
    }
    true
}

fn compare_nodes(node: Node<'_>, expected: &Value, text: &str) {
    let node = node.follow();
    match expected {
        Value::Tagged(tagged) => {
            assert_eq!(
                node.tag(),
                Some(tagged.tag.to_string().as_str()),
                "{text:?}"
            );
            compare_nodes(node, &tagged.value, text);
        }
        Value::Sequence(items) => {
            assert_eq!(
                (node.kind(), node.items().count()),
                (Kind::Sequence, items.len()),
                "{text:?}"
            );
            for (node, expected) in node.items().zip(items) {
                compare_nodes(node, expected, text);
            }
        }
        Value::Mapping(entries) => {
            assert_eq!(
                (node.kind(), node.entries().count()),
                (Kind::Mapping, entries.len()),
                "{text:?}"
            );
            for ((key, value), (expected_key, expected_value)) in node.entries().zip(entries) {
                compare_nodes(key, expected_key, text);
                compare_nodes(value, expected_value, text);
            }
        }
        Value::String(expected) => assert_eq!(node.as_str(), Some(expected.as_str()), "{text:?}"),
        // Under a tag nothing is null to `serde_yaml` and text to the schema.
        Value::Null if node.tag().is_some() => assert_eq!(node.kind(), Kind::Scalar, "{text:?}"),
        Value::Null => assert_eq!(node.resolve(Schema::Core), Resolved::Null, "{text:?}"),
        Value::Bool(expected) => {
            assert_eq!(
                node.resolve(Schema::Core),
                Resolved::Bool(*expected),
                "{text:?}"
            );
        }
        Value::Number(_) => assert_eq!(node.kind(), Kind::Scalar, "{text:?}"),
    }
}

/// A value and how to write it.
#[derive(Clone, Debug)]
enum Sample {
    Text(String, Quotes),
    List(Vec<Sample>),
    Map(Vec<(String, Sample)>),
}

#[derive(Clone, Copy, Debug)]
enum Quotes {
    Single,
    Double,
    Literal,
}

fn sample() -> impl Strategy<Value = Sample> {
    let quotes = prop::sample::select(&[Quotes::Single, Quotes::Double, Quotes::Literal][..]);
    let text = ("[a-z é😀:#'\"\\\\\\-]{0,12}(\n[a-z ]{0,5}){0,3}", quotes);
    let leaf = text.prop_map(|(text, quotes)| Sample::Text(text, quotes));
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Sample::List),
            prop::collection::btree_map("[a-z]{1,4}", inner, 1..4)
                .prop_map(|map| Sample::Map(map.into_iter().collect())),
        ]
    })
}

/// Writes a value behind `- `, `key: ` or nothing.
fn write_block(out: &mut String, sample: &Sample, indent: usize) {
    match sample {
        Sample::Text(text, quotes) => write_text(out, text, *quotes, indent),
        Sample::List(items) => {
            out.push('\n');
            for item in items {
                let _ = write!(out, "{:indent$}- ", "");
                write_block(out, item, indent + 2);
            }
        }
        Sample::Map(entries) => {
            out.push('\n');
            for (key, value) in entries {
                let _ = write!(out, "{:indent$}\"{key}\": ", "");
                write_block(out, value, indent + 2);
            }
        }
    }
}

fn write_text(out: &mut String, text: &str, quotes: Quotes, indent: usize) {
    match quotes {
        Quotes::Single if !text.contains('\n') => {
            let _ = writeln!(out, "'{}'", text.replace('\'', "''"));
        }
        Quotes::Literal if indent > 0 => {
            out.push_str("|2+\n");
            for line in text.split('\n') {
                let _ = writeln!(out, "{:indent$}{line}", "");
            }
        }
        _ => {
            let quoted = serde_json::to_string(text).expect("a string");
            out.push_str(&quoted);
            out.push('\n');
        }
    }
}
