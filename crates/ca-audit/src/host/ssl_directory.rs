//! Puppet's ssl directories: what agents trust and what a CA signs with.
//!
//! Agent: `certs/ca.pem`, `certs/<certname>.pem`, `crl.pem`. CA: `ca_crt.pem`,
//! `ca_crl.pem`, `inventory.txt`, `serial`, `signed/` — below the agent's ssl
//! directory until Puppet 5, in its own folder since. (Puppet's configuration
//! reference, `localcacert`, `certdir`, `cadir`, `cacert`.)

use super::Host;
use crate::place::{FileId, Span};
use crate::tree::{Entry, EntryKind};

/// One ssl directory.
#[derive(Clone, Debug)]
pub struct SslDirectory {
    /// Its path in the tree.
    pub path: String,
    /// The host it lies on: an index into the hosts.
    pub host: Option<usize>,
    /// Whose it is.
    pub kind: SslKind,
    /// The CA file.
    pub ca: FileId,
    /// Certificates that were issued to hosts: the agent's own, or `signed/`.
    pub issued: Vec<FileId>,
    /// The revocation list beside it.
    pub crl: Option<FileId>,
    /// What the authority's `inventory.txt` lists.
    pub inventory: Vec<Issued>,
    /// The server whose CA this should be, as far as a configuration says so.
    pub realm: Option<String>,
}

/// A line of an authority's `inventory.txt`: a certificate that it issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The serial number in hexadecimal, without leading zeros.
    pub serial: String,
    /// The subject, as RFC 4514 writes it.
    pub subject: String,
    /// The line.
    pub at: Span,
}

/// Whose an ssl directory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SslKind {
    /// An agent's.
    Agent,
    /// A certificate authority's.
    Authority,
}

/// Every Puppet ssl directory among the files.
pub fn ssl_directories(
    entries: &[Entry],
    hosts: &[Host],
    read: &dyn Fn(FileId) -> Option<String>,
) -> Vec<SslDirectory> {
    let files = entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| matches!(entry.kind, EntryKind::File));
    let mut found: Vec<SslDirectory> = files
        .filter_map(|(index, entry)| directory(entries, hosts, index, &entry.path, read))
        .collect();
    found.sort_by(|a, b| (a.kind, &a.path).cmp(&(b.kind, &b.path)));
    found
}

fn directory(
    entries: &[Entry],
    hosts: &[Host],
    index: usize,
    path: &str,
    read: &dyn Fn(FileId) -> Option<String>,
) -> Option<SslDirectory> {
    let host = hosts.iter().position(|host| host.host_path(path).is_some());
    let (folder, kind) = match (strip(path, "certs/ca.pem"), strip(path, "ca_crt.pem")) {
        (Some(folder), _) => (folder, SslKind::Agent),
        (_, Some(folder)) => (folder, SslKind::Authority),
        _ => return None,
    };
    if kind == SslKind::Agent && !is_puppet_ssl(entries, hosts, host, folder) {
        return None;
    }
    let realm = host.and_then(|host| match kind {
        SslKind::Agent => hosts[host].puppet.ca_server(),
        SslKind::Authority => hosts[host]
            .puppet
            .server("certname")
            .or_else(|| Some(hosts[host].name.clone())),
    });
    let issued_in = match kind {
        SslKind::Agent => format!("{folder}/certs/"),
        SslKind::Authority => format!("{folder}/signed/"),
    };
    let crl = match kind {
        SslKind::Agent => "crl.pem",
        SslKind::Authority => "ca_crl.pem",
    };
    let inventory = super::find(entries, &format!("{folder}/inventory.txt"));
    Some(SslDirectory {
        crl: super::find(entries, &format!("{folder}/{crl}")),
        inventory: inventory
            .and_then(|file| Some(issued(file, &read(file)?)))
            .unwrap_or_default(),
        path: folder.to_owned(),
        host,
        kind,
        ca: FileId(index as u32),
        issued: below(entries, &issued_in)
            .filter(|id| id.0 as usize != index)
            .collect(),
        realm,
    })
}

/// `0x0004 2026-11-21T17:32:37UTC 2031-11-21T17:32:37UTC /CN=host.test`
fn issued(file: FileId, text: &str) -> Vec<Issued> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let mut words = line.split_whitespace();
        let serial = words.next().and_then(|word| word.strip_prefix("0x"));
        if let (Some(serial), Some(subject)) = (
            serial,
            line.trim_end().split_once(" /").map(|(_, subject)| subject),
        ) {
            found.push(Issued {
                serial: serial.trim_start_matches('0').to_lowercase(),
                subject: subject.replace('/', ","),
                at: Span::new(file, start, start + line.trim_end().len()),
            });
        }
        start += line.len();
    }
    found
}

fn strip<'p>(path: &'p str, name: &str) -> Option<&'p str> {
    path.strip_suffix(name)?.strip_suffix('/')
}

/// A folder with `certs/ca.pem` is Puppet's where a host's configuration says
/// so, where packages put it, or where Puppet's other files stand beside.
fn is_puppet_ssl(entries: &[Entry], hosts: &[Host], host: Option<usize>, folder: &str) -> bool {
    let configured = host.is_some_and(|host| {
        let host = &hosts[host];
        host.puppet.agent("ssldir").as_deref() == host.host_path(folder)
    });
    let beside = |name: &str| super::find(entries, &format!("{folder}/{name}")).is_some();
    let is_named = folder.rsplit('/').next() == Some("ssl");
    let known_place = ["puppet/ssl", "puppet/client/ssl", "puppet/server/ssl"]
        .iter()
        .any(|place| folder.ends_with(place));
    configured
        || known_place
        || (is_named
            && (beside("crl.pem")
                || below(entries, &format!("{folder}/private_keys/"))
                    .next()
                    .is_some()))
}

/// Certificates directly in a folder (a path with its slash).
fn below<'e>(entries: &'e [Entry], folder: &'e str) -> impl Iterator<Item = FileId> + 'e {
    let start = entries.partition_point(|entry| entry.path.as_str() < folder);
    let inside = entries[start..]
        .iter()
        .take_while(move |entry| entry.path.starts_with(folder));
    inside
        .enumerate()
        .filter(move |(_, entry)| {
            entry.path.ends_with(".pem") && !entry.path[folder.len()..].contains('/')
        })
        .map(move |(offset, _)| FileId((start + offset) as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_inventory() {
        let text = "0x0001 2026-11-21T17:28:38UTC 2031-11-21T17:28:38UTC /CN=Puppet CA: a.test\n\n0x001A x y /CN=b.test\n";
        let found = issued(FileId(0), text);
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].serial.as_str(), found[0].subject.as_str()),
            ("1", "CN=Puppet CA: a.test")
        );
        assert_eq!(found[1].serial, "1a");
        assert_eq!(
            &text[found[1].at.start as usize..found[1].at.end as usize],
            "0x001A x y /CN=b.test"
        );
    }
}
