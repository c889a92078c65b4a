//! Base64 in text: of PEM (a Secret's `data`), of DER (a bare `caBundle`).
//!
//! Found in the bytes, like PEM itself, so that a template that is no valid
//! YAML hides nothing.

use super::{Dialect, armour, private_key};
use crate::certificate::Certificate;
use crate::facts::{Cert, Encoding, Facts};
use crate::pem::{LENIENT_BASE64, blocks};
use crate::view::{MAX_DEPTH, View};
use crate::words::searcher;
use aho_corasick::AhoCorasick;
use base64::Engine as _;
use std::cell::LazyCell;
use std::ops::Range;
use std::sync::{Arc, LazyLock};
use zeroize::Zeroizing;

pub(super) const DIALECT: Dialect = Dialect {
    name: "base64",
    reads: |_| true,
    extract: |view, _, facts| extract(view, facts),
};

/// `-----BEGIN` in base64 at its three alignments, and how every DER SEQUENCE of
/// 256 bytes to 64 KiB begins.
static MARKS: LazyLock<AhoCorasick> =
    LazyLock::new(|| searcher(["LS0tLS1CRUdJTi", "0tLS0tQkVHSU4", "tLS0tLUJFR0lO", "MII"]));

/// A certificate is longer than this in base64.
const MIN_RUN: usize = 200;

fn extract(view: &View, facts: &mut Facts) {
    if view.depth() >= MAX_DEPTH {
        return;
    }
    let armoured = LazyCell::new(|| {
        blocks(view.bytes)
            .into_iter()
            .map(|block| block.range)
            .collect::<Vec<_>>()
    });
    let mut done = 0;
    for mark in MARKS.find_iter(view.bytes) {
        let inside = |range: &Range<usize>| range.contains(&mark.start());
        if mark.start() < done || armoured.iter().any(inside) {
            continue;
        }
        let run = Run::around(view.bytes, mark.start());
        if run.base64.len() >= MIN_RUN && read(view, &run, facts) {
            done = run.range.end;
        }
    }
}

/// Reads one run; whether it held anything.
fn read(view: &View, run: &Run, facts: &mut Facts) -> bool {
    // It may be a private key, of which nothing is to stay in memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(run.base64.len()));
    if LENIENT_BASE64.decode_vec(&*run.base64, &mut bytes).is_err() {
        return false;
    }
    let found = |facts: &Facts| facts.certs.len() + facts.private_keys.len();
    let before = found(facts);
    if let Some((certificate, _)) = Certificate::prefix_of(&bytes) {
        facts.certs.push(Cert {
            certificate: Arc::new(certificate),
            at: view.span(run.range.clone()),
            encoding: Encoding::Base64Der,
            container: view.container.into(),
        });
    } else {
        let to_outer = |offset: usize| run.source(offset / 3 * 4);
        let inner = view.nested(&bytes, &to_outer, view.container);
        armour::certificates(&inner, Encoding::Base64Pem, facts);
        private_key::keys(&inner, facts);
        extract(&inner, facts);
    }
    found(facts) > before
}

/// A run of base64, perhaps over several lines.
struct Run {
    /// From its first character to its last.
    range: Range<usize>,
    base64: Zeroizing<Vec<u8>>,
    /// For each line: how many characters came before it, and where it begins.
    lines: Vec<(usize, usize)>,
}

impl Run {
    fn around(bytes: &[u8], at: usize) -> Self {
        // `=` ends a run; before one it is an assignment's sign.
        let is_digit = |byte: &&u8| is_base64(**byte) && **byte != b'=';
        let start = at - bytes[..at].iter().rev().take_while(is_digit).count();
        let mut run = Self {
            range: start..start,
            base64: Zeroizing::default(),
            lines: Vec::new(),
        };
        let mut line = start;
        loop {
            let len = bytes[line..]
                .iter()
                .take_while(|byte| is_base64(**byte))
                .count();
            run.lines.push((run.base64.len(), line));
            run.base64.extend_from_slice(&bytes[line..line + len]);
            run.range.end = line + len;
            match next_line(bytes, line + len) {
                Some(next) => line = next,
                None => return run,
            }
        }
    }

    /// Where a character of the run stands.
    fn source(&self, offset: usize) -> usize {
        let line = self
            .lines
            .partition_point(|(before, _)| *before <= offset)
            .max(1)
            - 1;
        let (before, start) = self.lines[line];
        (start + offset - before).min(self.range.end)
    }
}

/// The next line's first character, where the run goes on there: the line is
/// nothing but base64, of a length at which people wrap.
fn next_line(bytes: &[u8], end: usize) -> Option<usize> {
    let rest = &bytes[end..];
    let rest = rest.strip_prefix(b"\r").unwrap_or(rest);
    let rest = rest.strip_prefix(b"\n")?;
    let indent = rest
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    let rest = &rest[indent..];
    let len = rest.iter().take_while(|byte| is_base64(**byte)).count();
    let ends = rest
        .get(len)
        .is_none_or(|byte| matches!(byte, b'\n' | b'\r' | b'"' | b'\''));
    (len > 0 && ends).then(|| bytes.len() - rest.len())
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}
