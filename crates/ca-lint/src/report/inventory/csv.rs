//! The inventory for spreadsheets (RFC 4180): a row a sighting.
//!
//! Columns keep their names and their order; new ones come last. A cell that a
//! spreadsheet would run as a formula gets an apostrophe in front, as does one
//! that begins with an apostrophe: dropping one apostrophe from each cell that
//! has one gives back what was there.
//! (Source: OWASP, "CSV Injection".)

use super::Inventory;
use super::entry::{Entry, SightingEntry};
use ca_audit::certificate::KeyAlgorithm;
use std::borrow::Cow;

/// The columns.
const COLUMNS: [&str; 27] = [
    "path",
    "line",
    "end_line",
    "encoding",
    "container",
    "subject",
    "issuer",
    "is_ca",
    "not_before",
    "not_after",
    "sha256",
    "spki_sha256",
    "sha1",
    "kubeadm_pin",
    "puppet_ca_fingerprint",
    "serial",
    "self_signed",
    "signed_by",
    "signed_by_sha256",
    "version",
    "key_algorithm",
    "key_bits",
    "key_curve",
    "signature_algorithm",
    "subject_key_id",
    "authority_key_id",
    "path_length",
];

/// The report of `inventory --format csv`.
pub fn csv(inventory: &Inventory) -> String {
    let mut writer = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .from_writer(Vec::new());
    // A vector takes whatever is written, and every row has as many cells.
    let mut write = |row: &[String; COLUMNS.len()]| {
        let _ = writer.write_record(row.iter().map(|cell| inert(cell).into_owned()));
    };
    write(&COLUMNS.map(str::to_owned));
    for item in &inventory.items {
        let entry = Entry::new(inventory, item);
        for sighting in &entry.sightings {
            write(&row(&entry, sighting));
        }
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn row(entry: &Entry, sighting: &SightingEntry) -> [String; COLUMNS.len()] {
    let own = |text: &str| text.to_owned();
    let known = |text: &Option<String>| text.clone().unwrap_or_default();
    let number = |number: Option<u32>| number.map(|it| it.to_string()).unwrap_or_default();
    let yes_no =
        |decided: Option<bool>| decided.map_or("", |yes| if yes { "true" } else { "false" });
    [
        own(sighting.path),
        sighting.line.to_string(),
        sighting.end_line.to_string(),
        own(sighting.encoding),
        own(sighting.container),
        entry.subject.clone(),
        entry.issuer.clone(),
        own(yes_no(entry.is_ca)),
        known(&entry.not_before),
        known(&entry.not_after),
        entry.sha256.clone(),
        entry.spki_sha256.clone(),
        entry.sha1.clone(),
        entry.kubeadm_pin.clone(),
        own(sighting.puppet_ca_fingerprint.unwrap_or_default()),
        entry.serial.clone(),
        own(yes_no(entry.self_signed)),
        own(entry.signed_by.is),
        entry.signed_by.certificates.join(" "),
        entry.version.to_string(),
        own(algorithm(entry.key.algorithm)),
        number(entry.key.bits),
        known(&entry.key.curve),
        entry.signature_algorithm.clone(),
        known(&entry.subject_key_id),
        known(&entry.authority_key_id),
        number(entry.path_length),
    ]
}

/// As in JSON.
fn algorithm(algorithm: KeyAlgorithm) -> &'static str {
    match algorithm {
        KeyAlgorithm::Rsa => "rsa",
        KeyAlgorithm::Ec => "ec",
        KeyAlgorithm::Ed25519 => "ed25519",
        KeyAlgorithm::Ed448 => "ed448",
        KeyAlgorithm::Dsa => "dsa",
        _ => "other",
    }
}

/// The cell, with an apostrophe where a spreadsheet would take it for more
/// than text.
fn inert(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\'']) {
        return Cow::Owned(format!("'{cell}"));
    }
    Cow::Borrowed(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_runs_in_a_spreadsheet() {
        for cell in ["=1+1", "+1", "-01", "@SUM(A1)", "\t=1", "\r=1", "'x"] {
            assert_eq!(inert(cell), format!("'{cell}"));
        }
        for cell in ["", "CN=x", "a=b", "01", "sha256:00"] {
            assert_eq!(inert(cell), cell);
        }
    }
}
