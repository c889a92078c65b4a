//! The few characters by which a text shows that it may hold a certificate.

use crate::words::searcher;
use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// How armour begins; files with a dash too few are found by it, too.
const ARMOUR: &str = "---BEGIN ";

/// The same in percent-encoding and in form data.
pub(super) const PERCENT: [&str; 2] = ["BEGIN%20", "BEGIN+"];

/// How base64 begins of a DER SEQUENCE of 128 bytes to 64 KiB, of one whose
/// length is told by its end, of gzip, and of the two Java keystores.
const BYTES: [&str; 7] = ["MIG", "MIH", "MII", "MIA", "H4sI", "/u3+7", "zs7Oz"];

/// Whether anything here is worth a closer look.
pub(super) fn any(bytes: &[u8]) -> bool {
    static AUTOMATON: LazyLock<AhoCorasick> = LazyLock::new(|| {
        let words = encoded().into_iter();
        let plain = PERCENT.into_iter().chain([ARMOUR]).map(str::to_owned);
        searcher(words.chain(plain))
    });
    AUTOMATON.is_match(bytes)
}

/// Searches for base64 of something that may hold certificates.
pub(super) fn base64() -> &'static AhoCorasick {
    static AUTOMATON: LazyLock<AhoCorasick> = LazyLock::new(|| searcher(encoded()));
    &AUTOMATON
}

/// Base64 of armour, and base64 of that: a kubeconfig in a Secret.
fn encoded() -> BTreeSet<String> {
    let once = in_base64("-----BEGIN");
    let twice = once.iter().flat_map(|word| in_base64(word));
    let bytes = BYTES.into_iter().map(str::to_owned);
    once.iter().cloned().chain(twice).chain(bytes).collect()
}

/// What base64 of any text with `word` in it has in it: one string for each of
/// the three ways in which the word may lie in groups of three bytes.
fn in_base64(word: &str) -> Vec<String> {
    let aligned = |before: usize| {
        let mut bytes = vec![0; before];
        bytes.extend_from_slice(word.as_bytes());
        let text = STANDARD.encode(&bytes);
        // A digit counts if all its six bits are the word's.
        let first = (before * 8).div_ceil(6);
        text[first..bytes.len() * 8 / 6].to_owned()
    };
    (0..3).map(aligned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn armour_is_found_through_two_encodings() {
        for shift in 0..3 {
            let text = format!("{}-----BEGIN CERTIFICATE-----", "x".repeat(shift));
            let once = STANDARD.encode(text);
            assert!(base64().is_match(&once), "{once}");
            for shift in 0..3 {
                let twice = STANDARD.encode(format!("{}{once}", "x".repeat(shift)));
                assert!(base64().is_match(&twice), "{twice}");
            }
        }
        assert!(!any(b"the beginning of a certificate"));
    }
}
