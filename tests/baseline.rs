//! Baselines and suppressions, as a team meets them.

use crate::program::Outcome;
use crate::repository::Repository;
use std::fs;

const OF_CLIENT: &str = "modules/k8s/files/kube-apiserver.default";
const CLIENT: &str = "DAEMON_ARGS=\"--etcd-servers=https://etcd1:2379\"\n";
const BASELINE: &str = ".ca-lint-baseline.json";

fn repository() -> Option<Repository> {
    let mut repository = Repository::new()?;
    repository.write(OF_CLIENT, CLIENT);
    repository.write(
        "hieradata/a.yaml",
        "a::ca: |\n  <CA one named CN=x; valid 2008-01-01 to 2018-01-01>\n",
    );
    Some(repository)
}

fn ended(outcome: &Outcome, status: i32) {
    assert_eq!(outcome.status, Some(status), "{outcome:?}");
}

#[test]
fn what_is_known_fails_no_run() {
    let Some(mut repository) = repository() else {
        return;
    };
    ended(&repository.run(&["check"]), 1);
    ended(&repository.run(&["check", "--write-baseline", BASELINE]), 0);
    let with = ["check", "--baseline", BASELINE];
    let known = repository.run(&with);
    ended(&known, 0);
    assert_eq!(known.complaints, "");
    assert!(known.output.contains("of the baseline"), "{known:?}");
    // Lines move, YAML is written otherwise, the folder gets another name.
    repository.write(OF_CLIENT, &format!("{}{CLIENT}", "# more\n".repeat(100)));
    repository.write(
        "hieradata/a.yaml",
        "# more\nb: 1\na::ca:   |+\n        <CA one named CN=x; valid 2008-01-01 to 2018-01-01>\n\n",
    );
    ended(&repository.run(&with), 0);
    let moved = tempfile::tempdir().expect("a folder");
    let moved = moved.path().join("elsewhere");
    fs::rename(repository.path(), &moved).expect("a new name");
    ended(&crate::program::ca_lint(&moved, with), 0);
    fs::rename(&moved, repository.path()).expect("the old name");
    // What is new is told.
    repository.write(
        "modules/k8s/files/flanneld.env",
        "FLANNELD_ETCD_ENDPOINTS=https://e:2379\n",
    );
    let new = repository.run(&with);
    ended(&new, 1);
    assert!(
        new.output.contains("flanneld.env") && !new.output.contains("kube-apiserver.default:"),
        "{new:?}"
    );
}

#[test]
fn entries_that_match_nothing_are_told_and_taken_out() {
    let Some(repository) = repository() else {
        return;
    };
    repository.run(&["check", "--write-baseline", BASELINE]);
    repository.remove("hieradata/a.yaml");
    let with = ["check", "--baseline", BASELINE];
    let stale = repository.run(&with);
    ended(&stale, 0);
    assert!(stale.complaints.contains("--prune-baseline"), "{stale:?}");
    // Who reads a part knows nothing of the rest.
    assert_eq!(
        repository
            .run_in(
                "modules",
                &["check", "--baseline", "../.ca-lint-baseline.json"]
            )
            .complaints,
        ""
    );
    ended(
        &repository.run(&["check", "--baseline", BASELINE, "--prune-baseline"]),
        0,
    );
    assert_eq!(repository.run(&with).complaints, "");
    let text = fs::read_to_string(repository.path().join(BASELINE)).expect("a baseline");
    assert!(
        text.contains("etcd-client-without-ca") && !text.contains("expired-ca"),
        "{text}"
    );
}

#[test]
fn a_baseline_and_a_revision_go_together() {
    let Some(repository) = repository() else {
        return;
    };
    repository.commit();
    repository.run(&["check", "--write-baseline", BASELINE]);
    let both = repository.run(&["check", "--baseline", BASELINE, "--new-since", "HEAD"]);
    ended(&both, 0);
    assert_eq!(both.complaints, "");
}

#[test]
fn a_baseline_of_the_configuration() {
    let Some(mut repository) = repository() else {
        return;
    };
    repository.run(&["check", "--write-baseline", BASELINE]);
    repository.write(".ca-lint.yaml", "baseline: .ca-lint-baseline.json\n");
    ended(&repository.run(&["check"]), 0);
    ended(&repository.run_in("modules", &["check"]), 0);
    ended(&repository.run(&["check", "--no-config"]), 1);
    repository.write(BASELINE, "{}\n");
    ended(&repository.run(&["check"]), 2);
}

#[test]
fn comments_ignore_with_a_reason() {
    let Some(mut repository) = repository() else {
        return;
    };
    repository.remove("hieradata/a.yaml");
    let with = |repository: &mut Repository, comment: &str| {
        repository.write(OF_CLIENT, &format!("{comment}\n{CLIENT}"));
        repository.run(&["check"])
    };
    let ignored = with(
        &mut repository,
        "# ca-lint: ignore[etcd-client-without-ca] old cluster",
    );
    ended(&ignored, 0);
    assert!(
        ignored.output.contains("1 finding that comments ignore"),
        "{ignored:?}"
    );
    let shown = repository.run(&["check", "--show-suppressed", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&shown.output).expect("it is JSON");
    assert_eq!(json["findings"][0]["suppressed"], "comment");
    assert_eq!(json["findings"][0]["suppression_reason"], "old cluster");
    for (comment, word) in [
        ("# ca-lint: ignore[etcd-client-without-ca]", "no reason"),
        (
            "# ca-lint: ignore[etcd-client-without-ca] x until=2026-11-30",
            "ended on 2026-11-30",
        ),
        (
            "# ca-lint: ignore[etcd-client-without-cas] x",
            "there is no rule",
        ),
    ] {
        let found = with(&mut repository, comment);
        ended(&found, 1);
        assert!(found.output.contains(word), "{word}: {found:?}");
        assert!(
            found.output.contains("etcd-client-without-ca]")
                || found.output.contains("etcd-client-without-ca"),
            "{found:?}"
        );
    }
    // One that ignores nothing is told where the whole project is read.
    repository.write(
        OF_CLIENT,
        "# ca-lint: ignore[etcd-client-without-ca] old cluster\nA=1\n",
    );
    let useless = repository.run(&["check"]);
    ended(&useless, 1);
    assert!(
        useless.output.contains("useless-suppression"),
        "{useless:?}"
    );
    ended(&repository.run(&["check", OF_CLIENT]), 0);
    ended(
        &repository.run(&["check", "--ignore", "etcd-client-without-ca"]),
        0,
    );
}

#[test]
fn a_value_of_many_lines_has_its_comment_above_the_key() {
    let Some(mut repository) = repository() else {
        return;
    };
    repository.write(OF_CLIENT, "A=1\n");
    repository.write(
        "hieradata/a.yaml",
        "# ca-lint: ignore[expired-ca] the host is gone until=2030-01-01\na::ca: |\n  <CA one named CN=x; valid 2008-01-01 to 2018-01-01>\n",
    );
    ended(&repository.run(&["check"]), 0);
}

#[test]
fn the_configuration_ignores_by_rule_path_and_certificate() {
    let Some(mut repository) = repository() else {
        return;
    };
    let entry = |more: &str| format!("ignore:\n  - reason: it is known\n{more}");
    repository.write(
        ".ca-lint.yaml",
        &format!(
            "{}  - {{path: 'hieradata/**', rules: [expired-ca], reason: gone}}\n",
            entry("    rule: etcd-client-without-ca\n    path: modules/*/files/*\n")
        ),
    );
    ended(&repository.run(&["check"]), 0);
    ended(&repository.run_in("modules/k8s", &["check"]), 0);
    ended(
        &repository.run_in("modules/k8s", &["check", "../../hieradata/a.yaml"]),
        0,
    );
    // An entry to which nothing belongs is told at its place.
    repository.write(".ca-lint.yaml", &entry("    path: nowhere/**\n"));
    let useless = repository.run(&["check"]);
    ended(&useless, 1);
    assert!(useless.output.contains(".ca-lint.yaml:2"), "{useless:?}");
}
