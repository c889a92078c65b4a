//! Parts of a project that are kept apart by design: environments, realms,
//! clusters. What differs between two of them diverges from nothing.

use crate::source_roots::SourceRoots;
use ca_audit::Evidence;
use ca_audit::certificate::Certificate;
use ca_audit::certificate::fingerprint::hex;
use ca_audit::place::FileId;
use globset::GlobMatcher;
use std::collections::BTreeSet;

/// All scopes of a project; a file belongs to the first that wants it.
#[derive(Clone, Debug, Default)]
pub struct Scopes {
    /// The scopes.
    pub scopes: Vec<Scope>,
    /// From where their paths count.
    pub ground: SourceRoots,
}

/// One scope.
#[derive(Clone, Debug)]
pub struct Scope {
    /// What it is called.
    pub name: String,
    /// Files like these belong to it.
    pub paths: Vec<GlobMatcher>,
    /// So do the files of hosts that are named like this.
    pub hosts: Vec<GlobMatcher>,
    /// The CAs that may stand there; any where nothing is said.
    pub allowed: Option<Vec<AllowedCa>>,
}

/// A CA that may stand in a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowedCa {
    /// The certificate with this SHA-256, in lower-case hexadecimal.
    Certificate(String),
    /// Any certificate of the public key with this SHA-256.
    Key(String),
    /// Any certificate of a key of this file, told from the ground.
    File(String),
}

impl Scopes {
    /// The scope of a file.
    pub fn of(&self, evidence: &Evidence, file: FileId) -> Option<&Scope> {
        let path = self.ground.in_repository(evidence.path(file));
        let host = evidence.host_of(file).map(|host| host.name.as_str());
        self.scopes.iter().find(|scope| {
            let is_one =
                |globs: &[GlobMatcher], name: &str| globs.iter().any(|it| it.is_match(name));
            path.as_deref()
                .is_some_and(|path| is_one(&scope.paths, path))
                || host.is_some_and(|host| is_one(&scope.hosts, host))
        })
    }

    /// Whether two files belong to different scopes.
    pub fn are_apart(&self, evidence: &Evidence, one: FileId, other: FileId) -> bool {
        match (self.of(evidence, one), self.of(evidence, other)) {
            (Some(one), Some(other)) => one.name != other.name,
            _ => false,
        }
    }

    /// The allowed CAs of a scope, looked up in a project; `None` where any may
    /// stand there.
    pub(crate) fn allowed(&self, evidence: &Evidence, scope: &Scope) -> Option<Allowed> {
        let mut allowed = Allowed::default();
        for ca in scope.allowed.as_ref()? {
            match ca {
                AllowedCa::Certificate(hash) => drop(allowed.certificates.insert(hash.clone())),
                AllowedCa::Key(hash) => drop(allowed.keys.insert(hash.clone())),
                AllowedCa::File(path) => self.add_file(evidence, path, &mut allowed),
            }
        }
        Some(allowed)
    }

    fn add_file(&self, evidence: &Evidence, path: &str, allowed: &mut Allowed) {
        let is_it = |shown: &str| self.ground.in_repository(shown).as_deref() == Some(path);
        let certs = evidence
            .certs
            .iter()
            .filter(|cert| is_it(evidence.path(cert.at.file)));
        let keys = certs.map(|cert| hex(cert.certificate.spki_sha256()));
        allowed.keys.extend(keys);
    }
}

/// CAs that may stand somewhere.
#[derive(Debug, Default)]
pub(crate) struct Allowed {
    certificates: BTreeSet<String>,
    keys: BTreeSet<String>,
}

impl Allowed {
    pub(crate) fn holds(&self, certificate: &Certificate) -> bool {
        self.certificates.contains(&hex(certificate.sha256()))
            || self.keys.contains(&hex(certificate.spki_sha256()))
    }
}
