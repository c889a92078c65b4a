//! A certificate in a few words.

use ca_audit::certificate::Certificate;
use ca_audit::certificate::fingerprint::colon_hex;
use ca_audit::facts::Cert;

/// `CN=Puppet CA: x (SHA-256 4D:9B:C6:F8…)`: enough to recognise it and to
/// compare it with what `openssl x509 -fingerprint -sha256` prints.
pub fn named(certificate: &Certificate) -> String {
    format!("{} (SHA-256 {}…)", certificate.subject_text(), colon_hex(&certificate.sha256()[..4]))
}

/// All of them, the rest counted.
pub fn all_named<'c>(certs: impl IntoIterator<Item = &'c Cert>) -> String {
    let names: Vec<String> = certs.into_iter().map(|cert| named(&cert.certificate)).collect();
    match names.as_slice() {
        [] => "no certificate".into(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} more", rest.len()),
    }
}
