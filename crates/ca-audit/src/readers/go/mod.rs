//! What programs written in Go load, and etcd's own loader.

mod certificate;
mod curve;
mod der;
mod extensions;
mod name;
mod pem;
mod time;

use super::{Loaded, Outcome, Refusal, Verdict};

/// `x509.CertPool.AppendCertsFromPEM` (Go 1.27.3, `crypto/x509/cert_pool.go`):
/// what it cannot use it skips without a word.
pub(super) fn pool(text: &[u8]) -> Outcome {
    let mut outcome = Outcome::default();
    for block in pem::blocks(text) {
        if block.label != b"CERTIFICATE" {
            if super::is_certificate_label(block.label) {
                let why = "Go looks at CERTIFICATE blocks only";
                outcome.skipped.push(Refusal::block(block.at, why));
            }
            continue;
        }
        if block.has_headers {
            let why = "it has header lines";
            outcome.skipped.push(Refusal::block(block.at, why));
            continue;
        }
        match certificate::verdict(&block.bytes) {
            Verdict::Loads(_) => outcome.loaded.push(Loaded::new(block.at, &block.bytes)),
            Verdict::Refused(why) => outcome.skipped.push(Refusal::block(block.at, why)),
            Verdict::Unknown(why) => outcome.unsure.push(Refusal::block(block.at, why)),
        }
    }
    outcome
}

/// `NewCertPool` of etcd (`client/pkg/tlsutil/tlsutil.go`): every block is a
/// certificate, whatever its label and headers say, and the first that is not
/// ends the program.
pub(super) fn etcd(text: &[u8]) -> Outcome {
    let mut outcome = Outcome::default();
    for block in pem::blocks(text) {
        match certificate::verdict(&block.bytes) {
            Verdict::Loads(_) => outcome.loaded.push(Loaded::new(block.at, &block.bytes)),
            Verdict::Refused(why) => {
                let why = etcd_reason(block.label, why);
                return outcome.lost(Refusal::block(block.at, why));
            }
            Verdict::Unknown(why) => outcome.unsure.push(Refusal::block(block.at, why)),
        }
    }
    outcome
}

fn etcd_reason(label: &[u8], why: &str) -> String {
    if super::is_certificate_label(label) {
        why.to_owned()
    } else {
        let label = super::printable(label);
        format!("etcd takes every block for a certificate, and this one is {label}")
    }
}
