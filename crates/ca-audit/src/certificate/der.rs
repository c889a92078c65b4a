//! Reading DER (ITU-T X.690) without copying: one element after the other.
//!
//! Lengths that are not in their shortest form are accepted, because OpenSSL
//! accepts them and somebody may trust such a certificate. Indefinite lengths
//! and tag numbers above 30 are not: no certificate uses them.
//!
//! Nothing here calls itself, so no input can exhaust the stack.

/// `BOOLEAN`.
pub(super) const BOOLEAN: u8 = 0x01;
/// `INTEGER`.
pub(super) const INTEGER: u8 = 0x02;
/// `BIT STRING`.
pub(super) const BIT_STRING: u8 = 0x03;
/// `OCTET STRING`.
pub(super) const OCTET_STRING: u8 = 0x04;
/// `OBJECT IDENTIFIER`.
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
/// `UTCTime`.
pub(super) const UTC_TIME: u8 = 0x17;
/// `GeneralizedTime`.
pub(super) const GENERALIZED_TIME: u8 = 0x18;
/// `SEQUENCE` or `SEQUENCE OF`.
pub(super) const SEQUENCE: u8 = 0x30;
/// `SET` or `SET OF`.
pub(super) const SET: u8 = 0x31;

/// The bit of a tag that says that its value is made of elements.
const CONSTRUCTED: u8 = 0x20;

/// The tag of `[number]` around or in place of a primitive value.
pub(super) const fn context(number: u8) -> u8 {
    0x80 | number
}

/// The tag of `[number]` around a constructed value.
pub(super) const fn context_constructed(number: u8) -> u8 {
    0xa0 | number
}

/// One element: a tag and what it holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'a> {
    /// Class, form and number in one byte.
    pub(super) tag: u8,
    /// The value's own bytes.
    pub(super) content: &'a [u8],
    /// Tag, length and value.
    pub(super) whole: &'a [u8],
}

/// Reads elements from the front of a slice.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bytes have been read.
    pub(super) const fn position(&self) -> usize {
        self.at
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.at == self.bytes.len()
    }

    /// The next element whatever its tag; `None` when there is none or it is
    /// longer than what is left.
    pub(super) fn any(&mut self) -> Option<Element<'a>> {
        let rest = self.bytes.get(self.at..)?;
        let (&tag, after_tag) = rest.split_first()?;
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (length, length_bytes) = length(after_tag)?;
        let header = 1 + length_bytes;
        let end = header.checked_add(length)?;
        let whole = rest.get(..end)?;
        self.at += end;
        Some(Element {
            tag,
            content: &whole[header..],
            whole,
        })
    }

    /// Whether an element with this tag comes next.
    pub(super) fn is_next(&self, tag: u8) -> bool {
        self.bytes.get(self.at) == Some(&tag)
    }

    /// The next element if it has this tag; otherwise nothing is read.
    pub(super) fn take(&mut self, tag: u8) -> Option<Element<'a>> {
        if self.is_next(tag) { self.any() } else { None }
    }

    /// The next element if it has this constructed tag or its primitive twin.
    ///
    /// OpenSSL does not tell them apart where a `SEQUENCE OF` or a `SET OF`
    /// has to stand.
    pub(super) fn take_list(&mut self, tag: u8) -> Option<Element<'a>> {
        self.take(tag).or_else(|| self.take(tag & !CONSTRUCTED))
    }
}

/// The length at the front of `bytes` and how many bytes it takes (X.690 §8.1.3).
fn length(bytes: &[u8]) -> Option<(usize, usize)> {
    let (&first, rest) = bytes.split_first()?;
    if first < 0x80 {
        return Some((usize::from(first), 1));
    }
    let count = usize::from(first & 0x7f);
    if count == 0 || count > rest.len() {
        return None;
    }
    let mut value: usize = 0;
    for &byte in &rest[..count] {
        // A length above 4 GiB is longer than any input.
        if value >> 24 != 0 {
            return None;
        }
        value = value << 8 | usize::from(byte);
    }
    Some((value, 1 + count))
}

/// The bytes of a `BIT STRING`, its unused bits cleared, as far as `N` bytes.
///
/// `None` when it is no bit string at all (X.690 §8.6).
pub(super) fn bits<const N: usize>(content: &[u8]) -> Option<[u8; N]> {
    let (&unused, bytes) = content.split_first()?;
    if unused > 7 || (bytes.is_empty() && unused != 0) {
        return None;
    }
    let mut read = [0; N];
    for (to, from) in read.iter_mut().zip(bytes) {
        *to = *from;
    }
    if let Some(last) = bytes.len().checked_sub(1).and_then(|at| read.get_mut(at)) {
        *last &= 0xff << unused;
    }
    Some(read)
}

/// The bytes of a `BIT STRING` that holds whole octets.
pub(super) fn octets_of_bits(content: &[u8]) -> Option<&[u8]> {
    match content.split_first()? {
        (0, bytes) => Some(bytes),
        _ => None,
    }
}

/// The digits of an `INTEGER` without leading zeros; `None` for zero and empty
/// ones. A sign bit counts as a digit: keys are written without the zero in
/// front of it, and OpenSSL reads those.
pub(super) fn digits(content: &[u8]) -> Option<&[u8]> {
    let zeros = content.iter().take_while(|&&byte| byte == 0).count();
    Some(&content[zeros..]).filter(|digits| !digits.is_empty())
}

/// How many bits a number without leading zeros has.
pub(super) fn bit_length(digits: &[u8]) -> u32 {
    let Some(first) = digits.first() else {
        return 0;
    };
    (digits.len() as u32)
        .saturating_mul(8)
        .saturating_sub(first.leading_zeros())
}

/// Appends an element to `out`.
pub(super) fn write(out: &mut Vec<u8>, tag: u8, content: &[u8]) {
    out.push(tag);
    let length = content.len();
    if length < 0x80 {
        out.push(length as u8);
    } else {
        let bytes = length.to_be_bytes();
        let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
        out.push(0x80 | (bytes.len() - zeros) as u8);
        out.extend_from_slice(&bytes[zeros..]);
    }
    out.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_one_element_after_the_other() {
        let mut reader = Reader::new(&[0x02, 0x01, 0x05, 0x04, 0x81, 0x02, 0xaa, 0xbb]);
        assert_eq!(reader.take(INTEGER).unwrap().content, [5]);
        assert!(reader.take(SEQUENCE).is_none());
        assert_eq!(reader.position(), 3);
        assert_eq!(reader.any().unwrap().content, [0xaa, 0xbb]);
        assert!(reader.is_empty() && reader.any().is_none());
    }

    #[test]
    fn refuses_what_is_longer_than_the_input() {
        for bytes in [
            &[0x30, 0x05, 0x00][..],
            &[0x30, 0x80, 0x00, 0x00],
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
            &[0x30, 0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0],
            &[0x1f, 0x81, 0x00, 0x00],
            &[0x30],
        ] {
            assert!(Reader::new(bytes).any().is_none(), "{bytes:x?}");
        }
    }

    #[test]
    fn clears_the_unused_bits() {
        assert_eq!(bits::<2>(&[1, 0xff]), Some([0xfe, 0]));
        assert_eq!(bits::<2>(&[7, 0x06, 0xff, 0xff]), Some([0x06, 0xff]));
        assert_eq!(bits::<2>(&[0]), Some([0, 0]));
        assert_eq!(bits::<2>(&[8, 0xff]), None);
        assert_eq!(bits::<2>(&[]), None);
    }

    #[test]
    fn writes_what_it_reads() {
        for length in [0, 1, 127, 128, 255, 256, 70_000] {
            let content = vec![7; length];
            let mut out = Vec::new();
            write(&mut out, OCTET_STRING, &content);
            let read = Reader::new(&out).take(OCTET_STRING).unwrap();
            assert_eq!((read.content, read.whole), (&content[..], &out[..]));
        }
    }
}
