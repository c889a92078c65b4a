//! Which blocks a piece of Ruby opens, divides and closes.
//!
//! Not a parser: it knows words, strings, comments and brackets, which is
//! enough to tell the `if` of a block from the one behind a statement.

use crate::template::BlockKind;
use crate::template::ruby::MAX_LENGTH;
use std::ops::Range;

/// A change of the block structure that outlives its tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Structure {
    Open {
        kind: BlockKind,
        head: Range<usize>,
    },
    /// `else` and its like; an `else` has an empty head.
    Divide {
        head: Range<usize>,
    },
    Close,
}

/// Longer than any head that is read.
const LONGEST_HEAD: usize = MAX_LENGTH + 16;

/// The changes that `code` makes, without those that it undoes itself.
pub(super) fn structure(code: &str) -> Vec<Structure> {
    let mut scanner = Scanner {
        code,
        bytes: code.as_bytes(),
        at: 0,
        statement: 0,
        fresh: true,
        loop_head: false,
        found: Vec::new(),
        open: Vec::new(),
        heredoc: None,
    };
    scanner.run();
    scanner.found
}

struct Scanner<'c> {
    code: &'c str,
    bytes: &'c [u8],
    at: usize,
    /// Where the current statement starts.
    statement: usize,
    /// Whether a keyword here would start a statement or a value.
    fresh: bool,
    /// Inside `while …` or `for …`, whose `do` opens nothing more.
    loop_head: bool,
    /// What was found, without what was closed again.
    found: Vec<Structure>,
    /// The blocks that are open: where they stand in `found`, and where the
    /// statement starts that they are part of.
    open: Vec<(usize, usize)>,
    /// The end of the heredoc whose text starts on the next line.
    heredoc: Option<&'c str>,
}

impl Scanner<'_> {
    fn run(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\n' => self.end_line(),
                b';' => self.end_statement(),
                b'<' if self.bytes[self.at..].starts_with(b"<<") => self.heredoc_tag(),
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'#' => self.at = self.find(b'\n'),
                b'\'' | b'"' | b'`' => self.string(byte),
                b'/' if self.fresh || self.is_bare_argument() => self.string(byte),
                b'%' if self.fresh => self.percent_literal(),
                b'@' | b'$' => self.skip_name(1),
                b':' if self.bytes.get(self.at + 1).is_some_and(|&b| is_word(b)) => {
                    self.skip_name(1);
                }
                b'.' => {
                    self.at += 1;
                    if self.bytes.get(self.at).is_some_and(|&b| is_word(b)) {
                        self.skip_name(0);
                    }
                }
                b'{' => self.open_brace(),
                b'}' => {
                    self.at += 1;
                    self.close();
                }
                _ if is_word(byte) => self.word(),
                _ => {
                    self.at += 1;
                    self.fresh = !matches!(byte, b')' | b']');
                }
            }
        }
    }

    fn end_statement(&mut self) {
        self.at += 1;
        self.statement = self.at;
        self.fresh = true;
        self.loop_head = false;
    }

    fn end_line(&mut self) {
        self.end_statement();
        let Some(end) = self.heredoc.take() else {
            return;
        };
        // Without its end the rest is text.
        while self.at < self.bytes.len() {
            let line_end = self.find(b'\n');
            let line = self.code[self.at..line_end].trim();
            self.at = (line_end + 1).min(self.bytes.len());
            if line == end {
                break;
            }
        }
        self.statement = self.at;
    }

    /// `<<END`, `<<-'END'`, `<<~END`; anything else is a shift.
    fn heredoc_tag(&mut self) {
        let tag = &self.code[self.at + 2..];
        let tag = tag.strip_prefix(['-', '~']).unwrap_or(tag);
        let tag = tag.strip_prefix(['\'', '"']).unwrap_or(tag);
        let len = tag.bytes().take_while(|&b| is_word(b)).count();
        self.at += 2;
        self.fresh = true;
        if tag.starts_with(|c: char| c.is_ascii_uppercase()) {
            self.heredoc = Some(&tag[..len]);
            self.at = self.code.len() - tag.len() + len;
            // The quote behind the name, if there is one.
            self.at += usize::from(matches!(self.bytes.get(self.at), Some(b'\'' | b'"')));
            self.fresh = false;
        }
    }

    /// As in `gsub /x/`: blanks before it but none after it.
    fn is_bare_argument(&self) -> bool {
        let is_blank = |at: usize| self.bytes.get(at).is_none_or(u8::is_ascii_whitespace);
        self.at > 0 && is_blank(self.at - 1) && !is_blank(self.at + 1)
    }

    fn find(&self, byte: u8) -> usize {
        memchr::memchr(byte, &self.bytes[self.at..])
            .map_or(self.bytes.len(), |found| self.at + found)
    }

    /// Steps over a quoted string, or the rest if it does not end.
    fn string(&mut self, quote: u8) {
        self.at += 1;
        while let Some(found) = memchr::memchr2(quote, b'\\', &self.bytes[self.at..]) {
            self.at += found + 1;
            if self.bytes[self.at - 1] == quote {
                self.fresh = false;
                return;
            }
            self.at += 1;
            if self.at >= self.bytes.len() {
                break;
            }
        }
        self.at = self.bytes.len();
        self.fresh = false;
    }

    /// `%w[a b]` and its kin.
    fn percent_literal(&mut self) {
        let letters = self.bytes[self.at + 1..]
            .iter()
            .take_while(|b| b.is_ascii_alphabetic())
            .count();
        let opening = self.at + 1 + letters;
        let closing = match self.bytes.get(opening) {
            Some(b'[') => b']',
            Some(b'(') => b')',
            Some(b'{') => b'}',
            Some(b'<') => b'>',
            Some(b'|') => b'|',
            _ => {
                self.at += 1;
                return;
            }
        };
        self.at = opening + 1;
        self.at = (self.find(closing) + 1).min(self.bytes.len());
        self.fresh = false;
    }

    fn skip_name(&mut self, sigil: usize) {
        let start = (self.at + sigil).min(self.bytes.len());
        let len = self.bytes[start..]
            .iter()
            .take_while(|&&b| is_word(b) || b == b'@')
            .count();
        self.at = start + len;
        self.skip_mark();
        self.fresh = false;
    }

    /// The mark that a name may end in, which starts no new value.
    fn skip_mark(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += usize::from(matches!(rest, [b'?' | b'!', next, ..] if *next != b'='));
    }

    fn word(&mut self) {
        let start = self.at;
        let len = self.bytes[start..]
            .iter()
            .take_while(|&&b| is_word(b))
            .count();
        self.at = start + len;
        let is_key =
            self.bytes.get(self.at) == Some(&b':') && self.bytes.get(self.at + 1) != Some(&b':');
        let was_fresh = std::mem::replace(&mut self.fresh, false);
        if is_key || matches!(self.bytes.get(self.at), Some(b'?' | b'!')) {
            self.skip_mark();
            return;
        }
        match &self.code[start..self.at] {
            "if" if was_fresh => self.open_with_head(BlockKind::If),
            "unless" if was_fresh => self.open_with_head(BlockKind::Unless),
            "while" | "until" if was_fresh => self.open_loop(),
            "for" => self.open_loop(),
            "case" => self.open_with_head(BlockKind::Case),
            "begin" | "def" | "class" | "module" => self.open_with_head(BlockKind::Other),
            "do" => self.open_do(start),
            "elsif" | "when" => self.divide(true),
            "else" | "rescue" | "ensure" => self.divide(false),
            "end" => self.close(),
            "then" => self.end_statement_after_word(),
            "and" | "or" | "not" | "return" | "in" | "puts" => self.fresh = true,
            _ => {}
        }
    }

    fn end_statement_after_word(&mut self) {
        self.statement = self.at;
        self.fresh = true;
    }

    fn open_with_head(&mut self, kind: BlockKind) {
        let head = self.at..self.head_end();
        self.open_block(kind, head);
        self.fresh = true;
    }

    fn open_loop(&mut self) {
        self.open_with_head(BlockKind::Loop);
        self.loop_head = true;
    }

    fn open_do(&mut self, start: usize) {
        if std::mem::take(&mut self.loop_head) {
            self.end_statement_after_word();
            return;
        }
        self.open_block(BlockKind::Loop, self.statement..start);
        self.skip_parameters();
        self.end_statement_after_word();
    }

    /// A brace opens a block if parameters follow; otherwise it is taken for a
    /// hash, which has to be closed just the same.
    fn open_brace(&mut self) {
        let start = self.at;
        self.at += 1;
        let blanks = self.bytes[self.at..]
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        let has_parameters = self.bytes.get(self.at + blanks) == Some(&b'|');
        let kind = if has_parameters {
            BlockKind::Loop
        } else {
            BlockKind::Other
        };
        self.open_block(kind, self.statement..start);
        self.skip_parameters();
        self.end_statement_after_word();
    }

    fn skip_parameters(&mut self) {
        let rest = &self.bytes[self.at..];
        let blanks = rest
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        if rest.get(blanks) == Some(&b'|')
            && let Some(end) = memchr::memchr(b'|', &rest[blanks + 1..])
        {
            self.at += blanks + 1 + end + 1;
        }
    }

    /// The end of the line or statement that starts here, or of as much of it
    /// as is already too long to be read: there may be many heads on a line.
    fn head_end(&self) -> usize {
        let rest = &self.code[self.at..];
        let mut longest = rest.len().min(LONGEST_HEAD);
        while !rest.is_char_boundary(longest) {
            longest += 1;
        }
        let rest = &rest[..longest];
        let line = memchr::memchr2(b'\n', b';', rest.as_bytes()).unwrap_or(rest.len());
        let head = rest[..line].trim_end();
        let head = head
            .strip_suffix(" then")
            .or_else(|| head.strip_suffix(" do"))
            .unwrap_or(head);
        self.at + head.len()
    }

    fn open_block(&mut self, kind: BlockKind, head: Range<usize>) {
        self.open.push((self.found.len(), self.statement));
        self.found.push(Structure::Open { kind, head });
    }

    fn divide(&mut self, with_head: bool) {
        let end = if with_head { self.head_end() } else { self.at };
        self.found.push(Structure::Divide { head: self.at..end });
        self.end_statement_after_word();
    }

    fn close(&mut self) {
        self.fresh = false;
        match self.open.pop() {
            // Opened in this tag: none of it is seen outside.
            Some((index, statement)) => {
                self.found.truncate(index);
                self.statement = statement;
            }
            None => self.found.push(Structure::Close),
        }
    }
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::{Structure, structure};
    use crate::template::BlockKind;

    fn shape(code: &str) -> String {
        let letter = |part: &Structure| match part {
            Structure::Open {
                kind: BlockKind::If,
                ..
            } => "I",
            Structure::Open {
                kind: BlockKind::Loop,
                ..
            } => "L",
            Structure::Open { .. } => "O",
            Structure::Divide { .. } => "D",
            Structure::Close => "C",
        };
        structure(code).iter().map(letter).collect()
    }

    #[test]
    fn tells_blocks_from_modifiers() {
        let cases = [
            ("if @x", "I"),
            ("x = 1 if @x", ""),
            ("end", "C"),
            ("else", "D"),
            ("elsif @y", "D"),
            ("@x.each do |y|", "L"),
            ("@x.each { |y|", "L"),
            ("}", "C"),
            ("if a then b end", ""),
            ("x = { 'a' => 1 }", ""),
            ("end; if x", "CI"),
            ("while x do", "L"),
            ("case x", "O"),
            ("when 1", "D"),
            ("x.end", ""),
            ("x = :end", ""),
            ("f(if: 1)", ""),
            ("'if'", ""),
            ("# if", ""),
            ("x = if y", "I"),
            ("@x.map { |y| y }.each do |z|", "L"),
            ("\nif a && b\n", "I"),
            ("next unless x", ""),
            ("x.if? 1", ""),
            ("x.upcase! if y", ""),
            ("x = <<-END\nif a\n  END\nif b", "I"),
            ("x = <<~'END'\nif a\n", ""),
            ("x << if y", "I"),
            ("x.gsub /'/, ''\nif y", "I"),
            ("z = x / y / 'if'", ""),
        ];
        for (code, expected) in cases {
            assert_eq!(shape(code), expected, "{code}");
        }
    }

    #[test]
    fn the_head_of_a_loop_is_the_whole_chain() {
        let code = "@x.sort_by { |a, b| a }.each do |k, v|";
        let found = structure(code);
        let [Structure::Open { head, .. }] = found.as_slice() else {
            panic!("{found:?}")
        };
        assert_eq!(code[head.clone()].trim(), "@x.sort_by { |a, b| a }.each");
    }
}
