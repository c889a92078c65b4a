//! One declaration whose path is another one on other hosts: a folder for each
//! family of systems.

use ca_audit::facts::Write;
use ca_audit::{ManagedCa, SourceEnd};

/// A declaration's writes to one path.
pub(super) type AtOnePath<'m, 'e> = Vec<&'m ManagedCa<'e>>;

/// The paths of one declaration that are alternatives of each other stand
/// together: the same sources, and no host has two of them.
pub(super) fn grouped<'m, 'e>(paths: Vec<AtOnePath<'m, 'e>>) -> Vec<Vec<AtOnePath<'m, 'e>>> {
    /// More alternatives than these are told one by one.
    const MOST: usize = 16;
    let mut groups: Vec<Vec<AtOnePath>> = Vec::new();
    for path in paths {
        let fits = |group: &Vec<AtOnePath>| {
            group.len() < MOST && group.iter().all(|other| are_alternatives(other, &path))
        };
        match groups.iter().position(fits) {
            Some(index) => groups[index].push(path),
            None => groups.push(vec![path]),
        }
    }
    groups
}

/// The same resource with another path, or two that no host has together.
fn exclude(left: &Write, right: &Write) -> bool {
    let is_one_of = left.one_of.is_some()
        && (left.one_of, left.at, &left.chain) == (right.one_of, right.at, &right.chain);
    let mut conditions = left.when.iter();
    is_one_of || conditions.any(|one| right.when.iter().any(|other| one.excludes(other)))
}

fn are_alternatives(left: &AtOnePath, right: &AtOnePath) -> bool {
    ends(left) == ends(right)
        && left.iter().all(|one| {
            let mut others = right.iter();
            others.all(|other| exclude(one.write, other.write))
        })
}

/// The sources, each once, in order.
fn ends<'m>(path: &AtOnePath<'m, '_>) -> Vec<&'m SourceEnd> {
    let mut ends: Vec<&SourceEnd> = Vec::new();
    for source in path.iter().flat_map(|managed| &managed.sources) {
        if !ends.contains(&&source.end) {
            ends.push(&source.end);
        }
    }
    ends
}

#[cfg(test)]
mod tests {
    use ca_audit::tree::Memory;

    fn messages(manifest: &str) -> Vec<String> {
        let tree = Memory::new().with("modules/a/manifests/init.pp", manifest);
        super::super::messages(&tree)
    }

    #[test]
    fn a_folder_for_each_system_is_one_finding() {
        let found = messages(
            "class a {\n  $folder = $facts['os']['family'] ? {\n    'Debian' => '/usr/local/share/ca-certificates',\n    'RedHat' => '/etc/pki/ca-trust/source/anchors',\n  }\n  file { \"${folder}/a.crt\": source => '/x/ca.pem' }\n}\n",
        );
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].contains(
                " or /usr/local/share/ca-certificates/a.crt, depending on the host, from /x/ca.pem"
            ),
            "{found:?}"
        );
    }

    #[test]
    fn an_absent_modules_folders_are_one_finding_for_each_call() {
        let found = messages(
            "class a {\n  ca_cert::ca { 'x': source => 'puppet:///modules/b/x.crt' }\n  ca_cert::ca { 'y': source => 'puppet:///modules/b/x.crt' }\n}\n",
        );
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[1].contains("anchors/y.crt"), "{found:?}");
    }

    #[test]
    fn files_that_a_host_may_have_together_are_told_each() {
        let found = messages(
            "class a {\n  ['/etc/a/ca.pem', '/etc/b/ca.pem'].each |$path| {\n    file { $path: source => '/x/ca.pem' }\n  }\n}\n",
        );
        assert_eq!(found.len(), 2, "{found:?}");
    }

    #[test]
    fn what_is_left_alone_once_it_is_there_is_not_overwritten() {
        for said in ["replace => false,", "replace => 'no',"] {
            let file =
                format!("class a {{ file {{ '/etc/a/ca.pem': source => '/x/ca.pem', {said} }} }}");
            assert!(messages(&file).is_empty(), "{said}");
        }
        let archive = |said: &str| {
            messages(&format!(
                "class a {{ archive {{ '/etc/a/ca.pem': source => 'https://pki.example.org/ca.pem', {said} }} }}"
            ))
        };
        assert!(archive("").is_empty());
        assert_eq!(
            archive("checksum => 'abcdef', checksum_type => 'sha256'").len(),
            1
        );
        assert_eq!(archive("ensure => latest").len(), 1);
    }
}
