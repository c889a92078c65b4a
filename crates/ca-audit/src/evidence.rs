//! What is known of a project: the facts of all files, linked.

use crate::certificate::Certificate;
use crate::facts::{
    AgentCa, Cert, Crl, Directive, Gap, KnockedOut, Misread, PrivateKey, Read, Role, Write,
};
use crate::host::records::{HostRecords, bucket};
use crate::host::{Host, SslDirectory};
use crate::link::ca_paths::{CaPath, EtcdName};
use crate::link::contents::Contents;
use crate::link::mentions::Mention;
use crate::link::mounts::{Mount, Mounts};
use crate::link::objects::Objects;
use crate::link::reliance::Reliance;
use crate::link::servers::EtcdServer;
use crate::link::standing::Standing;
use crate::place::{FileId, Span};
use crate::tree::{Entry, EntryKind};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

/// The linked facts of a project; rules ask it.
#[derive(Debug, Default)]
pub struct Evidence {
    /// Every name in the tree, sorted; a [`FileId`] is an index into it.
    pub entries: Vec<Entry>,
    /// Certificates, by file and place.
    pub certs: Vec<Cert>,
    /// Revocation lists, by file and place.
    pub crls: Vec<Crl>,
    /// Certificates in Hiera's data that a merge loses.
    pub knocked_out: Vec<KnockedOut>,
    /// Private keys, by file and place.
    pub private_keys: Vec<PrivateKey>,
    /// What is written to hosts.
    pub writes: Vec<Write>,
    /// Who trusts what, of the programs that talk to etcd.
    pub reads: Vec<Client>,
    /// Who trusts what, of all other programs, by place.
    pub reliances: Vec<Reliance>,
    /// The etcd servers.
    pub servers: Vec<EtcdServer>,
    /// Hosts whose files are in the tree.
    pub hosts: Vec<Host>,
    /// Puppet's ssl directories.
    pub ssl_directories: Vec<SslDirectory>,
    /// What Puppet recorded of its runs, by host.
    pub records: Vec<HostRecords>,
    /// Texts that real programs read otherwise than people do.
    pub misread: Vec<Misread>,
    /// Where the file is named in which Puppet's agent keeps its CA, by place.
    pub agent_cas: Vec<AgentCa>,
    /// Comments that speak to a linter, by place.
    pub directives: Vec<Directive>,
    /// The major version of Puppet that some module of the project needs at
    /// least, and where its `metadata.json` says so.
    pub asks_for_puppet: Option<(u32, Span)>,
    /// What somebody says of functions that no code of the project names.
    pub unused_models: Vec<SmolStr>,
    /// What could not be seen.
    pub gaps: Vec<Gap>,
    /// How many files have a form that some dialect understood.
    pub understood: usize,
    /// The certificates of each file, as a range of `certs`.
    pub(crate) certs_by_file: HashMap<FileId, Range<usize>>,
    /// Where a module's files stand.
    pub(crate) served: Arc<HashMap<String, FileId>>,
    /// Objects of Kubernetes that hold certificates.
    pub(crate) objects: Objects,
    /// The mounts of the Puppet server's file server.
    pub(crate) mounts: Mounts,
    /// Files by checksum.
    pub(crate) contents: Contents,
    /// Where else a path is named that a client reads and nobody provides.
    pub(crate) mentions: BTreeMap<String, Vec<Mention>>,
    /// What stands in files that ought to hold a client's CA and hold none.
    pub(crate) standing: BTreeMap<FileId, Standing>,
}

/// A program that talks to etcd, with everything that is set for it.
#[derive(Clone, Debug)]
pub struct Client {
    /// The fact: who, in which role, what it trusts, where.
    pub read: Read,
    /// The settings behind it.
    pub fragment: crate::invocation::Fragment,
    /// The files that its CA may be, as far as they are known.
    pub ca_paths: Vec<CaPath>,
    /// Names of the etcd it talks to.
    pub etcd: BTreeSet<EtcdName>,
    /// How it speaks.
    pub transport: Transport,
    /// Where else somebody says that it speaks TLS: the declaration that gives
    /// its class the URLs, the data in which `https` is written.
    pub given: Vec<crate::value::Origin>,
    /// Where else it is decided what a setting says, by the setting's place: in
    /// the values of a chart, the variables of a role, a `ConfigMap`.
    pub said: Vec<(Span, crate::value::Origin)>,
    /// Where the file that sets it is deployed.
    pub deployed_at: Option<Deployed>,
    /// The same setting in the deployed file itself, on hosts in the tree.
    pub instances: Vec<Span>,
}

/// How a client speaks to its server.
#[derive(Clone, Debug, PartialEq)]
pub enum Transport {
    /// TLS: `https` is written, or was traced to these places.
    Tls(Vec<crate::value::Origin>),
    /// `http`, all of it on this host.
    Loopback,
    /// `http`.
    Plain,
    /// The endpoint is not known: these expressions make it.
    Unknown(Vec<smol_str::SmolStr>),
}

/// Where a file of the repository is put on hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployed {
    /// The path on the host.
    pub path: String,
    /// The resource that does it.
    pub at: Span,
}

impl Evidence {
    /// The path of a file as shown.
    pub fn path(&self, file: FileId) -> &str {
        &self.entries[file.0 as usize].path
    }

    /// Whether a file is a test, an example, documentation or a vendored copy.
    pub fn is_aside(&self, file: FileId) -> bool {
        self.entries[file.0 as usize].aside
    }

    /// Whether a file only remembers the past: a bucket's copies of what Puppet
    /// replaced, cached catalogs.
    pub fn is_past(&self, file: FileId) -> bool {
        let path = self.path(file);
        let has_folder = |folder| path.starts_with(folder) || path.contains(&format!("/{folder}"));
        bucket::entry(path).is_some() || has_folder("clientbucket/") || has_folder("client_data/")
    }

    /// The file at a path as shown.
    pub fn file(&self, path: &str) -> Option<FileId> {
        crate::host::find(&self.entries, path)
    }

    /// The certificates in a file, in order.
    pub fn certs_in(&self, file: FileId) -> &[Cert] {
        self.certs_by_file
            .get(&file)
            .map_or(&[], |range| &self.certs[range.clone()])
    }

    /// The certificates in a file that may be CAs.
    pub fn cas_in(&self, file: FileId) -> impl Iterator<Item = &Cert> {
        self.certs_in(file)
            .iter()
            .filter(|cert| cert.certificate.is_ca() != Some(false))
    }

    /// Everybody who trusts something in `role`.
    pub fn reads(&self, role: Role) -> impl Iterator<Item = &Client> {
        self.reads
            .iter()
            .filter(move |client| client.read.role == role)
    }

    /// Everybody who writes `host_path`.
    pub fn writers_of<'e>(&'e self, host_path: &'e str) -> impl Iterator<Item = &'e Write> {
        self.writes
            .iter()
            .filter(move |write| write.path.as_str() == Some(host_path))
    }

    /// The host on which a file of the tree lies.
    pub fn host_of(&self, file: FileId) -> Option<&Host> {
        let path = self.path(file);
        self.hosts
            .iter()
            .find(|host| host.host_path(path).is_some())
    }

    /// The file at a path of a host.
    pub fn host_file(&self, host: &Host, host_path: &str) -> Option<FileId> {
        host.file(&self.entries, host_path)
    }

    /// Whether what stands there is put on hosts or into a cluster as it is: a
    /// module's files and templates, values of documents, files of hosts.
    pub fn is_deployed(&self, file: FileId, container: &str) -> bool {
        let folders = self.path(file).split('/').rev().skip(1);
        let in_module = folders
            .clone()
            .any(|folder| matches!(folder, "files" | "templates"));
        !container.is_empty() || in_module || self.host_of(file).is_some()
    }

    /// The file behind `puppet:///modules/MODULE/PATH`, or `puppet:///MOUNT/PATH`
    /// of a mount whose folder is in the tree.
    pub fn served_file(&self, url: &str) -> Option<FileId> {
        match url.strip_prefix("puppet:///modules/") {
            Some(name) => self.served.get(name).copied(),
            None => self.file(&self.mounts.in_tree(url)?),
        }
    }

    /// The mount of the Puppet server's file server that a URL names, where the
    /// tree has the server's `fileserver.conf`.
    pub fn mount(&self, url: &str) -> Option<&Mount> {
        Some(self.mounts.of_url(url)?.0)
    }

    /// The path on the Puppet server of what a URL of such a mount names.
    pub fn server_path(&self, url: &str) -> Option<String> {
        let (mount, rest) = self.mounts.of_url(url)?;
        mount.server_path(rest)
    }

    /// Where else in the repository a path is named, of one that a client reads
    /// as its CA and nobody is known to provide.
    pub fn mentions_of(&self, host_path: &str) -> &[Mention] {
        self.mentions.get(host_path).map_or(&[], Vec::as_slice)
    }

    /// What stands in a file that a client takes for its CA, where that is no
    /// certificate.
    pub fn standing(&self, file: FileId) -> Option<Standing> {
        self.standing.get(&file).copied()
    }

    /// What a host trusts by itself: the bundle that its programs read.
    pub fn system_roots(&self, host: &Host) -> Vec<&Cert> {
        self.system_bundle(host)
            .map_or_else(Vec::new, |file| self.certs_in(file).iter().collect())
    }

    /// The file with what a host trusts by itself.
    pub fn system_bundle(&self, host: &Host) -> Option<FileId> {
        let mut bundles = crate::knowledge::trust_stores()
            .iter()
            .map(|store| store.bundle)
            .filter(|bundle| !bundle.is_empty());
        bundles.find_map(|bundle| self.host_file(host, bundle))
    }

    /// Every distinct certificate, with its sightings, by SHA-256.
    pub fn inventory(&self) -> Vec<(&Arc<Certificate>, Vec<&Cert>)> {
        let mut by_identity: std::collections::BTreeMap<[u8; 32], Vec<&Cert>> =
            std::collections::BTreeMap::new();
        for cert in &self.certs {
            by_identity
                .entry(*cert.certificate.sha256())
                .or_default()
                .push(cert);
        }
        by_identity
            .into_values()
            .map(|sightings| (&sightings[0].certificate, sightings))
            .collect()
    }

    /// How many regular files there are.
    pub fn files_seen(&self) -> usize {
        self.entries
            .iter()
            .filter(|entry| !matches!(entry.kind, EntryKind::Link(_)))
            .count()
    }
}
