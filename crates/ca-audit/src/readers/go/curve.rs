//! Whether bytes are a point of a curve that Go has.
//!
//! Source: `ecdsa.ParseUncompressedPublicKey` and `namedCurveFromOID` of Go
//! 1.27.3; the curves are those of FIPS 186-4 §D.1.2, all of the form
//! y² = x³ − 3x + b.

/// One of the four curves.
pub(super) struct Curve {
    oid: &'static [u8],
    field: Field,
    b: Number,
    /// Bytes of a coordinate.
    bytes: usize,
}

/// The curve that an object identifier names.
pub(super) fn find(oid: &[u8]) -> Option<&'static Curve> {
    CURVES.iter().find(|curve| curve.oid == oid)
}

impl Curve {
    const fn new(oid: &'static [u8], bytes: usize, prime: &str, b: &str) -> Self {
        Self {
            oid,
            field: Field::new(from_hex(prime), bytes.div_ceil(8)),
            b: from_hex(b),
            bytes,
        }
    }

    /// Whether `point` is written uncompressed and lies on the curve.
    pub(super) fn contains(&self, point: &[u8]) -> bool {
        let Some((4, coordinates)) = point.split_first() else {
            return false;
        };
        if coordinates.len() != 2 * self.bytes {
            return false;
        }
        let (x, y) = coordinates.split_at(self.bytes);
        let (x, y) = (from_bytes(x), from_bytes(y));
        let field = &self.field;
        if !field.holds(&x) || !field.holds(&y) {
            return false;
        }
        // x³ + b = y² + 3x, so that nothing is subtracted. A product comes with
        // a factor (see there): each summand is multiplied twice, and so has
        // the same.
        let twice = |number: &Number| field.multiply(&field.multiply(number, &ONE), &ONE);
        let cube = field.multiply(&field.multiply(&x, &x), &x);
        let square = field.multiply(&field.multiply(&y, &y), &ONE);
        let three_x = field.add(&x, &field.add(&x, &x));
        field.add(&cube, &twice(&self.b)) == field.add(&square, &twice(&three_x))
    }
}

/// A number that is not negative, in 64-bit limbs, the lowest first.
type Number = [u64; LIMBS];

/// 521 bits.
const LIMBS: usize = 9;

const ONE: Number = [1, 0, 0, 0, 0, 0, 0, 0, 0];

fn from_bytes(bytes: &[u8]) -> Number {
    let mut limbs = [0; LIMBS];
    for (limb, eight) in limbs.iter_mut().zip(bytes.rchunks(8)) {
        *limb = eight
            .iter()
            .fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    }
    limbs
}

/// Of digits in lower case.
const fn from_hex(digits: &str) -> Number {
    let digits = digits.as_bytes();
    let mut limbs = [0; LIMBS];
    let mut at = 0;
    while at < digits.len() {
        let digit = digits[digits.len() - 1 - at];
        let value = match digit {
            b'a'..=b'f' => digit - b'a' + 10,
            digit => digit - b'0',
        };
        limbs[at / 16] |= (value as u64) << (4 * (at % 16));
        at += 1;
    }
    limbs
}

/// Numbers below a prime.
struct Field {
    prime: Number,
    /// How many limbs its numbers take.
    limbs: usize,
    /// What the lowest limb of the prime is multiplied with to give −1.
    negative_inverse: u64,
}

impl Field {
    const fn new(prime: Number, limbs: usize) -> Self {
        // Each step doubles how many of the lowest bits are right (Newton).
        let mut inverse = 1u64;
        let mut bits = 1;
        while bits < 64 {
            let product = prime[0].wrapping_mul(inverse);
            inverse = inverse.wrapping_mul(2u64.wrapping_sub(product));
            bits *= 2;
        }
        Self {
            prime,
            limbs,
            negative_inverse: inverse.wrapping_neg(),
        }
    }

    fn holds(&self, number: &Number) -> bool {
        number.iter().rev().lt(self.prime.iter().rev())
    }

    fn add(&self, a: &Number, b: &Number) -> Number {
        let mut sum = [0; LIMBS];
        let mut carry = 0;
        for at in 0..self.limbs {
            (sum[at], carry) = carrying(a[at], b[at], 1, carry);
        }
        self.reduced(sum, carry)
    }

    /// The product, divided by 2 to the power of 64 times the limbs: each step
    /// adds what multiple of the prime makes the lowest limb zero, and drops
    /// that limb (P. L. Montgomery, “Modular multiplication without trial
    /// division”, 1985).
    fn multiply(&self, a: &Number, b: &Number) -> Number {
        let limbs = self.limbs;
        let mut sum = [0; LIMBS];
        let mut top = 0;
        for &digit in &a[..limbs] {
            let mut carry = 0;
            for at in 0..limbs {
                (sum[at], carry) = carrying(sum[at], b[at], digit, carry);
            }
            let (above, first) = carrying(top, carry, 1, 0);
            let factor = sum[0].wrapping_mul(self.negative_inverse);
            let (_, mut carry) = carrying(sum[0], self.prime[0], factor, 0);
            for at in 1..limbs {
                (sum[at - 1], carry) = carrying(sum[at], self.prime[at], factor, carry);
            }
            let (highest, second) = carrying(above, carry, 1, 0);
            sum[limbs - 1] = highest;
            top = first + second;
        }
        self.reduced(sum, top)
    }

    /// What is below twice the prime, brought below it.
    fn reduced(&self, mut number: Number, top: u64) -> Number {
        if top > 0 || !self.holds(&number) {
            let mut borrow = false;
            for (limb, prime) in number.iter_mut().zip(self.prime).take(self.limbs) {
                let (without, first) = limb.overflowing_sub(prime);
                let (difference, second) = without.overflowing_sub(u64::from(borrow));
                *limb = difference;
                borrow = first || second;
            }
        }
        number
    }
}

/// `sum + a * b + carry`: its lower limb and its upper one.
fn carrying(sum: u64, a: u64, b: u64, carry: u64) -> (u64, u64) {
    let wide = u128::from(sum) + u128::from(a) * u128::from(b) + u128::from(carry);
    (wide as u64, (wide >> 64) as u64)
}

static CURVES: [Curve; 4] = [
    // P-224
    Curve::new(
        &[0x2b, 0x81, 0x04, 0x00, 0x21],
        28,
        "ffffffffffffffffffffffffffffffff000000000000000000000001",
        "b4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4",
    ),
    // P-256
    Curve::new(
        &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
        32,
        "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
        "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
    ),
    // P-384
    Curve::new(
        &[0x2b, 0x81, 0x04, 0x00, 0x22],
        48,
        concat!(
            "ffffffffffffffffffffffffffffffffffffffffffffffff",
            "fffffffffffffffeffffffff0000000000000000ffffffff"
        ),
        concat!(
            "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe814112",
            "0314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef"
        ),
    ),
    // P-521
    Curve::new(
        &[0x2b, 0x81, 0x04, 0x00, 0x23],
        66,
        concat!(
            "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        ),
        concat!(
            "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109",
            "e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00"
        ),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    /// The generators of FIPS 186-4 §D.1.2, all points of their curves.
    const POINTS: [(&[u8], &str, &str); 4] = [
        (
            &[0x2b, 0x81, 0x04, 0x00, 0x21],
            "b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21",
            "bd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34",
        ),
        (
            &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
            "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
            "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
        ),
        (
            &[0x2b, 0x81, 0x04, 0x00, 0x22],
            concat!(
                "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b98",
                "59f741e082542a385502f25dbf55296c3a545e3872760ab7"
            ),
            concat!(
                "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147c",
                "e9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f"
            ),
        ),
        (
            &[0x2b, 0x81, 0x04, 0x00, 0x23],
            concat!(
                "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3d",
                "baa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66"
            ),
            concat!(
                "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e66",
                "2c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650"
            ),
        ),
    ];

    fn bytes(hex: &str) -> Vec<u8> {
        let pairs = hex.as_bytes().chunks(2);
        let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        pairs.map(byte).collect()
    }

    fn hex(number: &Number, digits: usize) -> String {
        let mut text = String::new();
        for limb in number.iter().rev() {
            let _ = write!(text, "{limb:016x}");
        }
        text.split_off(text.len() - digits)
    }

    #[test]
    fn generators_lie_on_their_curves() {
        for (oid, x, y) in POINTS {
            let curve = find(oid).unwrap();
            let point = [vec![4], bytes(x), bytes(y)].concat();
            assert!(curve.contains(&point), "{x}");
            for at in 0..point.len() {
                for bit in 0..8 {
                    let mut other = point.clone();
                    other[at] ^= 1 << bit;
                    assert!(!curve.contains(&other), "{x}, byte {at}");
                }
            }
        }
    }

    /// −y is as good as y, and the largest numbers carry the most.
    #[test]
    fn negated_points_lie_on_their_curves() {
        for (oid, x, y) in POINTS {
            let curve = find(oid).unwrap();
            let mut borrow = false;
            let mut negated = [0; LIMBS];
            let y_limbs = from_bytes(&bytes(y));
            for at in 0..LIMBS {
                let (less, first) = curve.field.prime[at].overflowing_sub(y_limbs[at]);
                let (less, second) = less.overflowing_sub(u64::from(borrow));
                negated[at] = less;
                borrow = first || second;
            }
            let y = hex(&negated, 2 * curve.bytes);
            assert!(curve.contains(&[vec![4], bytes(x), bytes(&y)].concat()));
        }
    }

    #[test]
    fn numbers_of_the_prime_and_above_are_no_coordinates() {
        for curve in &CURVES {
            let prime = bytes(&hex(&curve.field.prime, 2 * curve.bytes));
            let zero = vec![0; curve.bytes];
            assert!(!curve.contains(&[&[4], prime.as_slice(), &zero].concat()));
            assert!(!curve.contains(&[&[4], zero.as_slice(), &prime].concat()));
        }
    }
}
