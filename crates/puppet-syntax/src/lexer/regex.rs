//! A `/`: comment, division or regular expression.

use super::Lexer;
use crate::ruby_regex;
use crate::token::TokenKind;

impl Lexer<'_> {
    pub(super) fn slash(&mut self) {
        if self.looking_at(b"/*") {
            self.block_comment();
        } else if self.after.regex_may_follow() && !self.hopeless.regex {
            self.regex();
        } else {
            self.push(TokenKind::Div, 1);
        }
    }

    /// The pattern ends at the next `/` without a backslash, on whatever line;
    /// if there is none, the slash divides.
    fn regex(&mut self) {
        let start = self.pos;
        let Some(end) = pattern_end(self.bytes, start + 1) else {
            self.hopeless.regex = true;
            self.push(TokenKind::Div, 1);
            return;
        };
        let raw = &self.text[start + 1..end];
        let escaped = raw.contains("\\/");
        let pattern = if escaped {
            raw.replace("\\/", "/")
        } else {
            raw.to_owned()
        };
        if !ruby_regex::is_valid(&pattern) {
            self.error(start, end + 1, "invalid regular expression");
        }
        let differs = escaped || !self.origin.is_stretch();
        let extra = if differs { self.store(pattern) } else { 0 };
        self.pos = end + 1;
        self.after = TokenKind::Regex;
        self.emit(TokenKind::Regex, start, end + 1, extra);
    }

    /// Keeps a decoded text; the result goes into [`crate::token::Token::extra`].
    pub(super) fn store(&mut self, text: impl Into<Box<str>>) -> u32 {
        self.out.texts.push(text.into());
        self.out.texts.len() as u32
    }
}

/// The first `/` at or after `from` with an even number of backslashes before.
fn pattern_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr::memchr2(b'/', b'\\', &bytes[at..])?;
        if bytes[at] == b'/' {
            return Some(at);
        }
        at += 2;
        if at > bytes.len() {
            return None;
        }
    }
}
