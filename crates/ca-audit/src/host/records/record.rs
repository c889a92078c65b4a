//! One file that Puppet recorded something in, told by its form.

use super::bucket;
use super::catalog::{Catalog, catalogs, may_be_catalog};
use super::managed::{self, ManagedFile};
use super::report::{Run, may_be_report, run};
use super::summary::{LastRun, last_run, may_be_summary};
use crate::facts::{Gap, Reason};
use crate::place::{FileId, Span};
use crate::view::text_of;

/// What a file records.
pub(crate) struct Record {
    pub(super) what: What,
    /// Why not all of it could be read.
    pub(crate) gap: Option<Gap>,
}

/// The kinds of records.
pub(super) enum What {
    Catalogs(Vec<Catalog>),
    Run(Run),
    Managed(Vec<ManagedFile>),
    LastRun(LastRun),
    /// The paths of an entry of a bucket.
    Kept(Vec<(String, Span)>),
    /// The form is a record's, but nothing could be read of it.
    Nothing,
}

impl Record {
    /// Reads a file, if it is a record.
    pub(crate) fn read(file: FileId, path: &str, bytes: &[u8]) -> Option<Self> {
        if bucket::entry(path).is_some() {
            let paths = || bucket::paths(file, &text_of(bytes));
            return path
                .ends_with("/paths")
                .then(|| Self::whole(What::Kept(paths())));
        }
        if may_be_report(path, bytes) {
            let (run, error) = run(file, &text_of(bytes));
            let what = run.map_or(What::Nothing, What::Run);
            return Self::with(what, "a report of Puppet", error);
        }
        if may_be_summary(path) {
            return last_run(file, &text_of(bytes)).map(|run| Self::whole(What::LastRun(run)));
        }
        if managed::may_be_state(path, bytes) {
            let (files, error) = managed::state(file, &text_of(bytes));
            return Self::with(What::Managed(files), "Puppet's state", error);
        }
        if managed::may_be_list(path, bytes) {
            return Some(Self::whole(What::Managed(managed::list(
                file,
                &text_of(bytes),
            ))));
        }
        if may_be_catalog(bytes) {
            let is_cached = path.contains("client_data/catalog/");
            let (catalogs, error) = catalogs(file, &text_of(bytes), is_cached);
            if catalogs.is_empty() {
                return None;
            }
            return Self::with(What::Catalogs(catalogs), "a catalog", error);
        }
        None
    }

    fn whole(what: What) -> Self {
        Self { what, gap: None }
    }

    fn with(what: What, kind: &str, error: Option<(Span, String)>) -> Option<Self> {
        if matches!(what, What::Nothing) && error.is_none() {
            return None;
        }
        let gap = error.map(|(at, message)| Gap {
            reason: Reason::Unparsed,
            message: format!("not readable as {kind} from here on: {message}"),
            at,
        });
        Some(Self { what, gap })
    }
}
