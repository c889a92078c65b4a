//! `ca-lint diff`: what changes in trust between two git revisions.

use super::asked::{configured, judged};
use super::options::{DiffArgs, DiffFormat, Global, Inputs};
use super::session::Project;
use super::since::{as_of, fork_point, refused, repository};
use super::terminal::canvas;
use super::{Failure, Outcome, output};
use crate::report::change::{Changes, State, human, json, markdown};
use crate::verdict::{Judged, Verdict};
use ca_audit::Evidence;
use ca_audit::change::TrustChange;
use ca_audit::tree::Tree;
use ca_audit::tree::git::{Commit, Repository};
use std::collections::BTreeSet;

/// Letters of an object name that are shown.
const SHORT: usize = 10;

/// Runs the command.
pub(super) fn run(arguments: &DiffArgs, global: &Global) -> Result<Outcome, Failure> {
    let inputs = Inputs {
        paths: arguments.paths.clone(),
        hosts: Vec::new(),
        node: None,
        facts: None,
        hierarchy: arguments.hierarchy.clone(),
        classes: Vec::new(),
    };
    let project = Project::open(BTreeSet::new(), &inputs, global)?;
    let repository = repository(&project)?;
    let asked = Asked::read(arguments, &repository)?;
    let before = as_of(&project, &repository, &asked.before.1)?;
    let then = (asked.before.0.as_str(), &before as &dyn Tree);
    let report = if let Some((name, commit)) = &asked.after {
        let after = as_of(&project, &repository, commit)?;
        compare(&project, then, (name, &after), arguments, global)
    } else {
        let after = ("the working tree", &project.tree as &dyn Tree);
        compare(&project, then, after, arguments, global)
    };
    output::print(&report)?;
    Ok(Outcome::Clean)
}

/// The two states, each with the name that is shown.
struct Asked {
    before: (String, Commit),
    /// The working tree where none is named.
    after: Option<(String, Commit)>,
}

impl Asked {
    /// `A`, `A B`, `A..B` and `A...B`, where a name that is left out is `HEAD`.
    fn read(arguments: &DiffArgs, repository: &Repository) -> Result<Self, Failure> {
        let commit = |name: &str| repository.commit(name).map_err(|error| refused(&error));
        let shown = |name: &str, commit: &Commit| {
            let id = commit.id();
            if id.starts_with(name) {
                id[..SHORT.max(name.len()).min(id.len())].to_owned()
            } else {
                format!("{name} ({})", &id[..SHORT.min(id.len())])
            }
        };
        let named = |name: &str| {
            let name = if name.is_empty() { "HEAD" } else { name };
            let commit = commit(name)?;
            Ok((shown(name, &commit), commit))
        };
        let (before, after) = match (arguments.before.split_once(".."), &arguments.after) {
            (Some(_), Some(_)) => {
                let message = "name two revisions, or one range such as A..B";
                return Err(Failure::Usage(message.into()));
            }
            (Some((before, after)), None) => {
                let is_fork = after.starts_with('.');
                let after = named(after.trim_start_matches('.'))?;
                let mut before = named(before)?;
                if is_fork {
                    let commit = fork_point(repository, before.1, &after.1);
                    before = (format!("{} at {}", before.0, &commit.id()[..SHORT]), commit);
                }
                return Ok(Self {
                    before,
                    after: Some(after),
                });
            }
            (None, after) => (&arguments.before, after),
        };
        Ok(Self {
            before: named(before)?,
            after: after.as_deref().map(named).transpose()?,
        })
    }
}

fn compare(
    project: &Project,
    before: (&str, &dyn Tree),
    after: (&str, &dyn Tree),
    arguments: &DiffArgs,
    global: &Global,
) -> String {
    let (then, now) = (project.audit(before.1), project.audit(after.1));
    let (policy, settings) = configured(project, global);
    let verdict = |evidence: &Evidence| judged(project, evidence, &policy, &settings);
    let (was, is) = differing((&then, verdict(&then)), (&now, verdict(&now)));
    let state = |(name, tree): (&str, _), evidence, verdict| State {
        name: name.to_owned(),
        tree,
        evidence,
        verdict,
    };
    let before = state(before, &then, &was);
    let after = state(after, &now, &is);
    let change = TrustChange::between(&then, &now);
    let changes = project.with_threads(|| Changes::new(&before, &after, &change));
    match arguments.format {
        DiffFormat::Human => human(&changes, canvas(global)),
        DiffFormat::Markdown => markdown(&changes),
        DiffFormat::Json => json(&changes),
    }
}

/// Of each of two verdicts what the other does not know.
fn differing(
    (then, mut was): (&Evidence, Verdict),
    (now, mut is): (&Evidence, Verdict),
) -> (Verdict, Verdict) {
    let all = is.clone();
    let is_gone = |of: &Evidence, from: &Evidence, judged: &Judged| {
        from.file(of.path(judged.finding.at.file)).is_none()
    };
    is.only_new_since(&was, &|judged| is_gone(then, now, judged));
    was.only_new_since(&all, &|judged| is_gone(now, then, judged));
    (was, is)
}
