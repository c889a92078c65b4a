//! `ca-lint graph`: who writes, holds, signs and reads what, to be drawn.

use super::options::{Global, GraphArgs, GraphFormat};
use super::session::Session;
use super::why::not_found;
use super::{Failure, Outcome, output};
use crate::report::graph::{Chart, Scope, TooLarge, Troubles, dot, json, mermaid};
use crate::rules;
use crate::settings::Settings;
use ca_audit::trust_graph::{NodeId, TrustGraph};
use time::OffsetDateTime;

/// More nodes than these nobody can read; what is nearest is kept.
const MOST: usize = 400;
/// Fewer are drawn whatever their names are.
const LEAST: usize = 12;

const UNDRAWABLE: &str = "Mermaid draws no more than 50000 characters, and a few nodes have more here; --format dot has no such limit";

/// Runs the command.
pub(super) fn run(arguments: &GraphArgs, global: &Global) -> Result<Outcome, Failure> {
    let session = Session::open(&arguments.inputs, global)?;
    let report = session.with_threads(|session| report(session, arguments, global))?;
    output::print(&report)?;
    // The program ends here; freeing all that was read would only delay that.
    std::mem::forget(session);
    Ok(Outcome::Clean)
}

fn report(session: &Session, arguments: &GraphArgs, global: &Global) -> Result<String, Failure> {
    let evidence = &session.evidence;
    let graph = evidence.trust_graph();
    let mut scope = Scope {
        about: about(session, arguments, &graph)?,
        asides: arguments.show_suppressed,
        most: MOST,
    };
    let now = global.now.unwrap_or_else(OffsetDateTime::now_utc);
    let mut settings = Settings::at(now.unix_timestamp());
    settings.scopes = session.project.scopes();
    let findings = rules::check(evidence, &settings);
    let troubles = Troubles::new(&graph, &findings);
    let chart =
        |scope: &Scope| Chart::new(&session.project.tree, evidence, &graph, &troubles, scope);
    Ok(match arguments.format {
        GraphFormat::Dot => dot(&chart(&scope)),
        GraphFormat::Json => {
            scope.most = usize::MAX;
            json(&chart(&scope))
        }
        GraphFormat::Mermaid => loop {
            let drawn = mermaid(&chart(&scope));
            match drawn {
                Err(TooLarge) if scope.most > LEAST => scope.most /= 2,
                Err(TooLarge) => return Err(Failure::Work(UNDRAWABLE.into())),
                Ok(text) => break text,
            }
        },
    })
}

fn about(
    session: &Session,
    arguments: &GraphArgs,
    graph: &TrustGraph,
) -> Result<Option<Vec<NodeId>>, Failure> {
    let Some(place) = &arguments.about else {
        return Ok(None);
    };
    let matches = place.matches(&session.evidence, graph);
    if matches.is_empty() {
        return Err(not_found(place, &session.evidence, graph));
    }
    Ok(Some(
        matches.into_iter().flat_map(|found| found.nodes).collect(),
    ))
}
