//! PEM in the bytes of any file, whatever the file is.

use super::Dialect;
use crate::certificate::Certificate;
use crate::facts::{Cert, Encoding, Facts, Reason};
use crate::pem::{Block, Body, blocks};
use crate::view::View;
use std::sync::Arc;

pub(super) const DIALECT: Dialect = Dialect {
    name: "PEM",
    reads: |_| true,
    extract: |view, _, facts| certificates(view, Encoding::Pem, facts),
};

/// Every PEM certificate in a view; `encoding` is what the view itself is.
pub(super) fn certificates(view: &View, encoding: Encoding, facts: &mut Facts) {
    for block in blocks(view.bytes)
        .iter()
        .filter(|block| block.is_certificate())
    {
        facts.understood = true;
        match block.decode(view.bytes) {
            Body::Der(der) => match Certificate::prefix_of(&der) {
                Some((certificate, _)) => facts.certs.push(Cert {
                    certificate: Arc::new(certificate),
                    at: view.span(block.range.clone()),
                    encoding: named(encoding, block),
                    container: view.container.into(),
                }),
                None => broken(view, block, facts),
            },
            Body::Broken => broken(view, block, facts),
            Body::Placeholder => {}
        }
    }
}

fn named(encoding: Encoding, block: &Block) -> Encoding {
    match encoding {
        Encoding::Pem if block.escaped => Encoding::EscapedPem,
        other => other,
    }
}

fn broken(view: &View, block: &Block, facts: &mut Facts) {
    let message = format!(
        "a PEM block labelled {} that holds no certificate",
        block.label
    );
    view.gap(facts, Reason::Unparsed, block.range.clone(), message);
}
