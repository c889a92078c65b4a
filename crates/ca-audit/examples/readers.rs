//! What Go, etcd, OpenSSL and Puppet load of every file in a directory, to be
//! held against what the real programs say (`tests/oracles/pem_readers*`).
//!
//! ```sh
//! cargo run -p ca-audit --example readers -- DIRECTORY
//! ```
//!
//! A line a file: its name and, after a tab each, the first four bytes of the
//! SHA-256 of each certificate, `fails`, or `unknown`.

use std::fmt::Write as _;

use ca_audit::readers::{Outcome, Reader, read};

fn main() -> std::io::Result<()> {
    let directory = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        paths.push(entry?.path());
    }
    paths.sort();
    for path in paths {
        let readings = read(&std::fs::read(&path)?);
        let mut line = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        for reader in Reader::ALL {
            line.push('\t');
            line.push_str(&answer(readings.of(reader)));
        }
        println!("{line}");
    }
    Ok(())
}

fn answer(outcome: &Outcome) -> String {
    if outcome.failure.is_some() {
        return "fails".to_owned();
    }
    if !outcome.is_certain() {
        return "unknown".to_owned();
    }
    let mut line = String::new();
    for loaded in &outcome.loaded {
        if !line.is_empty() {
            line.push(' ');
        }
        for byte in &loaded.sha256[..4] {
            let _ = write!(line, "{byte:02x}");
        }
    }
    line
}
