//! Where one certificate stands, in the order in which a user would edit.

use crate::certificate_words::counted_more;
use crate::finding::Related;
use ca_audit::facts::{Cert, Write};
use ca_audit::place::{FileId, Span};
use ca_audit::{Evidence, SourceEnd};
use std::collections::HashMap;

/// More places than these are counted, not listed.
const LISTED: usize = 12;

/// A file with so many certificates is a bundle of public CAs. The smallest
/// that a system ships has over a hundred; what people put together by hand has
/// less than this.
const BULK: usize = 16;

/// Where the packages of a distribution keep public CAs, on a host.
/// (Debian's `ca-certificates`, Fedora's `p11-kit` and `ca-certificates`.)
const PACKAGED: [&str; 5] = [
    "/usr/share/ca-certificates/",
    "/usr/share/pki/",
    "/etc/pki/ca-trust/extracted/",
    "/usr/share/ca-certs/",
    "/var/lib/ca-certificates/",
];

/// What is known of the places of certificates.
pub(crate) struct Sightings<'e> {
    evidence: &'e Evidence,
    /// What Puppet deploys, by the file it comes from; part of the file where
    /// the content is text in it.
    deployed: HashMap<FileId, Vec<(Option<Span>, &'e Write)>>,
}

impl<'e> Sightings<'e> {
    pub(crate) fn new(evidence: &'e Evidence) -> Self {
        let mut deployed: HashMap<FileId, Vec<(Option<Span>, &Write)>> = HashMap::new();
        for write in &evidence.writes {
            for source in evidence.sources_of(write).into_iter().flatten() {
                let (file, part) = match source.end {
                    SourceEnd::Repository(file) => (file, None),
                    SourceEnd::Inline(span) => (span.file, Some(span)),
                    _ => continue,
                };
                deployed.entry(file).or_default().push((part, write));
            }
        }
        Self { evidence, deployed }
    }

    /// Without copies that only remember the past; the place to edit first:
    /// data and objects, what Puppet deploys, other files, files of hosts.
    pub(crate) fn in_edit_order(&self, certs: &[&'e Cert]) -> Vec<&'e Cert> {
        let mut certs: Vec<&Cert> = certs.to_vec();
        certs.retain(|cert| !self.evidence.is_past(cert.at.file));
        certs.sort_by_key(|cert| (self.rank(cert), cert.at));
        certs
    }

    fn rank(&self, cert: &Cert) -> u8 {
        let place = if self.evidence.host_of(cert.at.file).is_some() {
            3
        } else if !cert.container.is_empty() {
            0
        } else if self.write_of(cert).is_some() {
            1
        } else {
            2
        };
        place + 4 * u8::from(self.evidence.is_aside(cert.at.file))
    }

    /// Whether anything shows that the certificate is used from this place: a
    /// host has it, Puppet deploys it, or data or an object holds it.
    pub(crate) fn is_used(&self, cert: &Cert) -> bool {
        self.evidence.host_of(cert.at.file).is_some()
            || !cert.container.is_empty()
            || self.write_of(cert).is_some()
    }

    /// The resource that puts a certificate on hosts.
    pub(crate) fn write_of(&self, cert: &Cert) -> Option<&'e Write> {
        let holds = |part: &Option<Span>| {
            part.is_none_or(|part| part.start <= cert.at.start && cert.at.end <= part.end)
        };
        let writes = self.deployed.get(&cert.at.file)?;
        let (_, write) = writes.iter().find(|(part, _)| holds(part))?;
        Some(write)
    }

    /// Whether it stands among public CAs that somebody else looks after.
    pub(crate) fn is_bulk(&self, cert: &Cert) -> bool {
        let file = cert.at.file;
        let packaged = self.evidence.host_of(file).is_some_and(|host| {
            let path = host.host_path(self.evidence.path(file)).unwrap_or_default();
            PACKAGED.iter().any(|folder| path.starts_with(folder))
        });
        packaged || self.evidence.certs_in(file).len() >= BULK
    }

    /// What a place is, in a few words: `on host web1`, `Puppet puts it at …`.
    pub(crate) fn words(&self, cert: &Cert) -> String {
        if let Some(host) = self.evidence.host_of(cert.at.file) {
            return format!("on host {}", host.name);
        }
        if let Some(write) = self.write_of(cert) {
            return format!("Puppet puts it at {}", write.path);
        }
        if cert.container.is_empty() {
            return "in this file".into();
        }
        format!("under {}", cert.container)
    }

    /// The places as places of a finding, each led by `lead`; the last says how
    /// many more there are.
    pub(crate) fn related(&self, lead: &str, certs: &[&Cert]) -> Vec<Related> {
        let listed = certs.iter().take(LISTED).enumerate();
        let related = listed.map(|(index, cert)| {
            let mut words = format!("{lead}, {}", self.words(cert));
            if index + 1 == LISTED && certs.len() > LISTED {
                words.push_str(&counted_more(certs.len() - LISTED, "place"));
            }
            Related::new(cert.at, words)
        });
        related.collect()
    }
}
