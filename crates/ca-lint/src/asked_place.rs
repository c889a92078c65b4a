//! The place that somebody asks about, in whatever form it was copied.

use crate::report::inventory::Wanted;
use ca_audit::Evidence;
use ca_audit::place::FileId;
use ca_audit::trust_graph::{Node, NodeId, TrustGraph};
use std::collections::BTreeSet;

/// A path on a host, a file of the repository, a fingerprint, a part of a
/// subject, or the name of a resource, a program or a data key.
#[derive(Clone, Debug)]
pub struct AskedPlace {
    text: String,
    wanted: Wanted,
}

/// Something that was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// What it is, as it was asked for or is known here.
    pub title: String,
    /// Its nodes, the one that stands for all of them first.
    pub nodes: Vec<NodeId>,
}

/// Matches less alike than this are not offered: between 0 and 1.
const ALIKE: f64 = 0.75;
/// So many are offered.
const OFFERED: usize = 5;

impl AskedPlace {
    /// Understands paths with or without `./` and `:LINE`, `puppet:///` URLs,
    /// and what [`Wanted`] understands.
    pub fn new(asked: &str) -> Self {
        let text = asked.trim();
        Self {
            wanted: Wanted::new(text),
            text: text.to_owned(),
        }
    }

    /// As it was asked for.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Everything that may be meant; what is told exactly excludes the rest.
    pub fn matches(&self, evidence: &Evidence, graph: &TrustGraph) -> Vec<Match> {
        let search = Search { evidence, graph };
        if self.text.starts_with("puppet:") {
            let file = evidence.served_file(&self.text);
            return file
                .into_iter()
                .filter_map(|file| search.of_file(file))
                .collect();
        }
        if self.text.starts_with('/') {
            let exact = search.of_host_path(&self.text);
            let mut found: Vec<Match> = exact.into_iter().collect();
            found.extend(search.of_files(&self.text));
            if found.is_empty() {
                found = search.of_possible_path(&self.text);
            }
            return found;
        }
        let mut found = search.of_files(&self.text);
        found.extend(search.of_name(&self.text));
        if found.is_empty() {
            found = search.of_certificates(&self.wanted);
        }
        found
    }

    /// What is here and looks alike, the most alike first.
    pub fn nearest(&self, evidence: &Evidence, graph: &TrustGraph) -> Vec<String> {
        let mut known: BTreeSet<String> = BTreeSet::new();
        for (_, node) in graph.nodes() {
            known.extend(match node {
                Node::HostPath(path) | Node::HostFile { path, .. } => Some(path.to_string()),
                Node::RepositoryFile(file) => Some(evidence.path(*file).to_owned()),
                Node::RepositoryText { at, .. } => Some(evidence.path(at.file).to_owned()),
                _ => None,
            });
        }
        let inventory = evidence.inventory();
        known.extend(
            inventory
                .iter()
                .map(|(certificate, _)| certificate.subject_text()),
        );
        let alike = |name: String| {
            let whole = strsim::jaro_winkler(&name, &self.text);
            let last = strsim::normalized_levenshtein(last_name(&name), last_name(&self.text));
            (whole.max(last), name)
        };
        let mut ranked: Vec<(f64, String)> = known.into_iter().map(alike).collect();
        ranked.retain(|(alike, _)| *alike >= ALIKE);
        // Names come sorted, so equals stay in the order of their letters.
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        ranked.truncate(OFFERED);
        ranked.into_iter().map(|(_, name)| name).collect()
    }
}

fn last_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

struct Search<'a> {
    evidence: &'a Evidence,
    graph: &'a TrustGraph,
}

impl Search<'_> {
    /// A path as resources and programs name it, and as it is on each host.
    fn of_host_path(&self, path: &str) -> Option<Match> {
        let mut nodes: Vec<NodeId> = Vec::new();
        nodes.extend(self.graph.find(&Node::HostPath(path.into())));
        for host in &self.evidence.hosts {
            let file = self.evidence.host_file(host, path);
            nodes.extend(file.into_iter().flat_map(|file| self.wholes(file)));
        }
        nodes.extend(
            self.all(|node| matches!(node, Node::HostFile { path: other, .. } if other == path)),
        );
        matched(path.to_owned(), nodes)
    }

    /// Paths with parts that cannot be seen and may be this one.
    fn of_possible_path(&self, path: &str) -> Vec<Match> {
        let nodes = self.graph.nodes().filter_map(|(id, node)| match node {
            Node::HostPath(pattern) if may_be(pattern, path) => {
                matched(format!("{pattern} (may be {path})"), vec![id])
            }
            _ => None,
        });
        nodes.collect()
    }

    /// The files of the tree at a path, or at any path that ends so.
    fn of_files(&self, text: &str) -> Vec<Match> {
        let path = without_line(text);
        let path = path.strip_prefix("./").unwrap_or(path);
        if path.is_empty() {
            return Vec::new();
        }
        if let Some(file) = self.evidence.file(path) {
            return self.of_file(file).into_iter().collect();
        }
        let path = path.trim_start_matches('/');
        let ends_so = |known: &str| {
            known
                .strip_suffix(path)
                .is_some_and(|before| before.ends_with('/'))
        };
        let entries = self.evidence.entries.iter().enumerate();
        let files = entries.filter(|(_, entry)| path.contains(['/', '.']) && ends_so(&entry.path));
        let files = files.map(|(index, _)| FileId(index as u32));
        // Host files were found by their paths on the host.
        let files =
            files.filter(|file| !text.starts_with('/') || self.evidence.host_of(*file).is_none());
        files.filter_map(|file| self.of_file(file)).collect()
    }

    /// The nodes of a file: the file itself, else what stands in it.
    fn of_file(&self, file: FileId) -> Option<Match> {
        let mut nodes = self.wholes(file);
        if nodes.is_empty() {
            nodes = self.all(|node| node.at().is_some_and(|at| at.file == file));
        }
        matched(self.evidence.path(file).to_owned(), nodes)
    }

    fn wholes(&self, file: FileId) -> Vec<NodeId> {
        self.all(|node| match node {
            Node::HostFile { file: whole, .. } | Node::RepositoryFile(whole) => *whole == file,
            _ => false,
        })
    }

    /// Resources, programs, declarations and data keys with exactly this name.
    fn of_name(&self, text: &str) -> Vec<Match> {
        let is_named = |node: &Node| match node {
            Node::Resource { title, .. } => title == text,
            Node::Program { name, .. } => *name == text,
            Node::RepositoryText { name, .. } => name == text,
            Node::Declaration { what, .. } => what.split(" { ").next() == Some(text),
            Node::Statement { what, .. } | Node::Unknown { what, .. } => {
                what == text || what.strip_prefix("hiera key ") == Some(text)
            }
            _ => false,
        };
        matched(text.to_owned(), self.all(is_named))
            .into_iter()
            .collect()
    }

    fn of_certificates(&self, wanted: &Wanted) -> Vec<Match> {
        let inventory = self.evidence.inventory();
        let wanted = inventory
            .iter()
            .filter(|(certificate, _)| wanted.is_certificate(certificate));
        wanted
            .filter_map(|(certificate, _)| {
                let id = self.graph.find(&Node::Certificate(*certificate.sha256()))?;
                matched(certificate.subject_text(), vec![id])
            })
            .collect()
    }

    fn all(&self, wanted: impl Fn(&Node) -> bool) -> Vec<NodeId> {
        let nodes = self.graph.nodes().filter(|(_, node)| wanted(node));
        nodes.map(|(id, _)| id).collect()
    }
}

fn matched(title: String, mut nodes: Vec<NodeId>) -> Option<Match> {
    let mut seen = BTreeSet::new();
    nodes.retain(|id| seen.insert(*id));
    (!nodes.is_empty()).then_some(Match { title, nodes })
}

/// `PATH:LINE` and `PATH:LINE:COLUMN` as reports print them.
fn without_line(text: &str) -> &str {
    let mut path = text;
    for _ in 0..2 {
        let number = path.rsplit_once(':').filter(|(_, number)| {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        });
        path = number.map_or(path, |(before, _)| before);
    }
    path
}

/// Whether a path with `${…}` in it may be `path`: its known parts stand there
/// in order, and there is more than slashes in them.
fn may_be(pattern: &str, path: &str) -> bool {
    let mut pieces = Vec::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("${") {
        pieces.push(before);
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    let (first, last) = match pieces.split_first() {
        Some((first, _)) => (*first, rest),
        None => return false,
    };
    let known: usize = pieces.iter().map(|piece| piece.len()).sum::<usize>() + last.len();
    let middle = path
        .strip_prefix(first)
        .and_then(|path| path.strip_suffix(last));
    let Some(mut middle) = middle.filter(|_| known >= 8 && first.starts_with('/')) else {
        return false;
    };
    for piece in &pieces[1..] {
        match middle.split_once(piece) {
            Some((_, after)) => middle = after,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use ca_audit::{Request, audit, tree::Memory};

    const MANIFEST: &str = "class a {\n  file { '/etc/ssl/ca.pem': source => 'puppet:///modules/a/ca.pem' }\n  file { \"/etc/ssl/certs/${facts['fqdn']}-ca.pem\": source => '/x/ca.pem' }\n}\n";

    fn titles(asked: &str) -> Vec<String> {
        let tree = Memory::new()
            .with("site/modules/a/manifests/init.pp", MANIFEST)
            .with("site/modules/a/files/ca.pem", "none");
        let evidence = audit(&tree, &Request::default());
        let graph = evidence.trust_graph();
        let matches = AskedPlace::new(asked).matches(&evidence, &graph);
        matches.into_iter().map(|found| found.title).collect()
    }

    #[test]
    fn a_place_is_found_in_every_form() {
        let file = ["site/modules/a/files/ca.pem"];
        assert_eq!(titles("/etc/ssl/ca.pem"), ["/etc/ssl/ca.pem"]);
        assert_eq!(titles("site/modules/a/files/ca.pem"), file);
        assert_eq!(titles("./site/modules/a/files/ca.pem:1"), file);
        assert_eq!(titles("modules/a/files/ca.pem:3:7"), file);
        assert_eq!(titles("puppet:///modules/a/ca.pem"), file);
        assert_eq!(titles("File[/etc/ssl/ca.pem]"), ["File[/etc/ssl/ca.pem]"]);
        assert_eq!(
            titles("/etc/ssl/certs/web1-ca.pem"),
            ["/etc/ssl/certs/${fact fqdn}-ca.pem (may be /etc/ssl/certs/web1-ca.pem)"]
        );
        assert!(titles("/etc/ssl/other.pem").is_empty());
        assert!(titles("puppet:///modules/b/ca.pem").is_empty());
    }

    #[test]
    fn a_slip_is_offered_what_was_meant() {
        let tree = Memory::new().with("modules/a/manifests/init.pp", MANIFEST);
        let evidence = audit(&tree, &Request::default());
        let graph = evidence.trust_graph();
        let nearest = AskedPlace::new("/etc/ssl/cq.pem").nearest(&evidence, &graph);
        assert_eq!(nearest.first().map(String::as_str), Some("/etc/ssl/ca.pem"));
    }

    #[test]
    fn holes_take_anything_but_not_everything() {
        assert!(may_be("/etc/ssl/${x}/ca.pem", "/etc/ssl/web/ca.pem"));
        assert!(may_be("/etc/${x}/b/${y}.pem", "/etc/a/b/c.pem"));
        assert!(!may_be("/etc/${x}/b/${y}.pem", "/etc/a/c/c.pem"));
        assert!(!may_be("${x}", "/etc/ssl/ca.pem"));
        assert!(!may_be("/etc/ssl/ca.pem", "/etc/ssl/ca.pem"));
        assert!(!may_be("/etc/ssl/${", "/etc"));
    }
}
