//! Prints what a tree holds: `outline FILE`.

use std::path::Path;
use std::process::ExitCode;

use yaml_spans::{Limits, Schema, Tree};

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: outline FILE");
        return ExitCode::FAILURE;
    };
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let is_json = Path::new(&path).extension() == Some("json".as_ref());
            print(&Tree::parse_auto(text, is_json, &Limits::default()));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{path}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn print(tree: &Tree) {
    for (number, document) in tree.documents().enumerate() {
        let state = if document.broken() { " broken" } else { "" };
        println!("document {number}{state}");
        for node in document.nodes() {
            let tag = node.tag().unwrap_or_default();
            let value = node.resolve(Schema::Psych);
            println!(
                "  {node:?} {:?} {tag} {} {value:?}",
                node.style(),
                node.path()
            );
        }
    }
    for comment in tree.comments() {
        println!(
            "comment {:?} {}",
            comment.span,
            &tree.text()[comment.span.range()]
        );
    }
    for (name, span, node) in tree.anchors() {
        println!("anchor {name} {span:?} {node:?}");
    }
    for duplicate in tree.duplicate_keys() {
        println!("duplicate {:?} of {:?}", duplicate.again, duplicate.first);
    }
    for error in tree.errors() {
        println!("error {:?} {error}", error.span);
    }
}
