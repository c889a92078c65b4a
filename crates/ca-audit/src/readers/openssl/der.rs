//! Elements of BER as OpenSSL reads them into a structure.
//!
//! Source: OpenSSL 3.0, `crypto/asn1/asn1_lib.c` (`ASN1_get_object`),
//! `crypto/asn1/tasn_dec.c` (`asn1_check_tlen`, `asn1_ex_c2i`, the table
//! `tag2bit`), `a_int.c` (`c2i_ibuf`), `a_object.c`, `a_bitstr.c`.
//!
//! Forms that no certificate uses are [`Wrong::Unmodelled`]: lengths without
//! an end, strings in pieces, tag numbers above 30.

use crate::readers::oid::is_large_oid;

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const ENUMERATED: u8 = 0x0a;
pub(super) const UTF8_STRING: u8 = 0x0c;
pub(super) const SEQUENCE: u8 = 0x10;
pub(super) const SET: u8 = 0x11;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const UNIVERSAL_STRING: u8 = 0x1c;
pub(super) const BMP_STRING: u8 = 0x1e;

const CONSTRUCTED: u8 = 0x20;
/// Class bits of `[number]`.
const CONTEXT: u8 = 0x80;

/// Why a structure could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// OpenSSL refuses it.
    Malformed,
    /// OpenSSL may read it; that is not modelled.
    Unmodelled,
}

pub(super) type Read<T> = Result<T, Wrong>;

/// One element.
#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    /// Class and number, without the bit for “constructed”.
    pub(super) tag: u8,
    pub(super) is_constructed: bool,
    pub(super) content: &'a [u8],
}

/// Elements one after the other.
#[derive(Clone, Copy)]
pub(super) struct Elements<'a> {
    pub(super) rest: &'a [u8],
}

/// Class and number of `[number]`.
pub(super) const fn context(number: u8) -> u8 {
    CONTEXT | number
}

impl<'a> Elements<'a> {
    pub(super) fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    /// The next element whatever it is.
    pub(super) fn any(&mut self) -> Read<Element<'a>> {
        let (&tag, rest) = self.rest.split_first().ok_or(Wrong::Malformed)?;
        if tag & 0x1f == 0x1f {
            return Err(Wrong::Unmodelled);
        }
        if rest.first() == Some(&0x80) {
            // Without an end: only what is made of elements may be.
            let is_constructed = tag & CONSTRUCTED != 0;
            return Err(if is_constructed {
                Wrong::Unmodelled
            } else {
                Wrong::Malformed
            });
        }
        let (length, after) = length(rest)?;
        let content = after.get(..length).ok_or(Wrong::Malformed)?;
        self.rest = &after[length..];
        Ok(Element {
            tag: tag & !CONSTRUCTED,
            is_constructed: tag & CONSTRUCTED != 0,
            content,
        })
    }

    pub(super) fn is_at(self, tag: u8) -> bool {
        self.rest
            .first()
            .is_some_and(|first| first & !CONSTRUCTED == tag)
    }

    fn expect(&mut self, tag: u8) -> Read<Element<'a>> {
        if !self.is_at(tag) {
            return Err(Wrong::Malformed);
        }
        let element = self.any()?;
        if element.tag == tag {
            Ok(element)
        } else {
            Err(Wrong::Malformed)
        }
    }

    /// A `SEQUENCE` with fields; its content.
    pub(super) fn sequence(&mut self) -> Read<Self> {
        let element = self.expect(SEQUENCE)?;
        if element.is_constructed {
            Ok(Self::new(element.content))
        } else {
            Err(Wrong::Malformed)
        }
    }

    /// A `SEQUENCE OF` or a `SET OF`, which need not say that they are made
    /// of elements.
    pub(super) fn list(&mut self, tag: u8) -> Read<Self> {
        Ok(Self::new(self.expect(tag)?.content))
    }

    /// A value of one type.
    pub(super) fn primitive(&mut self, tag: u8) -> Read<&'a [u8]> {
        let element = self.expect(tag)?;
        check(tag, element)?;
        Ok(element.content)
    }

    /// The same if it is there.
    pub(super) fn optional(&mut self, tag: u8) -> Read<()> {
        if self.is_at(tag) {
            self.primitive(tag)?;
        }
        Ok(())
    }

    /// A value of type `tag` behind `[number] IMPLICIT`, if it is there.
    pub(super) fn implicit(&mut self, number: u8, tag: u8) -> Read<()> {
        if self.is_at(context(number)) {
            let element = self.any()?;
            check(tag, element)?;
        }
        Ok(())
    }

    /// What stands inside `[number] EXPLICIT`, if it is there.
    pub(super) fn explicit(&mut self, number: u8) -> Read<Option<Self>> {
        if !self.is_at(context(number)) {
            return Ok(None);
        }
        let element = self.any()?;
        if element.is_constructed {
            Ok(Some(Self::new(element.content)))
        } else {
            Err(Wrong::Malformed)
        }
    }

    /// A value of any type.
    pub(super) fn value(&mut self) -> Read<Element<'a>> {
        let element = self.any()?;
        if element.tag & 0xc0 == 0 {
            check(element.tag, element)?;
        }
        Ok(element)
    }

    pub(super) fn is_at_time(self) -> bool {
        self.is_at(UTC_TIME) || self.is_at(GENERALIZED_TIME)
    }

    /// A date; what it says is not looked at.
    pub(super) fn time(&mut self) -> Read<()> {
        let element = self.any()?;
        if !matches!(element.tag, UTC_TIME | GENERALIZED_TIME) {
            return Err(Wrong::Malformed);
        }
        check(element.tag, element)
    }

    pub(super) fn end(self) -> Read<()> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(Wrong::Malformed)
        }
    }

    /// Reads element after element until the end.
    pub(super) fn each(mut self, mut read: impl FnMut(&mut Self) -> Read<()>) -> Read<()> {
        while !self.rest.is_empty() {
            read(&mut self)?;
        }
        Ok(())
    }
}

fn length(bytes: &[u8]) -> Read<(usize, &[u8])> {
    let (&first, rest) = bytes.split_first().ok_or(Wrong::Malformed)?;
    if first < 0x80 {
        return Ok((usize::from(first), rest));
    }
    let count = usize::from(first & 0x7f);
    // One byte has to follow the length's own.
    if rest.len() <= count {
        return Err(Wrong::Malformed);
    }
    let (digits, rest) = rest.split_at(count);
    let zeros = digits.iter().take_while(|byte| **byte == 0).count();
    if count - zeros > 7 {
        return Err(Wrong::Malformed);
    }
    let length = digits
        .iter()
        .fold(0u64, |length, byte| length << 8 | u64::from(*byte));
    let length = usize::try_from(length).map_err(|_| Wrong::Malformed)?;
    Ok((length, rest))
}

/// What `asn1_d2i_ex_primitive` asks of an element of type `tag`.
fn check(tag: u8, element: Element<'_>) -> Read<()> {
    match tag {
        SEQUENCE | SET => {
            return if element.is_constructed {
                Ok(())
            } else {
                Err(Wrong::Malformed)
            };
        }
        NULL | BOOLEAN | OBJECT_IDENTIFIER | INTEGER | ENUMERATED if element.is_constructed => {
            return Err(Wrong::Malformed);
        }
        _ if element.is_constructed => return Err(Wrong::Unmodelled),
        _ => {}
    }
    let content = element.content;
    let is_good = match tag {
        NULL => content.is_empty(),
        BOOLEAN => content.len() == 1,
        INTEGER | ENUMERATED => is_integer(content),
        BIT_STRING => content.first().is_some_and(|unused| *unused <= 7),
        OBJECT_IDENTIFIER => is_large_oid(content),
        BMP_STRING => content.len().is_multiple_of(2),
        UNIVERSAL_STRING => content.len().is_multiple_of(4),
        _ => true,
    };
    if is_good {
        Ok(())
    } else {
        Err(Wrong::Malformed)
    }
}

fn is_integer(content: &[u8]) -> bool {
    match content {
        [] => false,
        [0, second, ..] => second & 0x80 != 0,
        // The lowest negative number of its length may have a byte more.
        [0xff, rest @ ..] => {
            rest.is_empty() || rest[0] & 0x80 == 0 || rest.iter().all(|byte| *byte == 0)
        }
        _ => true,
    }
}
