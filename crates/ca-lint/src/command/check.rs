//! `ca-lint check`: look for what is wrong.

use super::options::{CheckArgs, Format, Global};
use super::session::Session;
use super::terminal::{canvas, detail};
use super::{Failure, Outcome, baseline, fix, ignored, output, since};
use crate::config::{Config, Level};
use crate::report::{self, Findings};
use crate::rules;
use crate::settings::Settings;
use crate::verdict::{Judged, Policy, Verdict, judge};
use ca_audit::Evidence;
use std::collections::BTreeMap;
use time::OffsetDateTime;

/// Runs the command.
pub(super) fn run(arguments: &CheckArgs, global: &Global) -> Result<Outcome, Failure> {
    let mut session = Session::open(&arguments.inputs, global)?;
    let asked = Asked::of(arguments, global, &session);
    if arguments.diff || arguments.fix {
        let changes = session.with_threads(|session| {
            let verdict = asked.verdict(session)?;
            Ok(fix::changes(session, &verdict, arguments.show_suppressed))
        })?;
        if arguments.diff {
            output::print(&fix::diff(&changes))?;
            return Ok(outcome(!changes.is_empty()));
        }
        if !changes.is_empty() {
            fix::write(&session, &changes)?;
            session = Session::open(&arguments.inputs, global)?;
        }
    }
    let verdict = session.with_threads(|session| asked.verdict(session))?;
    if let Some(path) = &arguments.write_baseline {
        baseline::write(path, &verdict)?;
        return Ok(Outcome::Clean);
    }
    let (report, is_reached) = session.with_threads(|session| {
        let shows_all = arguments.show_suppressed;
        let findings = Findings::new(
            &session.project.tree,
            &session.evidence,
            &verdict,
            shows_all,
        );
        let is_reached = verdict.reaches(arguments.severity_threshold.into());
        (report(&findings, arguments.format, global), is_reached)
    });
    output::print(&report)?;
    // The program ends here; freeing all that was read would only delay that.
    std::mem::forget(session);
    Ok(outcome(is_reached))
}

/// What findings are asked for.
struct Asked<'a> {
    arguments: &'a CheckArgs,
    policy: Policy,
    settings: Settings,
}

impl<'a> Asked<'a> {
    fn of(arguments: &'a CheckArgs, global: &Global, session: &Session) -> Self {
        let now = global.now.unwrap_or_else(OffsetDateTime::now_utc);
        let mut settings = Settings::at(now.unix_timestamp());
        if let Some(days) =
            arguments
                .expiry_days
                .or(session.project.configuration.config.expiry_days)
        {
            settings.expiry_days = days;
        }
        settings.scopes = session.project.scopes();
        let policy = Policy {
            select: arguments.select.clone(),
            ignore: arguments.ignore.clone(),
            min_confidence: arguments.min_confidence.into(),
            levels: levels(&session.project.configuration.config),
            roots: session.project.roots.clone(),
            entries: ignored::entries(&session.project, &session.evidence),
            now: settings.now,
            is_whole: session.project.is_whole,
        };
        Self {
            arguments,
            policy,
            settings,
        }
    }

    fn verdict(&self, session: &Session) -> Result<Verdict, Failure> {
        let mut verdict = self.of_evidence(&session.evidence);
        if let Some(revision) = &self.arguments.new_since {
            let before = since::before(&session.project, revision)?;
            let was = self.of_evidence(&before);
            let then = |judged: &Judged| before.path(judged.finding.at.file);
            let is_gone = |judged: &Judged| session.evidence.file(then(judged)).is_none();
            verdict.only_new_since(&was, &is_gone);
        }
        baseline::apply(self.arguments, session, &mut verdict)?;
        Ok(verdict)
    }

    fn of_evidence(&self, evidence: &Evidence) -> Verdict {
        let found = rules::check(evidence, &self.settings);
        judge(evidence, found, &self.policy)
    }
}

fn outcome(has_findings: bool) -> Outcome {
    if has_findings {
        Outcome::Findings
    } else {
        Outcome::Clean
    }
}

fn report(findings: &Findings, format: Format, global: &Global) -> String {
    match format {
        Format::Json => report::json(findings),
        Format::Human if global.quiet => report::concise(findings, canvas(global)),
        Format::Human => report::human(findings, canvas(global), detail(global)),
    }
}

pub(super) fn levels(config: &Config) -> BTreeMap<&'static str, Level> {
    let rules = config.rules.iter();
    rules.map(|(rule, level)| (rule.0, *level)).collect()
}
