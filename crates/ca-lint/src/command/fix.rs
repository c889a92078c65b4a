//! `check --fix` and `check --diff`: makes the fixes of findings in files, or
//! shows what they would be.

use super::session::Session;
use super::{Failure, output};
use crate::mend::{edits, mended};
use crate::verdict::Verdict;
use ca_audit::tree::{EntryKind, Tree as _};
use similar::TextDiff;

/// A file and what it becomes.
pub(super) struct Change {
    path: String,
    before: Vec<u8>,
    after: Vec<u8>,
}

/// What the fixes of findings in sight make of the files they are about. Links
/// are left alone.
pub(super) fn changes(session: &Session, verdict: &Verdict, with_suppressed: bool) -> Vec<Change> {
    let evidence = &session.evidence;
    let mut changes = Vec::new();
    for file in edits(evidence, verdict, with_suppressed) {
        let entry = &evidence.entries[file.file.0 as usize];
        if entry.kind != EntryKind::File {
            continue;
        }
        let Ok(before) = session.project.tree.bytes(&entry.path) else {
            continue;
        };
        match mended(&entry.path, &before, &file.edits) {
            Some(after) => changes.push(Change {
                path: entry.path.clone(),
                before,
                after,
            }),
            None => output::complain(&format!(
                "{}: left as it is, because it would no longer be readable",
                entry.path
            )),
        }
    }
    changes
}

/// A unified diff of all changes, as `patch -p1` takes it.
pub(super) fn diff(changes: &[Change]) -> String {
    let one = |change: &Change| {
        let before = String::from_utf8_lossy(&change.before);
        let after = String::from_utf8_lossy(&change.after);
        let path = change.path.trim_start_matches('/');
        TextDiff::from_lines(&*before, &*after)
            .unified_diff()
            .header(&format!("a/{path}"), &format!("b/{path}"))
            .to_string()
    };
    changes.iter().map(one).collect()
}

/// Writes all changes and tells how many files that were.
///
/// # Errors
/// Says which file cannot be written; those before it are.
pub(super) fn write(session: &Session, changes: &[Change]) -> Result<(), Failure> {
    for change in changes {
        let Some(path) = session.project.tree.path_on_disk(&change.path) else {
            let message = format!("{}: lies on no disk", change.path);
            return Err(Failure::Work(message));
        };
        output::replace(&path, &change.after)
            .map_err(|error| Failure::Work(format!("cannot write {}: {error}", change.path)))?;
        output::complain(&format!("mended {}", change.path));
    }
    Ok(())
}
