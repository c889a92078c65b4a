//! Java keystores, JKS and JCEKS.
//!
//! Certificates in them are not encrypted, so no password is needed; the check
//! over the whole that one would allow is not made. The layout is that of
//! `JavaKeyStore.engineLoad` and `JceKeyStore.engineLoad` in `OpenJDK`. (Own
//! code: the `jks` crate asks for the password and does not read JCEKS.)

use super::Dialect;
use super::der::carved;
use crate::certificate::Certificate;
use crate::facts::{Cert, CertForm, Facts};
use crate::sniff::Form;
use crate::view::View;
use smol_str::SmolStr;
use std::sync::Arc;

pub(super) const DIALECT: Dialect = Dialect {
    name: "Java keystore",
    reads: |form| form == Form::KeyStore,
    nests: true,
    extract,
};

fn extract(view: &View, _: Form, facts: &mut Facts) {
    facts.understood = true;
    let form = match view.bytes.first() {
        Some(0xfe) => CertForm::Jks,
        _ => CertForm::Jceks,
    };
    let named = Entries::of(view.bytes).certificates(view);
    // An entry of a kind that tells no length ends the walk; what comes behind
    // it is found without its name.
    let found = named.unwrap_or_else(|| {
        let nameless = |certificate| (view.container(), certificate);
        carved(view.bytes).map(nameless).collect()
    });
    for (container, certificate) in found {
        facts.certs.push(Cert {
            certificate: Arc::new(certificate),
            at: view.span(0..view.bytes.len()),
            encoding: view.encoding(form),
            container,
            loaded_by: None,
        });
    }
}

/// Reads big-endian numbers and strings.
struct Entries<'b> {
    rest: &'b [u8],
}

impl<'b> Entries<'b> {
    fn of(store: &'b [u8]) -> Self {
        Self { rest: store }
    }

    /// Every certificate with its entry as its container, which all of a chain
    /// share; `None` where the store is not laid out as it should be.
    fn certificates(mut self, view: &View) -> Option<Vec<(SmolStr, Certificate)>> {
        const KEY: u32 = 1;
        const TRUSTED: u32 = 2;
        let mut found = Vec::new();
        let _magic = self.number()?;
        let version = self.number()?;
        let entries = self.number()?;
        for _ in 0..entries {
            let kind = self.number()?;
            let entry = view.container_of(&self.string()?);
            let _created = self.take(8)?;
            let count = match kind {
                KEY => {
                    let key = self.number()?;
                    self.take(key as usize)?;
                    self.number()?
                }
                TRUSTED => 1,
                _ => return None,
            };
            for _ in 0..count {
                if version == 2 {
                    let _kind = self.string()?;
                }
                let len = self.number()?;
                if let Some(certificate) = Certificate::from_der(self.take(len as usize)?) {
                    found.push((entry.clone(), certificate));
                }
            }
        }
        Some(found)
    }

    fn number(&mut self) -> Option<u32> {
        let (number, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(u32::from_be_bytes(*number))
    }

    fn string(&mut self) -> Option<String> {
        let (len, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        let text = self.take(usize::from(u16::from_be_bytes(*len)))?;
        Some(String::from_utf8_lossy(text).into_owned())
    }

    fn take(&mut self, len: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(taken)
    }
}
