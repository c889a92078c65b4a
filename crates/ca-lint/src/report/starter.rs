//! A first configuration for a project, with what was found there.

use crate::certificate_words::named;
use crate::report::printable;
use ca_audit::facts::Cert;
use ca_audit::value::{Piece, Unknown, Why};
use ca_audit::{Evidence, ManagedCa, SourceEnd};
use std::collections::BTreeSet;

/// Functions, CAs and hosts of which the text lists so many.
const LISTED: usize = 5;

/// The text of a `.ca-lint.yaml` that sets nothing yet: every setting is there
/// as a comment, filled in with what the project has.
pub fn starter(evidence: &Evidence) -> String {
    let sections = [
        HEAD.to_owned(),
        RULES.to_owned(),
        scopes(evidence),
        hosts(evidence),
        puppet(evidence),
        LATER.to_owned(),
    ];
    sections.join("\n")
}

const HEAD: &str = "\
# yaml-language-server: $schema=https://raw.githubusercontent.com/ca-audit/ca-audit/main/crates/ca-lint/ca-lint.schema.json
#
# What ca-lint is to know of this repository. Nothing has to be set: take the
# marks off the lines that you want. Paths count from this folder.
";

const RULES: &str = "\
# How loud a rule is: off, note, warning or error (ca-lint rules lists them).
#rules:
#  puppet-fix-unrecoverable: off
#  expiring-ca: error

# A CA that ends within so many days is about to expire.
#expiry-days: 90
";

const LATER: &str = "\
# Findings that are all right, each with the reason. A comment beside the code is
# nearer to whoever edits it: a line with ca-lint: ignore[RULE] and the reason.
#ignore:
#  - rule: weak-ca
#    path: modules/old/**
#    reason: these hosts are gone by summer
#    until: 2030-01-01

# Findings that were there when ca-lint came, so that a check fails for new ones
# only: ca-lint --write-baseline .ca-lint-baseline.json
#baseline: .ca-lint-baseline.json
";

fn scopes(evidence: &Evidence) -> String {
    let mut text = "\
# Environments, realms, clusters: what differs between two of them by design, and
# which CAs may stand in each (rules divergent-ca and unexpected-ca).
#scopes:
#  production:
#    paths: ['hieradata/production/**']
#    allowed-cas:
"
    .to_owned();
    let cas = own_cas(evidence);
    if cas.is_empty() {
        text.push_str("#      - file: modules/tls/files/ca.pem\n");
    }
    for cert in cas.iter().take(LISTED) {
        let path = printable(evidence.path(cert.at.file));
        let name = printable(&named(&cert.certificate));
        let path = quoted(&path);
        text.extend(["#      # ", &name, "\n#      - file: ", &path, "\n"]);
    }
    if cas.len() > LISTED {
        let more = (cas.len() - LISTED).to_string();
        text.extend([
            "#      # and ",
            &more,
            " more CAs here (ca-lint inventory)\n",
        ]);
    }
    text
}

/// A file for each CA that this project itself holds, not as one of a bundle.
fn own_cas(evidence: &Evidence) -> Vec<&Cert> {
    let mut seen = BTreeSet::new();
    let own = evidence.certs.iter().filter(|cert| {
        let file = cert.at.file;
        cert.certificate.is_ca() == Some(true)
            && !evidence.is_aside(file)
            && !evidence.is_past(file)
            && evidence.host_of(file).is_none()
            && evidence.certs_in(file).len() < 16
    });
    own.filter(|cert| seen.insert(cert.certificate.sha256()))
        .collect()
}

fn hosts(evidence: &Evidence) -> String {
    let mut text = "\
# Copies of hosts' files, from their / down, to hold the repository against.
#hosts:
"
    .to_owned();
    if evidence.hosts.is_empty() {
        text.push_str("#  web1: /srv/images/web1\n");
    }
    for host in evidence.hosts.iter().take(LISTED) {
        let (name, root) = (printable(&host.name), printable(&host.root));
        text.extend(["#  ", &quoted(&name), ": ", &quoted(&root), "\n"]);
    }
    text
}

fn puppet(evidence: &Evidence) -> String {
    let mut text = "\
# What the code does not tell of itself.
#puppet:
#  # Every value that a function may return.
#  functions:
"
    .to_owned();
    let functions = silent_functions(evidence);
    if functions.is_empty() {
        text.push_str("#    puppet_ssldir: [/var/lib/puppet/ssl, /var/lib/puppet/client/ssl]\n");
    }
    for function in functions.iter().take(LISTED) {
        text.extend([
            "#    ",
            &quoted(function),
            ": [/the/value, /another/value]\n",
        ]);
    }
    text.push_str(
        "#  # The servers' hiera.yaml, where it is not the one at the root.\n#  hiera: modules/puppetmaster/files/hiera.yaml\n",
    );
    text
}

/// Functions on which a CA file hangs, and of which nobody knows what they
/// return.
fn silent_functions(evidence: &Evidence) -> BTreeSet<String> {
    let managed = evidence.managed_cas();
    let unknowns = managed.iter().flat_map(unknowns);
    let functions = unknowns.filter_map(|unknown| match &unknown.why {
        Why::Function(name) if is_own(evidence, name) => Some(printable(name)),
        _ => None,
    });
    functions.collect()
}

/// Whether a function is the project's, or of a module that it uses: what those
/// of Puppet itself return depends on what they are given.
fn is_own(evidence: &Evidence, name: &str) -> bool {
    let file = format!("functions/{name}.rb");
    let mut paths = evidence.entries.iter().map(|entry| &entry.path);
    name.contains("::") || paths.any(|path| path.ends_with(&file))
}

fn unknowns<'m>(managed: &'m ManagedCa) -> Vec<&'m Unknown> {
    let mut pieces: Vec<&Piece> = managed.write.path.pieces.iter().collect();
    let mut unknowns = Vec::new();
    for source in &managed.sources {
        match &source.end {
            SourceEnd::Unknown(unknown) => unknowns.push(unknown),
            SourceEnd::SameHost(text) | SourceEnd::Elsewhere(text) => pieces.extend(&text.pieces),
            _ => {}
        }
    }
    unknowns.extend(pieces.into_iter().filter_map(|piece| match piece {
        Piece::Hole(unknown) => Some(unknown),
        Piece::Literal(_) => None,
    }));
    unknowns
}

/// A string that YAML reads as itself.
fn quoted(text: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "/._-:".contains(letter);
    let starts =
        text.starts_with(|letter: char| letter.is_alphabetic() || letter == '/' || letter == '.');
    if starts && text.chars().all(is_plain) && !text.contains(": ") && !text.ends_with(':') {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use ca_audit::tree::Memory;
    use ca_audit::{Request, audit};

    fn of(files: &[(&str, &str)]) -> String {
        let tree = files
            .iter()
            .fold(Memory::new(), |tree, (path, text)| tree.with(*path, *text));
        starter(&audit(&tree, &Request::default()))
    }

    /// The text with the marks taken off all settings, and off no explanation.
    fn without_marks(text: &str) -> String {
        let mut lines = String::new();
        for line in text.lines() {
            let inside = line
                .strip_prefix('#')
                .filter(|rest| !rest.starts_with([' ', '-']) || rest.starts_with("  "));
            lines.push_str(inside.unwrap_or(line));
            lines.push('\n');
        }
        lines
    }

    #[test]
    fn it_sets_nothing_and_every_line_of_it_may_be_set() {
        for files in [
            &[][..],
            &[(
                "modules/a/manifests/init.pp",
                "class a { file { '/etc/ssl/ca.pem': source => \"${a::dir()}/ca.pem\" } }",
            )],
        ] {
            let text = of(files);
            let config = Config::read(&text).expect("it is right");
            assert!(
                config.rules.is_empty() && config.ignore.is_empty(),
                "{text}"
            );
            let all = Config::read(&without_marks(&text)).expect(&text);
            assert!(!all.rules.is_empty() && !all.ignore.is_empty() && !all.scopes.is_empty());
            assert!(!all.hosts.is_empty() && !all.puppet.functions.is_empty());
            assert!(
                all.baseline.is_some() && all.expiry_days.is_some() && all.puppet.hiera.is_some()
            );
        }
    }

    #[test]
    fn it_names_what_the_project_has() {
        let text = of(&[(
            "modules/a/manifests/init.pp",
            "class a { file { '/etc/ssl/ca.pem': source => \"${a::dir()}/ca.pem\" } }",
        )]);
        assert!(text.contains("#    a::dir: ["), "{text}");
        let text = of(&[(
            "modules/a/manifests/init.pp",
            "class a($x) { file { '/etc/ssl/ca.pem': content => file($x) } }",
        )]);
        assert!(text.contains("#    puppet_ssldir: ["), "{text}");
    }

    /// What it says of comments is none.
    #[test]
    fn it_ignores_nothing() {
        let tree = Memory::new().with(".ca-lint.yaml", of(&[]));
        let evidence = audit(&tree, &Request::default());
        assert!(evidence.directives.is_empty(), "{:?}", evidence.directives);
    }
}
