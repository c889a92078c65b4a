//! `.ca-lint.yaml`, as a user meets it.

use crate::checkout;
use crate::program::{CLOCK, Outcome, ca_lint};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A repository whose CA file has a source that a function decides.
fn repository(configuration: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, text).expect("a file");
    };
    fs::create_dir(folder.path().join(".git")).expect("a folder");
    write(
        "modules/tls/manifests/init.pp",
        "class tls {\n  $dir = tls::ssl_folder()\n  file { '/etc/ssl/certs/Internal_CA.pem':\n    source => \"${dir}/certs/ca.pem\",\n  }\n}\n",
    );
    write(
        "modules/tls/lib/puppet/functions/tls/ssl_folder.rb",
        "Puppet::Functions.create_function(:'tls::ssl_folder') do\n  def ssl_folder\n    call_function('lookup', 'x').downcase\n  end\nend\n",
    );
    if !configuration.is_empty() {
        write(".ca-lint.yaml", configuration);
    }
    folder
}

fn check(folder: &Path, more: &[&str]) -> Outcome {
    let arguments = [&["check", "--show-suppressed"], &CLOCK[..], more].concat();
    ca_lint(folder, arguments)
}

const MODEL: &str = "puppet:\n  functions:\n    tls::ssl_folder: [/var/lib/puppet/ssl, /var/lib/puppet/client/ssl]\n";

#[test]
fn what_a_function_returns_is_believed() {
    let without = check(repository("").path(), &[]);
    assert!(
        !without.output.contains("/var/lib/puppet/client/ssl"),
        "{without:?}"
    );
    let folder = repository(MODEL);
    // From a folder inside the repository, too.
    for inside in [".", "modules/tls"] {
        let found = check(&folder.path().join(inside), &[]);
        assert!(
            found
                .output
                .contains("/var/lib/puppet/client/ssl/certs/ca.pem"),
            "{found:?}"
        );
        assert_eq!(found.complaints, "");
    }
    let not_read = check(folder.path(), &["--no-config"]);
    assert!(
        !not_read.output.contains("/var/lib/puppet/client/ssl"),
        "{not_read:?}"
    );
}

#[test]
fn a_model_of_no_use_is_told() {
    let folder = repository("puppet: {functions: {tls::ssl_foldr: /x}}\n");
    let complaints = check(folder.path(), &[]).complaints;
    assert!(complaints.contains("tls::ssl_foldr()"), "{complaints}");
    assert!(complaints.contains("no manifest calls it"), "{complaints}");
}

#[test]
fn a_mistake_is_underlined_and_nothing_is_judged() {
    let folder = repository("rules:\n  puppet-overwrite-ca: off\n");
    let refused = check(folder.path(), &[]);
    assert_eq!((refused.status, refused.output.as_str()), (Some(2), ""));
    let complaints = refused.complaints;
    assert!(complaints.contains(".ca-lint.yaml:2:3"), "{complaints}");
    assert!(
        complaints.contains("there is puppet-overwrites-ca"),
        "{complaints}"
    );
}

#[test]
fn levels_of_rules() {
    let level = |said: &str| {
        let folder = repository(&format!("{MODEL}rules: {{puppet-overwrites-ca: {said}}}\n"));
        check(folder.path(), &["-q"])
    };
    assert_eq!(level("warning").status, Some(1));
    assert_eq!(level("note").status, Some(0));
    assert!(level("error").output.contains("error"));
    assert!(!level("off").output.contains("puppet-overwrites-ca"));
    // What the command line asks for goes before.
    let folder = repository(&format!("{MODEL}rules: {{puppet-overwrites-ca: off}}\n"));
    let asked = check(folder.path(), &["-q", "--select", "puppet-overwrites-ca"]);
    assert!(asked.output.contains("puppet-overwrites-ca"), "{asked:?}");
}

#[test]
fn one_may_be_named() {
    let folder = repository("rules: {puppet-overwrites-ca: off}\n");
    fs::write(
        folder.path().join("other.yaml"),
        "rules: {puppet-overwrites-ca: error}\n",
    )
    .expect("a file");
    let named = check(folder.path(), &["-q", "--config", "other.yaml"]);
    assert!(named.output.contains("error"), "{named:?}");
    let absent = check(folder.path(), &["--config", "absent.yaml"]);
    assert_eq!(absent.status, Some(2));
}

#[test]
fn the_one_that_the_readme_shows_is_right() {
    let readme = fs::read_to_string(checkout::root().join("README.md")).expect("the README");
    let mut blocks = readme.split("```yaml\n").skip(1);
    let shown = blocks.find_map(|rest| {
        let block = rest.split("```").next()?;
        block.starts_with("rules:").then_some(block)
    });
    let config = ca_lint::config::Config::read(shown.expect("a configuration"));
    let config = config.expect("it is right");
    assert!(config.puppet.hiera.is_some() && !config.hosts.is_empty());
}
