//! Resources: who declares them, what they write, where its content is.

use super::builder::Builder;
use super::{Flow, Node, NodeId};
use crate::facts::{Content, Write};
use crate::link::managed::{Source, SourceEnd};
use crate::link::unknowns;
use crate::place::Span;
use crate::value::{Condition, Unknown};
use smol_str::{SmolStr, format_smolstr};

impl Builder<'_> {
    /// Every resource that has to do with a file.
    pub(super) fn writes(&mut self) {
        for write in &self.evidence.writes {
            let resource = self.node(Node::Resource {
                title: write.resource.clone(),
                at: write.at,
                declared_at: write.declared_at(),
            });
            self.declarations(write, resource);
            self.content(write, resource);
            let path = self.node(Node::HostPath(format_smolstr!("{}", write.path)));
            let via = self.statements(&write.path_from, resource);
            let flow = match write.content {
                Content::Absent => Flow::Removes,
                Content::Unmanaged => Flow::Keeps,
                _ => Flow::Writes,
            };
            self.edge_when(resource, path, flow, Some(write.at), &write.when, via);
        }
    }

    /// The way from the outermost class to the resource.
    fn declarations(&mut self, write: &Write, resource: NodeId) {
        let mut above = None;
        for step in &write.chain {
            let this = self.node(Node::Declaration {
                at: step.at,
                what: step.words(),
                is_class: step.is_class,
            });
            if let Some(above) = above {
                self.edge(above, this, Flow::Declares, None);
            }
            above = Some(this);
        }
        if let Some(above) = above {
            self.edge(above, resource, Flow::Declares, None);
        }
    }

    fn content(&mut self, write: &Write, resource: NodeId) {
        if let Content::Link(target) = &write.content {
            let target = self.node(Node::HostPath(format_smolstr!("{target}")));
            self.edge(target, resource, Flow::LinkedBy, Some(write.content_at));
            return;
        }
        let flow = match write.content {
            Content::Inline(_) => Flow::ContentOf,
            _ => Flow::CopiedBy,
        };
        let sources = self.evidence.sources_of(write).unwrap_or_default();
        for (source, when) in sources.iter().zip(conditions(write)) {
            let end = self.end(source);
            let via = self.statements(&source.from, resource);
            self.edge_when(end, resource, flow, Some(write.content_at), when, via);
        }
    }

    fn end(&mut self, source: &Source) -> NodeId {
        match &source.end {
            SourceEnd::Repository(file) => self.file(*file),
            SourceEnd::SameHost(path) => self.node(Node::HostPath(format_smolstr!("{path}"))),
            SourceEnd::Inline(at) => {
                let name = self.name_of(source, *at);
                self.node(Node::RepositoryText { at: *at, name })
            }
            SourceEnd::Elsewhere(url) => self.node(Node::Outside(format_smolstr!("{url}"))),
            SourceEnd::Unknown(unknown) => self.node(unknown_node(unknown)),
        }
    }

    /// What text is called: what its certificates stand under, or what was said
    /// of its place.
    fn name_of(&self, source: &Source, at: Span) -> SmolStr {
        let certs = self.evidence.certs_of(&source.end);
        let container = certs.first().map(|cert| cert.container.clone());
        let said = source.from.iter().find(|origin| origin.at == at);
        container
            .filter(|container| !container.is_empty())
            .or_else(|| said.map(|origin| origin.what.as_ref().into()))
            .unwrap_or_default()
    }
}

/// The conditions of each source, in the order of `Evidence::sources_of`.
fn conditions(write: &Write) -> Vec<&[Condition]> {
    match &write.content {
        Content::Copy(values) => {
            let cases = values.iter().flat_map(|value| value.cases.iter());
            cases.map(|case| case.when.as_slice()).collect()
        }
        Content::Inline(value) => value
            .cases
            .iter()
            .map(|case| case.when.as_slice())
            .collect(),
        Content::Link(_) | Content::Absent | Content::Unmanaged => Vec::new(),
    }
}

fn unknown_node(unknown: &Unknown) -> Node {
    Node::Unknown {
        reason: unknowns::reason(&unknown.why),
        what: format_smolstr!("{unknown}"),
        at: unknown.at,
    }
}
