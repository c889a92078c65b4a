//! EPP: the text between `%>` and `<%`.
//!
//! The rules are those of `Puppet::Pops::Parser::EppSupport` in Puppet 7.23.

use super::Lexer;
use crate::Span;
use crate::token::{Tag, TokenKind};

/// What the current tag was opened with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// `<%` or `<%-`
    Code,
    /// `<%=`
    Expr,
}

impl Lexer<'_> {
    /// Reads `%>` or `-%>` and the text after it.
    pub(super) fn close_tag(&mut self, len: usize) {
        if self.tag == Some(Mode::Expr) {
            self.push(TokenKind::TagEnd, len);
        } else {
            self.pos += len;
        }
        self.line_blank = false;
        let end = self.pos as u32;
        if let Some(tag) = self.out.tags.last_mut() {
            tag.span.end = end;
            tag.code.end = end - len as u32;
        }
        self.template_text(len == 3);
    }

    /// Reads text up to and including the next opening tag.
    pub(super) fn template_text(&mut self, trim_first_line: bool) {
        let start = self.pos;
        let mut text = Rendered::default();
        let mut trim = trim_first_line;
        while self.pos < self.bytes.len() {
            let mut from = self.pos;
            if std::mem::take(&mut trim) {
                from += trimmed_after_tag(&self.bytes[from..]);
            }
            let Some(at) = memchr::memmem::find(&self.bytes[from..], b"<%").map(|at| from + at)
            else {
                text.note(&self.bytes[from..]);
                self.pos = self.bytes.len();
                self.render(start, self.pos, true);
                self.open_tag = None;
                return;
            };
            text.note(&self.bytes[from..at]);
            self.pos = at + 2;
            match self.bytes.get(at + 2) {
                None => {
                    self.error(at, at + 2, "unclosed tag");
                    return;
                }
                Some(b'%') => {
                    self.pos += 1;
                    text.note(b"<%");
                }
                Some(b'#') => {
                    let Some(trims) = self.template_comment(at, &mut text) else {
                        return;
                    };
                    trim = trims;
                }
                Some(b'=') => {
                    self.pos += 1;
                    self.render(start, at, text.is_rendered());
                    self.enter(Mode::Expr, at);
                    return;
                }
                Some(&next) => {
                    if next == b'-' {
                        self.pos += 1;
                        text.trim_blanks();
                    }
                    self.render(start, at, text.is_rendered());
                    self.enter(Mode::Code, at);
                    return;
                }
            }
        }
        // A text that ends in a comment or in `<%%` is dropped by Puppet.
        self.open_tag = None;
    }

    /// Steps over `<%# … %>`; says whether it trims the text after it.
    fn template_comment(&mut self, at: usize, text: &mut Rendered) -> Option<bool> {
        let from = at + 2;
        let end = comment_end(self.bytes, from);
        let Some(end) = end else {
            self.error(at, at + 3, "unclosed comment tag");
            self.pos = self.bytes.len();
            return None;
        };
        if self.bytes[from + 1] == b'-' {
            text.trim_blanks();
        }
        self.pos = end;
        self.comment(at, crate::CommentKind::Template);
        Some(self.bytes[..end].ends_with(b"-%>"))
    }

    fn render(&mut self, start: usize, end: usize, rendered: bool) {
        if rendered {
            self.after = TokenKind::RenderText;
            self.emit(TokenKind::RenderText, start, end, 0);
        }
    }

    fn enter(&mut self, mode: Mode, at: usize) {
        if mode == Mode::Expr {
            self.after = TokenKind::RenderExpr;
            self.emit(TokenKind::RenderExpr, at, self.pos, 0);
        }
        // Until its end is found, the tag takes the rest of the file.
        let end = self.text.len() as u32;
        self.out.tags.push(Tag {
            span: Span::new(at as u32, end),
            code: Span::new(self.pos as u32, end),
            renders: mode == Mode::Expr,
        });
        self.tag = Some(mode);
        self.open_tag = Some(at);
        self.line_blank = false;
    }

    pub(super) fn assert_tags_closed(&mut self) {
        if let Some(at) = self.open_tag {
            self.error(at, at + 2, "unclosed tag");
        }
    }
}

/// Whether anything of a text is rendered: Puppet makes no token of a text
/// that trimming leaves empty.
#[derive(Default)]
struct Rendered {
    solid: bool,
    blanks: usize,
}

impl Rendered {
    fn note(&mut self, text: &[u8]) {
        match text.iter().rposition(|b| !matches!(b, b' ' | b'\t')) {
            Some(last) => {
                self.solid = true;
                self.blanks = text.len() - last - 1;
            }
            None => self.blanks += text.len(),
        }
    }

    fn trim_blanks(&mut self) {
        self.blanks = 0;
    }

    fn is_rendered(&self) -> bool {
        self.solid || self.blanks > 0
    }
}

/// How much of a text `-%>` removes: blanks, and the line break after them.
fn trimmed_after_tag(text: &[u8]) -> usize {
    let mut len = text
        .iter()
        .position(|b| !matches!(b, b' ' | b'\t'))
        .unwrap_or(text.len());
    if text.get(len) == Some(&b'\r') {
        len += 1;
    }
    if text.get(len) == Some(&b'\n') {
        len += 1;
    }
    len
}

/// The end of the first `%>` behind `from` that is not part of `%%>`.
fn comment_end(bytes: &[u8], from: usize) -> Option<usize> {
    memchr::memmem::find_iter(&bytes[from..], b"%>")
        .find(|&at| at > 0 && bytes[from + at - 1] != b'%')
        .map(|at| from + at + 2)
}
