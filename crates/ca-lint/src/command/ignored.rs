//! What the configuration in force puts out of sight.

use super::session::Project;
use crate::config::Ignored;
use crate::suppression::Entry;
use ca_audit::Evidence;
use ca_audit::place::{FileId, Span};

/// The entries, each with its place where the configuration is audited, too.
pub(super) fn entries(project: &Project, evidence: &Evidence) -> Vec<Entry> {
    let ground = project.ground();
    let file = project.configuration_file(evidence);
    let entry = |ignored: &Ignored| Entry {
        rules: ignored.rules.iter().map(|rule| rule.0).collect(),
        path: ignored.path.as_ref().map(|pattern| pattern.0.clone()),
        certificate: ignored.certificate.clone(),
        reason: ignored.reason.clone(),
        until: ignored.until.map(|day| day.0),
        at: file.map(|file| place(file, &project.configuration.text, &ignored.reason)),
        ground: ground.clone(),
    };
    project
        .configuration
        .config
        .ignore
        .iter()
        .map(entry)
        .collect()
}

/// Where the reason stands, which is the one text that only this entry has; the
/// beginning of the file where it is written in some other way.
fn place(file: FileId, text: &str, reason: &str) -> Span {
    let start = text.find(reason.trim());
    start.map_or(Span::whole(file), |start| {
        Span::new(file, start, start + reason.trim().len())
    })
}
