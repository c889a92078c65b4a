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
        let mut depth = self.open_braces(start);
        let margin = self.column(self.tokens.list[start]);
        let mut moved = self.at > start;
        loop {
            let token = self.token();
            let outdented = token.first_on_line && self.column(token) <= margin;
            match token.kind {
                TokenKind::Eof => return,
                TokenKind::RBrace if depth == 0 => return,
                TokenKind::RBrace if outdented && self.column(token) < margin => return,
                TokenKind::RBrace => {
                    depth -= 1;
                    if depth == 0 {
                        self.at += 1;
                        return;
                    }
                }
                TokenKind::LBrace | TokenKind::SelectorBrace => depth += 1,
                kind if moved && outdented && starts_statement(kind) => return,
                _ => {}
            }
            self.at += 1;
            moved = true;
        }
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

const fn starts_statement(kind: TokenKind) -> bool {
    use TokenKind as T;
    matches!(
        kind,
        T::Name
            | T::TypeRef
            | T::Variable
            | T::At
            | T::AtAt
            | T::Case
            | T::Class
            | T::Define
            | T::Function
            | T::If
            | T::Node
            | T::Plan
            | T::Type
            | T::Unless
    )
}
