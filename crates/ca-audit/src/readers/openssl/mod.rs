//! What OpenSSL loads from a CA file.

pub(super) mod certificate;
mod der;
mod header;
pub(super) mod pem;
mod private_key;

use header::Header;
use pem::{Block, Input, Reader, Stop};

use super::{Loaded, Outcome, Refusal, Verdict, why_unusable};

/// `SSL_CTX_load_verify_locations` and all that goes through
/// `X509_load_cert_crl_file` (OpenSSL 3.0, `crypto/x509/by_file.c`), which
/// reads by `PEM_X509_INFO_read_bio` (`crypto/pem/pem_info.c`): certificates
/// go into the store only after the last block could be read, so one broken
/// block loses them all. A file without any certificate or revocation list is
/// an error, too.
pub(super) fn ca_file(text: &[u8]) -> Outcome {
    let mut outcome = Outcome::default();
    let mut lists = 0;
    let mut reader = Reader::new(text, Input::File);
    loop {
        let block = match reader.block() {
            Ok(block) => block,
            Err(Stop::Broken(at, why)) => {
                let why = why_unusable(&text[at.clone()], why);
                return outcome.lost(Refusal::block(at, why));
            }
            Err(Stop::NoBeginLine) => break,
        };
        match judge(&block) {
            Judgement::Skip => {}
            Judgement::Certificate(length) => outcome
                .loaded
                .push(Loaded::new(block.at, &block.bytes[..length])),
            Judgement::RevocationList => lists += 1,
            Judgement::Refused(why) => {
                let why = why_unusable(&text[block.at.clone()], why);
                return outcome.lost(Refusal::block(block.at, why));
            }
            Judgement::Unknown(why) => outcome.unsure.push(Refusal::block(block.at, why)),
        }
    }
    let unread = reader.unread();
    if !unread.is_empty() {
        let why = "OpenSSL takes a line that begins with a zero byte for the end of the file";
        outcome.skipped.push(Refusal::place(unread, why));
    }
    if outcome.loaded.is_empty() && outcome.unsure.is_empty() && lists == 0 {
        let why = "OpenSSL finds no certificate in it";
        return outcome.lost(Refusal::text(text, why));
    }
    outcome
}

/// What OpenSSL does with a block.
pub(super) enum Judgement {
    /// A block of which OpenSSL keeps nothing.
    Skip,
    /// A certificate of so many bytes.
    Certificate(usize),
    RevocationList,
    Refused(&'static str),
    Unknown(&'static str),
}

fn judge(block: &Block) -> Judgement {
    match block.label.as_slice() {
        b"CERTIFICATE" | b"X509 CERTIFICATE" => plain(block, certificate::certificate),
        b"TRUSTED CERTIFICATE" => plain(block, certificate::trusted_certificate),
        b"X509 CRL" => match plain(block, certificate::revocation_list) {
            Judgement::Certificate(_) => Judgement::RevocationList,
            other => other,
        },
        label if memchr::memmem::find(label, b"PRIVATE KEY").is_some() => private_key(block),
        _ => Judgement::Skip,
    }
}

/// A block whose body is not encrypted.
pub(super) fn plain(block: &Block, verdict: fn(&[u8]) -> Verdict) -> Judgement {
    match header::read(&block.header) {
        Header::Absent => {}
        Header::Refused => {
            return Judgement::Refused("lines stand before its body that are no encryption header");
        }
        // Decrypted with an empty password; what comes out is anyone's guess.
        Header::Encrypted | Header::Unknown => {
            return Judgement::Unknown("its header says that it is encrypted");
        }
    }
    match verdict(&block.bytes) {
        Verdict::Loads(length) => Judgement::Certificate(length),
        Verdict::Refused(why) => Judgement::Refused(why),
        Verdict::Unknown(why) => Judgement::Unknown(why),
    }
}

fn private_key(block: &Block) -> Judgement {
    // An encrypted key is kept as it is.
    let is_sealed = block.header.len() > 10 || block.label == b"ENCRYPTED PRIVATE KEY";
    let judgement = match (header::read(&block.header), is_sealed) {
        (Header::Absent | Header::Encrypted, true) => return Judgement::Skip,
        (Header::Refused, _) => {
            return Judgement::Refused("lines stand before its body that are no encryption header");
        }
        (Header::Absent, false) => private_key::verdict(&block.label, &block.bytes),
        (Header::Unknown | Header::Encrypted, _) => {
            return Judgement::Unknown("its cipher is not known here");
        }
    };
    match judgement {
        Verdict::Loads(_) => Judgement::Skip,
        Verdict::Refused(why) => Judgement::Refused(why),
        Verdict::Unknown(why) => Judgement::Unknown(why),
    }
}
