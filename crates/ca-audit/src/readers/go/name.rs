//! Names as Go reads them.
//!
//! Source: `parseName`, `readASN1Any` and `parseASN1String` in
//! `crypto/x509/parser.go` of Go 1.27.3.

use super::certificate::{Checked, or};
use super::der::{
    BIT_STRING, BOOLEAN, Der, GENERALIZED_TIME, INTEGER, OBJECT_IDENTIFIER, SEQUENCE, SET, UTC_TIME,
};
use super::time;

const UTF8_STRING: u8 = 12;
const NUMERIC_STRING: u8 = 18;
const PRINTABLE_STRING: u8 = 19;
const IA5_STRING: u8 = 22;
const BMP_STRING: u8 = 30;

/// Reads the issuer or the subject.
pub(super) fn check(body: &mut Der<'_>) -> Checked<()> {
    const WHY: &str = "its issuer or subject is malformed";
    let mut names = or(body.take(SEQUENCE), WHY)?;
    while !names.is_empty() {
        let mut set = or(names.take(SET), WHY)?;
        while !set.is_empty() {
            let mut attribute = or(set.take(SEQUENCE), WHY)?;
            or(attribute.oid(), WHY)?;
            value(&mut attribute)?;
        }
    }
    Ok(())
}

fn value(attribute: &mut Der<'_>) -> Checked<()> {
    const WHY: &str = "its issuer or subject has characters that are not allowed there";
    let mut whole = *attribute;
    let element = or(attribute.any(), WHY)?;
    let text = element.content.0;
    let is_good = match element.tag {
        PRINTABLE_STRING => text.iter().all(|byte| is_printable(*byte)),
        UTF8_STRING => std::str::from_utf8(text).is_ok(),
        BMP_STRING => is_bmp(text),
        IA5_STRING => text.is_ascii(),
        NUMERIC_STRING => text
            .iter()
            .all(|byte| byte.is_ascii_digit() || *byte == b' '),
        INTEGER => whole
            .integer(INTEGER)
            .is_some_and(|integer| integer.len() <= 8),
        BIT_STRING => whole.bit_string().is_some(),
        OBJECT_IDENTIFIER => whole.oid().is_some(),
        BOOLEAN => whole.boolean().is_some(),
        UTC_TIME | GENERALIZED_TIME => return time::check(&mut whole),
        _ => true,
    };
    or(is_good.then_some(()), WHY)
}

/// `isPrintable`: with the two characters more that real CAs have.
fn is_printable(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"'()+,-./ :=?*&".contains(&byte)
}

/// UCS-2 without what is no character; a zero at the end is dropped.
fn is_bmp(text: &[u8]) -> bool {
    let text = text.strip_suffix(&[0, 0]).unwrap_or(text);
    text.len().is_multiple_of(2)
        && text
            .chunks_exact(2)
            .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
            .all(|point| !matches!(point, 0xfffe | 0xffff | 0xfdd0..=0xfdef | 0xd800..=0xdfff))
}
