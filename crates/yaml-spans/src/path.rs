//! Prints where a node is.

use std::fmt::Write;

use crate::arena::Slot;
use crate::{Kind, Node};

/// The path from the root of the document, without the document's number.
pub(crate) fn of(node: Node<'_>) -> String {
    let mut chain: Vec<Node<'_>> = std::iter::successors(Some(node), Node::parent).collect();
    chain.pop();
    let mut path = String::new();
    for step in chain.into_iter().rev() {
        write_step(&mut path, step);
    }
    path
}

fn write_step(path: &mut String, step: Node<'_>) {
    match step.record().slot {
        Slot::Root => {}
        Slot::Item => write_index(path, step),
        Slot::Key => write_key(path, step),
        Slot::Value => {
            if let Some(key) = step.key() {
                write_key(path, key);
            }
        }
    }
}

fn write_index(path: &mut String, item: Node<'_>) {
    let elder = item.parent().map_or(0, |sequence| {
        sequence.items().take_while(|&other| other != item).count()
    });
    // Writing to a string cannot fail.
    let _ = write!(path, "[{elder}]");
}

fn write_key(path: &mut String, key: Node<'_>) {
    match key.as_str() {
        Some(name) if is_simple(name) => {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(name);
        }
        Some(name) => {
            let _ = write!(path, "[{name:?}]");
        }
        None if key.kind() == Kind::Alias => {
            let _ = write!(path, "[{}]", key.source());
        }
        None => path.push_str("[?]"),
    }
}

fn is_simple(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}
