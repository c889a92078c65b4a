//! Character classes.

use super::escape::Escape;
use super::{Checked, Checker, Invalid, MAX_DEPTH};

/// How far Onigmo looks for the end of an unknown name.
const LONGEST_NAME: usize = 20;

/// With less behind `[:`, Onigmo looks for no known name.
const SHORTEST_REST: usize = 7;

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
}

/// What came before, as far as it matters to a `-`. A class inside changes
/// nothing: in `[a-[b]c]` the range goes on to the `c`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing, a whole range, or `&&`: a `-` is a member.
    Start,
    /// A member with which a range may start.
    Value(Member),
    /// The first character of a range, and its `-`.
    Range(u32),
}

impl State {
    fn then(self, member: Member) -> Checked<Self> {
        match (self, member) {
            (Self::Range(low), Member::Char(high)) if low <= high => Ok(Self::Start),
            (Self::Range(_), _) => Err(Invalid),
            _ => Ok(Self::Value(member)),
        }
    }
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
        let mut state = State::Start;
        if self.eat("]") {
            if !has_closing_bracket(self.rest) {
                return Err(Invalid);
            }
            state = State::Value(Member::Char(u32::from(']')));
        }
        while !self.eat("]") {
            if self.eat("&&") {
                state = State::Start;
            } else if self.rest.starts_with('[') && !self.at_posix_bracket() {
                self.rest = &self.rest[1..];
                self.class()?;
            } else if let State::Value(first) = state
                && self.at_range()
            {
                self.eat("-");
                let Member::Char(low) = first else {
                    return Err(Invalid);
                };
                state = State::Range(low);
            } else {
                state = state.then(self.member()?)?;
            }
        }
        Ok(())
    }

    /// Whether a `-` comes that is neither the last member nor before `&&`.
    fn at_range(&self) -> bool {
        let Some(rest) = self.rest.strip_prefix('-') else {
            return false;
        };
        !rest.starts_with(']') && !rest.starts_with("&&")
    }

    /// Reads a character or an escape.
    fn member(&mut self) -> Checked<Member> {
        if self.at_posix_bracket() {
            return self.posix_bracket();
        }
        Ok(match self.next_char().ok_or(Invalid)? {
            '\\' => match self.escape(true)? {
                Escape::Char(c) => Member::Char(c),
                _ => Member::Class,
            },
            c => Member::Char(u32::from(c)),
        })
    }

    /// Whether what comes is read as `[:alpha:]`, known or not.
    fn at_posix_bracket(&self) -> bool {
        self.rest.strip_prefix("[:").is_some_and(has_posix_end)
    }

    /// `[:alpha:]`. If it is not quite one, the bracket is a plain character.
    fn posix_bracket(&mut self) -> Checked<Member> {
        let body = &self.rest[2..];
        let negated = body.strip_prefix('^').unwrap_or(body);
        if negated.chars().nth(SHORTEST_REST - 1).is_some()
            && let Some(name) = POSIX.iter().find(|name| negated.starts_with(**name))
        {
            self.rest = negated[name.len()..].strip_prefix(":]").ok_or(Invalid)?;
            return Ok(Member::Class);
        }
        let end = negated
            .char_indices()
            .take(LONGEST_NAME + 1)
            .find(|&(_, c)| c == ':' || c == ']');
        if end.is_some_and(|(at, _)| negated[at..].starts_with(":]")) {
            return Err(Invalid);
        }
        self.rest = &self.rest[1..];
        Ok(Member::Char(u32::from('[')))
    }
}

/// Whether a `:]` comes before any other `]`.
fn has_posix_end(text: &str) -> bool {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ':' if chars.peek() == Some(&']') => return true,
            ']' => return false,
            '\\' => drop(chars.next()),
            _ => {}
        }
    }
    false
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
