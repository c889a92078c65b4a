//! Elliptic curves: their names and sizes.

use super::der::{INTEGER, OCTET_STRING, Reader, SEQUENCE, bit_length, digits};
use super::oid;

/// A curve that is known by an object identifier.
#[derive(Debug)]
pub(super) struct Curve {
    oid: &'static [u8],
    pub(super) name: &'static str,
    /// Bits of the order of the group.
    pub(super) bits: u32,
    /// Bytes of one coordinate.
    bytes: usize,
}

impl Curve {
    /// Whether these bytes look like a point: a form byte and one or two
    /// coordinates (SEC 1 §2.3.3).
    pub(super) fn has_form_of_point(&self, point: &[u8]) -> bool {
        match point.split_first() {
            Some((2 | 3, x)) => x.len() == self.bytes,
            Some((4 | 6 | 7, coordinates)) => coordinates.len() == 2 * self.bytes,
            _ => false,
        }
    }
}

pub(super) fn find(oid: &[u8]) -> Option<&'static Curve> {
    KNOWN.iter().find(|curve| curve.oid == oid)
}

/// The curve's name, or its dotted object identifier.
pub(super) fn name(oid: &[u8]) -> String {
    find(oid).map_or_else(|| oid::dotted(oid), |curve| curve.name.to_owned())
}

/// The bits of the order in the content of explicit `ECParameters`
/// (SEC 1 §C.2): version, field, coefficients, base point, order.
pub(super) fn explicit_order_bits(content: &[u8]) -> Option<u32> {
    let mut parameters = Reader::new(content);
    parameters.take(INTEGER)?;
    parameters.take(SEQUENCE)?;
    parameters.take(SEQUENCE)?;
    parameters.take(OCTET_STRING)?;
    digits(parameters.take(INTEGER)?.content).map(bit_length)
}

/// Sources: RFC 5480 §2.1.1.1 (names after FIPS 186-4), SEC 2, RFC 5639 §4.1.
static KNOWN: &[Curve] = &[
    curve(
        &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
        "P-256",
        256,
        32,
    ),
    curve(&[0x2b, 0x81, 0x04, 0x00, 0x22], "P-384", 384, 48),
    curve(&[0x2b, 0x81, 0x04, 0x00, 0x23], "P-521", 521, 66),
    curve(&[0x2b, 0x81, 0x04, 0x00, 0x21], "P-224", 224, 28),
    curve(
        &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x01],
        "P-192",
        192,
        24,
    ),
    curve(&[0x2b, 0x81, 0x04, 0x00, 0x0a], "secp256k1", 256, 32),
    curve(&[0x2b, 0x81, 0x04, 0x00, 0x01], "K-163", 163, 21),
    curve(&[0x2b, 0x81, 0x04, 0x00, 0x0f], "B-163", 163, 21),
    curve(&[0x2b, 0x81, 0x04, 0x00, 0x1a], "K-233", 232, 30),
    curve(&[0x2b, 0x81, 0x04, 0x00, 0x1b], "B-233", 233, 30),
    curve(&[0x2b, 0x81, 0x04, 0x00, 0x10], "K-283", 281, 36),
    curve(&[0x2b, 0x81, 0x04, 0x00, 0x11], "B-283", 282, 36),
    curve(&[0x2b, 0x81, 0x04, 0x00, 0x24], "K-409", 407, 52),
    curve(&[0x2b, 0x81, 0x04, 0x00, 0x25], "B-409", 409, 52),
    curve(&[0x2b, 0x81, 0x04, 0x00, 0x26], "K-571", 570, 72),
    curve(&[0x2b, 0x81, 0x04, 0x00, 0x27], "B-571", 570, 72),
    curve(
        &[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x01],
        "brainpoolP160r1",
        160,
        20,
    ),
    curve(
        &[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x02],
        "brainpoolP160t1",
        160,
        20,
    ),
    curve(
        &[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x03],
        "brainpoolP192r1",
        192,
        24,
    ),
    curve(
        &[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x04],
        "brainpoolP192t1",
        192,
        24,
    ),
    curve(
        &[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x05],
        "brainpoolP224r1",
        224,
        28,
    ),
    curve(
        &[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x06],
        "brainpoolP224t1",
        224,
        28,
    ),
    curve(
        &[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x07],
        "brainpoolP256r1",
        256,
        32,
    ),
    curve(
        &[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x08],
        "brainpoolP256t1",
        256,
        32,
    ),
    curve(
        &[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x09],
        "brainpoolP320r1",
        320,
        40,
    ),
    curve(
        &[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0a],
        "brainpoolP320t1",
        320,
        40,
    ),
    curve(
        &[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0b],
        "brainpoolP384r1",
        384,
        48,
    ),
    curve(
        &[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0c],
        "brainpoolP384t1",
        384,
        48,
    ),
    curve(
        &[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0d],
        "brainpoolP512r1",
        512,
        64,
    ),
    curve(
        &[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0e],
        "brainpoolP512t1",
        512,
        64,
    ),
];

const fn curve(oid: &'static [u8], name: &'static str, bits: u32, bytes: usize) -> Curve {
    Curve {
        oid,
        name,
        bits,
        bytes,
    }
}
