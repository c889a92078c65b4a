//! Which files a client's CA setting may name, and which etcd it talks to: the
//! expressions of a template as the scopes that render it know them.

use super::clients::variable_of;
use crate::facts::Anchor;
use crate::invocation::{Setting, SettingKind};
use crate::place::{FileId, Span};
use crate::puppet::Rendering;
use crate::value::{Data, Piece, Text, Unknown, Value, Why};
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// A file that a client takes its CA from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaPath {
    /// The path on the host.
    pub path: String,
    /// Where it is said: the setting itself, or what its template is given.
    pub at: Span,
}

/// A name of the etcd that a client talks to. Clients that share one talk to
/// the same cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EtcdName {
    /// A server, `host:port`; never one of the host itself, which is another
    /// one on every host.
    Server(String),
    /// The servers are what this data key says, and no data here have it.
    DataKey(SmolStr),
    /// The servers are what this variable says in the templates of one folder.
    /// Different classes may give it different values.
    Expression {
        /// The folder of the templates: a module's.
        folder: String,
        /// The variable.
        variable: SmolStr,
    },
}

/// More files than these are not told apart.
const MAX_PATHS: usize = 8;

/// Every file that `anchor` may be, where all of its expressions are known.
pub(super) fn ca_paths(anchor: &Anchor, file: FileId, renderings: &[Rendering]) -> Vec<CaPath> {
    let Anchor::Path { path, at } = anchor else {
        return Vec::new();
    };
    let mut found: Vec<CaPath> = Vec::new();
    for (text, at) in texts(path, *at, file, renderings) {
        let path = text.as_str().filter(|path| is_plain_path(path));
        if let Some(path) = path
            && found.iter().all(|known| known.path != path)
        {
            found.push(CaPath {
                path: path.to_owned(),
                at,
            });
        }
    }
    found.truncate(MAX_PATHS);
    found
}

/// The names of the etcd that the endpoints of `settings` mean.
pub(super) fn etcd_names(
    settings: &[Setting],
    file: (FileId, &str),
    renderings: &[Rendering],
) -> BTreeSet<EtcdName> {
    let mut names = BTreeSet::new();
    let endpoints = settings
        .iter()
        .filter(|setting| setting.kind == SettingKind::Endpoint);
    for setting in endpoints {
        let texts = texts(&setting.value, setting.at, file.0, renderings);
        for (text, _) in &texts {
            names_in(text, &mut names);
        }
        let folder = templates_folder(file.1);
        let expressions = setting.value.pieces.iter().filter_map(expression);
        names.extend(expressions.map(|variable| EtcdName::Expression {
            folder: folder.to_owned(),
            variable: variable.into(),
        }));
    }
    names
}

/// The variable of a template's scope in a piece of its text.
fn expression(piece: &Piece) -> Option<&str> {
    match piece {
        Piece::Hole(Unknown {
            why: Why::Variable(code),
            ..
        }) => variable_of(code),
        _ => None,
    }
}

/// What a text may be once its expressions are filled in; each with the place
/// that said so.
pub(super) fn texts(
    text: &Text,
    at: Span,
    file: FileId,
    renderings: &[Rendering],
) -> Vec<(Text, Span)> {
    if text.as_str().is_some() {
        return vec![(text.clone(), at)];
    }
    let here = renderings
        .iter()
        .filter(|rendering| rendering.template == file);
    here.flat_map(|rendering| filled(text, rendering)).collect()
}

/// A text in one scope.
fn filled(text: &Text, rendering: &Rendering) -> Vec<(Text, Span)> {
    let mut found = vec![(Text::default(), rendering.at)];
    for piece in &text.pieces {
        let parts = match piece {
            Piece::Literal(literal) => vec![(Text::literal(literal.clone()), None)],
            Piece::Hole(unknown) => parts(unknown, rendering),
        };
        let longer = found.iter().flat_map(|(before, at)| {
            let longer = |(part, part_at): &(Text, Option<Span>)| {
                let mut text = before.clone();
                text.push(part);
                (text, part_at.unwrap_or(*at))
            };
            parts.iter().map(longer).collect::<Vec<_>>()
        });
        found = longer.take(4 * MAX_PATHS).collect();
    }
    found
}

/// What an expression of a template may be.
fn parts(unknown: &Unknown, rendering: &Rendering) -> Vec<(Text, Option<Span>)> {
    let as_it_is = || vec![(Text::hole(unknown.clone()), None)];
    let Why::Variable(code) = &unknown.why else {
        return as_it_is();
    };
    let Some(value) = value_of(rendering, code) else {
        return as_it_is();
    };
    let mut parts = Vec::new();
    collect(value, &mut parts, 0);
    if parts.is_empty() { as_it_is() } else { parts }
}

/// The value of an expression in one scope: of the whole, as data files have it,
/// or of its variable, as Puppet has it.
pub(super) fn value_of<'r>(rendering: &'r Rendering, code: &str) -> Option<&'r Value> {
    let variables = &rendering.variables;
    let name = || variable_of(code);
    variables.get(code).or_else(|| variables.get(name()?))
}

/// Every string of a value, and every cause why one is not known.
fn collect(value: &Value, parts: &mut Vec<(Text, Option<Span>)>, depth: usize) {
    for case in value.cases.iter().take(4 * MAX_PATHS) {
        let at = case.from.first().map(|origin| origin.at);
        match &case.data {
            Data::Text(text) => parts.push((text.clone(), at)),
            Data::Unknown(unknown) => parts.push((Text::hole(unknown.clone()), at)),
            Data::Array(items) if depth < 4 => {
                for item in items.iter() {
                    collect(item, parts, depth + 1);
                }
            }
            Data::Each(item) if depth < 4 => collect(item, parts, depth + 1),
            _ => {}
        }
    }
}

/// Whether a path can be looked up as it is written: nothing in it is left for
/// a shell, a template engine or an installer to fill in.
fn is_plain_path(path: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+@:=~,".contains(c);
    path.len() > 1 && path.starts_with('/') && path.chars().all(is_plain) && !path.contains("__")
}

/// The servers of URLs, and the data keys that stand for servers.
fn names_in(text: &Text, names: &mut BTreeSet<EtcdName>) {
    for piece in &text.pieces {
        match piece {
            Piece::Literal(literal) => {
                let servers = literal.split([',', ' ', ';', '"', '\'']).filter_map(server);
                names.extend(servers.map(EtcdName::Server));
            }
            Piece::Hole(Unknown {
                why: Why::HieraKey(key),
                ..
            }) => {
                names.insert(EtcdName::DataKey(key.clone()));
            }
            Piece::Hole(_) => {}
        }
    }
}

/// `https://etcd1.example.org:2379/x` → `etcd1.example.org:2379`.
fn server(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split('/').next()?;
    let host = authority
        .rsplit_once(':')
        .map_or(authority, |(host, _)| host);
    let is_own = ["127.", "localhost", "[::1]", "0.0.0.0"]
        .iter()
        .any(|own| authority.starts_with(own));
    let is_name = |c: char| c.is_alphanumeric() || ".-_[]:".contains(c);
    (!is_own && !host.is_empty() && authority.chars().all(is_name)).then(|| authority.to_owned())
}

/// `modules/calico/templates/x/y.erb` → `modules/calico/templates`; another
/// file's own folder.
fn templates_folder(path: &str) -> &str {
    const NAME: &str = "templates/";
    let inside = path
        .match_indices(NAME)
        .find(|(at, _)| path[..*at].is_empty() || path[..*at].ends_with('/'));
    match inside {
        Some((at, _)) => &path[..at + NAME.len() - 1],
        None => path.rsplit_once('/').map_or("", |(folder, _)| folder),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Role;
    use crate::tree::Memory;
    use crate::{Client, Request, audit};

    fn client(template: &str, class: &str) -> Client {
        let tree = Memory::new()
            .with("modules/k8s/templates/kube-apiserver.default.erb", template)
            .with("modules/k8s/manifests/init.pp", class);
        let evidence = audit(&tree, &Request::default());
        let mut clients = evidence.reads(Role::EtcdClient);
        clients.next().expect("a client").clone()
    }

    #[test]
    fn expressions_are_what_the_class_says() {
        let template = "DAEMON_ARGS=\"--etcd-servers=<%= @servers %> --etcd-cafile=<%= @ca %>\"";
        let class = "class k8s {\n  $servers = 'https://etcd1:2379,https://127.0.0.1:2379'\n  $dir = '/etc/k8s'\n  $ca = \"${dir}/ca.pem\"\n  file { '/etc/default/kube-apiserver': content => template('k8s/kube-apiserver.default.erb') }\n}\n";
        let client = client(template, class);
        let paths: Vec<&str> = client.ca_paths.iter().map(|ca| ca.path.as_str()).collect();
        assert_eq!(paths, ["/etc/k8s/ca.pem"]);
        let servers: Vec<&EtcdName> = client
            .etcd
            .iter()
            .filter(|name| matches!(name, EtcdName::Server(_)))
            .collect();
        assert_eq!(servers, [&EtcdName::Server("etcd1:2379".into())]);
    }

    #[test]
    fn what_nobody_says_is_no_path() {
        let template = "DAEMON_ARGS=\"--etcd-servers=<%= @servers %> --etcd-cafile=$CA\"";
        let client = client(template, "class k8s { }");
        assert!(client.ca_paths.is_empty());
        let expected = EtcdName::Expression {
            folder: "modules/k8s/templates".into(),
            variable: "servers".into(),
        };
        assert!(client.etcd.contains(&expected), "{:?}", client.etcd);
    }

    #[test]
    fn servers_of_urls() {
        assert_eq!(server("https://a.b:2379/").as_deref(), Some("a.b:2379"));
        assert_eq!(server("https://$HOST:2379"), None);
        assert_eq!(server("https://[::1]:2379"), None);
        assert_eq!(server("a:2379"), None);
    }
}
