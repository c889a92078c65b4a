//! The forms into which the bytes of a certificate are put.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

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

pub(super) fn pkcs12(der: &[u8], password: &str) -> Vec<u8> {
    let certificate = p12_keystore::Certificate::from_der(der).expect("a certificate");
    let mut store = p12_keystore::KeyStore::new();
    store.add_entry("ca", p12_keystore::KeyStoreEntry::Certificate(certificate));
    store.writer(password).write().expect("a container")
}
