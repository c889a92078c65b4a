//! Where a CA ought to stand, and who says so.

use crate::ca_name::{file_names_a_ca, key_names_a_ca, local_anchor_folder, without_index};
use crate::evidence::{Client, Evidence};
use crate::facts::{Anchor, Cert, CertForm, Write};
use crate::host::{Host, SslKind};
use crate::link::managed::SourceEnd;
use crate::place::{FileId, Span};
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// A place where a CA ought to stand.
#[derive(Clone, Debug)]
pub struct CaPlace<'e> {
    /// The file.
    pub file: FileId,
    /// The part of the file, where it is not all of it: text in a manifest, a
    /// key's value.
    pub part: Option<Span>,
    /// What stands there now.
    pub certs: Vec<&'e Cert>,
    /// Who asks for a CA there.
    pub asked_by: CaAsker,
    /// Where that is said, if it is said elsewhere.
    pub asked_at: Option<Span>,
}

/// Who expects a CA at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CaAsker {
    /// Puppet's agent: `certs/ca.pem` in its ssl directory.
    PuppetAgent,
    /// Puppet's CA: `ca_crt.pem`.
    PuppetAuthority,
    /// The host's trust store: a folder of local CAs.
    TrustStore(&'static str),
    /// A program that names this path as its CA.
    Program {
        /// Its name.
        program: &'static str,
        /// The path.
        path: String,
    },
    /// A key of a document that is named like a CA.
    Key(SmolStr),
    /// A path on hosts that is named like a CA.
    Path(String),
}

impl Evidence {
    /// Every place where a CA ought to stand, in order; a place that several
    /// expect it at is told for each.
    pub fn ca_places(&self) -> Vec<CaPlace<'_>> {
        let mut places = self.in_ssl_directories();
        places.extend(self.reads.iter().flat_map(|client| self.of_client(client)));
        places.extend(self.writes.iter().flat_map(|write| self.of_write(write)));
        places.extend(self.on_hosts());
        places.extend(self.under_keys());
        // The surest comes first where one place is named twice in one way.
        places.sort_by_key(|place| (place.file, place.part));
        places.dedup_by(|a, b| (a.file, a.part, &a.asked_by) == (b.file, b.part, &b.asked_by));
        places
    }

    fn in_ssl_directories(&self) -> Vec<CaPlace<'_>> {
        let place = |directory: &crate::host::SslDirectory| {
            let asked_by = match directory.kind {
                SslKind::Agent => CaAsker::PuppetAgent,
                SslKind::Authority => CaAsker::PuppetAuthority,
            };
            self.whole_file(directory.ca, asked_by, None)
        };
        self.ssl_directories.iter().map(place).collect()
    }

    /// The file that a client names as its CA: on the hosts where the client
    /// is, and what Puppet puts there.
    fn of_client<'e>(&'e self, client: &'e Client) -> Vec<CaPlace<'e>> {
        let Anchor::Path { path, at } = &client.read.anchor else {
            return Vec::new();
        };
        let Some(path) = path.as_str() else {
            return Vec::new();
        };
        let asked_by = CaAsker::Program {
            program: client.fragment.consumer.program(),
            path: path.to_owned(),
        };
        let on_host = |host: &Host| {
            let file = self.host_file(host, path)?;
            Some(self.whole_file(file, asked_by.clone(), Some(*at)))
        };
        let mut places: Vec<CaPlace> = self
            .hosts_of(client)
            .into_iter()
            .filter_map(on_host)
            .collect();
        for write in self.writers_of(path) {
            places.extend(self.sources(write, &asked_by, *at));
        }
        places
    }

    /// The hosts in the tree on which a client's settings are deployed.
    pub fn hosts_of(&self, client: &Client) -> Vec<&Host> {
        let files = std::iter::once(client.read.at.file);
        let files = files.chain(client.instances.iter().map(|at| at.file));
        files.filter_map(|file| self.host_of(file)).collect()
    }

    fn of_write<'e>(&'e self, write: &'e Write) -> Vec<CaPlace<'e>> {
        let asked_by = write.path.as_str().and_then(asker_of_path);
        asked_by.map_or_else(Vec::new, |asked_by| {
            self.sources(write, &asked_by, write.declared_at())
        })
    }

    /// What a write puts on hosts, as far as it is in this tree.
    fn sources<'e>(&'e self, write: &Write, asked_by: &CaAsker, at: Span) -> Vec<CaPlace<'e>> {
        let sources = self.sources_of(write).into_iter().flatten();
        let place = |end: SourceEnd| match end {
            SourceEnd::Repository(file) => Some(self.whole_file(file, asked_by.clone(), Some(at))),
            SourceEnd::Inline(span) => Some(CaPlace {
                file: span.file,
                part: Some(span),
                certs: self.certs_of(&SourceEnd::Inline(span)),
                asked_by: asked_by.clone(),
                asked_at: Some(at),
            }),
            _ => None,
        };
        sources.filter_map(|source| place(source.end)).collect()
    }

    /// Files of hosts that lie or are named like a CA: those that hold a
    /// certificate, and those that cannot be read.
    fn on_hosts(&self) -> Vec<CaPlace<'_>> {
        let mut files: BTreeSet<FileId> = self.certs_by_file.keys().copied().collect();
        files.extend(self.gaps.iter().map(|gap| gap.at.file));
        let place = |file: FileId| {
            let host_path = self.host_of(file)?.host_path(self.path(file))?;
            let asked_by = asker_of_path(host_path)?;
            Some(self.whole_file(file, asked_by, None))
        };
        let current = files.into_iter().filter(|file| !self.is_past(*file));
        current.filter_map(place).collect()
    }

    /// Certificates under keys that are named like a CA.
    fn under_keys(&self) -> Vec<CaPlace<'_>> {
        let mut places: Vec<CaPlace> = Vec::new();
        for cert in &self.certs {
            // The names inside a key store are not a document's keys.
            if is_store(cert) || !key_names_a_ca(without_index(&cert.container)) {
                continue;
            }
            let asked_by = CaAsker::Key(cert.container.clone());
            match places.last_mut() {
                Some(last) if last.file == cert.at.file && last.asked_by == asked_by => {
                    last.part = last.part.map(|part| Span {
                        end: part.end.max(cert.at.end),
                        ..part
                    });
                    last.certs.push(cert);
                }
                _ => places.push(CaPlace {
                    file: cert.at.file,
                    part: Some(cert.at),
                    certs: vec![cert],
                    asked_by,
                    asked_at: None,
                }),
            }
        }
        places
    }

    fn whole_file(&self, file: FileId, asked_by: CaAsker, asked_at: Option<Span>) -> CaPlace<'_> {
        CaPlace {
            file,
            part: None,
            certs: self.certs_in(file).iter().collect(),
            asked_by,
            asked_at,
        }
    }
}

fn asker_of_path(host_path: &str) -> Option<CaAsker> {
    if let Some(folder) = local_anchor_folder(host_path) {
        return Some(CaAsker::TrustStore(folder));
    }
    file_names_a_ca(host_path).then(|| CaAsker::Path(host_path.to_owned()))
}

/// Whether what it stands under is an alias, not a key of data.
fn is_store(cert: &Cert) -> bool {
    let stores = [CertForm::Pkcs12, CertForm::Jks, CertForm::Jceks];
    stores.contains(&cert.encoding.form)
}
