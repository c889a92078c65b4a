//! What other tools read of this repository (`action.yml`, the hooks of
//! pre-commit, the job for GitLab, the container) names what is there.

use crate::checkout;
use crate::program::ca_lint;
use serde_yaml::Value;
use std::fs;

fn text(path: &str) -> String {
    fs::read_to_string(checkout::root().join(path)).expect(path)
}

fn yaml(path: &str) -> Value {
    serde_yaml::from_str(&text(path)).expect(path)
}

fn string<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("no {field}: {value:?}"))
}

/// Every command line of ours in a script: from the program's name to the end
/// of its line, or lines with a backslash.
fn commands(script: &str) -> Vec<String> {
    let script = script.replace("\\\n", " ");
    let lines = script
        .lines()
        .filter(|line| !line.contains("cargo install"));
    lines
        .filter_map(|line| {
            let (_, arguments) = line
                .split_once("ca-lint check ")
                .or_else(|| line.split_once("ca-lint\" check "))?;
            Some(arguments.to_owned())
        })
        .collect()
}

/// The options of a command line are known to the program.
fn assert_known(arguments: &str) {
    let help = ca_lint(&checkout::root(), ["check", "--help"]).output;
    let options = arguments
        .split_whitespace()
        .filter(|it| it.len() > 2 && it.starts_with("--"));
    for option in options {
        assert!(
            help.contains(&format!("{option} ")),
            "check has no {option}"
        );
    }
    for output in arguments.split("--output ").skip(1) {
        let (format, _) = output.split_once('=').expect("a form and a file");
        let format = format.trim_start_matches('"');
        let known = format!("- {format}:");
        assert!(help.contains(&known), "no form {format}");
    }
}

#[test]
fn the_action_runs_what_is_there() {
    let action = yaml("action.yml");
    assert_eq!(string(&action["runs"], "using"), "composite");
    let steps = action["runs"]["steps"].as_sequence().expect("steps");
    let mut found = 0;
    for step in steps {
        let Some(script) = step["run"].as_str() else {
            string(step, "uses");
            continue;
        };
        string(step, "shell");
        assert!(!script.contains("${{"), "a value would be code: {script}");
        for arguments in commands(script) {
            assert_known(&arguments);
            found += 1;
        }
    }
    assert_eq!(found, 1);
    let install = string(&steps[0], "run");
    assert!(install.contains("crates/ca-lint\""), "{install}");
    for input in ["paths", "arguments", "sarif-file", "upload"] {
        let used = format!("inputs.{input}");
        assert!(text("action.yml").contains(&used), "{input} has no effect");
        string(&action["inputs"][input], "description");
    }
}

#[test]
fn the_hook_runs_what_is_there() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let hooks = hooks.as_sequence().expect("hooks");
    for hook in hooks {
        for field in ["id", "name", "language", "entry"] {
            string(hook, field);
        }
        assert!(string(hook, "entry").starts_with("ca-lint check"));
    }
}

#[test]
fn the_job_for_gitlab_runs_what_is_there() {
    let job = &yaml("crates/ca-lint/ci/gitlab.yml")["ca-lint"];
    let script = job["script"].as_sequence().expect("a script");
    let lines: Vec<&str> = script.iter().filter_map(Value::as_str).collect();
    let commands = commands(&lines.join("\n"));
    assert_eq!(commands.len(), 1);
    assert_known(&commands[0]);
    for report in ["codequality", "junit"] {
        let file = string(&job["artifacts"]["reports"], report);
        assert!(commands[0].contains(&format!("={file} ")), "{file}");
    }
}

#[test]
fn the_container_is_made_of_what_is_there() {
    let file = text("crates/ca-lint/Containerfile");
    assert!(file.contains("--path crates/ca-lint "));
    assert!(file.contains("ENTRYPOINT [\"ca-lint\"]"));
    assert!(
        file.lines().any(|line| line.starts_with("USER ")),
        "no root"
    );
}

#[test]
fn completions_and_manual_are_printed() {
    let root = checkout::root();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let outcome = ca_lint(&root, ["completions", shell]);
        assert_eq!(outcome.status, Some(0), "{shell}");
        assert!(outcome.output.contains("stdin-filename"), "{shell}");
    }
    let page = ca_lint(&root, ["man"]).output;
    assert!(
        page.contains(".TH ca-lint 1") && page.contains("inventory"),
        "{page}"
    );
    let page = ca_lint(&root, ["man", "check"]).output;
    assert!(page.contains(".TH ca-lint-check 1"), "{page}");
    assert_eq!(ca_lint(&root, ["man", "no-such"]).status, Some(2));
}
