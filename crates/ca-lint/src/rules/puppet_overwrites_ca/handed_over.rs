//! A CA that is handed to code which is not in the tree: where that puts it on a host
//! cannot be seen, where a fix lasts can.

use super::alternatives::AtOnePath;
use super::{RULE, related};
use crate::finding::{Confidence, Finding, Severity, distinct_hashes};
use crate::source_words::{one_of, words};
use ca_audit::{Evidence, SourceEnd};

/// The finding, where such code says the path.
pub(super) fn finding(evidence: &Evidence, paths: &[AtOnePath]) -> Option<Finding> {
    let first = paths.first()?.first()?;
    let code = first.write.absent_code()?;
    let mut ends: Vec<&SourceEnd> = Vec::new();
    for source in paths.iter().flatten().flat_map(|it| &it.sources) {
        if !ends.contains(&&source.end) {
            ends.push(&source.end);
        }
    }
    let sources: Vec<String> = ends.iter().map(|end| words(evidence, end)).collect();
    let sources = one_of(&sources);
    let at = first.write.declared_at();
    let same = paths.concat();
    let related = related(first, &same, &[]);
    let certs = ends.iter().flat_map(|end| evidence.certs_of(end));
    Some(Finding {
        rule: RULE.name,
        severity: Severity::Note,
        confidence: Confidence::Medium,
        message: format!(
            "Puppet hands {sources} to {code}, whose code is not in this tree: a fix made by hand where that puts it on a host may last until the next run only"
        ),
        effect: String::new(),
        help: format!(
            "change {sources} instead; where {code} puts it is said by its own documentation"
        ),
        at,
        label: "hands the CA to code that is not in this tree".into(),
        related,
        certificates: distinct_hashes(certs),
        fix: None,
        identity: vec![code.to_owned(), sources],
    })
}

#[cfg(test)]
mod tests {
    use ca_audit::tree::Memory;

    fn messages(manifest: &str) -> Vec<String> {
        let tree = Memory::new()
            .with("site/profile/manifests/init.pp", manifest)
            .with("site/profile/files/corp-ca.crt", "");
        super::super::messages(&tree)
    }

    #[test]
    fn a_defined_type_of_an_absent_module() {
        let found = messages(
            "class profile {\n  ca::trust::add { 'corp': source => 'puppet:///modules/profile/corp-ca.crt' }\n}\n",
        );
        assert_eq!(
            found,
            [
                "Puppet hands site/profile/files/corp-ca.crt to ca::trust::add { 'corp' }, whose code is not in this tree: a fix made by hand where that puts it on a host may last until the next run only"
            ]
        );
    }

    #[test]
    fn a_class_of_an_absent_module() {
        let found = messages(
            "class profile {\n  class { '::vpn::server':\n    ca_source => 'puppet:///modules/profile/corp-ca.crt',\n    cert      => 'puppet:///modules/profile/server.crt',\n  }\n}\n",
        );
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].contains("to the class vpn::server, whose"),
            "{found:?}"
        );
    }

    #[test]
    fn the_path_of_a_ca_is_only_read() {
        let found = messages(
            "class profile {\n  etcd::client { 'a': ca_file => '/etc/ssl/ca.pem' }\n  mount { '/x': source => 'https://x/ca.pem' }\n}\n",
        );
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn a_path_that_is_given_is_told() {
        let found = messages(
            "class profile {\n  fetch::file { 'corp':\n    source => 'https://pki.example.org/corp-ca.crt',\n    target => '/etc/ssl/corp.pem',\n  }\n  wget::fetch { 'https://pki.example.org/ca.pem': destination => '/etc/ssl/ca.pem' }\n}\n",
        );
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with("Puppet writes /etc/ssl/corp.pem from https:"),
            "{found:?}"
        );
    }
}
