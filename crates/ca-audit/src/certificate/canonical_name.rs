//! The form in which OpenSSL compares names.
//!
//! Two names that differ only in case, in white space or in the type of their
//! strings are one name to OpenSSL and two to Go, which compares bytes.
//! Source: `x509_name_canon` and `asn1_string_canon` in OpenSSL's
//! `crypto/x509/x_name.c`.

use super::der::{self, Element, OBJECT_IDENTIFIER, SEQUENCE, SET};
use super::directory_string::{
    self, BMP_STRING, IA5_STRING, PRINTABLE_STRING, T61_STRING, UNIVERSAL_STRING, UTF8_STRING,
    VISIBLE_STRING,
};
use super::name::{Attribute, relative_names};

/// The canonical form of the DER of a `Name`: byte for byte what OpenSSL hashes
/// for `openssl x509 -subject_hash`. What is no name is its own canonical form.
pub(super) fn canonical(name: &[u8]) -> Vec<u8> {
    let Some(names) = relative_names(name) else {
        return name.to_vec();
    };
    let mut out = Vec::with_capacity(name.len());
    for attributes in names.iter().filter(|attributes| !attributes.is_empty()) {
        let mut set: Vec<Vec<u8>> = attributes.iter().map(canonical_attribute).collect();
        // The order of a set of DER (X.690 §11.6).
        set.sort_unstable();
        der::write(&mut out, SET, &set.concat());
    }
    out
}

fn canonical_attribute(attribute: &Attribute<'_>) -> Vec<u8> {
    let mut inside = Vec::new();
    der::write(&mut inside, OBJECT_IDENTIFIER, attribute.kind);
    match folded(&attribute.value) {
        Some(text) => der::write(&mut inside, UTF8_STRING, text.as_bytes()),
        None => inside.extend_from_slice(attribute.value.whole),
    }
    let mut out = Vec::new();
    der::write(&mut out, SEQUENCE, &inside);
    out
}

/// The text in lower case and without spare white space, both of ASCII only.
/// Other types than these are compared as they stand.
fn folded(value: &Element<'_>) -> Option<String> {
    if !matches!(
        value.tag,
        UTF8_STRING
            | PRINTABLE_STRING
            | T61_STRING
            | IA5_STRING
            | VISIBLE_STRING
            | UNIVERSAL_STRING
            | BMP_STRING
    ) {
        return None;
    }
    let text = directory_string::text(value)?;
    let words = text.split(is_space).filter(|word| !word.is_empty());
    Some(words.collect::<Vec<_>>().join(" ").to_ascii_lowercase())
}

/// C's `isspace`, which counts the vertical tab.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t'..='\r')
}
