//! From spans to lines and columns, for every report.

use ca_audit::Evidence;
use ca_audit::place::{FileId, LineIndex, Position, Span};
use ca_audit::sniff::{self, Form};
use ca_audit::tree::{EntryKind, Tree};
use ca_audit::view::text_of;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// A span as people count: from 1, the end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// The first character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
}

impl Region {
    /// What is said of a file as a whole, or of one that has no lines.
    const WHOLE: Self = Self {
        start: Position { line: 1, column: 1 },
        end: Position { line: 1, column: 1 },
    };

    /// The last line that has a character of it.
    pub fn last_line(&self) -> u32 {
        if self.end.column == 1 && self.end.line > self.start.line {
            return self.end.line - 1;
        }
        self.end.line
    }
}

/// Lines and columns of the spans that a report shows.
#[derive(Debug, Default)]
pub struct Places {
    regions: HashMap<Span, Region>,
}

impl Places {
    /// Works out all `spans`; every file is read once.
    pub fn resolve(tree: &dyn Tree, evidence: &Evidence, spans: Vec<Span>) -> Self {
        let mut by_file: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
        for span in spans {
            by_file.entry(span.file).or_default().push(span);
        }
        let regions = by_file
            .into_par_iter()
            .flat_map_iter(|(file, spans)| regions(tree, evidence, file, &spans))
            .collect();
        Self { regions }
    }

    /// Where a span is; the beginning of its file when it was not resolved.
    pub fn region(&self, span: Span) -> Region {
        self.regions.get(&span).copied().unwrap_or(Region::WHOLE)
    }
}

fn regions(
    tree: &dyn Tree,
    evidence: &Evidence,
    file: FileId,
    spans: &[Span],
) -> Vec<(Span, Region)> {
    let text = text(tree, evidence, file).unwrap_or_default();
    let index = LineIndex::new(&text);
    let region = |span: &Span| Region {
        start: index.position(span.start),
        end: index.position(span.end),
    };
    spans.iter().map(|span| (*span, region(span))).collect()
}

/// The text of a file; `None` when it cannot be read or has no lines.
pub(super) fn text(tree: &dyn Tree, evidence: &Evidence, file: FileId) -> Option<String> {
    let entry = &evidence.entries[file.0 as usize];
    if entry.kind != EntryKind::File {
        return None;
    }
    let bytes = tree.bytes(&entry.path).ok()?;
    match sniff::form(&entry.path, &bytes) {
        Form::Der | Form::Binary => None,
        _ => Some(text_of(&bytes).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ca_audit::{Request, audit, tree::Memory};

    #[test]
    fn lines_and_columns_count_from_one() {
        let tree = Memory::new()
            .with("a.txt", "é\nßx\n")
            .with("b.der", b"\x30\x82\n\n");
        let evidence = audit(&tree, &Request::default());
        let span = Span::new(FileId(0), 5, 6);
        let binary = Span::new(FileId(1), 3, 4);
        let places = Places::resolve(&tree, &evidence, vec![span, binary]);
        let region = places.region(span);
        assert_eq!(region.start, Position { line: 2, column: 2 });
        assert_eq!(region.end, Position { line: 2, column: 3 });
        assert_eq!(places.region(binary), Region::WHOLE);
    }

    #[test]
    fn a_line_break_at_the_end_is_not_another_line() {
        let end = Position { line: 3, column: 1 };
        let region = Region {
            end,
            ..Region::WHOLE
        };
        assert_eq!(region.last_line(), 2);
        assert_eq!(Region::WHOLE.last_line(), 1);
    }
}
