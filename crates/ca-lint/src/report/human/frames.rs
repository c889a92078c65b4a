//! The frames of a finding: for each file that matters the few lines that do.

use super::Detail;
use super::frame::{Frame, place_frame};
use super::marks::{self, Mark};
use crate::finding::Finding;
use crate::report::canvas::{Canvas, Ink};
use crate::report::prose::counted;
use crate::report::{Findings, places};
use ca_audit::Evidence;
use ca_audit::place::FileId;
use ca_audit::tree::Tree;
use std::collections::HashMap;

/// More frames than this are counted, not drawn, unless everything is asked
/// for.
const MAX_FRAMES: usize = 6;
/// Marks with no more lines between them share a frame.
const LINES_BETWEEN: u32 = 2;

/// The texts of files, each read once.
pub(super) struct Sources<'a> {
    tree: &'a dyn Tree,
    evidence: &'a Evidence,
    texts: HashMap<FileId, Option<String>>,
}

impl<'a> Sources<'a> {
    /// Reads from `tree`.
    pub(super) fn new(tree: &'a dyn Tree, evidence: &'a Evidence) -> Self {
        Self {
            tree,
            evidence,
            texts: HashMap::new(),
        }
    }

    /// The text of a file; `None` when it has no lines to show.
    pub(super) fn text(&mut self, file: FileId) -> Option<&str> {
        let read = || places::text(self.tree, self.evidence, file);
        self.texts.entry(file).or_insert_with(read).as_deref()
    }
}

/// All frames of a finding.
pub(super) fn frames(
    findings: &Findings,
    sources: &mut Sources,
    finding: &Finding,
    canvas: Canvas,
    detail: Detail,
) -> String {
    let mut frames = Vec::new();
    for (file, marks) in marks::by_file(finding) {
        let path = findings.evidence.path(file);
        let Some(source) = sources.text(file) else {
            frames.push(place_frame(path, &marks, finding.severity, canvas));
            continue;
        };
        let (whole, placed): (Vec<Mark>, Vec<Mark>) = marks.into_iter().partition(Mark::is_whole);
        if !whole.is_empty() {
            frames.push(place_frame(path, &whole, finding.severity, canvas));
        }
        for marks in close_together(findings, placed) {
            let frame = Frame {
                path,
                source,
                places: &findings.places,
                marks: &marks,
                severity: finding.severity,
                canvas,
            };
            frames.push(frame.draw());
        }
    }
    let limit = if detail == Detail::Verbose {
        frames.len()
    } else {
        MAX_FRAMES
    };
    let mut text: String = frames.iter().take(limit).map(String::as_str).collect();
    if frames.len() > limit {
        let rest = counted(frames.len() - limit, "more place");
        let line = format!("   … and {rest} (-v shows them)");
        text.push_str(&canvas.paint(Ink::Faint, &line));
        text.push('\n');
    }
    text
}

/// Groups marks that fit into one frame.
fn close_together(findings: &Findings, marks: Vec<Mark>) -> Vec<Vec<Mark>> {
    let line = |mark: &Mark| findings.places.region(mark.at).start.line;
    let mut groups: Vec<Vec<Mark>> = Vec::new();
    for mark in marks {
        match groups.last_mut() {
            Some(group)
                if group
                    .last()
                    .is_some_and(|last| line(&mark) <= line(last) + LINES_BETWEEN + 1) =>
            {
                group.push(mark);
            }
            _ => groups.push(vec![mark]),
        }
    }
    groups
}
