//! The same events as Psych on real files.
//!
//! Run with Ruby installed and a directory of YAML files:
//! `YAML_SPANS_CORPUS=DIR cargo test -p yaml-spans --test psych_corpus`

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use yaml_spans::{Kind, Limits, Node, Style, Tree};

#[test]
fn every_file_psych_reads_is_read_alike() {
    let Some(root) = std::env::var_os("YAML_SPANS_CORPUS") else {
        // Past the harness, which would keep a line of `println!` to itself.
        let line = b"SKIPPED: no comparison with Psych: YAML_SPANS_CORPUS is not set\n";
        std::io::stderr().write_all(line).expect("standard error");
        return;
    };
    let files = yaml_files(Path::new(&root));
    let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    let answers = psych_events(&paths.join("\n"));

    let mut rejected = 0;
    let mut wrong = Vec::new();
    for ((path, text), expected) in files.iter().zip(answers.lines()) {
        if expected == "rejected" {
            rejected += 1;
            continue;
        }
        let given = events(&Tree::parse(text.as_str(), &Limits::default()));
        if given.trim_end() != expected.trim_end() {
            wrong.push(format!("{path}\n  {}", first_difference(&given, expected)));
        }
    }
    println!("{} files, {rejected} rejected by Psych", files.len());
    assert!(
        wrong.is_empty(),
        "{} differ\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn yaml_files(root: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut waiting: Vec<PathBuf> = vec![root.to_owned()];
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_yaml = path
                .extension()
                .is_some_and(|extension| extension == "yaml" || extension == "yml");
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                waiting.push(path);
            } else if is_yaml && let Ok(text) = fs::read_to_string(&path) {
                found.push((path.display().to_string(), text));
            }
        }
    }
    found.sort();
    found
}

fn psych_events(paths: &str) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracles/psych.rb");
    let mut ruby = Command::new("ruby")
        .args([script, "events"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("ruby starts");
    let mut stdin = ruby.stdin.take().expect("a pipe");
    let paths = paths.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(paths.as_bytes()));
    let output = ruby.wait_with_output().expect("ruby ends");
    writer
        .join()
        .expect("no panic")
        .expect("ruby reads all paths");
    String::from_utf8(output.stdout).expect("the words are ASCII")
}

/// In the words of the oracle.
fn events(tree: &Tree) -> String {
    let mut words = String::new();
    for document in tree.documents() {
        words.push_str(if document.broken() { "broken " } else { "D " });
        let mut open: Vec<Node<'_>> = Vec::new();
        for node in document.nodes() {
            while open.last().is_some_and(|&last| node.parent() != Some(last)) {
                close(&mut words, open.pop());
            }
            write_node(&mut words, node);
            if matches!(node.kind(), Kind::Sequence | Kind::Mapping) {
                open.push(node);
            }
        }
        while !open.is_empty() {
            close(&mut words, open.pop());
        }
    }
    words
}

fn close(words: &mut String, node: Option<Node<'_>>) {
    let is_mapping = node.is_some_and(|node| node.kind() == Kind::Mapping);
    words.push_str(if is_mapping { "} " } else { "] " });
}

fn write_node(words: &mut String, node: Node<'_>) {
    // libyaml drops a lone `!`.
    let tag = node.tag().filter(|&tag| tag != "!").unwrap_or_default();
    let written = match node.kind() {
        Kind::Alias => write!(words, "{} ", node.source()),
        Kind::Sequence => write!(words, "[{tag} "),
        Kind::Mapping => write!(words, "{{{tag} "),
        Kind::Scalar => {
            words.push(letter(node.style()));
            for byte in node.as_str().unwrap_or_default().bytes() {
                let _ = write!(words, "{byte:02x}");
            }
            write!(words, "{tag} ")
        }
    };
    written.expect("a string takes everything");
}

fn letter(style: Style) -> char {
    match style {
        Style::SingleQuoted => 's',
        Style::DoubleQuoted => 'd',
        Style::Literal => 'l',
        Style::Folded => 'f',
        _ => 'p',
    }
}

fn first_difference(given: &str, expected: &str) -> String {
    let pairs = given.split(' ').zip(expected.split(' ')).enumerate();
    pairs
        .into_iter()
        .find(|(_, (given, expected))| given != expected)
        .map_or("one is longer".to_owned(), |(nth, (given, expected))| {
            format!("word {nth}: {given:.80}, Psych: {expected:.80}")
        })
}
