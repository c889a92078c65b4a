//! Texts that no reader can take otherwise than another.

use super::{Verdict, go, openssl};

/// Whether every reader loads all of a text that holds just these
/// certificates. Quicker than reading it as each of them does, and no more
/// than a yes: a text of which this is not true may be loaded as well.
pub(crate) fn loads_everywhere<'c>(
    text: &[u8],
    certificates: impl Iterator<Item = &'c [u8]>,
) -> bool {
    let is_taken = |der: &[u8]| {
        let taken = |verdict| matches!(verdict, Verdict::Loads(length) if length == der.len());
        taken(go::certificate::verdict(der)) && taken(openssl::certificate::certificate(der))
    };
    let mut seen = 0;
    let mut certificates = certificates.inspect(|_| seen += 1);
    certificates.all(is_taken) && plain_blocks(text) == Some(seen)
}

/// How many blocks a text has if it is PEM of the plainest form: blocks labelled CERTIFICATE,
/// each line where it belongs, no line longer than 64 characters, and between
/// the blocks nothing but blank lines. What programs make of such a text is up
/// to the certificates alone.
fn plain_blocks(text: &[u8]) -> Option<usize> {
    let (mut inside, mut blocks) = (false, 0);
    for line in text.split(|byte| *byte == b'\n') {
        match (inside, line) {
            (false, b"-----BEGIN CERTIFICATE-----") => inside = true,
            (true, b"-----END CERTIFICATE-----") => (inside, blocks) = (false, blocks + 1),
            (false, b"") => {}
            (true, line) if is_base64(line) => {}
            _ => return None,
        }
    }
    (!inside).then_some(blocks)
}

fn is_base64(line: &[u8]) -> bool {
    let digit = |byte: &u8| byte.is_ascii_alphanumeric() | matches!(byte, b'+' | b'/' | b'=');
    // Without a branch for each byte the compiler looks at many at once.
    (1..=64).contains(&line.len()) && line.iter().fold(true, |all, byte| all & digit(byte))
}
