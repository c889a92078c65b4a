//! The extension that makes a certificate a CA (RFC 5280 §4.2.1.9).

use super::der::{BOOLEAN, INTEGER, Reader, SEQUENCE, digits};

/// What `basicConstraints` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BasicConstraints {
    /// `cA`.
    pub is_ca: bool,
    /// `pathLenConstraint`: how many CAs may follow below this one.
    pub path_length: Option<u32>,
}

impl BasicConstraints {
    pub(super) fn read(value: &[u8]) -> Result<Self, &'static str> {
        let inside = Reader::new(value)
            .take(SEQUENCE)
            .ok_or("it is no sequence")?;
        let mut parts = Reader::new(inside.content);
        let is_ca = match parts.take(BOOLEAN).map(|flag| flag.content) {
            None | Some([0]) => false,
            // DER wants 0xff, OpenSSL takes any byte but zero.
            Some([_]) => true,
            Some(_) => return Err("cA is no boolean"),
        };
        let path_length = match parts.take(INTEGER) {
            Some(length) => Some(path_length(length.content)?),
            None => None,
        };
        if !parts.is_empty() {
            return Err("it holds more than cA and pathLenConstraint");
        }
        Ok(Self { is_ca, path_length })
    }
}

/// A length that no chain reaches is cut to the largest number.
fn path_length(content: &[u8]) -> Result<u32, &'static str> {
    match content.first() {
        None => Err("pathLenConstraint is empty"),
        Some(first) if first & 0x80 != 0 => Err("pathLenConstraint is negative"),
        Some(_) => {
            let digits = digits(content).unwrap_or_default();
            let shift = |value: u32, byte: &u8| value << 8 | u32::from(*byte);
            Ok(if digits.len() > 4 {
                u32::MAX
            } else {
                digits.iter().fold(0, shift)
            })
        }
    }
}
