//! Certificate authorities made at test time, so that none is ever committed
//! with its key.

use rcgen::{BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, KeyPair};
use std::collections::BTreeMap;

/// CAs with keys of their own, by the word by which a test calls the key.
#[derive(Default)]
pub(crate) struct Authorities {
    keys: BTreeMap<String, KeyPair>,
    made: BTreeMap<(String, String), String>,
}

impl Authorities {
    /// The PEM of the CA `common_name` with the key called `word`; the same
    /// bytes each time.
    pub(crate) fn pem(&mut self, word: &str, common_name: &str) -> String {
        let key = self.keys.entry(word.to_owned()).or_insert_with(new_key);
        let names = (word.to_owned(), common_name.to_owned());
        self.made
            .entry(names)
            .or_insert_with(|| self_signed(common_name, key))
            .clone()
    }
}

/// The PEM of a CA with a key that nobody else has.
pub(crate) fn ca(common_name: &str) -> String {
    self_signed(common_name, &new_key())
}

fn new_key() -> KeyPair {
    KeyPair::generate().expect("a key")
}

fn self_signed(common_name: &str, key: &KeyPair) -> String {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    params.self_signed(key).expect("a certificate").pem()
}
