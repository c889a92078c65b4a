//! The names that a server's certificate is good for: `subjectAltName`
//! (RFC 5280 §4.2.1.6).

use std::net::IpAddr;

use super::der::{Reader, SEQUENCE, context};

/// The alternative names by which clients find a server. Other kinds, such as
/// mail addresses, are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerNames {
    /// `dNSName`s as they are written; bytes that are not UTF-8 are replaced.
    pub dns: Vec<String>,
    /// `iPAddress`es.
    pub ip: Vec<IpAddr>,
}

impl ServerNames {
    pub(super) fn read(value: &[u8]) -> Result<Self, &'static str> {
        let inside = Reader::new(value)
            .take(SEQUENCE)
            .ok_or("it is no sequence")?;
        let mut names = Self::default();
        let mut reader = Reader::new(inside.content);
        while !reader.is_empty() {
            let name = reader.any().ok_or("a name in it cannot be read")?;
            if name.tag == context(2) {
                names
                    .dns
                    .push(String::from_utf8_lossy(name.content).into_owned());
            } else if name.tag == context(7) {
                names
                    .ip
                    .push(address(name.content).ok_or("an address in it has a wrong length")?);
            }
        }
        Ok(names)
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(v4) = <[u8; 4]>::try_from(bytes) {
        return Some(v4.into());
    }
    <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from)
}
