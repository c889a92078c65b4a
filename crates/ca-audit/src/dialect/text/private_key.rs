//! Private keys in PEM: that they are there, and whose they are.
//!
//! A key is read as far as its public half and no further, and the buffer it
//! was decoded into is cleared. One behind a password is only noted.

use super::Seen;
use crate::certificate::private_key::{is_key, public_half};
use crate::facts::{Facts, PrivateKey, Reason};
use crate::pem::{Block, blocks};
use crate::view::View;
use memchr::memmem::{self, Finder};
use std::sync::LazyLock;

/// What is shorter is a stand-in: an Ed25519 key, the shortest, has 64
/// characters.
const SHORTEST: usize = 48;

/// Every private key in a view, but for what was seen.
pub(super) fn keys(view: &View, seen: &Seen, facts: &mut Facts) {
    static MARK: LazyLock<Finder> = LazyLock::new(|| Finder::new("PRIVATE KEY-----"));
    if MARK.find(view.bytes).is_none() {
        return;
    }
    let keys = blocks(view.bytes).filter(Block::is_private_key);
    for block in keys.filter(|block| !seen.holds(block.range.start)) {
        match read(view.bytes, &block) {
            Content::Key(public_key) => facts.private_keys.push(PrivateKey {
                at: view.span(block.opening()),
                label: block.label.into(),
                is_encrypted: is_encrypted(view.bytes, &block),
                public_key,
                container: view.container(),
            }),
            Content::StandIn => {}
            Content::Broken => {
                let message = format!("a PEM block labelled {} that holds no key", block.label);
                view.gap(facts, Reason::Unparsed, block.opening(), message);
            }
        }
    }
}

enum Content {
    /// With the SHA-256 of its public half, where it says that.
    Key(Option<[u8; 32]>),
    StandIn,
    Broken,
}

fn read(bytes: &[u8], block: &Block) -> Content {
    let body = &bytes[block.body.clone()];
    if is_legacy_encrypted(body) {
        // Its base64 is of nothing that could be checked.
        return if body.len() > 2 * SHORTEST {
            Content::Key(None)
        } else {
            Content::StandIn
        };
    }
    if body.trim_ascii().len() < SHORTEST {
        return Content::StandIn;
    }
    match block.decode_secret(bytes) {
        Some(der) if is_key(&der) => Content::Key(public_half(&der)),
        Some(_) => Content::Broken,
        None => Content::StandIn,
    }
}

fn is_encrypted(bytes: &[u8], block: &Block) -> bool {
    block.label.starts_with("ENCRYPTED") || is_legacy_encrypted(&bytes[block.body.clone()])
}

/// `Proc-Type: 4,ENCRYPTED` (RFC 1421 §4.6.1.1), as OpenSSL wrote it before
/// PKCS#8.
fn is_legacy_encrypted(body: &[u8]) -> bool {
    memmem::find(body, b"Proc-Type: 4,ENCRYPTED").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::FileId;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use rcgen::{KeyPair, PublicKeyData as _};
    use sha2::{Digest as _, Sha256};

    fn found(path: &str, text: &str) -> Facts {
        crate::dialect::extract(
            FileId(0),
            path,
            text.as_bytes(),
            crate::sniff::form(path, text.as_bytes()),
        )
    }

    fn new_key() -> (String, [u8; 32]) {
        let key = KeyPair::generate().expect("a key");
        let public = key.subject_public_key_info();
        (key.serialize_pem(), Sha256::digest(public).into())
    }

    #[test]
    fn keys_are_told_by_their_public_half() {
        let (pem, public) = new_key();
        let escaped = format!(
            "{{\"ca_key\": \"{}\"}}",
            pem.trim_end().replace('\n', "\\n")
        );
        let secret = format!("data:\n  ca.key: {}\n", STANDARD.encode(&pem));
        for (path, text) in [("a.pem", &pem), ("a.json", &escaped), ("a.yaml", &secret)] {
            let facts = found(path, text);
            assert_eq!(facts.private_keys.len(), 1, "{path}");
            let key = &facts.private_keys[0];
            assert_eq!(
                (key.public_key, key.is_encrypted),
                (Some(public), false),
                "{path}"
            );
            let place = key.at.start as usize..key.at.end as usize;
            assert!(
                place.len() < 48,
                "{path}: the place is the BEGIN line alone"
            );
        }
        assert_eq!(
            found("a.yaml", &secret).private_keys[0].container,
            "data[\"ca.key\"]"
        );
    }

    #[test]
    fn keys_behind_a_password_are_noted() {
        let body = STANDARD.encode([7; 300]);
        let begin = "-----BEGIN RSA PRIVATE ";
        let end = "-----END RSA PRIVATE KEY-----";
        let text = format!(
            "{begin}KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n{body}\n{end}\n"
        );
        let facts = found("a.pem", &text);
        assert_eq!(facts.private_keys.len(), 1);
        assert!(facts.private_keys[0].is_encrypted && facts.private_keys[0].public_key.is_none());
    }

    #[test]
    fn stand_ins_are_no_keys() {
        let block = |body: &str| {
            format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
        };
        for body in ["", "...", "<%= @key %>", "dummy", "REDACTED"] {
            let facts = found("a.pem", &block(body));
            assert!(
                facts.private_keys.is_empty() && facts.gaps.is_empty(),
                "{body}"
            );
        }
        let facts = found("a.pem", &block(&STANDARD.encode([7; 300])));
        assert!(facts.private_keys.is_empty());
        assert_eq!(facts.gaps.len(), 1);
    }
}
