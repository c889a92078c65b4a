//! Which findings a check is asked for.

use super::options::{CheckArgs, Global};
use super::session::Session;
use super::{Failure, baseline, ignored, since};
use crate::config::{Config, Level};
use crate::rules;
use crate::settings::Settings;
use crate::verdict::{Judged, Policy, Verdict, judge};
use ca_audit::Evidence;
use std::collections::BTreeMap;
use time::OffsetDateTime;

/// What findings are asked for.
pub(super) struct Asked<'a> {
    arguments: &'a CheckArgs,
    policy: Policy,
    settings: Settings,
}

impl<'a> Asked<'a> {
    /// What the command line and the configuration say.
    pub(super) fn of(arguments: &'a CheckArgs, global: &Global, session: &Session) -> Self {
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

    /// What they find, without what the baseline or the state before a change has.
    pub(super) fn verdict(&self, session: &Session) -> Result<Verdict, Failure> {
        let mut verdict = self.of_evidence(&session.evidence);
        // First, else what is of before the change would look gone from it.
        baseline::apply(self.arguments, session, &mut verdict)?;
        if let Some(revision) = &self.arguments.new_since {
            let before = since::before(&session.project, revision)?;
            let was = self.of_evidence(&before);
            let then = |judged: &Judged| before.path(judged.finding.at.file);
            let is_gone = |judged: &Judged| session.evidence.file(then(judged)).is_none();
            verdict.only_new_since(&was, &is_gone);
        }
        Ok(verdict)
    }

    fn of_evidence(&self, evidence: &Evidence) -> Verdict {
        let found = rules::check(evidence, &self.settings);
        judge(evidence, found, &self.policy)
    }
}

/// The levels that a configuration gives to rules.
pub(super) fn levels(config: &Config) -> BTreeMap<&'static str, Level> {
    let rules = config.rules.iter();
    rules.map(|(rule, level)| (rule.0, *level)).collect()
}
