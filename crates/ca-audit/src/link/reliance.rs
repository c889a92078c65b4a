//! Who relies on which CA beyond etcd: reads with the files and certificates
//! that they mean.

use super::ca_paths::{CaPath, ca_paths};
use crate::evidence::{Deployed, Evidence};
use crate::facts::{Anchor, Cert, Read};
use crate::host::Host;
use crate::place::Span;
use crate::puppet::Rendering;

/// A program that is given a CA, and what is known of that.
#[derive(Clone, Debug)]
pub struct Reliance {
    /// The fact: who, in which role, what it trusts, where.
    pub read: Read,
    /// The files that its CA may be, as far as they are known.
    pub ca_paths: Vec<CaPath>,
    /// Where the file that sets it is deployed.
    pub deployed_at: Option<Deployed>,
}

/// Every read with the paths that it may mean, in order of place.
pub(super) fn reliances(
    reads: Vec<Read>,
    renderings: &[Rendering],
    deployed: &dyn Fn(Span) -> Option<Deployed>,
) -> Vec<Reliance> {
    let mut found: Vec<Reliance> = reads
        .into_iter()
        .map(|read| Reliance {
            ca_paths: ca_paths(&read.anchor, read.at.file, renderings),
            deployed_at: match read.anchor {
                Anchor::Path { .. } => deployed(read.at),
                _ => None,
            },
            read,
        })
        .collect();
    found.sort_by_key(|reliance| (reliance.read.at, reliance.read.role));
    found
}

impl Reliance {
    /// Who relies on what: `kube-apiserver client CA`.
    pub fn words(&self) -> String {
        format!("{} {}", self.read.program.name(), self.read.role.noun())
    }
}

impl Evidence {
    /// The certificates that a program relies on, where they stand in this tree
    /// and it is certain that they are meant.
    pub fn certs_relied_on(&self, reliance: &Reliance) -> Vec<&Cert> {
        let at = reliance.read.at;
        match &reliance.read.anchor {
            Anchor::Here(text) => self.certs_within(*text),
            Anchor::Object(key) => {
                let path = |at: Span| self.path(at.file);
                let values = self.objects.values(key, at, &path);
                values
                    .into_iter()
                    .flat_map(|value| self.certs_within(value))
                    .collect()
            }
            Anchor::Pin(hash) => {
                let is_meant = |cert: &&Cert| cert.certificate.spki_sha256() == hash;
                self.certs.iter().filter(is_meant).collect()
            }
            Anchor::Path { .. } => match reliance.ca_paths.as_slice() {
                [ca] => self.certs_at_path(&ca.path, self.host_of(at.file)),
                _ => Vec::new(),
            },
            Anchor::None => Vec::new(),
        }
    }

    fn certs_within(&self, text: Span) -> Vec<&Cert> {
        let is_inside = |cert: &&Cert| text.start <= cert.at.start && cert.at.end <= text.end;
        self.certs_in(text.file).iter().filter(is_inside).collect()
    }

    /// What stands at a path of a host; without one, what the project writes
    /// there, if all of that is one thing.
    fn certs_at_path(&self, path: &str, host: Option<&Host>) -> Vec<&Cert> {
        if let Some(file) = host.and_then(|host| self.host_file(host, path)) {
            return self.certs_in(file).iter().collect();
        }
        let mut writers = self.writers_of(path);
        let (Some(write), None) = (writers.next(), writers.next()) else {
            return Vec::new();
        };
        match self.sources_of(write).as_deref() {
            Some([source]) => self.certs_of(&source.end),
            _ => Vec::new(),
        }
    }
}
