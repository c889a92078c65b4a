//! PEM in the bytes of any text.

use super::Seen;
use crate::certificate::Certificate;
use crate::dialect::der::carved;
use crate::facts::{Cert, CertForm, Encoding, Facts, Reason, Wrapping};
use crate::pem::{Block, Body, blocks};
use crate::view::View;
use std::sync::Arc;

/// Every PEM certificate in a view, but for what was seen.
pub(super) fn certificates(view: &View, seen: &mut Seen, facts: &mut Facts) {
    for block in blocks(view.bytes) {
        if seen.holds(block.range.start) {
            continue;
        }
        seen.add(block.range.clone());
        if block.is_certificate() || block.is_message() {
            facts.understood = true;
            read(view, &block, facts);
        }
    }
}

fn read(view: &View, block: &Block, facts: &mut Facts) {
    let der = match block.decode(view.bytes) {
        Body::Der(der) => der,
        Body::Broken => return broken(view, block, facts),
        Body::Placeholder => return,
    };
    if let Some((certificate, _)) = Certificate::prefix_of(&der) {
        facts.certs.push(Cert {
            certificate: Arc::new(certificate),
            at: view.span(block.range.clone()),
            encoding: encoding(view, block, CertForm::Pem),
            container: view.container(),
            loaded_by: None,
        });
        return;
    }
    // A PKCS#7 message, which some tools label CERTIFICATE.
    let before = facts.certs.len();
    facts.certs.extend(carved(&der).map(|certificate| Cert {
        certificate: Arc::new(certificate),
        at: view.span(block.range.clone()),
        encoding: encoding(view, block, CertForm::Pkcs7),
        container: view.container(),
        loaded_by: None,
    }));
    if facts.certs.len() == before {
        broken(view, block, facts);
    }
}

fn encoding(view: &View, block: &Block, form: CertForm) -> Encoding {
    let wrapping = match view.wrapping {
        Wrapping::Plain if block.escaped => Wrapping::Escaped,
        other => other,
    };
    Encoding { wrapping, form }
}

fn broken(view: &View, block: &Block, facts: &mut Facts) {
    let message = format!(
        "a PEM block labelled {} that holds no certificate",
        block.label
    );
    view.gap(facts, Reason::Unparsed, block.range.clone(), message);
}
