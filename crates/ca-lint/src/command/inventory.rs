//! `ca-lint inventory`: every certificate and where it stands.

use super::options::{Global, InventoryArgs, InventoryFormat};
use super::session::Session;
use super::terminal::{canvas, detail, is_terminal};
use super::{Failure, Outcome, inventory_page, output};
use crate::report::inventory::{
    Inventory, Layout, SpecVersion, concise, csv, cyclonedx, human, json, jsonl,
};
use time::OffsetDateTime;

/// Runs the command.
pub(super) fn run(arguments: &InventoryArgs, global: &Global) -> Result<Outcome, Failure> {
    refuse_idle_version(arguments)?;
    let session = Session::open(&arguments.inputs, global)?;
    let (report, gaps) = session.with_threads(|session| {
        let inventory = Inventory::new(
            &session.project.tree,
            &session.evidence,
            arguments.find.as_ref(),
        );
        let report = report(session, &inventory, arguments, global)?;
        Ok((report, inventory.gaps()))
    })?;
    output::print(&report)?;
    if arguments.format == InventoryFormat::Csv && gaps > 0 && !global.quiet {
        // The form has no room for it, and no gap is passed over in silence.
        let places = if gaps == 1 {
            "1 place"
        } else {
            &format!("{gaps} places")
        };
        output::complain(&format!(
            "{places} could not be seen, which CSV cannot tell; --format json lists them"
        ));
    }
    Ok(Outcome::Clean)
}

fn report(
    session: &Session,
    inventory: &Inventory,
    arguments: &InventoryArgs,
    global: &Global,
) -> Result<String, Failure> {
    Ok(match arguments.format {
        InventoryFormat::Human if global.quiet => concise(inventory),
        InventoryFormat::Human => human(inventory, layout(global)),
        InventoryFormat::Json => json(inventory),
        InventoryFormat::Jsonl => jsonl(inventory),
        InventoryFormat::Csv => csv(inventory),
        InventoryFormat::Html => inventory_page::page(session, inventory, global)?,
        InventoryFormat::Cyclonedx => {
            let version = arguments.cdx_version.map(SpecVersion::from);
            let now = global.now.map(OffsetDateTime::unix_timestamp);
            cyclonedx(inventory, version.unwrap_or(SpecVersion::V1_7), now)
        }
    })
}

fn layout(global: &Global) -> Layout {
    let now = global.now.unwrap_or_else(OffsetDateTime::now_utc);
    Layout {
        canvas: canvas(global),
        detail: detail(global),
        breaks_lines: is_terminal(),
        now: now.unix_timestamp(),
    }
}

/// What would have no effect is told, not ignored.
fn refuse_idle_version(arguments: &InventoryArgs) -> Result<(), Failure> {
    if arguments.cdx_version.is_some() && arguments.format != InventoryFormat::Cyclonedx {
        let message = "--cdx-version goes with --format cyclonedx";
        return Err(Failure::Usage(message.into()));
    }
    Ok(())
}
