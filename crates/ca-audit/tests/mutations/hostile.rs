//! Files that ask for very much work: each shape was once too slow, or would be
//! without a bound.

use crate::containers::gzip;
use crate::originals::pkcs12_of;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The length of what is not longer for a reason.
const LENGTH: usize = 1 << 20;

pub(crate) fn files() -> Vec<(&'static str, Vec<u8>)> {
    let marks = "- MII\n".repeat(LENGTH / 6);
    let list = format!("[\"MII\"{}]", ",\"MII\"".repeat(LENGTH / 6));
    let key = "k".repeat(LENGTH / 2);
    let below_a_key = format!("{{\"{key}\": [\"MII\"{}]}}", ",\"MII\"".repeat(LENGTH / 12));
    let run = format!("MII{}", "A".repeat(300));
    vec![
        ("marks.yaml", marks.into_bytes()),
        ("marks.json", list.into_bytes()),
        ("key.json", below_a_key.into_bytes()),
        ("runs.txt", vec![run; LENGTH / 305].join("+-").into_bytes()),
        ("marks.txt", nested(&b"MII ".repeat(LENGTH / 8), 2)),
        ("unpacked.yaml", packed("a: MII\n")),
        ("percent.yaml", packed("%2BMII ")),
        ("rounds.p12", pkcs12_of("secret", 1_000_000)),
        ("rounds.yaml", many(&pkcs12_of("secret", 100_000), 100)),
        ("containers.yaml", many(&pkcs12_of("secret", 2048), 1000)),
        ("chain.jks", long_alias()),
    ]
}

fn nested(bytes: &[u8], times: usize) -> Vec<u8> {
    let once = |bytes: Vec<u8>| STANDARD.encode(bytes).into_bytes();
    (0..times).fold(bytes.to_vec(), |bytes, _| once(bytes))
}

/// Several files that unpack to sixteen mebibytes.
fn packed(line: &str) -> Vec<u8> {
    let one = gzip(line.repeat((16 << 20) / line.len()).as_bytes());
    many(&one, 16)
}

fn many(content: &[u8], times: usize) -> Vec<u8> {
    let base64 = STANDARD.encode(content);
    let line = |index| format!("key_{index}: {base64}\n");
    (0..times).map(line).collect::<String>().into_bytes()
}

/// A keystore with one entry of a very long name and very many certificates
/// that are none.
fn long_alias() -> Vec<u8> {
    let mut store = vec![0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff];
    store.extend([0, 0, 0, 1, 0xff, 0xff]);
    store.extend(b"a".repeat(0xffff));
    store.extend([0; 12]);
    store.extend([0xff; 4]);
    store.resize(LENGTH, 0);
    store
}
