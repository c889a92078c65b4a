//! Numbers, strings, regular expressions, lists of words.

use super::Reader;
use crate::template::ruby::{Ruby, RubyPart};
use smol_str::SmolStr;

impl Reader<'_> {
    pub(super) fn number(&mut self) -> Ruby {
        let digits = |text: &str| {
            let is_part = |b: &u8| b.is_ascii_digit() || *b == b'_';
            text.bytes().take_while(is_part).count()
        };
        let sign = usize::from(self.rest.starts_with('-'));
        let mut len = sign + digits(&self.rest[sign..]);
        // A dot without digits calls a method or makes a range.
        if let Some(fraction) = self.rest[len..].strip_prefix('.')
            && digits(fraction) > 0
        {
            len += 1 + digits(fraction);
        }
        let (number, rest) = self.rest.split_at(len);
        self.rest = rest;
        Ruby::Number(number.into())
    }

    pub(super) fn single_quoted(&mut self) -> Option<Ruby> {
        let mut text = String::new();
        let mut chars = self.rest[1..].chars();
        loop {
            match chars.next()? {
                '\'' => break,
                '\\' => match chars.next()? {
                    c @ ('\\' | '\'') => text.push(c),
                    c => text.extend(['\\', c]),
                },
                c => text.push(c),
            }
        }
        self.rest = chars.as_str();
        Some(Ruby::String(text_parts(text)))
    }

    pub(super) fn double_quoted(&mut self) -> Option<Ruby> {
        let mut parts = Vec::new();
        let mut text = String::new();
        self.rest = &self.rest[1..];
        loop {
            if self.rest.starts_with("#{") {
                self.rest = &self.rest[2..];
                parts.extend(text_parts(std::mem::take(&mut text)));
                parts.push(RubyPart::Hole(self.expression()?));
                self.expect("}")?;
                continue;
            }
            let mut chars = self.rest.chars();
            let c = chars.next()?;
            match c {
                '"' => {
                    self.rest = chars.as_str();
                    break;
                }
                '\\' => text.push(unescape(chars.next()?)),
                c => text.push(c),
            }
            self.rest = chars.as_str();
        }
        parts.extend(text_parts(text));
        Some(Ruby::String(parts))
    }

    /// `/…/` and its options, which are left out.
    pub(super) fn regex(&mut self) -> Option<Ruby> {
        let body = &self.rest[1..];
        let mut end = 0;
        while !body[end..].starts_with('/') {
            let c = body[end..].chars().next()?;
            end += c.len_utf8();
            if c == '\\' {
                end += body[end..].chars().next()?.len_utf8();
            }
        }
        self.rest = body[end + 1..].trim_start_matches(['i', 'm', 'x', 'o', 'u', 'n']);
        Some(Ruby::Regex(body[..end].into()))
    }

    /// `%w[a b]`
    pub(super) fn words(&mut self) -> Option<Ruby> {
        let rest = self.rest.strip_prefix("%w")?;
        let close = match rest.chars().next()? {
            '[' => ']',
            '(' => ')',
            '{' => '}',
            '|' => '|',
            _ => return None,
        };
        let (words, rest) = rest[1..].split_once(close)?;
        if words.contains('\\') {
            return None;
        }
        self.rest = rest;
        let word = |word: &str| Ruby::String(vec![RubyPart::Text(word.into())]);
        Some(Ruby::Array(words.split_whitespace().map(word).collect()))
    }
}

fn text_parts(text: String) -> Vec<RubyPart> {
    if text.is_empty() {
        Vec::new()
    } else {
        vec![RubyPart::Text(SmolStr::new(text))]
    }
}

const fn unescape(c: char) -> char {
    match c {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        's' => ' ',
        other => other,
    }
}
