//! Files that are a DER certificate.

use super::Dialect;
use crate::certificate::Certificate;
use crate::facts::{Cert, Encoding, Facts};
use crate::sniff::Form;
use crate::view::View;
use std::sync::Arc;

pub(super) const DIALECT: Dialect = Dialect {
    name: "DER",
    reads: |form| form == Form::Der,
    extract,
};

fn extract(view: &View, _: Form, facts: &mut Facts) {
    if let Some((certificate, _)) = Certificate::prefix_of(view.bytes) {
        facts.understood = true;
        facts.certs.push(Cert {
            certificate: Arc::new(certificate),
            at: view.span(0..view.bytes.len()),
            encoding: Encoding::Der,
            container: view.container.into(),
        });
    }
}
