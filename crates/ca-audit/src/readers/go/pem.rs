//! The next PEM block as Go finds it.
//!
//! Source: Go 1.27.3, `encoding/pem/pem.go` (`Decode`, `getLine`,
//! `removeSpacesAndTabs`) and `encoding/base64/base64.go` (`decodeQuantum`).
//! This Go looks for the first END line and then back for the last BEGIN
//! before it; Go 1.22.10 looks for BEGIN first, and finds other blocks in some
//! texts with several broken lines.

use std::ops::Range;

use memchr::memmem;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"\n-----END ";
const DASHES: &[u8] = b"-----";

/// One block that Go returns.
pub(super) struct Block<'a> {
    /// From the first dash of BEGIN to the last of END, in the whole text.
    pub(super) at: Range<usize>,
    /// The text between `BEGIN ` and the dashes after it.
    pub(super) label: &'a [u8],
    /// Whether lines with a colon stand before the body.
    pub(super) has_headers: bool,
    /// The decoded body.
    pub(super) bytes: Vec<u8>,
}

/// All blocks of `text`, in order.
pub(super) fn blocks(text: &[u8]) -> impl Iterator<Item = Block<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let (block, rest) = decode(text, from)?;
        from = rest;
        Some(block)
    })
}

/// `pem.Decode` of what follows `start`, and where its rest begins.
fn decode(text: &[u8], start: usize) -> Option<(Block<'_>, usize)> {
    let mut from = start;
    loop {
        let end = from + memmem::find(&text[from..], END)?;
        match block_before(text, from, end) {
            Attempt::Block(block, rest) => return Some((block, rest)),
            Attempt::Next(next) => from = next,
            Attempt::GiveUp => return None,
        }
    }
}

enum Attempt<'a> {
    Block(Block<'a>, usize),
    /// No block here; look on from this position.
    Next(usize),
    /// Go returns that there is no further block.
    GiveUp,
}

/// What Go makes of the END line whose line break stands at `end`.
fn block_before(text: &[u8], from: usize, end: usize) -> Attempt<'_> {
    let after_end = end + END.len();
    let Some(found) = memmem::rfind(&text[from..end], BEGIN) else {
        return Attempt::Next(after_end);
    };
    let begin = from + found;
    // A block may stand where the search began, which is behind the last END.
    if found > 0 && text[begin - 1] != b'\n' {
        return Attempt::Next(after_end);
    }
    let label_at = begin + BEGIN.len();
    let (line, mut rest) = line(text, label_at);
    let Some(label) = line.strip_suffix(DASHES) else {
        return next(after_end, rest);
    };
    let mut has_headers = false;
    loop {
        if rest >= text.len() {
            return Attempt::GiveUp;
        }
        let (line, next) = self::line(text, rest);
        if !line.contains(&b':') {
            break;
        }
        has_headers = true;
        rest = next;
    }
    if has_headers && end < rest {
        return next(after_end, rest);
    }
    let Some(closed) = closing(text, after_end, label) else {
        return next(after_end, rest);
    };
    // The line break before END may be the one after BEGIN.
    let body = text.get(rest..end).unwrap_or_default();
    let Some(bytes) = base64(body) else {
        return next(after_end, rest);
    };
    let block = Block {
        at: begin..closed,
        label,
        has_headers,
        bytes,
    };
    Attempt::Block(block, self::line(text, end + END.len() - 1).1)
}

/// Go looks on behind END, unless what it took for headers reaches beyond it:
/// then it gives up (`endTrailerIndex < 0`).
fn next<'a>(after_end: usize, rest: usize) -> Attempt<'a> {
    if after_end < rest {
        Attempt::GiveUp
    } else {
        Attempt::Next(after_end)
    }
}

/// Where the END line's last dash ends, if that line is what it has to be.
fn closing(text: &[u8], after_end: usize, label: &[u8]) -> Option<usize> {
    let rest = &text[after_end..];
    let trailer = rest.strip_prefix(label)?.strip_prefix(DASHES)?;
    let (remainder, _) = line(trailer, 0);
    remainder
        .is_empty()
        .then_some(after_end + label.len() + DASHES.len())
}

/// The line that starts at `from` without blanks at its end, and where the
/// next one starts.
fn line(text: &[u8], from: usize) -> (&[u8], usize) {
    let rest = text.get(from..).unwrap_or_default();
    let (mut line, next) = match memchr::memchr(b'\n', rest) {
        Some(at) => {
            let line = &rest[..at];
            (line.strip_suffix(b"\r").unwrap_or(line), from + at + 1)
        }
        None => (rest, text.len()),
    };
    while let [before @ .., b' ' | b'\t'] = line {
        line = before;
    }
    (line, next)
}

/// Standard base64 with padding as Go decodes it: blanks and line breaks are
/// skipped, anything else that is not of the alphabet fails.
fn base64(body: &[u8]) -> Option<Vec<u8>> {
    let mut characters = body
        .iter()
        .copied()
        .filter(|byte| !b" \t\r\n".contains(byte));
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3);
    loop {
        let mut quantum = 0u32;
        for position in 0..4usize {
            let Some(character) = characters.next() else {
                return (position == 0).then_some(bytes);
            };
            if let Some(value) = super::super::sextet(character) {
                quantum = quantum << 6 | u32::from(value);
                continue;
            }
            if character != b'=' || position < 2 {
                return None;
            }
            if position == 2 && characters.next() != Some(b'=') {
                return None;
            }
            quantum <<= 6 * (4 - position);
            bytes.extend_from_slice(&quantum.to_be_bytes()[1..position]);
            return characters.next().is_none().then_some(bytes);
        }
        bytes.extend_from_slice(&quantum.to_be_bytes()[1..]);
    }
}
