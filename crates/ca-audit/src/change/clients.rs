//! Clients of etcd that gain or lose a CA, or speak otherwise.

use crate::evidence::{Client, Evidence, Transport};
use crate::facts::Anchor;
use std::collections::BTreeMap;

/// A client that is set otherwise than before.
#[derive(Debug)]
pub struct ClientChange<'e> {
    /// The program.
    pub program: &'static str,
    /// How it was set; nothing, if it is new.
    pub before: Option<ClientState<'e>>,
    /// How it is set; nothing, if it is gone.
    pub after: Option<ClientState<'e>>,
}

/// How a client is set.
#[derive(Debug)]
pub struct ClientState<'e> {
    /// The client.
    pub client: &'e Client,
    /// The CA that it names, if it names one.
    pub ca: Option<String>,
    /// Whether that has any effect.
    pub is_effective: bool,
    /// How it speaks.
    pub transport: ClientTransport,
}

/// How a client speaks to its server, without the places that say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientTransport {
    /// TLS.
    Tls,
    /// Plain HTTP.
    Plain,
    /// Nobody can see.
    Unknown,
}

impl ClientState<'_> {
    fn is_like(&self, other: &Self) -> bool {
        self.ca == other.ca
            && self.is_effective == other.is_effective
            && self.transport == other.transport
    }
}

/// A client by its file, its program, and which of these in the file it is.
type Name = (String, &'static str, usize);

pub(super) fn changes<'e>(before: &'e Evidence, after: &'e Evidence) -> Vec<ClientChange<'e>> {
    let (mut then, now) = (by_name(before), by_name(after));
    let mut changes = Vec::new();
    for (name, state) in now {
        let was = then.remove(&name);
        if was.as_ref().is_some_and(|was| was.is_like(&state)) {
            continue;
        }
        changes.push((name, was, Some(state)));
    }
    changes.extend(then.into_iter().map(|(name, was)| (name, Some(was), None)));
    changes.sort_by(|a, b| a.0.cmp(&b.0));
    let change = |((_, program, _), before, after)| ClientChange {
        program,
        before,
        after,
    };
    changes.into_iter().map(change).collect()
}

fn by_name(evidence: &Evidence) -> BTreeMap<Name, ClientState<'_>> {
    let mut counts: BTreeMap<(String, &'static str), usize> = BTreeMap::new();
    let mut clients = BTreeMap::new();
    for client in &evidence.reads {
        let file = client.read.at.file;
        if evidence.is_aside(file) {
            continue;
        }
        let (path, program) = (evidence.path(file).to_owned(), client.fragment.consumer.id);
        let count = counts.entry((path.clone(), program)).or_default();
        clients.insert((path, program, *count), state(client));
        *count += 1;
    }
    clients
}

fn state(client: &Client) -> ClientState<'_> {
    ClientState {
        client,
        ca: match &client.read.anchor {
            Anchor::Path { path, .. } => Some(path.to_string()),
            _ => None,
        },
        is_effective: client.dead_ca().is_none(),
        transport: match client.transport {
            Transport::Tls(_) => ClientTransport::Tls,
            Transport::Plain | Transport::Loopback => ClientTransport::Plain,
            Transport::Unknown(_) => ClientTransport::Unknown,
        },
    }
}
