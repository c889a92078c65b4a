//! The extensions whose meaning matters here, each read once.

use super::basic_constraints::BasicConstraints;
use super::defect::Defect;
use super::der::Reader;
use super::extension::{
    AUTHORITY_KEY_ID, BASIC_CONSTRAINTS, Extension, Extensions, KEY_USAGE, NETSCAPE_CERT_TYPE,
    SUBJECT_ALT_NAME, SUBJECT_KEY_ID,
};
use super::key_id::{AuthorityKeyId, subject_key_id};
use super::key_usage::{KeyUsage, NetscapeType};
use super::oid;
use super::server_names::ServerNames;

/// An extension that may be missing or broken.
#[derive(Clone, Debug)]
pub(super) enum Reading<T> {
    Absent,
    Is(T),
    Broken(Defect),
}

impl<T> Reading<T> {
    /// What it says, if it is there and can be read.
    pub(super) fn value(self) -> Option<T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Absent | Self::Broken(_) => None,
        }
    }

    pub(super) fn as_value(&self) -> Option<&T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Absent | Self::Broken(_) => None,
        }
    }
}

/// What they say.
#[derive(Debug)]
pub(super) struct KnownExtensions {
    pub(super) basic_constraints: Reading<BasicConstraints>,
    pub(super) key_usage: Reading<KeyUsage>,
    pub(super) netscape_type: Reading<NetscapeType>,
    pub(super) subject_key_id: Reading<Box<[u8]>>,
    pub(super) authority_key_id: Reading<AuthorityKeyId>,
    pub(super) server_names: Reading<ServerNames>,
    /// What is wrong with any extension, in a fixed order, each once.
    pub(super) defects: Vec<Defect>,
}

impl KnownExtensions {
    pub(super) fn read(mut extensions: Extensions<'_>) -> Self {
        let list: Vec<_> = extensions.by_ref().collect();
        let mut values = Values {
            defects: duplicates(&list),
            list,
            is_complete: extensions.is_complete(),
        };
        if !values.is_complete {
            values.defects.push(Defect::BadExtensionList);
        }
        Self {
            basic_constraints: values.only(
                BASIC_CONSTRAINTS,
                "basicConstraints",
                BasicConstraints::read,
            ),
            key_usage: values.only(KEY_USAGE, "keyUsage", KeyUsage::read),
            netscape_type: values.only(NETSCAPE_CERT_TYPE, "nsCertType", NetscapeType::read),
            subject_key_id: values.only(SUBJECT_KEY_ID, "subjectKeyIdentifier", subject_key_id),
            authority_key_id: values.only(
                AUTHORITY_KEY_ID,
                "authorityKeyIdentifier",
                AuthorityKeyId::read,
            ),
            server_names: values.only(SUBJECT_ALT_NAME, "subjectAltName", ServerNames::read),
            defects: values.defects,
        }
    }
}

/// One defect for every identifier that stands more than once.
fn duplicates(list: &[Extension<'_>]) -> Vec<Defect> {
    let mut oids: Vec<_> = list.iter().map(|extension| extension.oid).collect();
    oids.sort_unstable();
    let groups = oids.chunk_by(|a, b| a == b);
    groups
        .filter(|group| group.len() > 1)
        .map(|group| duplicate(group[0]))
        .collect()
}

fn duplicate(oid: &[u8]) -> Defect {
    Defect::DuplicateExtension {
        oid: oid::dotted(oid),
    }
}

struct Values<'a> {
    list: Vec<Extension<'a>>,
    is_complete: bool,
    defects: Vec<Defect>,
}

impl Values<'_> {
    /// What the one extension with this identifier says.
    fn only<T>(
        &mut self,
        oid: &[u8],
        name: &'static str,
        read: fn(&[u8]) -> Result<T, &'static str>,
    ) -> Reading<T> {
        let mut found = self.list.iter().filter(|extension| extension.oid == oid);
        let Some(extension) = found.next() else {
            // It may stand among those that could not be read.
            return if self.is_complete {
                Reading::Absent
            } else {
                Reading::Broken(Defect::BadExtensionList)
            };
        };
        if found.next().is_some() {
            return Reading::Broken(duplicate(oid));
        }
        match read(extension.value) {
            Ok(value) => {
                if has_trailing_bytes(extension.value) {
                    self.defects.push(Defect::TrailingBytes { after: name });
                }
                Reading::Is(value)
            }
            Err(why) => {
                let defect = Defect::BadExtension { name, why };
                self.defects.push(defect.clone());
                Reading::Broken(defect)
            }
        }
    }
}

/// OpenSSL ignores them, Go refuses the certificate.
fn has_trailing_bytes(value: &[u8]) -> bool {
    let mut reader = Reader::new(value);
    reader.any().is_some() && !reader.is_empty()
}
