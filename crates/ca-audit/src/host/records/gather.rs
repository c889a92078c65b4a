//! Sorts records by the host that they are about, in that host's own paths.

use super::HostRecords;
use super::bucket::{self, Kept};
use super::catalog::Catalog;
use super::declared::Manifests;
use super::digest::Digest;
use super::record::{Record, What};
use super::recorded_root::{on_host, recorded_root};
use super::report::Run;
use crate::facts::Content;
use crate::host::{Host, find};
use crate::place::{FileId, Span};
use crate::tree::{Entry, Tree};
use crate::value::{Data, Text, Value};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// All records of a tree, by host; those of hosts outside it at the end.
pub(crate) fn gather(
    tree: &dyn Tree,
    entries: &[Entry],
    hosts: &[Host],
    records: Vec<(FileId, Record)>,
) -> Vec<HostRecords> {
    if records.is_empty() {
        return Vec::new();
    }
    let mut sorting = Sorting {
        entries,
        hosts,
        by_owner: BTreeMap::new(),
    };
    for (file, record) in records {
        sorting.add(file, record.what);
    }
    let manifests = Manifests::new(tree, entries);
    let mut gathered: Vec<HostRecords> = sorting.by_owner.into_values().collect();
    for records in &mut gathered {
        let host = records.host.map(|host| &hosts[host]);
        in_order(records);
        let root = host.map_or_else(String::new, |host| recorded_root(host, entries));
        relocate(records, &root);
        records.recorded_root = root;
        locate(records, &manifests, host);
    }
    gathered
}

/// Whose records are whose: hosts of the tree come first.
type Owner = (usize, SmolStr);

struct Sorting<'t> {
    entries: &'t [Entry],
    hosts: &'t [Host],
    by_owner: BTreeMap<Owner, HostRecords>,
}

impl Sorting<'_> {
    fn add(&mut self, file: FileId, what: What) {
        match what {
            What::Catalogs(catalogs) => {
                for catalog in catalogs {
                    let certname = catalog.certname.clone();
                    self.of(file, &certname).catalogs.push(catalog);
                }
            }
            What::Run(run) => {
                let certname = run.certname.clone();
                self.of(file, &certname).runs.push(run);
            }
            What::Managed(files) => self.of(file, "").managed.extend(files),
            What::LastRun(run) => {
                let last = &mut self.of(file, "").last_run;
                if last.as_ref().is_none_or(|last| last.ended < run.ended) {
                    *last = Some(run);
                }
            }
            What::Kept(paths) => self.add_kept(file, paths),
            What::Nothing => {}
        }
    }

    fn add_kept(&mut self, file: FileId, paths: Vec<(String, Span)>) {
        let path = &self.entries[file.0 as usize].path;
        let Some((digest, _)) = bucket::entry(path) else {
            return;
        };
        let folder = path.trim_end_matches("paths");
        let contents = find(self.entries, &format!("{folder}contents"));
        let kept = Kept {
            digest,
            contents,
            paths,
        };
        let is_own = self.is_clients(path);
        if is_own {
            self.of(file, "").kept.push(kept);
        } else {
            let nobody = (self.hosts.len(), SmolStr::default());
            self.by_owner.entry(nobody).or_default().kept.push(kept);
        }
    }

    /// Whether a bucket holds files of the host on which it lies: a server's
    /// `bucketdir` holds those of all.
    fn is_clients(&self, path: &str) -> bool {
        // The file, the checksum, and a folder for each of eight digits.
        let bucket = path.rsplitn(11, '/').last().unwrap_or_default();
        let configured = self.lies_on(path).is_some_and(|host| {
            let setting = self.hosts[host].puppet.agent("clientbucketdir");
            setting.is_some() && setting.as_deref() == self.hosts[host].host_path(bucket)
        });
        configured || bucket.rsplit('/').next() != Some("bucket")
    }

    fn of(&mut self, file: FileId, certname: &str) -> &mut HostRecords {
        let host = self.owner(&self.entries[file.0 as usize].path, certname);
        let owner = match host {
            Some(host) => (host, SmolStr::default()),
            None => (self.hosts.len(), certname.into()),
        };
        let records = self.by_owner.entry(owner).or_default();
        records.host = host;
        if records.certname.is_empty() {
            records.certname = certname.into();
        }
        records
    }

    /// The host that a record is about: the one on which it lies, if the name in
    /// the record is that host's, else the only one with the name.
    fn owner(&self, path: &str, certname: &str) -> Option<usize> {
        let lies_on = self.lies_on(path);
        if lies_on.is_some_and(|host| certname.is_empty() || self.is_named(host, certname)) {
            return lies_on;
        }
        let mut named = (0..self.hosts.len()).filter(|host| self.is_named(*host, certname));
        if let Some(host) = named.next() {
            return named.next().is_none().then_some(host);
        }
        let is_stored = format!("/{path}").contains(&format!("/reports/{certname}/"));
        let knows_its_name = |host: &usize| self.hosts[*host].puppet.certname().is_some();
        lies_on.filter(|host| !is_stored && !knows_its_name(host))
    }

    fn is_named(&self, host: usize, certname: &str) -> bool {
        let host = &self.hosts[host];
        let is_name = |name: &str| !name.is_empty() && name.eq_ignore_ascii_case(certname);
        if let Some(name) = host.puppet.certname() {
            return is_name(name);
        }
        // A host is often named by the first part of its name only.
        let short = certname.split('.').next().unwrap_or(certname);
        is_name(&host.name) || host.name.eq_ignore_ascii_case(short)
    }

    fn lies_on(&self, path: &str) -> Option<usize> {
        self.hosts
            .iter()
            .position(|host| host.host_path(path).is_some())
    }
}

/// Oldest first, each run once.
fn in_order(records: &mut HostRecords) {
    let version = |catalog: &Catalog| catalog.version.parse::<u64>().unwrap_or(0);
    records
        .catalogs
        .sort_by_key(|catalog| (version(catalog), catalog.file));
    let key = |run: &Run| (run.began, run.transaction.clone(), run.file);
    records.runs.sort_by_key(key);
    records.runs.dedup_by(|later, earlier| {
        !later.transaction.is_empty()
            && later.transaction == earlier.transaction
            && later.began == earlier.began
    });
    let by_place = |file: &super::ManagedFile| (file.path.clone(), file.at);
    records.managed.sort_by_cached_key(by_place);
    records.kept.sort_by_key(|kept| kept.digest.clone());
    merge_kept(&mut records.kept);
}

/// The same content in two buckets is one.
fn merge_kept(kept: &mut Vec<Kept>) {
    let same = |later: &mut Kept, earlier: &mut Kept| {
        let is_same: bool = later.digest == earlier.digest;
        if is_same {
            earlier.paths.append(&mut later.paths);
            earlier.contents = earlier.contents.or(later.contents);
        }
        is_same
    };
    kept.dedup_by(same);
}

/// Writes paths as the host has them.
fn relocate(records: &mut HostRecords, root: &str) {
    relocate_titles(records);
    if root.is_empty() {
        return;
    }
    let shorten = |path: &mut String| *path = on_host(path, root).to_owned();
    for run in &mut records.runs {
        run.files
            .iter_mut()
            .for_each(|file| shorten(&mut file.path));
    }
    // What `resources.txt` says is in lower case.
    let lower = root.to_lowercase();
    for file in &mut records.managed {
        let root = if file.is_in_catalog { &lower } else { root };
        file.path = on_host(&file.path, root).to_owned();
    }
    for kept in &mut records.kept {
        kept.paths.iter_mut().for_each(|(path, _)| shorten(path));
    }
    let files = records
        .catalogs
        .iter_mut()
        .flat_map(|catalog| &mut catalog.files);
    for write in files.map(|recorded| &mut recorded.write) {
        shorten_text(&mut write.path, root);
        match &mut write.content {
            Content::Link(target) => shorten_text(target, root),
            Content::Copy(values) => values
                .iter_mut()
                .for_each(|value| shorten_value(value, root)),
            Content::Inline(_) | Content::Absent | Content::Unmanaged => {}
        }
    }
}

/// Reports know a file by its title; where that is not its path, the catalog
/// says the path.
fn relocate_titles(records: &mut HostRecords) {
    let titled: BTreeMap<&str, &str> = records
        .catalogs
        .iter()
        .flat_map(|catalog| &catalog.files)
        .filter(|recorded| recorded.title != recorded.path())
        .map(|recorded| (recorded.title.as_str(), recorded.path()))
        .collect();
    for file in records.runs.iter_mut().flat_map(|run| &mut run.files) {
        if let Some(path) = titled.get(file.path.as_str()) {
            file.path = (*path).to_owned();
        }
    }
}

fn shorten_text(text: &mut Text, root: &str) {
    if let Some(path) = text.as_str() {
        *text = Text::literal(on_host(path, root));
    }
}

/// A source may be a path, with or without `file://`.
fn shorten_value(value: &mut Value, root: &str) {
    let Some(Data::Text(text)) = value.single() else {
        return;
    };
    let mut text = text.clone();
    if let Some(path) = text.as_str().and_then(|url| url.strip_prefix("file://")) {
        text = Text::literal(path);
    }
    shorten_text(&mut text, root);
    *value = Value::known(Data::Text(text));
}

/// Looks for the manifests that records name.
fn locate(records: &mut HostRecords, manifests: &Manifests, host: Option<&Host>) {
    let files = records
        .catalogs
        .iter_mut()
        .flat_map(|catalog| &mut catalog.files);
    for recorded in files {
        let chain = recorded.chain_declared.iter_mut().flatten();
        for declared in recorded.declared.iter_mut().chain(chain) {
            manifests.locate(declared, host);
        }
    }
    for status in records.runs.iter_mut().flat_map(|run| &mut run.files) {
        if let Some(declared) = &mut status.declared {
            manifests.locate(declared, host);
        }
    }
}

/// The checksums by which records name contents.
pub(crate) fn digests_of(records: &[HostRecords]) -> impl Iterator<Item = &Digest> {
    let runs = records.iter().flat_map(|records| &records.runs);
    let statuses = runs.flat_map(|run| &run.files);
    let events = statuses.flat_map(|status| &status.events);
    let of_events = events.flat_map(|event| event.previous.iter().chain(&event.desired));
    let kept = records.iter().flat_map(|records| &records.kept);
    of_events.chain(kept.map(|kept| &kept.digest))
}
