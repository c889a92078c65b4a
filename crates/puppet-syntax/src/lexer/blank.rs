//! Blanks, line breaks and comments.

use super::Lexer;
use crate::CommentKind;

impl Lexer<'_> {
    /// Steps over blanks and carriage returns, not line feeds.
    pub(super) fn skip_blanks(&mut self) {
        loop {
            while matches!(self.bytes.get(self.pos), Some(b' ' | b'\t' | b'\r')) {
                self.pos += 1;
            }
            if !self.skip_wide_blank() {
                break;
            }
        }
    }

    /// Steps over one blank outside ASCII, such as a no-break space.
    pub(super) fn skip_wide_blank(&mut self) -> bool {
        if self.bytes.get(self.pos).is_none_or(u8::is_ascii) {
            return false;
        }
        let blank = self.text[self.pos..]
            .chars()
            .next()
            .filter(|&c| is_wide_blank(c));
        self.pos += blank.map_or(0, char::len_utf8);
        blank.is_some()
    }

    /// Whether the last character was a blank, or there was none.
    pub(super) fn after_blank(&self) -> bool {
        match self.bytes[..self.pos].last() {
            None | Some(b' ' | b'\t' | b'\r' | b'\n') => true,
            Some(byte) if byte.is_ascii() => false,
            Some(_) => self.text[..self.pos]
                .chars()
                .next_back()
                .is_some_and(is_wide_blank),
        }
    }

    pub(super) fn line_comment(&mut self) {
        let start = self.pos;
        let rest = &self.bytes[start..];
        self.pos += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        self.comment(start, CommentKind::Line);
    }

    pub(super) fn block_comment(&mut self) {
        let start = self.pos;
        let body = &self.bytes[start + 2..];
        let end = if self.hopeless.comment {
            None
        } else {
            memchr::memmem::find(body, b"*/")
        };
        let Some(end) = end else {
            self.hopeless.comment = true;
            self.invalid(2, "unclosed comment");
            return;
        };
        self.pos = start + 2 + end + 2;
        self.comment(start, CommentKind::Block);
    }
}

/// The blanks of `[[:blank:]]` in Ruby's regular expressions outside ASCII:
/// Unicode's space separators.
pub(super) const fn is_wide_blank(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// The length of the blanks (no line breaks) at the end of `text`.
pub(super) fn trailing_blanks(text: &str) -> usize {
    text.len()
        - text
            .trim_end_matches(|c| c == ' ' || c == '\t' || is_wide_blank(c))
            .len()
}
