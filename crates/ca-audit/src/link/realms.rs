//! Puppet realms: the hosts that should trust one and the same CA.
//!
//! Agents with the same CA server belong together; so does that server's own
//! CA directory. Agents whose configuration does not say are one realm of
//! their own.

use crate::certificate::{Signature, signed_by};
use crate::evidence::Evidence;
use crate::facts::{Cert, Crl};
use crate::host::{Issued, SslDirectory, SslKind};
use crate::place::FileId;

/// The ssl directories of one realm.
#[derive(Debug)]
pub struct Realm<'e> {
    /// The CA's server, where a configuration names it.
    pub server: Option<&'e str>,
    /// Its directories.
    pub directories: Vec<&'e SslDirectory>,
}

impl Evidence {
    /// The realms of all ssl directories in the tree, by name.
    pub fn realms(&self) -> Vec<Realm<'_>> {
        let mut realms: Vec<Realm> = Vec::new();
        for directory in &self.ssl_directories {
            let server = directory.realm.as_deref();
            match realms.iter_mut().find(|realm| realm.server == server) {
                Some(realm) => realm.directories.push(directory),
                None => realms.push(Realm {
                    server,
                    directories: vec![directory],
                }),
            }
        }
        realms.sort_by_key(|realm| realm.server);
        realms
    }

    /// Certificates issued to the directory's hosts that none of its CAs signed:
    /// the CA beside them is not the one they came from.
    pub fn issued_by_another(&self, directory: &SslDirectory) -> Vec<&Cert> {
        let cas: Vec<&Cert> = self.cas_in(directory.ca).collect();
        if cas.is_empty() {
            return Vec::new();
        }
        let by_another = |cert: &&Cert| {
            cert.certificate.is_ca() == Some(false)
                && cas.iter().all(|ca| {
                    ca.certificate.subject() != cert.certificate.issuer()
                        || matches!(
                            signed_by(&cert.certificate, &ca.certificate),
                            Signature::Invalid
                        )
                })
        };
        directory
            .issued
            .iter()
            .flat_map(|file: &FileId| self.certs_in(*file))
            .filter(by_another)
            .collect()
    }
}

impl Evidence {
    /// Revocation lists beside an agent's or authority's CA that another CA made.
    pub fn revocations_by_another(&self, directory: &SslDirectory) -> Vec<&Crl> {
        let is_own = |crl: &Crl| {
            self.certs_in(directory.ca)
                .iter()
                .any(|ca| ca.certificate.subject() == &*crl.issuer)
        };
        let here = self
            .crls
            .iter()
            .filter(|crl| directory.crl == Some(crl.at.file));
        here.filter(|crl| !is_own(crl)).collect()
    }

    /// The line of an authority's inventory that lists a certificate: who
    /// issued it, and that this authority did.
    pub fn listed_in_inventory(&self, cert: &Cert) -> Option<(&SslDirectory, &Issued)> {
        let serial = cert.certificate.serial_hex();
        let subject = cert.certificate.subject_text();
        self.ssl_directories.iter().find_map(|directory| {
            let same = |issued: &&Issued| {
                issued.serial == serial.trim_start_matches('0') && subject == issued.subject
            };
            Some((directory, directory.inventory.iter().find(same)?))
        })
    }
}

impl Realm<'_> {
    /// The directories of agents.
    pub fn agents(&self) -> impl Iterator<Item = &SslDirectory> {
        self.directories
            .iter()
            .copied()
            .filter(|directory| directory.kind == SslKind::Agent)
    }
}
