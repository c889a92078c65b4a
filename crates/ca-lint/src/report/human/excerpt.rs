//! A line of a file, made fit to be shown: no longer than there is room for,
//! tabs as spaces, long base64 cut short, keys and escapes taken out.

use super::boundary::{ceil, floor};
use super::secret::secrets;
use crate::report::printable::is_active;
use crate::report::prose::columns;
use std::ops::Range;

/// Columns between tab stops.
const TAB: usize = 4;
/// Base64 at least this long is cut short.
const LONG_BASE64: usize = 48;
/// What is left of it: enough to recognise it.
const KEPT_BASE64: usize = 16;
/// Of longer lines only the surroundings of the focus are looked at.
const LONGEST_LINE: usize = 16 * 1024;
/// A label needs this much room to its right.
const LABEL_ROOM: usize = 32;

/// A line as shown, and where its pieces stand in the file.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// What is shown.
    pub(super) text: String,
    cells: Vec<Cell>,
}

/// One shown character.
#[derive(Clone, Copy, Debug)]
struct Cell {
    /// Where it stands in the file; several may share a place.
    at: usize,
    shown: char,
}

impl Line {
    /// The line `range` of `source` in `room` columns, so that `focus` is seen.
    pub(super) fn new(
        source: &str,
        range: Range<usize>,
        focus: Option<usize>,
        room: usize,
    ) -> Self {
        let range = near(source, range, focus);
        let cells = cells(source, range);
        let cells = clipped(&shortened(&cells), focus, room);
        Self {
            text: cells.iter().map(|cell| cell.shown).collect(),
            cells,
        }
    }

    /// Where a range of the file is in the shown text: at least one character,
    /// unless it is empty or the line is.
    pub(super) fn shown(&self, range: Range<usize>) -> Range<usize> {
        let Some(last) = self.cells.len().checked_sub(1) else {
            return 0..0;
        };
        let holding = |at: usize| {
            self.cells
                .partition_point(|cell| cell.at <= at)
                .saturating_sub(1)
        };
        let past_end = range.start > self.cells[last].at && self.cells[last].shown != '…';
        if past_end {
            return self.text.len()..self.text.len();
        }
        // Of the cells that share a place the first is meant.
        let at = self.cells[holding(range.start)].at;
        let start = self.cells.partition_point(|cell| cell.at < at);
        let end = if range.is_empty() {
            start
        } else {
            holding(range.end - 1).max(start) + 1
        };
        self.offset(start)..self.offset(end)
    }

    /// The column, from 0, of an offset into the shown text.
    pub(super) fn column(&self, offset: usize) -> usize {
        columns(&self.text[..offset])
    }

    fn offset(&self, cells: usize) -> usize {
        self.cells[..cells]
            .iter()
            .map(|cell| cell.shown.len_utf8())
            .sum()
    }
}

/// The part of a very long line that is looked at.
fn near(source: &str, range: Range<usize>, focus: Option<usize>) -> Range<usize> {
    let focus = focus.unwrap_or(range.start);
    let start = floor(source, focus.saturating_sub(LONGEST_LINE)).max(range.start);
    let end = ceil(source, focus + LONGEST_LINE).min(range.end);
    start..end.max(start)
}

fn cells(source: &str, range: Range<usize>) -> Vec<Cell> {
    let secrets = secrets(source, range.clone());
    let mut cells = Vec::new();
    for (offset, character) in source[range.clone()].char_indices() {
        let at = range.start + offset;
        if let Some(secret) = secrets.iter().find(|secret| secret.contains(&at)) {
            if at == secret.start {
                cells.push(Cell { at, shown: '…' });
            }
            continue;
        }
        match character {
            '\t' => {
                let blanks = TAB - cells.len() % TAB;
                cells.extend(std::iter::repeat_n(Cell { at, shown: ' ' }, blanks));
            }
            character if is_active(character) => cells.push(Cell { at, shown: '�' }),
            shown => cells.push(Cell { at, shown }),
        }
    }
    cells
}

/// Cuts long base64 short.
fn shortened(cells: &[Cell]) -> Vec<Cell> {
    let mut kept = Vec::with_capacity(cells.len());
    for run in cells.chunk_by(|a, b| is_base64(a.shown) == is_base64(b.shown)) {
        if run.len() >= LONG_BASE64 && is_mixed(run) {
            kept.extend_from_slice(&run[..KEPT_BASE64]);
            kept.push(Cell {
                at: run[KEPT_BASE64].at,
                shown: '…',
            });
        } else {
            kept.extend_from_slice(run);
        }
    }
    kept
}

/// Whether a text is nothing but a line of base64.
pub(super) fn is_long_base64(text: &str) -> bool {
    text.len() >= LONG_BASE64 && text.chars().all(is_base64)
}

fn is_base64(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '+' | '/' | '=')
}

/// Base64 of anything long has all three; paths, words and hashes have not.
fn is_mixed(run: &[Cell]) -> bool {
    let has = |is: fn(&char) -> bool| run.iter().any(|cell| is(&cell.shown));
    has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase) && has(char::is_ascii_digit)
}

/// The part that fits, with `…` where something is missing.
fn clipped(cells: &[Cell], focus: Option<usize>, room: usize) -> Vec<Cell> {
    let focus = focus.map_or(0, |focus| cells.partition_point(|cell| cell.at < focus));
    let is_crowded = focus + LABEL_ROOM > room;
    let from = if is_crowded {
        focus.saturating_sub(room / 3)
    } else {
        0
    };
    let mut shown: Vec<Cell> = cells[from..].to_vec();
    if let Some(first) = shown.first_mut().filter(|_| from > 0) {
        first.shown = '…';
    }
    let fitting = fitting(&shown, room);
    if fitting < shown.len() {
        shown.truncate(fitting);
        if let Some(last) = shown.last_mut() {
            last.shown = '…';
        }
    }
    shown
}

/// How many cells fit into `room` columns.
fn fitting(cells: &[Cell], room: usize) -> usize {
    let mut used = 0;
    let fits = |cell: &&Cell| {
        used += columns(cell.shown.encode_utf8(&mut [0; 4]));
        used <= room
    };
    cells.iter().take_while(fits).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(source: &str, focus: usize, room: usize) -> Line {
        Line::new(source, 0..source.len(), Some(focus), room)
    }

    #[test]
    fn short_lines_stay() {
        let line = line("a\tb é c", 2, 80);
        assert_eq!(line.text, "a   b é c");
        assert_eq!(&line.text[line.shown(4..6)], "é");
        assert_eq!(&line.text[line.shown(1..2)], "   ");
    }

    #[test]
    fn empty_and_final_places_are_shown() {
        assert_eq!(line("", 0, 80).shown(0..0), 0..0);
        assert_eq!(line("ab", 2, 80).shown(2..2), 2..2);
        assert_eq!(line("ab", 1, 80).shown(1..1), 1..1);
    }

    #[test]
    fn long_lines_are_cut_around_the_focus() {
        let source = format!("{} HERE {}", "left ".repeat(50), "right ".repeat(50));
        let at = source.find("HERE").expect("it is there");
        let line = line(&source, at, 60);
        assert!(line.text.starts_with('…') && line.text.ends_with('…'));
        assert_eq!(columns(&line.text), 60);
        assert_eq!(&line.text[line.shown(at..at + 4)], "HERE");
    }

    #[test]
    fn base64_is_cut_short_and_paths_are_not() {
        let base64 = "MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ";
        let source = format!("ca: {base64} # x");
        let line = line(&source, 4, 80);
        assert_eq!(line.text, "ca: MIIDdzCCAl+gAwIB… # x");
        assert_eq!(
            &line.text[line.shown(4..4 + base64.len())],
            "MIIDdzCCAl+gAwIB…"
        );
        let path = "/usr/local/share/certificates/company/internal/authority/root";
        assert_eq!(self::line(path, 0, 80).text, path);
    }

    #[test]
    fn private_keys_are_not_shown() {
        let source = "-----BEGIN PRIVATE KEY-----\nMIIEv\n";
        assert_eq!(Line::new(source, 28..33, None, 80).text, "…");
    }
}
