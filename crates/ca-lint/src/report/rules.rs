//! The rules, one line each.

use super::canvas::{Canvas, Ink};
use crate::rules::RULES;

/// The report of `rules`: name, level, what it looks for.
pub fn rules(canvas: Canvas) -> String {
    let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let mut report = String::new();
    for rule in RULES {
        let name = canvas.paint(Ink::Strong, rule.name);
        let gap = " ".repeat(width - rule.name.len());
        let name = canvas.linked(rule.name, &name) + &gap;
        let level = canvas.paint(
            Ink::Level(rule.severity),
            &format!("{:<7}", rule.severity.name()),
        );
        report.extend([&name, "  ", &level, "  ", rule.summary, "\n"]);
    }
    report
}
