//! Settings and objects beyond etcd that name or carry a CA: the rows of
//! `[[carrier]]` that say who reads them.

use crate::facts::Role;

include!(concat!(env!("OUT_DIR"), "/carriers.rs"));

/// A setting or an object by which a program is given a CA.
#[derive(Debug)]
pub struct Carrier {
    /// The row's name.
    pub id: &'static str,
    /// Who trusts it, as people say it.
    pub program: &'static str,
    /// What it is trusted for.
    pub role: Role,
    /// `argv[0]` and image names of the program whose flags these are.
    pub names: &'static [&'static str],
    /// Globs of file names (template suffixes stripped) whose flags and keys
    /// these are.
    pub files: &'static [&'static str],
    /// Keys of a document that select it: `apiVersion=… kind=…`. Where there is
    /// no such condition and no file, a key is one of Hiera's.
    pub doc_match: &'static str,
    /// Command-line flags, without dashes.
    pub flags: &'static [&'static str],
    /// Keys of a document or a file of sections.
    pub keys: &'static [Key],
    /// The key beside it that names what the CA is trusted for; may be empty.
    pub target: &'static str,
    /// The key of the object, where a reference names none; may be empty.
    pub ref_key: &'static str,
    /// The namespace of the object, where a reference names none; empty for
    /// the namespace of the document.
    pub ref_namespace: &'static str,
    /// Where this was read or seen.
    pub source: &'static str,
}

/// A key that carries a CA.
#[derive(Debug)]
pub struct Key {
    /// Its path: `a[].b`, `a.*.b`, `a."b.c"`.
    pub path: &'static str,
    /// What stands under it.
    pub form: Carried,
}

/// What stands under a key that carries a CA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carried {
    /// A path on the host, or several.
    Path,
    /// PEM, perhaps in base64.
    Here,
    /// PEM, or a path.
    PathOrHere,
    /// The name of a `ConfigMap`, or a mapping with it.
    ConfigMap,
    /// The name of a `Secret`, or a mapping with it.
    Secret,
    /// `sha256:` and the hash of a public key, as `kubeadm join` takes it.
    Pin,
}

/// Every row that is read.
pub fn carriers() -> &'static [Carrier] {
    CARRIERS
}

/// Words of which every text has one that a row selects by anything but the
/// name of its file.
pub fn carrier_words() -> &'static [&'static str] {
    CARRIER_WORDS
}
