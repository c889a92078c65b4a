//! Finds PEM blocks (RFC 7468) in any bytes.
//!
//! More lenient than any reader it speaks about: indented blocks, `\n` written
//! as two characters, several blocks in a line, a comment sign before every
//! line, concatenated string literals. Whether a real reader would see the
//! block is another question.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use memchr::memmem::{self, Finder};
use std::ops::Range;
use std::sync::LazyLock;
use zeroize::Zeroizing;

/// One block between BEGIN and END.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block<'t> {
    /// From the first dash of BEGIN to the last of END.
    pub range: Range<usize>,
    /// `CERTIFICATE`, `RSA PRIVATE KEY`, …
    pub label: &'t str,
    /// The bytes between the armour lines.
    pub body: Range<usize>,
    /// Whether line breaks are written `\n` inside a string.
    pub escaped: bool,
}

/// What the body of a block is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// Base64, decoded.
    Der(Vec<u8>),
    /// A place for a certificate: empty, dots, a template's hole.
    Placeholder,
    /// Meant as base64 and broken.
    Broken,
}

/// Standard base64, with or without padding.
pub(crate) const LENIENT_BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The largest body that is looked at: the largest real certificates are some
/// 30 KiB, and a bound keeps a file of BEGIN lines linear.
const MAX_BODY: usize = 1 << 20;

/// All blocks in `bytes`, in order. A BEGIN without its END is not one.
pub(crate) fn blocks(bytes: &[u8]) -> impl Iterator<Item = Block<'_>> {
    static BEGIN: LazyLock<Finder> = LazyLock::new(|| Finder::new("-----BEGIN "));
    let mut from = 0;
    std::iter::from_fn(move || {
        while let Some(at) = BEGIN.find(&bytes[from..]) {
            let begin = from + at;
            let block = block_at(bytes, begin);
            from = block.as_ref().map_or(begin + 11, |block| block.range.end);
            if block.is_some() {
                return block;
            }
        }
        None
    })
}

fn block_at(bytes: &[u8], begin: usize) -> Option<Block<'_>> {
    static DASHES: LazyLock<Finder> = LazyLock::new(|| Finder::new("-----"));
    let label_start = begin + 11;
    let label_line = &bytes[label_start..bytes.len().min(label_start + 64)];
    let label_len = DASHES.find(label_line)?;
    let label = std::str::from_utf8(&bytes[label_start..label_start + label_len]).ok()?;
    if !label
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ')
    {
        return None;
    }
    let body_start = label_start + label_len + 5;
    let window = &bytes[body_start..bytes.len().min(body_start + MAX_BODY)];
    // The next armour line must be this block's END: a BEGIN before it means
    // that this block was never closed.
    let next = DASHES.find(window)?;
    let after_label = window[next..]
        .strip_prefix(b"-----END ")?
        .strip_prefix(label.as_bytes())?;
    let body = body_start..body_start + next;
    after_label.starts_with(b"-----").then(|| Block {
        range: begin..body.end + b"-----END -----".len() + label.len(),
        label,
        escaped: is_escaped(&bytes[body.clone()]),
        body,
    })
}

impl Block<'_> {
    /// Whether the label is one under which certificates travel.
    pub(crate) fn is_certificate(&self) -> bool {
        matches!(
            self.label,
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE"
        )
    }

    /// Whether the label is one of a PKCS#7 message, which may hold
    /// certificates (RFC 7468 §8 and §9, and what older programs write).
    pub(crate) fn is_message(&self) -> bool {
        matches!(self.label, "PKCS7" | "CMS" | "PKCS #7 SIGNED DATA")
    }

    /// Whether the label is one under which the private keys of CAs travel.
    pub(crate) fn is_private_key(&self) -> bool {
        matches!(
            self.label,
            "PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY" | "ENCRYPTED PRIVATE KEY"
        )
    }

    /// The BEGIN line.
    pub(crate) fn opening(&self) -> Range<usize> {
        self.range.start..self.body.start
    }

    /// Decodes a body of which nothing may stay in memory; `None` where it is
    /// no base64 or has a template's hole.
    pub(crate) fn decode_secret(&self, bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let text = &bytes[self.body.clone()];
        if has_hole(text) {
            return None;
        }
        let prefix = line_prefix(bytes, self.range.start);
        let base64 = Zeroizing::new(base64_of(text, prefix));
        // Room for all of it: growing would leave a copy behind.
        let mut decoded = Zeroizing::new(Vec::with_capacity(base64.len()));
        LENIENT_BASE64.decode_vec(&*base64, &mut decoded).ok()?;
        Some(decoded)
    }

    /// Decodes the body.
    pub(crate) fn decode(&self, bytes: &[u8]) -> Body {
        let text = &bytes[self.body.clone()];
        let prefix = line_prefix(bytes, self.range.start);
        if let Some(der) = decode_plain(text, prefix) {
            return Body::Der(der);
        }
        let base64 = base64_of(text, prefix);
        if is_placeholder(text, &base64) {
            return Body::Placeholder;
        }
        match LENIENT_BASE64.decode(&base64) {
            Ok(der) => Body::Der(der),
            Err(_) => Body::Broken,
        }
    }
}

/// Line breaks written as `\n`, and no real one.
fn is_escaped(body: &[u8]) -> bool {
    static ESCAPE: LazyLock<Finder> = LazyLock::new(|| Finder::new("\\n"));
    ESCAPE.find(body).is_some()
}

/// What stands before BEGIN on its line, if it is a comment's or a quotation's
/// mark that every line of the block repeats.
fn line_prefix(bytes: &[u8], begin: usize) -> &[u8] {
    let is_mark = |byte: &u8| b"#/*;>|%+-".contains(byte);
    // Not the whole line: it may be a very long one with very many blocks.
    let belongs = |byte: &&u8| **byte != b'\n' && (is_mark(byte) || byte.is_ascii_whitespace());
    let length = bytes[..begin].iter().rev().take_while(belongs).count();
    let start = begin - length;
    let starts_line = matches!(bytes[..start].last(), None | Some(b'\n'));
    let prefix = bytes[start..begin].trim_ascii();
    let is_all = starts_line && prefix.iter().all(is_mark);
    if is_all { prefix } else { b"" }
}

/// A body of nothing but base64 in lines, which nearly all are; `None` says
/// that it takes a closer look.
fn decode_plain(body: &[u8], prefix: &[u8]) -> Option<Vec<u8>> {
    if !prefix.is_empty() {
        return None;
    }
    let mut base64 = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(end) = memchr::memchr(b'\n', rest) {
        base64.extend_from_slice(rest[..end].trim_ascii());
        rest = &rest[end + 1..];
    }
    base64.extend_from_slice(rest.trim_ascii());
    if base64.len() < SHORTEST_BASE64 {
        return None;
    }
    LENIENT_BASE64.decode(&base64).ok()
}

/// The base64 characters of a body, without what wraps them.
fn base64_of(body: &[u8], prefix: &[u8]) -> Vec<u8> {
    let mut base64 = Vec::with_capacity(body.len());
    for line in body.split(|byte| *byte == b'\n') {
        let line = line.trim_ascii();
        let line = line.strip_prefix(prefix).unwrap_or(line);
        // RFC 1421 headers (`Proc-Type: …`) end with a blank line; base64 has
        // no colon. Nor has it a number sign, which begins a comment.
        if !line.contains(&b':') && !line.starts_with(b"#") {
            push_base64(without_joint(line), &mut base64);
        }
    }
    base64
}

fn push_base64(line: &[u8], base64: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(&byte) = line.get(at) {
        at += match byte {
            b'\\' => escape_len(&line[at..]),
            b'"' | b'\'' => literal_join(&line[at..]),
            b'&' => entity_len(&line[at..]),
            b' ' | b'\t' | b'\r' => 1,
            _ => {
                base64.push(byte);
                1
            }
        };
    }
}

/// The length of `\n`, `\r`, `\t`, `\\n`, `\u000a`, `\x0a`, or of a backslash
/// that continues a line or stands before a slash.
fn escape_len(rest: &[u8]) -> usize {
    let backslashes = rest.iter().take_while(|byte| **byte == b'\\').count();
    let escape = &rest[backslashes..];
    backslashes
        + match escape {
            [b'n' | b'r' | b't', ..] => 1,
            [b'u', b'0', b'0', b'0', b'a' | b'A' | b'd' | b'D', ..] => 5,
            [b'x', b'0', b'a' | b'A' | b'd' | b'D', ..] => 3,
            _ => 0,
        }
}

/// The length of `&#10;` or `&#xA;`, as XML writes line breaks.
fn entity_len(rest: &[u8]) -> usize {
    let is_entity = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'#';
    let len = 1 + rest[1..].iter().take(8).take_while(is_entity).count();
    match rest.get(len) {
        Some(b';') => len + 1,
        _ => 1,
    }
}

/// From one literal's closing quote to the next one's opening: `" + "`, or the
/// rest of a line that ends in a joining sign, or a quote alone.
fn literal_join(rest: &[u8]) -> usize {
    let joint = joint(&rest[1..]);
    match rest.get(1 + joint) {
        Some(b'"' | b'\'') => joint + 2,
        None => joint + 1,
        Some(_) => 1,
    }
}

/// The signs by which languages join strings, at the start of `rest`.
fn joint(rest: &[u8]) -> usize {
    let is_sign = |byte: &&u8| b" \t+.,\\<|&~_()".contains(byte);
    rest.iter().take_while(is_sign).count()
}

/// A line's own string, where a joining sign stands before it: `|| 'MII…'`.
fn without_joint(line: &[u8]) -> &[u8] {
    let joint = joint(line);
    match line.get(joint) {
        Some(b'"' | b'\'') => &line[joint..],
        _ => line,
    }
}

/// What is shorter is no certificate: a real one is over 200 characters.
const SHORTEST_BASE64: usize = 120;

fn is_placeholder(body: &[u8], base64: &[u8]) -> bool {
    base64.len() < SHORTEST_BASE64 || has_hole(body)
}

fn has_hole(body: &[u8]) -> bool {
    const HOLES: [&[u8]; 6] = [b"<%", b"{{", b"${", b"...", b"%s", b"\xe2\x80\xa6"];
    HOLES.iter().any(|hole| memmem::find(body, hole).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A body that is base64 of DER-like bytes and long enough to be no placeholder.
    fn body() -> (Vec<u8>, String) {
        let der: Vec<u8> = (0u8..=255).collect();
        let text = base64::engine::general_purpose::STANDARD.encode(&der);
        (der, text)
    }

    fn wrapped(break_with: &str, before: &str) -> String {
        let lines: Vec<String> = body()
            .1
            .as_bytes()
            .chunks(64)
            .map(|line| format!("{before}{}", String::from_utf8_lossy(line)))
            .collect();
        let lines = lines.join(break_with);
        format!(
            "{before}-----BEGIN CERTIFICATE-----{break_with}{lines}{break_with}{before}-----END CERTIFICATE-----"
        )
    }

    fn decoded(text: &str) -> Vec<Body> {
        blocks(text.as_bytes())
            .map(|block| block.decode(text.as_bytes()))
            .collect()
    }

    #[test]
    fn finds_every_wrapping() {
        let (der, base64) = body();
        let concatenated = wrapped("\\n\" +\n  \"", "");
        let cases = [
            wrapped("\n", ""),
            wrapped("\r\n", ""),
            wrapped("\n", "    "),
            wrapped("\\n", ""),
            wrapped("\\\\n", ""),
            wrapped("\n", "# "),
            wrapped("\n", "// "),
            format!("x = \"{concatenated}\""),
            format!("-----BEGIN CERTIFICATE-----{base64}-----END CERTIFICATE-----"),
        ];
        for case in cases {
            assert_eq!(decoded(&case), [Body::Der(der.clone())], "{case}");
        }
    }

    #[test]
    fn placeholders_are_no_broken_certificates() {
        for body in [
            "",
            "...",
            "<%= @ca %>",
            "{{ .Values.ca }}",
            "{0}",
            "REPLACE ME",
        ] {
            let text = format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----");
            assert_eq!(decoded(&text), [Body::Placeholder], "{body}");
        }
    }

    #[test]
    fn an_unclosed_block_does_not_swallow_the_next() {
        let text = format!("-----BEGIN CERTIFICATE-----\nMIIB\n{}", wrapped("\n", ""));
        assert_eq!(decoded(&text), [Body::Der(body().0)]);
    }
}
