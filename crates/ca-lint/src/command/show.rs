//! `check --show-settings` and `--show-files`: what a check goes by.

use super::options::{CheckArgs, Global};
use super::session::Project;
use super::{Failure, Outcome, output};
use crate::config::{Config, Level};
use crate::report::printable;
use crate::settings::Settings;
use ca_audit::sniff;
use ca_audit::tree::{Entry, EntryKind, Tree as _};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::env;

/// Prints one of the two.
pub(super) fn run(arguments: &CheckArgs, global: &Global) -> Result<Outcome, Failure> {
    let project = Project::open(BTreeSet::new(), &arguments.inputs, global)?;
    let text = if arguments.show_files {
        project.with_threads(|| files(&project))
    } else {
        settings(arguments, global, &project)
    };
    output::print(&text)?;
    Ok(Outcome::Clean)
}

/// A line a file: how it is read, and its path.
fn files(project: &Project) -> String {
    let entries = project.tree.list().entries;
    let lines: Vec<String> = entries
        .par_iter()
        .map(|entry| line(project, entry))
        .collect();
    lines.concat()
}

fn line(project: &Project, entry: &Entry) -> String {
    let read_as = match &entry.kind {
        EntryKind::Link(to) => format!("link to {}", printable(to)),
        EntryKind::Closed(trouble) => format!("not read: {}", trouble.message),
        EntryKind::File => match project.tree.bytes(&entry.path) {
            Ok(bytes) => sniff::form(&entry.path, &bytes).name().to_owned(),
            Err(trouble) => format!("not read: {}", trouble.message),
        },
    };
    let aside = if entry.aside { " (aside)" } else { "" };
    format!("{}\t{read_as}{aside}\n", printable(&entry.path))
}

/// A setting a line, each with who says so.
fn settings(arguments: &CheckArgs, global: &Global, project: &Project) -> String {
    let config = &project.configuration.config;
    let mut lines = vec![configuration(global, project)];
    let inputs = project
        .inputs
        .iter()
        .map(|input| input.display().to_string());
    lines.push((
        "inputs".into(),
        inputs.collect::<Vec<_>>().join(", "),
        "the command line, else the working directory",
    ));
    lines.push(expiry(arguments, config));
    lines.extend(rules(arguments, config));
    lines.extend(hosts(project));
    let of_config = "the configuration";
    for (name, scope) in &config.scopes {
        let cas = match &scope.allowed_cas {
            None => "any CA".to_owned(),
            Some(cas) => format!("{} allowed", crate::report::counted(cas.len(), "CA")),
        };
        lines.push((format!("scope {name}"), cas, of_config));
    }
    for ignored in &config.ignore {
        let rules: Vec<&str> = ignored.rules.iter().map(|rule| rule.0).collect();
        let path = ignored.path.as_ref().map(|path| path.0.glob().to_string());
        let what = [Some(rules.join(", ")), path, ignored.certificate.clone()];
        let what: Vec<String> = what
            .into_iter()
            .flatten()
            .filter(|it| !it.is_empty())
            .collect();
        lines.push((
            "ignore".into(),
            format!("{}: {}", what.join(" in "), ignored.reason),
            of_config,
        ));
    }
    lines.extend(baseline(arguments, config));
    for name in config.puppet.functions.keys() {
        lines.push((
            format!("puppet function {name}"),
            "what it returns is said".into(),
            of_config,
        ));
    }
    if let Some(hierarchy) = &project.request.hierarchy {
        let by = if arguments.inputs.hierarchy.is_some() {
            "the command line"
        } else {
            of_config
        };
        lines.push(("hiera".into(), hierarchy.clone(), by));
    }
    let rows = lines
        .iter()
        .map(|(name, value, by)| format!("{name:<24} {} ({by})\n", printable(value)));
    rows.collect()
}

type Line = (String, String, &'static str);

fn configuration(global: &Global, project: &Project) -> Line {
    let by = if global.no_config {
        "--no-config"
    } else if global.config.is_some() {
        "--config"
    } else if env::var_os("CA_LINT_CONFIG").is_some_and(|it| !it.is_empty()) {
        "CA_LINT_CONFIG"
    } else {
        "the nearest above what is read, up to the root of the repository"
    };
    let file = project.configuration.file.as_ref();
    let file = file.map_or_else(|| "none".to_owned(), |file| file.display().to_string());
    ("configuration".into(), file, by)
}

fn expiry(arguments: &CheckArgs, config: &Config) -> Line {
    let (days, by) = match (arguments.expiry_days, config.expiry_days) {
        (Some(days), _) => (days, "the command line"),
        (None, Some(days)) => (days, "the configuration"),
        (None, None) => (Settings::at(0).expiry_days, "unless something is said"),
    };
    ("expiry-days".into(), days.to_string(), by)
}

fn rules(arguments: &CheckArgs, config: &Config) -> Vec<Line> {
    let mut lines = Vec::new();
    for rule in &arguments.select {
        lines.push((
            format!("rule {rule}"),
            "only what is selected".into(),
            "the command line",
        ));
    }
    for rule in &arguments.ignore {
        lines.push((format!("rule {rule}"), "off".into(), "the command line"));
    }
    for (rule, level) in &config.rules {
        let is_selected = arguments.select.iter().any(|name| name == rule.0);
        let level = match level {
            Level::Off if is_selected => continue,
            Level::Off => "off",
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        };
        lines.push((
            format!("rule {}", rule.0),
            level.into(),
            "the configuration",
        ));
    }
    lines
}

fn hosts(project: &Project) -> Vec<Line> {
    let configured = &project.configuration.config.hosts;
    let line = |(name, folder): &(String, String)| {
        let by = if configured.contains_key(name) {
            "the configuration, unless the command line names it"
        } else {
            "the command line"
        };
        (format!("host {name}"), folder.clone(), by)
    };
    project.request.hosts.iter().map(line).collect()
}

fn baseline(arguments: &CheckArgs, config: &Config) -> Option<Line> {
    let name = "baseline".to_owned();
    match (&arguments.baseline, &config.baseline) {
        (Some(path), _) => Some((name, path.display().to_string(), "the command line")),
        (None, Some(path)) => Some((name, path.clone(), "the configuration")),
        (None, None) => None,
    }
}
