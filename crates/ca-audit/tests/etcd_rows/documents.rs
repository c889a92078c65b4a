//! YAML documents made of paths of keys.

use std::fmt::Write as _;

/// A document of keys by their paths: `a.b`, `a[].b`, `a."b.c"`, `**.a`.
pub(crate) fn document(keys: &[(String, String)]) -> String {
    let mut root = Node::default();
    for (path, value) in keys {
        root.insert(&segments(path), value);
    }
    let mut text = String::new();
    root.write(0, &mut text);
    text
}

#[derive(Default)]
struct Node {
    children: Vec<(String, Node)>,
    value: Option<String>,
    is_list: bool,
}

impl Node {
    fn insert(&mut self, path: &[String], value: &str) {
        let [first, rest @ ..] = path else {
            self.value = Some(value.to_owned());
            return;
        };
        let (name, is_list) = match first.strip_suffix("[]") {
            Some(name) => (name, true),
            None => (first.as_str(), false),
        };
        let at = self.children.iter().position(|(own, _)| own == name);
        let at = at.unwrap_or_else(|| {
            self.children.push((name.to_owned(), Node::default()));
            self.children.len() - 1
        });
        let child = &mut self.children[at].1;
        child.is_list |= is_list;
        child.insert(rest, value);
    }

    fn write(&self, depth: usize, text: &mut String) {
        for (name, child) in &self.children {
            let indent = "  ".repeat(depth);
            let name = if name.contains('.') {
                format!("\"{name}\"")
            } else {
                name.clone()
            };
            match (&child.value, child.is_list) {
                (Some(value), false) => {
                    let _ = writeln!(text, "{indent}{name}: {value}");
                }
                (Some(value), true) => {
                    let _ = writeln!(text, "{indent}{name}:\n{indent}- {value}");
                }
                (None, false) => {
                    let _ = writeln!(text, "{indent}{name}:");
                    child.write(depth + 1, text);
                }
                (None, true) => {
                    // The keys of the one item stand below its dash.
                    let _ = writeln!(text, "{indent}{name}:\n{indent}-");
                    child.write(depth + 1, text);
                }
            }
        }
    }
}

fn segments(path: &str) -> Vec<String> {
    let mut rest = path.strip_prefix("**.").unwrap_or(path);
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (segment, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let (segment, after) = quoted.split_once('"').unwrap();
                (segment, after.trim_start_matches('.'))
            }
            None => rest.split_once('.').unwrap_or((rest, "")),
        };
        found.push(segment.to_owned());
        rest = after;
    }
    found
}
