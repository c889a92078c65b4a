//! Private keys, which no report may show any of.

use super::boundary::floor;
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
    let mut secrets = Vec::new();
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
    fn certificates_are_no_secret() {
        let pem = "-----BEGIN CERTIFICATE-----\nMIIB\n";
        assert_eq!(hidden(pem, "MIIB"), Vec::<String>::new());
    }
}
