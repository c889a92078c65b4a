//! `ca-lint why`: everything known of one place.

use super::options::{Global, WhyArgs, WhyFormat};
use super::session::Session;
use super::terminal::{canvas, detail};
use super::{Failure, Outcome, output};
use crate::asked_place::AskedPlace;
use crate::report::graph::{Chart, Scope, Troubles};
use crate::report::why::{Layout, Why, concise, human, json};
use crate::report::{counted, printable};
use ca_audit::Evidence;
use ca_audit::trust_graph::TrustGraph;

/// Runs the command.
pub(super) fn run(arguments: &WhyArgs, global: &Global) -> Result<Outcome, Failure> {
    let session = Session::open(&arguments.inputs, global)?;
    let report = session.with_threads(|session| report(session, arguments, global))?;
    output::print(&report)?;
    // The program ends here; freeing all that was read would only delay that.
    std::mem::forget(session);
    Ok(Outcome::Clean)
}

fn report(session: &Session, arguments: &WhyArgs, global: &Global) -> Result<String, Failure> {
    let evidence = &session.evidence;
    let graph = evidence.trust_graph();
    let matches = arguments.place.matches(evidence, &graph);
    if matches.is_empty() {
        return Err(not_found(&arguments.place, evidence, &graph));
    }
    let scope = Scope {
        about: Some(
            matches
                .iter()
                .flat_map(|found| found.nodes.clone())
                .collect(),
        ),
        // Whoever asks for a place wants all that is known of it.
        asides: true,
        most: usize::MAX,
    };
    let troubles = Troubles::default();
    let why = Why {
        chart: Chart::new(&session.project.tree, evidence, &graph, &troubles, &scope),
        asked: arguments.place.text().to_owned(),
        matches,
    };
    Ok(match arguments.format {
        WhyFormat::Json => json(&why),
        WhyFormat::Human if global.quiet => concise(&why),
        WhyFormat::Human => human(&why, layout(global)),
    })
}

fn layout(global: &Global) -> Layout {
    Layout {
        canvas: canvas(global),
        detail: detail(global),
    }
}

/// What was looked for, and what is here instead.
pub(super) fn not_found(place: &AskedPlace, evidence: &Evidence, graph: &TrustGraph) -> Failure {
    let mut lines = vec![format!(
        "nothing here is {}: no path that anything writes or reads on a host, no file with a part in that, \
         no fingerprint or subject of a certificate, no resource, program or data key",
        printable(place.text())
    )];
    let nearest = place.nearest(evidence, graph);
    if !nearest.is_empty() {
        lines.push("what is here and looks alike:".into());
        let shown = nearest.iter().map(|name| printable(name));
        lines.extend(shown.map(|name| format!("  {name}")));
    }
    if !evidence.gaps.is_empty() {
        lines.push(format!(
            "{} could not be seen (check -v lists them)",
            counted(evidence.gaps.len(), "place")
        ));
    }
    Failure::Work(lines.join("\n"))
}
