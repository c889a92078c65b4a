//! The certificates that people see in a text, and what is wrong with their
//! lines.

use std::ops::Range;

use super::defect::{Defect, DefectKind};
use super::mark::{Mark, is_certificate_like, marks};
use crate::certificate::Certificate;
use crate::pem;

/// Something that is meant to be a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// From the first dash of BEGIN to the last of END, or to the end of the
    /// body where END is missing.
    pub at: Range<usize>,
    /// What its body is.
    pub content: Content,
    /// What is wrong with it, in the order in which it is to be told.
    pub defects: Vec<Defect>,
}

/// What the body of a block is to a lenient eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// The certificate with this SHA-256.
    Certificate([u8; 32]),
    /// No certificate can be made out.
    Broken,
}

/// All of them, without placeholders.
pub(super) fn blocks(text: &[u8]) -> Vec<Block> {
    let marks = marks(text);
    let mut blocks = Vec::new();
    for (index, mark) in marks.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| &marks[before]);
        let next = marks.get(index + 1);
        let shape = if mark.is_begin {
            Shape::from_begin(text, mark, before, next)
        } else {
            Shape::from_end(text, mark, before)
        };
        blocks.extend(shape.and_then(|shape| shape.block(text)));
    }
    blocks
}

/// Where the parts of a block lie.
struct Shape<'a> {
    begin: Option<&'a Mark>,
    end: Option<&'a Mark>,
    /// The mark before the block, whatever it belongs to.
    before: Option<&'a Mark>,
    body: Range<usize>,
}

impl<'a> Shape<'a> {
    fn from_begin(
        text: &[u8],
        begin: &'a Mark,
        before: Option<&'a Mark>,
        next: Option<&'a Mark>,
    ) -> Option<Self> {
        if !is_certificate_like(&begin.label) {
            return None;
        }
        let end = next.filter(|next| !next.is_begin);
        let limit = next.map_or(text.len(), |next| next.at.start);
        let body = match end {
            Some(_) => begin.at.end..limit,
            None => begin.at.end..body_end(text, begin.at.end, limit),
        };
        Some(Self {
            begin: Some(begin),
            end,
            before,
            body,
        })
    }

    /// A body with an END after it and no BEGIN before it.
    fn from_end(text: &[u8], end: &'a Mark, before: Option<&'a Mark>) -> Option<Self> {
        let is_open = before.is_some_and(|before| before.is_begin);
        if is_open || !is_certificate_like(&end.label) {
            return None;
        }
        let limit = before.map_or(0, |before| before.at.end);
        let body = body_start(text, limit, end.at.start)..end.at.start;
        Some(Self {
            begin: None,
            end: Some(end),
            before,
            body,
        })
    }

    fn block(&self, text: &[u8]) -> Option<Block> {
        let start = self.begin.map_or(self.body.start, |mark| mark.at.start);
        let at = start..self.end.map_or(self.body.end, |mark| mark.at.end);
        let mut defects = Vec::new();
        self.begin_line(text, &mut defects);
        self.lines(text, &mut defects);
        self.end_line(text, &mut defects);
        defects.sort_by_key(|defect| defect.at.start);
        let content = match self.decode(text, &at) {
            pem::Body::Placeholder => return None,
            pem::Body::Broken => {
                let has_reason = defects
                    .iter()
                    .any(|defect| defect.at.start >= self.body.start);
                if !has_reason {
                    defects.push(Defect::new(at.start..at.start, DefectKind::CutBase64));
                }
                Content::Broken
            }
            pem::Body::Der(der) => certificate(&at, &der, &mut defects),
        };
        // A mark in prose is none without a body that is meant as one.
        let is_sure = content != Content::Broken || (self.begin.is_some() && self.end.is_some());
        is_sure.then_some(Block {
            at,
            content,
            defects,
        })
    }

    /// The body by the lenient reader, which looks back to the start of the
    /// line and no further than the mark before.
    fn decode(&self, text: &[u8], at: &Range<usize>) -> pem::Body {
        let from = self.before.map_or(0, |mark| mark.at.end.min(at.start));
        let block = pem::Block {
            range: at.start - from..at.end - from,
            label: "",
            body: self.body.start - from..self.body.end - from,
            escaped: false,
        };
        block.decode(&text[from..])
    }

    fn begin_line(&self, text: &[u8], defects: &mut Vec<Defect>) {
        match self.begin {
            Some(begin) => {
                spelling(begin, defects);
                self.before_begin(text, begin, defects);
                if let Some(label) = unusual(&begin.label) {
                    defects.push(Defect::new(
                        begin.at.clone(),
                        DefectKind::UnusualLabel(label),
                    ));
                }
            }
            None => defects.push(Defect::new(
                self.body.start..self.body.start,
                DefectKind::MissingBegin,
            )),
        }
    }

    fn end_line(&self, text: &[u8], defects: &mut Vec<Defect>) {
        let Some(end) = self.end else {
            let start = self.begin.map_or(self.body.start, |begin| begin.at.start);
            defects.push(Defect::new(start..start, DefectKind::MissingEnd));
            return;
        };
        spelling(end, defects);
        if let Some(begin) = self.begin
            && begin.label != end.label
        {
            let expected = begin.label.clone();
            defects.push(Defect::new(
                end.at.clone(),
                DefectKind::OtherEnd { expected },
            ));
        }
        before_end(text, self.body.start, end, defects);
        after_end(text, end, defects);
    }

    fn before_begin(&self, text: &[u8], begin: &Mark, defects: &mut Vec<Defect>) {
        let limit = self.before.map_or(0, |mark| mark.at.start);
        let line = line_start(text, limit, begin.at.start);
        let before = &text[line..begin.at.start];
        if before.is_empty() {
            return;
        }
        let kind = if before == b"\xef\xbb\xbf" {
            let previous = self.before.map_or(0, |mark| mark.at.end);
            let is_first = text[previous..line].trim_ascii().is_empty();
            DefectKind::ByteOrderMark { is_first }
        } else if before.trim_ascii().is_empty() {
            DefectKind::IndentedBegin
        } else if self
            .before
            .is_some_and(|mark| mark.at.end == begin.at.start && !mark.is_begin)
        {
            DefectKind::Joined
        } else {
            DefectKind::TextBeforeBegin
        };
        defects.push(Defect::new(line..begin.at.start, kind));
    }

    /// What is wrong between BEGIN and END. One of a kind is enough.
    fn lines(&self, text: &[u8], defects: &mut Vec<Defect>) {
        let body = &text[self.body.clone()];
        let has_breaks = body.contains(&b'\n');
        let escaped = memchr::memmem::find(body, b"\\n");
        if let Some(at) = escaped {
            let at = self.body.start + at;
            defects.push(Defect::new(at..at + 2, DefectKind::EscapedLineBreaks));
            return;
        }
        if !has_breaks && body.contains(&b'\r') {
            let at = self.body.start;
            defects.push(Defect::new(at..at, DefectKind::CarriageReturns));
            return;
        }
        Body::new(text, self.body.clone(), self.end.is_some()).check(defects);
    }
}

/// Dashes, case and blanks of one mark.
fn spelling(mark: &Mark, defects: &mut Vec<Defect>) {
    let mut push = |kind| defects.push(Defect::new(mark.at.clone(), kind));
    if mark.is_typographic {
        push(DefectKind::TypographicDashes);
        return;
    }
    if mark.before != 5 {
        push(if mark.is_begin {
            DefectKind::DashesBeforeBegin(mark.before)
        } else {
            DefectKind::DashesBeforeEnd(mark.before)
        });
    }
    if mark.after != 5 {
        push(if mark.is_begin {
            DefectKind::DashesAfterBegin(mark.after)
        } else {
            DefectKind::DashesAfterEnd(mark.after)
        });
    }
    if !mark.is_exact {
        let word = if mark.is_begin { "BEGIN" } else { "END" };
        let expected = format!("-----{word} {}-----", mark.label.to_ascii_uppercase());
        push(DefectKind::Misspelt { expected });
    }
}

fn unusual(label: &str) -> Option<String> {
    let label = label.to_ascii_uppercase();
    (label != "CERTIFICATE").then_some(label)
}

fn before_end(text: &[u8], body: usize, end: &Mark, defects: &mut Vec<Defect>) {
    let line = line_start(text, body, end.at.start);
    let before = &text[line..end.at.start];
    if before.is_empty() {
        return;
    }
    let kind = if before.trim_ascii().is_empty() {
        DefectKind::IndentedEnd
    } else {
        DefectKind::TextBeforeEnd
    };
    defects.push(Defect::new(line..end.at.start, kind));
}

fn after_end(text: &[u8], end: &Mark, defects: &mut Vec<Defect>) {
    let window = text.len().min(end.at.end + 1000);
    let line_end = line_end(text, end.at.end, window);
    if !text[end.at.end..line_end].trim_ascii().is_empty() {
        defects.push(Defect::new(end.at.end..line_end, DefectKind::TextAfterEnd));
    }
}

/// Blank lines of a body. One right after BEGIN ends an empty header; OpenSSL
/// then wants lines of 64 characters, and only the last one shorter.
#[derive(Default)]
struct Blanks {
    lines: usize,
    first: Option<Range<usize>>,
    is_harmful: bool,
    has_short_line: bool,
}

impl Blanks {
    fn see(&mut self, at: Range<usize>, length: usize) {
        self.lines += 1;
        if length == 0 {
            self.is_harmful |= self.first.is_some() || self.lines > 1;
            self.first.get_or_insert(at);
        } else {
            self.is_harmful |= self.first.is_some() && (self.has_short_line || length > 64);
            self.has_short_line |= length < 64;
        }
    }

    fn harmful(self) -> Option<Range<usize>> {
        self.first.filter(|_| self.is_harmful)
    }
}

/// The lines between BEGIN and END.
struct Body<'a> {
    text: &'a [u8],
    at: Range<usize>,
    has_end: bool,
    /// Base64 characters so far, and whether `=` came.
    count: usize,
    is_padded: bool,
    found: Vec<Defect>,
}

impl<'a> Body<'a> {
    fn new(text: &'a [u8], at: Range<usize>, has_end: bool) -> Self {
        Self {
            text,
            at,
            has_end,
            count: 0,
            is_padded: false,
            found: Vec::new(),
        }
    }

    fn check(mut self, defects: &mut Vec<Defect>) {
        let first_end = line_end(self.text, self.at.start, self.at.end);
        let first = self.at.start..first_end;
        if !self.text[first.clone()].trim_ascii().is_empty() {
            self.push(first.clone(), DefectKind::TextAfterBegin);
            self.line(first);
        }
        let mut start = first_end + 1;
        let mut blanks = Blanks::default();
        while start < self.at.end {
            let end = line_end(self.text, start, self.at.end);
            let line = &self.text[start..end];
            // What stands before END on its line is no line of its own.
            let is_whole = end < self.at.end || !self.has_end;
            if is_whole {
                blanks.see(start..end, line.trim_ascii_end().len());
            }
            if !line.trim_ascii().is_empty() {
                self.line(start..end);
            }
            start = end + 1;
        }
        if let Some(blank) = blanks.harmful() {
            self.push(blank, DefectKind::BlankLine);
        }
        self.padding();
        defects.append(&mut self.found);
    }

    fn line(&mut self, at: Range<usize>) {
        let line = &self.text[at.clone()];
        let trimmed = line.trim_ascii();
        let is_comment = matches!(trimmed.first(), Some(b'#' | b';'))
            || (trimmed.starts_with(b"//") && !is_body_line(trimmed));
        if is_comment {
            self.push(at, DefectKind::CommentLine);
            return;
        }
        if trimmed.contains(&b':') {
            self.push(at, DefectKind::HeaderLine);
            return;
        }
        for (offset, byte) in line.iter().copied().enumerate() {
            let here = at.start + offset;
            match byte {
                b' ' | b'\t' | b'\r' => {}
                b'=' => {
                    self.is_padded = true;
                    self.count += 1;
                }
                _ if super::sextet(byte).is_none() => {
                    self.stray(here, at.end);
                    return;
                }
                _ if self.is_padded => {
                    self.push(here..here + 1, DefectKind::TextAfterPadding);
                    return;
                }
                _ => self.count += 1,
            }
        }
    }

    fn stray(&mut self, here: usize, line_end: usize) {
        let rest = &self.text[here..line_end];
        let character = character_at(rest);
        // What OpenSSL takes for blanks.
        let is_last = rest.iter().all(|byte| *byte <= b' ' || *byte >= 0x80);
        let kind = if is_last {
            DefectKind::CharacterAtLineEnd(character)
        } else {
            DefectKind::StrayCharacter(character)
        };
        let length = character.len_utf8().min(rest.len());
        self.push(here..here + length, kind);
    }

    fn padding(&mut self) {
        if self.found.iter().all(|defect| !defect.spoils_count()) && matches!(self.count % 4, 2 | 3)
        {
            let body = &self.text[self.at.clone()];
            let end = self.at.start + body.trim_ascii_end().len();
            self.push(end..end, DefectKind::MissingPadding);
        }
    }

    /// One defect of a kind is enough to find the others.
    fn push(&mut self, at: Range<usize>, kind: DefectKind) {
        let is_new = self
            .found
            .iter()
            .all(|known| std::mem::discriminant(&known.kind) != std::mem::discriminant(&kind));
        if is_new {
            self.found.push(Defect::new(at, kind));
        }
    }
}

impl Defect {
    /// Whether the characters of the body cannot be counted any more.
    fn spoils_count(&self) -> bool {
        matches!(
            self.kind,
            DefectKind::StrayCharacter(_)
                | DefectKind::CharacterAtLineEnd(_)
                | DefectKind::TextAfterPadding
        )
    }
}

fn certificate(at: &Range<usize>, der: &[u8], defects: &mut Vec<Defect>) -> Content {
    let Some((certificate, length)) = Certificate::prefix_of(der) else {
        defects.push(Defect::new(at.start..at.start, DefectKind::NotACertificate));
        return Content::Broken;
    };
    if length < der.len() {
        defects.push(Defect::new(at.start..at.start, DefectKind::TrailingBytes));
    }
    Content::Certificate(*certificate.sha256())
}

fn character_at(bytes: &[u8]) -> char {
    bytes
        .utf8_chunks()
        .next()
        .and_then(|chunk| chunk.valid().chars().next())
        .unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Where the line of `at` starts, or `limit` when it starts before that. A
/// search never goes beyond the next mark, so that marks in one long line take
/// no longer than in many.
fn line_start(text: &[u8], limit: usize, at: usize) -> usize {
    memchr::memrchr(b'\n', &text[limit..at]).map_or(limit, |found| limit + found + 1)
}

/// Where the line of `at` ends, `limit` at the latest.
fn line_end(text: &[u8], at: usize, limit: usize) -> usize {
    memchr::memchr(b'\n', &text[at..limit]).map_or(limit, |found| at + found)
}

/// Whether a line can be one of a body.
fn is_body_line(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.len() >= 4
        && line
            .iter()
            .all(|byte| super::sextet(*byte).is_some() || *byte == b'=')
}

/// Where the body of a block without END ends: with the last line that can be
/// one of it.
fn body_end(text: &[u8], start: usize, limit: usize) -> usize {
    let mut end = line_end(text, start, limit);
    while end < limit {
        let next = line_end(text, end + 1, limit);
        if !is_body_line(&text[(end + 1).min(next)..next]) {
            break;
        }
        end = next;
    }
    end
}

/// Where the body of a block without BEGIN starts.
fn body_start(text: &[u8], limit: usize, end: usize) -> usize {
    let mut start = line_start(text, limit, end);
    while start > limit {
        let before = line_start(text, limit, start - 1);
        if !is_body_line(&text[before..start]) {
            break;
        }
        start = before;
    }
    start
}
