//! Programs that take a CA from a file, whatever they trust it for.

use ca_audit::facts::{Program, Role};
use ca_audit::host::Host;
use ca_audit::place::Span;
use ca_audit::{CaPath, Deployed, Evidence};

/// A program and one file that it takes a CA from.
pub(crate) struct CaReader<'e> {
    /// Its name.
    pub(crate) program: &'static str,
    /// Its row in the knowledge table.
    pub(crate) id: &'static str,
    /// What it trusts the CA for.
    pub(crate) role: Role,
    /// The setting that makes it one.
    pub(crate) at: Span,
    /// Where the file that sets it is deployed.
    pub(crate) deployed_at: Option<&'e Deployed>,
    /// The hosts in the tree on which it is set.
    pub(crate) hosts: Vec<&'e Host>,
    /// Whether it goes on without its CA where the file holds none (the trap
    /// `bad-pem-falls-back`).
    pub(crate) falls_back: bool,
    /// The file.
    pub(crate) ca: &'e CaPath,
}

impl CaReader<'_> {
    /// What it takes from the file: `its CA`, `its client CA`.
    pub(crate) fn its_ca(&self) -> String {
        match self.role {
            Role::EtcdClient => "its CA".to_owned(),
            other => format!("its {}", other.noun()),
        }
    }
}

/// Every reader of every file: clients of etcd first, then all others.
pub(crate) fn ca_readers(evidence: &Evidence) -> Vec<CaReader<'_>> {
    let mut found = Vec::new();
    for client in evidence.reads(Role::EtcdClient) {
        found.extend(client.ca_paths.iter().map(|ca| CaReader {
            program: client.fragment.consumer.program(),
            id: client.fragment.consumer.id,
            role: client.read.role,
            at: client.read.at,
            deployed_at: client.deployed_at.as_ref(),
            hosts: evidence.hosts_of(client),
            falls_back: client.row().traps.contains(&"bad-pem-falls-back"),
            ca,
        }));
    }
    for reliance in &evidence.reliances {
        let read = &reliance.read;
        let Program::Carrier(row) = read.program else {
            continue;
        };
        found.extend(reliance.ca_paths.iter().map(|ca| CaReader {
            program: row.program,
            id: row.id,
            role: read.role,
            at: read.at,
            deployed_at: reliance.deployed_at.as_ref(),
            hosts: evidence.host_of(read.at.file).into_iter().collect(),
            falls_back: false,
            ca,
        }));
    }
    found
}
