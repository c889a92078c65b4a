//! Fragments to clients: who talks to etcd, how, and with which CA.

use super::ca_paths::{ca_paths, etcd_names};
use super::companions::Companions;
use super::held_classes::HeldClasses;
use super::template_data::{Said, TemplateData};
use super::transport::Schemes;
use crate::evidence::{Client, Deployed, Evidence, Transport};
use crate::facts::{Anchor, Content, Program, Read, Role};
use crate::invocation::{EnvironmentFile, Fragment, Setting, SettingKind};
use crate::memo::Memo;
use crate::place::{FileId, Span};
use crate::puppet::Rendering;
use crate::tree::Tree;
use crate::value::{Data, Origin, Piece, Text, Unknown, Value, Why};
use crate::view::text_of;

/// Every client that the fragments make, in order of place.
pub(super) fn clients(linker: &Linker<'_>) -> Vec<Client> {
    let mut found: Vec<Client> = linker
        .fragments
        .iter()
        .filter_map(|fragment| linker.client(fragment))
        .collect();
    found.sort_by_key(|client| (client.read.at, client.fragment.consumer.id));
    // Rows of one program (etcdctl under both of its interfaces) see the same setting.
    found.dedup_by(|a, b| a.read.at == b.read.at && shares_name(&a.fragment, &b.fragment));
    linker.with_instances(found)
}

pub(super) struct Linker<'e> {
    pub(super) tree: &'e dyn Tree,
    pub(super) evidence: &'e Evidence,
    pub(super) fragments: &'e [Fragment],
    pub(super) renderings: &'e [Rendering],
    data: &'e TemplateData<'e>,
    said: &'e Said,
    companions: Companions,
    held: HeldClasses,
    deployed: Memo<FileId, Option<Deployed>>,
}

impl<'e> Linker<'e> {
    pub(super) fn new(
        tree: &'e dyn Tree,
        evidence: &'e Evidence,
        fragments: &'e [Fragment],
        renderings: &'e [Rendering],
        data: &'e TemplateData<'e>,
        said: &'e Said,
    ) -> Self {
        Self {
            tree,
            evidence,
            fragments,
            renderings,
            data,
            said,
            companions: Companions::of(fragments, &|it| data.named_files(it)),
            held: HeldClasses::of(&evidence.entries),
            deployed: Memo::default(),
        }
    }

    fn client(&self, fragment: &Fragment) -> Option<Client> {
        if fragment.consumer.role != "etcd-client" || self.held.holds(fragment.consumer) {
            return None;
        }
        fragment.active(SettingKind::Endpoint).next()?;
        if fragment.active(SettingKind::NotEtcd).next().is_some() {
            return None;
        }
        let deployed_at = self.deployed(fragment.at.file);
        let file = fragment.at.file;
        let schemes = Schemes {
            row: fragment.consumer,
            file,
            renderings: self.renderings,
            said: self.said,
        };
        let (united, transport) = schemes.judged(self.united(fragment), fragment.settings.len());
        let endpoint = united
            .iter()
            .find(|setting| setting.kind == SettingKind::Endpoint)?;
        let anchor = anchor(&united);
        let ca_paths = ca_paths(&anchor, file, self.renderings);
        let path = self.evidence.path(file);
        let read = Read {
            program: Program::Consumer(fragment.consumer),
            role: Role::EtcdClient,
            anchor,
            target: None,
            at: endpoint.at,
        };
        Some(Client {
            read,
            ca_paths,
            etcd: etcd_names(&united, (file, path), self.renderings),
            given: self.given(&transport, file),
            transport,
            said: self.said_of(&united),
            fragment: Fragment {
                settings: united,
                ..fragment.clone()
            },
            deployed_at,
            instances: Vec::new(),
        })
    }

    /// Where the data stand that decide what these settings say.
    fn said_of(&self, settings: &[Setting]) -> Vec<(Span, Origin)> {
        let said = settings.iter().filter_map(|setting| {
            let origin = self.said.get(&setting.at)?;
            Some((setting.at, origin.clone()))
        });
        said.collect()
    }

    /// The origins of `https` outside of the client's own file. Data that only
    /// fill in a part of a URL, a port or a host, say nothing of TLS.
    fn given(&self, transport: &Transport, file: FileId) -> Vec<Origin> {
        let Transport::Tls(seen) = transport else {
            return Vec::new();
        };
        let says_so = |origin: &&Origin| {
            let is_data = origin.what.starts_with("hiera key");
            let says_https = |text: String| text.contains("https");
            // Of a chart and its values both are one thing that a user edits.
            let is_own = self.data.told.contains(&origin.at);
            origin.at.file != file
                && !is_own
                && (!is_data || self.text_at(origin.at).is_some_and(says_https))
        };
        seen.iter().filter(says_so).cloned().collect()
    }

    fn text_at(&self, at: Span) -> Option<String> {
        let mut bytes = Vec::new();
        self.tree
            .read(self.evidence.path(at.file), &mut bytes)
            .ok()?;
        let text = bytes.get(at.start as usize..at.end as usize)?;
        Some(text_of(text).into_owned())
    }

    /// A deployed file on a host says what its template says: one client, seen
    /// in two places, as long as both name a CA or neither does.
    fn with_instances(&self, clients: Vec<Client>) -> Vec<Client> {
        let (deployed, mut kept): (Vec<Client>, Vec<Client>) = clients
            .into_iter()
            .partition(|client| self.evidence.host_of(client.read.at.file).is_some());
        for instance in deployed {
            let names_a_ca = |client: &Client| matches!(client.read.anchor, Anchor::Path { .. });
            let template = kept.iter_mut().find(|client| {
                client.fragment.consumer.id == instance.fragment.consumer.id
                    && names_a_ca(client) == names_a_ca(&instance)
                    && client
                        .deployed_at
                        .as_ref()
                        .is_some_and(|deployed| self.is_at(instance.read.at.file, &deployed.path))
            });
            match template {
                Some(template) => template.instances.push(instance.read.at),
                None => kept.push(instance),
            }
        }
        kept.sort_by_key(|client| client.read.at);
        kept
    }

    /// The fragment's settings with those of the other fragments of the same
    /// invocation: rows of the same program at the same place, the environment
    /// files it reads, the unit that reads it.
    pub(super) fn united(&self, fragment: &Fragment) -> Vec<Setting> {
        let mut settings = fragment.settings.clone();
        for index in self
            .companions
            .all(fragment, &self.data.named_files(fragment))
        {
            let other = &self.fragments[index];
            let is_other = other.at != fragment.at || other.consumer.id != fragment.consumer.id;
            if is_other && !fragment.consumer.classes.is_empty() {
                // Another layer of data, or the declaration: its endpoints are
                // those of other hosts as often as not.
                let beside = other.settings.iter();
                settings.extend(
                    beside
                        .filter(|it| it.kind != SettingKind::Endpoint)
                        .cloned(),
                );
            } else if is_other
                && other.consumer.role == fragment.consumer.role
                && shares_name(other, fragment)
                && (contains(other, fragment) || self.is_read_by(other, fragment))
            {
                settings.extend(other.settings.iter().cloned());
            }
        }
        settings
    }

    fn is_read_by(&self, a: &Fragment, b: &Fragment) -> bool {
        let reads = |unit: &Fragment, file: &Fragment| {
            let is_deployed = |named: &EnvironmentFile| match named {
                EnvironmentFile::Deployed(path) => self.is_at(file.at.file, path),
                EnvironmentFile::Beside(_) | EnvironmentFile::Object(_) => false,
            };
            unit.environment_files.iter().any(is_deployed)
                || self.data.named_files(unit).contains(&file.at.file)
        };
        reads(a, b) || reads(b, a)
    }

    /// Whether a file of the tree is what stands at a path of some host.
    fn is_at(&self, file: FileId, host_path: &str) -> bool {
        let on_host = self
            .evidence
            .host_of(file)
            .and_then(|host| host.host_path(self.evidence.path(file)));
        on_host == Some(host_path)
            || self
                .deployed(file)
                .is_some_and(|deployed| deployed.path == host_path)
    }

    /// Where Puppet puts a file of the repository.
    pub(super) fn deployed(&self, file: FileId) -> Option<Deployed> {
        self.deployed.get_or_make(file, || self.find_deployed(file))
    }

    fn find_deployed(&self, file: FileId) -> Option<Deployed> {
        let write = self
            .evidence
            .writes
            .iter()
            .find(|write| match &write.content {
                Content::Inline(value) => renders(value, file),
                Content::Copy(sources) => sources
                    .iter()
                    .filter_map(Value::as_str)
                    .any(|url| self.evidence.served_file(url) == Some(file)),
                _ => false,
            })?;
        Some(Deployed {
            path: write.path.to_string(),
            at: write.at,
        })
    }
}

/// The CA that is named, if any: a value that is not empty.
fn anchor(settings: &[Setting]) -> Anchor {
    let named = settings.iter().find(|setting| {
        matches!(setting.kind, SettingKind::Ca | SettingKind::RuntimeCa)
            && setting.presence != crate::invocation::Presence::Commented
            && setting.value.as_str() != Some("")
    });
    match named {
        Some(setting) => Anchor::Path {
            path: setting.value.clone(),
            at: setting.at,
        },
        None => Anchor::None,
    }
}

pub(super) fn holes(text: &Text) -> impl Iterator<Item = &Unknown> {
    text.pieces.iter().filter_map(|piece| match piece {
        Piece::Hole(unknown) => Some(unknown),
        Piece::Literal(_) => None,
    })
}

/// `@etcd_servers.join(',')` → `etcd_servers`; `$x`, `scope['a::x']` likewise.
pub(super) fn variable_of(code: &str) -> Option<&str> {
    let code = code.trim();
    let name = code
        .strip_prefix('@')
        .or_else(|| code.strip_prefix('$'))
        .or_else(|| {
            let quoted = code.strip_prefix("scope")?.split(['\'', '"']).nth(1)?;
            Some(quoted.rsplit("::").next().unwrap_or(quoted))
        })?;
    let end = name
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(name.len());
    Some(&name[..end]).filter(|name| !name.is_empty())
}

fn renders(value: &Value, file: FileId) -> bool {
    value.cases.iter().any(|case| match &case.data {
        Data::Text(text) => holes(text).any(|hole| hole.why == Why::Rendered(file)),
        _ => false,
    })
}

fn shares_name(a: &Fragment, b: &Fragment) -> bool {
    a.consumer.id == b.consumer.id
        || a.consumer
            .names
            .iter()
            .any(|name| b.consumer.names.contains(name))
}

fn contains(a: &Fragment, b: &Fragment) -> bool {
    a.at.file == b.at.file
        && ((a.at.start <= b.at.start && b.at.end <= a.at.end)
            || (b.at.start <= a.at.start && a.at.end <= b.at.end))
}
