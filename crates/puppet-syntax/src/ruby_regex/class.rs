//! Character classes.

use super::escape::Escape;
use super::{Checked, Checker, Invalid, MAX_DEPTH};

/// How far Onigmo looks for the end of an unknown name.
const LONGEST_NAME: usize = 20;

const POSIX: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "xdigit", "word",
];

/// A member of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Member {
    Char(u32),
    /// One of many characters, which can be no end of a range.
    Class,
    /// A class inside, or `&&`.
    Other,
}

impl Checker<'_> {
    /// Reads from behind a `[` up to its `]`.
    pub(super) fn class(&mut self) -> Checked {
        if self.depth >= MAX_DEPTH {
            return Err(Invalid);
        }
        self.depth += 1;
        let result = self.class_members();
        self.depth -= 1;
        result
    }

    fn class_members(&mut self) -> Checked {
        self.eat("^");
        // A `]` that comes first is a member if another one follows.
        let mut previous = None;
        if self.eat("]") {
            if !has_closing_bracket(self.rest) {
                return Err(Invalid);
            }
            previous = Some(Member::Char(u32::from(']')));
        }
        loop {
            if self.eat("]") {
                return Ok(());
            }
            if previous.is_some() && self.at_range() {
                previous = self.range(previous)?;
            } else {
                previous = Some(self.member()?);
            }
        }
    }

    /// Whether a `-` comes that is neither the last member nor before `&&`.
    fn at_range(&self) -> bool {
        let Some(rest) = self.rest.strip_prefix('-') else {
            return false;
        };
        !rest.starts_with(']') && !rest.starts_with("&&")
    }

    /// Reads `-` and the end of a range.
    fn range(&mut self, first: Option<Member>) -> Checked<Option<Member>> {
        self.eat("-");
        let nested = self.rest.starts_with('[') && !self.rest.starts_with("[:");
        let last = self.member()?;
        match (first, last) {
            (Some(Member::Other), last) => Ok(Some(last)),
            (Some(Member::Char(_)), Member::Other) if nested => Ok(Some(Member::Other)),
            (Some(Member::Char(low)), Member::Char(high)) if low <= high => Ok(None),
            _ => Err(Invalid),
        }
    }

    fn member(&mut self) -> Checked<Member> {
        if self.eat("&&") {
            return Ok(Member::Other);
        }
        if self.rest.starts_with("[:")
            && let Some(posix) = self.posix_bracket()?
        {
            return Ok(posix);
        }
        Ok(match self.next_char().ok_or(Invalid)? {
            '[' => {
                self.class()?;
                Member::Other
            }
            '\\' => match self.escape(true)? {
                Escape::Char(c) => Member::Char(c),
                _ => Member::Class,
            },
            c => Member::Char(u32::from(c)),
        })
    }

    /// `[:alpha:]`; anything else that starts like it is a class inside.
    fn posix_bracket(&mut self) -> Checked<Option<Member>> {
        let body = &self.rest[2..];
        let negated = body.strip_prefix('^').unwrap_or(body);
        if let Some(name) = POSIX.iter().find(|name| negated.starts_with(**name))
            && let Some(rest) = negated[name.len()..].strip_prefix(":]")
        {
            self.rest = rest;
            return Ok(Some(Member::Class));
        }
        let end = negated
            .char_indices()
            .take(LONGEST_NAME)
            .find(|&(_, c)| c == ':' || c == ']');
        let unknown = end.is_some_and(|(at, _)| negated[at..].starts_with(":]"));
        if unknown { Err(Invalid) } else { Ok(None) }
    }
}

/// Whether a `]` without a backslash follows.
fn has_closing_bracket(text: &str) -> bool {
    let mut escaped = false;
    text.chars().any(|c| {
        let closes = c == ']' && !escaped;
        escaped = c == '\\' && !escaped;
        closes
    })
}
