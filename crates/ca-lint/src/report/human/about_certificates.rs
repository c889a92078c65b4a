//! The certificates that a finding is about, one line each.

use crate::report::prose::counted;
use ca_audit::Evidence;
use ca_audit::certificate::fingerprint::colon_hex;
use ca_audit::certificate::{Certificate, Date, rfc3339};

/// More of them are counted, not listed: a bundle of public CAs has 140.
const LISTED: usize = 4;

/// One line for each of the first few, and one for the rest.
pub(super) fn about(evidence: &Evidence, hashes: &[[u8; 32]]) -> Vec<String> {
    let mut lines: Vec<String> = hashes
        .iter()
        .take(LISTED)
        .map(|hash| line(evidence, hash))
        .collect();
    if hashes.len() > LISTED {
        lines.push(format!(
            "and {}",
            counted(hashes.len() - LISTED, "more certificate")
        ));
    }
    lines
}

/// `4D:9B:C6:F8… CN=Puppet CA: x, valid 2016-01-01 to 2021-01-01`.
fn line(evidence: &Evidence, hash: &[u8; 32]) -> String {
    let short = format!("{}…", colon_hex(&hash[..4]));
    let known = evidence
        .certs
        .iter()
        .find(|cert| cert.certificate.sha256() == hash);
    known.map_or_else(
        || short.clone(),
        |cert| {
            format!(
                "{short} {}, {}",
                cert.certificate.subject_text(),
                validity(&cert.certificate)
            )
        },
    )
}

fn validity(certificate: &Certificate) -> String {
    format!(
        "valid {} to {}",
        day(certificate.not_before()),
        day(certificate.not_after())
    )
}

/// The day of a date, or what stands there instead of one.
pub(in crate::report) fn day(date: &Date) -> String {
    match date {
        Date::At(seconds) => {
            let date = rfc3339(*seconds);
            date.split('T').next().unwrap_or(&date).to_owned()
        }
        _ => "(unreadable date)".to_owned(),
    }
}
