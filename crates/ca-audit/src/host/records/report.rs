//! Reports: what one run of Puppet found and did.
//!
//! The agent keeps its last in `$statedir/last_run_report.yaml`; a server's
//! `store` report handler keeps them all in `$reportdir/CERTNAME/*.yaml`. (The
//! format: Puppet's manual, "Report format"; `transaction/report.rb`,
//! `resource/status.rb`, `transaction/event.rb`.)

use super::declared::Declared;
use super::digest::Digest;
use super::file_reference::titled;
use super::moment::Moment;
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
    /// Whether an agent ran: only an agent compares what it finds with what its
    /// run before had left (Puppet's `transaction/persistence.rb`, `enabled?`);
    /// of `puppet apply` "not corrective" says nothing.
    pub is_agent: bool,
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
    Some(Run {
        file,
        certname: text(root, "host"),
        began: moment(root),
        puppet_version: text(root, "puppet_version"),
        is_noop: flag(root, "noop"),
        transaction: text(root, "transaction_uuid"),
        is_agent: is_agent(root),
        files: statuses
            .entries()
            .filter_map(|(key, status)| file_status(file, key, status))
            .collect(),
    })
}

/// An agent measures what `puppet apply` does not do (`configurer.rb`, seen in
/// reports of both).
fn is_agent(root: Node) -> bool {
    let times = root.at(["metrics", "time", "values"]);
    let mut names = times
        .into_iter()
        .flat_map(Node::items)
        .filter_map(|time| time.follow().items().next()?.as_str());
    names.any(|name| matches!(name, "fact_generation" | "convert_catalog" | "startup_time"))
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
    let line = status
        .get("line")
        .and_then(|line| line.as_str()?.parse().ok());
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
        at: event
            .get("message")
            .map_or(span(file, event), |message| span(file, message)),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Cut down from what Puppet 7.23 wrote.
    const REPORT: &str = r#"--- !ruby/object:Puppet::Transaction::Report
host: web1.test
time: '2026-11-22T17:42:11.034995532+00:00'
transaction_uuid: eea2713a
puppet_version: 7.23.0
noop: false
metrics:
  time:
    name: time
    values:
    - - fact_generation
      - Fact generation
      - 0.2
resource_statuses:
  File[/etc/ssl/ca.pem]:
    title: "/etc/ssl/ca.pem"
    file: "/etc/puppet/code/environments/production/manifests/site.pp"
    line: 3
    out_of_sync: true
    events:
    - audited: false
      property: content
      previous_value: "{sha256}5acfd2ab785229283f2cd9d835ebececc01a5ee35e8e13f5d9fe49351fc07f35"
      desired_value: e3NoYTI1Nn1lYTBkMDBkOGFhZjQyZTgzY2U2MjFiNjRlOTBlYmJhZTgzNWU5MGJkODFhN2Q2ZDM2YjE1Nzc3MDUyMzhmY2Ex
      message: content changed
      name: !ruby/sym content_changed
      status: success
      time: '2026-11-22T17:42:42.854964414+00:00'
      corrective_change: true
  File[/etc/hosts]:
    title: "/etc/hosts"
    file:
    line:
    events: []
  Exec[x]:
    events: []
"#;

    #[test]
    fn a_corrective_change() {
        assert!(may_be_report("x.yaml", REPORT.as_bytes()));
        let (run, error) = run(FileId(0), REPORT);
        assert_eq!(error, None);
        let run = run.expect("a report");
        assert_eq!(run.certname, "web1.test");
        assert!(run.is_agent && !run.is_noop);
        // Of a file that is no certificate and did not change nothing is kept.
        let [file] = &run.files[..] else {
            panic!("{:?}", run.files)
        };
        assert_eq!(file.path, "/etc/ssl/ca.pem");
        assert!(!file.is_in_sync);
        assert_eq!(
            file.declared.as_ref().and_then(|declared| declared.line),
            Some(3)
        );
        let [event] = &file.events[..] else {
            panic!("{:?}", file.events)
        };
        assert!(event.is_corrective && event.changed_content());
        let hex =
            |digest: &Option<Digest>| digest.as_ref().map(|digest| digest.hex[..4].to_owned());
        assert_eq!(hex(&event.previous).as_deref(), Some("5acf"));
        assert_eq!(hex(&event.desired).as_deref(), Some("ea0d"));
    }

    #[test]
    fn a_dry_run_changes_nothing() {
        let text = REPORT.replace("status: success", "status: noop");
        let (run, _) = run(FileId(0), &text);
        let run = run.expect("a report");
        assert!(!run.files[0].events[0].changed_content());
    }

    #[test]
    fn what_is_broken_is_read_as_far_as_it_goes() {
        for end in [0, 1, 60, 300, 700, REPORT.len() - 40] {
            let _ = run(FileId(0), &REPORT[..end]);
        }
        assert!(run(FileId(0), "[]").0.is_none());
    }
}
