//! The extensions of a certificate (RFC 5280 §4.2), not yet interpreted.

use super::der::{BOOLEAN, OBJECT_IDENTIFIER, OCTET_STRING, Reader, SEQUENCE};

/// `2.5.29.14`.
pub(super) const SUBJECT_KEY_ID: &[u8] = &[0x55, 0x1d, 0x0e];
/// `2.5.29.15`.
pub(super) const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];
/// `2.5.29.17`.
pub(super) const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];
/// `2.5.29.19`.
pub(super) const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
/// `2.5.29.35`.
pub(super) const AUTHORITY_KEY_ID: &[u8] = &[0x55, 0x1d, 0x23];
/// `2.16.840.1.113730.1.1`.
pub(super) const NETSCAPE_CERT_TYPE: &[u8] =
    &[0x60, 0x86, 0x48, 0x01, 0x86, 0xf8, 0x42, 0x01, 0x01];

/// One extension as it stands in a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extension<'a> {
    /// Content bytes of the object identifier; [`dotted`](super::oid::dotted)
    /// prints them.
    pub oid: &'a [u8],
    /// Whether a reader that does not know the extension must refuse the
    /// certificate.
    pub critical: bool,
    /// The DER inside the `OCTET STRING`.
    pub value: &'a [u8],
}

/// The extensions of a certificate in their order; ends at the first that
/// cannot be read.
#[derive(Clone, Debug)]
pub struct Extensions<'a> {
    list: Reader<'a>,
}

impl<'a> Extensions<'a> {
    /// Reads the content of a `SEQUENCE OF Extension`.
    pub(super) fn new(content: &'a [u8]) -> Self {
        Self {
            list: Reader::new(content),
        }
    }

    /// Once the iteration is over: whether nothing is left.
    pub(super) fn is_complete(&self) -> bool {
        self.list.is_empty()
    }
}

impl<'a> Iterator for Extensions<'a> {
    type Item = Extension<'a>;

    fn next(&mut self) -> Option<Extension<'a>> {
        let mut list = self.list;
        let extension = extension(list.take(SEQUENCE)?.content)?;
        self.list = list;
        Some(extension)
    }
}

fn extension(content: &[u8]) -> Option<Extension<'_>> {
    let mut parts = Reader::new(content);
    let oid = parts.take(OBJECT_IDENTIFIER)?.content;
    let critical = parts
        .take(BOOLEAN)
        .is_some_and(|critical| critical.content != [0]);
    let value = parts.take(OCTET_STRING)?.content;
    parts.is_empty().then_some(Extension {
        oid,
        critical,
        value,
    })
}
