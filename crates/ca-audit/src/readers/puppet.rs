//! What the Puppet agent loads from its CA file.
//!
//! Source: Puppet 7.23, `lib/puppet/x509/cert_provider.rb`
//! (`load_cacerts_from_pem`, `CERT_DELIMITERS`) and `pem_store.rb`
//! (`load_pem` reads as UTF-8); Ruby's `ext/openssl/ossl_x509cert.c`
//! (`ossl_x509_initialize`), which asks OpenSSL's `PEM_read_bio_X509`.

use std::ops::Range;

use memchr::memmem;

use super::openssl::pem::{Input, Reader, Stop};
use super::openssl::{Judgement, certificate, plain};
use super::{Loaded, Outcome, Refusal, why_unusable};

const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
const END: &[u8] = b"-----END CERTIFICATE-----";

/// One match after the other; the first that is no certificate ends the load.
pub(super) fn ca_file(text: &[u8]) -> Outcome {
    let mut outcome = Outcome::default();
    if let Err(error) = std::str::from_utf8(text) {
        let at = error.valid_up_to();
        let why = "a character is not UTF-8, and Puppet reads nothing else";
        return outcome.lost(Refusal::place(at..at + 1, why));
    }
    for at in matches(text) {
        match certificate_in(&text[at.clone()]) {
            Match::Certificate(der) => outcome.loaded.push(Loaded::new(at, &der)),
            Match::Refused(why) => {
                let why = why_unusable(&text[at.clone()], why);
                return outcome.lost(Refusal::block(at, why));
            }
            Match::Unknown(why) => outcome.unsure.push(Refusal::block(at, why)),
        }
    }
    if outcome.loaded.is_empty() && outcome.unsure.is_empty() {
        let why = "Puppet finds no certificate in it";
        return outcome.lost(Refusal::text(text, why));
    }
    outcome
}

/// The matches of `/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/m`.
fn matches(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let begin = from + memmem::find(&text[from..], BEGIN)?;
        let body = begin + BEGIN.len();
        let end = body + memmem::find(&text[body..], END)? + END.len();
        from = end;
        Some(begin..end)
    })
}

enum Match {
    Certificate(Vec<u8>),
    Refused(&'static str),
    Unknown(&'static str),
}

/// `OpenSSL::X509::Certificate.new` of one match: the first block in it that
/// has a certificate's label.
fn certificate_in(text: &[u8]) -> Match {
    let mut reader = Reader::new(text, Input::Memory);
    loop {
        let mut block = match reader.block() {
            Ok(block) => block,
            Err(Stop::Broken(_, why)) => return Match::Refused(why),
            Err(Stop::NoBeginLine) => {
                return Match::Refused("more than BEGIN CERTIFICATE stands on its first line");
            }
        };
        if !matches!(block.label.as_slice(), b"CERTIFICATE" | b"X509 CERTIFICATE") {
            continue;
        }
        return match plain(&block, certificate::certificate) {
            Judgement::Certificate(length) => {
                block.bytes.truncate(length);
                Match::Certificate(block.bytes)
            }
            Judgement::Refused(why) => Match::Refused(why),
            Judgement::Unknown(why) => Match::Unknown(why),
            Judgement::Skip | Judgement::RevocationList => Match::Unknown("it is not known here"),
        };
    }
}
