//! Private keys, which no report may show any of.

use super::boundary::floor;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::ops::Range;

/// How far back the beginning of a key is looked for: more than the longest
/// RSA key in use takes.
const LONGEST_KEY: usize = 32 * 1024;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END";
const KEY: &str = "PRIVATE KEY-----";

/// The parts of the line at `line` that belong to a private key in PEM, as
/// offsets into `source`.
pub(super) fn secrets(source: &str, line: Range<usize>) -> Vec<Range<usize>> {
    let mut secrets = encoded(source, line.clone());
    let mut at = line.start;
    if begins_inside(&source[..line.start]) {
        let end = end_of_key(source, at, line.end);
        secrets.push(at..end);
        at = end;
    }
    while let Some(found) = source[at..line.end].find(KEY) {
        let start = at + found + KEY.len();
        let end = end_of_key(source, start, line.end);
        if source[..start].ends_with(KEY) && is_begin(&source[line.start..start]) {
            secrets.push(start..end);
        }
        at = end.max(start);
    }
    secrets
}

/// How a key begins whose PEM is written in base64, as in a Secret's `data`.
const ENCODED_BEGIN: &str = "LS0tLS1CRUdJTi";
/// What may be shown of it: no more than `-----BEGIN R`.
const SHOWN: usize = 16;
/// So much of it tells whether it is a key: `-----BEGIN ENCRYPTED PRIVATE KEY`.
const TELLING: usize = 48;

/// The parts of a line that belong to a private key written in base64 of PEM,
/// on one line or on several.
fn encoded(source: &str, line: Range<usize>) -> Vec<Range<usize>> {
    let mut secrets = Vec::new();
    for (found, _) in source[line.clone()].match_indices(ENCODED_BEGIN) {
        let start = line.start + found;
        if is_encoded_key(&source[start..]) {
            let length = base64_length(&source[start..line.end]);
            secrets.push((start + SHOWN).min(start + length)..start + length);
        }
    }
    if secrets.is_empty() && goes_on(source, line.clone()) {
        secrets.push(line);
    }
    secrets
}

/// Whether a line is nothing but base64 and so are those before it, up to one
/// in which an encoded key begins.
fn goes_on(source: &str, line: Range<usize>) -> bool {
    if !is_base64_line(&source[line.clone()]) {
        return false;
    }
    let from = floor(source, line.start.saturating_sub(LONGEST_KEY));
    for before in source[from..line.start].lines().rev() {
        if let Some(begin) = before.find(ENCODED_BEGIN) {
            let begin = before.as_ptr() as usize - source.as_ptr() as usize + begin;
            return is_encoded_key(&source[begin..]);
        }
        if !is_base64_line(before) {
            return false;
        }
    }
    false
}

fn is_base64_line(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && base64_length(line) == line.len()
}

fn base64_length(text: &str) -> usize {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    text.bytes().take_while(is_base64).count()
}

/// Whether what is encoded begins as a private key does.
fn is_encoded_key(encoded: &str) -> bool {
    let start: Vec<u8> = encoded
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .take(TELLING)
        .collect();
    let whole = start.len() / 4 * 4;
    STANDARD
        .decode(&start[..whole])
        .is_ok_and(|begin| String::from_utf8_lossy(&begin).contains("PRIVATE"))
}

/// Whether the last armour before is the beginning of a key.
fn begins_inside(before: &str) -> bool {
    let from = floor(before, before.len().saturating_sub(LONGEST_KEY));
    let before = &before[from..];
    let Some(begin) = before.rfind(BEGIN) else {
        return false;
    };
    let label = before[begin..].split("-----").nth(1).unwrap_or_default();
    label.ends_with("PRIVATE KEY") && !before[begin..].contains(END)
}

/// Whether the armour that ends here is a beginning.
fn is_begin(armour: &str) -> bool {
    armour.rfind(BEGIN) > armour.rfind(END)
}

fn end_of_key(source: &str, from: usize, limit: usize) -> usize {
    source[from..limit]
        .find(END)
        .map_or(limit, |end| from + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(source: &str, line: &str) -> Vec<String> {
        let start = source.find(line).expect("the line is there");
        let ranges = secrets(source, start..start + line.len());
        ranges
            .into_iter()
            .map(|range| source[range].to_owned())
            .collect()
    }

    #[test]
    fn bodies_are_secret_and_armour_is_not() {
        let pem = "a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nb\n";
        assert_eq!(hidden(pem, "MIIE"), ["MIIE"]);
        assert_eq!(hidden(pem, "-----END RSA PRIVATE KEY-----").concat(), "");
        assert_eq!(hidden(pem, "b"), Vec::<String>::new());
    }

    #[test]
    fn keys_on_one_line_are_secret() {
        let line = r#""k": "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n""#;
        assert_eq!(hidden(line, line), [r"\nMIIE\n"]);
    }

    #[test]
    fn encoded_keys_are_secret() {
        let key = STANDARD.encode("-----BEGIN RSA PRIVATE KEY-----\nnone of your business\n");
        let (first, rest) = key.split_at(60);
        let source = format!("data:\n  tls.key: {key}\n  x: |\n    {first}\n    {rest}\n  y: 1\n");
        let line = format!("  tls.key: {key}");
        assert_eq!(hidden(&source, &line), [&key[16..]]);
        let line = format!("    {rest}\n").trim_end().to_owned();
        assert_eq!(hidden(&source, &line), [line.as_str()]);
        assert!(hidden(&source, "  y: 1").is_empty());
        let cert = STANDARD.encode("-----BEGIN CERTIFICATE-----\nMIIB of a certificate\n");
        assert!(hidden(&cert, &cert).is_empty());
    }

    #[test]
    fn certificates_are_no_secret() {
        let pem = "-----BEGIN CERTIFICATE-----\nMIIB\n";
        assert_eq!(hidden(pem, "MIIB"), Vec::<String>::new());
    }
}
