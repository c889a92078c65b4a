//! Containers of certificates as other programs write them. Tests of `ca-audit`
//! take them from here, too.

use std::io::Write as _;

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// `SignedData` without signers (RFC 5652 §5.1), as `openssl crl2pkcs7` makes it.
pub(crate) fn pkcs7(certificates: &[&[u8]]) -> Vec<u8> {
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

/// A keystore of trusted certificates, as `JavaKeyStore.engineStore` in `OpenJDK`
/// lays it out; the check over the whole is left zero.
pub(crate) fn java_keystore(magic: u32, entries: &[(&str, &[u8])]) -> Vec<u8> {
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

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let len = u16::try_from(content.len()).expect("short").to_be_bytes();
    [&[tag, 0x82, len[0], len[1]], content].concat()
}
