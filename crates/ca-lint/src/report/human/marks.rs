//! The places of a finding, as they are marked in its frames.

use crate::finding::Finding;
use ca_audit::place::{FileId, Span};

/// A place to mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// The place.
    pub(super) at: Span,
    /// What is said of it.
    pub(super) message: String,
    /// Whether it is where the user edits.
    pub(super) is_primary: bool,
}

impl Mark {
    /// Whether it is about the file and not about something in it.
    pub(super) fn is_whole(&self) -> bool {
        self.at == Span::whole(self.at.file)
    }
}

/// The marks of a finding by file, the file to edit first, the others in the
/// order in which they are read.
pub(super) fn by_file(finding: &Finding) -> Vec<(FileId, Vec<Mark>)> {
    let mut files: Vec<(FileId, Vec<Mark>)> = Vec::new();
    for mark in marks(finding) {
        match files.iter_mut().find(|(file, _)| *file == mark.at.file) {
            Some((_, marks)) => marks.push(mark),
            None => files.push((mark.at.file, vec![mark])),
        }
    }
    for (_, marks) in &mut files {
        marks.sort_by_key(|mark| (mark.at.start, !mark.is_primary));
    }
    files
}

fn marks(finding: &Finding) -> Vec<Mark> {
    let mut marks = vec![Mark {
        at: finding.at,
        message: finding.label.clone(),
        is_primary: true,
    }];
    for related in &finding.related {
        let mark = Mark {
            at: related.at,
            message: related.message.clone(),
            is_primary: false,
        };
        let known = marks
            .iter()
            .any(|known| known.at == mark.at && known.message == mark.message);
        if !known {
            marks.push(mark);
        }
    }
    marks
}
