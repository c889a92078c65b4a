//! One graph of trust: from the key that signs to the program that trusts, and
//! from the line in the repository to the file on the host.
//!
//! Everything points the way trust flows: a certificate stands in a file, a
//! resource takes its content from there and writes a path, the path is a file
//! on a host, a program reads it. So whatever a place hangs on is found
//! against the arrows ([`TrustGraph::edges_into`]), and whom it concerns along them
//! ([`TrustGraph::edges_out_of`]). What cannot be seen is a node with its reason,
//! never a missing arrow.

mod builder;
mod certificates;
mod hosts;
mod lasting;
mod programs;
#[cfg(test)]
mod tests;
mod writes;

pub use lasting::Lasting;

use crate::evidence::Evidence;
use crate::facts::{Reason, Role};
use crate::place::{FileId, Span};
use crate::value::Condition;
use smol_str::SmolStr;
use std::collections::HashMap;

/// Who writes, holds, signs and reads what.
#[derive(Debug, Default)]
pub struct TrustGraph {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    ids: HashMap<Node, NodeId>,
    into: Vec<Vec<usize>>,
    out_of: Vec<Vec<usize>>,
}

/// A node of one [`TrustGraph`]: its index in [`TrustGraph::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// Something that is trusted, trusts, or stands between the two.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Node {
    /// A certificate, by the SHA-256 of its DER.
    Certificate([u8; 32]),
    /// A path on every host that gets a resource or runs a program; parts that
    /// cannot be seen stand in `${…}`.
    HostPath(SmolStr),
    /// A file of a host in the tree.
    HostFile {
        /// An index into [`Evidence::hosts`].
        host: usize,
        /// Its path on the host.
        path: SmolStr,
        /// The file.
        file: FileId,
    },
    /// What a host trusts by itself, whatever host that is.
    SystemRoots,
    /// A file of the repository.
    RepositoryFile(FileId),
    /// Text in a file of the repository: a heredoc, a value of a document.
    RepositoryText {
        /// The text.
        at: Span,
        /// What it stands under: a hiera key, `data["ca.crt"]`; may be empty.
        name: SmolStr,
    },
    /// A resource that writes a file.
    Resource {
        /// `File[/etc/x]`.
        title: SmolStr,
        /// Where it is declared.
        at: Span,
        /// The declaration that a user would edit.
        declared_at: Span,
    },
    /// A class or a call of a defined type on the way to a resource.
    Declaration {
        /// The title in the declaration.
        at: Span,
        /// `sslcert::ca { 'Puppet_Internal_CA' }`.
        what: SmolStr,
        /// Whether it declares a class, not a defined type.
        is_class: bool,
    },
    /// A place that decides a value: a data key in a layer, a parameter, a
    /// function that returns it.
    Statement {
        /// The place.
        at: Span,
        /// What happens there.
        what: SmolStr,
    },
    /// A program that trusts something.
    Program {
        /// Its name.
        name: &'static str,
        /// The setting that makes it one; none where that is its nature.
        at: Option<Span>,
        /// The host on which it runs, where that is in the tree.
        host: Option<usize>,
    },
    /// The hosts that obey one CA of Puppet's, by the name of its server.
    Realm(Option<SmolStr>),
    /// Something that this project does not hold: a URL, a bundle that comes
    /// with a program.
    Outside(SmolStr),
    /// Something that cannot be seen.
    Unknown {
        /// The kind of cause.
        reason: Reason,
        /// What it is: `hiera key ca`, `fact fqdn`.
        what: SmolStr,
        /// Where it is asked for.
        at: Option<Span>,
    },
}

/// How trust gets from one node to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Where it comes from.
    pub from: NodeId,
    /// Where it goes.
    pub to: NodeId,
    /// How.
    pub flow: Flow,
    /// The place that says so, where there is one.
    pub at: Option<Span>,
    /// Under which conditions.
    pub when: Vec<Condition>,
    /// The statements that made it so, from where the value was first given to
    /// where it is used.
    pub via: Vec<NodeId>,
}

/// The kinds of an [`Edge`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Flow {
    /// A certificate stands in this file or text.
    StandsIn,
    /// A CA signed this certificate, or has the name of its issuer.
    Signed(Proof),
    /// A resource copies this file.
    CopiedBy,
    /// A resource has this text or rendered template as its content.
    ContentOf,
    /// A resource makes a link to this path.
    LinkedBy,
    /// This statement decides a value of the other statement or resource.
    Decides,
    /// A class or defined type declares this.
    Declares,
    /// A resource writes this path.
    Writes,
    /// A resource removes what stands at this path.
    Removes,
    /// A resource looks after owner and mode, not after content.
    Keeps,
    /// The path is this file on a host in the tree, or the program runs there.
    OnHost,
    /// On this host Puppet's next run copies the one file over the other.
    NextRunCopies,
    /// The host's own tools make it part of what the host trusts.
    JoinsRoots,
    /// The host's own tools make this link to it.
    SystemLink,
    /// A program names this file.
    ReadBy(Role),
    /// A program names no file and so trusts this.
    TrustedByDefault(Role),
    /// Puppet's agent on this host trusts it as the CA of the realm.
    TrustedIn,
    /// The realm's own authority signs with it.
    IssuesFor,
}

/// How sure it is that a CA signed something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Proof {
    /// Its key verifies the signature.
    Key,
    /// It has the issuer's name; the signature cannot be checked here.
    Unchecked,
    /// It has the issuer's name, and another key made the signature.
    NameOnly,
}

impl Evidence {
    /// Everything that is linked, as one graph. Dear, since signatures are
    /// checked (up to a millisecond for each certificate), so to be asked once.
    pub fn trust_graph(&self) -> TrustGraph {
        builder::build(self)
    }
}

impl TrustGraph {
    /// Every node; the same project gives the same order.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = (NodeId, &Node)> {
        let numbered = self.nodes.iter().enumerate();
        numbered.map(|(index, node)| (NodeId(index as u32), node))
    }

    /// Every edge, in the order in which it was found.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// A node of this graph.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The node that is equal to `node`.
    pub fn find(&self, node: &Node) -> Option<NodeId> {
        self.ids.get(node).copied()
    }

    /// What comes to a node.
    pub fn edges_into(&self, id: NodeId) -> impl Iterator<Item = &Edge> {
        self.into[id.0 as usize].iter().map(|at| &self.edges[*at])
    }

    /// What goes out from a node.
    pub fn edges_out_of(&self, id: NodeId) -> impl Iterator<Item = &Edge> {
        self.out_of[id.0 as usize].iter().map(|at| &self.edges[*at])
    }

    /// Where trust comes to these nodes from: they themselves and everything
    /// against the arrows.
    pub fn upstream(&self, of: &[NodeId]) -> Vec<bool> {
        self.reached(
            of,
            |id| self.into[id.0 as usize].as_slice(),
            |edge| edge.from,
        )
    }

    /// Where trust goes from these nodes: they themselves and everything along
    /// the arrows.
    pub fn downstream(&self, of: &[NodeId]) -> Vec<bool> {
        self.reached(
            of,
            |id| self.out_of[id.0 as usize].as_slice(),
            |edge| edge.to,
        )
    }

    fn reached<'g>(
        &'g self,
        of: &[NodeId],
        edges: impl Fn(NodeId) -> &'g [usize],
        next: impl Fn(&Edge) -> NodeId,
    ) -> Vec<bool> {
        let mut is_reached = vec![false; self.nodes.len()];
        let mut left: Vec<NodeId> = of.to_vec();
        while let Some(id) = left.pop() {
            if std::mem::replace(&mut is_reached[id.0 as usize], true) {
                continue;
            }
            left.extend(edges(id).iter().map(|at| next(&self.edges[*at])));
        }
        is_reached
    }
}

impl Node {
    /// The place that a user would open, where it has one.
    pub fn at(&self) -> Option<Span> {
        match self {
            Self::HostFile { file, .. } | Self::RepositoryFile(file) => Some(Span::whole(*file)),
            Self::RepositoryText { at, .. }
            | Self::Resource { at, .. }
            | Self::Declaration { at, .. }
            | Self::Statement { at, .. } => Some(*at),
            Self::Program { at, .. } | Self::Unknown { at, .. } => *at,
            Self::Certificate(_)
            | Self::HostPath(_)
            | Self::SystemRoots
            | Self::Realm(_)
            | Self::Outside(_) => None,
        }
    }

    /// The host to which it belongs: an index into [`Evidence::hosts`].
    pub fn host(&self) -> Option<usize> {
        match self {
            Self::HostFile { host, .. } => Some(*host),
            Self::Program { host, .. } => *host,
            _ => None,
        }
    }
}
