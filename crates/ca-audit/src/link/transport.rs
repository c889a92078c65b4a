//! How a client speaks to etcd: the schemes of its endpoints, a switch that
//! decides instead of them, and what the program makes of an endpoint without
//! one.

use super::ca_paths::{texts, value_of};
use super::template_data::Said;
use crate::evidence::Transport;
use crate::invocation::{Presence, Setting, SettingKind};
use crate::knowledge::{Absent, Consumer};
use crate::place::FileId;
use crate::puppet::Rendering;
use crate::value::{Data, Origin, Piece, Text, Unknown, Value, Why};
use smol_str::SmolStr;

/// What the schemes of one client are found with.
pub(super) struct Schemes<'e> {
    pub(super) row: &'static Consumer,
    pub(super) file: FileId,
    pub(super) renderings: &'e [Rendering],
    pub(super) said: &'e Said,
}

impl Schemes<'_> {
    /// The settings with the endpoint first that decides of the first `own`
    /// ones, and how the client speaks.
    pub(super) fn judged(
        &self,
        mut settings: Vec<Setting>,
        own: usize,
    ) -> (Vec<Setting>, Transport) {
        let active = |setting: &Setting| setting.presence != Presence::Commented;
        let switch = self.switch(&settings);
        let secret = settings.iter().find(|setting| {
            let names_tls = matches!(
                setting.kind,
                SettingKind::ClientCertificate | SettingKind::Ca
            );
            names_tls && active(setting) && setting.value.as_str() != Some("")
        });
        let secret = secret.map(|setting| Origin {
            at: setting.at,
            what: "a certificate for TLS is named".into(),
        });
        let switches = settings
            .iter()
            .filter(|setting| setting.kind == SettingKind::TlsSwitch && active(setting));
        let beside: Vec<&Presence> = switches.map(|setting| &setting.presence).collect();
        let mut all = Seen::default();
        let mut best: Option<(usize, u8)> = None;
        for (index, setting) in settings.iter().enumerate() {
            if setting.kind != SettingKind::Endpoint || !active(setting) {
                continue;
            }
            let seen = self.seen(setting);
            let rank = self.rank(setting, &seen, &beside);
            if index < own && best.is_none_or(|(_, other)| rank < other) {
                best = Some((index, rank));
            }
            all.extend(seen);
        }
        let transport = all.verdict(self.row, switch, secret);
        if let Some((index, _)) = best {
            let first = settings.remove(index);
            settings.insert(0, first);
        }
        (settings, transport)
    }

    /// Which of several endpoints a user is shown: one that is seen to use TLS,
    /// then one beside a switch, never one that nobody sets if another is.
    fn rank(&self, setting: &Setting, seen: &Seen, beside: &[&Presence]) -> u8 {
        let is_beside = beside.contains(&&setting.presence);
        if !seen.tls.is_empty() {
            0
        } else if self.is_undefined(setting) {
            3
        } else {
            2 - u8::from(is_beside && setting.presence != Presence::Always)
        }
    }

    /// Whether an endpoint is a variable that has no value wherever the
    /// template is rendered.
    fn is_undefined(&self, setting: &Setting) -> bool {
        let [
            Piece::Hole(Unknown {
                why: Why::Variable(code),
                ..
            }),
        ] = setting.value.pieces.as_slice()
        else {
            return false;
        };
        let mut values = self
            .values(code)
            .flat_map(|(_, value)| value.cases.iter())
            .peekable();
        values.peek().is_some() && values.all(|case| matches!(case.data, Data::Undef))
    }

    /// The values of a template's expression in the scopes that render it.
    fn values<'s>(&'s self, code: &'s str) -> impl Iterator<Item = (&'s Rendering, &'s Value)> {
        let here = self
            .renderings
            .iter()
            .filter(|rendering| rendering.template == self.file);
        here.filter_map(move |rendering| Some((rendering, value_of(rendering, code)?)))
    }

    fn seen(&self, setting: &Setting) -> Seen {
        let mut seen = Seen::default();
        let here = Origin {
            at: setting.at,
            what: "the endpoint".into(),
        };
        let here = self.said.get(&setting.at).cloned().unwrap_or(here);
        // The name of a domain whose records are looked up has no scheme.
        let is_domain = setting.name.to_ascii_lowercase().contains("srv");
        seen.text(&setting.value, &here, is_domain);
        for hole in schemeless_holes(&setting.value) {
            self.trace(hole, &mut seen);
        }
        seen
    }

    /// What a template's expression may be, from the scopes that render it.
    fn trace(&self, hole: &Unknown, seen: &mut Seen) {
        let Why::Variable(code) = &hole.why else {
            return;
        };
        let mut known = false;
        for (rendering, value) in self.values(code) {
            for case in &*value.cases {
                let here = Origin {
                    at: rendering.at,
                    what: "rendered here".into(),
                };
                let from = case.from.first().unwrap_or(&here);
                known |= seen.data(&case.data, from, 0);
            }
        }
        if !known {
            seen.unknown.push(code.clone());
        }
    }

    /// What a switch says, where one is set to a value that is known.
    fn switch(&self, settings: &[Setting]) -> Option<Switch> {
        let switches = settings.iter().filter(|setting| {
            setting.kind == SettingKind::TlsSwitch && setting.presence != Presence::Commented
        });
        let told = switches.flat_map(|setting| {
            let values = texts(&setting.value, setting.at, self.file, self.renderings);
            values.into_iter().filter_map(|(text, at)| {
                Some(Switch {
                    is_tls: is_tls(&setting.name, text.as_str()?)?,
                    from: Origin {
                        at,
                        what: setting.name.as_str().into(),
                    },
                })
            })
        });
        // One that says yes in some scope makes a client that uses TLS there.
        told.reduce(|first, next| if first.is_tls { first } else { next })
    }
}

/// What decides whether TLS is used, whatever the endpoints say.
struct Switch {
    is_tls: bool,
    from: Origin,
}

/// What a value of a switch means: `https`, `true`; of `insecure-…` the
/// opposite.
fn is_tls(name: &str, value: &str) -> Option<bool> {
    let says_yes = match value.trim().to_ascii_lowercase().as_str() {
        "https" | "true" | "yes" | "on" | "1" => true,
        "http" | "false" | "no" | "off" | "0" => false,
        "" if name.contains("insecure") => true,
        _ => return None,
    };
    Some(says_yes != name.to_ascii_lowercase().contains("insecure"))
}

/// The schemes that were seen, and where.
#[derive(Default)]
struct Seen {
    tls: Vec<Origin>,
    plain: bool,
    /// Servers are known, and they have no scheme.
    bare: bool,
    reach: Reach,
    unknown: Vec<SmolStr>,
}

/// How far the servers that were seen are away.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    #[default]
    Unseen,
    Loopback,
    Beyond,
}

impl Seen {
    fn extend(&mut self, other: Seen) {
        for origin in other.tls {
            self.add_tls(&origin);
        }
        self.plain |= other.plain;
        self.bare |= other.bare;
        self.reach = self.reach.max(other.reach);
        self.unknown.extend(other.unknown);
    }

    fn add_tls(&mut self, from: &Origin) {
        if !self.tls.contains(from) {
            self.tls.push(from.clone());
        }
    }

    fn add_server(&mut self, authority: &str) {
        let reach = if is_loopback(authority) {
            Reach::Loopback
        } else {
            Reach::Beyond
        };
        self.reach = self.reach.max(reach);
    }

    /// Notes the schemes in a text; whether anything of it is known.
    fn text(&mut self, text: &Text, from: &Origin, is_domain: bool) -> bool {
        let mut known = false;
        for piece in &text.pieces {
            let Piece::Literal(literal) = piece else {
                continue;
            };
            if literal.contains("https://") {
                known = true;
                self.add_tls(from);
            }
            if literal.contains("http://") {
                known = true;
                self.plain = true;
            }
            for (at, _) in literal.match_indices("://") {
                if literal[..at].ends_with("unix") {
                    // A socket of the host itself (etcd's embedded servers).
                    known = true;
                    self.plain = true;
                    self.reach = self.reach.max(Reach::Loopback);
                } else {
                    self.add_server(&literal[at + 3..]);
                }
            }
        }
        match text.as_str() {
            Some(servers) if !known && !is_domain && is_bare(servers) => {
                self.bare = true;
                for server in servers.split(',') {
                    self.add_server(server.trim());
                }
                true
            }
            _ => known,
        }
    }

    fn data(&mut self, data: &Data, from: &Origin, depth: usize) -> bool {
        if depth > 6 {
            return false;
        }
        let mut each = |value: &Value| {
            let mut known = false;
            for case in &*value.cases {
                known |= self.data(&case.data, case.from.first().unwrap_or(from), depth + 1);
            }
            known
        };
        match data {
            Data::Text(text) => self.text(text, from, false),
            Data::Array(items) => items.iter().filter(|item| each(item)).count() > 0,
            Data::Each(item) => each(item),
            _ => false,
        }
    }

    fn verdict(self, row: &Consumer, switch: Option<Switch>, secret: Option<Origin>) -> Transport {
        // Such a program uses TLS only with a certificate, whatever the scheme.
        if row.absent == Absent::Plaintext && secret.is_none() {
            let stays = self.reach == Reach::Loopback && self.unknown.is_empty();
            return if stays {
                Transport::Loopback
            } else {
                Transport::Plain
            };
        }
        if !self.tls.is_empty() {
            return Transport::Tls(self.tls);
        }
        let switched_on = switch.as_ref().is_some_and(|switch| switch.is_tls);
        if let Some(switch) = switch
            && switched_on
            && !self.plain
        {
            return Transport::Tls(vec![switch.from]);
        }
        let uses_secret = secret.filter(|_| !self.plain);
        if !self.unknown.is_empty() {
            return match uses_secret {
                Some(secret) => Transport::Tls(vec![secret]),
                None => Transport::Unknown(self.unknown),
            };
        }
        let is_plain = self.plain
            || match (self.bare, row.schemeless.split([' ', ';']).next()) {
                (true, Some("http")) => true,
                (true, Some("tls-if-tls-config")) => uses_secret.is_none(),
                _ => false,
            };
        match (is_plain, uses_secret) {
            (true, _) if self.reach == Reach::Beyond => Transport::Plain,
            (true, _) => Transport::Loopback,
            (false, Some(secret)) => Transport::Tls(vec![secret]),
            (false, None) => Transport::Unknown(Vec::new()),
        }
    }
}

/// The holes in which a scheme may stand: not those behind one, as the host in
/// `http://$HOST:2379`.
fn schemeless_holes(text: &Text) -> Vec<&Unknown> {
    let mut found = Vec::new();
    let mut is_behind = false;
    for piece in &text.pieces {
        match piece {
            Piece::Literal(literal) => {
                let item = literal.rfind([',', ' ', ';']).map_or(0, |at| at + 1);
                is_behind = literal[item..].contains("://") || (item == 0 && is_behind);
            }
            Piece::Hole(_) if is_behind => {}
            Piece::Hole(unknown) => {
                found.push(unknown);
                // What follows is a port or a path.
                is_behind = true;
            }
        }
    }
    found
}

/// Whether a text is servers without a scheme: names and ports, nothing that a
/// shell, a template engine or a reader is to fill in.
fn is_bare(servers: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || ".-_:[],".contains(c) || c == ' ';
    !servers.is_empty() && servers.chars().all(is_plain) && !servers.contains("__")
}

fn is_loopback(authority: &str) -> bool {
    ["127.", "localhost", "[::1]"]
        .iter()
        .any(|host| authority.starts_with(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches() {
        for (name, value, expected) in [
            ("scheme", "https", Some(true)),
            ("scheme", "http", Some(false)),
            ("tls_enabled", "true", Some(true)),
            ("--insecure-transport", "false", Some(true)),
            ("--insecure-transport", "", Some(false)),
            ("scheme", "$SCHEME", None),
        ] {
            assert_eq!(is_tls(name, value), expected, "{name}={value}");
        }
    }

    #[test]
    fn holes_behind_a_scheme_hide_none() {
        let hole = |name: &str| {
            Piece::Hole(Unknown {
                why: Why::Variable(name.into()),
                at: None,
            })
        };
        let literal = |text: &str| Piece::Literal(text.into());
        let count = |pieces: Vec<Piece>| schemeless_holes(&Text { pieces }).len();
        assert_eq!(
            count(vec![literal("http://"), hole("a"), literal(":"), hole("b")]),
            0
        );
        assert_eq!(count(vec![hole("a"), literal(":2379")]), 1);
        assert_eq!(count(vec![literal("http://a,"), hole("b")]), 1);
    }

    #[test]
    fn servers_without_a_scheme() {
        assert!(is_bare("a:2379,[::1]:2379"));
        assert!(!is_bare("<member list>"));
        assert!(!is_bare("$A:2379"));
        assert!(!is_bare("https://a"));
    }
}
