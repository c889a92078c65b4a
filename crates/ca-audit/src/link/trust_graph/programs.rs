//! Programs, and what they trust.

use super::builder::Builder;
use super::{Flow, Node, NodeId};
use crate::evidence::{Client, Transport};
use crate::facts::{Anchor, Cert};
use crate::host::SslKind;
use crate::knowledge::Absent;
use crate::link::reliance::Reliance;
use crate::place::{FileId, Span};
use smol_str::format_smolstr;

impl Builder<'_> {
    /// Every client of etcd that may speak TLS, and everybody else who is given
    /// a CA.
    pub(super) fn programs(&mut self) {
        for client in &self.evidence.reads {
            let program = self.program(client, client.read.at);
            self.anchor(client, client.read.at, program);
            for at in &client.instances {
                let instance = self.program(client, *at);
                self.edge(program, instance, Flow::OnHost, Some(*at));
                self.anchor(client, *at, instance);
            }
        }
        for reliance in &self.evidence.reliances {
            self.reliance(reliance);
        }
    }

    /// A program that is given a CA, whatever else it is told. What is not in
    /// the tree is not drawn: who reads a template's expression says nothing.
    fn reliance(&mut self, reliance: &Reliance) {
        let (at, flow) = (reliance.read.at, Flow::ReadBy(reliance.read.role));
        let mut named: Vec<NodeId> = Vec::new();
        for ca in &reliance.ca_paths {
            let on_host = self.on_host_of(at, &ca.path);
            let generic = Node::HostPath(ca.path.as_str().into());
            named.push(on_host.unwrap_or_else(|| self.node(generic)));
        }
        if named.is_empty() {
            let mut seen: Option<(FileId, &str)> = None;
            for cert in self.evidence.certs_relied_on(reliance) {
                // Certificates side by side under one name are one text.
                let text = (cert.at.file, cert.container.as_str());
                if seen.replace(text) != Some(text) {
                    named.push(self.text_of(cert));
                }
            }
        }
        if named.is_empty() {
            return;
        }
        let host = self.host_index(at);
        let program = self.node(Node::Program {
            name: reliance.read.program.name(),
            at: Some(at),
            host,
        });
        for from in named {
            self.edge(from, program, flow, Some(at));
        }
    }

    /// The value, or the file, in which a certificate stands.
    fn text_of(&mut self, cert: &Cert) -> NodeId {
        if cert.container.is_empty() || self.evidence.host_of(cert.at.file).is_some() {
            return self.file(cert.at.file);
        }
        self.node(Node::RepositoryText {
            at: cert.at,
            name: cert.container.clone(),
        })
    }

    fn program(&mut self, client: &Client, at: Span) -> NodeId {
        let host = self.host_index(at);
        self.node(Node::Program {
            name: client.fragment.consumer.program(),
            at: Some(at),
            host,
        })
    }

    fn host_index(&self, at: Span) -> Option<usize> {
        let path = self.evidence.path(at.file);
        let mut hosts = self.evidence.hosts.iter();
        hosts.position(|host| host.host_path(path).is_some())
    }

    fn anchor(&mut self, client: &Client, at: Span, program: NodeId) {
        let role = client.read.role;
        match &client.read.anchor {
            Anchor::Path { path, at: said_at } => {
                let generic = self.node(Node::HostPath(format_smolstr!("{path}")));
                let on_host = path.as_str().and_then(|path| self.on_host_of(at, path));
                let named = on_host.unwrap_or(generic);
                self.edge(named, program, Flow::ReadBy(role), Some(*said_at));
            }
            _ => {
                if let Some(trusted) = self.without_anchor(client, at) {
                    self.edge(trusted, program, Flow::TrustedByDefault(role), Some(at));
                }
            }
        }
    }

    /// The file at `path` on the host on which the setting at `at` lies.
    fn on_host_of(&mut self, at: Span, path: &str) -> Option<NodeId> {
        let host = self.evidence.host_of(at.file)?;
        let file = self.evidence.host_file(host, path)?;
        Some(self.file(file))
    }

    /// What a client trusts that names no CA; nothing where it speaks without
    /// TLS.
    fn without_anchor(&mut self, client: &Client, at: Span) -> Option<NodeId> {
        if !matches!(client.transport, Transport::Tls(_) | Transport::Unknown(_)) {
            return None;
        }
        let outside = match client.without_ca() {
            Absent::SystemRoots => return Some(self.roots_at(at)),
            Absent::Certifi => "the bundle of the Python package certifi",
            Absent::NoVerification => "anybody: it verifies nothing",
            Absent::EmptyPool | Absent::Refuses => "nobody: without a CA it does not connect",
            Absent::Plaintext | Absent::NoClientAuthentication => return None,
            Absent::Unknown => "what it does without a CA is not known",
        };
        Some(self.node(Node::Outside(outside.into())))
    }

    /// What the host of a setting trusts by itself.
    fn roots_at(&mut self, at: Span) -> NodeId {
        let host = self.evidence.host_of(at.file);
        match host.and_then(|host| self.evidence.system_bundle(host)) {
            Some(bundle) => self.file(bundle),
            None => self.node(Node::SystemRoots),
        }
    }

    /// Puppet's agents and authorities, each in its realm.
    pub(super) fn agents(&mut self) {
        for directory in &self.evidence.ssl_directories {
            let ca = self.file(directory.ca);
            let realm = self.node(Node::Realm(directory.realm.as_deref().map(Into::into)));
            if directory.kind == SslKind::Authority {
                self.edge(ca, realm, Flow::IssuesFor, None);
                continue;
            }
            self.edge(ca, realm, Flow::TrustedIn, None);
        }
    }
}
