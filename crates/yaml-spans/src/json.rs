//! Reads JSON (RFC 8259) into the arena, several times as fast as YAML.

use crate::arena::{Form, NO_TAG};
use crate::builder::{Builder, Stop};
use crate::{Kind, Span};

/// Reads the one value of the source.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let source = builder.source();
    let mut scanner = Scanner {
        builder,
        source,
        bytes: source.as_bytes(),
        at: 0,
    };
    // What could not be read is noted; there is nothing to go on with.
    let _ = scanner.run();
    builder.finish();
}

/// What is wrong, at the scanner's place.
enum Failure {
    Syntax(&'static str),
    TooDeep,
    Stop,
}

impl From<Stop> for Failure {
    fn from(_: Stop) -> Self {
        Self::Stop
    }
}

struct Scanner<'b, 's> {
    builder: &'b mut Builder<'s>,
    source: &'s str,
    bytes: &'s [u8],
    at: usize,
}

impl Scanner<'_, '_> {
    fn run(&mut self) -> Result<(), Stop> {
        if self.source.starts_with('\u{feff}') {
            // RFC 8259 lets a reader ignore the mark rather than call it an error.
            self.at = '\u{feff}'.len_utf8();
        }
        self.skip_blanks();
        self.builder.open_document(self.at as u32)?;
        match self.document() {
            Ok(()) => {
                self.builder.close_document();
                Ok(())
            }
            Err(Failure::Syntax(message)) => self.builder.break_document(self.at as u32, message),
            Err(Failure::TooDeep) => self.builder.break_at_depth(self.at as u32),
            Err(Failure::Stop) => Err(Stop),
        }
    }

    fn document(&mut self) -> Result<(), Failure> {
        loop {
            let complete = self.value_or_opening()?;
            if complete && !self.find_next_value()? {
                break;
            }
        }
        self.skip_blanks();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(Failure::Syntax("something stands after the JSON value")),
        }
    }

    /// Reads a scalar or an empty collection, or opens one that is not empty
    /// and stops before its first value; `false` then.
    fn value_or_opening(&mut self) -> Result<bool, Failure> {
        self.skip_blanks();
        match self.peek() {
            Some(b'"') => self.string()?,
            Some(b'{') => return self.open(Form::FlowMapping, b'}'),
            Some(b'[') => return self.open(Form::FlowSequence, b']'),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true")?,
            Some(b'f') => self.word("false")?,
            Some(b'n') => self.word("null")?,
            _ => return Err(Failure::Syntax("a JSON value should stand here")),
        }
        Ok(true)
    }

    /// Closes what ends here and goes to the next value; `false` when all is closed.
    fn find_next_value(&mut self) -> Result<bool, Failure> {
        while let Some(kind) = self.builder.innermost() {
            let is_mapping = kind == Kind::Mapping;
            self.skip_blanks();
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    if is_mapping {
                        self.key()?;
                    }
                    return Ok(true);
                }
                Some(b'}') if is_mapping => self.close(),
                Some(b']') if !is_mapping => self.close(),
                _ if is_mapping => return Err(Failure::Syntax("`,` or `}` should stand here")),
                _ => return Err(Failure::Syntax("`,` or `]` should stand here")),
            }
        }
        Ok(false)
    }

    fn open(&mut self, form: Form, bracket: u8) -> Result<bool, Failure> {
        if self.builder.is_at_depth_limit() {
            return Err(Failure::TooDeep);
        }
        self.builder.open_collection(form, self.at as u32, NO_TAG)?;
        self.at += 1;
        self.skip_blanks();
        if self.peek() == Some(bracket) {
            self.close();
            return Ok(true);
        }
        if form.kind() == Kind::Mapping {
            self.key()?;
        }
        Ok(false)
    }

    fn close(&mut self) {
        self.at += 1;
        self.builder.close_collection(Some(self.at as u32));
    }

    fn key(&mut self) -> Result<(), Failure> {
        self.skip_blanks();
        if self.peek() != Some(b'"') {
            return Err(Failure::Syntax("a key in double quotes should stand here"));
        }
        self.string()?;
        self.skip_blanks();
        if self.peek() != Some(b':') {
            return Err(Failure::Syntax("`:` should stand here"));
        }
        self.at += 1;
        Ok(())
    }

    fn string(&mut self) -> Result<(), Failure> {
        let start = self.at;
        let buffered = self.builder.arena.buffer.len();
        self.at += 1;
        let mut run = self.at;
        loop {
            self.skip_ordinary();
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    self.buffer(run);
                    self.escape()?;
                    run = self.at;
                }
                Some(_) => return Err(Failure::Syntax("a control character stands in a string")),
                None => return Err(Failure::Syntax("a string is not closed")),
            }
        }
        let is_verbatim = run == start + 1;
        if !is_verbatim {
            self.buffer(run);
        }
        self.at += 1;
        let span = self.span_from(start);
        let node = self.builder.verbatim_scalar(Form::DoubleQuoted, span)?;
        if !is_verbatim {
            self.builder.decode(node, buffered as u32);
        }
        Ok(())
    }

    fn skip_ordinary(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            if byte == b'"' || byte == b'\\' || byte < b' ' {
                break;
            }
            self.at += 1;
        }
    }

    fn buffer(&mut self, run: usize) {
        let text = &self.source[run..self.at];
        self.builder.arena.buffer.push_str(text);
    }

    fn escape(&mut self) -> Result<(), Failure> {
        let letter = self.bytes.get(self.at + 1).copied();
        let decoded = match letter {
            Some(b'u') => return self.unicode_escape(),
            Some(same @ (b'"' | b'\\' | b'/')) => same as char,
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            _ => return Err(Failure::Syntax("JSON has no such escape")),
        };
        self.builder.arena.buffer.push(decoded);
        self.at += 2;
        Ok(())
    }

    /// One `\uXXXX`, or two that are a surrogate pair.
    fn unicode_escape(&mut self) -> Result<(), Failure> {
        let first = self.code_unit(self.at)?;
        let units = match first {
            0xD800..=0xDBFF => vec![first, self.code_unit(self.at + 6)?],
            _ => vec![first],
        };
        let Some(Ok(decoded)) = char::decode_utf16(units.iter().copied()).next() else {
            return Err(Failure::Syntax("a surrogate stands without its other half"));
        };
        self.builder.arena.buffer.push(decoded);
        self.at += 6 * units.len();
        Ok(())
    }

    fn code_unit(&self, at: usize) -> Result<u16, Failure> {
        self.source
            .get(at..at + 6)
            .and_then(|escape| escape.strip_prefix("\\u"))
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u16::from_str_radix(digits, 16).ok())
            .ok_or(Failure::Syntax(
                "`\\u` and four hexadecimal digits should stand here",
            ))
    }

    fn number(&mut self) -> Result<(), Failure> {
        let start = self.at;
        self.skip_if(b"-");
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.skip_if(b".") {
            self.digits()?;
        }
        if self.skip_if(b"eE") {
            self.skip_if(b"+-");
            self.digits()?;
        }
        self.plain(start)
    }

    fn digits(&mut self) -> Result<(), Failure> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start {
            return Err(Failure::Syntax("a digit should stand here"));
        }
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result<(), Failure> {
        let start = self.at;
        if !self.bytes[start..].starts_with(word.as_bytes()) {
            return Err(Failure::Syntax("a JSON value should stand here"));
        }
        self.at += word.len();
        self.plain(start)
    }

    fn plain(&mut self, start: usize) -> Result<(), Failure> {
        let span = self.span_from(start);
        self.builder.verbatim_scalar(Form::Plain, span)?;
        Ok(())
    }

    fn span_from(&self, start: usize) -> Span {
        Span::new(start as u32, self.at as u32)
    }

    fn skip_if(&mut self, set: &[u8]) -> bool {
        let found = self.peek().is_some_and(|byte| set.contains(&byte));
        self.at += usize::from(found);
        found
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
}
