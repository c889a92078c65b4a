//! The forms into which the bytes of a certificate are put.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io::Write as _;

/// The lines of BEGIN and END, where each stands on a line of its own.
pub(super) fn armour_lines(text: &str) -> Option<(usize, usize)> {
    let line = |word: &str| {
        let mut hits = text
            .lines()
            .enumerate()
            .filter(|(_, line)| line.contains(word));
        hits.next()
            .map(|(index, _)| index + 1)
            .filter(|_| hits.next().is_none())
    };
    Some((line("-----BEGIN ")?, line("-----END ")?))
}

pub(super) fn armour(label: &str, der: &[u8]) -> String {
    let body = wrapped(&STANDARD.encode(der), 64);
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
}

pub(super) fn body(pem: &str) -> Vec<&str> {
    pem.lines().filter(|line| !line.starts_with('-')).collect()
}

pub(super) fn wrapped(text: &str, width: usize) -> String {
    let lines = text.as_bytes().chunks(width).map(String::from_utf8_lossy);
    lines.collect::<Vec<_>>().join("\n")
}

pub(super) fn indented(text: &str, indent: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("{indent}{line}")).collect();
    lines.join("\n") + "\n"
}

pub(super) fn escaped(pem: &str) -> String {
    pem.replace('\n', "\\n")
}

pub(super) fn percent(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(escape).collect()
}

pub(super) fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

pub(super) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let len = u16::try_from(content.len()).expect("short").to_be_bytes();
    [&[tag, 0x82, len[0], len[1]], content].concat()
}

/// `SignedData` without signers (RFC 5652 §5.1), as `openssl crl2pkcs7` makes it.
pub(super) fn pkcs7(certificates: &[&[u8]]) -> Vec<u8> {
    let signed_data = [0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
    let data = [0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
    let inside = [
        &[0x02, 1, 1, 0x31, 0][..],
        &element(0x30, &data),
        &element(0xa0, &certificates.concat()),
        &[0x31, 0],
    ];
    let content = element(0xa0, &element(0x30, &inside.concat()));
    element(0x30, &[&signed_data[..], &content].concat())
}

/// A keystore of trusted certificates; the check over the whole is left zero.
pub(super) fn java_keystore(magic: u32, entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut store = Vec::new();
    let text = |store: &mut Vec<u8>, text: &str| {
        store.extend_from_slice(&u16::try_from(text.len()).expect("short").to_be_bytes());
        store.extend_from_slice(text.as_bytes());
    };
    for number in [magic, 2, entries.len() as u32] {
        store.extend_from_slice(&number.to_be_bytes());
    }
    for (alias, der) in entries {
        store.extend_from_slice(&2_u32.to_be_bytes());
        text(&mut store, alias);
        store.extend_from_slice(&[0; 8]);
        text(&mut store, "X.509");
        store.extend_from_slice(&(der.len() as u32).to_be_bytes());
        store.extend_from_slice(der);
    }
    store.extend_from_slice(&[0; 20]);
    store
}

pub(super) fn pkcs12(der: &[u8], password: &str) -> Vec<u8> {
    let certificate = p12_keystore::Certificate::from_der(der).expect("a certificate");
    let mut store = p12_keystore::KeyStore::new();
    store.add_entry("ca", p12_keystore::KeyStoreEntry::Certificate(certificate));
    store.writer(password).write().expect("a container")
}
