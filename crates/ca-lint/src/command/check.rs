//! `ca-lint check`: look for what is wrong.

use super::options::{CheckArgs, Format, Global};
use super::session::Session;
use super::terminal::{canvas, detail};
use super::{Failure, Outcome, fix, output};
use crate::config::{Config, Level};
use crate::report::{self, Findings};
use crate::rules;
use crate::settings::Settings;
use crate::verdict::{Policy, Verdict, judge};
use std::collections::BTreeMap;
use time::OffsetDateTime;

/// Runs the command.
pub(super) fn run(arguments: &CheckArgs, global: &Global) -> Result<Outcome, Failure> {
    let mut session = Session::open(&arguments.inputs, global)?;
    let asked = Asked::of(arguments, global, &session);
    if arguments.diff || arguments.fix {
        let changes = session.with_threads(|session| {
            fix::changes(session, &asked.verdict(session), arguments.show_suppressed)
        });
        if arguments.diff {
            output::print(&fix::diff(&changes))?;
            return Ok(outcome(!changes.is_empty()));
        }
        if !changes.is_empty() {
            fix::write(&session, &changes)?;
            session = Session::open(&arguments.inputs, global)?;
        }
    }
    let (report, is_reached) = session.with_threads(|session| {
        let verdict = asked.verdict(session);
        let shows_all = arguments.show_suppressed;
        let findings = Findings::new(&session.tree, &session.evidence, &verdict, shows_all);
        let is_reached = verdict.reaches(arguments.severity_threshold.into());
        (report(&findings, arguments.format, global), is_reached)
    });
    output::print(&report)?;
    // The program ends here; freeing all that was read would only delay that.
    std::mem::forget(session);
    Ok(outcome(is_reached))
}

/// What findings are asked for.
struct Asked {
    policy: Policy,
    settings: Settings,
}

impl Asked {
    fn of(arguments: &CheckArgs, global: &Global, session: &Session) -> Self {
        let now = global.now.unwrap_or_else(OffsetDateTime::now_utc);
        let mut settings = Settings::at(now.unix_timestamp());
        if let Some(days) = arguments.expiry_days.or(session.config.expiry_days) {
            settings.expiry_days = days;
        }
        let policy = Policy {
            select: arguments.select.clone(),
            ignore: arguments.ignore.clone(),
            min_confidence: arguments.min_confidence.into(),
            levels: levels(&session.config),
            roots: session.roots.clone(),
        };
        Self { policy, settings }
    }

    fn verdict(&self, session: &Session) -> Verdict {
        let found = rules::check(&session.evidence, &self.settings);
        judge(&session.evidence, found, &self.policy)
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

fn levels(config: &Config) -> BTreeMap<&'static str, Level> {
    let rules = config.rules.iter();
    rules.map(|(rule, level)| (rule.0, *level)).collect()
}
