//! Certificate revocation lists in PEM: Puppet's `crl.pem` and `ca_crl.pem`.
//!
//! A list names the CA that made it, so a list beside another CA's certificate
//! tells that one of the two was replaced.

use super::Dialect;
use crate::facts::{Crl, Facts, Reason};
use crate::pem::{Block, Body, blocks};
use crate::view::View;
use memchr::memmem::Finder;
use std::sync::LazyLock;
use x509_parser::prelude::{CertificateRevocationList, FromDer as _};

pub(super) const DIALECT: Dialect = Dialect {
    name: "revocation lists",
    reads: |_| true,
    nests: true,
    extract: |view, _, facts| extract(view, facts),
};

fn extract(view: &View, facts: &mut Facts) {
    static MARK: LazyLock<Finder> = LazyLock::new(|| Finder::new("X509 CRL"));
    if MARK.find(view.bytes).is_none() {
        return;
    }
    for block in blocks(view.bytes).filter(|block| block.label == "X509 CRL") {
        facts.understood = true;
        if let Some(crl) = read(view, &block) {
            facts.crls.push(crl);
        } else {
            let message = "a PEM block labelled X509 CRL that holds no revocation list";
            view.gap(facts, Reason::Unparsed, block.range.clone(), message);
        }
    }
}

fn read(view: &View, block: &Block) -> Option<Crl> {
    let Body::Der(der) = block.decode(view.bytes) else {
        return None;
    };
    let (_, list) = CertificateRevocationList::from_der(&der).ok()?;
    Some(Crl {
        issuer: list.issuer().as_raw().into(),
        next_update: list.next_update().map(|time| time.timestamp()),
        at: view.span(block.range.clone()),
    })
}
