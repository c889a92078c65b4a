//! Where the text of a `|` or `>` scalar stands.
//!
//! The parser's event starts at the first character of the text and ends at
//! the next token, blank lines and indentation included.

use crate::Span;

/// The part of `event` that people would call the scalar: from the first
/// character of its text to the end of its last line that is not blank. When
/// all lines are blank, the header (`|-`), which stands after `floor`.
pub(crate) fn span(source: &str, event: Span, text: &str, floor: u32) -> Span {
    if is_blank(text) {
        return header(source, event, floor);
    }
    let lines = &source[event.range()];
    let inked = lines.trim_end_matches([' ', '\t', '\r', '\n']).len();
    let rest = lines[inked..].find(['\r', '\n']);
    let end = rest.map_or(lines.len(), |rest| inked + rest);
    Span::new(event.start, event.start + end as u32)
}

/// Whether a block scalar of this text has its header for a span.
pub(crate) fn is_blank(text: &str) -> bool {
    text.bytes()
        .all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

/// Offset of the first line of the text, leading blank lines included.
pub(crate) fn first_line(source: &str, span: Span, text: &str) -> usize {
    let start = span.start as usize;
    if is_blank(text) {
        return after_break(source, start);
    }
    // Only blank lines stand between the header and the first character.
    let header = source[..start].trim_end_matches([' ', '\r', '\n']).len();
    after_break(source, header)
}

/// How many blanks stand before the text on each of its lines.
pub(crate) fn indent(source: &str, span: Span) -> usize {
    let start = span.start as usize;
    start - source[..start].rfind(['\r', '\n']).map_or(0, |at| at + 1)
}

fn after_break(source: &str, from: usize) -> usize {
    let bytes = source.as_bytes();
    let Some(at) = memchr::memchr2(b'\r', b'\n', &bytes[from..]).map(|at| from + at) else {
        return source.len();
    };
    at + 1 + usize::from(bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n'))
}

/// The header stands on the last line before the event that is not blank.
fn header(source: &str, event: Span, floor: u32) -> Span {
    let before = source[floor as usize..event.start as usize].trim_end();
    let line = before.rfind(['\r', '\n']).map_or(0, |at| at + 1);
    let base = floor as usize + line;
    let found = header_in(&source[base..floor as usize + before.len()]);
    match found {
        Some((start, end)) => Span::new((base + start) as u32, (base + end) as u32),
        // Without any text, up to the end of the source, the event is the header.
        None => header_in(&source[event.range()])
            .filter(|&(start, _)| start == 0)
            .map_or(Span::empty(event.start), |(_, length)| {
                Span::new(event.start, event.start + length as u32)
            }),
    }
}

fn header_in(text: &str) -> Option<(usize, usize)> {
    text.match_indices(['|', '>']).find_map(|(at, _)| {
        let separated = at == 0 || text[..at].ends_with([' ', '\t', '\u{feff}']);
        let indicators = text[at + 1..]
            .bytes()
            .take_while(|byte| matches!(byte, b'+' | b'-' | b'1'..=b'9'))
            .count();
        let end = at + 1 + indicators;
        let line = text[end..].split(['\r', '\n']).next().unwrap_or_default();
        let rest = line.trim_start_matches([' ', '\t']);
        let ends = rest.is_empty() || (rest.starts_with('#') && rest.len() < line.len());
        (separated && ends).then_some((at, end))
    })
}
