//! Names, bare words, type references and variables.

use super::{Lexer, Words};
use crate::token::TokenKind;

/// A `\w` of Ruby's regular expressions.
const fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

impl Lexer<'_> {
    /// A word that starts with a lower-case letter or `_`.
    pub(super) fn bare_word(&mut self) {
        let word = Word::scan(&self.bytes[self.pos..]);
        let text = &self.bytes[self.pos..self.pos + word.len];
        let kind = if !word.is_name {
            TokenKind::Word
        } else if word.len > 8 {
            // No keyword is longer.
            TokenKind::Name
        } else {
            self.keyword(text).unwrap_or(TokenKind::Name)
        };
        self.push(kind, word.len);
    }

    fn keyword(&self, word: &[u8]) -> Option<TokenKind> {
        let plan = || {
            if self.words == Words::Plan {
                TokenKind::plan_keyword(word)
            } else {
                None
            }
        };
        TokenKind::keyword(word).or_else(plan)
    }

    /// A word that starts with an upper-case letter.
    pub(super) fn type_reference(&mut self) {
        let len = type_reference_len(&self.bytes[self.pos..]);
        if self.bytes[self.pos + len..].starts_with(b"::") {
            self.invalid(
                len + 2,
                "illegal type reference: every segment must start with an upper-case letter",
            );
        } else {
            self.push(TokenKind::TypeRef, len);
        }
    }

    /// A word that starts with `::`.
    pub(super) fn qualified(&mut self) {
        if self
            .bytes
            .get(self.pos + 2)
            .is_some_and(u8::is_ascii_uppercase)
        {
            self.type_reference();
            return;
        }
        let word = Word::scan(&self.bytes[self.pos..]);
        if word.len == 0 {
            self.invalid(2, "illegal qualified name");
        } else {
            self.push(
                if word.is_name {
                    TokenKind::Name
                } else {
                    TokenKind::Word
                },
                word.len,
            );
        }
    }

    /// A `$`, with the name if there is one: Puppet's parser takes a lone `$`
    /// and leaves it to later checks.
    pub(super) fn variable(&mut self) {
        let name = variable_len(&self.bytes[self.pos + 1..]);
        self.push(TokenKind::Variable, 1 + name);
    }
}

/// A bare word.
struct Word {
    len: usize,
    /// Whether it can name something: no `-`, no segment that starts with `_`.
    is_name: bool,
}

impl Word {
    /// Reads `::`-separated segments that start with a lower-case letter or
    /// `_`; each may hold but not end in `-`.
    fn scan(bytes: &[u8]) -> Self {
        let mut word = Self {
            len: 0,
            is_name: true,
        };
        loop {
            let start = if bytes[word.len..].starts_with(b"::") {
                word.len + 2
            } else {
                word.len
            };
            match bytes.get(start) {
                Some(b'a'..=b'z') => {}
                Some(b'_') => word.is_name = false,
                _ => return word,
            }
            let rest = &bytes[start..];
            let mut end = rest
                .iter()
                .position(|&b| !is_word_byte(b) && b != b'-')
                .unwrap_or(rest.len());
            while rest[end - 1] == b'-' {
                end -= 1;
            }
            if memchr::memchr(b'-', &rest[..end]).is_some() {
                word.is_name = false;
            }
            word.len = start + end;
            if !bytes[word.len..].starts_with(b"::") {
                return word;
            }
        }
    }
}

/// Length of `::`-separated segments that start with an upper-case letter.
fn type_reference_len(bytes: &[u8]) -> usize {
    let mut len = 0;
    loop {
        let start = if bytes[len..].starts_with(b"::") {
            len + 2
        } else {
            len
        };
        if !bytes.get(start).is_some_and(u8::is_ascii_uppercase) {
            return len;
        }
        let rest = &bytes[start..];
        len = start
            + rest
                .iter()
                .position(|&b| !is_word_byte(b))
                .unwrap_or(rest.len());
    }
}

/// Length of the variable name at the start of `bytes`, without the `$`.
pub(super) fn variable_len(bytes: &[u8]) -> usize {
    let mut len = 0;
    loop {
        let start = if bytes[len..].starts_with(b"::") {
            len + 2
        } else {
            len
        };
        let rest = &bytes[start..];
        let segment = rest
            .iter()
            .position(|&b| !is_word_byte(b))
            .unwrap_or(rest.len());
        if segment == 0 {
            return len;
        }
        len = start + segment;
    }
}
