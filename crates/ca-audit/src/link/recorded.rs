//! What Puppet recorded, asked together with what the tree holds now.

use crate::evidence::Evidence;
use crate::facts::{Cert, Write};
use crate::host::Host;
use crate::host::records::{Digest, HostRecords, Recorded};
use crate::link::managed::SourceEnd;
use crate::place::FileId;
use crate::value::Text;

impl Evidence {
    /// What Puppet recorded on a host.
    pub fn records_of(&self, host: &Host) -> Option<&HostRecords> {
        self.records.iter().find(|records| {
            let of = records.host.map(|index| &self.hosts[index]);
            of.is_some_and(|of| of.root == host.root && of.name == host.name)
        })
    }

    /// What the newest catalog of a host writes at a path: this and nothing else
    /// is what its next run does, as long as the server compiles the same.
    pub fn catalog_write(&self, host: &Host, host_path: &str) -> Option<&Recorded> {
        self.records_of(host)?.catalog_write(host_path)
    }

    /// What the code at hand writes at a path of the host that has these
    /// records, also where it names the path as it was when Puppet ran.
    pub fn code_writes<'e>(
        &'e self,
        records: &HostRecords,
        host_path: &str,
    ) -> impl Iterator<Item = &'e Write> {
        let recorded = format!("{}{host_path}", records.recorded_root);
        let host_path = host_path.to_owned();
        self.writes.iter().filter(move |write| {
            let path = write.path.as_str();
            path == Some(host_path.as_str()) || path == Some(recorded.as_str())
        })
    }

    /// A path as a host has it, where the host lay below another folder when
    /// Puppet ran there and the path names that.
    pub fn path_on<'p>(&self, host: &Host, path: &'p str) -> &'p str {
        let records = self.records_of(host);
        records.map_or(path, |records| records.path_on_host(path))
    }

    /// Where what is written at a path of the host comes from: what its catalog
    /// says, which is exact; else what the code at hand says.
    pub fn recorded_sources(&self, records: &HostRecords, host_path: &str) -> Vec<SourceEnd> {
        match records.catalog_write(host_path) {
            Some(recorded) => self.ends(std::iter::once(&recorded.write), records),
            None => self.code_sources(records, host_path),
        }
    }

    /// Where it comes from by the code at hand.
    pub fn code_sources(&self, records: &HostRecords, host_path: &str) -> Vec<SourceEnd> {
        self.ends(self.code_writes(records, host_path), records)
    }

    fn ends<'e>(
        &self,
        writes: impl Iterator<Item = &'e Write>,
        records: &HostRecords,
    ) -> Vec<SourceEnd> {
        let mut ends: Vec<SourceEnd> = Vec::new();
        for source in writes.flat_map(|write| self.sources_of(write).unwrap_or_default()) {
            let end = relocated(source.end, records);
            if !ends.contains(&end) {
                ends.push(end);
            }
        }
        ends
    }

    /// A file of the tree that has the content with this checksum, among those
    /// with certificates.
    pub fn file_with(&self, digest: &Digest) -> Option<FileId> {
        self.contents.file(digest)
    }

    /// Whether a file has the content with this checksum; `None` where that was
    /// not looked at.
    pub fn has_content(&self, file: FileId, digest: &Digest) -> Option<bool> {
        let known = self.contents.digests(file);
        let same_kind = known.iter().find(|known| known.kind == digest.kind)?;
        Some(same_kind == digest)
    }

    /// The certificates in the content with this checksum, where the tree has it.
    pub fn certs_with(&self, digest: &Digest) -> &[Cert] {
        self.file_with(digest)
            .map_or(&[], |file| self.certs_in(file))
    }
}

/// A path that code names as it was when Puppet ran, as the host has it.
fn relocated(end: SourceEnd, records: &HostRecords) -> SourceEnd {
    let (SourceEnd::SameHost(text) | SourceEnd::Elsewhere(text)) = &end else {
        return end;
    };
    match text.as_str().map(|path| (path, records.path_on_host(path))) {
        Some((path, on_host)) if path != on_host => SourceEnd::SameHost(Text::literal(on_host)),
        _ => end,
    }
}
