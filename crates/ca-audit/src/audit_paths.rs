//! The front door for programs: name folders and hosts, get what is known.

use crate::evidence::Evidence;
use crate::hiera::Facts;
use crate::place::{LineIndex, Position, Span};
use crate::puppet::Node;
use crate::sniff::{self, Form};
use crate::tree::{Disk, Tree as _};
use crate::{Request, audit, view};
use std::fmt;
use std::path::PathBuf;

/// Audits folders and files on disk, for all hosts that they tell of.
///
/// The answer is whole: what cannot be seen inside a folder
/// is a [`Gap`](crate::facts::Gap) with its reason.
///
/// # Errors
/// Where one of the paths themselves cannot be read: half an answer that looks
/// like a whole one helps nobody.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// # std::env::set_current_dir(&folder).unwrap();
/// # std::fs::write("site.pp", "file { '/etc/ssl/ca.pem': source => 'puppet:///modules/a/ca.pem' }").unwrap();
/// let audited = ca_audit::audit_paths(["."])?;
/// for (certificate, sightings) in audited.evidence.inventory() {
///     println!("{} stands in {} places", certificate.subject_text(), sightings.len());
/// }
/// for write in audited.evidence.writers_of("/etc/ssl/ca.pem") {
///     println!("{} writes it: {}", write.resource, audited.place(write.at));
/// #   assert_eq!(audited.place(write.at), "site.pp:1");
/// }
/// # assert_eq!(audited.evidence.writers_of("/etc/ssl/ca.pem").count(), 1);
/// # Ok::<(), ca_audit::AuditError>(())
/// ```
pub fn audit_paths<P: Into<PathBuf>>(
    paths: impl IntoIterator<Item = P>,
) -> Result<Audited, AuditError> {
    let audit = Audit {
        paths: paths.into_iter().map(Into::into).collect(),
        ..Audit::new()
    };
    audit.run()
}

/// An audit of files on disk, put together piece by piece.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// # std::env::set_current_dir(&folder).unwrap();
/// # std::fs::create_dir_all("puppet/manifests").unwrap();
/// # std::fs::write("puppet/manifests/site.pp", "file { \"/etc/ssl/${facts['role']}.pem\": ensure => file }").unwrap();
/// # std::fs::create_dir_all("images/web1/etc/puppet").unwrap();
/// # std::fs::write("images/web1/etc/puppet/puppet.conf", "").unwrap();
/// # std::fs::write("web1.yaml", "role: web").unwrap();
/// use ca_audit::Audit;
///
/// let audited = Audit::new()
///     .path("puppet")
///     .host("web1", "images/web1")    // the files of a host, from its / down
///     .node("web1.example.org")       // ask for this host only,
///     .facts("web1.yaml")             // as Facter knows it
///     .run()?;
/// assert_eq!(audited.evidence.hosts[0].name, "web1");
/// # assert_eq!(audited.evidence.writers_of("/etc/ssl/web.pem").count(), 1);
/// # Ok::<(), ca_audit::AuditError>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "nothing is read before run()"]
pub struct Audit {
    paths: Vec<PathBuf>,
    hosts: Vec<(String, PathBuf)>,
    node: Option<Node>,
    facts: Option<PathBuf>,
    hierarchy: Option<PathBuf>,
}

impl Audit {
    /// Nothing yet; [`run`](Self::run) takes the working directory then.
    pub fn new() -> Self {
        Self::default()
    }

    /// A folder or file to read.
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.paths.push(path.into());
        self
    }

    /// A host, and the folder that is its `/`.
    pub fn host(mut self, name: impl Into<String>, folder: impl Into<PathBuf>) -> Self {
        self.hosts.push((name.into(), folder.into()));
        self
    }

    /// Asks for one host only, by the name in its certificate; needs its
    /// [`facts`](Self::facts).
    pub fn node(mut self, name: impl Into<String>) -> Self {
        self.node.get_or_insert_default().name = name.into();
        self
    }

    /// A class that a node classifier gives to that host.
    pub fn class(mut self, name: impl Into<String>) -> Self {
        self.node.get_or_insert_default().classes.push(name.into());
        self
    }

    /// The file with that host's facts: JSON or YAML, as Facter prints them, as
    /// `puppet facts` does, or as Puppet keeps them.
    pub fn facts(mut self, file: impl Into<PathBuf>) -> Self {
        self.facts = Some(file.into());
        self
    }

    /// The `hiera.yaml` that counts instead of any other; one of the files that
    /// are read.
    pub fn hierarchy(mut self, file: impl Into<PathBuf>) -> Self {
        self.hierarchy = Some(file.into());
        self
    }

    /// Reads everything.
    ///
    /// # Errors
    /// Where something that was named cannot be read, or makes no sense together;
    /// see [`AuditError`].
    pub fn run(mut self) -> Result<Audited, AuditError> {
        if self.paths.is_empty() {
            self.paths.push(PathBuf::from("."));
        }
        self.refuse_namesakes()?;
        let facts = self.read_facts()?;
        let folders = self.hosts.iter().map(|(_, folder)| folder);
        let tree = Disk::new(self.paths.iter().chain(folders));
        if let Some((path, why)) = tree.first_unreadable_root() {
            return Err(AuditError::Unreadable { path, why });
        }
        let hosts = self.hosts.iter();
        let request = Request {
            hosts: hosts
                .map(|(name, folder)| (name.clone(), Disk::shown(folder)))
                .collect(),
            facts,
            hierarchy: self.hierarchy.as_deref().map(Disk::shown),
            node: self.node,
            ..Request::default()
        };
        let evidence = audit(&tree, &request);
        match (&request.hierarchy, self.hierarchy) {
            (Some(shown), Some(path)) if evidence.file(shown).is_none() => {
                Err(AuditError::NotRead { path })
            }
            _ => Ok(Audited { evidence, tree }),
        }
    }

    fn refuse_namesakes(&self) -> Result<(), AuditError> {
        for (at, (name, _)) in self.hosts.iter().enumerate() {
            if self.hosts[..at].iter().any(|(other, _)| other == name) {
                return Err(AuditError::Namesakes { name: name.clone() });
            }
        }
        Ok(())
    }

    fn read_facts(&self) -> Result<Option<Facts>, AuditError> {
        let (node, path) = match (&self.node, &self.facts) {
            (None, None) => return Ok(None),
            (Some(node), Some(path)) if !node.name.is_empty() => (node, path),
            _ => return Err(AuditError::NodeAndFacts),
        };
        let refused = |why: String| AuditError::Unreadable {
            path: path.clone(),
            why,
        };
        let bytes = Disk::new([path]).bytes(&path.to_string_lossy());
        let bytes = bytes.map_err(|unreadable| refused(unreadable.message))?;
        let facts = Facts::parse(&view::text_of(&bytes), &node.name);
        facts
            .map(Some)
            .map_err(|failure| refused(failure.to_string()))
    }
}

/// What is known, and the files that it was read from.
#[derive(Debug)]
pub struct Audited {
    /// What is known.
    pub evidence: Evidence,
    /// The files.
    pub tree: Disk,
}

impl Audited {
    /// `PATH:LINE` of a place, as editors and compilers write it.
    pub fn place(&self, at: Span) -> String {
        format!("{}:{}", self.evidence.path(at.file), self.position(at).line)
    }

    /// The line and column at which a place begins. The file is read anew for
    /// each question; what has no lines, or is not there any more, is line 1.
    pub fn position(&self, at: Span) -> Position {
        let path = self.evidence.path(at.file);
        let bytes = self.tree.bytes(path).unwrap_or_default();
        match sniff::form(path, &bytes) {
            Form::Der | Form::Binary => Position { line: 1, column: 1 },
            _ => LineIndex::new(&view::text_of(&bytes)).position(at.start),
        }
    }
}

/// Why an audit was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuditError {
    /// Something that was named cannot be read.
    Unreadable {
        /// What was named.
        path: PathBuf,
        /// The cause in words.
        why: String,
    },
    /// Something that was named is none of the files that are read.
    NotRead {
        /// What was named.
        path: PathBuf,
    },
    /// Two hosts have this name.
    Namesakes {
        /// The name.
        name: String,
    },
    /// A host that is asked for needs a name and facts, and facts need a host.
    NodeAndFacts,
}

impl fmt::Display for AuditError {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Unreadable { path, why } => write!(out, "cannot read {}: {why}", path.display()),
            Self::NotRead { path } => {
                write!(out, "{} is none of the files that are read", path.display())
            }
            Self::Namesakes { name } => write!(out, "two hosts are named {name}"),
            Self::NodeAndFacts => {
                write!(
                    out,
                    "a host that is asked for needs a name and a file of facts"
                )
            }
        }
    }
}

impl std::error::Error for AuditError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(audit: Audit) -> String {
        audit.run().expect_err("an error").to_string()
    }

    #[test]
    fn what_was_named_and_is_not_there_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let there = || Audit::new().path(folder.path());
        let missing = folder.path().join("missing");
        let told = format!("cannot read {}: no such file", missing.display());
        assert_eq!(error(there().path(&missing)), told);
        assert_eq!(error(there().host("a", &missing)), told);
        assert_eq!(error(there().node("a").facts(&missing)), told);
        assert!(error(there().hierarchy(&missing)).ends_with("is none of the files that are read"));
    }

    #[test]
    fn what_makes_no_sense_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let there = || Audit::new().path(folder.path());
        let twice = there().host("a", folder.path()).host("a", folder.path());
        assert_eq!(error(twice), "two hosts are named a");
        for half in [there().node("a"), there().facts("x"), there().class("b")] {
            assert_eq!(half.run().err(), Some(AuditError::NodeAndFacts));
        }
    }

    #[test]
    fn everything_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a.txt"), "x").expect("a file");
        let audited = audit_paths([folder.path()]).expect("an answer");
        assert_eq!(audited.evidence.files_seen(), 1);
        let whole = Span::whole(crate::place::FileId(0));
        assert!(audited.place(whole).ends_with("a.txt:1"));
    }
}
