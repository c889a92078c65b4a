//! Makes certificates, and notes where each must be found.

use super::forms::{armour, armour_lines};
use ca_audit::certificate::fingerprint::hex;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair};
use sha2::{Digest as _, Sha256};

/// A file of the project, and what must be found in it.
pub(super) struct Case {
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
    pub(super) expected: Vec<Expected>,
}

pub(super) struct Expected {
    pub(super) sha256: String,
    pub(super) is_ca: bool,
    pub(super) container: Option<&'static str>,
    /// The first and the last line of its armour, where that can be told.
    pub(super) lines: Option<(usize, usize)>,
}

/// A certificate in the forms that the wrappings need.
#[derive(Clone)]
pub(super) struct Made {
    pub(super) der: Vec<u8>,
    pub(super) pem: String,
    pub(super) is_ca: bool,
}

#[derive(Default)]
pub(super) struct Maker {
    pub(super) cases: Vec<Case>,
    pub(super) count: usize,
}

impl Maker {
    pub(super) fn made(&mut self, is_ca: bool) -> Made {
        self.count += 1;
        let mut params = CertificateParams::default();
        params.is_ca = if is_ca {
            IsCa::Ca(BasicConstraints::Unconstrained)
        } else {
            IsCa::ExplicitNoCa
        };
        params
            .distinguished_name
            .push(DnType::CommonName, format!("made {}", self.count));
        let key = KeyPair::generate().expect("a key");
        let made = params.self_signed(&key).expect("a certificate");
        Made {
            der: made.der().to_vec(),
            pem: armour("CERTIFICATE", made.der()),
            is_ca,
        }
    }

    pub(super) fn add(&mut self, path: &str, bytes: impl Into<Vec<u8>>, expected: Vec<Expected>) {
        let (path, bytes) = (path.to_owned(), bytes.into());
        self.cases.push(Case {
            path,
            bytes,
            expected,
        });
    }

    pub(super) fn one(&mut self, path: &str, wrap: impl Fn(&str) -> String) {
        let made = self.made(!self.count.is_multiple_of(3));
        let text = wrap(&made.pem);
        let expected = made.expected().at(armour_lines(&text));
        self.add(path, text, vec![expected]);
    }

    pub(super) fn under(
        &mut self,
        path: &str,
        container: &'static str,
        wrap: impl Fn(&str) -> String,
    ) {
        self.one(path, wrap);
        let case = self.cases.last_mut().expect("it was added");
        case.expected[0].container = Some(container);
    }

    pub(super) fn two(&mut self, path: &str, wrap: impl Fn(&str, &str) -> String) {
        let (a, b) = (self.made(true), self.made(false));
        let text = wrap(&a.pem, &b.pem);
        self.add(path, text, vec![a.expected(), b.expected()]);
    }
}

impl Made {
    pub(super) fn expected(&self) -> Expected {
        let hash: [u8; 32] = Sha256::digest(&self.der).into();
        Expected {
            sha256: hex(&hash),
            is_ca: self.is_ca,
            container: None,
            lines: None,
        }
    }
}

impl Expected {
    pub(super) fn under(self, container: &'static str) -> Self {
        Self {
            container: Some(container),
            ..self
        }
    }

    pub(super) fn at(self, lines: Option<(usize, usize)>) -> Self {
        Self { lines, ..self }
    }
}
