//! The string types that names are written in (X.520 `DirectoryString` and
//! its older kin), as text.

use super::der::{Element, GENERALIZED_TIME, UTC_TIME};

pub(super) const UTF8_STRING: u8 = 0x0c;
const NUMERIC_STRING: u8 = 0x12;
pub(super) const PRINTABLE_STRING: u8 = 0x13;
pub(super) const T61_STRING: u8 = 0x14;
pub(super) const IA5_STRING: u8 = 0x16;
pub(super) const VISIBLE_STRING: u8 = 0x1a;
pub(super) const UNIVERSAL_STRING: u8 = 0x1c;
pub(super) const BMP_STRING: u8 = 0x1e;

/// The text of a string; `None` for another type or broken bytes.
///
/// The one-byte types are all read as Latin-1. For `T61String` that is wrong
/// by the standard and right by what CAs wrote; OpenSSL does the same.
pub(super) fn text(value: &Element<'_>) -> Option<String> {
    let bytes = value.content;
    match value.tag {
        UTF8_STRING => std::str::from_utf8(bytes).ok().map(str::to_owned),
        NUMERIC_STRING | PRINTABLE_STRING | T61_STRING | IA5_STRING | VISIBLE_STRING | UTC_TIME
        | GENERALIZED_TIME => Some(bytes.iter().map(|&byte| char::from(byte)).collect()),
        BMP_STRING => utf16(bytes),
        UNIVERSAL_STRING => utf32(bytes),
        _ => None,
    }
}

fn utf16(bytes: &[u8]) -> Option<String> {
    let (units, rest) = bytes.as_chunks::<2>();
    let units = units.iter().map(|unit| u16::from_be_bytes(*unit));
    let text = char::decode_utf16(units).collect::<Result<_, _>>().ok();
    text.filter(|_| rest.is_empty())
}

fn utf32(bytes: &[u8]) -> Option<String> {
    let (units, rest) = bytes.as_chunks::<4>();
    let units = units
        .iter()
        .map(|unit| char::from_u32(u32::from_be_bytes(*unit)));
    units.collect::<Option<_>>().filter(|_| rest.is_empty())
}
