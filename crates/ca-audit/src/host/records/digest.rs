//! Checksums of file contents as Puppet writes them.
//!
//! `{sha256}HEX` in reports and messages; the same in base64, without any tag,
//! where a report's `desired_value` was a string of bytes (seen in Puppet 7.23);
//! the bare digits in the clientbucket. (Puppet's `util/checksums.rb`.)

use crate::certificate::fingerprint;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};
use smol_str::{SmolStr, format_smolstr};
use std::fmt;

/// A checksum of the whole content of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest {
    /// How it is made, as Puppet calls it: `sha256`, `md5`.
    pub kind: SmolStr,
    /// The digits, lower case.
    pub hex: SmolStr,
}

/// What Puppet's `digest_algorithm` may be (Puppet's configuration reference),
/// with the number of digits.
const KINDS: [(&str, usize); 5] = [
    ("md5", 32),
    ("sha224", 56),
    ("sha256", 64),
    ("sha384", 96),
    ("sha512", 128),
];

impl Digest {
    /// Reads `{KIND}HEX`, or base64 of that.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.starts_with('{') {
            return Self::tagged(text);
        }
        // No checksum is longer than this.
        if text.len() > 400 {
            return None;
        }
        let decoded = STANDARD.decode(text.replace(['\n', ' '], "")).ok()?;
        Self::tagged(std::str::from_utf8(&decoded).ok()?)
    }

    /// Every `{KIND}HEX` in a message, in order.
    pub fn all_in(message: &str) -> Vec<Self> {
        let starts = memchr::memchr_iter(b'{', message.as_bytes()).take(16);
        starts
            .filter_map(|start| Self::tagged(&message[start..]))
            .collect()
    }

    /// The digits of a folder in the clientbucket; their number tells the kind.
    pub fn bare(hex: &str) -> Option<Self> {
        let (kind, _) = KINDS.iter().find(|(_, digits)| *digits == hex.len())?;
        let is_hex = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hex.then(|| Self {
            kind: (*kind).into(),
            hex: hex.to_ascii_lowercase().into(),
        })
    }

    /// The checksum of `bytes` made as `kind` says, if that is one of the whole
    /// content.
    pub fn of(kind: &str, bytes: &[u8]) -> Option<Self> {
        let digits: Vec<u8> = match kind {
            "md5" => Md5::digest(bytes).to_vec(),
            "sha224" => Sha224::digest(bytes).to_vec(),
            "sha256" => Sha256::digest(bytes).to_vec(),
            "sha384" => Sha384::digest(bytes).to_vec(),
            "sha512" => Sha512::digest(bytes).to_vec(),
            _ => return None,
        };
        Some(Self {
            kind: kind.into(),
            hex: fingerprint::hex(&digits).into(),
        })
    }

    /// The first of its digits, enough to recognise it: `sha256 5acfd2ab…`.
    pub fn short(&self) -> SmolStr {
        format_smolstr!("{} {}…", self.kind, &self.hex[..8])
    }

    /// `{KIND}HEX` at the beginning of `text`, with as many digits as the kind
    /// has: `{mtime}` and the `lite` kinds say nothing of the whole content.
    fn tagged(text: &str) -> Option<Self> {
        let (kind, rest) = text.strip_prefix('{')?.split_once('}')?;
        let (_, digits) = KINDS.iter().find(|(known, _)| *known == kind)?;
        let hex = rest.get(..*digits)?;
        let goes_on = rest[*digits..].starts_with(|c: char| c.is_ascii_hexdigit());
        (!goes_on).then(|| Self::bare(hex)).flatten()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}}}{}", self.kind, self.hex)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn plain_and_in_base64() {
        let plain = Digest::read(&format!("{{sha256}}{EMPTY}"));
        assert_eq!(plain, Digest::of("sha256", b""));
        let encoded = STANDARD.encode(format!("{{sha256}}{EMPTY}"));
        assert_eq!(Digest::read(&encoded), plain);
        assert_eq!(Digest::bare(EMPTY), plain);
        let old = "{md5}d41d8cd98f00b204e9800998ecf8427e";
        assert_eq!(Digest::read(old), Digest::of("md5", b""));
    }

    #[test]
    fn what_is_no_checksum_of_a_content() {
        for text in [
            "",
            "absent",
            "file",
            "0644",
            "{mtime}2026-11-22 17:42:42 UTC",
            "{sha256}abc",
            "{sha256lite}e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "{sha256}é",
        ] {
            assert_eq!(Digest::read(text), None, "{text}");
        }
        assert_eq!(Digest::read(&format!("{{sha256}}{EMPTY}00")), None);
    }

    #[test]
    fn a_message_holds_both() {
        let message = format!(
            "content changed '{{sha256}}{EMPTY}' to '{{md5}}{}'",
            &EMPTY[..32]
        );
        let kinds: Vec<SmolStr> = Digest::all_in(&message)
            .into_iter()
            .map(|d| d.kind)
            .collect();
        assert_eq!(kinds, ["sha256", "md5"]);
    }
}
