//! Clients of one etcd that name different CA files, or of which one names none.

use super::RULE;
use crate::certificate_words::counted_more;
use crate::finding::{Confidence, Finding, Related, Severity};
use crate::source_words::words;
use ca_audit::facts::{Anchor, Content, Role};
use ca_audit::invocation::SettingKind;
use ca_audit::knowledge::Absent;
use ca_audit::{Client, EtcdName, Evidence, Transport, anchors_of};
use std::collections::{BTreeMap, BTreeSet};

/// More places than these are counted, not listed.
const LISTED: usize = 12;

pub(super) fn findings(evidence: &Evidence) -> Vec<Finding> {
    let clients: Vec<Trusting> = evidence
        .reads(Role::EtcdClient)
        .filter(|client| !evidence.is_aside(client.read.at.file))
        .filter_map(|client| Trusting::of(evidence, client))
        .collect();
    let clusters = clusters(&clients);
    clusters
        .iter()
        .filter_map(|(name, clients)| finding(evidence, name, clients))
        .collect()
}

/// A client and the one thing that it trusts.
struct Trusting<'e> {
    client: &'e Client,
    trust: Trust<'e>,
    /// Equal where the files have the same content, as far as that is known.
    identity: String,
}

enum Trust<'e> {
    File(&'e str),
    /// No CA is named: what the program falls back to.
    Default(Absent),
}

impl<'e> Trusting<'e> {
    /// `None` where it is not known what the client trusts, or where it does not
    /// matter.
    fn of(evidence: &'e Evidence, client: &'e Client) -> Option<Self> {
        let speaks_tls = matches!(client.transport, Transport::Tls(_) | Transport::Unknown(_));
        let verifies = client
            .fragment
            .active(SettingKind::Insecure)
            .next()
            .is_none();
        if !speaks_tls || !verifies {
            return None;
        }
        match (&client.read.anchor, client.ca_paths.as_slice()) {
            (Anchor::Path { .. }, [ca]) => Some(Self {
                client,
                trust: Trust::File(&ca.path),
                identity: identity(evidence, &ca.path),
            }),
            (Anchor::None, _) => {
                let absent = client.without_ca();
                let has_trust = matches!(absent, Absent::SystemRoots | Absent::Certifi);
                has_trust.then(|| Self {
                    client,
                    trust: Trust::Default(absent),
                    identity: format!("{absent:?}"),
                })
            }
            _ => None,
        }
    }

    fn words(&self) -> String {
        match self.trust {
            Trust::File(path) => format!("takes its CA from {path}"),
            Trust::Default(Absent::Certifi) => {
                "names no CA and trusts the public ones of its Python package".into()
            }
            Trust::Default(_) => "names no CA and trusts what its host trusts".into(),
        }
    }
}

/// What stands at a path: where it comes from, if something here writes it.
fn identity(evidence: &Evidence, path: &str) -> String {
    let anchor = anchors_of(path).find(|anchor| evidence.writers_of(anchor).next().is_some());
    let path = anchor.unwrap_or_else(|| path.to_owned());
    let sources: BTreeSet<String> = evidence
        .writers_of(&path)
        .filter(|write| matches!(write.content, Content::Copy(_) | Content::Inline(_)))
        .filter_map(|write| evidence.sources_of(write))
        .flatten()
        .map(|source| words(evidence, &source.end))
        .collect();
    if sources.is_empty() {
        return path;
    }
    sources.into_iter().collect::<Vec<_>>().join("\n")
}

/// Clients that share a name of their etcd, each group with the name that the
/// most of them share.
fn clusters<'c, 'e>(clients: &'c [Trusting<'e>]) -> Vec<(&'c EtcdName, Vec<&'c Trusting<'e>>)> {
    let mut by_name: BTreeMap<&EtcdName, Vec<usize>> = BTreeMap::new();
    for (index, trusting) in clients.iter().enumerate() {
        for name in &trusting.client.etcd {
            by_name.entry(name).or_default().push(index);
        }
    }
    for (name, members) in &mut by_name {
        if matches!(name, EtcdName::Expression { .. }) {
            keep_one_cluster(members, clients);
        }
    }
    let mut groups: Vec<(&EtcdName, Vec<usize>)> = by_name.into_iter().collect();
    // The largest first: a cluster of three servers has three names.
    groups.sort_by_key(|(name, members)| (std::cmp::Reverse(members.len()), *name));
    let mut told: Vec<BTreeSet<usize>> = Vec::new();
    groups.retain(|(_, members)| {
        let members: BTreeSet<usize> = members.iter().copied().collect();
        let is_new = told.iter().all(|known| known.is_disjoint(&members));
        if is_new {
            told.push(members);
        }
        is_new
    });
    let of = |(name, members): (&'c EtcdName, Vec<usize>)| {
        (name, members.iter().map(|index| &clients[*index]).collect())
    };
    groups.into_iter().map(of).collect()
}

/// Of clients whose templates use one variable, those that are not known to
/// talk to other servers than the first that is known at all.
fn keep_one_cluster(members: &mut Vec<usize>, clients: &[Trusting]) {
    let known = |index: usize| -> BTreeSet<&EtcdName> {
        let names = clients[index].client.etcd.iter();
        names
            .filter(|name| !matches!(name, EtcdName::Expression { .. }))
            .collect()
    };
    let first = members.iter().map(|index| known(*index));
    let Some(first) = first.into_iter().find(|names| !names.is_empty()) else {
        return;
    };
    members.retain(|index| {
        let names = known(*index);
        names.is_empty() || !names.is_disjoint(&first)
    });
}

fn finding(evidence: &Evidence, name: &EtcdName, clients: &[&Trusting]) -> Option<Finding> {
    let mut by_trust: BTreeMap<&str, Vec<&Trusting>> = BTreeMap::new();
    for trusting in clients {
        by_trust
            .entry(&trusting.identity)
            .or_default()
            .push(trusting);
    }
    let names_a_file = |trusting: &&&Trusting| matches!(trusting.trust, Trust::File(_));
    let most = by_trust
        .values()
        .filter(|group| {
            group
                .iter()
                .any(|trusting| matches!(trusting.trust, Trust::File(_)))
        })
        .max_by_key(|group| group.len())?;
    let usual = *most.first()?;
    // Who names none first, then who is alone with a file.
    let odd = clients
        .iter()
        .filter(|trusting| trusting.identity != usual.identity)
        .min_by_key(|trusting| (names_a_file(trusting), trusting.client.read.at))?;
    let program = |trusting: &Trusting| trusting.client.fragment.consumer.program();
    let others: Vec<&&Trusting> = clients
        .iter()
        .filter(|trusting| trusting.client.read.at != odd.client.read.at)
        .collect();
    let listed = others.iter().take(LISTED).enumerate();
    let related = listed.map(|(index, trusting)| {
        let mut words = format!("{} {}", program(trusting), trusting.words());
        if index + 1 == LISTED && others.len() > LISTED {
            words.push_str(&counted_more(others.len() - LISTED, "client"));
        }
        Related::new(trusting.client.read.at, words)
    });
    let is_seen = |trusting: &Trusting| matches!(trusting.client.transport, Transport::Tls(_));
    let confidence = match name {
        EtcdName::Server(_) if is_seen(odd) => Confidence::High,
        EtcdName::Expression { .. } if !is_seen(odd) => Confidence::Low,
        _ => Confidence::Medium,
    };
    let file = match usual.trust {
        Trust::File(path) => path,
        Trust::Default(_) => return None,
    };
    Some(Finding {
        rule: RULE.name,
        severity: Severity::Warning,
        confidence,
        message: format!(
            "{} {} and {} {}, though both talk to the same etcd ({})",
            program(odd),
            odd.words(),
            program(usual),
            usual.words(),
            shown(name)
        ),
        effect: "When one of the two changes, one program goes on and the other rejects the same servers.".into(),
        help: format!(
            "let both name one file, say {file} in {}; a change to one of the files alone is not worth it",
            evidence.path(odd.client.read.at.file)
        ),
        at: odd.client.read.at,
        label: odd.words(),
        related: related.collect(),
        certificates: Vec::new(),
        fix: None,
        identity: vec![stable(name), odd.client.fragment.consumer.id.to_owned(), file.to_owned()],
    })
}

fn shown(name: &EtcdName) -> String {
    match name {
        EtcdName::Server(server) => server.clone(),
        EtcdName::DataKey(key) => format!("data key {key}"),
        EtcdName::Expression { folder, variable } => format!("${variable} in {folder}"),
    }
}

/// The same, whatever the place of the checkout.
fn stable(name: &EtcdName) -> String {
    match name {
        EtcdName::Expression { variable, .. } => variable.to_string(),
        other => shown(other),
    }
}
