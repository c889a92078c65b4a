//! Prints where a node is.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write;

use crate::arena::Slot;
use crate::{Kind, Node};

/// What is longer is no name, and would stand in the path of every node below.
const LONGEST_KEY: usize = 256;

/// The paths of many nodes of one tree. Asked for in the order of the source,
/// the items of a sequence are counted once instead of once for each.
#[derive(Debug, Default)]
pub struct Paths {
    /// For each sequence the item that was counted last, and its number.
    counted: HashMap<u32, (u32, usize)>,
}

impl Paths {
    /// What [`Node::path`] is.
    pub fn of(&mut self, node: Node<'_>) -> String {
        let mut chain: Vec<Node<'_>> = std::iter::successors(Some(node), Node::parent).collect();
        chain.pop();
        let mut path = String::new();
        for step in chain.into_iter().rev() {
            self.write_step(&mut path, step);
        }
        path
    }

    fn write_step(&mut self, path: &mut String, step: Node<'_>) {
        match step.record().slot {
            Slot::Root => {}
            Slot::Item => {
                let elder = self.elder(step);
                // Writing to a string cannot fail.
                let _ = write!(path, "[{elder}]");
            }
            Slot::Key => write_key(path, step),
            Slot::Value => {
                if let Some(key) = step.key() {
                    write_key(path, key);
                }
            }
        }
    }

    /// How many items stand before this one.
    fn elder(&mut self, item: Node<'_>) -> usize {
        let sequence = item.record().parent;
        let counted = self.counted.get(&sequence).copied();
        let (mut at, mut number) = counted
            .filter(|(at, _)| *at <= item.index)
            .unwrap_or((sequence + 1, 0));
        while at < item.index {
            at = item.tree.arena.records[at as usize].next;
            number += 1;
        }
        self.counted.insert(sequence, (at, number));
        number
    }
}

fn write_key(path: &mut String, key: Node<'_>) {
    match key.as_str().map(cut).as_deref() {
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
            let _ = write!(path, "[{}]", cut(key.source()));
        }
        None => path.push_str("[?]"),
    }
}

fn cut(name: &str) -> Cow<'_, str> {
    if name.len() <= LONGEST_KEY {
        return Cow::Borrowed(name);
    }
    let mut ends = (0..=LONGEST_KEY).rev();
    let end = ends.find(|at| name.is_char_boundary(*at)).unwrap_or(0);
    Cow::Owned(format!("{}…", &name[..end]))
}

fn is_simple(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}
