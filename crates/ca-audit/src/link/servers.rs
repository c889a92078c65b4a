//! Fragments to etcd servers: what they ask of their clients.

use super::clients::Linker;
use crate::evidence::Deployed;
use crate::invocation::{Fragment, SettingKind};
use crate::value::{Piece, Text};

/// An etcd server, with everything that is set for it.
#[derive(Clone, Debug)]
pub struct EtcdServer {
    /// Its settings, those of other files of the same invocation included.
    pub fragment: Fragment,
    /// Where the file that sets it is deployed.
    pub deployed_at: Option<Deployed>,
}

impl EtcdServer {
    /// Whether every address on which it listens is `http`.
    pub fn is_plain(&self) -> bool {
        let mut endpoints = self.fragment.active(SettingKind::Endpoint).peekable();
        endpoints.peek().is_some()
            && endpoints.all(|endpoint| {
                let text = literal(&endpoint.value);
                text.contains("http://") && !text.contains("https://")
            })
    }

    /// The files that hold the certificate that it presents, as far as they are
    /// written out.
    pub fn certificate_paths(&self) -> impl Iterator<Item = &str> {
        let certificates = self.fragment.active(SettingKind::ClientCertificate);
        certificates.filter_map(|setting| setting.value.as_str())
    }
}

/// Every etcd server that the fragments make, in order of place.
pub(super) fn servers(linker: &Linker<'_>) -> Vec<EtcdServer> {
    let own = linker.fragments.iter();
    let own = own.filter(|fragment| fragment.consumer.role == "etcd-server");
    let mut servers: Vec<EtcdServer> = own
        .map(|fragment| EtcdServer {
            fragment: Fragment {
                settings: linker.united(fragment),
                ..fragment.clone()
            },
            deployed_at: linker.deployed(fragment.at.file),
        })
        .collect();
    servers.sort_by_key(|server| (server.fragment.at, server.fragment.consumer.id));
    servers
}

fn literal(text: &Text) -> String {
    let literals = text.pieces.iter().filter_map(|piece| match piece {
        Piece::Literal(text) => Some(&**text),
        Piece::Hole(_) => None,
    });
    literals.collect()
}
