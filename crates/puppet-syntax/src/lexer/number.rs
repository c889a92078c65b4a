//! Numbers.

use super::Lexer;
use crate::token::TokenKind;

impl Lexer<'_> {
    pub(super) fn number(&mut self) {
        let rest = &self.bytes[self.pos..];
        let Some(len) = number_len(rest) else {
            let len = rest
                .iter()
                .position(|&b| !is_word_byte(b))
                .unwrap_or(rest.len());
            self.invalid(len, "illegal number");
            return;
        };
        if is_well_formed(&rest[..len]) {
            self.push(TokenKind::Number, len);
        } else {
            self.invalid(len, "illegal octal number");
        }
    }
}

const fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The longest number at the start of `bytes` that no letter or digit follows.
fn number_len(bytes: &[u8]) -> Option<usize> {
    if matches!(bytes, [b'0', b'x' | b'X', ..]) {
        let len = 2 + digits(&bytes[2..], u8::is_ascii_hexdigit);
        return (len > 2 && ends_at(bytes, len)).then_some(len);
    }
    let whole = digits(bytes, u8::is_ascii_digit);
    let fraction = match bytes.get(whole) {
        Some(b'.') => digits(&bytes[whole + 1..], u8::is_ascii_digit),
        _ => 0,
    };
    let mantissa = if fraction > 0 {
        whole + 1 + fraction
    } else {
        whole
    };
    let candidates = [mantissa + exponent_len(&bytes[mantissa..]), mantissa, whole];
    candidates.into_iter().find(|&len| ends_at(bytes, len))
}

/// Length of `e10` or `e-10`, or zero.
fn exponent_len(bytes: &[u8]) -> usize {
    let sign = match bytes {
        [b'e' | b'E', b'-', ..] => 2,
        [b'e' | b'E', ..] => 1,
        _ => return 0,
    };
    match digits(&bytes[sign..], u8::is_ascii_digit) {
        0 => 0,
        len => sign + len,
    }
}

fn digits(bytes: &[u8], is_digit: impl Fn(&u8) -> bool) -> usize {
    bytes
        .iter()
        .position(|b| !is_digit(b))
        .unwrap_or(bytes.len())
}

fn ends_at(bytes: &[u8], len: usize) -> bool {
    bytes.get(len).is_none_or(|&b| !is_word_byte(b))
}

/// A leading zero makes an octal number, unless a fraction or `x` follows.
fn is_well_formed(number: &[u8]) -> bool {
    match number {
        [b'0', b'x' | b'X', ..] => true,
        [b'0', second, ..] if *second != b'.' => number.iter().all(|b| matches!(b, b'0'..=b'7')),
        _ => true,
    }
}
