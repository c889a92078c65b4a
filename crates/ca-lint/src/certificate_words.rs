//! A certificate in a few words.

use ca_audit::certificate::fingerprint::colon_hex;
use ca_audit::certificate::{Certificate, rfc3339};
use ca_audit::facts::Cert;

/// `CN=Puppet CA: x (SHA-256 4D:9B:C6:F8…)`: enough to recognise it and to
/// compare it with what `openssl x509 -fingerprint -sha256` prints.
pub(crate) fn named(certificate: &Certificate) -> String {
    format!(
        "{} (SHA-256 {}…)",
        certificate.subject_text(),
        colon_hex(&certificate.sha256()[..4])
    )
}

/// The first of them, the rest counted: a sentence has room for one name.
pub(crate) fn all_named<'c>(certs: impl IntoIterator<Item = &'c Cert>) -> String {
    let certificates: Vec<&Certificate> = certs
        .into_iter()
        .map(|cert| cert.certificate.as_ref())
        .collect();
    all_certificates(&certificates)
}

/// The same, of certificates wherever they stand.
pub(crate) fn all_certificates(certificates: &[&Certificate]) -> String {
    let names: Vec<String> = certificates.iter().map(|it| named(it)).collect();
    match names.as_slice() {
        [] => "no certificate".into(),
        [one] => one.clone(),
        [one, rest @ ..] => format!("{one} and {} more", rest.len()),
    }
}

/// `; and 3 more places`.
pub(crate) fn counted_more(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("; and {count} more {what}{plural}")
}

/// The day of a moment in Unix seconds: `2029-01-01`.
pub(crate) fn day(seconds: i64) -> String {
    let moment = rfc3339(seconds);
    moment.split('T').next().unwrap_or_default().to_owned()
}
