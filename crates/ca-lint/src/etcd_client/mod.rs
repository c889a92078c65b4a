//! What is wrong with an etcd client's trust: at most one thing, so that no two
//! rules speak of one fault.

mod ca_setting;
mod consequence;

use ca_setting::skips_verification;
pub(crate) use ca_setting::{CaSetting, SiblingCa, is_on, is_plain, sibling};
pub(crate) use consequence::{without_ca, without_ca_effect};

use crate::finding::{Confidence, Related, Severity};
use ca_audit::facts::{Anchor, Role};
use ca_audit::invocation::{Presence, Setting, SettingKind};
use ca_audit::place::Span;
use ca_audit::value::{Origin, Piece};
use ca_audit::{Client, DeadCa, DeadCause, Evidence, Transport};

/// What is wrong with a client.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault<'c> {
    /// Its endpoints are `http`, and no CA is named.
    Plaintext,
    /// This switches verification off.
    SkipsVerification(&'c Setting),
    /// A CA is named and has no effect.
    Ineffective(DeadCa<'c>),
    /// A CA is named only under the condition of this setting.
    Conditional(&'c Setting),
    /// No CA is named.
    WithoutCa,
}

/// Every client with what is wrong with it.
pub(crate) fn faults(evidence: &Evidence) -> impl Iterator<Item = (&Client, Fault<'_>)> {
    evidence
        .reads(Role::EtcdClient)
        .filter_map(|client| Some((client, fault(client)?)))
}

fn fault(client: &Client) -> Option<Fault<'_>> {
    if is_placeholder(client) || is_schemeless_loopback(client) {
        return None;
    }
    let is_plain = match &client.transport {
        Transport::Loopback => return None,
        // The rule about mixed schemes has it: whatever the first is decides.
        Transport::Tls(_) if mixed(client).is_some_and(|mixed| mixed.is_plain_first) => {
            return None;
        }
        Transport::Plain => true,
        Transport::Tls(_) | Transport::Unknown(_) => false,
    };
    // A CA from elsewhere, say the environment of the runtime, stands in for one
    // that says nothing.
    let has_other = !matches!(client.read.anchor, Anchor::None);
    let dead = client.dead_ca().filter(|dead| {
        !has_other || !matches!(dead.cause, DeadCause::Empty | DeadCause::Commented)
    });
    if is_plain {
        return match (dead, &client.read.anchor) {
            (Some(dead), Anchor::Path { .. }) => Some(Fault::Ineffective(dead)),
            _ => Some(Fault::Plaintext),
        };
    }
    if let Some(switch) = client
        .fragment
        .active(SettingKind::Insecure)
        .find(|switch| skips_verification(client.fragment.consumer, switch))
    {
        return Some(Fault::SkipsVerification(switch));
    }
    if let Some(dead) = dead {
        return Some(Fault::Ineffective(dead));
    }
    match &client.read.anchor {
        Anchor::None => Some(Fault::WithoutCa),
        _ => conditional(client).map(Fault::Conditional),
    }
}

/// Whether the endpoint is still to be filled in: `http://<ETCD_IP>:2379`.
fn is_placeholder(client: &Client) -> bool {
    let first = client.fragment.active(SettingKind::Endpoint).next();
    let text = first.and_then(|endpoint| endpoint.value.as_str());
    text.is_some_and(|text| {
        let opened = text.split_once('<').map(|(_, rest)| rest);
        opened.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
    })
}

/// Whether it talks to its own host without saying how, and nothing turns TLS
/// on: that is plain text which leaves the host nowhere.
fn is_schemeless_loopback(client: &Client) -> bool {
    let is_plain = matches!(client.row().schemeless, "http" | "tls-if-tls-config");
    let turns_tls_on = |setting: &Setting| {
        matches!(
            setting.kind,
            SettingKind::Ca | SettingKind::ClientCertificate
        ) && setting.presence != Presence::Commented
    };
    let mut endpoints = client.fragment.active(SettingKind::Endpoint);
    let is_loopback = |endpoint: &Setting| {
        let text = endpoint.value.as_str();
        text.is_some_and(|text| {
            text.split(',').all(|one| {
                ["127.", "localhost", "[::1]"]
                    .iter()
                    .any(|host| one.trim().starts_with(host))
            })
        })
    };
    is_plain && !client.fragment.settings.iter().any(turns_tls_on) && endpoints.all(is_loopback)
}

/// The CA that is there only under a condition that its endpoint has not.
fn conditional(client: &Client) -> Option<&Setting> {
    let mut cas = client.fragment.active(SettingKind::Ca);
    let first = cas.next()?;
    let condition = |setting: &Setting| match &setting.presence {
        Presence::Conditional(condition) => Some(condition.clone()),
        _ => None,
    };
    let under = condition(first)?;
    let is_loop = under.split_whitespace().any(|word| word == "do") || under.contains("each");
    // Two branches of one choice name one each.
    let is_elsewhere = cas.any(|other| condition(other).as_ref() != Some(&under));
    let shares = client
        .fragment
        .active(SettingKind::Endpoint)
        .any(|endpoint| condition(endpoint).as_ref() == Some(&under));
    (!is_loop && !is_elsewhere && !shares).then_some(first)
}

/// An endpoint list with both schemes.
pub(crate) struct Mixed<'c> {
    /// The list.
    pub(crate) endpoints: &'c Setting,
    /// Whether `http` comes first.
    pub(crate) is_plain_first: bool,
}

/// The first list of a client that has both schemes.
pub(crate) fn mixed(client: &Client) -> Option<Mixed<'_>> {
    client
        .fragment
        .active(SettingKind::Endpoint)
        .find_map(|endpoints| {
            let text: String = endpoints
                .value
                .pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Literal(text) => &**text,
                    Piece::Hole(_) => " ",
                })
                .collect();
            let (plain, tls) = (text.find("http://")?, text.find("https://")?);
            Some(Mixed {
                endpoints,
                is_plain_first: plain < tls,
            })
        })
}

/// How bad a fault is that matters over TLS only, and how sure; by whether TLS
/// can be seen.
pub(crate) fn over_tls(client: &Client, endpoint: Span) -> (Severity, Confidence) {
    match &client.transport {
        Transport::Tls(seen) if seen.iter().all(|origin| origin.at == endpoint) => {
            (Severity::Error, Confidence::High)
        }
        Transport::Tls(_) => (Severity::Error, Confidence::Medium),
        _ => (Severity::Warning, Confidence::Low),
    }
}

/// Where a user edits what a setting says: in the data that its template takes
/// it from, and then the setting as a place beside.
pub(crate) fn edited_at(client: &Client, setting: &Setting) -> (Span, Option<Related>) {
    match said(client, setting) {
        Some(origin) if origin.at != setting.at => {
            let message = format!("{} is what {} is here", origin.what, setting.name);
            (origin.at, Some(Related::new(setting.at, message)))
        }
        _ => (setting.at, None),
    }
}

/// What else decides what a setting says.
pub(crate) fn said<'c>(client: &'c Client, setting: &Setting) -> Option<&'c Origin> {
    let mut said = client.said.iter();
    said.find(|(at, _)| *at == setting.at)
        .map(|(_, origin)| origin)
}

/// `talks to etcd over TLS`.
pub(crate) fn speaks(client: &Client) -> &'static str {
    match &client.transport {
        Transport::Tls(_) => "talks to etcd over TLS",
        Transport::Loopback | Transport::Plain => "talks to etcd without TLS",
        Transport::Unknown(_) => "talks to etcd over a scheme that cannot be seen from here",
    }
}

/// Where `https` comes from, and where the file goes.
pub(crate) fn origins(client: &Client, endpoint: Span) -> Vec<Related> {
    let mut related = Vec::new();
    if let Transport::Tls(seen) = &client.transport {
        let elsewhere = seen.iter().filter(|origin| origin.at != endpoint);
        related.extend(elsewhere.take(2).map(|origin| {
            Related::new(origin.at, format!("https comes from here: {}", origin.what))
        }));
    }
    if let Some(deployed) = &client.deployed_at {
        related.push(Related::new(
            deployed.at,
            format!("Puppet puts it at {} on the host", deployed.path),
        ));
    }
    related
}
