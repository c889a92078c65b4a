//! The forms of input, each reduced to facts.
//!
//! To add one: a file here with `extract`, and its line in [`DIALECTS`].

mod agent_ca;
mod carrier;
mod der;
mod directive;
mod encrypted_value;
mod gzip;
mod keystore;
mod pkcs12;
mod program;
mod revocation;
mod text;

use crate::facts::{Facts, Gap, Reason};
use crate::place::{FileId, Span};
use crate::sniff::{Form, nested_form};
use crate::view::{Budget, View};
use std::panic::{AssertUnwindSafe, catch_unwind};
use yaml_spans::Tree;

/// A form of input.
pub(crate) struct Dialect {
    /// For messages.
    pub(crate) name: &'static str,
    /// Whether it reads files of this form.
    pub(crate) reads: fn(Form) -> bool,
    /// Whether it also reads what stands inside a file, once that is decoded.
    pub(crate) nests: bool,
    /// Reads one. Total: whatever the bytes, facts and gaps come out.
    pub(crate) extract: fn(&View, Form, &mut Facts),
}

/// In this order: later ones add meaning to what earlier ones found.
pub(crate) static DIALECTS: &[Dialect] = &[
    der::DIALECT,
    pkcs12::DIALECT,
    keystore::DIALECT,
    gzip::DIALECT,
    text::DIALECT,
    encrypted_value::DIALECT,
    program::DIALECT,
    carrier::DIALECT,
    revocation::DIALECT,
    agent_ca::DIALECT,
    directive::DIALECT,
];

/// All facts of one file.
#[cfg(test)]
fn extract(file: FileId, path: &str, bytes: &[u8], form: Form) -> Facts {
    extract_with(file, path, bytes, form, None)
}

/// All facts of one file, of which `document` has the text if that was read
/// already.
pub(crate) fn extract_with(
    file: FileId,
    path: &str,
    bytes: &[u8],
    form: Form,
    document: Option<&Tree>,
) -> Facts {
    let mut facts = Facts::default();
    let budget = Budget::of_file(bytes.len());
    let view = View::of_file(file, path, bytes, &budget).read_as(document);
    for dialect in DIALECTS.iter().filter(|dialect| (dialect.reads)(form)) {
        // A fault of ours in one file must not end the run or hide itself.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            (dialect.extract)(&view, form, &mut facts);
        }));
        if outcome.is_err() {
            facts.gaps.push(Gap {
                reason: Reason::Internal,
                message: format!(
                    "reading it as {} failed; this is a fault of ca-audit",
                    dialect.name
                ),
                at: Span::whole(file),
            });
        }
    }
    if form == Form::Binary && facts.certs.is_empty() {
        facts.gaps.push(Gap {
            reason: Reason::Binary,
            message: "not text and no certificate file; its inside is not searched".into(),
            at: Span::whole(file),
        });
    }
    // Most files have one, for which a list makes room for four.
    facts.certs.shrink_to_fit();
    facts
}

/// The facts of something inside a file, once it is decoded.
fn extract_nested(view: &View, facts: &mut Facts) {
    let form = nested_form(view.bytes);
    let nesting = DIALECTS.iter().filter(|dialect| dialect.nests);
    for dialect in nesting.filter(|dialect| (dialect.reads)(form)) {
        (dialect.extract)(view, form, facts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn extract_is_total(path in "[a-z]{1,8}\\.(pp|erb|epp|yaml|json|service|pem|conf)", text in "(?s).{0,400}") {
            let bytes = text.as_bytes();
            let facts = extract(FileId(0), &path, bytes, crate::sniff::form(&path, bytes));
            prop_assert!(facts.gaps.iter().all(|gap| gap.reason != Reason::Internal));
        }

        #[test]
        fn extract_is_total_on_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            for path in ["a.pem", "a.yaml", "a.erb"] {
                let facts = extract(FileId(0), path, &bytes, crate::sniff::form(path, &bytes));
                prop_assert!(facts.gaps.iter().all(|gap| gap.reason != Reason::Internal));
            }
        }
    }
}
