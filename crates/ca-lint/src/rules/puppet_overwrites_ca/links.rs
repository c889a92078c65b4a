//! A CA file that Puppet keeps as a link to another file: whoever puts a file
//! there finds the link again after the next run.

use super::RULE;
use crate::finding::{Confidence, Finding, Related, Severity};
use ca_audit::Evidence;
use ca_audit::ca_name::{file_name, is_certificate_name, names_a_chain, path_names_a_ca};
use ca_audit::facts::{Content, Write};
use ca_audit::place::Span;
use ca_audit::value::Text;
use std::collections::BTreeMap;

pub(super) fn check(evidence: &Evidence, report: &mut dyn FnMut(Finding)) {
    let mut links: BTreeMap<(Span, String, String), Vec<&Write>> = BTreeMap::new();
    for write in &evidence.writes {
        let Content::Link(target) = &write.content else {
            continue;
        };
        let (path, target) = (write.path.to_string(), full(&write.path, target));
        if !names_a_ca(&path, &target) {
            continue;
        }
        let link = (write.declared_at(), path, target);
        links.entry(link).or_default().push(write);
    }
    for ((_, path, target), writes) in links {
        report(finding(evidence, &writes, path, target));
    }
}

/// By the name of the link, or by that of its target.
fn names_a_ca(path: &str, target: &str) -> bool {
    path_names_a_ca(path)
        || is_certificate_name(path) && (path_names_a_ca(target) || names_a_chain(file_name(path)))
}

/// A target without a slash in front is below the link's own folder.
fn full(path: &Text, target: &Text) -> String {
    let (path, target) = (path.to_string(), target.to_string());
    match path.rsplit_once('/') {
        Some((folder, _)) if !target.starts_with(['/', '$']) => format!("{folder}/{target}"),
        _ => target,
    }
}

/// `writes`: one declaration, perhaps with several places in the data.
fn finding(evidence: &Evidence, writes: &[&Write], path: String, target: String) -> Finding {
    let write = writes[0];
    let at = write.declared_at();
    let mut places = vec![
        (write.at, format!("{} is managed here", write.resource)),
        (write.content_at, "its target is said here".into()),
    ];
    let origins = writes.iter().flat_map(|write| &write.path_from);
    places.extend(origins.map(|origin| (origin.at, origin.what.to_string())));
    let mut related: Vec<Related> = Vec::new();
    for (place, what) in places {
        if place != at && related.iter().all(|known| known.at != place) {
            related.push(Related::new(place, what));
        }
    }
    let writer = evidence.writers_of(&target).next();
    let help = match writer {
        Some(writer) => format!(
            "change the CA where {target} comes from, in {}",
            evidence.path(writer.at.file)
        ),
        None => format!("change the CA in {target}; nothing in this repository writes it"),
    };
    Finding {
        rule: RULE.name,
        severity: Severity::Note,
        confidence: Confidence::High,
        message: format!(
            "Puppet keeps {path} a link to {target}: another file put there by hand lasts until the next run"
        ),
        effect: String::new(),
        help,
        at,
        label: format!("makes {path} a link"),
        related,
        certificates: Vec::new(),
        fix: None,
        identity: vec![path, target],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ca_audit::tree::Memory;
    use ca_audit::{Request, audit};

    fn messages(manifest: &str) -> Vec<String> {
        let tree = Memory::new().with("modules/a/manifests/init.pp", manifest);
        let evidence = audit(&tree, &Request::default());
        let mut found = Vec::new();
        check(&evidence, &mut |finding| found.push(finding.message));
        found
    }

    #[test]
    fn both_ways_to_say_a_link() {
        let target =
            "class a { file { '/etc/func/ca.crt': ensure => link, target => 'puppet.pem' } }";
        let ensure = "class a { file { '/etc/func/ca.crt': ensure => '/etc/func/puppet.pem' } }";
        for manifest in [target, ensure] {
            let found = messages(manifest);
            assert_eq!(found.len(), 1, "{manifest}");
            assert!(
                found[0].contains("a link to /etc/func/puppet.pem:"),
                "{found:?}"
            );
        }
        let by_target = "class a { file { '/opt/app/cert.pem': ensure => link, target => '/etc/ssl/certs/ca-certificates.crt' } }";
        assert_eq!(messages(by_target).len(), 1);
        let key = "class a { file { '/etc/func/ca.key': ensure => link, target => '/x/ca.key' } }";
        assert!(messages(key).is_empty());
    }
}
