//! Quoted strings and interpolation.

use super::word::variable_len;
use super::{Lexer, MAX_NESTING};
use crate::ast::Escapes;
use crate::escape;
use crate::token::TokenKind;

/// How a text with interpolations is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// Closed by `"` instead of the end of the text.
    pub(super) quoted: bool,
    /// Whether a backslash keeps a `$` from starting an interpolation.
    pub(super) backslash: bool,
    /// The escapes to resolve.
    pub(super) escapes: Escapes,
}

const DOUBLE_QUOTED: Style = Style {
    quoted: true,
    backslash: true,
    escapes: Escapes::DOUBLE,
};

/// What a stretch of fixed text ends in, and where.
enum Stop {
    End(usize),
    Brace(usize),
    Variable(usize),
    Never,
}

impl Lexer<'_> {
    pub(super) fn single_quoted(&mut self) {
        let start = self.pos;
        let end = if self.hopeless.single_quote {
            None
        } else {
            closing_quote(self.bytes, start + 1)
        };
        let Some(end) = end else {
            self.hopeless.single_quote = true;
            self.unclosed("unclosed single quote");
            return;
        };
        let raw = &self.text[start + 1..end];
        let value = escape::decode_single(raw);
        let extra = if value == raw && self.origin.is_stretch() {
            0
        } else {
            self.store(value)
        };
        self.pos = end + 1;
        self.after = TokenKind::SingleQuoted;
        self.emit(TokenKind::SingleQuoted, start, end + 1, extra);
    }

    pub(super) fn double_quoted(&mut self) {
        if self.hopeless.double_quote {
            self.unclosed("unclosed double quote");
            return;
        }
        self.pos += 1;
        self.interpolated(DOUBLE_QUOTED);
    }

    /// The line is given up, so that the lines after it can be read.
    fn unclosed(&mut self, message: &'static str) {
        let rest = &self.bytes[self.pos..];
        let line = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        self.error(self.pos, self.pos + 1, message);
        self.push(TokenKind::Invalid, line.max(1));
    }

    /// Reads a string from behind its opening quote, or a whole heredoc text.
    pub(super) fn interpolated(&mut self, style: Style) {
        let outermost = self.nesting == 0;
        let opening = self.pos;
        let mut parts = 0;
        loop {
            let start = self.pos;
            let kind = if parts == 0 {
                TokenKind::TextStart
            } else {
                TokenKind::TextMiddle
            };
            match self.stop(style) {
                Stop::Brace(at) => {
                    self.text_part(kind, start, at, style);
                    self.pos = at + 2;
                    self.code_until_brace();
                }
                Stop::Variable(at) => {
                    self.text_part(kind, start, at, style);
                    self.pos = at + 1 + variable_len(&self.bytes[at + 1..]);
                    self.emit(TokenKind::Variable, at, self.pos, 0);
                }
                Stop::End(at) => {
                    self.closing_part(parts == 0, start, at, style);
                    break;
                }
                Stop::Never => {
                    self.never_closed(opening, style);
                    return;
                }
            }
            parts += 1;
        }
        // As in Puppet, what comes after a string inside an interpolation
        // remembers the token before that string.
        if parts > 0 && outermost {
            self.after = TokenKind::TextEnd;
        }
    }

    fn closing_part(&mut self, only: bool, start: usize, end: usize, style: Style) {
        if !only {
            self.text_part(TokenKind::TextEnd, start, end, style);
            self.pos = end + usize::from(style.quoted);
            return;
        }
        let kind = if style.quoted {
            TokenKind::DoubleQuoted
        } else {
            TokenKind::HeredocText
        };
        let extra = self.value_of(start, end, style);
        let quote = usize::from(style.quoted);
        self.pos = end + quote;
        self.after = kind;
        self.emit(kind, start - quote, end + quote, extra);
    }

    fn never_closed(&mut self, opening: usize, style: Style) {
        if style.quoted {
            self.hopeless.double_quote = true;
            self.error(opening - 1, opening, "unclosed double quote");
        } else {
            self.error(
                self.pos,
                self.text.len(),
                "a heredoc text cannot end in a backslash",
            );
        }
        self.pos = self.text.len();
        self.emit(TokenKind::Invalid, self.pos, self.pos, 0);
    }

    fn text_part(&mut self, kind: TokenKind, start: usize, end: usize, style: Style) {
        let extra = self.value_of(start, end, style);
        self.emit(kind, start, end, extra);
    }

    /// Stores the value of a text if it is not what the source says.
    pub(super) fn value_of(&mut self, start: usize, end: usize, style: Style) -> u32 {
        let raw = &self.text[start..end];
        // Puppet wants to warn, cannot tell the place inside a heredoc, and
        // gives up the file.
        if self.in_heredoc && escape::warns(raw, style.escapes, style.quoted) {
            self.error(start, end, "an unknown escape inside a heredoc");
        }
        match escape::decode(raw, style.escapes) {
            Ok(value) if value == raw && self.origin.is_stretch() => 0,
            Ok(value) => self.store(value),
            Err(escape::BadCodePoint) => {
                self.error(start, end, "illegal Unicode escape");
                self.store(raw)
            }
        }
    }

    /// Finds where the fixed text ends.
    fn stop(&self, style: Style) -> Stop {
        let bytes = self.bytes;
        let mut at = self.pos;
        let mut fresh = true;
        loop {
            if fresh && style.backslash {
                at = swallowed(bytes, at, style.quoted).unwrap_or(at);
            }
            fresh = false;
            let rest = &bytes[at..];
            let found = match (style.quoted, style.backslash) {
                (true, _) => memchr::memchr3(b'"', b'$', b'\\', rest),
                (false, true) => memchr::memchr2(b'$', b'\\', rest),
                (false, false) => memchr::memchr(b'$', rest),
            };
            let Some(found) = found else {
                return if style.quoted {
                    Stop::Never
                } else {
                    Stop::End(bytes.len())
                };
            };
            at += found;
            match (bytes[at], bytes.get(at + 1)) {
                (b'"', _) => return Stop::End(at),
                (b'\\', None) => return Stop::Never,
                (b'\\', Some(_)) => at += 2,
                (_, Some(b'{')) => return Stop::Brace(at),
                _ if variable_len(&bytes[at + 1..]) > 0 => return Stop::Variable(at),
                _ => {
                    at += 1;
                    fresh = true;
                }
            }
        }
    }

    /// Reads the code of `${…}` and its closing brace.
    fn code_until_brace(&mut self) {
        if self.nesting >= MAX_NESTING {
            self.error(self.pos, self.pos, "strings nested too deeply");
            self.pos = self.text.len();
            return;
        }
        let outside = self.braces;
        let first = self.out.list.len();
        self.braces += 1;
        self.nesting += 1;
        self.line_blank = false;
        self.skip_blanks();
        while self.pos < self.bytes.len() {
            let before = self.out.list.len();
            self.next_token();
            let closed = self.out.list.len() > before
                && self.braces == outside
                && self
                    .out
                    .list
                    .last()
                    .is_some_and(|token| token.kind == TokenKind::RBrace);
            if closed {
                self.out.list.pop();
                self.leading_word_to_variable(first);
                break;
            }
        }
        self.nesting -= 1;
    }

    /// `${name}`, `${name[0]}` and `${name.f}` mean the variable.
    fn leading_word_to_variable(&mut self, first: usize) {
        let [token, rest @ ..] = &mut self.out.list[first..] else {
            return;
        };
        let followed_well = rest
            .first()
            .is_none_or(|next| matches!(next.kind, TokenKind::Dot | TokenKind::LBrack));
        let is_word = matches!(
            token.kind,
            TokenKind::Number
                | TokenKind::Name
                | TokenKind::Word
                | TokenKind::True
                | TokenKind::False
        );
        // Puppet forgets the keywords of plans here.
        let is_keyword =
            token.kind.is_keyword() && !matches!(token.kind, TokenKind::Plan | TokenKind::Apply);
        if followed_well && (is_word || is_keyword) {
            token.kind = TokenKind::Variable;
        }
    }
}

/// A habit of Puppet's lexer: the first character of a text is never its end
/// if, save for pairs of backslashes, another end follows. So `'''` is a string
/// that holds a quote. Gives the place of that other end.
fn swallowed(bytes: &[u8], at: usize, quoted: bool) -> Option<usize> {
    let is_end = |byte: u8| byte == b'$' || (quoted && byte == b'"');
    second_end(bytes, at, is_end)
}

fn second_end(bytes: &[u8], at: usize, is_end: impl Fn(u8) -> bool) -> Option<usize> {
    if !is_end(*bytes.get(at)?) {
        return None;
    }
    let rest = &bytes[at + 1..];
    let backslashes = rest.iter().position(|&b| b != b'\\').unwrap_or(rest.len());
    let end = at + 1 + backslashes;
    (backslashes % 2 == 0 && is_end(*bytes.get(end)?)).then_some(end)
}

/// The next `'` at or after `from` with an even number of backslashes before.
fn closing_quote(bytes: &[u8], from: usize) -> Option<usize> {
    if let Some(end) = second_end(bytes, from, |byte| byte == b'\'') {
        return Some(end);
    }
    let mut at = from;
    loop {
        at += memchr::memchr2(b'\'', b'\\', &bytes[at..])?;
        if bytes[at] == b'\'' {
            return Some(at);
        }
        at += 2;
        if at > bytes.len() {
            return None;
        }
    }
}
