//! Ruby's regular expressions, as far as the `regex` crate means the same by
//! them.
//!
//! Both take the first alternative that matches, so what matches and what is
//! captured agree. What only Ruby has (lookaround, references, possessive
//! repeats) is not translated, and what depends on the script of the text
//! (`\w`, `\b`, case) is tried on ASCII texts only. (Ruby's documentation of
//! `Regexp`; Onigmo's `doc/RE`.)

use regex::{Regex, RegexBuilder};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Write as _;

/// The greatest compiled pattern, in bytes.
const SIZE_LIMIT: usize = 1 << 20;
/// Longer patterns are not translated.
const MAX_LENGTH: usize = 4096;
/// So many compiled patterns a thread keeps.
const MOST_KNOWN: usize = 64;

/// A translated pattern.
#[derive(Debug)]
pub(super) struct RubyPattern {
    regex: Regex,
    /// Whether its meaning depends on the script of the text.
    needs_ascii: bool,
    /// Whether it has `\Z`, which was read as `\z`.
    needs_no_final_newline: bool,
}

/// Ruby's options of a pattern.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Flags {
    /// `/i`
    pub ignore_case: bool,
    /// `/m`: `.` matches a line's end, too.
    pub multi_line: bool,
    /// `/x`
    pub extended: bool,
}

impl RubyPattern {
    /// The pattern `source`; `None` where it means something else here, or
    /// nothing.
    pub(super) fn new(source: &str, flags: Flags) -> Option<Self> {
        if source.len() > MAX_LENGTH {
            return None;
        }
        let mut translation = Translation {
            rest: source,
            out: String::new(),
            needs_ascii: flags.ignore_case || !source.is_ascii(),
            needs_no_final_newline: false,
            groups: Groups::default(),
        };
        translation.run()?;
        // With named groups, Ruby's plain ones capture nothing.
        if translation.groups.named && translation.groups.numbered {
            return None;
        }
        let regex = compiled(&translation.out, flags)?;
        Some(Self {
            regex,
            needs_ascii: translation.needs_ascii,
            needs_no_final_newline: translation.needs_no_final_newline,
        })
    }

    /// The pattern for use on `subject`; `None` where Ruby may see it
    /// otherwise.
    pub(super) fn on(&self, subject: &str) -> Option<&Regex> {
        let is_plain = subject.is_ascii() || !self.needs_ascii;
        let ends_plainly = !self.needs_no_final_newline || !subject.ends_with('\n');
        (is_plain && ends_plainly).then_some(&self.regex)
    }
}

/// A pattern of the `regex` crate. Code that many hosts' classes lead to asks for
/// the same few again and again, and compiling one is dear.
fn compiled(pattern: &str, flags: Flags) -> Option<Regex> {
    thread_local! {
        static KNOWN: RefCell<HashMap<(String, Flags), Option<Regex>>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| {
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        let key = (pattern.to_owned(), flags);
        known
            .entry(key)
            .or_insert_with(|| build(pattern, flags))
            .clone()
    })
}

fn build(pattern: &str, flags: Flags) -> Option<Regex> {
    RegexBuilder::new(pattern)
        .multi_line(true)
        .case_insensitive(flags.ignore_case)
        .dot_matches_new_line(flags.multi_line)
        .ignore_whitespace(flags.extended)
        .size_limit(SIZE_LIMIT)
        .build()
        .ok()
}

/// A pattern being read.
struct Translation<'p> {
    rest: &'p str,
    out: String,
    needs_ascii: bool,
    needs_no_final_newline: bool,
    groups: Groups,
}

/// The groups of a pattern that capture.
#[derive(Default)]
struct Groups {
    named: bool,
    numbered: bool,
}

impl Translation<'_> {
    fn run(&mut self) -> Option<()> {
        // Whether something stands before that a repeat can follow, and whether
        // the last thing was a repeat, after which `+` means something else.
        let mut after_repeat = false;
        while let Some(character) = self.next() {
            let was_repeat = std::mem::take(&mut after_repeat);
            match character {
                '\\' => self.escape(false)?,
                '[' => self.class()?,
                '(' => self.group()?,
                '*' | '+' | '?' => {
                    // `a++` and `a*+` are possessive, `a**` repeats a repeat.
                    if was_repeat && character != '?' {
                        return None;
                    }
                    self.out.push(character);
                    after_repeat = true;
                }
                '{' => after_repeat = self.interval()?,
                '}' => self.out.push_str("\\}"),
                other => self.out.push(other),
            }
        }
        Some(())
    }

    fn next(&mut self) -> Option<char> {
        let character = self.rest.chars().next()?;
        self.rest = &self.rest[character.len_utf8()..];
        Some(character)
    }

    fn eat(&mut self, prefix: &str) -> bool {
        match self.rest.strip_prefix(prefix) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// What follows a backslash.
    fn escape(&mut self, in_class: bool) -> Option<()> {
        let character = self.next()?;
        match character {
            'A' | 'z' | 'B' if !in_class => {
                self.needs_ascii |= character == 'B';
                self.out.extend(['\\', character]);
            }
            'b' if !in_class => {
                self.needs_ascii = true;
                self.out.push_str("\\b");
            }
            'Z' if !in_class => {
                self.needs_no_final_newline = true;
                self.out.push_str("\\z");
            }
            'b' => self.out.push_str("\\x08"),
            // Of ASCII only in Ruby, whatever the text.
            'd' | 'D' | 'w' | 'W' | 's' | 'S' => {
                let members = match character.to_ascii_lowercase() {
                    'd' => "0-9",
                    'w' => "0-9A-Za-z_",
                    _ => r"\t\n\v\f\r\x20",
                };
                let not = if character.is_ascii_uppercase() {
                    "^"
                } else {
                    ""
                };
                let _ = write!(self.out, "[{not}{members}]");
            }
            'n' | 't' | 'r' | 'f' | 'v' | 'a' => self.out.extend(['\\', character]),
            'e' => self.out.push_str("\\x1b"),
            'h' if in_class => self.out.push_str("0-9a-fA-F"),
            'h' => self.out.push_str("[0-9a-fA-F]"),
            'H' if !in_class => self.out.push_str("[^0-9a-fA-F]"),
            '0' if !self.rest.starts_with(|it: char| it.is_ascii_digit()) => {
                self.out.push_str("\\x00");
            }
            'x' => {
                let digits = self.rest.get(..2)?;
                let code = u8::from_str_radix(digits, 16).ok().filter(u8::is_ascii)?;
                self.rest = &self.rest[2..];
                let _ = write!(self.out, "\\x{code:02x}");
            }
            // References, properties, `\G`, `\K`, `\R`, `\X`, …
            other if other.is_ascii_alphanumeric() => return None,
            other => self.literal(other),
        }
        Some(())
    }

    fn literal(&mut self, character: char) {
        self.out
            .push_str(&regex::escape(character.encode_utf8(&mut [0; 4])));
        // Blanks and comments of the extended syntax, escaped in Ruby.
        if character == ' ' {
            self.out.pop();
            self.out.push_str("\\x20");
        }
    }

    /// `[a-z]`, up to its end.
    fn class(&mut self) -> Option<()> {
        self.out.push('[');
        if self.eat("^") {
            self.out.push('^');
        }
        // A bracket that comes first is Ruby's warning, and not worth a guess.
        if self.rest.starts_with(']') {
            return None;
        }
        loop {
            match self.next()? {
                ']' => break,
                '[' if self.rest.starts_with(':') => {
                    let end = self.rest.find(":]")? + 2;
                    let (name, rest) = self.rest.split_at(end);
                    self.needs_ascii = true;
                    self.out.push('[');
                    self.out.push_str(name);
                    self.rest = rest;
                }
                '[' => self.class()?,
                '\\' => self.escape(true)?,
                '&' if self.eat("&") => self.out.push_str("&&"),
                // Two of these mean something in the `regex` crate.
                '-' if self.rest.starts_with('-') => return None,
                '~' => self.out.push_str("\\~"),
                // Skipped by the crate in the extended syntax.
                ' ' => self.out.push_str("\\x20"),
                '#' => self.out.push_str("\\#"),
                other => self.out.push(other),
            }
        }
        self.out.push(']');
        Some(())
    }

    /// What follows an opening parenthesis.
    fn group(&mut self) -> Option<()> {
        self.out.push('(');
        if !self.rest.starts_with('?') {
            self.groups.numbered = true;
            return Some(());
        }
        if self.eat("?:") {
            self.out.push_str("?:");
            return Some(());
        }
        if self.rest.starts_with("?<")
            && !self.rest.starts_with("?<=")
            && !self.rest.starts_with("?<!")
        {
            let end = self.rest.find('>')? + 1;
            let (name, rest) = self.rest.split_at(end);
            self.groups.named = true;
            self.out.push_str(name);
            self.rest = rest;
            return Some(());
        }
        self.options()
    }

    /// `?i-m:` or `?i)`, with Ruby's `m` for the crate's `s`.
    fn options(&mut self) -> Option<()> {
        let end = self.rest.find([':', ')'])?;
        let (options, rest) = self.rest.split_at(end);
        let options = options.strip_prefix('?')?;
        // Without the colon, the options hold beyond an alternative in Ruby.
        let is_plain = options.chars().all(|it| matches!(it, 'i' | 'm' | '-'));
        if !is_plain || options.is_empty() || rest.starts_with(')') {
            return None;
        }
        self.needs_ascii |= options.contains('i');
        self.out.push('?');
        self.out.push_str(&options.replace('m', "s"));
        self.rest = rest;
        Some(())
    }

    /// `{2,3}`; any other brace is a character. Says whether it was a repeat.
    fn interval(&mut self) -> Option<bool> {
        let inner = self.rest.split_once('}').map(|(inner, _)| inner);
        let is_number = |it: &str| it.bytes().all(|byte| byte.is_ascii_digit());
        let repeat = inner.and_then(|inner| match inner.split_once(',') {
            Some(("", "")) => None,
            Some(("", to)) if is_number(to) => Some(format!("{{0,{to}}}")),
            Some((from, to)) if is_number(from) && is_number(to) => Some(format!("{{{inner}}}")),
            None if !inner.is_empty() && is_number(inner) => Some(format!("{{{inner}}}")),
            _ => None,
        });
        let (Some(repeat), Some(inner)) = (repeat, inner) else {
            self.out.push_str("\\{");
            return Some(false);
        };
        self.out.push_str(&repeat);
        self.rest = &self.rest[inner.len() + 1..];
        // `{2}?` is lazy here and optional in Ruby.
        (inner.contains(',') || !self.rest.starts_with('?')).then_some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, subject: &str) -> Option<bool> {
        let pattern = RubyPattern::new(pattern, Flags::default())?;
        Some(pattern.on(subject)?.is_match(subject))
    }

    #[test]
    fn lines_have_their_own_ends() {
        assert_eq!(matches("^b$", "a\nb\nc"), Some(true));
        assert_eq!(matches(r"\Ab\z", "a\nb"), Some(false));
        assert_eq!(matches(r"b\Z", "b"), Some(true));
        assert_eq!(matches(r"b\Z", "b\n"), None);
    }

    #[test]
    fn what_only_ruby_has_is_left_alone() {
        for pattern in [
            "a++",
            "(?=a)",
            r"(a)\1",
            "(?<n>a)(b)",
            r"\p{Alpha}",
            "(?i)a|b",
            "a{2}+",
        ] {
            assert_eq!(matches(pattern, "aa"), None, "{pattern}");
        }
        assert_eq!(matches(r"\bw", "éw"), None);
        assert_eq!(matches(r"^\w$", "é"), Some(false));
        assert_eq!(matches("a{,2}b", "aab"), Some(true));
        assert_eq!(matches("a{x}", "a{x}"), Some(true));
        assert_eq!(matches(r"[\h:]+$", "00:ff"), Some(true));
    }
}
