//! The forms in which tools print what identifies a certificate.

use sha1::{Digest as _, Sha1};

/// Lower-case hexadecimal, as `sha256sum` and most APIs print.
pub fn hex(bytes: &[u8]) -> String {
    digits(bytes, b"0123456789abcdef", None)
}

/// Upper-case hexadecimal with colons, as `openssl x509 -fingerprint` prints.
pub fn colon_hex(bytes: &[u8]) -> String {
    digits(bytes, b"0123456789ABCDEF", Some(':'))
}

/// The value of `kubeadm join --discovery-token-ca-cert-hash`: the SHA-256 of
/// the DER of the CA's public key.
///
/// Source: `k8s.io/kubernetes/cmd/kubeadm/app/util/pubkeypin`.
pub fn kubeadm_pin(spki_sha256: &[u8; 32]) -> String {
    format!("sha256:{}", hex(spki_sha256))
}

/// The file name without its `.0` under which OpenSSL looks for a CA in a
/// directory (`openssl x509 -subject_hash`), given the subject's
/// [canonical form](super::Certificate::canonical_subject).
///
/// Source: `X509_NAME_hash_ex` in OpenSSL's `crypto/x509/x509_cmp.c`.
pub fn openssl_name_hash(canonical_name: &[u8]) -> String {
    let digest = Sha1::digest(canonical_name);
    let [a, b, c, d] = [digest[0], digest[1], digest[2], digest[3]];
    hex(&[d, c, b, a])
}

fn digits(bytes: &[u8], alphabet: &[u8; 16], separator: Option<char>) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    for byte in bytes {
        if let Some(separator) = separator.filter(|_| !text.is_empty()) {
            text.push(separator);
        }
        text.push(char::from(alphabet[usize::from(byte >> 4)]));
        text.push(char::from(alphabet[usize::from(byte & 0xf)]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_each_form() {
        assert_eq!(hex(&[0x00, 0xab, 0x1f]), "00ab1f");
        assert_eq!(hex(&[]), "");
        assert_eq!(colon_hex(&[0x00, 0xab, 0x1f]), "00:AB:1F");
        assert_eq!(
            kubeadm_pin(&[0x11; 32]),
            format!("sha256:{}", "11".repeat(32))
        );
    }

    #[test]
    fn hashes_an_empty_name_as_openssl_does() {
        // SHA-1 of nothing starts with da39a3ee.
        assert_eq!(openssl_name_hash(&[]), "eea339da");
    }
}
