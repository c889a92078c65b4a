//! What stands in and on a drawing: short labels, everything else as a tooltip.

use super::names::cut;
use super::{Chart, Troubles};
use crate::certificate_words::day;
use crate::finding::Severity;
use ca_audit::certificate::Certificate;
use ca_audit::certificate::fingerprint::colon_hex;
use ca_audit::facts::Role;
use ca_audit::trust_graph::{Edge, Flow, Node, NodeId, Proof};
use std::collections::BTreeMap;

/// Characters of a line in a label.
const LINE: usize = 44;
/// Certificates that are named of those that stand in one place.
const HELD: usize = 3;

/// The box in which a node is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    /// What stands in the repository.
    Repository,
    /// What stands on a host in the tree: its index.
    Host(usize),
    /// Everything else.
    None,
}

impl Chart<'_> {
    /// The nodes that are shown by what they are drawn in, in order.
    pub(super) fn groups(&self) -> BTreeMap<Group, Vec<NodeId>> {
        let mut groups: BTreeMap<Group, Vec<NodeId>> = BTreeMap::new();
        for id in self.nodes() {
            groups.entry(self.group(id)).or_default().push(id);
        }
        groups
    }

    fn group(&self, id: NodeId) -> Group {
        let node = self.graph.node(id);
        match (node.host(), node) {
            (Some(host), _) => Group::Host(host),
            (
                None,
                Node::RepositoryFile(_)
                | Node::RepositoryText { .. }
                | Node::Resource { .. }
                | Node::Declaration { .. }
                | Node::Statement { .. }
                | Node::Program { at: Some(_), .. }
                | Node::Unknown { at: Some(_), .. },
            ) => Group::Repository,
            _ => Group::None,
        }
    }

    /// The lines of a label.
    pub(in crate::report) fn label(&self, id: NodeId) -> Vec<String> {
        let mut lines = match self.graph.node(id) {
            Node::HostPath(path) | Node::HostFile { path, .. } => vec![short_path(path, LINE)],
            Node::RepositoryFile(file) => vec![short_path(self.evidence.path(*file), LINE)],
            Node::Resource { title, .. } => vec![short_title(title)],
            _ => vec![cut(&self.bare_name(id), LINE)],
        };
        lines.extend(self.detail(id));
        lines.extend(self.holds(id));
        let troubles = self.troubles.of(id);
        let mut rules: Vec<&str> = troubles.iter().map(|trouble| trouble.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        lines.extend(rules.iter().map(|rule| format!("✗ {rule}")));
        lines
    }

    fn detail(&self, id: NodeId) -> Option<String> {
        match self.graph.node(id) {
            Node::Certificate(sha256) => {
                let certificate = self.certificate(sha256)?;
                Some(format!(
                    "{}… {}",
                    colon_hex(&sha256[..4]),
                    nature(certificate)
                ))
            }
            Node::HostPath(_) => Some("on hosts".into()),
            Node::Resource { at, .. }
            | Node::Declaration { at, .. }
            | Node::Statement { at, .. }
            | Node::RepositoryText { at, .. } => {
                let place = self.place_of(*at);
                Some(short_path(&place, LINE))
            }
            Node::Program { at: Some(at), .. } => Some(short_path(&self.place_of(*at), LINE)),
            Node::Outside(_) => Some("not in this project".into()),
            Node::Unknown { reason, .. } => Some(format!("cannot be seen: {}", reason.name())),
            _ => None,
        }
    }

    fn holds(&self, id: NodeId) -> Option<String> {
        let held = self.held(id);
        let hashes: Vec<String> = held
            .iter()
            .take(HELD)
            .map(|certificate| format!("{}…", colon_hex(&certificate.sha256()[..4])))
            .collect();
        match held.len() {
            0 => None,
            count if count > HELD => Some(format!("holds {count} certificates")),
            _ => Some(format!("holds {}", hashes.join(", "))),
        }
    }

    /// Everything that there is no room for in the label.
    pub(in crate::report) fn tooltip(&self, id: NodeId) -> String {
        let mut parts = vec![self.name(id)];
        parts.extend(self.place(id));
        let troubles = self.troubles.of(id).iter();
        parts.extend(troubles.map(|trouble| {
            let message = cut(&trouble.message, 400);
            format!("{}[{}]: {message}", trouble.severity.name(), trouble.rule)
        }));
        parts.join(" — ")
    }

    /// A few words on an arrow.
    pub(in crate::report) fn edge_label(&self, edge: &Edge) -> &'static str {
        match edge.flow {
            Flow::OnHost => "on this host",
            Flow::Signed(Proof::Key) => "signed",
            Flow::Signed(Proof::Unchecked) => "signed? (unchecked)",
            Flow::Signed(Proof::NameOnly) => "issuer by name, another key",
            Flow::CopiedBy => "is copied",
            Flow::ContentOf => "is the content",
            Flow::LinkedBy => "is linked",
            Flow::Decides => "decides",
            Flow::Declares => "declares",
            Flow::Writes => "writes",
            Flow::Removes => "removes",
            Flow::Keeps => "keeps owner and mode",
            Flow::NextRunCopies if self.changes_at_next_run(edge) => {
                "the next Puppet run copies over it"
            }
            Flow::NextRunCopies => "Puppet copies",
            Flow::JoinsRoots => "becomes part of",
            Flow::SystemLink => "linked by the system",
            Flow::ReadBy(Role::EtcdClient) => "names it as CA",
            Flow::ReadBy(role) => role.noun(),
            Flow::TrustedByDefault(_) => "trusted: names no CA",
            Flow::TrustedIn => "agent's CA",
            Flow::IssuesFor => "the authority's CA",
            // That something stands there needs no words.
            _ => "",
        }
    }

    /// How bad an arrow is: what it carries reverts a file, does not verify, or
    /// has to do with something bad at both of its ends.
    pub(in crate::report) fn edge_trouble(&self, edge: &Edge) -> Option<Severity> {
        let worst = |id| Troubles::worst(self.troubles, id);
        match edge.flow {
            Flow::NextRunCopies if self.changes_at_next_run(edge) => Some(Severity::Error),
            Flow::Signed(Proof::NameOnly) => Some(Severity::Warning),
            Flow::TrustedByDefault(_) => worst(edge.to),
            Flow::TrustedIn => worst(edge.from),
            Flow::StandsIn => worst(edge.from).min(worst(edge.to)),
            _ => None,
        }
    }
}

/// `CA until 2031-11-21`.
fn nature(certificate: &Certificate) -> String {
    let kind = match certificate.is_ca() {
        Some(true) => "CA",
        Some(false) => "no CA",
        None => "perhaps a CA",
    };
    match certificate.not_after().seconds() {
        Some(end) => format!("{kind}, until {}", day(end)),
        None => kind.to_owned(),
    }
}

/// `File[/etc/ssl/ca.pem]` with its path shortened.
fn short_title(title: &str) -> String {
    let inner = title
        .strip_prefix("File[")
        .and_then(|rest| rest.strip_suffix(']'));
    match inner {
        Some(path) => format!("File[{}]", short_path(path, LINE)),
        None => cut(title, LINE),
    }
}

/// A path that keeps its beginning and its last names: `/var/…/certs/ca.pem`.
fn short_path(path: &str, most: usize) -> String {
    let path = cut(path, 4 * super::names::NAME);
    if path.chars().count() <= most {
        return path;
    }
    let mut kept = String::new();
    for name in path.rsplit('/') {
        let longer = if kept.is_empty() {
            name.to_owned()
        } else {
            format!("{name}/{kept}")
        };
        if !kept.is_empty() && longer.chars().count() + 2 > most {
            break;
        }
        kept = longer;
    }
    cut(&format!("…/{kept}"), most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_paths_keep_their_ends() {
        assert_eq!(short_path("/a/b.pem", 20), "/a/b.pem");
        assert_eq!(
            short_path("/var/lib/puppet/ssl/certs/ca.pem", 20),
            "…/ssl/certs/ca.pem"
        );
        assert_eq!(
            short_path(&"x".repeat(30), 10),
            format!("…/{}…", "x".repeat(8))
        );
    }
}
