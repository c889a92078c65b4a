//! Both ends of a connection to etcd, where both are in the tree: the
//! certificates that a server presents, and those that a client trusts.

use super::ca_paths::EtcdName;
use super::servers::EtcdServer;
use crate::certificate::Certificate;
use crate::evidence::{Client, Evidence};
use crate::facts::Cert;
use crate::host::Host;
use crate::link::providers::anchors_of;

/// What an etcd server presents to its clients.
#[derive(Clone, Debug)]
pub struct Presented<'e> {
    /// The server.
    pub server: &'e EtcdServer,
    /// Its own certificate.
    pub leaf: &'e Cert,
    /// What its file holds besides.
    pub others: Vec<&'e Cert>,
    /// The host on which it stands, where it is a host's file.
    pub host: Option<&'e Host>,
}

/// A CA file as a client gets it.
#[derive(Clone, Debug)]
pub struct Trusted<'e> {
    /// The path on the host.
    pub path: &'e str,
    /// The host, where it is a host's file; else it is what the repository puts
    /// there.
    pub host: Option<&'e Host>,
    /// The CAs in it.
    pub certs: Vec<&'e Cert>,
}

impl Evidence {
    /// What every etcd server presents, as far as it is in the tree.
    pub fn presented(&self) -> Vec<Presented<'_>> {
        let of = |server| self.presented_by(server);
        self.servers.iter().flat_map(of).collect()
    }

    fn presented_by<'e>(&'e self, server: &'e EtcdServer) -> Vec<Presented<'e>> {
        let host = self.host_of(server.fragment.at.file);
        let mut found = Vec::new();
        for path in server.certificate_paths() {
            for (host, certs) in self.standing_at(path, host.as_slice()) {
                // A server presents the first certificate of its file as its
                // own (RFC 8446 §4.4.2).
                let [leaf, others @ ..] = certs.as_slice() else {
                    continue;
                };
                found.push(Presented {
                    server,
                    leaf,
                    others: others.to_vec(),
                    host,
                });
            }
        }
        found
    }

    /// The CAs that a client trusts, as far as they are in the tree.
    pub fn trusted_by<'e>(&'e self, client: &'e Client) -> Vec<Trusted<'e>> {
        let hosts = self.hosts_of(client);
        let mut found = Vec::new();
        for ca in &client.ca_paths {
            for (host, certs) in self.standing_at(&ca.path, &hosts) {
                found.push(Trusted {
                    path: &ca.path,
                    host,
                    certs,
                });
            }
        }
        found
    }

    /// The certificates at a path of these hosts; without hosts, those that the
    /// repository puts there.
    fn standing_at<'e>(
        &'e self,
        path: &str,
        hosts: &[&'e Host],
    ) -> Vec<(Option<&'e Host>, Vec<&'e Cert>)> {
        let mut found = Vec::new();
        for host in hosts {
            let file = self.host_file(host, path);
            let certs = file.map_or(&[][..], |file| self.certs_in(file));
            found.push((Some(*host), certs.iter().collect()));
        }
        if hosts.is_empty() {
            let anchors = anchors_of(path).chain(std::iter::once(path.to_owned()));
            for path in anchors {
                let sources = self.writers_of(&path).filter_map(|it| self.sources_of(it));
                let ends = sources.flatten().map(|source| source.end);
                found.extend(ends.map(|end| (None, self.certs_of(&end))));
            }
        }
        found.retain(|(_, certs)| !certs.is_empty());
        found
    }
}

impl Presented<'_> {
    /// Whether a client talks to this server: one of its endpoints is a name in
    /// the certificate, or the host's own.
    pub fn is_server_of(&self, client: &Client) -> bool {
        let certificate = &self.leaf.certificate;
        client.etcd.iter().any(|name| match name {
            EtcdName::Server(server) => {
                let host = server.rsplit_once(':').map_or(&**server, |(host, _)| host);
                is_named(certificate, host) || self.host.is_some_and(|own| own.name == host)
            }
            EtcdName::DataKey(_) | EtcdName::Expression { .. } => false,
        })
    }
}

fn is_named(certificate: &Certificate, host: &str) -> bool {
    let names = certificate.server_names();
    let is_address = |ip: &std::net::IpAddr| ip.to_string() == host;
    names.dns.iter().any(|name| name.eq_ignore_ascii_case(host))
        || names.ip.iter().any(is_address)
        || certificate
            .subject_text()
            .split(", ")
            .any(|part| part.strip_prefix("CN=") == Some(host))
}
