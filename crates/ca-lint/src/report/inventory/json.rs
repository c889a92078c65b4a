//! The inventory for other programs; fields change as in the form for findings.

use super::Inventory;
use super::entry::Entry;
use crate::report::SCHEMA_VERSION;
use crate::report::json::{GapEntry, Tool, document, gaps};
use serde::Serialize;

/// The report of `inventory --format json`.
pub fn json(inventory: &Inventory) -> String {
    let items = inventory.items.iter();
    document(&Document {
        schema_version: SCHEMA_VERSION,
        tool: Tool::THIS,
        certificates: items.map(|item| Entry::new(inventory, item)).collect(),
        gaps: gaps(&inventory.locate(), &inventory.gaps),
    })
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    certificates: Vec<Entry<'a>>,
    gaps: Vec<GapEntry<'a>>,
}
