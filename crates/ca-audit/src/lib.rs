//! Finds every CA certificate in a project: where it stands, who writes it,
//! who reads it, who signed what.
//!
//! A project is a Puppet repository, the files of some hosts, or both. Nothing
//! is run, nothing is guessed, nothing is fetched; what cannot be seen is a
//! [`facts::Gap`] with its reason.
//!
//! ```no_run
//! for (certificate, sightings) in ca_audit::audit_paths(["."])?.evidence.inventory() {
//!     println!("{} stands in {} places", certificate.subject_text(), sightings.len());
//! }
//! # Ok::<(), ca_audit::AuditError>(())
//! ```
//!
//! | to | see |
//! |---|---|
//! | audit folders, hosts, one node of Puppet's | [`audit_paths`], [`Audit`] |
//! | ask who writes, who reads, who signed | [`Evidence`]; all at once: [`Evidence::trust_graph`] |
//! | read a certificate | [`certificate`] |
//! | know what Go, etcd, OpenSSL and Puppet load of a text | [`readers::read`] |
//! | look a key up as Hiera does | [`hiera::Hiera`] |
//! | compare two states | [`change`], [`tree::git`] |
//! | audit what lies anywhere else | [`audit`] with a [`tree::Tree`] of your own |
//!
//! Public enums that may grow are `#[non_exhaustive]`. Texts of facts are
//! [`SmolStr`], which derefs to `str`; of other crates' types none but that one,
//! those of `puppet-syntax` and `yaml-spans`, and [`hiera::Hash`], an `IndexMap`,
//! are part of the interface.
//!
//! ```
//! use ca_audit::{Request, audit, tree::Memory};
//!
//! let project = Memory::new().with(
//!     "modules/a/manifests/init.pp",
//!     "class a { file { '/etc/ssl/ca.pem': source => 'puppet:///modules/a/ca.pem' } }",
//! );
//! let evidence = audit(&project, &Request::default());
//! assert_eq!(evidence.writers_of("/etc/ssl/ca.pem").count(), 1);
//! ```
//!
//! The flow, one way: [`tree`] lists and reads; each file is sniffed
//! and reduced by its dialects to the five [`facts`]; [`link`](audit) evaluates
//! the Puppet code, unites fragments and finds hosts; [`Evidence`] answers.

mod audit_paths;
pub mod ca_name;
pub mod certificate;
pub mod change;
mod dialect;
mod evidence;
pub mod facts;
pub mod hiera;
pub mod host;
pub mod invocation;
pub mod knowledge;
mod link;
mod memo;
mod pem;
pub mod place;
pub mod puppet;
pub mod readers;
mod ruby_float;
pub mod sniff;
mod template;
pub mod tree;
pub mod value;
pub mod view;
mod words;

pub use audit_paths::{Audit, AuditError, Audited, audit_paths};
pub use evidence::{Client, Deployed, Evidence, Transport};
pub use link::Realm;
pub use link::ca_effect::{DeadCa, DeadCause};
pub use link::ca_paths::{CaPath, EtcdName};
pub use link::ca_places::{CaAsker, CaPlace};
pub use link::managed::{ManagedCa, Source, SourceEnd};
pub use link::mentions::{Mention, Mentioned};
pub use link::mounts::Mount;
pub use link::presented::{Presented, Trusted};
pub use link::providers::{Provider, anchors_of};
pub use link::reliance::Reliance;
pub use link::servers::EtcdServer;
pub use link::signers::{Signer, Signers};
pub use link::standing::Standing;
pub use link::trust_graph;
pub use link::usage::{Does, Reader, Usage, Writer};
pub use smol_str::SmolStr;

use facts::{Facts, Gap};
use host::records::record::Record;
use place::{FileId, Span};
use rayon::prelude::*;
use sniff::Form;
use tree::{Entry, EntryKind, Tree};

/// The examples of README.md, held by `cargo test --doc`.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// What to audit besides the tree itself.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Hosts by name and the folder that is their `/`.
    pub hosts: Vec<(String, String)>,
    /// The facts of the host that everything is asked for; without them all
    /// hosts count.
    pub facts: Option<hiera::Facts>,
    /// The path in the tree of the `hiera.yaml` that counts instead of any other.
    pub hierarchy: Option<String>,
    /// That host, where its whole catalog is asked for: what its node definition
    /// leads to, and nothing else.
    pub node: Option<puppet::Node>,
    /// What functions return whose source does not tell.
    pub functions: puppet::FunctionModels,
}

/// Reads a whole tree.
///
/// Total: no file can make it fail or run without bound; see
/// [`facts::Reason`] for what is reported instead.
pub fn audit(tree: &dyn Tree, request: &Request) -> Evidence {
    let entries = tree.list().entries;
    let outcomes: Vec<FileOutcome> = entries
        .par_iter()
        .enumerate()
        .with_max_len(32)
        .map_init(Vec::new, |buffer, (index, entry)| {
            read(tree, FileId(index as u32), entry, buffer)
        })
        .collect();
    link::link(tree, entries, outcomes, request)
}

/// What reading one file gave: its facts, and its text where linking needs it.
struct FileOutcome {
    facts: Facts,
    form: Option<Form>,
    retained: Retained,
    /// Whether objects of Kubernetes that give settings may stand in it.
    holds_objects: bool,
}

/// What linking needs of a file besides its facts, prepared while files are
/// read in parallel.
enum Retained {
    Nothing,
    // Of most files nothing is retained, and that should take little room.
    Manifest(Box<puppet::code::Manifest>),
    Data(Box<hiera::Layer>),
    /// Small files that are looked at by name.
    Text(String),
    /// What Puppet recorded.
    Record(Box<Record>),
}

fn read(tree: &dyn Tree, file: FileId, entry: &Entry, buffer: &mut Vec<u8>) -> FileOutcome {
    let unreadable = match &entry.kind {
        EntryKind::File => match tree.read(&entry.path, buffer) {
            Ok(()) => return read_bytes(file, &entry.path, buffer),
            Err(unreadable) => unreadable,
        },
        EntryKind::Link(_) => {
            return FileOutcome {
                facts: Facts::default(),
                form: None,
                retained: Retained::Nothing,
                holds_objects: false,
            };
        }
        EntryKind::Closed(unreadable) => unreadable.clone(),
    };
    let gap = Gap {
        reason: unreadable.reason,
        message: unreadable.message,
        at: Span::whole(file),
    };
    FileOutcome {
        facts: Facts {
            gaps: vec![gap],
            ..Facts::default()
        },
        form: None,
        retained: Retained::Nothing,
        holds_objects: false,
    }
}

fn read_bytes(file: FileId, path: &str, bytes: &[u8]) -> FileOutcome {
    let form = sniff::form(path, bytes);
    let retained = retained(file, path, bytes, form);
    let document = match &retained {
        Retained::Data(layer) => layer.document(),
        _ => None,
    };
    let mut facts = dialect::extract_with(file, path, bytes, form, document);
    facts.understood |= !matches!(retained, Retained::Nothing);
    facts.gaps.extend(unparsed(&retained));
    FileOutcome {
        facts,
        form: Some(form),
        retained,
        holds_objects: form == Form::Document && link::may_hold_objects(bytes),
    }
}

/// What is wrong with a manifest or a data file.
fn unparsed(retained: &Retained) -> Option<Gap> {
    let (at, message) = match retained {
        Retained::Manifest(manifest) => {
            let error = manifest.error.as_ref()?;
            let message = format!(
                "Puppet does not accept this: {}; the statement around it is not read",
                error.message
            );
            (manifest.span(error.span), message)
        }
        Retained::Data(layer) => {
            let (at, message) = layer.error()?;
            (
                at,
                format!("not readable as a document from here on: {message}"),
            )
        }
        Retained::Record(record) => return record.gap.clone(),
        Retained::Text(_) | Retained::Nothing => return None,
    };
    Some(Gap {
        reason: facts::Reason::Unparsed,
        message,
        at,
    })
}

fn retained(file: FileId, path: &str, bytes: &[u8], form: Form) -> Retained {
    let text = || view::text_of(bytes).into_owned();
    let may_be_record = matches!(form, Form::Document | Form::Text);
    if may_be_record && let Some(record) = Record::read(file, path, bytes) {
        return Retained::Record(Box::new(record));
    }
    match form {
        Form::Manifest => {
            let manifest = puppet::code::Manifest::new(file, path, text());
            Retained::Manifest(Box::new(manifest))
        }
        Form::Document if hiera::is_data(path) => {
            let layer = hiera::Layer::new(file, &view::text_of(bytes));
            Retained::Data(Box::new(layer))
        }
        Form::Document if puppet::modules::is_metadata(path) => Retained::Text(text()),
        Form::Text if path.ends_with("/inventory.txt") => Retained::Text(text()),
        _ if link::mounts::is_configuration(path) => Retained::Text(text()),
        _ if path == "environment.conf" || path.ends_with("/environment.conf") => {
            Retained::Text(text())
        }
        Form::RubyFunction | Form::PuppetConf => Retained::Text(text()),
        _ => Retained::Nothing,
    }
}
