//! Which certificate somebody asks for, in whatever form a tool printed it.

use super::Item;
use ca_audit::certificate::Certificate;
use ca_audit::certificate::fingerprint::hex;

/// A fingerprint, a pin, a serial number or a part of a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// As it was asked for, in lower case.
    text: String,
    /// The same as bare hexadecimal digits, if it is a number.
    digits: Option<String>,
}

/// Fewer digits than these are as likely to be part of a name.
const LEAST_DIGITS: usize = 8;

impl Wanted {
    /// Understands what people paste: `SHA256 Fingerprint=4D:9B:…` and
    /// `serial=01` of OpenSSL, `sha256:…` of kubeadm, bare digits in either
    /// case, with or without the `…` of a shortened form.
    pub fn new(asked: &str) -> Self {
        let text = asked.trim().to_lowercase();
        Self {
            digits: digits(&text),
            text,
        }
    }

    /// Whether this is the certificate, or one of them.
    pub(super) fn is(&self, item: &Item) -> bool {
        let files = item.sightings.iter().filter_map(|it| it.file.as_ref());
        self.is_certificate(item.certificate)
            || self.begins_one_of(files.map(|file| file.sha256.as_str()))
    }

    /// The same, by what the certificate itself says.
    pub(crate) fn is_certificate(&self, certificate: &Certificate) -> bool {
        let subject = certificate.subject_text().to_lowercase();
        if subject.contains(&self.text) {
            return true;
        }
        let Some(digits) = &self.digits else {
            return false;
        };
        let serial = certificate.serial_hex();
        if serial.trim_start_matches('0') == digits.trim_start_matches('0') {
            return true;
        }
        let fingerprints = [
            hex(certificate.sha256()),
            hex(certificate.spki_sha256()),
            hex(&certificate.sha1()),
            certificate.subject_key_id().map(hex).unwrap_or_default(),
        ];
        self.begins_one_of(fingerprints.iter().map(String::as_str))
    }

    fn begins_one_of<'p>(&self, mut prints: impl Iterator<Item = &'p str>) -> bool {
        let digits = self.digits.as_deref().unwrap_or_default();
        digits.len() >= LEAST_DIGITS && prints.any(|print| print.starts_with(digits))
    }
}

fn digits(text: &str) -> Option<String> {
    let value = text.rsplit('=').next().unwrap_or(text);
    let value = ["sha256:", "sha1:", "0x"]
        .iter()
        .find_map(|prefix| value.strip_prefix(prefix))
        .unwrap_or(value);
    let value = value.trim_end_matches(['…', '.']);
    let digits: String = value
        .chars()
        .filter(|character| !matches!(character, ':' | ' '))
        .collect();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_number.then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_the_same_number() {
        for form in [
            "SHA256 Fingerprint=4D:9B:C6:F8",
            "sha256 Fingerprint=4D:9B:C6:F8",
            "sha256:4d9bc6f8",
            "4D9BC6F8",
            "4D:9B:C6:F8…",
            " 4d 9b c6 f8 ",
            "0x4d9bc6f8",
        ] {
            assert_eq!(
                Wanted::new(form).digits.as_deref(),
                Some("4d9bc6f8"),
                "{form}"
            );
        }
        assert_eq!(Wanted::new("serial=01").digits.as_deref(), Some("01"));
        assert_eq!(Wanted::new("Puppet CA").digits, None);
        assert_eq!(Wanted::new("CN=x").digits, None);
    }
}
