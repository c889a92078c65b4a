//! CA files of hosts that are written otherwise, in words.

use super::items::{Item, cut};
use super::{Changes, Side};
use crate::certificate_words::all_named;
use crate::report::counted;
use crate::source_words;
use ca_audit::Evidence;
use ca_audit::change::{WriterChange, WrittenCa};
use std::collections::{BTreeMap, BTreeSet};

/// What happens to a file: whether it is new, whether it is gone, and from
/// where its content came and comes. Files to which the same happens are one
/// item: a renamed folder concerns hundreds.
type What = (bool, bool, BTreeSet<String>, BTreeSet<String>);

/// All of them, by path.
pub(super) fn items(changes: &Changes) -> Vec<Item> {
    let mut alike: BTreeMap<What, Vec<&WriterChange>> = BTreeMap::new();
    for change in &changes.change.writers {
        let before = sources(changes.before.evidence, &change.before);
        let after = sources(changes.after.evidence, &change.after);
        let what = (change.is_new, change.is_gone, before, after);
        alike.entry(what).or_default().push(change);
    }
    let mut items: Vec<(&str, Item)> = alike
        .iter()
        .map(|(what, files)| (files[0].path.as_str(), item(changes, what, files)))
        .collect();
    items.sort_by_key(|(path, _)| *path);
    items.into_iter().map(|(_, item)| item).collect()
}

fn item(changes: &Changes, what: &What, files: &[&WriterChange]) -> Item {
    let (is_new, is_gone, before, after) = what;
    let (mark, one, many) = match (is_new, is_gone, before == after) {
        (true, ..) => ('+', "is written now", "are written now"),
        (_, true, _) => (
            '-',
            "is not written any more: hosts keep the file that they have",
            "are not written any more: hosts keep the files that they have",
        ),
        (.., true) => (
            '~',
            "is written under other conditions, or with other certificates",
            "are written under other conditions, or with other certificates",
        ),
        _ => (
            '!',
            "gets its content from elsewhere",
            "get their content from elsewhere",
        ),
    };
    let first = files[0];
    let mut lines = Vec::new();
    let headline = if files.len() == 1 {
        format!("{} {one}", first.path)
    } else {
        lines.extend(cut(files.iter().map(|file| file.path.clone()).collect()));
        format!("{} {many}", counted(files.len(), "CA file"))
    };
    let told = |side: Side, of: &[WrittenCa], when: &str| -> Vec<String> {
        let words = of.iter().map(|it| written(changes, side, it)).collect();
        cut(words)
            .into_iter()
            .map(|it| format!("{when}: {it}"))
            .collect()
    };
    lines.extend(told(Side::Before, &first.before, "before"));
    lines.extend(told(Side::After, &first.after, "now"));
    Item {
        mark,
        headline,
        lines,
    }
}

/// Where the content comes from, without conditions.
fn sources(evidence: &Evidence, written: &[WrittenCa]) -> BTreeSet<String> {
    let sources = written.iter().flat_map(|it| &it.managed.sources);
    sources
        .map(|source| source_words::words(evidence, &source.end))
        .collect()
}

fn written(changes: &Changes, side: Side, written: &WrittenCa) -> String {
    let evidence = match side {
        Side::Before => changes.before.evidence,
        Side::After => changes.after.evidence,
    };
    let managed = &written.managed;
    let mut words: Vec<String> = Vec::new();
    for source in &managed.sources {
        let end = source_words::words(evidence, &source.end);
        let certs = evidence.certs_of(&source.end);
        let certs = match certs.as_slice() {
            [] => String::new(),
            certs => format!(" ({})", all_named(certs.iter().copied())),
        };
        let when = source_words::when(&source.when, &managed.write.when);
        words.push(format!("{end}{certs}{when}"));
    }
    let when = source_words::when(&managed.write.when, &[]);
    let place = changes.place(side, managed.write.declared_at());
    let resource = &managed.write.resource;
    format!(
        "{} — {resource} at {place}{when}",
        source_words::one_of(&cut(words))
    )
}
