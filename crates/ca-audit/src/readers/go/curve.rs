//! Whether bytes are a point of a curve that Go has.
//!
//! Source: `ecdsa.ParseUncompressedPublicKey` and `namedCurveFromOID` of Go
//! 1.27.3; the curves are those of FIPS 186-4 §D.1.2, all of the form
//! y² = x³ − 3x + b.

/// One of the four curves.
pub(super) struct Curve {
    oid: &'static [u8],
    prime: &'static str,
    b: &'static str,
    /// Bytes of a coordinate.
    bytes: usize,
}

/// The curve that an object identifier names.
pub(super) fn find(oid: &[u8]) -> Option<&'static Curve> {
    CURVES.iter().find(|curve| curve.oid == oid)
}

impl Curve {
    /// Whether `point` is written uncompressed and lies on the curve.
    pub(super) fn contains(&self, point: &[u8]) -> bool {
        let Some((4, coordinates)) = point.split_first() else {
            return false;
        };
        if coordinates.len() != 2 * self.bytes {
            return false;
        }
        let (x, y) = coordinates.split_at(self.bytes);
        let (x, y) = (Number::from_bytes(x), Number::from_bytes(y));
        let field = Field(Number::from_hex(self.prime));
        if x.compare(&field.0).is_ge() || y.compare(&field.0).is_ge() {
            return false;
        }
        // x³ + b = y² + 3x, so that nothing is subtracted.
        let cube = field.multiply(&field.multiply(&x, &x), &x);
        let left = field.add(&cube, &Number::from_hex(self.b));
        let square = field.multiply(&y, &y);
        let right = field.add(&field.add(&square, &x), &field.add(&x, &x));
        left.compare(&right).is_eq()
    }
}

/// A number that is not negative, in 32-bit limbs, the lowest first.
struct Number([u32; LIMBS]);

/// 521 bits and one limb to spare.
const LIMBS: usize = 18;

impl Number {
    fn from_bytes(bytes: &[u8]) -> Self {
        let mut limbs = [0; LIMBS];
        for (at, byte) in bytes.iter().rev().enumerate() {
            limbs[at / 4] |= u32::from(*byte) << (8 * (at % 4));
        }
        Self(limbs)
    }

    fn from_hex(digits: &str) -> Self {
        let mut limbs = [0; LIMBS];
        for (at, digit) in digits.bytes().rev().enumerate() {
            let value = char::from(digit).to_digit(16).unwrap_or_default();
            limbs[at / 8] |= value << (4 * (at % 8));
        }
        Self(limbs)
    }

    fn compare(&self, other: &Self) -> std::cmp::Ordering {
        self.0.iter().rev().cmp(other.0.iter().rev())
    }

    fn bit(&self, at: usize) -> bool {
        self.0[at / 32] >> (at % 32) & 1 == 1
    }
}

/// Numbers below a prime.
struct Field(Number);

impl Field {
    fn add(&self, a: &Number, b: &Number) -> Number {
        let mut sum = [0; LIMBS];
        let mut carry = 0;
        for (at, limb) in sum.iter_mut().enumerate() {
            let wide = u64::from(a.0[at]) + u64::from(b.0[at]) + carry;
            *limb = wide as u32;
            carry = wide >> 32;
        }
        self.reduced(Number(sum))
    }

    /// What is below twice the prime, brought below it.
    fn reduced(&self, mut number: Number) -> Number {
        if number.compare(&self.0).is_ge() {
            let mut borrow = false;
            for (limb, prime) in number.0.iter_mut().zip(self.0.0) {
                let (without, first) = limb.overflowing_sub(prime);
                let (difference, second) = without.overflowing_sub(u32::from(borrow));
                *limb = difference;
                borrow = first || second;
            }
        }
        number
    }

    /// Doubling and adding, bit by bit: a thousand short additions, and only
    /// for a certificate with such a key.
    fn multiply(&self, a: &Number, b: &Number) -> Number {
        let mut product = Number([0; LIMBS]);
        for at in (0..32 * (LIMBS - 1)).rev() {
            product = self.add(&product, &product);
            if a.bit(at) {
                product = self.add(&product, b);
            }
        }
        product
    }
}

const CURVES: [Curve; 4] = [
    // P-224
    Curve {
        oid: &[0x2b, 0x81, 0x04, 0x00, 0x21],
        prime: "ffffffffffffffffffffffffffffffff000000000000000000000001",
        b: "b4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4",
        bytes: 28,
    },
    // P-256
    Curve {
        oid: &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
        prime: "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
        b: "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
        bytes: 32,
    },
    // P-384
    Curve {
        oid: &[0x2b, 0x81, 0x04, 0x00, 0x22],
        prime: concat!(
            "ffffffffffffffffffffffffffffffffffffffffffffffff",
            "fffffffffffffffeffffffff0000000000000000ffffffff"
        ),
        b: concat!(
            "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe814112",
            "0314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef"
        ),
        bytes: 48,
    },
    // P-521
    Curve {
        oid: &[0x2b, 0x81, 0x04, 0x00, 0x23],
        prime: concat!(
            "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        ),
        b: concat!(
            "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109",
            "e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00"
        ),
        bytes: 66,
    },
];
