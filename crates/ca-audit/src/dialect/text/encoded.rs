//! Base64 in text (RFC 4648): of PEM (a Secret's `data`), of DER (a bare
//! `caBundle`), of gzip, of whole documents and key stores.
//!
//! Found in the bytes, like PEM itself, so that a template that is no valid
//! YAML hides nothing.

use super::marks;
use super::{Seen, found};
use crate::dialect::extract_nested;
use crate::facts::{Facts, Wrapping};
use crate::pem::LENIENT_BASE64;
use crate::view::{MAX_DEPTH, View};
use base64::Engine as _;
use std::ops::Range;
use zeroize::Zeroizing;

/// A certificate is longer than this in base64.
const MIN_RUN: usize = 200;

/// Marks in one run that are tried, before the run is given up: its own first
/// characters may belong to a word before it.
const MAX_TRIES: usize = 3;

/// Reads every run of base64 that may hold certificates.
pub(super) fn extract(view: &View, seen: &mut Seen, facts: &mut Facts) {
    if view.depth() >= MAX_DEPTH {
        return;
    }
    let (mut done, mut tries) = (0, 0);
    for mark in marks::base64().find_iter(view.bytes) {
        if view.budget.is_spent() {
            return;
        }
        if mark.start() < done || seen.holds(mark.start()) {
            continue;
        }
        let run = Run::around(view.bytes, mark.start());
        tries += 1;
        let holds = run.base64.len() >= MIN_RUN && read(view, &run, mark.start(), facts);
        if holds {
            seen.add(run.range.clone());
        }
        if holds || tries == MAX_TRIES || run.base64.len() < MIN_RUN {
            (done, tries) = (run.range.end, 0);
        }
    }
}

/// Reads one run from its start or from the mark in it; whether it held
/// anything.
fn read(view: &View, run: &Run, mark: usize, facts: &mut Facts) -> bool {
    let from_mark = run.digits_before(mark);
    let mut starts = vec![0];
    starts.extend((from_mark > 0).then_some(from_mark));
    let before = found(facts);
    for start in starts {
        if !view.affords(facts, run.range.clone(), run.decoded_len(start)) {
            return false;
        }
        let Some(bytes) = run.decoded(start) else {
            continue;
        };
        let to_outer = |offset: usize| run.source(start + offset / 3 * 4);
        let inner = view.nested(&bytes, &to_outer).without(Wrapping::Base64);
        extract_nested(&inner, facts);
        if found(facts) > before {
            return true;
        }
    }
    false
}

/// A run of base64, perhaps over several lines.
struct Run {
    /// From its first character to its last.
    range: Range<usize>,
    /// Its characters in the standard alphabet.
    base64: Zeroizing<Vec<u8>>,
    /// For each line: how many characters came before it, and where it begins.
    lines: Vec<(usize, usize)>,
}

impl Run {
    fn around(bytes: &[u8], at: usize) -> Self {
        let lines = lines_around(bytes, at);
        let len = lines.iter().map(Range::len).sum();
        let mut run = Self {
            range: lines[0].start..lines[lines.len() - 1].end,
            // Room for all of it: growing would leave a copy behind.
            base64: Zeroizing::new(Vec::with_capacity(len)),
            lines: Vec::new(),
        };
        for line in lines {
            run.lines.push((run.base64.len(), line.start));
            run.base64.extend_from_slice(&bytes[line]);
        }
        for byte in &mut *run.base64 {
            *byte = match *byte {
                b'-' => b'+',
                b'_' => b'/',
                byte => byte,
            };
        }
        run
    }

    /// How many bytes the run means from a character on.
    fn decoded_len(&self, start: usize) -> usize {
        (self.base64.len() - start) / 4 * 3
    }

    /// The bytes that the run means from a character on. Lines that turn out
    /// not to belong to it are left out.
    fn decoded(&self, start: usize) -> Option<Zeroizing<Vec<u8>>> {
        let ends = self.lines.iter().skip(1).map(|(before, _)| *before);
        let mut ends: Vec<usize> = ends.chain([self.base64.len()]).collect();
        ends.reverse();
        // A word behind the run is one line, and so may be a shorter last one.
        ends.iter()
            .take(3)
            .filter(|end| **end > start)
            .find_map(|end| {
                // It may be a private key, of which nothing is to stay in
                // memory: room for all of it, or growing leaves a copy behind.
                let mut bytes = Zeroizing::new(Vec::with_capacity(end - start));
                let base64 = &self.base64[start..*end];
                LENIENT_BASE64.decode_vec(base64, &mut bytes).ok()?;
                Some(bytes)
            })
    }

    /// How many characters of the run stand before a place.
    fn digits_before(&self, at: usize) -> usize {
        let (before, start) = self.lines[self.line(|(_, start)| *start <= at)];
        before + at.saturating_sub(start)
    }

    /// Where a character of the run stands.
    fn source(&self, offset: usize) -> usize {
        let (before, start) = self.lines[self.line(|(before, _)| *before <= offset)];
        (start + offset - before).min(self.range.end)
    }

    fn line(&self, is_before: impl Fn(&(usize, usize)) -> bool) -> usize {
        self.lines.partition_point(is_before).max(1) - 1
    }
}

/// The lines of the run with the character at `at`, without their indentation.
///
/// Wrapped base64 has lines of one length and a shorter last one; a first line
/// may begin behind a key.
fn lines_around(bytes: &[u8], at: usize) -> Vec<Range<usize>> {
    let own = line_around(bytes, at);
    let mut lines = vec![own.clone()];
    let mut width = own.len();
    let mut first = own.clone();
    while let Some(line) = line_before(bytes, first.start, width) {
        first = line.clone();
        lines.push(line);
    }
    lines.reverse();
    let mut last = own;
    while bytes[last.clone()].last() != Some(&b'=')
        && let Some(line) = line_after(bytes, last.end)
    {
        let is_second = lines.len() == 1;
        if line.len() > width && !is_second {
            break;
        }
        let is_full = is_second || line.len() == width;
        width = line.len();
        last = line.clone();
        lines.push(line);
        if !is_full {
            break;
        }
    }
    lines
}

/// The characters of base64 around a place on its own line.
fn line_around(bytes: &[u8], at: usize) -> Range<usize> {
    let reach = |belongs: fn(u8) -> bool| {
        // `=` ends a run; before one it is an assignment's sign.
        let before = bytes[..at].iter().rev();
        let before = before.take_while(|byte| belongs(**byte) && **byte != b'=');
        let start = at - before.count();
        let after = bytes[at..].iter().take_while(|byte| belongs(**byte));
        let end = at + after.count();
        let padding = bytes[end..]
            .iter()
            .take_while(|byte| **byte == b'=')
            .take(2);
        start..end + padding.count()
    };
    let standard = reach(is_standard);
    let is_cut = matches!(bytes.get(standard.end), Some(b'-' | b'_'))
        || matches!(bytes[..standard.start].last(), Some(b'-' | b'_'));
    if is_cut { reach(is_url_safe) } else { standard }
}

/// The line before the one that starts at `start`, if it is all base64 and
/// `width` long.
fn line_before(bytes: &[u8], start: usize, width: usize) -> Option<Range<usize>> {
    let end = bytes[..start].trim_ascii_end().len();
    if !is_one_break(&bytes[end..start]) {
        return None;
    }
    // No further: it may be a very long line, and be asked for very often.
    let digits = bytes[..end].iter().rev().take(width + 1);
    let len = digits.take_while(|byte| is_digit(**byte)).count();
    let line = end - len..end;
    let starts_line = matches!(
        bytes[..line.start].last(),
        None | Some(b'\n' | b' ' | b'\t' | b'"' | b'\'' | b'>')
    );
    (len > 0 && len == width && starts_line).then_some(line)
}

/// The line behind `end`, if the run goes on there: it is nothing but base64.
fn line_after(bytes: &[u8], end: usize) -> Option<Range<usize>> {
    let rest = &bytes[end..];
    let start = bytes.len() - rest.trim_ascii_start().len();
    if !is_one_break(&bytes[end..start]) {
        return None;
    }
    let rest = &bytes[start..];
    let digits = rest.iter().take_while(|byte| is_digit(**byte)).count();
    let padding = rest[digits..].iter().take_while(|byte| **byte == b'=');
    let len = digits + padding.take(2).count();
    let ends = rest
        .get(len)
        .is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'<'));
    (digits > 0 && ends).then(|| start..start + len)
}

/// Whether white space is one line break, or the blank that a folded string
/// has in its place.
fn is_one_break(white: &[u8]) -> bool {
    let breaks = memchr::memchr_iter(b'\n', white).count();
    breaks == 1 || white == b" "
}

fn is_digit(byte: u8) -> bool {
    ALPHABETS[usize::from(byte)] != 0
}

fn is_standard(byte: u8) -> bool {
    ALPHABETS[usize::from(byte)] & IN_STANDARD != 0
}

fn is_url_safe(byte: u8) -> bool {
    ALPHABETS[usize::from(byte)] & IN_URL_SAFE != 0
}

const IN_STANDARD: u8 = 1;
const IN_URL_SAFE: u8 = 2;

/// In which alphabets each byte is a digit (RFC 4648 §4 and §5). Every byte of
/// a run is asked for, some of them twice.
static ALPHABETS: [u8; 256] = {
    let mut alphabets = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        alphabets[byte] = match byte as u8 {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => IN_STANDARD | IN_URL_SAFE,
            b'+' | b'/' => IN_STANDARD,
            b'-' | b'_' => IN_URL_SAFE,
            _ => 0,
        };
        byte += 1;
    }
    alphabets
};
