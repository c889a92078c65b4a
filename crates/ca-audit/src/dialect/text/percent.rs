//! Percent-encoding: `data:,-----BEGIN%20CERTIFICATE-----%0A…` in an Ignition
//! configuration, form data, URLs (RFC 3986 §2.1). Base64 has three characters
//! that URLs write so: `data:;base64,MII…%2B…%3D`.

use super::marks::{self, PERCENT};
use super::{Seen, found};
use crate::dialect::extract_nested;
use crate::facts::{Facts, Wrapping};
use crate::view::{MAX_DEPTH, View};
use crate::words::searcher;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// The characters of base64 that are written otherwise in URLs.
const DIGITS: [&str; 6] = ["%2B", "%2b", "%2F", "%2f", "%3D", "%3d"];

/// Reads every run of percent-encoded armour or base64.
pub(super) fn extract(view: &View, seen: &mut Seen, facts: &mut Facts) {
    static AUTOMATON: LazyLock<AhoCorasick> =
        LazyLock::new(|| searcher(PERCENT.into_iter().chain(DIGITS)));
    if view.depth() >= MAX_DEPTH {
        return;
    }
    let mut done = 0;
    for mark in AUTOMATON.find_iter(view.bytes) {
        if mark.start() < done || seen.holds(mark.start()) {
            continue;
        }
        let is_plain = |byte: &&u8| byte.is_ascii_graphic() && !b"\"'<>`,;\\{}".contains(byte);
        let ahead = &view.bytes[done..mark.start()];
        let start = mark.start() - ahead.iter().rev().take_while(is_plain).count();
        let rest = &view.bytes[mark.end()..];
        let end = mark.end() + rest.iter().take_while(is_plain).count();
        done = end;
        let decoded = Decoded::of(&view.bytes[start..end]);
        if !marks::any(&decoded.bytes) {
            continue;
        }
        if !view.affords(facts, start..end, decoded.bytes.len()) {
            return;
        }
        let before = found(facts);
        let to_outer = |offset: usize| start + decoded.source(offset);
        let inner = view
            .nested(&decoded.bytes, &to_outer)
            .without(Wrapping::Percent);
        extract_nested(&inner, facts);
        if found(facts) > before {
            seen.add(start..end);
        }
    }
}

/// Decoded bytes, and where each came from.
struct Decoded {
    bytes: Vec<u8>,
    sources: Vec<u32>,
}

impl Decoded {
    fn of(text: &[u8]) -> Self {
        // In form data a blank is a plus; elsewhere a plus is base64's.
        let is_form = memchr::memmem::find(text, b"BEGIN+").is_some();
        let mut bytes = Vec::with_capacity(text.len());
        let mut sources = Vec::with_capacity(text.len());
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            let escaped = if byte == b'%' {
                hex(text, at + 1)
            } else {
                None
            };
            sources.push(at as u32);
            bytes.push(match escaped {
                Some(escaped) => escaped,
                None if byte == b'+' && is_form => b' ',
                None => byte,
            });
            at += if escaped.is_some() { 3 } else { 1 };
        }
        Self { bytes, sources }
    }

    fn source(&self, offset: usize) -> usize {
        self.sources.get(offset).map_or(0, |at| *at as usize)
    }
}

fn hex(text: &[u8], at: usize) -> Option<u8> {
    let digits = std::str::from_utf8(text.get(at..at + 2)?).ok()?;
    u8::from_str_radix(digits, 16).ok()
}
