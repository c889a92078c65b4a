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

/// What a scrypt derivation may use; the strictest advice is 128 MiB.
const MAX_SCRYPT_BYTES: u64 = 256 << 20;

/// A password, or that there is none, which is not the same as an empty one:
/// the older schemes end every password with a zero character.
#[derive(Clone, Copy)]
pub(super) enum Password<'p> {
    None,
    Text(&'p str),
}

/// Decrypts; `None` for a wrong password and for a cipher that is not known.
pub(super) fn decrypt(
    scheme: ObjectIdentifier,
    parameters: &Any,
    password: Password,
    data: &[u8],
) -> Option<Vec<u8>> {
    if scheme == PBES2 {
        let parameters: pbes2::Parameters = parameters.decode_as().ok()?;
        if let pbes2::Kdf::Scrypt(scrypt) = &parameters.kdf {
            let block = 128_u64.checked_mul(u64::from(scrypt.block_size))?;
            let memory = block.checked_mul(scrypt.cost_parameter)?;
            if memory > MAX_SCRYPT_BYTES || scrypt.parallelization > 4 {
                return None;
            }
        }
        return parameters.decrypt(password.utf8(), data).ok();
    }
    let derived = Derivation {
        password: password.utf16(),
        parameters: parameters.decode_as().ok()?,
    };
    match scheme {
        TRIPLE_DES => derived.decrypt::<des::TdesEde3>(24, data),
        DOUBLE_DES => derived.decrypt::<des::TdesEde2>(16, data),
        RC2_128 => derived.decrypt::<rc2::Rc2>(16, data),
        RC2_40 => derived.decrypt::<rc2::Rc2>(5, data),
        _ => None,
    }
}

impl Password<'_> {
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

struct Derivation {
    password: Vec<u8>,
    parameters: Parameters,
}

impl Derivation {
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
        let Parameters { salt, iterations } = &self.parameters;
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
