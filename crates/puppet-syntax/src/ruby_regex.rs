//! Whether Ruby would compile a regular expression.
//!
//! Puppet's lexer compiles every pattern as it meets it, so a pattern that
//! Ruby refuses is a syntax error of the manifest. The rules are those of
//! Ruby 3.1 (Onigmo), found by asking it; names of character properties are
//! not checked against Unicode's list.

mod class;
mod escape;
mod group;
mod width;

use escape::Escape;
use std::collections::BTreeSet;
use width::Width;

/// Groups deeper than this are taken to be invalid.
const MAX_DEPTH: u32 = 100;
/// Onigmo's `ONIG_MAX_REPEAT_NUM`.
const MAX_REPEAT: u32 = 100_000;

/// Ruby would refuse the pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Invalid;

type Checked<T = ()> = Result<T, Invalid>;

pub(crate) fn is_valid(pattern: &str) -> bool {
    // Most patterns are plain words.
    if pattern
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"^$.-_ /:@,=".contains(&b))
    {
        return true;
    }
    let mut checker = Checker::new(pattern);
    let result = checker.alternatives();
    match result {
        Ok(_) if checker.rest.is_empty() => checker.references_resolve(),
        _ => false,
    }
}

struct Checker<'p> {
    rest: &'p str,
    depth: u32,
    /// `(?x)`: blanks and comments mean nothing.
    extended: bool,
    groups: u32,
    names: BTreeSet<&'p str>,
    references: Vec<Reference<'p>>,
}

/// A mention of a group.
#[derive(Debug, Clone, Copy)]
enum Reference<'p> {
    Number(u32),
    Name(&'p str),
}

impl<'p> Checker<'p> {
    const fn new(pattern: &'p str) -> Self {
        Self {
            rest: pattern,
            depth: 0,
            extended: false,
            groups: 0,
            names: BTreeSet::new(),
            references: Vec::new(),
        }
    }

    /// With named groups, plain ones no longer count and numbers are refused.
    fn references_resolve(&self) -> bool {
        self.references.iter().all(|reference| match *reference {
            Reference::Number(number) => {
                self.names.is_empty() && (1..=self.groups).contains(&number)
            }
            Reference::Name(name) => self.names.contains(name),
        })
    }

    /// `a|b|c`, up to a `)` or the end.
    fn alternatives(&mut self) -> Checked<Width> {
        let mut width = self.sequence()?;
        while self.eat("|") {
            width = width.or(self.sequence()?);
        }
        Ok(width)
    }

    fn sequence(&mut self) -> Checked<Width> {
        let mut width = Width::EMPTY;
        loop {
            self.skip_ignored()?;
            if self.rest.is_empty() || self.rest.starts_with(['|', ')']) {
                return Ok(width);
            }
            let atom = self.atom()?;
            let repeated = self.repeats(atom)?;
            width = width.then(repeated);
        }
    }

    /// Blanks and comments of the extended syntax, and `(?#…)`.
    fn skip_ignored(&mut self) -> Checked {
        loop {
            if self.extended
                && self
                    .rest
                    .starts_with([' ', '\t', '\n', '\r', '\u{b}', '\u{c}'])
            {
                self.rest = &self.rest[1..];
            } else if self.extended && self.rest.starts_with('#') {
                self.rest = self.rest.find('\n').map_or("", |at| &self.rest[at..]);
            } else if self.eat("(?#") {
                self.comment()?;
            } else {
                return Ok(());
            }
        }
    }

    fn comment(&mut self) -> Checked {
        loop {
            match self.next_char().ok_or(Invalid)? {
                ')' => return Ok(()),
                '\\' => self.next_char().map(drop).ok_or(Invalid)?,
                _ => {}
            }
        }
    }

    fn atom(&mut self) -> Checked<Width> {
        if self.interval_len().is_some() {
            return Err(Invalid);
        }
        match self.next_char().ok_or(Invalid)? {
            '*' | '+' | '?' => Err(Invalid),
            '^' | '$' => Ok(Width::EMPTY),
            '(' => self.group(),
            '[' => self.class().map(|()| Width::fixed(1)),
            '\\' => self.escaped_atom(),
            _ => Ok(Width::fixed(1)),
        }
    }

    fn escaped_atom(&mut self) -> Checked<Width> {
        Ok(match self.escape(false)? {
            Escape::Char(_) | Escape::Class => Width::fixed(1),
            Escape::Assertion => Width::EMPTY,
            Escape::Variable => Width::FORBIDDEN,
        })
    }

    /// The quantifiers after an atom.
    fn repeats(&mut self, atom: Width) -> Checked<Width> {
        let mut width = atom;
        loop {
            self.skip_ignored()?;
            if let Some(len) = self.interval_len() {
                width = self.interval(len, width)?;
            } else if self.rest.starts_with(['*', '+', '?']) {
                self.rest = &self.rest[1..];
                width = width.varying();
            } else {
                return Ok(width);
            }
        }
    }

    /// The length of `{2}`, `{2,}`, `{,3}` or `{2,3}` here; other braces are
    /// plain characters.
    fn interval_len(&self) -> Option<usize> {
        let body = self.rest.strip_prefix('{')?;
        let end = body.find(|c: char| !c.is_ascii_digit() && c != ',')?;
        if !body[end..].starts_with('}') {
            return None;
        }
        let (low, high) = body[..end].split_once(',').unwrap_or((&body[..end], "0"));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let empty = low.is_empty() && (high.is_empty() || !body[..end].contains(','));
        (digits(low) && digits(high) && !empty).then_some(end + 2)
    }

    fn interval(&mut self, len: usize, width: Width) -> Checked<Width> {
        let body = &self.rest[1..len - 1];
        self.rest = &self.rest[len..];
        let Some((low, high)) = body.split_once(',') else {
            return Ok(width.times(repeat_count(body)?));
        };
        let bounded = !high.is_empty();
        let low = if low.is_empty() {
            0
        } else {
            repeat_count(low)?
        };
        if bounded {
            let high = repeat_count(high)?;
            if high < low {
                return Err(Invalid);
            }
            if high == low {
                return Ok(width.times(low));
            }
        }
        Ok(width.varying())
    }

    fn next_char(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next();
        self.rest = chars.as_str();
        c
    }

    fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}

fn repeat_count(digits: &str) -> Checked<u32> {
    digits
        .parse()
        .ok()
        .filter(|&count| count <= MAX_REPEAT)
        .ok_or(Invalid)
}

#[cfg(test)]
mod tests {
    use super::is_valid;

    /// Answers of Ruby 3.1.
    #[test]
    fn agrees_with_ruby() {
        let valid = [
            "a|b",
            "^*",
            "a**",
            "a{2}{3}",
            "{",
            "a{",
            "a{,}",
            "a{,2}",
            "()",
            "(?i-m:a)",
            "(?#abc)",
            "(?>a)",
            "(?~a)",
            "(?<n>a)\\k<n>",
            "(a)\\1",
            "(a)\\k<-1>",
            "\\10",
            "[]a]",
            "[a-]",
            "[--a]",
            "[[:alpha:]]",
            "[a&&b]",
            "[\\b-a]",
            "\\p{Alpha}",
            "\\x4",
            "\\u{41 42}",
            "\\xc3\\xa9",
            "(?<=a|bc)",
            "(?<=^a)",
            "(?<=a(b))",
            "(?x: a # )\n)",
            "(a)(?(1)a|b)",
            "]",
            "\\k",
            "\\q",
            "(?<n>a\\g<n>?)",
            "a{3,3}",
            "[a-é]",
            "x{0}",
            "[[:alpha]]",
        ];
        for pattern in valid {
            assert!(is_valid(pattern), "{pattern}");
        }
        let invalid = [
            "*",
            "a|*b",
            "(",
            ")",
            "(?",
            "(?z)",
            "(?<n>a)\\1",
            "\\1",
            "\\k<n>",
            "{2}",
            "a{3,2}",
            "a{100001}",
            "[]",
            "[z-a]",
            "[a-\\d]",
            "[\\d-a]",
            "[[:foo:]]",
            "[[]]",
            "\\x",
            "\\xff",
            "\\u00",
            "\\u{d800}",
            "\\",
            "\\777",
            "(?<=a*)",
            "(?<=(?:a|bc)d)",
            "(?<!(a))",
            "(?<=\\R)",
            "(a)(?(1)a|b|c)",
            "(?P<n>a)",
            "[a--b]",
            "\\p{}",
            "(?x)(a # )",
            "\\c",
            "(?<1a>b)",
        ];
        for pattern in invalid {
            assert!(!is_valid(pattern), "{pattern}");
        }
    }
}
