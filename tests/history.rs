//! `--new-since` and `diff`: two states of a repository, read from git.

use crate::program::Outcome;
use crate::repository::{Repository, git};
use std::fs;

const CLIENT: &str =
    "DAEMON_ARGS=\"--etcd-servers=https://etcd1:2379 --etcd-cafile=/etc/ssl/etcd-ca.pem\"\n";
const CLIENT_WITHOUT: &str = "DAEMON_ARGS=\"--etcd-servers=https://etcd1:2379\"\n";
const OF_CLIENT: &str = "modules/k8s/files/kube-apiserver.default";
const OF_CA: &str = "modules/tls/files/etcd-ca.pem";
const MANIFEST: &str = "class tls {
  file { '/etc/ssl/etcd-ca.pem': source => 'puppet:///modules/tls/etcd-ca.pem' }
  file { '/etc/default/kube-apiserver': source => 'puppet:///modules/k8s/kube-apiserver.default' }
}
";

/// A repository with a CA, who writes it and who reads it, as one commit.
fn repository() -> Option<Repository> {
    let mut repository = Repository::new()?;
    repository.write(OF_CA, "<CA one named CN=etcd CA>\n");
    repository.write(OF_CLIENT, CLIENT);
    repository.write("modules/tls/manifests/init.pp", MANIFEST);
    repository.commit();
    Some(repository)
}

fn clean(outcome: &Outcome) {
    assert_eq!(
        (outcome.status, outcome.complaints.as_str()),
        (Some(0), ""),
        "{outcome:?}"
    );
}

fn says(outcome: &Outcome, words: &[&str]) {
    for word in words {
        assert!(
            outcome.output.contains(word),
            "no {word:?} in:\n{}",
            outcome.output
        );
    }
}

#[test]
fn only_what_the_work_brings_is_new() {
    let Some(mut repository) = repository() else {
        return;
    };
    repository.write(
        "modules/old/files/flanneld.env",
        "FLANNELD_ETCD_ENDPOINTS=https://etcd1:2379\n",
    );
    repository.commit();
    assert_eq!(repository.run(&["check"]).status, Some(1));
    let since = ["check", "--new-since", "HEAD"];
    clean(&repository.run(&since));
    // Lines move, a file gets another name, and nothing is new.
    repository.write(
        "modules/new/files/flanneld.env",
        &format!(
            "{}FLANNELD_ETCD_ENDPOINTS=https://etcd1:2379\n",
            "# more\n".repeat(100)
        ),
    );
    repository.remove("modules/old/files/flanneld.env");
    clean(&repository.run(&since));
    // What is not committed counts as well.
    repository.write(OF_CLIENT, CLIENT_WITHOUT);
    let found = repository.run(&since);
    assert_eq!(found.status, Some(1));
    says(&found, &["kube-apiserver", OF_CLIENT]);
    assert!(!found.output.contains("flanneld.env"), "{found:?}");
    // From another folder, for another part.
    clean(&repository.run_in("modules/tls", &since));
    assert_eq!(repository.run_in("modules/k8s", &since).status, Some(1));
}

#[test]
fn what_others_did_since_is_not_the_change() {
    let Some(mut repository) = repository() else {
        return;
    };
    repository.write(OF_CLIENT, CLIENT_WITHOUT);
    repository.commit();
    repository.git(&["checkout", "-q", "-b", "topic"]);
    repository.git(&["checkout", "-q", "main"]);
    repository.write(OF_CLIENT, CLIENT);
    repository.commit();
    repository.git(&["checkout", "-q", "topic"]);
    clean(&repository.run(&["check", "--new-since", "main"]));
}

#[test]
fn ignored_files_and_submodules_are_no_change() {
    let Some(mut repository) = repository() else {
        return;
    };
    let Some(mut module) = Repository::new() else {
        return;
    };
    module.write("files/kube-apiserver.default", CLIENT_WITHOUT);
    module.commit();
    let path = module.path();
    let path = path.to_str().expect("a path");
    repository.git(&["submodule", "add", "-q", path, "modules/sub"]);
    repository.write(".gitignore", "/modules/installed/\n");
    repository.commit();
    repository.write(
        "modules/installed/files/kube-apiserver.default",
        CLIENT_WITHOUT,
    );
    let found = repository.run(&["check"]);
    says(&found, &["modules/installed", "modules/sub"]);
    clean(&repository.run(&["check", "--new-since", "HEAD"]));
}

#[test]
fn nothing_is_touched_and_nothing_guessed() {
    let Some(mut repository) = repository() else {
        return;
    };
    repository.write(OF_CLIENT, CLIENT_WITHOUT);
    let before = repository.git(&["status", "--porcelain=v2", "--untracked-files=all"]);
    repository.run(&["check", "--new-since", "HEAD"]);
    repository.run(&["diff", "HEAD"]);
    let after = repository.git(&["status", "--porcelain=v2", "--untracked-files=all"]);
    assert_eq!(before, after);
    for wrong in ["no-such-branch", "--upload-pack=x", ""] {
        let since = format!("--new-since={wrong}");
        let refused = repository.run(&["check", &since]);
        assert_eq!(refused.status, Some(3), "{refused:?}");
        assert!(
            refused.complaints.contains("git knows no revision"),
            "{refused:?}"
        );
    }
    let outside = tempfile::tempdir().expect("a folder");
    fs::write(outside.path().join("a"), "x").expect("a file");
    let refused = crate::program::ca_lint(outside.path(), ["check", "--new-since", "HEAD"]);
    assert_eq!(refused.status, Some(3), "{refused:?}");
}

#[test]
fn a_shallow_clone_says_that_it_is_one() {
    let Some(mut repository) = repository() else {
        return;
    };
    repository.write("README", "x\n");
    repository.commit();
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("file://{}", repository.path().display());
    git(folder.path(), &["clone", "-q", "--depth=1", &url, "clone"]);
    let refused = crate::program::ca_lint(
        &folder.path().join("clone"),
        ["check", "--new-since", "HEAD~1"],
    );
    assert_eq!(refused.status, Some(3));
    assert!(refused.complaints.contains("fetch-depth"), "{refused:?}");
}

#[test]
fn a_key_that_changes_under_one_name() {
    let Some(mut repository) = repository() else {
        return;
    };
    repository.write(OF_CA, "<CA two named CN=etcd CA>\n");
    let told = repository.run(&["diff", "HEAD"]);
    clean(&told);
    says(
        &told,
        &[
            "another key",
            "modules/tls/files/etcd-ca.pem:1",
            "/etc/ssl/etcd-ca.pem",
        ],
    );
    repository.write(
        OF_CA,
        "<CA one named CN=etcd CA; valid 2020-01-01 to 2048-01-01>\n",
    );
    says(
        &repository.run(&["diff", "HEAD"]),
        &["renewed with the same key, until 2048-01-01"],
    );
    repository.write(OF_CA, "<CA two named CN=other CA>\n");
    says(
        &repository.run(&["diff", "HEAD"]),
        &["CN=etcd CA", "gives way to CN=other CA"],
    );
}

#[test]
fn cas_come_go_and_move() {
    let Some(mut repository) = repository() else {
        return;
    };
    repository.write(
        "hieradata/common.yaml",
        "tls::ca: |\n  <CA two named CN=b>\n",
    );
    says(
        &repository.run(&["diff", "HEAD"]),
        &[
            "+ CN=b",
            "hieradata/common.yaml:2 (tls::ca)",
            "nowhere before",
        ],
    );
    repository.commit();
    repository.write("hieradata/common.yaml", "tls::other: 1\n");
    repository.write("hieradata/site.yaml", "tls::ca: |\n  <CA two named CN=b>\n");
    says(
        &repository.run(&["diff", "HEAD"]),
        &[
            "is moved",
            "from hieradata/common.yaml:2",
            "to hieradata/site.yaml:2",
        ],
    );
    repository.commit();
    repository.write("hieradata/site.yaml", "tls::other: 1\n");
    let range = repository.run(&["diff", "HEAD~1"]);
    says(&range, &["- CN=b", "nowhere any more"]);
}

/// Places of one state are never looked up in the other, which may have fewer
/// files.
#[test]
fn a_state_with_fewer_files() {
    let Some(mut repository) = repository() else {
        return;
    };
    repository.write("z.pem", "<CA two named CN=b>\n");
    repository.commit();
    let files = repository.git(&["ls-files"]);
    for file in files.lines().filter(|file| *file != "z.pem") {
        repository.remove(file);
    }
    repository.write("a.pem", "<CA two named CN=b>\n");
    let told = repository.run(&["diff", "HEAD"]);
    clean(&told);
    says(&told, &["a.pem:1", "it stood already in z.pem:1"]);
    clean(&repository.run(&["diff", "HEAD", "--format", "json"]));
}

/// Of an entry that ignores nothing the place is another one in each state.
#[test]
fn what_the_configuration_ignores_in_vain_is_not_new() {
    let Some(mut repository) = repository() else {
        return;
    };
    let entry = "ignore:\n  - path: nowhere/**\n    reason: it was there once\n";
    repository.write(".ca-lint.yaml", entry);
    repository.commit();
    assert_eq!(repository.run(&["check"]).status, Some(1));
    repository.write(".a", "x\n");
    repository.write(".b", "x\n");
    clean(&repository.run(&["check", "--new-since", "HEAD"]));
}

#[test]
fn clients_and_writers() {
    let Some(mut repository) = repository() else {
        return;
    };
    repository.write(OF_CLIENT, CLIENT_WITHOUT);
    repository.write(
        "modules/tls/manifests/init.pp",
        &MANIFEST.replace(
            "'puppet:///modules/tls/etcd-ca.pem'",
            "'/var/lib/puppet/ssl/certs/ca.pem'",
        ),
    );
    let told = repository.run(&["diff", "HEAD"]);
    says(
        &told,
        &[
            "kube-apiserver loses its CA",
            "before: /etc/ssl/etcd-ca.pem, over TLS",
            "now: no CA, over TLS",
            "before: modules/tls/files/etcd-ca.pem",
            "now: /var/lib/puppet/ssl/certs/ca.pem of the same host",
            "etcd-client-without-ca",
        ],
    );
    let json = repository.run(&["diff", "HEAD", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.output).expect("it is JSON");
    assert_eq!(json["clients"][0]["before"]["ca"], "/etc/ssl/etcd-ca.pem");
    let markdown = repository.run(&["diff", "HEAD", "--format", "markdown"]);
    says(
        &markdown,
        &["### Trust changes", "- ⚠️ kube-apiserver loses its CA"],
    );
}

#[test]
fn ranges_name_two_states() {
    let Some(mut repository) = repository() else {
        return;
    };
    repository.git(&["checkout", "-q", "-b", "topic"]);
    repository.write("a.pem", "<CA two named CN=b>\n");
    repository.commit();
    repository.git(&["checkout", "-q", "main"]);
    repository.write("c.pem", "<CA three named CN=c>\n");
    repository.commit();
    let two = repository.run(&["diff", "main..topic"]);
    says(&two, &["+ CN=b", "- CN=c"]);
    assert_eq!(
        two.output,
        repository.run(&["diff", "main", "topic"]).output
    );
    let fork = repository.run(&["diff", "main...topic"]);
    says(&fork, &["+ CN=b"]);
    assert!(!fork.output.contains("CN=c"), "{fork:?}");
    says(
        &repository.run(&["diff", "HEAD"]),
        &["Nothing changes in trust"],
    );
    assert_eq!(
        repository.run(&["diff", "main..topic", "HEAD"]).status,
        Some(2)
    );
}
