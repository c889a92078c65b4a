//! `ca-lint inventory`: every certificate and where it stands.

use super::options::{Format, Global, InventoryArgs};
use super::session::Session;
use super::terminal::canvas;
use super::{Failure, Outcome, output};
use crate::report::inventory::{Inventory, concise, human, json};
use time::OffsetDateTime;

/// Runs the command.
pub(super) fn run(arguments: &InventoryArgs, global: &Global) -> Result<Outcome, Failure> {
    let session = Session::open(&arguments.inputs, global)?;
    let now = global
        .now
        .unwrap_or_else(OffsetDateTime::now_utc)
        .unix_timestamp();
    let report = session.with_threads(|session| {
        let inventory = Inventory::new(&session.tree, &session.evidence);
        match arguments.format {
            Format::Json => json(&inventory),
            Format::Human if global.quiet => concise(&inventory),
            Format::Human => human(&inventory, canvas(global), now),
        }
    });
    output::print(&report)?;
    Ok(Outcome::Clean)
}
