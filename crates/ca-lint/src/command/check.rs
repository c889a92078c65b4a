//! `ca-lint check`: look for what is wrong.

use super::asked::Asked;
use super::destination::Destination;
use super::document::Document;
use super::options::{CheckArgs, Global};
use super::session::Session;
use super::terminal::{canvas, paper};
use super::{Failure, Outcome, baseline, fix, output, show};
use crate::report::{self, Findings, Phase};
use crate::verdict::Verdict;
use std::time::{Duration, Instant};

/// Runs the command.
pub(super) fn run(arguments: &CheckArgs, global: &Global) -> Result<Outcome, Failure> {
    if arguments.show_settings || arguments.show_files {
        return show::run(arguments, global);
    }
    let destinations = Destination::all(arguments)?;
    let mut session = open(arguments, global, &destinations)?;
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
            session = open(arguments, global, &destinations)?;
        }
    }
    let start = Instant::now();
    let verdict = session.with_threads(|session| asked.verdict(session))?;
    if let Some(path) = &arguments.write_baseline {
        baseline::write(path, &verdict)?;
        return Ok(Outcome::Clean);
    }
    let judged = Judged {
        verdict: &verdict,
        took: start.elapsed(),
    };
    let reports = session
        .with_threads(|session| Reports::of(session, &judged, arguments, global, &destinations));
    reports.put(&destinations)?;
    // The program ends here; freeing all that was read would only delay that.
    std::mem::forget(session);
    Ok(outcome(reports.is_reached))
}

fn open(
    arguments: &CheckArgs,
    global: &Global,
    destinations: &[Destination],
) -> Result<Session, Failure> {
    if let Some(document) = Document::read(arguments)? {
        return Session::of_document(document, global);
    }
    let reports = Destination::files(destinations)?;
    Session::open_without(reports, &arguments.inputs, global)
}

/// What was decided, and how long that took.
struct Judged<'v> {
    verdict: &'v Verdict,
    took: Duration,
}

/// What the command has to say.
struct Reports {
    /// In the order of the destinations.
    texts: Vec<String>,
    /// What is told to people beside them.
    remarks: String,
    is_reached: bool,
}

impl Reports {
    fn of(
        session: &Session,
        judged: &Judged,
        arguments: &CheckArgs,
        global: &Global,
        destinations: &[Destination],
    ) -> Self {
        let start = Instant::now();
        let Judged { verdict, took } = judged;
        let Session {
            project, evidence, ..
        } = session;
        let findings = Findings::new(&project.tree, evidence, verdict, arguments.show_suppressed);
        let findings = findings.below(&project.roots);
        let text = |it: &Destination| {
            let canvas = match it.file {
                None => canvas(global),
                Some(_) => paper(),
            };
            it.format.report(&findings, global, canvas)
        };
        let texts = destinations.iter().map(text).collect();
        let mut remarks = String::new();
        if !global.quiet {
            remarks.extend(unsaid(&findings, destinations));
        }
        if arguments.statistics {
            let phase = |done, took| Phase { done, took };
            let phases = [
                phase("read", session.took),
                phase("judged", *took),
                phase("reported", start.elapsed()),
            ];
            remarks.push_str(&report::statistics(&findings, &phases));
        }
        Self {
            texts,
            remarks,
            is_reached: verdict.reaches(arguments.severity_threshold.into()),
        }
    }

    /// Writes all that can be written; the first that cannot is told.
    fn put(&self, destinations: &[Destination]) -> Result<(), Failure> {
        let mut put = Ok(());
        for (destination, text) in destinations.iter().zip(&self.texts) {
            put = put.and(destination.put(text));
        }
        output::remark(&self.remarks);
        put
    }
}

/// No gap is passed over in silence where a form has no room for it.
fn unsaid(findings: &Findings, destinations: &[Destination]) -> Option<String> {
    let silent = destinations.iter().find(|it| it.format.hides_gaps())?;
    let places = match findings.gaps() {
        0 => return None,
        1 => "1 place".to_owned(),
        gaps => format!("{gaps} places"),
    };
    let form = silent.format.name();
    Some(format!(
        "ca-lint: {places} could not be seen, which {form} cannot tell; --format json lists them\n"
    ))
}

fn outcome(has_findings: bool) -> Outcome {
    if has_findings {
        Outcome::Findings
    } else {
        Outcome::Clean
    }
}
