//! Every row of `[[carrier]]` that is read: the smallest text that has its key
//! or flag gives one read, with the row's role, the form of its value and the
//! line; the same text without it gives none.

use ca_audit::facts::{Anchor, Program};
use ca_audit::knowledge::{Carried, Carrier, carriers};
use ca_audit::tree::Memory;
use ca_audit::{Reliance, Request, audit};
use std::fmt::Write as _;

/// The path of a file, its text, and the line of the setting.
struct Case {
    path: String,
    text: String,
    line: usize,
}

#[test]
fn keys_give_a_read_in_their_role() {
    let mut told = 0;
    for row in carriers() {
        for key in row.keys {
            let Some(case) = of_key(row, key.path, value(key.form)) else {
                panic!("{}: no case for {}", row.id, key.path);
            };
            let found = reliances(&case, row);
            let [read] = found.as_slice() else {
                panic!(
                    "{} ({}): {} reads in\n{}",
                    row.id,
                    key.path,
                    found.len(),
                    case.text
                );
            };
            assert_eq!(read.read.role, row.role, "{}", row.id);
            assert!(
                has_form(&read.read.anchor, key.form),
                "{}: {:?}",
                row.id,
                read.read.anchor
            );
            assert_eq!(
                line(&case.text, read.read.at.start as usize),
                case.line,
                "{}\n{}",
                row.id,
                case.text
            );
            let absent = of_key(row, key.path, "").expect("as before");
            assert!(
                reliances(&absent, row).is_empty(),
                "{}\n{}",
                row.id,
                absent.text
            );
            told += 1;
        }
    }
    assert!(told > 60, "{told}");
}

#[test]
fn flags_give_a_read_in_their_role() {
    for row in carriers() {
        for flag in row.flags {
            let name = row.names[0];
            for (path, text, line_of_flag) in [
                (
                    "x/unit.service",
                    format!(
                        "[Service]\nExecStart=/usr/bin/{name} --a=b \\\n  --{flag}=/etc/x/ca.pem\n"
                    ),
                    3,
                ),
                (
                    "x/pod.yaml",
                    format!(
                        "spec:\n  containers:\n  - image: r/{name}:v1\n    args:\n    - --{flag}=/etc/x/ca.pem\n"
                    ),
                    5,
                ),
                (
                    "x/pod.json",
                    format!(
                        "{{\"spec\": {{\"containers\": [{{\"image\": \"r/{name}\", \"args\": [\n\"--{flag}\", \"/etc/x/ca.pem\"]}}]}}}}\n"
                    ),
                    2,
                ),
            ] {
                let case = Case {
                    path: path.into(),
                    text,
                    line: line_of_flag,
                };
                let found = reliances(&case, row);
                let [read] = found.as_slice() else {
                    panic!("{}: {} reads in\n{}", row.id, found.len(), case.text);
                };
                assert_eq!(read.read.role, row.role, "{}", row.id);
                assert_eq!(read.ca_paths[0].path, "/etc/x/ca.pem", "{}", row.id);
                assert_eq!(
                    line(&case.text, read.read.at.start as usize),
                    case.line,
                    "{}",
                    row.id
                );
                for other in [
                    case.text.replace(name, "another-program"),
                    case.text.replace(flag, "other-flag"),
                ] {
                    let case = Case {
                        path: path.into(),
                        text: other,
                        line: 0,
                    };
                    assert!(
                        reliances(&case, row).is_empty(),
                        "{}\n{}",
                        row.id,
                        case.text
                    );
                }
            }
        }
    }
}

fn reliances(case: &Case, row: &Carrier) -> Vec<Reliance> {
    let project = Memory::new().with(&case.path, case.text.as_str());
    let evidence = audit(&project, &Request::default());
    let own = |reliance: &Reliance| matches!(reliance.read.program, Program::Carrier(own) if own.id == row.id);
    evidence.reliances.into_iter().filter(own).collect()
}

fn line(text: &str, at: usize) -> usize {
    1 + text[..at].matches('\n').count()
}

fn value(form: Carried) -> &'static str {
    match form {
        Carried::Path | Carried::PathOrHere => "/etc/x/ca.pem",
        Carried::Here => "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==",
        Carried::ConfigMap | Carried::Secret => "some-object",
        Carried::Pin => "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }
}

fn has_form(anchor: &Anchor, form: Carried) -> bool {
    match (anchor, form) {
        (Anchor::Path { path, .. }, Carried::Path | Carried::PathOrHere) => {
            path.as_str() == Some("/etc/x/ca.pem")
        }
        (Anchor::Here(_), Carried::Here) | (Anchor::Pin(_), Carried::Pin) => true,
        (Anchor::Object(key), Carried::ConfigMap) => {
            key.kind == "ConfigMap" && key.name == "some-object"
        }
        (Anchor::Object(key), Carried::Secret) => key.kind == "Secret" && key.name == "some-object",
        _ => false,
    }
}

/// The smallest text with a value at a row's key.
fn of_key(row: &Carrier, key: &str, value: &str) -> Option<Case> {
    let path = file_name(row);
    let is_document = !row.doc_match.is_empty()
        || path.ends_with(".yaml")
        || path.ends_with(".yml")
        || path.ends_with(".json");
    if !is_document {
        let text = format!("[main]\n{key} = {value}\n");
        return Some(Case {
            path,
            text,
            line: 2,
        });
    }
    if path.ends_with(".json") {
        let text = format!("{{\n\"{key}\": \"{value}\"\n}}\n");
        return Some(Case {
            path,
            text,
            line: 2,
        });
    }
    let mut text = String::new();
    for condition in row.doc_match.split_whitespace() {
        let (name, values) = condition.split_once('=')?;
        let first = values.split('|').next()?.replace('*', "x");
        match name.split_once('.') {
            Some((outer, inner)) => writeln!(text, "{outer}:\n  {inner}: {first}"),
            None => writeln!(text, "{name}: {first}"),
        }
        .ok()?;
    }
    let mut indent = 0;
    let segments = segments(key);
    for (index, segment) in segments.iter().enumerate() {
        let (name, is_list) = match segment.strip_suffix("[]") {
            Some(name) => (name, true),
            None => (segment.as_str(), false),
        };
        let name = if name == "*" { "any" } else { name };
        let is_last = index + 1 == segments.len();
        let pad = " ".repeat(indent);
        match (is_last, is_list) {
            (true, true) => writeln!(text, "{pad}{name}:\n{pad}- {}", quoted(row, value)),
            (true, false) => writeln!(text, "{pad}{name}: {}", quoted(row, value)),
            (false, true) => writeln!(text, "{pad}{name}:\n{pad}-"),
            (false, false) => writeln!(text, "{pad}{name}:"),
        }
        .ok()?;
        indent += 2;
    }
    let line = text.lines().count();
    Some(Case { path, text, line })
}

/// A reference to an object is a mapping as often as a name.
fn quoted(row: &Carrier, value: &str) -> String {
    match value {
        "some-object" if row.id.len().is_multiple_of(2) => format!("{{name: {value}}}"),
        value => format!("{value:?}"),
    }
}

fn segments(key: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = key;
    while !rest.is_empty() {
        let (segment, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => rest.split_at(rest.find('.').unwrap_or(rest.len())),
        };
        found.push(segment.to_owned());
        rest = after.trim_start_matches('.');
    }
    found
}

/// A name that selects the row, or any.
fn file_name(row: &Carrier) -> String {
    match row.files.first() {
        Some(glob) if row.doc_match.is_empty() => {
            let name = glob.replace("**/", "x/").replace("{conf,cfg}", "conf");
            name.replace('*', "x")
        }
        _ if row.doc_match.is_empty() => "hieradata/common.yaml".into(),
        _ => "deploy/x.yaml".into(),
    }
}
