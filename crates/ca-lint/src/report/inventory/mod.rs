//! Every certificate and every place where it stands.
//!
//! A new form is a file here and a value of `InventoryFormat`.

mod csv;
mod cyclonedx;
mod entry;
mod file_digest;
mod html;
mod human;
mod json;
mod jsonl;
#[cfg(test)]
mod tests;
mod wanted;

pub use csv::csv;
pub use cyclonedx::{SpecVersion, cyclonedx};
pub use html::{Page, html};
pub use human::{Layout, concise, human};
pub use json::json;
pub use jsonl::jsonl;
pub use wanted::Wanted;

use super::json::Locate;
use super::{Places, distinct_gaps};
use ca_audit::certificate::Certificate;
use ca_audit::facts::{Cert, Gap};
use ca_audit::place::Span;
use ca_audit::tree::Tree;
use ca_audit::trust_graph::{Node, NodeId, TrustGraph};
use ca_audit::{Evidence, Reader, Signer, Writer};
use file_digest::FileDigest;

/// What a report of certificates is made of.
pub struct Inventory<'a> {
    evidence: &'a Evidence,
    /// By SHA-256.
    items: Vec<Item<'a>>,
    gaps: Vec<&'a Gap>,
    places: Places,
    /// What was asked for, if not everything.
    wanted: Option<&'a Wanted>,
}

/// One certificate and where it stands.
struct Item<'a> {
    certificate: &'a Certificate,
    signer: Signer<'a>,
    /// By place.
    sightings: Vec<Sighting<'a>>,
}

/// One place where a certificate stands.
struct Sighting<'a> {
    cert: &'a Cert,
    writers: Vec<Writer<'a>>,
    readers: Vec<Reader>,
    /// Where the file is one that Puppet compares with `ca_fingerprint`.
    file: Option<FileDigest>,
}

impl<'a> Inventory<'a> {
    /// Collects the certificates, or those that are `wanted`, and works out
    /// who signed them, who uses them, and their lines.
    pub fn new(tree: &dyn Tree, evidence: &'a Evidence, wanted: Option<&'a Wanted>) -> Self {
        let mut items = items(tree, evidence);
        if let Some(wanted) = wanted {
            items.retain(|item| wanted.is(item));
        }
        let gaps = distinct_gaps(evidence);
        let sightings = items.iter().flat_map(|item| &item.sightings);
        let spans = sightings
            .flat_map(Sighting::spans)
            .chain(gaps.iter().map(|gap| gap.at))
            .collect();
        Self {
            places: Places::resolve(tree, evidence, spans),
            evidence,
            items,
            gaps,
            wanted,
        }
    }

    /// How many places could not be seen.
    pub fn gaps(&self) -> usize {
        self.gaps.len()
    }

    /// The certificates as nodes of the graph, where some were asked for.
    pub fn asked_for(&self, graph: &TrustGraph) -> Option<Vec<NodeId>> {
        self.wanted?;
        let nodes = self
            .items
            .iter()
            .map(|item| Node::Certificate(*item.certificate.sha256()));
        Some(nodes.filter_map(|node| graph.find(&node)).collect())
    }

    fn locate(&self) -> Locate<'_> {
        Locate {
            evidence: self.evidence,
            places: &self.places,
        }
    }

    /// The line on which something begins.
    fn line(&self, at: Span) -> u32 {
        self.places.region(at).start.line
    }
}

fn items<'a>(tree: &dyn Tree, evidence: &'a Evidence) -> Vec<Item<'a>> {
    let (usage, signers) = (evidence.usage(), evidence.signers());
    let digests = file_digest::digests(tree, evidence);
    let sighting = |cert: &'a Cert| Sighting {
        cert,
        writers: usage.writers(cert),
        readers: usage.readers(cert),
        file: digests.get(&cert.at.file).cloned(),
    };
    let item = |(certificate, mut certs): (&'a std::sync::Arc<Certificate>, Vec<&'a Cert>)| {
        certs.sort_by_key(|cert| cert.at);
        certs.dedup_by_key(|cert| cert.at);
        Item {
            certificate: certificate.as_ref(),
            signer: signers.of(certificate).clone(),
            sightings: certs.into_iter().map(sighting).collect(),
        }
    };
    evidence.inventory().into_iter().map(item).collect()
}

impl Sighting<'_> {
    /// Every place that a report may tell of it.
    fn spans(&self) -> impl Iterator<Item = Span> {
        let writers = self.writers.iter().map(|writer| writer.write.declared_at());
        let readers = self.readers.iter().filter_map(|reader| reader.at);
        std::iter::once(self.cert.at).chain(writers).chain(readers)
    }
}

impl Item<'_> {
    /// What Puppet compares with `ca_fingerprint`, where the certificate stands
    /// in a CA file of Puppet's.
    fn puppet_ca_fingerprint(&self) -> Option<&str> {
        let files = self.sightings.iter().filter_map(|sighting| {
            let file = sighting.file.as_ref()?;
            file.is_puppet.then_some(file.sha256.as_str())
        });
        files.into_iter().next()
    }
}
