//! Reports: what one run of Puppet found and did.
//!
//! The agent keeps its last in `$statedir/last_run_report.yaml`; a server's
//! `store` report handler keeps them all in `$reportdir/CERTNAME/*.yaml`. (The
//! format: Puppet's manual, "Report format"; `transaction/report.rb`,
//! `resource/status.rb`, `transaction/event.rb`.)

use super::declared::Declared;
use super::digest::Digest;
use super::moment::Moment;
use super::file_reference::titled;
use crate::ca_name::is_certificate_name;
use crate::place::{FileId, Span};
use smol_str::SmolStr;
use yaml_spans::{Limits, Node, Resolved, Schema, Tree};

/// A run of Puppet.
#[derive(Clone, Debug)]
pub struct Run {
    /// The report.
    pub file: FileId,
    /// The host, by its certificate's name.
    pub certname: SmolStr,
    /// When it began.
    pub began: Option<Moment>,
    /// The version of Puppet that ran.
    pub puppet_version: SmolStr,
    /// Whether it was to change nothing.
    pub is_noop: bool,
    /// What tells it from all other runs; copies of a report share it.
    pub transaction: SmolStr,
    /// Whether Puppet compared what it found with what its run before had left:
    /// only agents do, and only then does "not corrective" mean anything.
    /// (Puppet's `transaction/persistence.rb`, `enabled?`.)
    pub compares_runs: bool,
    /// Certificates and other files whose content changed.
    pub files: Vec<FileStatus>,
}

/// What a run found and did at a File resource.
#[derive(Clone, Debug)]
pub struct FileStatus {
    /// The resource: `File[/etc/x]`.
    pub resource: SmolStr,
    /// The path on the host.
    pub path: String,
    /// The status in the report.
    pub at: Span,
    /// Where its manifest declares it.
    pub declared: Option<Declared>,
    /// Whether nothing had to be changed.
    pub is_in_sync: bool,
    /// What was done, in order.
    pub events: Vec<FileEvent>,
}

/// One change of a file.
#[derive(Clone, Debug)]
pub struct FileEvent {
    /// The event in the report.
    pub at: Span,
    /// When.
    pub time: Option<Moment>,
    /// The attribute that changed: `content`, `ensure`, `mode`.
    pub property: SmolStr,
    /// What came of it.
    pub outcome: EventOutcome,
    /// Whether Puppet found something else than its run before had left: a
    /// change that Puppet did not make was undone.
    pub is_corrective: bool,
    /// The content before, by its checksum.
    pub previous: Option<Digest>,
    /// The content that Puppet wanted, by its checksum.
    pub desired: Option<Digest>,
    /// Whether there was no file before.
    pub was_absent: bool,
}

/// What came of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventOutcome {
    /// It was done.
    Success,
    /// It would have been done.
    Noop,
    /// It could not be done.
    Failure,
    /// It was only noticed.
    Audit,
}

impl FileEvent {
    /// Whether the content of the file was changed, or the file made.
    pub fn changed_content(&self) -> bool {
        self.outcome == EventOutcome::Success && self.is_about_content()
    }

    fn is_about_content(&self) -> bool {
        matches!(self.property.as_str(), "content" | "ensure")
    }
}

/// Whether bytes are a report: a cheap look before they are parsed.
pub(super) fn may_be_report(path: &str, bytes: &[u8]) -> bool {
    let begin = &bytes[..bytes.len().min(256)];
    let is_tagged = memchr::memmem::find(begin, b"Puppet::Transaction::Report").is_some();
    let name = path.rsplit('/').next().unwrap_or(path);
    is_tagged || name.starts_with("last_run_report") && name.ends_with(".yaml")
}

/// The run that a report tells of, and what is wrong with its YAML.
pub(super) fn run(file: FileId, text: &str) -> (Option<Run>, Option<(Span, String)>) {
    let tree = Tree::parse_auto(text, false, &Limits::default());
    let error = tree.errors().first().map(|error| {
        let at = error.span.range();
        (Span::new(file, at.start, at.end), error.to_string())
    });
    let run = tree.root().and_then(|root| read(file, root));
    (run, error)
}

fn read(file: FileId, root: Node) -> Option<Run> {
    let statuses = root.get("resource_statuses")?;
    let compares_runs = statuses.entries().any(|(_, status)| was_compared(status));
    Some(Run {
        file,
        certname: text(root, "host"),
        began: moment(root),
        puppet_version: text(root, "puppet_version"),
        is_noop: flag(root, "noop"),
        transaction: text(root, "transaction_uuid"),
        compares_runs,
        files: statuses
            .entries()
            .filter_map(|(key, status)| file_status(file, key, status))
            .collect(),
    })
}

/// Only with the state of the run before at hand is there a historical value or
/// a corrective change.
fn was_compared(status: Node) -> bool {
    let events = status.get("events").into_iter().flat_map(Node::items);
    let has_history = |event: Node| {
        flag(event, "corrective_change")
            || event
                .get("historical_value")
                .is_some_and(|value| value.resolve(Schema::Psych) != Resolved::Null)
    };
    events.map(Node::follow).any(has_history)
}

/// The status of a File resource, where it may be a certificate's or its content
/// changed: servers keep thousands of reports.
fn file_status(file: FileId, key: Node, status: Node) -> Option<FileStatus> {
    let status = status.follow();
    let reference = key.as_str()?;
    let path = titled(reference)?;
    let events = status.get("events").into_iter().flat_map(Node::items);
    let events: Vec<FileEvent> = events
        .filter_map(|event| file_event(file, event.follow()))
        .collect();
    let matters = is_certificate_name(path) || events.iter().any(FileEvent::is_about_content);
    matters.then(|| FileStatus {
        resource: reference.into(),
        path: path.to_owned(),
        at: span(file, key),
        declared: declared(status),
        is_in_sync: !flag(status, "out_of_sync")
            && !flag(status, "skipped")
            && !flag(status, "failed"),
        events,
    })
}

fn declared(status: Node) -> Option<Declared> {
    let manifest = text(status, "file");
    let line = status.get("line").and_then(|line| line.as_str()?.parse().ok());
    (!manifest.is_empty()).then(|| Declared::new(manifest, line))
}

fn file_event(file: FileId, event: Node) -> Option<FileEvent> {
    let outcome = match event.get("status")?.as_str()? {
        "success" => EventOutcome::Success,
        "noop" => EventOutcome::Noop,
        "failure" => EventOutcome::Failure,
        "audit" => EventOutcome::Audit,
        _ => return None,
    };
    let named = Digest::all_in(&text(event, "message"));
    let digest = |key| event.get(key).and_then(Node::as_str).and_then(Digest::read);
    let was_absent = text(event, "previous_value") == "absent";
    // A file that is made new has one checksum in its message, the new one.
    let in_message = (named.len() == 2).then(|| named[0].clone());
    Some(FileEvent {
        at: event.get("message").map_or(span(file, event), |message| span(file, message)),
        time: moment(event),
        property: symbol(event, "property"),
        outcome,
        is_corrective: flag(event, "corrective_change"),
        previous: digest("previous_value").or(in_message),
        desired: digest("desired_value").or(named.last().cloned()),
        was_absent,
    })
}

fn moment(node: Node) -> Option<Moment> {
    Moment::read(node.get("time")?.as_str()?)
}

fn span(file: FileId, node: Node) -> Span {
    let at = node.span().range();
    Span::new(file, at.start, at.end)
}

/// Text; nothing where there is null.
fn text(node: Node, key: &str) -> SmolStr {
    let value = node.get(key);
    let value = value.filter(|value| value.resolve(Schema::Psych) != Resolved::Null);
    value.and_then(Node::as_str).unwrap_or_default().into()
}

/// The same where old versions of Puppet write a symbol.
fn symbol(node: Node, key: &str) -> SmolStr {
    text(node, key).trim_start_matches(':').into()
}

fn flag(node: Node, key: &str) -> bool {
    node.get(key)
        .is_some_and(|value| value.resolve(Schema::Psych) == Resolved::Bool(true))
}
