//! Certificates: where they stand, and who signed them.

use super::builder::Builder;
use super::{Flow, Node, NodeId, Proof};
use crate::facts::Cert;
use crate::link::signers::Signer;
use crate::place::{FileId, Span};
use smol_str::SmolStr;
use std::collections::HashMap;

impl Builder<'_> {
    /// Every certificate with its places and its signer.
    pub(super) fn certificates(&mut self) {
        self.stand_in();
        self.signed();
    }

    fn stand_in(&mut self) {
        let mut texts = self.texts();
        for cert in &self.evidence.certs {
            let certificate = self.node(Node::Certificate(*cert.certificate.sha256()));
            let holders = self.holders(cert, &mut texts);
            for holder in holders {
                self.edge(certificate, holder, Flow::StandsIn, Some(cert.at));
            }
        }
    }

    /// The texts that resources take their content from, by file.
    fn texts(&self) -> HashMap<FileId, Vec<(Span, NodeId)>> {
        let mut texts: HashMap<FileId, Vec<(Span, NodeId)>> = HashMap::new();
        for (id, node) in self.graph.nodes() {
            if let Node::RepositoryText { at, .. } = node {
                texts.entry(at.file).or_default().push((*at, id));
            }
        }
        texts
    }

    /// The nodes in which a certificate stands: the file, the texts in it that
    /// resources use, or the value of the document that holds it.
    fn holders(
        &mut self,
        cert: &Cert,
        texts: &mut HashMap<FileId, Vec<(Span, NodeId)>>,
    ) -> Vec<NodeId> {
        let file = cert.at.file;
        let holds = |text: &Span| text.start <= cert.at.start && cert.at.end <= text.end;
        let mut found: Vec<NodeId> = texts
            .get(&file)
            .into_iter()
            .flatten()
            .filter(|(text, _)| holds(text))
            .map(|(_, id)| *id)
            .collect();
        let whole = match self.host_file(file) {
            Some(on_host) => Some(on_host),
            None => Some(Node::RepositoryFile(file))
                .filter(|whole| cert.container.is_empty() || self.graph.find(whole).is_some()),
        };
        // A file that a resource copies counts as a whole, whatever it holds.
        if let Some(whole) =
            whole.filter(|whole| found.is_empty() || self.graph.find(whole).is_some())
        {
            found.push(self.node(whole));
        } else if found.is_empty() {
            let id = self.value(cert, texts);
            found.push(id);
        }
        found
    }

    /// The value of a document: certificates that stand under one name side by
    /// side are one text.
    fn value(&mut self, cert: &Cert, texts: &mut HashMap<FileId, Vec<(Span, NodeId)>>) -> NodeId {
        let name: SmolStr = cert.container.clone();
        let here = texts.entry(cert.at.file).or_default();
        let graph = &self.graph;
        let same = here.last().filter(|(_, id)| {
            matches!(graph.node(*id), Node::RepositoryText { name: other, .. } if *other == name)
        });
        if let Some((_, id)) = same {
            return *id;
        }
        let id = self.node(Node::RepositoryText { at: cert.at, name });
        texts.entry(cert.at.file).or_default().push((cert.at, id));
        id
    }

    fn signed(&mut self) {
        let signers = self.evidence.signers();
        for (certificate, _) in self.evidence.inventory() {
            let (by, proof) = match signers.of(certificate) {
                Signer::Itself | Signer::NotHere => continue,
                Signer::Known(by) => (by, Proof::Key),
                Signer::Unchecked(by, _) => (by, Proof::Unchecked),
                Signer::AnotherKey(by) => (by, Proof::NameOnly),
            };
            let child = self.node(Node::Certificate(*certificate.sha256()));
            for ca in by {
                let ca = self.node(Node::Certificate(*ca.sha256()));
                self.edge(ca, child, Flow::Signed(proof), None);
            }
        }
    }
}
