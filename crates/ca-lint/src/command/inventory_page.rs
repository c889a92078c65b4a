//! `ca-lint inventory --format html`: what the page needs besides certificates.

use super::Failure;
use super::asked::Asked;
use super::options::{Cli, Global};
use super::session::Session;
use crate::finding::Finding;
use crate::report::Findings;
use crate::report::graph::{Chart, Scope, Troubles};
use crate::report::inventory::{Inventory, Page, html};
use clap::Parser as _;
use std::path::Path;
use time::OffsetDateTime;

/// More nodes than these nobody can read; what is nearest to CAs is drawn.
const DRAWN: usize = 120;

/// The page, with the findings of a check that is given no options.
pub(super) fn page(
    session: &Session,
    inventory: &Inventory,
    global: &Global,
) -> Result<String, Failure> {
    let Session {
        project, evidence, ..
    } = session;
    let check = Cli::parse_from(["ca-lint"]).check;
    let verdict = Asked::of(&check, global, session).verdict(session)?;
    let graph = evidence.trust_graph();
    let shown = verdict.shown(false).map(|judged| judged.finding.clone());
    let troubles = Troubles::new(&graph, &shown.collect::<Vec<Finding>>());
    let scope = Scope {
        about: inventory.asked_for(&graph),
        asides: false,
        most: DRAWN,
    };
    let now = global.now.unwrap_or_else(OffsetDateTime::now_utc);
    Ok(html(&Page {
        of: of(session),
        inventory,
        findings: &Findings::new(&project.tree, evidence, &verdict, false),
        chart: &Chart::new(&project.tree, evidence, &graph, &troubles, &scope),
        now: now.unix_timestamp(),
    }))
}

/// What is read, as the user named it.
fn of(session: &Session) -> String {
    let hosts = &session.project.request.hosts;
    let is_host = |input: &Path| {
        let shown = super::inputs::shown(input);
        hosts.iter().any(|(_, folder)| *folder == shown)
    };
    let inputs = session.project.inputs.iter();
    let paths = inputs
        .filter(|input| !is_host(input))
        .map(|input| match input.as_path() {
            input if input == Path::new(".") => "the working directory".to_owned(),
            input => input.display().to_string(),
        });
    let hosts = hosts.iter().map(|(name, _)| format!("host {name}"));
    paths.chain(hosts).collect::<Vec<String>>().join(", ")
}
