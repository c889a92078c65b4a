//! What Puppet itself recorded on a host: what it was told to write, what it
//! did, and what it kept of files that it replaced.
//!
//! Records are told by their form, wherever they lie. They are sorted by the
//! host that they are about, which need not be the one on which they lie: a
//! server stores the reports of all.

pub(crate) mod bucket;
mod catalog;
mod catalog_file;
mod declared;
mod digest;
mod file_reference;
mod gather;
mod managed;
mod moment;
pub(crate) mod record;
mod recorded_root;
mod report;
mod summary;

pub use bucket::Kept;
pub use catalog::{Catalog, Recorded};
pub use declared::Declared;
pub use digest::Digest;
pub(crate) use gather::{digests_of, gather};
pub use managed::ManagedFile;
pub use moment::Moment;
use recorded_root::on_host;
pub use report::{EventOutcome, FileEvent, FileStatus, Run};
pub use summary::LastRun;

use smol_str::SmolStr;

/// Everything that Puppet recorded of one host.
///
/// Paths are the host's own, even where the host lay below another folder when
/// they were recorded.
#[derive(Clone, Debug, Default)]
pub struct HostRecords {
    /// The host, where its files are in the tree: an index into the hosts.
    pub host: Option<usize>,
    /// The name in the host's certificate; empty where no record says it.
    pub certname: SmolStr,
    /// The folder that was the host's `/` when Puppet ran, without a slash at its
    /// end; empty where it was `/`.
    pub recorded_root: String,
    /// Catalogs, the newest last.
    pub catalogs: Vec<Catalog>,
    /// Runs, the newest last; copies of one report are one run.
    pub runs: Vec<Run>,
    /// Files that Puppet looks after, by path.
    pub managed: Vec<ManagedFile>,
    /// The last run.
    pub last_run: Option<LastRun>,
    /// Contents that Puppet kept, by checksum.
    pub kept: Vec<Kept>,
}

impl HostRecords {
    /// What the newest catalog says.
    pub fn catalog(&self) -> Option<&Catalog> {
        self.catalogs.last()
    }

    /// What the newest catalog writes at a path of the host.
    pub fn catalog_write(&self, host_path: &str) -> Option<&Recorded> {
        let files = &self.catalog()?.files;
        files.iter().find(|recorded| recorded.path() == host_path)
    }

    /// A recorded path as the host has it.
    pub fn path_on_host<'p>(&self, recorded: &'p str) -> &'p str {
        on_host(recorded, &self.recorded_root)
    }

    /// What Puppet's state says of a path of the host.
    pub fn managed(&self, host_path: &str) -> impl Iterator<Item = &ManagedFile> {
        let is_same = move |file: &&ManagedFile| {
            file.path == host_path || file.is_in_catalog && file.path == host_path.to_lowercase()
        };
        self.managed.iter().filter(is_same)
    }

    /// What runs did at a path of the host, in order of time.
    pub fn statuses<'r>(
        &'r self,
        host_path: &'r str,
    ) -> impl Iterator<Item = (&'r Run, &'r FileStatus)> {
        let of_run = move |run: &'r Run| {
            let statuses = run.files.iter().filter(move |file| file.path == host_path);
            statuses.map(move |status| (run, status))
        };
        self.runs.iter().flat_map(of_run)
    }

    /// What Puppet kept of a path of the host.
    pub fn kept(&self, host_path: &str) -> impl Iterator<Item = &Kept> {
        let stood_there = move |kept: &&Kept| kept.paths.iter().any(|(path, _)| path == host_path);
        self.kept.iter().filter(stood_there)
    }
}
