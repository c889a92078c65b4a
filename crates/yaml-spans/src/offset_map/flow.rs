//! Quoted scalars, and plain ones over several lines.

use super::Pieces;
use crate::Span;
use crate::arena::Form;

const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// Aligns run by run: ordinary characters, escapes, folded line breaks.
pub(super) fn align(pieces: &mut Pieces<'_>, form: Form, content: Span) {
    let mut aligner = Aligner {
        pieces,
        form,
        at: content.start as usize,
        end: content.end as usize,
    };
    while aligner.at < aligner.end && aligner.step() {}
}

struct Aligner<'p, 'a> {
    pieces: &'p mut Pieces<'a>,
    form: Form,
    at: usize,
    end: usize,
}

impl<'a> Aligner<'_, 'a> {
    /// One run; `false` when source and text do not fit together.
    fn step(&mut self) -> bool {
        let rest = &self.pieces.source.as_bytes()[self.at..self.end];
        match rest[0] {
            b'\\' if self.form == Form::DoubleQuoted => {
                self.escape();
                true
            }
            b'\'' if self.form == Form::SingleQuoted => {
                self.character(2);
                true
            }
            b' ' | b'\t' | b'\r' | b'\n' => self.blanks(),
            _ => {
                let length = rest
                    .iter()
                    .take_while(|&&byte| self.is_ordinary(byte))
                    .count();
                self.verbatim(length)
            }
        }
    }

    fn is_ordinary(&self, byte: u8) -> bool {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => false,
            b'\\' => self.form != Form::DoubleQuoted,
            b'\'' => self.form != Form::SingleQuoted,
            _ => true,
        }
    }

    /// Blanks within a line are text; around line breaks they are folded.
    fn blanks(&mut self) -> bool {
        let run = self.blank_run(self.at);
        if breaks(run).is_empty() {
            return self.verbatim(run.len());
        }
        let start = self.at;
        let length = run.len();
        let breaks = breaks(run);
        if let [only] = breaks[..] {
            self.character_at(start + only, length - only);
        } else {
            for &at in &breaks[1..] {
                self.character_at(start + at, 1);
            }
        }
        self.at = start + length;
        true
    }

    fn escape(&mut self) {
        let escape = &self.pieces.source[self.at..self.end];
        let length = match escape.as_bytes().get(1) {
            Some(b'\r' | b'\n') => return self.escaped_break(),
            Some(b'x') => 4,
            Some(b'u') if is_high_surrogate(escape) => 12,
            Some(b'u') => 6,
            Some(b'U') => 10,
            _ => 2,
        };
        self.character(length);
    }

    /// A backslash before a line break joins the lines without a blank; only
    /// the breaks of blank lines after it are text.
    fn escaped_break(&mut self) {
        let start = self.at + 1;
        let run = self.blank_run(start);
        for &at in &breaks(run)[1..] {
            self.character_at(start + at, 1);
        }
        self.at = start + run.len();
    }

    /// Blanks, and the comments the parser passes over in plain scalars.
    fn blank_run(&self, start: usize) -> &'a str {
        let run = &self.pieces.source[start..self.end];
        let mut rest = run.trim_start_matches(BLANKS);
        while self.form == Form::Plain && rest.starts_with('#') {
            let line = rest.find(['\r', '\n']).unwrap_or(rest.len());
            rest = rest[line..].trim_start_matches(BLANKS);
        }
        &run[..run.len() - rest.len()]
    }

    fn verbatim(&mut self, length: usize) -> bool {
        let span = Span::new(self.at as u32, (self.at + length) as u32);
        self.at += length;
        self.pieces.verbatim(span)
    }

    fn character(&mut self, length: usize) {
        self.character_at(self.at, length);
        self.at += length;
    }

    fn character_at(&mut self, start: usize, length: usize) {
        let end = (start + length).min(self.end);
        self.pieces.character(Span::new(start as u32, end as u32));
    }
}

/// Offsets of the line breaks in a run of blanks; `\r\n` is one.
fn breaks(run: &str) -> Vec<usize> {
    let bytes = run.as_bytes();
    let is_break = |at: usize| match bytes[at] {
        b'\n' => at == 0 || bytes[at - 1] != b'\r',
        byte => byte == b'\r',
    };
    (0..bytes.len()).filter(|&at| is_break(at)).collect()
}

/// Whether the escape is the first half of a character outside the BMP.
fn is_high_surrogate(escape: &str) -> bool {
    escape
        .get(2..6)
        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
        .is_some_and(|unit| (0xD800..=0xDBFF).contains(&unit))
}
