//! One line a finding, for `-q`, editors and `grep`.

use super::Findings;
use super::canvas::{Canvas, Ink};
use super::printable::printable;

/// `path:line:column: level[rule] message`, and nothing else.
pub fn concise(findings: &Findings, canvas: Canvas) -> String {
    let mut report = String::new();
    for judged in &findings.shown {
        let finding = &judged.finding;
        let start = findings.places.region(finding.at).start;
        let path = printable(findings.evidence.path(finding.at.file));
        let place = format!("{path}:{}:{}:", start.line, start.column);
        let level = format!("{}[{}]", finding.severity.name(), finding.rule);
        report.push_str(&canvas.paint(Ink::Place, &place));
        report.push(' ');
        let level = canvas.paint(Ink::Level(finding.severity), &level);
        report.push_str(&canvas.linked(finding.rule, &level));
        report.push(' ');
        report.push_str(&printable(&finding.message).replace('\n', " "));
        report.push('\n');
    }
    report
}
