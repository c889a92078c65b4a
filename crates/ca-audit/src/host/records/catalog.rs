//! Compiled catalogs: what Puppet's server told one host to be.
//!
//! An agent keeps its last one in `$vardir/client_data/catalog/CERTNAME.json`;
//! `puppet catalog compile` prints one, perhaps after lines of its log; `PuppetDB`
//! and old servers wrap lists in `data`. (Puppet's `resource/catalog.rb`,
//! `to_data_hash`; `PuppetDB`'s catalog wire format and its query API.)

use super::catalog_file::{self, Parameters};
use super::declared::Declared;
use crate::facts::{Names, Step, Write};
use crate::place::{FileId, Span};
use crate::value::Text;
use smol_str::{SmolStr, format_smolstr};
use std::collections::{BTreeMap, HashMap};
use yaml_spans::{Kind, Limits, Node, Resolved, Schema, Tree};

/// A catalog, as far as it is about files.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// The file that holds it.
    pub file: FileId,
    /// For which host it was compiled; empty where that is not said.
    pub certname: SmolStr,
    /// The environment; empty where it is not said.
    pub environment: SmolStr,
    /// Its version: by default the Unix seconds of its making.
    pub version: SmolStr,
    /// What it writes, in order of appearance.
    pub files: Vec<Recorded>,
}

/// A File resource of a catalog.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// What it does. Its places (`at`, and those of its chain) are in the
    /// catalog.
    pub write: Write,
    /// The resource's title, by which reports call it.
    pub title: SmolStr,
    /// Where its manifest declares it.
    pub declared: Option<Declared>,
    /// The same for each step of the chain.
    pub chain_declared: Vec<Option<Declared>>,
}

impl Recorded {
    /// The path on the host; resources of a catalog have no other.
    pub fn path(&self) -> &str {
        self.write.path.as_str().unwrap_or_default()
    }

    /// The declaration that a user would edit, as the server knows it: the
    /// outermost call of a defined type inside the class that makes it.
    pub fn declared(&self) -> Option<&Declared> {
        let chain = self.write.chain.iter().zip(&self.chain_declared);
        let inside = chain.rev().take_while(|(step, _)| !step.is_class);
        let outermost = inside.filter_map(|(_, declared)| declared.as_ref()).last();
        outermost.or(self.declared.as_ref())
    }

    /// That declaration in the tree, else the resource in the catalog.
    pub fn edited_at(&self) -> Span {
        let declared = self.declared().and_then(|declared| declared.at);
        declared.unwrap_or(self.write.at)
    }
}

/// Whether bytes may hold a catalog: a cheap look before they are parsed.
pub(super) fn may_be_catalog(bytes: &[u8]) -> bool {
    let holds = |word: &str| memchr::memmem::find(bytes, word.as_bytes()).is_some();
    json_start(bytes).is_some()
        && holds("\"title\"")
        && holds("\"type\"")
        && (holds("\"resources\"") || holds("\"certname\""))
}

/// The catalogs in a file; `is_cached` where an agent keeps its own. The second
/// is what is wrong with the JSON.
pub(super) fn catalogs(
    file: FileId,
    text: &str,
    is_cached: bool,
) -> (Vec<Catalog>, Option<(Span, String)>) {
    let Some(start) = json_start(text.as_bytes()) else {
        return (Vec::new(), None);
    };
    let tree = Tree::parse_json(&text[start..], &Limits::default());
    let reading = Reading {
        file,
        start,
        is_cached,
    };
    let mut found = Vec::new();
    if let Some(root) = tree.root() {
        reading.collect(root, 0, &mut found);
    }
    let error = tree.errors().first().map(|error| {
        let at = error.span.range();
        (
            Span::new(file, start + at.start, start + at.end),
            error.to_string(),
        )
    });
    (found, error)
}

/// Where a line begins with a bracket: `Notice:` lines may come before. A log
/// has few lines, so the search ends soon in other files.
fn json_start(bytes: &[u8]) -> Option<usize> {
    let mut start = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n').take(200) {
        let text = line.trim_ascii_start();
        match text.first() {
            Some(b'{' | b'[') => return Some(start + line.len() - text.len()),
            None => {}
            // Puppet's log begins with a level, perhaps in colour.
            Some(first) if first.is_ascii_uppercase() || *first == 0x1b => {}
            Some(_) if start == 0 && bytes.starts_with(b"\xEF\xBB\xBF") => {
                return (bytes.get(3) == Some(&b'{')).then_some(3);
            }
            Some(_) => return None,
        }
        start += line.len();
    }
    None
}

struct Reading {
    file: FileId,
    start: usize,
    is_cached: bool,
}

impl Reading {
    /// Wrappings are few: `{"data": {…}}`, `{"catalog": {…}}`, a list.
    fn collect(&self, node: Node, depth: usize, found: &mut Vec<Catalog>) {
        if depth > 3 {
            return;
        }
        if node.kind() == Kind::Sequence {
            if let Some(certnames) = by_certname(node) {
                let catalog = |(name, resources): (&str, Vec<Node>)| {
                    self.catalog(name, "", "", &resources, &HashMap::new())
                };
                found.extend(certnames.into_iter().map(catalog));
                return;
            }
            for item in node.items() {
                self.collect(item, depth + 1, found);
            }
            return;
        }
        if let Some(resources) = list(node, "resources").filter(|list| list.iter().any(is_resource))
        {
            let text = |key| node.get(key).and_then(Node::as_str).unwrap_or_default();
            let name = match text("certname") {
                "" => text("name"),
                certname => certname,
            };
            let containers = containers(node);
            found.push(self.catalog(
                name,
                text("environment"),
                text("version"),
                &resources,
                &containers,
            ));
            return;
        }
        for key in ["data", "catalog"] {
            if let Some(inner) = node.get(key) {
                self.collect(inner, depth + 1, found);
            }
        }
    }

    fn catalog(
        &self,
        certname: &str,
        environment: &str,
        version: &str,
        resources: &[Node],
        containers: &HashMap<SmolStr, SmolStr>,
    ) -> Catalog {
        let by_reference: HashMap<SmolStr, Node> = resources
            .iter()
            .filter_map(|resource| Some((reference(*resource)?, *resource)))
            .collect();
        let files = resources
            .iter()
            .filter(|resource| self.is_applied_file(**resource));
        let files = files
            .filter_map(|resource| self.recorded(*resource, &by_reference, containers))
            .collect();
        Catalog {
            file: self.file,
            certname: certname.into(),
            environment: environment.into(),
            version: version.into(),
            files,
        }
    }

    /// A server takes out of an agent's catalog what is exported and not
    /// collected (`indirector/catalog/compiler.rb`, `filter`), so what is still
    /// in it is applied; elsewhere the mark means that it is for others.
    fn is_applied_file(&self, resource: Node) -> bool {
        let is = |key| resource.get(key).is_some_and(is_true);
        let is_file = resource.get("type").and_then(Node::as_str) == Some("File");
        is_file && !is("virtual") && (self.is_cached || !is("exported"))
    }

    fn recorded(
        &self,
        resource: Node,
        by_reference: &HashMap<SmolStr, Node>,
        containers: &HashMap<SmolStr, SmolStr>,
    ) -> Option<Recorded> {
        let title_node = resource.get("title")?;
        let title: SmolStr = title_node.as_str()?.into();
        let at = self.span(title_node);
        let parameters = Parameters::new(resource);
        let path = parameters.text("path").unwrap_or(&title);
        let (content, content_node) = catalog_file::content(&parameters);
        let chain = chain(&format_smolstr!("File[{title}]"), containers, by_reference);
        let step = |container: &Node| {
            let (kind, title) = (text(*container, "type"), text(*container, "title"));
            let is_class = kind == "Class";
            Step {
                at: container.get("title").map_or(at, |node| self.span(node)),
                what: step_words(&kind, &title),
                is_class,
                absent_module: None,
            }
        };
        Some(Recorded {
            write: Write {
                path: Text::literal(path),
                path_from: Vec::new(),
                content,
                content_at: content_node.map_or(at, |node| self.span(node)),
                names: Names::default(),
                resource: format_smolstr!("File[{title}]"),
                at,
                chain: chain.iter().map(step).collect(),
                changed_at: Vec::new(),
                backup: catalog_file::backup(&parameters),
                is_part: false,
                one_of: None,
                keeps_existing: catalog_file::keeps_existing(&parameters),
                is_recursive: parameters.text("recurse").is_some_and(|it| it != "false"),
                when: Vec::new(),
            },
            title,
            declared: declared(resource),
            chain_declared: chain.iter().map(|container| declared(*container)).collect(),
        })
    }

    fn span(&self, node: Node) -> Span {
        let at = node.span().range();
        Span::new(self.file, self.start + at.start, self.start + at.end)
    }
}

/// `PuppetDB`'s answer about resources: a list in which each says whose it is.
fn by_certname(list: Node<'_>) -> Option<BTreeMap<&str, Vec<Node<'_>>>> {
    let mut found: BTreeMap<&str, Vec<Node>> = BTreeMap::new();
    for item in list.items().filter(is_resource) {
        let certname = item.get("certname").and_then(Node::as_str)?;
        found.entry(certname).or_default().push(item);
    }
    (!found.is_empty()).then_some(found)
}

/// A list, or a list wrapped in `data`.
fn list<'t>(node: Node<'t>, key: &str) -> Option<Vec<Node<'t>>> {
    let value = node.get(key)?;
    let value = if value.kind() == Kind::Mapping {
        value.get("data")?
    } else {
        value
    };
    (value.kind() == Kind::Sequence).then(|| value.items().collect())
}

fn is_resource(node: &Node) -> bool {
    let is_text = |key| node.get(key).is_some_and(|node| node.as_str().is_some());
    is_text("type") && is_text("title")
}

/// What contains what: `File[/x]` → `Sslcert::Ca[x]`.
fn containers(catalog: Node) -> HashMap<SmolStr, SmolStr> {
    let edges = list(catalog, "edges").unwrap_or_default();
    edges.into_iter().filter_map(edge).collect()
}

/// An edge from the container to what it contains, as catalogs write it, as
/// `PuppetDB` stores it, or as `PuppetDB` answers.
fn edge(edge: Node) -> Option<(SmolStr, SmolStr)> {
    let relationship = edge.get("relationship").and_then(Node::as_str);
    if relationship.is_some_and(|relationship| relationship != "contains") {
        return None;
    }
    let end = |key: &str| -> Option<SmolStr> {
        match edge.get(key) {
            Some(node) if node.kind() == Kind::Mapping => reference(node),
            Some(node) => node.as_str().map(SmolStr::from),
            None => {
                let kind = edge.get(&format!("{key}_type"))?.as_str()?;
                let title = edge.get(&format!("{key}_title"))?.as_str()?;
                Some(format_smolstr!("{kind}[{title}]"))
            }
        }
    };
    Some((end("target")?, end("source")?))
}

/// The defined types and classes that contain a resource, outermost first. A
/// catalog's containment is a tree; a forged one may have a ring.
fn chain<'t>(
    reference: &SmolStr,
    containers: &HashMap<SmolStr, SmolStr>,
    by_reference: &HashMap<SmolStr, Node<'t>>,
) -> Vec<Node<'t>> {
    let mut chain = Vec::new();
    let mut current = containers.get(reference);
    for _ in 0..64 {
        let Some(container) = current else { break };
        let is_structure = container.starts_with("Stage[")
            || container.starts_with("Node[")
            || matches!(container.as_str(), "Class[Main]" | "Class[main]");
        if !is_structure && let Some(node) = by_reference.get(container) {
            chain.push(*node);
        }
        current = containers.get(container);
    }
    chain.reverse();
    chain
}

fn reference(resource: Node) -> Option<SmolStr> {
    let kind = resource.get("type")?.as_str()?;
    let title = resource.get("title")?.as_str()?;
    Some(format_smolstr!("{kind}[{title}]"))
}

/// `class sslcert`, `sslcert::ca { 'x' }`: as the manifest has it.
fn step_words(kind: &str, title: &str) -> SmolStr {
    if kind == "Class" {
        return format_smolstr!("class {}", title.to_lowercase());
    }
    format_smolstr!("{} {{ '{title}' }}", kind.to_lowercase())
}

fn declared(resource: Node) -> Option<Declared> {
    let file = resource
        .get("file")?
        .as_str()
        .filter(|file| !file.is_empty())?;
    let line = resource
        .get("line")
        .and_then(|line| line.as_str()?.parse().ok());
    // What PuppetDB does not know is null, which is no path.
    let is_null = resource.get("file")?.resolve(Schema::Psych) == Resolved::Null;
    (!is_null).then(|| Declared::new(file.into(), line))
}

fn text(node: Node, key: &str) -> SmolStr {
    node.get(key)
        .and_then(Node::as_str)
        .unwrap_or_default()
        .into()
}

fn is_true(node: Node) -> bool {
    node.resolve(Schema::Psych) == Resolved::Bool(true)
}
