//! Which findings a check is asked for.

use super::options::{CheckArgs, Global};
use super::session::{Project, Session};
use super::{Failure, baseline, ignored, since};
use crate::rules;
use crate::settings::Settings;
use crate::verdict::{Judged, Policy, Verdict, judge};
use ca_audit::Evidence;
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
        let (policy, mut settings) = configured(&session.project, global);
        settings.expiry_days = arguments.expiry_days.unwrap_or(settings.expiry_days);
        let policy = Policy {
            select: arguments.select.clone(),
            ignore: arguments.ignore.clone(),
            min_confidence: arguments.min_confidence.into(),
            is_whole: session.project.is_whole,
            ..policy
        };
        Self {
            arguments,
            policy,
            settings,
        }
    }

    /// What they find, without what the baseline or the state before a change has.
    pub(super) fn verdict(&self, session: &Session) -> Result<Verdict, Failure> {
        let mut verdict = self.of_evidence(&session.project, &session.evidence);
        // First, else what is of before the change would look gone from it.
        baseline::apply(self.arguments, session, &mut verdict)?;
        if let Some(revision) = &self.arguments.new_since {
            let before = since::before(&session.project, revision)?;
            let was = self.of_evidence(&session.project, &before);
            let then = |judged: &Judged| before.path(judged.finding.at.file);
            let is_gone = |judged: &Judged| session.evidence.file(then(judged)).is_none();
            verdict.only_new_since(&was, &is_gone);
        }
        Ok(verdict)
    }

    fn of_evidence(&self, project: &Project, evidence: &Evidence) -> Verdict {
        judged(project, evidence, &self.policy, &self.settings)
    }
}

/// What the configuration alone says.
pub(super) fn configured(project: &Project, global: &Global) -> (Policy, Settings) {
    let config = &project.configuration.config;
    let now = global.now.unwrap_or_else(OffsetDateTime::now_utc);
    let mut settings = Settings::at(now.unix_timestamp());
    settings.expiry_days = config.expiry_days.unwrap_or(settings.expiry_days);
    settings.scopes = project.scopes();
    let rules = config.rules.iter();
    let policy = Policy {
        levels: rules.map(|(rule, level)| (rule.0, *level)).collect(),
        roots: project.roots.clone(),
        now: settings.now,
        ..Policy::default()
    };
    (policy, settings)
}

/// What is found in one state of a project. Entries of the configuration have
/// their places in that state, which are others than in any other.
pub(super) fn judged(
    project: &Project,
    evidence: &Evidence,
    policy: &Policy,
    settings: &Settings,
) -> Verdict {
    let policy = Policy {
        entries: ignored::entries(project, evidence),
        ..policy.clone()
    };
    let found = project.with_threads(|| rules::check(evidence, settings));
    judge(evidence, found, &policy)
}
