//! The header lines of an encrypted block.
//!
//! Source: OpenSSL 3.0, `PEM_get_EVP_CIPHER_INFO` and `load_iv` in
//! `crypto/pem/pem_lib.c`; RFC 1421 §4.6.1.

/// What OpenSSL makes of the lines before the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Header {
    /// None.
    Absent,
    /// The body is encrypted.
    Encrypted,
    /// No header at all, or one that OpenSSL refuses.
    Refused,
    /// A cipher that is not known here.
    Unknown,
}

/// Ciphers with their size of initialisation vector.
const CIPHERS: [(&str, usize); 6] = [
    ("AES-128-CBC", 16),
    ("AES-192-CBC", 16),
    ("AES-256-CBC", 16),
    ("DES-EDE3-CBC", 8),
    ("DES-CBC", 8),
    ("CAMELLIA-256-CBC", 16),
];

pub(super) fn read(header: &[u8]) -> Header {
    if header.is_empty() {
        return Header::Absent;
    }
    cipher(header).unwrap_or(Header::Refused)
}

fn cipher(header: &[u8]) -> Option<Header> {
    let rest = blanks(header.strip_prefix(b"Proc-Type:")?, b" \t");
    let rest = blanks(rest.strip_prefix(b"4,")?, b" \t");
    let rest = blanks(rest.strip_prefix(b"ENCRYPTED")?, b" \t\r");
    let rest = rest.strip_prefix(b"\n")?.strip_prefix(b"DEK-Info:")?;
    let rest = blanks(rest, b" \t");
    let length = rest
        .iter()
        .take_while(|byte| !b" \t,".contains(byte))
        .count();
    let (name, rest) = rest.split_at(length);
    let Some((_, size)) = CIPHERS.iter().find(|(known, _)| known.as_bytes() == name) else {
        return Some(Header::Unknown);
    };
    let vector = blanks(rest, b" \t").strip_prefix(b",")?.get(..2 * size)?;
    vector
        .iter()
        .all(u8::is_ascii_hexdigit)
        .then_some(Header::Encrypted)
}

fn blanks<'a>(text: &'a [u8], blank: &[u8]) -> &'a [u8] {
    let count = text.iter().take_while(|byte| blank.contains(byte)).count();
    &text[count..]
}
