//! The extensions by which clients find the issuer of a certificate:
//! `subjectKeyIdentifier` and `authorityKeyIdentifier` (RFC 5280 §4.2.1.1–2).

use super::der::{OCTET_STRING, Reader, SEQUENCE, context, context_constructed};

/// What a certificate says of the one that issued it.
///
/// The issuer's name and serial number matter when a CA is renewed under its
/// old key: OpenSSL clients then refuse what the old certificate issued.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthorityKeyId {
    /// The issuer's `subjectKeyIdentifier`.
    pub key_id: Option<Box<[u8]>>,
    /// DER of the name of the issuer's issuer.
    pub issuer: Option<Box<[u8]>>,
    /// Content bytes of the issuer's serial number.
    pub serial: Option<Box<[u8]>>,
}

impl AuthorityKeyId {
    pub(super) fn read(value: &[u8]) -> Result<Self, &'static str> {
        let inside = Reader::new(value)
            .take(SEQUENCE)
            .ok_or("it is no sequence")?;
        let mut parts = Reader::new(inside.content);
        let key_id = parts.take(context(0)).map(|part| part.content.into());
        let issuer = parts
            .take(context_constructed(1))
            .and_then(|names| directory_name(names.content));
        let serial = parts.take(context(2)).map(|part| part.content.into());
        if !parts.is_empty() {
            return Err("it holds what does not belong there");
        }
        Ok(Self {
            key_id,
            issuer,
            serial,
        })
    }
}

/// The first directory name among general names.
fn directory_name(names: &[u8]) -> Option<Box<[u8]>> {
    let mut names = Reader::new(names);
    std::iter::from_fn(|| names.any())
        .find(|name| name.tag == context_constructed(4))
        .map(|name| name.content.into())
}

/// Reads `subjectKeyIdentifier`.
pub(super) fn subject_key_id(value: &[u8]) -> Result<Box<[u8]>, &'static str> {
    Reader::new(value)
        .take(OCTET_STRING)
        .map(|id| id.content.into())
        .ok_or("it is no octet string")
}
