//! The ciphers of PKCS#12 containers: PBES2 (RFC 8018 §6.2), and the older
//! schemes of PKCS#12 itself (RFC 7292, appendices B and C).

use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt as _, KeyInit, KeyIvInit as _};
use der::asn1::{Any, ObjectIdentifier, OctetString};
use pkcs5::pbes2;
use pkcs12::kdf::{Pkcs12KeyType, derive_key};
use sha1::Sha1;

const PBES2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.13");
const TRIPLE_DES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.3");
const DOUBLE_DES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.4");
const RC2_128: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.5");
const RC2_40: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.6");

/// What a scrypt derivation may use, or nothing is derived. Nobody is known to
/// write containers with more.
const MAX_SCRYPT_BYTES: u64 = 32 << 20;

/// A password, or that there is none, which is not the same as an empty one:
/// the older schemes end every password with a zero character.
#[derive(Clone, Copy)]
pub(super) enum Password<'p> {
    None,
    Text(&'p str),
}

/// A part of a container that is encrypted.
pub(super) struct Sealed<'d> {
    scheme: Scheme,
    data: &'d [u8],
}

enum Scheme {
    Pbes2(Box<pbes2::Parameters>),
    Older(Cipher, Parameters),
}

/// What the older schemes decrypt with.
#[derive(Clone, Copy)]
enum Cipher {
    TripleDes,
    DoubleDes,
    Rc2Of128,
    Rc2Of40,
}

impl<'d> Sealed<'d> {
    /// `None` where the scheme is not known.
    pub(super) fn new(scheme: ObjectIdentifier, parameters: &Any, data: &'d [u8]) -> Option<Self> {
        let scheme = if scheme == PBES2 {
            Scheme::Pbes2(Box::new(parameters.decode_as().ok()?))
        } else {
            Scheme::Older(Cipher::of(scheme)?, parameters.decode_as().ok()?)
        };
        Some(Self { scheme, data })
    }

    /// What trying a password takes, counted in hashes of one block.
    pub(super) fn dearness(&self, password: Password) -> u64 {
        let derivation = match &self.scheme {
            Scheme::Pbes2(_) if password.is_none() => return 0,
            Scheme::Pbes2(parameters) => match &parameters.kdf {
                pbes2::Kdf::Pbkdf2(kdf) => {
                    let block = if is_long(kdf.prf) { 4 } else { 1 };
                    // An HMAC is two hashes; 32 bytes are two of SHA-1's.
                    4 * block * u64::from(kdf.iteration_count)
                }
                pbes2::Kdf::Scrypt(kdf) => scrypt_dearness(kdf),
                // None that can be derived.
                _ => 0,
            },
            Scheme::Older(cipher, parameters) => {
                // The key in pieces of SHA-1's 20 bytes, and the vector.
                let pieces = cipher.key_bytes().div_ceil(20) as u64 + 1;
                pieces * u64::from(parameters.iterations.unsigned_abs())
            }
        };
        // A byte of the older ciphers takes as long.
        derivation.saturating_add(self.data.len() as u64)
    }

    /// `None` for a wrong password.
    pub(super) fn decrypt(&self, password: Password) -> Option<Vec<u8>> {
        match &self.scheme {
            // Here none and an empty one are the same.
            Scheme::Pbes2(_) if password.is_none() => None,
            Scheme::Pbes2(parameters) => parameters.decrypt(password.utf8(), self.data).ok(),
            Scheme::Older(cipher, parameters) => {
                let derived = Derivation {
                    password: password.utf16(),
                    parameters,
                };
                let bytes = cipher.key_bytes();
                match cipher {
                    Cipher::TripleDes => derived.decrypt::<des::TdesEde3>(bytes, self.data),
                    Cipher::DoubleDes => derived.decrypt::<des::TdesEde2>(bytes, self.data),
                    Cipher::Rc2Of128 | Cipher::Rc2Of40 => {
                        derived.decrypt::<rc2::Rc2>(bytes, self.data)
                    }
                }
            }
        }
    }
}

impl Cipher {
    fn of(scheme: ObjectIdentifier) -> Option<Self> {
        Some(match scheme {
            TRIPLE_DES => Self::TripleDes,
            DOUBLE_DES => Self::DoubleDes,
            RC2_128 => Self::Rc2Of128,
            RC2_40 => Self::Rc2Of40,
            _ => return None,
        })
    }

    fn key_bytes(self) -> usize {
        match self {
            Self::TripleDes => 24,
            Self::DoubleDes | Self::Rc2Of128 => 16,
            Self::Rc2Of40 => 5,
        }
    }
}

/// Whether a hash is one of 64 bits a word, which processors have no
/// instructions for.
fn is_long(hash: pbes2::Pbkdf2Prf) -> bool {
    matches!(
        hash,
        pbes2::Pbkdf2Prf::HmacWithSha384 | pbes2::Pbkdf2Prf::HmacWithSha512
    )
}

/// Scrypt writes and reads its memory once for each `p`; a hash takes as long
/// as 16 bytes of that.
fn scrypt_dearness(kdf: &pbes2::ScryptParams) -> u64 {
    let block = 128 * u64::from(kdf.block_size);
    let memory = block.saturating_mul(kdf.cost_parameter);
    if memory > MAX_SCRYPT_BYTES {
        return u64::MAX;
    }
    memory.saturating_mul(u64::from(kdf.parallelization)) / 16
}

impl Password<'_> {
    fn is_none(self) -> bool {
        matches!(self, Self::None)
    }

    fn utf8(&self) -> &[u8] {
        match self {
            Self::None => b"",
            Self::Text(text) => text.as_bytes(),
        }
    }

    /// In UTF-16, big end first, with the zero at the end (RFC 7292, B.1).
    fn utf16(self) -> Vec<u8> {
        match self {
            Self::None => Vec::new(),
            Self::Text(text) => {
                let units = text.encode_utf16().chain([0]);
                units.flat_map(u16::to_be_bytes).collect()
            }
        }
    }
}

/// `pkcs-12PbeParams` (RFC 7292, appendix C).
#[derive(der::Sequence)]
struct Parameters {
    salt: OctetString,
    iterations: i32,
}

struct Derivation<'p> {
    password: Vec<u8>,
    parameters: &'p Parameters,
}

impl Derivation<'_> {
    fn decrypt<C: KeyInit + BlockCipherDecrypt>(
        &self,
        key_bytes: usize,
        data: &[u8],
    ) -> Option<Vec<u8>> {
        let key = self.derived(Pkcs12KeyType::EncryptionKey, key_bytes);
        let vector = self.derived(Pkcs12KeyType::Iv, 8);
        let cipher = Decryptor::<C>::new_from_slices(&key, &vector).ok()?;
        cipher.decrypt_padded_vec::<Pkcs7>(data).ok()
    }

    fn derived(&self, purpose: Pkcs12KeyType, bytes: usize) -> Vec<u8> {
        let Parameters { salt, iterations } = self.parameters;
        derive_key::<Sha1>(&self.password, salt.as_bytes(), purpose, *iterations, bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cbc::Encryptor;
    use cbc::cipher::{BlockCipherEncrypt, BlockModeEncrypt as _};

    const TEXT: &[u8] = b"more than one block of text";

    /// What a program that wrote with `password` would have written.
    fn encrypted<C: KeyInit + BlockCipherEncrypt>(password: Password, key_bytes: usize) -> Vec<u8> {
        let derived =
            |purpose, bytes| derive_key::<Sha1>(&password.utf16(), b"some salt", purpose, 3, bytes);
        let key = derived(Pkcs12KeyType::EncryptionKey, key_bytes);
        let vector = derived(Pkcs12KeyType::Iv, 8);
        let cipher = Encryptor::<C>::new_from_slices(&key, &vector).expect("lengths that fit");
        cipher.encrypt_padded_vec::<Pkcs7>(TEXT)
    }

    fn decrypt(
        scheme: ObjectIdentifier,
        parameters: &Any,
        password: Password,
        data: &[u8],
    ) -> Option<Vec<u8>> {
        Sealed::new(scheme, parameters, data)?.decrypt(password)
    }

    fn parameters() -> Any {
        let salt = OctetString::new(*b"some salt").expect("short");
        let parameters = Parameters {
            salt,
            iterations: 3,
        };
        Any::encode_from(&parameters).expect("it encodes")
    }

    #[test]
    fn the_old_schemes_open_with_their_own_password_only() {
        let passwords = [
            Password::None,
            Password::Text(""),
            Password::Text("changeit"),
        ];
        for (index, password) in passwords.into_iter().enumerate() {
            let written = [
                (TRIPLE_DES, encrypted::<des::TdesEde3>(password, 24)),
                (DOUBLE_DES, encrypted::<des::TdesEde2>(password, 16)),
                (RC2_128, encrypted::<rc2::Rc2>(password, 16)),
                (RC2_40, encrypted::<rc2::Rc2>(password, 5)),
            ];
            for (scheme, data) in written {
                for (tried, other) in passwords.into_iter().enumerate() {
                    let opened = decrypt(scheme, &parameters(), other, &data);
                    let is_text = opened.as_deref() == Some(TEXT);
                    assert_eq!(is_text, tried == index, "{scheme}");
                }
            }
        }
    }

    #[test]
    fn an_unknown_scheme_opens_nothing() {
        let rc4 = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.1");
        assert_eq!(decrypt(rc4, &parameters(), Password::None, TEXT), None);
    }
}
