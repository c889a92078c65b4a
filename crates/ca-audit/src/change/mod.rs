//! What changes in trust from one state of a project to another: which CAs come,
//! go or are replaced, whose writers change, which clients gain or lose a CA.
//!
//! Two [`Evidence`]s in, facts out. Tests, examples, documentation and vendored
//! copies do not count.

mod certificates;
mod clients;
mod writers;

pub use certificates::{CaChange, CaChangeKind, CaPlaceName};
pub use clients::{ClientChange, ClientState, ClientTransport};
pub use writers::{WriterChange, WrittenCa};

use crate::evidence::Evidence;

/// The difference between two states of a project.
#[derive(Debug)]
pub struct TrustChange<'e> {
    /// CA certificates, what concerns most first.
    pub cas: Vec<CaChange<'e>>,
    /// CA files of hosts, by path.
    pub writers: Vec<WriterChange<'e>>,
    /// Clients of etcd, by place.
    pub clients: Vec<ClientChange<'e>>,
}

impl<'e> TrustChange<'e> {
    /// What `after` has otherwise than `before`.
    pub fn between(before: &'e Evidence, after: &'e Evidence) -> Self {
        Self {
            cas: certificates::changes(before, after),
            writers: writers::changes(before, after),
            clients: clients::changes(before, after),
        }
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.cas.is_empty() && self.writers.is_empty() && self.clients.is_empty()
    }
}
