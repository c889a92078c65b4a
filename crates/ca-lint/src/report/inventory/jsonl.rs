//! The inventory a line a thing (<https://jsonlines.org>): a header, then each
//! certificate, then each gap. `kind` tells them apart; whoever reads it skips
//! kinds that are new to him.

use super::Inventory;
use super::entry::Entry;
use crate::report::SCHEMA_VERSION;
use crate::report::json::{GapEntry, Tool, gaps};
use serde::Serialize;

/// The report of `inventory --format jsonl`.
pub fn jsonl(inventory: &Inventory) -> String {
    let header = Line::Header {
        schema_version: SCHEMA_VERSION,
        tool: Tool::THIS,
    };
    let certificates = inventory
        .items
        .iter()
        .map(|item| Line::Certificate(Box::new(Entry::new(inventory, item))));
    let gaps = gaps(&inventory.locate(), &inventory.gaps);
    let lines = std::iter::once(header)
        .chain(certificates)
        .chain(gaps.into_iter().map(Line::Gap));
    let mut text = String::new();
    for line in lines {
        // As for a document: nothing in it can make this fail.
        text.push_str(&serde_json::to_string(&line).unwrap_or_default());
        text.push('\n');
    }
    text
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Line<'a> {
    Header { schema_version: u32, tool: Tool },
    Certificate(Box<Entry<'a>>),
    Gap(GapEntry<'a>),
}
