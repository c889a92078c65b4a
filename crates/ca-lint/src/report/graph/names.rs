//! What nodes are called: short in a drawing, in full in a sentence.

use super::Chart;
use crate::certificate_words::named;
use ca_audit::certificate::Certificate;
use ca_audit::certificate::fingerprint::colon_hex;
use ca_audit::place::Span;
use ca_audit::trust_graph::{Node, NodeId};

/// Characters of a name that are shown; the rest of a longer one is cut.
pub(super) const NAME: usize = 160;

impl Chart<'_> {
    /// The name in full, without control characters, cut where it is endless.
    pub(in crate::report) fn name(&self, id: NodeId) -> String {
        let name = match self.graph.node(id) {
            Node::Certificate(sha256) => self
                .certificate(sha256)
                .map_or_else(|| colon_hex(sha256), named),
            Node::HostFile { host, path, .. } => format!("{path} on {}", self.host(*host)),
            Node::RepositoryFile(file) => self.evidence.path(*file).to_owned(),
            Node::RepositoryText { at, name } if name.is_empty() => {
                format!("text in {}", self.evidence.path(at.file))
            }
            Node::RepositoryText { at, name } => {
                format!("{name} in {}", self.evidence.path(at.file))
            }
            Node::Program {
                name,
                host: Some(host),
                ..
            } => {
                format!("{name} on {}", self.host(*host))
            }
            Node::Outside(_) => format!("{} (not in this project)", self.bare_name(id)),
            Node::Unknown { reason, what, .. } => {
                format!("{what}, which cannot be seen ({})", reason.name())
            }
            _ => self.bare_name(id),
        };
        cut(&name, NAME)
    }

    /// The name without what surrounds it in a drawing: a host, a file.
    pub(in crate::report) fn bare_name(&self, id: NodeId) -> String {
        match self.graph.node(id) {
            Node::Certificate(sha256) => self
                .certificate(sha256)
                .map_or_else(|| colon_hex(&sha256[..4]), common_name),
            Node::HostPath(path) | Node::HostFile { path, .. } => path.to_string(),
            Node::SystemRoots => "the system roots of a host".into(),
            Node::RepositoryFile(file) => self.evidence.path(*file).to_owned(),
            Node::RepositoryText { at, name } if name.is_empty() => {
                self.evidence.path(at.file).to_owned()
            }
            Node::RepositoryText { name, .. } => name.to_string(),
            Node::Resource { title, .. } => title.to_string(),
            Node::Declaration { what, .. }
            | Node::Statement { what, .. }
            | Node::Unknown { what, .. } => what.to_string(),
            Node::Program { name, .. } => (*name).to_owned(),
            Node::Realm(Some(server)) => format!("the Puppet realm of {server}"),
            Node::Realm(None) => "a Puppet realm whose server is not named".into(),
            Node::Outside(what) => without_password(what),
            _ => String::new(),
        }
    }

    /// `PATH:LINE` of the place that a user would open; nothing for what has
    /// none, or is a place by its very name.
    pub(in crate::report) fn place(&self, id: NodeId) -> Option<String> {
        match self.graph.node(id) {
            Node::HostFile { file, .. } => Some(cut(self.evidence.path(*file), NAME)),
            Node::RepositoryFile(_) => None,
            node => node.at().map(|at| self.place_of(at)),
        }
    }

    /// `PATH:LINE` of a place.
    pub(in crate::report) fn place_of(&self, at: Span) -> String {
        let path = cut(self.evidence.path(at.file), NAME);
        format!("{path}:{}", self.places.region(at).start.line)
    }

    pub(in crate::report) fn host(&self, host: usize) -> &str {
        &self.evidence.hosts[host].name
    }
}

/// The common name of a subject, or all of it.
fn common_name(certificate: &Certificate) -> String {
    let subject = certificate.subject_text();
    let common_name = subject
        .split(',')
        .find_map(|part| part.trim().strip_prefix("CN="));
    match common_name.unwrap_or(&subject) {
        "" => "(no subject)".into(),
        name => name.to_owned(),
    }
}

/// A URL without the password in it (RFC 3986 §3.2.1).
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let end = rest.find('/').unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}://…{}", &rest[at..]),
        None => url.to_owned(),
    }
}

/// At most `most` characters, none of them active.
pub(super) fn cut(text: &str, most: usize) -> String {
    let text = crate::report::printable::printable(text).replace('\n', "�");
    match text.char_indices().nth(most) {
        None => text,
        Some((at, _)) => format!("{}…", &text[..at]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_urls_are_not_told() {
        let told = without_password;
        assert_eq!(
            told("https://me:x@y@web.test/ca.pem"),
            "https://…@web.test/ca.pem"
        );
        assert_eq!(told("https://web.test/@ca.pem"), "https://web.test/@ca.pem");
        assert_eq!(told("a bundle"), "a bundle");
    }

    #[test]
    fn endless_names_are_cut_and_silent() {
        assert_eq!(cut("a\x1b[31mb\nc", 9), "a�[31mb�c");
        assert_eq!(cut("ßßßß", 2), "ßß…");
    }
}
