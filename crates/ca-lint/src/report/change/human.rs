//! Changes for a terminal.

use super::Changes;
use super::items::{Section, sections};
use crate::finding::Severity;
use crate::report::canvas::{Canvas, Ink};
use crate::report::printable::printable;
use crate::report::prose::wrapped;

/// All changes, in the order in which a reviewer wants them.
pub fn human(changes: &Changes, canvas: Canvas) -> String {
    let (before, after) = (&changes.before.name, &changes.after.name);
    if changes.is_empty() {
        return format!("Nothing changes in trust from {before} to {after}.\n");
    }
    let mut text = format!("Trust changes from {before} to {after}\n");
    for section in sections(changes) {
        text.push_str(&drawn(&section, canvas));
    }
    text
}

fn drawn(section: &Section, canvas: Canvas) -> String {
    let mut text = format!("\n{}\n", canvas.paint(Ink::Strong, section.title));
    for item in &section.items {
        let ink = match item.mark {
            '!' => Ink::Level(Severity::Error),
            '+' | '-' => Ink::Strong,
            _ => Ink::Faint,
        };
        let mark = canvas.paint(ink, &item.mark.to_string());
        let headline = wrapped(&item.headline, "", "    ", canvas.prose_width() - 4);
        text.extend(["  ", &mark, " ", &headline.join("\n"), "\n"]);
        for line in &item.lines {
            text.extend(["      ", &printable(line), "\n"]);
        }
    }
    text
}
