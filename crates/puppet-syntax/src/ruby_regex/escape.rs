//! Everything that starts with a backslash.

use super::{Checked, Checker, Invalid, Reference};

/// What an escape stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    Char(u32),
    /// One of many characters.
    Class,
    /// A place between characters.
    Assertion,
    /// Text of a length that is not known.
    Variable,
}

impl<'p> Checker<'p> {
    /// Reads from behind a backslash.
    pub(super) fn escape(&mut self, in_class: bool) -> Checked<Escape> {
        let c = self.next_char().ok_or(Invalid)?;
        Ok(match c {
            'x' => Escape::Char(self.byte_sequence()?),
            'u' => Escape::Char(self.unicode()?),
            'c' => Escape::Char(self.control()?),
            'C' if self.eat("-") => Escape::Char(self.control()?),
            // A lone byte beyond ASCII is no character of UTF-8.
            'C' | 'M' => return Err(Invalid),
            '0'..='7' if in_class || c == '0' => Escape::Char(self.octal(c)?),
            '1'..='9' if !in_class => self.numbered(c)?,
            'k' | 'g' if !in_class => self.reference(c)?,
            'p' | 'P' => self.property()?,
            'w' | 'W' | 'd' | 'D' | 's' | 'S' | 'h' | 'H' => Escape::Class,
            'b' if in_class => Escape::Char(8),
            'b' | 'B' | 'A' | 'z' | 'Z' | 'G' if !in_class => Escape::Assertion,
            'K' | 'R' | 'X' if !in_class => Escape::Variable,
            'n' => Escape::Char(10),
            't' => Escape::Char(9),
            'r' => Escape::Char(13),
            'f' => Escape::Char(12),
            'v' => Escape::Char(11),
            'a' => Escape::Char(7),
            'e' => Escape::Char(27),
            other => Escape::Char(u32::from(other)),
        })
    }

    /// `\x41`, or the bytes of one character as `\xc3\xa9`.
    fn byte_sequence(&mut self) -> Checked<u32> {
        let mut bytes = vec![self.hex_byte()?];
        while std::str::from_utf8(&bytes).is_err() {
            if bytes.len() == 4 || !self.eat("\\x") {
                return Err(Invalid);
            }
            bytes.push(self.hex_byte()?);
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| Invalid)?;
        text.chars().next().map(u32::from).ok_or(Invalid)
    }

    fn hex_byte(&mut self) -> Checked<u8> {
        let len = self
            .rest
            .bytes()
            .take(2)
            .take_while(u8::is_ascii_hexdigit)
            .count();
        let (digits, rest) = self.rest.split_at(len);
        self.rest = rest;
        u8::from_str_radix(digits, 16).map_err(|_| Invalid)
    }

    /// `\u0041` or `\u{41 42}`
    fn unicode(&mut self) -> Checked<u32> {
        if !self.eat("{") {
            let digits = self.rest.get(..4).ok_or(Invalid)?;
            self.rest = &self.rest[4..];
            return code_point(digits);
        }
        let list = self.up_to('}')?;
        let mut last = Err(Invalid);
        for digits in list.split_ascii_whitespace() {
            last = Ok(code_point(digits)?);
        }
        last
    }

    /// `\cx`, where `x` may be the escape of one character too.
    fn control(&mut self) -> Checked<u32> {
        let c = self.next_char().filter(char::is_ascii).ok_or(Invalid)?;
        if c != '\\' {
            return Ok(u32::from(c) & 0x1f);
        }
        let is_plain = self
            .rest
            .starts_with(|c: char| "01234567ntrfvaex\\".contains(c));
        // Of those only: they hold no further escape, so `\c\c…` ends here.
        if !is_plain {
            return Err(Invalid);
        }
        match self.escape(true)? {
            Escape::Char(c) => Ok(c & 0x1f),
            _ => Err(Invalid),
        }
    }

    fn octal(&mut self, first: char) -> Checked<u32> {
        let len = self
            .rest
            .bytes()
            .take(2)
            .take_while(|b| matches!(b, b'0'..=b'7'))
            .count();
        let digits = format!("{first}{}", &self.rest[..len]);
        self.rest = &self.rest[len..];
        let value = u32::from_str_radix(&digits, 8).map_err(|_| Invalid)?;
        if value < 0x80 {
            Ok(value)
        } else {
            Err(Invalid)
        }
    }

    /// `\1`: one digit is always a reference, more only if there are as many
    /// groups so far; otherwise they are octal.
    fn numbered(&mut self, first: char) -> Checked<Escape> {
        let len = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let number = format!("{first}{}", &self.rest[..len])
            .parse()
            .unwrap_or(u32::MAX);
        if len == 0 || number <= self.groups {
            self.rest = &self.rest[len..];
            self.references.push(Reference::Number(number));
            return Ok(Escape::Variable);
        }
        if matches!(first, '8' | '9') {
            return Ok(Escape::Char(u32::from(first)));
        }
        self.octal(first).map(Escape::Char)
    }

    /// `\k<name>`, `\g<name>`; without brackets it is a letter.
    fn reference(&mut self, kind: char) -> Checked<Escape> {
        let end = match self.rest.chars().next() {
            Some('<') => '>',
            Some('\'') => '\'',
            _ => return Ok(Escape::Char(u32::from(kind))),
        };
        self.rest = &self.rest[1..];
        let mut name = self.up_to(end)?;
        if kind == 'k'
            && let Some(at) = name.rfind(['+', '-']).filter(|&at| at > 0)
            && name[at + 1..].bytes().all(|b| b.is_ascii_digit())
        {
            // The level of a recursion.
            name = &name[..at];
        }
        self.references.push(self.resolve(name, kind)?);
        Ok(Escape::Variable)
    }

    fn resolve(&self, name: &'p str, kind: char) -> Checked<Reference<'p>> {
        if name.is_empty() {
            return Err(Invalid);
        }
        if let Ok(number) = name.parse::<u32>()
            && !name.starts_with('+')
        {
            return if kind == 'g' && number == 0 {
                Err(Invalid)
            } else {
                Ok(Reference::Number(number))
            };
        }
        let back = name
            .strip_prefix('-')
            .and_then(|digits| digits.parse::<u32>().ok());
        match back {
            // Counted back from here: the last group is -1.
            Some(back) => Ok(Reference::Number((self.groups + 1).saturating_sub(back))),
            // Only a call may name a group that comes later.
            None if kind == 'k' && !self.names.contains(name) => Err(Invalid),
            None => Ok(Reference::Name(name)),
        }
    }

    /// `\p{Name}`; without a brace it is a letter.
    fn property(&mut self) -> Checked<Escape> {
        if !self.eat("{") {
            return Ok(Escape::Char(u32::from('p')));
        }
        let name = self.up_to('}')?;
        let name = name.strip_prefix('^').unwrap_or(name);
        let well_formed = !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b" _-.".contains(&b));
        if well_formed {
            Ok(Escape::Class)
        } else {
            Err(Invalid)
        }
    }
}

fn code_point(digits: &str) -> Checked<u32> {
    if digits.len() > 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(Invalid);
    }
    let code = u32::from_str_radix(digits, 16).map_err(|_| Invalid)?;
    char::from_u32(code).map(u32::from).ok_or(Invalid)
}
