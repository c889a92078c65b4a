//! Whether OpenSSL takes bytes for a certificate or a revocation list.
//!
//! Source: OpenSSL 3.0, the templates `X509`, `X509_CINF`, `X509_EXTENSION` in
//! `crypto/x509/x_x509.c` and `x_exten.c`, `X509_NAME` with
//! `x509_name_canon` in `x_name.c`, `X509_CERT_AUX` in `x_x509a.c`,
//! `X509_CRL_INFO` in `x_crl.c`. What follows a structure is not looked at.

use super::der::{
    BIT_STRING, BMP_STRING, BOOLEAN, Elements, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, Read,
    SEQUENCE, SET, UNIVERSAL_STRING, UTF8_STRING, Wrong, context,
};
use crate::readers::Verdict;

/// `d2i_X509`.
pub(in crate::readers) fn certificate(bytes: &[u8]) -> Verdict {
    let mut input = Elements::new(bytes);
    let read = x509(&mut input);
    verdict(read, bytes.len() - input.rest.len())
}

/// `d2i_X509_AUX`: a certificate and what OpenSSL is to trust it for.
pub(super) fn trusted_certificate(bytes: &[u8]) -> Verdict {
    let mut input = Elements::new(bytes);
    let read = x509(&mut input);
    let length = bytes.len() - input.rest.len();
    let read = read.and_then(|()| {
        if input.rest.is_empty() {
            Ok(())
        } else {
            auxiliary(&mut input)
        }
    });
    verdict(read, length)
}

/// `d2i_X509_CRL`.
pub(super) fn revocation_list(bytes: &[u8]) -> Verdict {
    let read = crl(&mut Elements::new(bytes));
    match verdict(read, bytes.len()) {
        Verdict::Refused(_) => Verdict::Refused("it is not a revocation list"),
        other => other,
    }
}

fn verdict(read: Read<()>, length: usize) -> Verdict {
    match read {
        Ok(()) => Verdict::Loads(length),
        Err(Wrong::Malformed) => Verdict::Refused("it is not a certificate"),
        Err(Wrong::Unmodelled) => Verdict::Unknown("it is written in a form that DER forbids"),
    }
}

fn x509(input: &mut Elements<'_>) -> Read<()> {
    let mut certificate = input.sequence()?;
    let mut body = certificate.sequence()?;
    version(&mut body)?;
    body.primitive(INTEGER)?;
    algorithm(&mut body)?;
    name(&mut body)?;
    let mut validity = body.sequence()?;
    validity.time()?;
    validity.time()?;
    validity.end()?;
    name(&mut body)?;
    let mut key = body.sequence()?;
    algorithm(&mut key)?;
    key.primitive(BIT_STRING)?;
    key.end()?;
    body.implicit(1, BIT_STRING)?;
    body.implicit(2, BIT_STRING)?;
    extensions(&mut body, 3)?;
    body.end()?;
    algorithm(&mut certificate)?;
    certificate.primitive(BIT_STRING)?;
    certificate.end()
}

fn version(body: &mut Elements<'_>) -> Read<()> {
    let Some(mut wrapped) = body.explicit(0)? else {
        return Ok(());
    };
    wrapped.primitive(INTEGER)?;
    wrapped.end()
}

fn algorithm(body: &mut Elements<'_>) -> Read<()> {
    let mut content = body.sequence()?;
    content.primitive(OBJECT_IDENTIFIER)?;
    if !content.rest.is_empty() {
        content.value()?;
    }
    content.end()
}

fn extensions(body: &mut Elements<'_>, number: u8) -> Read<()> {
    let Some(mut wrapped) = body.explicit(number)? else {
        return Ok(());
    };
    wrapped.list(SEQUENCE)?.each(extension)?;
    wrapped.end()
}

fn extension(list: &mut Elements<'_>) -> Read<()> {
    let mut content = list.sequence()?;
    content.primitive(OBJECT_IDENTIFIER)?;
    content.optional(BOOLEAN)?;
    content.primitive(OCTET_STRING)?;
    content.end()
}

/// A name, which OpenSSL also brings into the form it compares.
fn name(body: &mut Elements<'_>) -> Read<()> {
    body.list(SEQUENCE)?
        .each(|sets| sets.list(SET)?.each(attribute))
}

fn attribute(set: &mut Elements<'_>) -> Read<()> {
    const T61_STRING: u8 = 20;
    let mut content = set.sequence()?;
    content.primitive(OBJECT_IDENTIFIER)?;
    let value = content.value()?;
    content.end()?;
    let text = value.content;
    let is_good = match value.tag {
        UTF8_STRING => std::str::from_utf8(text).is_ok(),
        BMP_STRING => text
            .chunks_exact(2)
            .all(|pair| is_character(&[0, 0, pair[0], pair[1]])),
        UNIVERSAL_STRING => text.chunks_exact(4).all(is_character),
        // `B_ASN1_PRINTABLE`: numeric, printable, T61 and IA5 strings, bit
        // strings, sequences, and types that OpenSSL has no name for.
        18..=T61_STRING | 22 | BIT_STRING | SEQUENCE | 7..=9 | 11 | 13..=15 | 29 => true,
        _ => false,
    };
    if is_good {
        Ok(())
    } else {
        Err(Wrong::Malformed)
    }
}

fn is_character(four: &[u8]) -> bool {
    let code = four
        .iter()
        .fold(0u32, |code, byte| code << 8 | u32::from(*byte));
    char::from_u32(code).is_some()
}

fn auxiliary(input: &mut Elements<'_>) -> Read<()> {
    let mut content = input.sequence()?;
    let identifiers =
        |list: Elements<'_>| list.each(|list| list.primitive(OBJECT_IDENTIFIER).map(|_| ()));
    if content.is_at(SEQUENCE) {
        identifiers(content.list(SEQUENCE)?)?;
    }
    if content.is_at(context(0)) {
        identifiers(content.list(context(0))?)?;
    }
    content.optional(UTF8_STRING)?;
    content.optional(OCTET_STRING)?;
    if content.is_at(context(1)) {
        content.list(context(1))?.each(algorithm)?;
    }
    content.end()
}

fn crl(input: &mut Elements<'_>) -> Read<()> {
    let mut list = input.sequence()?;
    let mut body = list.sequence()?;
    body.optional(INTEGER)?;
    algorithm(&mut body)?;
    name(&mut body)?;
    body.time()?;
    if body.is_at_time() {
        body.time()?;
    }
    if body.is_at(SEQUENCE) {
        body.list(SEQUENCE)?.each(revoked)?;
    }
    extensions(&mut body, 0)?;
    body.end()?;
    algorithm(&mut list)?;
    list.primitive(BIT_STRING)?;
    list.end()
}

fn revoked(list: &mut Elements<'_>) -> Read<()> {
    let mut content = list.sequence()?;
    content.primitive(INTEGER)?;
    content.time()?;
    if content.is_at(SEQUENCE) {
        content.list(SEQUENCE)?.each(extension)?;
    }
    content.end()
}
