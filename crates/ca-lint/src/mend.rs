//! Makes the fixes of findings: texts of files before and after. Pure; whoever
//! calls it reads and writes.

use crate::finding::Edit;
use crate::verdict::Verdict;
use ca_audit::facts::{Gap, Reason};
use ca_audit::place::FileId;
use ca_audit::tree::Memory;
use ca_audit::{Evidence, Request, audit};
use std::collections::{BTreeMap, BTreeSet};

/// The edits of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEdits {
    /// The file.
    pub file: FileId,
    /// In order of place, none overlapping another.
    pub edits: Vec<Edit>,
}

/// The edits of every finding in sight, by file. Of two fixes that touch the
/// same place the first is made; the other is found again on the next run.
///
/// Left alone: files that could not be parsed.
pub fn edits(evidence: &Evidence, verdict: &Verdict, with_suppressed: bool) -> Vec<FileEdits> {
    let unparsed: BTreeSet<FileId> = evidence
        .gaps
        .iter()
        .filter(|gap| gap.reason == Reason::Unparsed)
        .map(|gap| gap.at.file)
        .collect();
    let mut by_file: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for judged in verdict.shown(with_suppressed) {
        let Some(fix) = &judged.finding.fix else {
            continue;
        };
        let is_free = |edit: &Edit| {
            let taken = by_file.get(&edit.at.file);
            !unparsed.contains(&edit.at.file)
                && taken.is_none_or(|taken| taken.iter().all(|other| !touches(other, edit)))
        };
        if fix.edits.iter().all(is_free) {
            for edit in &fix.edits {
                by_file.entry(edit.at.file).or_default().push(edit);
            }
        }
    }
    by_file
        .into_iter()
        .map(|(file, mut edits)| {
            edits.sort_by_key(|edit| edit.at);
            FileEdits {
                file,
                edits: edits.into_iter().cloned().collect(),
            }
        })
        .collect()
}

fn touches(a: &Edit, b: &Edit) -> bool {
    a.at.start <= b.at.end && b.at.start <= a.at.end
}

/// A file with its edits made; `None` where it is another one than was audited,
/// or could no longer be parsed afterwards.
pub fn mended(path: &str, before: &[u8], edits: &[Edit]) -> Option<Vec<u8>> {
    let mut after = Vec::with_capacity(before.len() + 128);
    let mut from = 0;
    for edit in edits {
        let (start, end) = (edit.at.start as usize, edit.at.end as usize);
        after.extend_from_slice(before.get(from..start)?);
        after.extend_from_slice(edit.text.as_bytes());
        from = end;
    }
    after.extend_from_slice(before.get(from..)?);
    parses(path, &after).then_some(after)
}

/// Whether it is still read to its end, by itself.
fn parses(path: &str, bytes: &[u8]) -> bool {
    let alone = Memory::new().with(path, bytes);
    let evidence = audit(&alone, &Request::default());
    let is_unparsed = |gap: &Gap| gap.reason == Reason::Unparsed;
    !evidence.gaps.iter().any(is_unparsed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ca_audit::place::Span;

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        Edit {
            at: Span::new(FileId(0), start, end),
            text: text.into(),
        }
    }

    #[test]
    fn edits_are_made_in_place() {
        let edits = [edit(0, 1, "x"), edit(2, 2, "y")];
        let after = mended("a.sh", b"abc", &edits);
        assert_eq!(after.as_deref(), Some(&b"xbyc"[..]));
        assert_eq!(mended("a.sh", b"a", &edits), None);
    }

    #[test]
    fn documents_stay_documents() {
        let before = b"env:\n- name: ETCDCTL_ENDPOINTS\n  value: https://a:2379\n";
        assert_eq!(mended("a.yaml", before, &[edit(4, 4, " [")]), None);
        assert!(mended("a.yaml", before, &[edit(4, 4, " # c")]).is_some());
    }
}
