//! Elements of DER as Go reads them.
//!
//! Source: `golang.org/x/crypto/cryptobyte/asn1.go` as vendored in Go 1.27.3.
//! Lengths have to be in their shortest form and tag numbers below 31.

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// Bytes that are read from the front, `cryptobyte.String`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Der<'a>(pub(super) &'a [u8]);

/// A tag, what it holds, and all of it.
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    pub(super) content: Der<'a>,
    pub(super) whole: &'a [u8],
}

impl<'a> Der<'a> {
    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// `PeekASN1Tag`.
    pub(super) fn is_next(self, tag: u8) -> bool {
        self.0.first() == Some(&tag)
    }

    /// `ReadAnyASN1Element`.
    pub(super) fn any(&mut self) -> Option<Element<'a>> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (length, header) = if first < 0x80 {
            (usize::from(first), 2)
        } else {
            let count = usize::from(first & 0x7f);
            (long_length(rest.get(..count)?)?, 2 + count)
        };
        let whole = self.0.get(..header.checked_add(length)?)?;
        self.0 = &self.0[whole.len()..];
        Some(Element {
            tag,
            content: Der(&whole[header..]),
            whole,
        })
    }

    /// `ReadASN1Element`.
    pub(super) fn element(&mut self, tag: u8) -> Option<Element<'a>> {
        self.any().filter(|element| element.tag == tag)
    }

    /// `ReadASN1`.
    pub(super) fn take(&mut self, tag: u8) -> Option<Der<'a>> {
        self.element(tag).map(|element| element.content)
    }

    /// `ReadOptionalASN1`: nothing when the next element has another tag.
    pub(super) fn optional(&mut self, tag: u8) -> Option<Der<'a>> {
        if self.is_next(tag) {
            self.take(tag)
        } else {
            Some(Der::default())
        }
    }

    /// `ReadASN1Boolean`.
    pub(super) fn boolean(&mut self) -> Option<bool> {
        match self.take(BOOLEAN)?.0 {
            [0] => Some(false),
            [0xff] => Some(true),
            _ => None,
        }
    }

    /// The bytes of an integer in its shortest form.
    pub(super) fn integer(&mut self, tag: u8) -> Option<&'a [u8]> {
        let bytes = self.take(tag)?.0;
        match bytes {
            [] => None,
            [0, second, ..] if second & 0x80 == 0 => None,
            [0xff, second, ..] if second & 0x80 != 0 => None,
            _ => Some(bytes),
        }
    }

    /// `ReadASN1BitString`: the bytes, aligned to the right.
    pub(super) fn bit_string(&mut self) -> Option<Vec<u8>> {
        let (&unused, bytes) = self.take(BIT_STRING)?.0.split_first()?;
        if unused > 7 {
            return None;
        }
        match bytes.last() {
            None if unused != 0 => return None,
            Some(last) if last & ((1 << unused) - 1) != 0 => return None,
            _ => {}
        }
        Some(align(bytes, u32::from(unused)))
    }

    /// `ReadASN1ObjectIdentifier`: content that is a valid identifier of
    /// numbers below 2³¹.
    pub(super) fn oid(&mut self) -> Option<&'a [u8]> {
        let content = self.take(OBJECT_IDENTIFIER)?.0;
        is_oid(content).then_some(content)
    }
}

fn long_length(bytes: &[u8]) -> Option<usize> {
    if bytes.is_empty() || bytes.len() > 4 || bytes[0] == 0 {
        return None;
    }
    let length = bytes
        .iter()
        .fold(0usize, |length, byte| length << 8 | usize::from(*byte));
    (length >= 0x80).then_some(length)
}

fn align(bytes: &[u8], unused: u32) -> Vec<u8> {
    if unused == 0 {
        return bytes.to_vec();
    }
    let mut before = 0u8;
    bytes
        .iter()
        .map(|byte| {
            let aligned = before << (8 - unused) | byte >> unused;
            before = *byte;
            aligned
        })
        .collect()
}

/// `readBase128Int` until the end.
fn is_oid(content: &[u8]) -> bool {
    let mut value = 0u32;
    let mut length = 0;
    for byte in content {
        if (length == 0 && *byte == 0x80) || length == 5 || value >= 1 << 24 {
            return false;
        }
        value = value << 7 | u32::from(byte & 0x7f);
        length += 1;
        if byte & 0x80 == 0 {
            (value, length) = (0, 0);
        }
    }
    !content.is_empty() && length == 0
}
