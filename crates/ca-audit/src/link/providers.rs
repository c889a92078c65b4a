//! Who puts a CA file at a path of hosts: a resource, a folder that Puppet
//! copies, the host's trust store, a package, Puppet itself.

use crate::evidence::Evidence;
use crate::facts::{Content, Write};
use crate::knowledge::{ProvidedCa, provided_ca, trust_stores};
use crate::place::FileId;
use crate::value::Value;

/// Links to links to links: more than these are not followed.
const MAX_LINKS: usize = 8;

/// Somebody who puts a file at a path of hosts.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Provider<'e> {
    /// A resource writes this very path.
    Write(&'e Write),
    /// A resource copies a folder of the repository in which this file is.
    Folder(&'e Write, FileId),
    /// The host's trust store makes it of an anchor that a resource writes.
    TrustStore(&'e Write),
    /// A package or a program, without any help of this repository.
    Known(&'static ProvidedCa),
}

impl Provider<'_> {
    /// The resource, where it is one.
    pub fn write(&self) -> Option<&Write> {
        match self {
            Self::Write(write) | Self::Folder(write, _) | Self::TrustStore(write) => Some(write),
            Self::Known(_) => None,
        }
    }
}

impl Evidence {
    /// Everybody who surely puts a file at `host_path`; a link counts as what
    /// its target has.
    pub fn providers_of(&self, host_path: &str) -> Vec<Provider<'_>> {
        let mut found = Vec::new();
        let mut path = host_path.to_owned();
        for _ in 0..MAX_LINKS {
            let target = self.writes_to(&path, &mut found);
            self.folders_over(&path, &mut found);
            for anchor in anchors_of(&path) {
                let writes = self.writes.iter().filter(|write| is_at(write, &anchor));
                found.extend(
                    writes
                        .filter(|write| gives(write))
                        .map(Provider::TrustStore),
                );
            }
            found.extend(provided_ca(&path).map(Provider::Known));
            match target.filter(|_| found.is_empty()) {
                Some(target) => path = target,
                None => break,
            }
        }
        found
    }

    /// Resources that put something at `path`; gives a link's target.
    fn writes_to<'e>(&'e self, path: &str, found: &mut Vec<Provider<'e>>) -> Option<String> {
        let mut target = None;
        for write in self.writes.iter().filter(|write| is_at(write, path)) {
            match &write.content {
                Content::Link(text) => match text.as_str() {
                    Some(to) if to.starts_with('/') => target = Some(to.to_owned()),
                    _ => found.push(Provider::Write(write)),
                },
                Content::Copy(_) | Content::Inline(_) => found.push(Provider::Write(write)),
                Content::Absent | Content::Unmanaged => {}
            }
        }
        target
    }

    /// Folders of a module that a resource copies as a whole: what lies in them
    /// arrives with them (Puppet's manual, `file`, attribute `recurse`).
    fn folders_over<'e>(&'e self, path: &str, found: &mut Vec<Provider<'e>>) {
        for write in &self.writes {
            let Some(rest) = below(write, path) else {
                continue;
            };
            let served = sources(write).filter_map(Value::as_str);
            let mut files = served.filter_map(|url| {
                let folder = url.trim_end_matches('/');
                self.served_file(&format!("{folder}/{rest}"))
            });
            found.extend(files.next().map(|file| Provider::Folder(write, file)));
        }
    }

    /// Resources that may put a file at `host_path`: a part of their path is not
    /// known, or they copy a folder above it that cannot be seen.
    pub fn possible_writers_of<'e>(&'e self, host_path: &str) -> Vec<&'e Write> {
        let may = |write: &&Write| match &write.content {
            Content::Absent => false,
            // It may write anything.
            _ if write.absent_code().is_some() => false,
            _ if write.path.as_str().is_none() => write.path.may_be(host_path),
            Content::Copy(_) => below(write, host_path).is_some() && !self.is_seen(write),
            _ => false,
        };
        self.writes.iter().filter(may).collect()
    }

    /// Whether every source of a copy is a file of the repository, so that it
    /// is no folder.
    fn is_seen(&self, write: &Write) -> bool {
        sources(write).all(|source| {
            let url = source.as_str();
            url.is_some_and(|url| self.served_file(url).is_some())
        })
    }

    /// Resources that only remove what is at `host_path`, or set nothing but its
    /// owner and mode.
    pub fn other_resources_of<'e>(&'e self, host_path: &'e str) -> impl Iterator<Item = &'e Write> {
        let is_other = |write: &&Write| {
            matches!(
                write.content,
                Content::Absent | Content::Unmanaged | Content::Link(_)
            )
        };
        self.writers_of(host_path).filter(is_other)
    }
}

/// The anchors of which a trust store makes what stands at a path of hosts.
pub fn anchors_of(host_path: &str) -> impl Iterator<Item = String> {
    trust_stores()
        .iter()
        .filter_map(move |store| store.anchor_of(host_path))
}

/// Whether a resource is about this path, as far as `update-ca-certificates`
/// is concerned: in the names of its links a space and a comma are `_`,
/// parentheses are `=`.
fn is_at(write: &Write, path: &str) -> bool {
    let own = write.path.as_str();
    own == Some(path)
        || own.is_some_and(|own| own.contains([' ', '(', ')', ',']) && as_link(own) == path)
}

fn as_link(name: &str) -> String {
    let letter = |letter| match letter {
        ' ' | ',' => '_',
        '(' | ')' => '=',
        other => other,
    };
    name.chars().map(letter).collect()
}

fn gives(write: &Write) -> bool {
    !matches!(write.content, Content::Absent)
}

/// What is left of `path` below the folder that a resource copies.
fn below<'p>(write: &Write, path: &'p str) -> Option<&'p str> {
    let folder = write.path.as_str()?.trim_end_matches('/');
    if folder.is_empty() || !matches!(write.content, Content::Copy(_)) {
        return None;
    }
    path.strip_prefix(folder)?.strip_prefix('/')
}

fn sources(write: &Write) -> impl Iterator<Item = &Value> {
    match &write.content {
        Content::Copy(values) => values.as_slice(),
        _ => &[],
    }
    .iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Memory;
    use crate::value::{Text, Unknown, Why};
    use crate::{Request, audit};

    fn evidence(body: &str) -> Evidence {
        let tree = Memory::new()
            .with(
                "modules/a/manifests/init.pp",
                format!("class a {{\n{body}\n}}\n"),
            )
            .with("modules/a/files/tls/etcd/ca.pem", "x");
        audit(&tree, &Request::default())
    }

    fn kinds(body: &str, path: &str) -> Vec<&'static str> {
        let kind = |provider: &Provider| match provider {
            Provider::Write(_) => "write",
            Provider::Folder(..) => "folder",
            Provider::TrustStore(_) => "store",
            Provider::Known(_) => "known",
        };
        evidence(body).providers_of(path).iter().map(kind).collect()
    }

    #[test]
    fn every_kind_of_provider() {
        let store = "file { '/usr/local/share/ca-certificates/Own (1).crt': source => 'x' }";
        assert_eq!(kinds(store, "/etc/ssl/certs/Own_=1=.pem"), ["store"]);
        let file = "file { '/etc/a/ca.pem': source => 'puppet:///modules/a/ca.pem' }";
        assert_eq!(kinds(file, "/etc/a/ca.pem"), ["write"]);
        assert!(kinds(file, "/etc/a/ca.pe").is_empty());
        let folder = "$ca = '/etc/a/x.pem' file { '/etc/a': source => 'puppet:///modules/a/tls', recurse => true }";
        assert_eq!(kinds(folder, "/etc/a/etcd/ca.pem"), ["write", "folder"]);
        assert!(kinds(folder, "/etc/a/other/ca.pem").is_empty());
        assert_eq!(kinds("", "/var/lib/puppet/ssl/certs/ca.pem"), ["known"]);
    }

    #[test]
    fn a_link_has_what_its_target_has() {
        let link = "file { '/etc/a/ca.pem': ensure => link, target => '/var/lib/puppet/ssl/certs/ca.pem' }";
        assert_eq!(kinds(link, "/etc/a/ca.pem"), ["known"]);
        let nowhere = "file { '/etc/a/ca.pem': ensure => link, target => '/etc/b/ca.pem' }";
        assert!(kinds(nowhere, "/etc/a/ca.pem").is_empty());
        let circle = "file { '/etc/a.pem': ensure => link, target => '/etc/b.pem' } file { '/etc/b.pem': ensure => link, target => '/etc/a.pem' }";
        assert!(kinds(circle, "/etc/a.pem").is_empty());
    }

    #[test]
    fn what_a_text_with_holes_may_be() {
        let hole = Text::hole(Unknown {
            why: Why::Expression,
            at: None,
        });
        let text = |before: &str, after: &str| {
            let mut text = Text::default();
            for part in [Text::literal(before), hole.clone(), Text::literal(after)] {
                text.push(&part);
            }
            text
        };
        assert!(text("/etc/", "/ca.pem").may_be("/etc/x/ca.pem"));
        assert!(!text("/etc/", "/ca.pem").may_be("/etc/x/cb.pem"));
        assert!(!text("/etc/x/ca", "ca.pem").may_be("/etc/x/ca.pem"));
        assert!(hole.may_be("/etc/x/ca.pem"));
    }

    #[test]
    fn folders_that_cannot_be_seen_may_hold_it() {
        let body = "$ca = '/etc/a/x.pem' file { '/etc/a': source => 'puppet:///private/tls', recurse => true }";
        assert_eq!(evidence(body).possible_writers_of("/etc/a/ca.pem").len(), 1);
        assert_eq!(evidence(body).possible_writers_of("/etc/b/ca.pem").len(), 0);
    }
}
