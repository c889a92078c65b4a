//! Files of DER: a certificate, several one after the other, or a PKCS#7
//! message (RFC 5652) with its certificates inside.

use super::Dialect;
use crate::certificate::Certificate;
use crate::facts::{Cert, CertForm, Facts};
use crate::sniff::Form;
use crate::view::View;
use std::sync::Arc;

pub(super) const DIALECT: Dialect = Dialect {
    name: "DER",
    reads: |form| form == Form::Der,
    nests: true,
    extract,
};

fn extract(view: &View, _: Form, facts: &mut Facts) {
    // Containers that are encrypted in parts have a dialect of their own.
    if super::pkcs12::is_pkcs12(view.bytes) {
        return;
    }
    let is_certificate = Certificate::begins(view.bytes);
    let form = if is_certificate {
        CertForm::Der
    } else {
        CertForm::Pkcs7
    };
    for certificate in carved(view.bytes) {
        facts.understood = true;
        facts.certs.push(Cert {
            certificate: Arc::new(certificate),
            at: view.span(0..view.bytes.len()),
            encoding: view.encoding(form),
            container: view.container(),
            loaded_by: None,
        });
    }
}

/// Every certificate that stands unencrypted in some bytes, whatever their
/// format: a certificate's outline is too peculiar to be met by chance.
pub(super) fn carved(bytes: &[u8]) -> impl Iterator<Item = Certificate> {
    let mut from = 0;
    std::iter::from_fn(move || {
        while let Some(at) = memchr::memchr(0x30, bytes.get(from..)?) {
            let at = from + at;
            if let Some((certificate, len)) = Certificate::prefix_of(&bytes[at..]) {
                from = at + len;
                return Some(certificate);
            }
            from = at + 1;
        }
        None
    })
}
