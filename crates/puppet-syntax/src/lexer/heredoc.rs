//! Heredocs: `@(END)` and the text on the lines after it.

use super::blank::{is_wide_blank, trailing_blanks};
use super::origin::Origin;
use super::quoted::Style;
use super::{Hopeless, Lexer};
use crate::ast::Escapes;
use crate::token::{HeredocTag, TokenKind};

/// What stands between the parentheses.
struct Tag<'t> {
    /// Without quotes and the blanks around.
    end: &'t str,
    interpolates: bool,
    syntax: std::ops::Range<usize>,
    escapes: Escapes,
}

/// The lines of the text, and what the line after them says.
struct Lines<'t> {
    text: std::ops::Range<usize>,
    /// Where lexing of the next heredoc, or of the code, goes on.
    next: usize,
    /// The blanks to remove from the start of each line.
    margin: &'t str,
    margin_start: usize,
    trims_last_break: bool,
}

impl<'t> Lexer<'t> {
    pub(super) fn heredoc(&mut self) {
        let start = self.pos;
        let outermost = self.nesting == 0;
        if self.in_heredoc {
            // Puppet's lexer fails over the position of the inner one.
            self.invalid(2, "a heredoc inside a heredoc");
            return;
        }
        let tag = if self.hopeless.heredoc_tag {
            Err("invalid heredoc tag")
        } else {
            self.heredoc_tag(start)
        };
        let tag = match tag {
            Ok(tag) => tag,
            Err(message) => {
                self.hopeless.heredoc_tag = true;
                self.invalid(2, message);
                return;
            }
        };
        let after_tag = start + memchr::memchr(b')', &self.bytes[start..]).map_or(2, |at| at + 1);
        let lines = match self.heredoc_lines(tag.end, after_tag) {
            Ok(lines) => lines,
            Err(message) => {
                self.hopeless.heredoc = true;
                self.invalid(after_tag - start, message);
                return;
            }
        };
        self.heredoc_tokens(start, after_tag, &tag, &lines);
        self.newline_jump = Some(lines.next);
        self.pos = after_tag;
        if outermost {
            self.after = TokenKind::HeredocText;
        }
    }

    /// Reads `@(end:syntax/escapes)`.
    fn heredoc_tag(&self, start: usize) -> Result<Tag<'t>, &'static str> {
        let text = self.text;
        let close = memchr::memchr(b')', &self.bytes[start..])
            .ok_or("unclosed parenthesis of a heredoc tag")?;
        let (from, to) = (start + 2, start + close);
        // Like Puppet, fall back to a later `@(` before the parenthesis.
        let mut openings = std::iter::once(from).chain(
            text[from..to]
                .match_indices("@(")
                .map(|(at, _)| from + at + 2),
        );
        let parts = openings
            .find_map(|at| TagParts::read(text, at, to))
            .ok_or("invalid heredoc tag")?;
        let name = text[parts.name.clone()].trim_matches(is_ruby_space);
        let quoted = name
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        let end = quoted.map_or(name, |inner| inner.trim_matches(is_ruby_space));
        if end.is_empty() {
            return Err("empty heredoc tag");
        }
        let escapes = parts
            .escapes
            .map_or(Ok(Escapes::NONE), |range| tag_escapes(&text[range]))?;
        Ok(Tag {
            end,
            interpolates: quoted.is_some(),
            syntax: parts.syntax,
            escapes,
        })
    }

    /// Finds the text: it starts on the next line, or behind the heredocs that
    /// were opened before on this one.
    fn heredoc_lines(&self, end_tag: &str, after_tag: usize) -> Result<Lines<'t>, &'static str> {
        let missing = Err("heredoc without its end line");
        if self.hopeless.heredoc {
            return missing;
        }
        let from = if let Some(jump) = self.newline_jump {
            jump
        } else {
            let rest = &self.bytes[after_tag..];
            after_tag + memchr::memchr(b'\n', rest).ok_or("heredoc without text")? + 1
        };
        let mut line_start = from;
        while line_start < self.bytes.len() {
            let rest = &self.bytes[line_start..];
            let next = line_start + memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            if let Some(end_line) = EndLine::read(&self.text[line_start..next], end_tag) {
                return Ok(Lines {
                    text: from..line_start,
                    next,
                    margin: if end_line.has_margin {
                        end_line.leading
                    } else {
                        ""
                    },
                    margin_start: line_start + end_line.leading_at,
                    trims_last_break: end_line.trims,
                });
            }
            line_start = next;
        }
        missing
    }

    fn heredoc_tokens(&mut self, start: usize, after_tag: usize, tag: &Tag<'_>, lines: &Lines<'_>) {
        let margin = self
            .origin
            .span(lines.margin_start, lines.margin_start + lines.margin.len());
        let text = self.origin.span(lines.text.start, lines.text.end);
        let syntax = self.origin.span(tag.syntax.start, tag.syntax.end);
        let index = self.out.heredocs.len() as u32;
        self.out.heredocs.push(HeredocTag {
            syntax,
            escapes: tag.escapes,
            margin,
            text,
        });
        self.emit(TokenKind::Heredoc, start, after_tag, index);
        let raw = &self.text[lines.text.clone()];
        if lines.margin.is_empty() {
            self.heredoc_text(
                trimmed(raw, lines),
                Origin::Shift(lines.text.start as u32),
                tag,
            );
        } else {
            let (stripped, origin) = without_margin(raw, lines);
            self.heredoc_text(trimmed(&stripped, lines), origin, tag);
        }
    }

    /// Lexes the text on its own and adds the tokens to those of the file.
    fn heredoc_text(&mut self, text: &str, origin: Origin, tag: &Tag<'_>) {
        let mut inner = Lexer {
            text,
            bytes: text.as_bytes(),
            pos: 0,
            origin,
            out: std::mem::take(&mut self.out),
            words: self.words,
            after: TokenKind::Eof,
            braces: 0,
            newline_jump: None,
            line_blank: false,
            tag: None,
            open_tag: None,
            nesting: 0,
            in_heredoc: true,
            hopeless: Hopeless::default(),
        };
        if text.starts_with('\u{feff}') {
            inner.error(0, 3, "illegal byte order mark");
        }
        let style = Style {
            quoted: false,
            backslash: tag.escapes.has(Escapes::DOLLAR),
            escapes: tag.escapes,
        };
        if tag.interpolates {
            inner.interpolated(style);
        } else {
            let extra = inner.value_of(0, text.len(), style);
            inner.emit(TokenKind::HeredocText, 0, text.len(), extra);
        }
        self.out = inner.out;
    }
}

/// The text without its last line break, if the end line asks for that.
fn trimmed<'s>(text: &'s str, lines: &Lines<'_>) -> &'s str {
    if !lines.trims_last_break {
        return text;
    }
    let without_feed = text
        .strip_suffix('\n')
        .map(|rest| rest.strip_suffix('\r').unwrap_or(rest));
    without_feed.unwrap_or(text)
}

/// Removes the margin where a line has it; lines without it stay as they are.
fn without_margin(raw: &str, lines: &Lines<'_>) -> (String, Origin) {
    let mut stripped = String::with_capacity(raw.len());
    let mut starts = Vec::new();
    let mut end = lines.text.start;
    for line in raw.split_inclusive('\n') {
        end += line.len();
        let text = line.strip_prefix(lines.margin).unwrap_or(line);
        starts.push((stripped.len() as u32, (end - text.len()) as u32));
        stripped.push_str(text);
    }
    if starts.is_empty() {
        starts.push((0, end as u32));
    }
    (stripped, Origin::Lines(starts))
}

/// The parts of a tag as ranges of the text.
struct TagParts {
    name: std::ops::Range<usize>,
    syntax: std::ops::Range<usize>,
    escapes: Option<std::ops::Range<usize>>,
}

impl TagParts {
    /// Reads `name[:syntax][/escapes]`, which must fill `from..to`.
    fn read(text: &str, from: usize, to: usize) -> Option<Self> {
        let body = &text[from..to];
        let name_len = body.find([':', '/', '\r', '\n']).unwrap_or(body.len());
        let name = from..from + name_len;
        let mut at = name.end;
        let mut syntax = at..at;
        if text[at..to].starts_with(':') {
            let blanks = leading_blanks(&text[at + 1..to]);
            let start = at + 1 + blanks;
            let len = text[start..to]
                .find(|c: char| !is_syntax_char(c))
                .unwrap_or(to - start);
            syntax = start..start + len;
            let well_formed =
                len > 1 && text[syntax.clone()].starts_with(|c: char| c.is_ascii_lowercase());
            if !well_formed {
                return None;
            }
            at = syntax.end + leading_blanks(&text[syntax.end..to]);
        }
        let mut escapes = None;
        if text[at..to].starts_with('/') {
            let start = at + 1;
            let is_escape = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
            let len = text[start..to]
                .find(|c| !is_escape(c))
                .unwrap_or(to - start);
            escapes = Some(start..start + len);
            at = start + len + leading_blanks(&text[start + len..to]);
        }
        (name_len > 0 && at == to).then_some(Self {
            name,
            syntax,
            escapes,
        })
    }
}

/// The escapes that the letters after `/` enable; none means all.
fn tag_escapes(letters: &str) -> Result<Escapes, &'static str> {
    let letters = if letters.is_empty() {
        "trnsuL$"
    } else {
        letters
    };
    let mut set = Escapes::BACKSLASH;
    for letter in letters.chars() {
        let escape = match letter {
            't' => Escapes::T,
            'r' => Escapes::R,
            'n' => Escapes::N,
            's' => Escapes::S,
            'u' => Escapes::U,
            'L' => Escapes::NEWLINE,
            '$' => Escapes::DOLLAR,
            _ => return Err("invalid escape in a heredoc tag"),
        };
        if set.has(escape) {
            return Err("the same escape twice in a heredoc tag");
        }
        set = set.with(escape);
    }
    Ok(set)
}

/// The line that ends a heredoc: `  | - END`.
struct EndLine<'l> {
    leading: &'l str,
    leading_at: usize,
    has_margin: bool,
    trims: bool,
}

impl<'l> EndLine<'l> {
    /// Puppet only wants the tag at the end of the line, whatever stands
    /// before it.
    fn read(line: &'l str, end_tag: &str) -> Option<Self> {
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let trimmed = &line[..line.len() - trailing_blanks(line)];
        let before = trimmed.strip_suffix(end_tag)?;
        let (before, trims) = strip_mark(before, '-');
        let (before, has_margin) = strip_mark(before, '|');
        let leading_at = before.len() - trailing_blanks(before);
        Some(Self {
            leading: &before[leading_at..],
            leading_at,
            has_margin,
            trims,
        })
    }
}

/// Removes `mark` and the blanks after it from the end of `text`.
fn strip_mark(text: &str, mark: char) -> (&str, bool) {
    match text[..text.len() - trailing_blanks(text)].strip_suffix(mark) {
        Some(rest) => (rest, true),
        None => (text, false),
    }
}

fn leading_blanks(text: &str) -> usize {
    text.len()
        - text
            .trim_start_matches(|c| c == ' ' || c == '\t' || is_wide_blank(c))
            .len()
}

const fn is_syntax_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '+'
}

/// What Ruby's `String#strip` removes.
const fn is_ruby_space(c: char) -> bool {
    matches!(c, '\0' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | ' ')
}
