//! Certificate authorities made at test time, so that none is ever committed
//! with its key.
//!
//! A placeholder stands for what is made here; the same word, the same key:
//!
//! | placeholder | stands for |
//! |---|---|
//! | `<CA one named CN=x>` | a CA with the key called "one", signed by itself |
//! | `<leaf one named CN=x>` | a server's certificate, signed by another key |
//! | `<key of one>` | the private key called "one" |
//!
//! A certificate's name may be followed by what is special about it, each after
//! a semicolon: `valid 2008-01-01 to 2018-01-01`, `signed by two named CN=y`,
//! `for a.b.svc` (a server's name), `RSA-1024`, `SHA-1`, `version 1`, `six dashes` (before BEGIN).

use crate::forged;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DistinguishedName, DnType, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, SanType, date_time_ymd,
};
use std::collections::BTreeMap;

/// CAs with keys of their own, by the word by which a test calls the key.
#[derive(Default)]
pub(crate) struct Authorities {
    keys: BTreeMap<String, KeyPair>,
    made: BTreeMap<String, String>,
}

impl Authorities {
    /// Puts what it stands for in the place of each placeholder, as far
    /// indented.
    pub(crate) fn filled(&mut self, text: &str) -> String {
        let mut filled = String::new();
        for line in text.lines() {
            let indent = &line[..line.len() - line.trim_start().len()];
            match self.made_of(line.trim()) {
                Some(pem) => {
                    for line in pem.lines() {
                        filled.extend([indent, line, "\n"]);
                    }
                }
                None => filled.extend([line, "\n"]),
            }
        }
        filled
    }

    /// The PEM for which a placeholder stands; the same bytes each time.
    fn made_of(&mut self, placeholder: &str) -> Option<String> {
        let inside = placeholder.strip_prefix('<')?.strip_suffix('>')?;
        if let Some(word) = inside.strip_prefix("key of ") {
            return Some(self.key(word).serialize_pem());
        }
        let asked = Asked::read(inside)?;
        if !self.made.contains_key(inside) {
            let pem = self.certificate(&asked);
            self.made.insert(inside.to_owned(), pem);
        }
        self.made.get(inside).cloned()
    }

    fn certificate(&mut self, asked: &Asked) -> String {
        let (signer, issuer) = match asked.signed_by {
            Some((word, name)) => (word.to_owned(), name),
            None if asked.is_ca => (asked.word.to_owned(), asked.name),
            None => ("somebody else".to_owned(), "CA that nobody sees"),
        };
        self.key(&signer);
        self.key(asked.word);
        let (key, signer) = (&self.keys[asked.word], &self.keys[&signer]);
        let params = asked.params();
        let certificate = if asked.is_ca && asked.signed_by.is_none() {
            params.self_signed(key)
        } else {
            params.signed_by(key, &Issuer::new(ca_params(issuer), signer))
        };
        let certificate = certificate.expect("a certificate");
        asked
            .peculiarities
            .iter()
            .fold(pem(&certificate), |pem, peculiarity| {
                forged::with(&pem, peculiarity)
                    .unwrap_or_else(|| panic!("unknown in a placeholder: {peculiarity}"))
            })
    }

    fn key(&mut self, word: &str) -> &KeyPair {
        self.keys.entry(word.to_owned()).or_insert_with(new_key)
    }
}

/// A certificate that a placeholder asks for.
struct Asked<'p> {
    is_ca: bool,
    word: &'p str,
    name: &'p str,
    valid: Option<(&'p str, &'p str)>,
    signed_by: Option<(&'p str, &'p str)>,
    server: Option<&'p str>,
    peculiarities: Vec<&'p str>,
}

impl<'p> Asked<'p> {
    fn read(inside: &'p str) -> Option<Self> {
        let (kind, rest) = inside.split_once(' ')?;
        let is_ca = match kind {
            "CA" => true,
            "leaf" => false,
            _ => return None,
        };
        let mut parts = rest.split("; ");
        let (word, name) = parts.next()?.split_once(" named CN=")?;
        let mut asked = Self {
            is_ca,
            word,
            name,
            valid: None,
            signed_by: None,
            server: None,
            peculiarities: Vec::new(),
        };
        for part in parts {
            if let Some(dates) = part.strip_prefix("valid ") {
                asked.valid = Some(dates.split_once(" to ").expect("two dates"));
            } else if let Some(signer) = part.strip_prefix("signed by ") {
                asked.signed_by = Some(signer.split_once(" named CN=").expect("a name"));
            } else if let Some(name) = part.strip_prefix("for ") {
                asked.server = Some(name);
            } else {
                asked.peculiarities.push(part);
            }
        }
        Some(asked)
    }

    fn params(&self) -> CertificateParams {
        let mut params = if self.is_ca {
            ca_params(self.name)
        } else {
            let mut params = named(self.name);
            params.is_ca = IsCa::ExplicitNoCa;
            params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
            params
        };
        if let Some(name) = self.server {
            let name = name.try_into().expect("a name of DNS");
            params.subject_alt_names = vec![SanType::DnsName(name)];
        }
        if let Some((begins, ends)) = self.valid {
            let date = |text: &str| {
                let numbers: Vec<u16> = text
                    .split('-')
                    .map(|part| part.parse().expect("a date"))
                    .collect();
                date_time_ymd(i32::from(numbers[0]), numbers[1] as u8, numbers[2] as u8)
            };
            (params.not_before, params.not_after) = (date(begins), date(ends));
        }
        params
    }
}

/// The PEM of a CA with a key that nobody else has.
pub(crate) fn ca(common_name: &str) -> String {
    let certificate = ca_params(common_name).self_signed(&new_key());
    pem(&certificate.expect("a certificate"))
}

fn new_key() -> KeyPair {
    KeyPair::generate().expect("a key")
}

fn ca_params(common_name: &str) -> CertificateParams {
    let mut params = named(common_name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

fn named(common_name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    params
}

fn pem(certificate: &Certificate) -> String {
    certificate.pem()
}
