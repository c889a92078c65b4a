//! Going on after an error.

use super::Parser;
use crate::token::{Token, TokenKind};

impl Parser<'_> {
    /// Steps over the rest of a statement that began with the token at
    /// `start`.
    ///
    /// A statement ends with the brace that closes its own, before a brace
    /// that closes the block around it, or before a line that is indented no
    /// deeper than it and can start a statement. The last rule is what saves
    /// the rest of a file from one missing brace.
    pub(super) fn recover(&mut self, start: usize) {
        let margin = self.column(self.tokens.list[start]);
        if let Some(missed) = self.missed_statement(start, margin) {
            self.at = missed;
            return;
        }
        let mut depth = self.open_braces(start);
        let mut moved = self.at > start;
        loop {
            let token = self.token();
            match token.kind {
                TokenKind::Eof => return,
                TokenKind::RBrace if depth == 0 => return,
                TokenKind::RBrace if token.first_on_line && self.column(token) < margin => return,
                TokenKind::RBrace => {
                    depth -= 1;
                    if depth == 0 {
                        self.at += 1;
                        return;
                    }
                }
                TokenKind::LBrace | TokenKind::SelectorBrace => depth += 1,
                _ if moved && self.looks_like_statement(self.at, margin) => return,
                _ => {}
            }
            self.at += 1;
            moved = true;
        }
    }

    /// The last token before the error that a person would call the start of
    /// the next statement.
    fn missed_statement(&self, start: usize, margin: usize) -> Option<usize> {
        (start + 1..self.at)
            .rev()
            .find(|&at| self.looks_like_statement(at, margin))
    }

    /// Whether a line starts here that is indented no deeper than `margin` and
    /// can be a statement.
    fn looks_like_statement(&self, at: usize, margin: usize) -> bool {
        let token = self.tokens.list[at];
        let next = self
            .tokens
            .list
            .get(at + 1)
            .map_or(TokenKind::Eof, |next| next.kind);
        token.first_on_line && starts_statement(token.kind, next) && self.column(token) <= margin
    }

    /// How many braces stand open between `start` and here.
    fn open_braces(&self, start: usize) -> u32 {
        let mut depth = 0_u32;
        for token in &self.tokens.list[start..self.at] {
            match token.kind {
                TokenKind::LBrace | TokenKind::SelectorBrace => depth += 1,
                TokenKind::RBrace => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        depth
    }

    /// Bytes between the start of its line and the token, as far as that
    /// matters: nobody indents deeper, and one endless line must not cost
    /// quadratic time.
    fn column(&self, token: Token) -> usize {
        const DEEPEST: usize = 256;
        let end = token.start as usize;
        let before = &self.source.as_bytes()[end.saturating_sub(DEEPEST)..end];
        before.len() - memchr::memrchr(b'\n', before).map_or(0, |at| at + 1)
    }
}

const fn starts_statement(kind: TokenKind, next: TokenKind) -> bool {
    use TokenKind as T;
    match kind {
        T::Variable => matches!(next, T::Equals | T::Dot),
        T::At | T::AtAt => true,
        T::Name
        | T::TypeRef
        | T::Case
        | T::Class
        | T::Define
        | T::Function
        | T::If
        | T::Node
        | T::Plan
        | T::Type
        | T::Unless => !matches!(
            next,
            T::FatArrow | T::PlusArrow | T::Comma | T::Colon | T::RBrack
        ),
        _ => false,
    }
}
