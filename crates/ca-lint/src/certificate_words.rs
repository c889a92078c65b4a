//! A certificate in a few words.

use ca_audit::certificate::Certificate;
use ca_audit::certificate::fingerprint::colon_hex;
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
    let names: Vec<String> = certs
        .into_iter()
        .map(|cert| named(&cert.certificate))
        .collect();
    match names.as_slice() {
        [] => "no certificate".into(),
        [one] => one.clone(),
        [one, rest @ ..] => format!("{one} and {} more", rest.len()),
    }
}
