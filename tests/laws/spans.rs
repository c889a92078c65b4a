//! Every span lies in its source, on character boundaries.
//!
//! The evidence is printed in full (`Debug`) and every span in it is looked
//! up, so a span in a field that is new tomorrow is held to the law as well.

use crate::authority::ca;
use crate::checkout;
use ca_audit::tree::{Disk, EntryKind, Memory, Tree};
use ca_audit::{Evidence, Request, audit, view};
use ca_lint::rules::check;
use ca_lint::settings::Settings;
use proptest::prelude::*;
use std::sync::LazyLock;

#[test]
fn spans_of_the_fixtures() {
    let tree = Disk::new([checkout::root().join("fixtures")]);
    let spans = spans_hold(&tree);
    assert!(
        spans > 50,
        "only {spans} spans are found in what Debug prints"
    );
}

proptest! {
    // What fails once becomes a test of its own, like the one below.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]
    #[test]
    fn spans_of_any_project(project in project()) {
        let tree = project.into_iter().fold(Memory::new(), |tree, (path, bytes)| tree.with(path, bytes));
        spans_hold(&tree);
    }
}

/// A long character before BEGIN is what keeps programs from the certificate;
/// the place of that once began at its first byte and ended at its second.
#[test]
fn spans_of_armour_behind_a_long_character() {
    let path = "hosts/x/var/lib/puppet/ssl/certs/ca.pem";
    let text = format!("\u{1f300}{}", ca("é"));
    assert!(spans_hold(&Memory::new().with(path, text)) > 0);
}

/// Checks every span of the evidence and of the findings; how many there were.
fn spans_hold(tree: &dyn Tree) -> usize {
    let evidence = audit(tree, &Request::default());
    let texts: Vec<String> = (0..evidence.entries.len())
        .map(|file| text(tree, &evidence, file))
        .collect();
    let printed = format!("{evidence:?}{:?}", check(&evidence, &Settings::at(0)));
    let spans = spans_in(&printed);
    for &(file, start, end) in &spans {
        let path = &evidence.entries[file].path;
        let text = &texts[file];
        assert!(
            start <= end && end <= text.len(),
            "{path}: {start}..{end} of {}",
            text.len()
        );
        let on_boundaries = text.is_char_boundary(start) && text.is_char_boundary(end);
        assert!(on_boundaries, "{path}: {start}..{end} cuts a character");
    }
    spans.len()
}

/// A file as the audit sees it; what is not read is empty.
fn text(tree: &dyn Tree, evidence: &Evidence, file: usize) -> String {
    let entry = &evidence.entries[file];
    let bytes = match entry.kind {
        EntryKind::File => tree.bytes(&entry.path).unwrap_or_default(),
        _ => Vec::new(),
    };
    view::text_of(&bytes).into_owned()
}

/// File, start and end of every span that `Debug` printed.
fn spans_in(printed: &str) -> Vec<(usize, usize, usize)> {
    let spans = printed.split("Span { file: FileId(").skip(1);
    spans
        .map(|rest| {
            let mut numbers = rest
                .split(|letter: char| !letter.is_ascii_digit())
                .filter(|number| !number.is_empty());
            let mut next = || {
                numbers
                    .next()
                    .and_then(|number| number.parse().ok())
                    .expect("a number")
            };
            (next(), next(), next())
        })
        .collect()
}

/// A few files of fragments that readers care for, and of what upsets offsets:
/// long characters, lone bytes, line breaks of every kind.
fn project() -> impl Strategy<Value = Vec<(&'static str, Vec<u8>)>> {
    let path = proptest::sample::select(vec![
        "modules/a/manifests/init.pp",
        "modules/a/manifests/b.pp",
        "modules/a/templates/kube-apiserver.default.erb",
        "modules/a/templates/etcd.epp",
        "modules/a/lib/puppet/parser/functions/dir.rb",
        "hieradata/common.yaml",
        "pod.json",
        "hosts/x/etc/puppet/puppet.conf",
        "hosts/x/etc/default/kube-apiserver",
        "hosts/x/var/lib/puppet/ssl/certs/ca.pem",
        "etcd.service",
    ]);
    let piece = prop_oneof![
        4 => proptest::sample::select(FRAGMENTS.clone()),
        1 => "\\PC{0,6}".prop_map(String::into_bytes),
        1 => proptest::collection::vec(any::<u8>(), 0..4),
    ];
    let bytes = proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat());
    proptest::collection::vec((path, bytes), 1..5)
}

static FRAGMENTS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let pem = ca("é");
    let texts = [
        pem.clone(),
        pem.replace('\n', "\\n"),
        pem.replace('\n', "\r\n"),
        pem.replace('\n', "\n  "),
        "class a($é = 'ß') {\n".into(),
        "a::b { 'ü':\n  source => \"${dir}/certs/ca.pem\",\n}\n".into(),
        "define a::b($source) {\n  file { \"/etc/ssl/${title}.crt\": source => $source }\n}\n".into(),
        "}\n".into(),
        "$dir = dir()\n".into(),
        "newfunction(:dir, :type => :rvalue) do |args|\n  'é/ssl'\nend\n".into(),
        "file { '/etc/default/kube-apiserver': content => template('a/kube-apiserver.default.erb') }\n".into(),
        "--etcd-servers=https://é:2379 ".into(),
        "--etcd-servers=<%= @ü %> ".into(),
        "--etcd-cafile=/etc/ß.pem ".into(),
        "ExecStart=/usr/bin/flanneld \\\n".into(),
        "k: |\n  ".into(),
        "a::ü: \"é\\u00e9\"\n".into(),
        "{\"é\": [\"".into(),
        "[main]\nssldir = /é\n".into(),
        "\u{feff}".into(),
        "\"".into(),
        "'".into(),
        "# é\n".into(),
    ];
    let lone: [&[u8]; 2] = [b"\xe9\xff", b"\xf0\x9f"];
    texts
        .into_iter()
        .map(String::into_bytes)
        .chain(lone.map(<[u8]>::to_vec))
        .collect()
});

#[test]
fn spans_are_found_in_what_debug_prints() {
    let span = ca_audit::place::Span::new(ca_audit::place::FileId(7), 12, 34);
    assert_eq!(spans_in(&format!("{:?}", [Some(span)])), [(7, 12, 34)]);
}
