//! Who writes and who reads the places where certificates stand.

use crate::evidence::{Client, Evidence, Transport};
use crate::facts::{Anchor, Cert, Role, Write};
use crate::host::{Host, SslKind};
use crate::knowledge::Absent;
use crate::link::managed::SourceEnd;
use crate::link::reliance::Reliance;
use crate::place::{FileId, Span};
use std::collections::{BTreeSet, HashMap};

/// A resource that has to do with a place where a certificate stands.
#[derive(Clone, Copy, Debug)]
pub struct Writer<'e> {
    /// The resource.
    pub write: &'e Write,
    /// What it does to this place.
    pub does: Does,
}

/// What a resource does to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Does {
    /// It writes this very file.
    Writes,
    /// It takes what it writes elsewhere from here.
    Copies,
}

/// A program that trusts what stands at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reader {
    /// The program.
    pub program: &'static str,
    /// What it trusts it for.
    pub role: Role,
    /// The setting that makes it one; none where that is the program's nature.
    pub at: Option<Span>,
    /// Whether the setting names this file, or names none, so that the program
    /// trusts what its host trusts.
    pub names_it: bool,
}

/// Who writes and who reads, by place.
#[derive(Debug)]
pub struct Usage<'e> {
    evidence: &'e Evidence,
    /// By the file of the repository that is copied or rendered.
    copies_of_file: HashMap<FileId, Vec<&'e Write>>,
    /// By the file whose text holds the content.
    inline_in: HashMap<FileId, Vec<(Span, &'e Write)>>,
    /// By the path on the host that is copied from.
    copies_of_path: HashMap<String, Vec<&'e Write>>,
    /// By the path on the host that is written.
    writes_to: HashMap<&'e str, Vec<&'e Write>>,
    /// By the file on a host.
    readers: HashMap<FileId, Vec<Reader>>,
    /// By the path on hosts, of clients in the repository.
    readers_of_path: HashMap<&'e str, Vec<Reader>>,
    /// By the place of the certificate, of programs that are given that very
    /// text.
    readers_of_text: HashMap<Span, Vec<Reader>>,
}

impl Reader {
    /// Who trusts it for what: `kube-apiserver client CA`.
    pub fn words(&self) -> String {
        format!("{} {}", self.program, self.role.noun())
    }
}

impl Evidence {
    /// An index of who writes and who reads, to be asked about many places.
    pub fn usage(&self) -> Usage<'_> {
        let mut usage = Usage {
            evidence: self,
            copies_of_file: HashMap::new(),
            inline_in: HashMap::new(),
            copies_of_path: HashMap::new(),
            writes_to: HashMap::new(),
            readers: HashMap::new(),
            readers_of_path: HashMap::new(),
            readers_of_text: HashMap::new(),
        };
        for write in &self.writes {
            usage.add_write(write);
        }
        for client in &self.reads {
            usage.add_client(client);
        }
        for reliance in &self.reliances {
            usage.add_reliance(reliance);
        }
        usage.add_agents();
        usage
    }
}

impl<'e> Usage<'e> {
    /// The resources that write the file in which `cert` stands, or copy it
    /// from there, in order of declaration.
    pub fn writers(&self, cert: &Cert) -> Vec<Writer<'e>> {
        let mut found = Vec::new();
        let mut add = |writes: &[&'e Write], does| {
            found.extend(writes.iter().map(|write| Writer { write, does }));
        };
        if let Some(path) = self.path_on_host(cert.at.file) {
            add(of(&self.writes_to, path), Does::Writes);
            add(of(&self.copies_of_path, path), Does::Copies);
        }
        add(of(&self.copies_of_file, &cert.at.file), Does::Copies);
        let inline: Vec<&Write> = of(&self.inline_in, &cert.at.file)
            .iter()
            .filter(|(span, _)| cert.at.start >= span.start && cert.at.end <= span.end)
            .map(|(_, write)| *write)
            .collect();
        add(&inline, Does::Copies);
        let mut seen = BTreeSet::new();
        found.retain(|writer| {
            let write = writer.write;
            seen.insert((write.declared_at(), write.path.to_string(), writer.does))
        });
        found
    }

    /// The programs that trust what stands in the file of `cert`, or in a file
    /// that is copied from it, in order of place.
    pub fn readers(&self, cert: &Cert) -> Vec<Reader> {
        let mut found: Vec<Reader> = of(&self.readers, &cert.at.file).to_vec();
        found.extend(of(&self.readers_of_text, &cert.at));
        if self.path_on_host(cert.at.file).is_none() {
            for writer in self.writers(cert) {
                if let Some(path) = writer.write.path.as_str() {
                    found.extend(of(&self.readers_of_path, path));
                }
            }
        }
        found.sort_by_key(|reader| (reader.at, reader.program, reader.role));
        found.dedup();
        found
    }

    fn path_on_host(&self, file: FileId) -> Option<&'e str> {
        // A tree whose own root is a host's would make every file of a
        // repository one of that host; its paths begin with no slash then.
        let host = self.evidence.host_of(file)?;
        host.host_path(self.evidence.path(file))
    }

    fn add_write(&mut self, write: &'e Write) {
        if let Some(path) = write.path.as_str() {
            self.writes_to.entry(path).or_default().push(write);
        }
        for source in self.evidence.sources_of(write).unwrap_or_default() {
            match source.end {
                SourceEnd::Repository(file) => {
                    self.copies_of_file.entry(file).or_default().push(write);
                }
                SourceEnd::Inline(span) => {
                    let here = self.inline_in.entry(span.file).or_default();
                    here.push((span, write));
                }
                SourceEnd::SameHost(text) => {
                    if let Some(path) = text.as_str() {
                        let from = self.copies_of_path.entry(path.to_owned());
                        from.or_default().push(write);
                    }
                }
                SourceEnd::Elsewhere(_) | SourceEnd::Unknown(_) => {}
            }
        }
    }

    fn add_client(&mut self, client: &'e Client) {
        let places = std::iter::once(client.read.at).chain(client.instances.iter().copied());
        let on_hosts: Vec<(&Host, Span)> = places
            .filter_map(|at| Some((self.evidence.host_of(at.file)?, at)))
            .collect();
        let reader = |at, names_it| Reader {
            program: client.fragment.consumer.program(),
            role: client.read.role,
            at: Some(at),
            names_it,
        };
        match &client.read.anchor {
            Anchor::Path { path, .. } => {
                let Some(path) = path.as_str() else { return };
                self.add_path(path, reader(client.read.at, true), &on_hosts);
            }
            Anchor::None if trusts_its_host(client) => {
                for (host, at) in on_hosts {
                    self.add_reader(self.evidence.system_bundle(host), reader(at, false));
                }
            }
            _ => {}
        }
    }

    /// A program that names a path: on the hosts of its setting, else on all.
    fn add_path(&mut self, path: &'e str, reader: Reader, on_hosts: &[(&Host, Span)]) {
        for (host, at) in on_hosts {
            let there = Reader {
                at: Some(*at),
                ..reader
            };
            self.add_reader(self.evidence.host_file(host, path), there);
        }
        if on_hosts.is_empty() {
            for host in &self.evidence.hosts {
                self.add_reader(self.evidence.host_file(host, path), reader);
            }
        }
        self.readers_of_path.entry(path).or_default().push(reader);
    }

    fn add_reliance(&mut self, reliance: &'e Reliance) {
        let at = reliance.read.at;
        let reader = Reader {
            program: reliance.read.program.name(),
            role: reliance.read.role,
            at: Some(at),
            names_it: true,
        };
        if let Anchor::Path { .. } = reliance.read.anchor {
            let host = self.evidence.host_of(at.file);
            let on_hosts: Vec<(&Host, Span)> = host.map(|host| (host, at)).into_iter().collect();
            for ca in &reliance.ca_paths {
                self.add_path(&ca.path, reader, &on_hosts);
            }
            return;
        }
        for cert in self.evidence.certs_relied_on(reliance) {
            self.readers_of_text
                .entry(cert.at)
                .or_default()
                .push(reader);
        }
    }

    /// An agent trusts the `ca.pem` of its ssl directory (Puppet's
    /// configuration reference, `localcacert`).
    fn add_agents(&mut self) {
        for directory in &self.evidence.ssl_directories {
            if directory.kind == SslKind::Agent {
                let agent = Reader {
                    program: "puppet agent",
                    role: Role::PuppetServer,
                    at: None,
                    names_it: true,
                };
                self.add_reader(Some(directory.ca), agent);
            }
        }
    }

    fn add_reader(&mut self, file: Option<FileId>, reader: Reader) {
        if let Some(file) = file {
            self.readers.entry(file).or_default().push(reader);
        }
    }
}

/// Over TLS, as far as can be seen, and with nothing but the host's own CAs.
fn trusts_its_host(client: &Client) -> bool {
    let may_use_tls = matches!(client.transport, Transport::Tls(_) | Transport::Unknown(_));
    may_use_tls && client.without_ca() == Absent::SystemRoots
}

fn of<'m, K, Q, V>(map: &'m HashMap<K, Vec<V>>, key: &Q) -> &'m [V]
where
    K: std::borrow::Borrow<Q> + Eq + std::hash::Hash,
    Q: Eq + std::hash::Hash + ?Sized,
{
    map.get(key).map_or(&[], Vec::as_slice)
}
