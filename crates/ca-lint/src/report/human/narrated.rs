//! Findings for screen readers and braille: sentences, one fact a line, nothing
//! drawn, nothing that a colour alone says. The form is that of miette's
//! `NarratableReportHandler`; its own would read out whole certificates.

use super::about_certificates::about;
use super::boundary::floor;
use super::excerpt::{Line, is_long_base64};
use super::frame::line_at;
use super::frames::Sources;
use super::{Detail, closing};
use crate::finding::Finding;
use crate::report::canvas::Canvas;
use crate::report::gap_groups::grouped;
use crate::report::printable::printable;
use crate::report::prose::counted;
use crate::report::{Findings, telling};
use crate::verdict::Judged;
use ca_audit::place::Span;
use std::cmp::Reverse;

/// Columns of a line of source that is read out.
const ROOM: usize = 160;

/// The report of `check --format narrated`: the worst first, then by place.
pub fn narrated(findings: &Findings, detail: Detail) -> String {
    let mut narration = Narration {
        findings,
        sources: Sources::new(findings.tree, findings.evidence),
        text: String::new(),
    };
    let mut shown: Vec<&Judged> = findings.shown.clone();
    shown.sort_by_key(|judged| Reverse(judged.finding.severity));
    for (index, judged) in shown.iter().enumerate() {
        let count = format!("{} of {}", index + 1, shown.len());
        narration.finding(&count, &judged.finding);
    }
    if detail == Detail::Verbose {
        narration.gaps();
    }
    narration
        .text
        .push_str(&closing::closing(findings, Canvas::PLAIN, detail));
    narration.text
}

struct Narration<'a> {
    findings: &'a Findings<'a>,
    sources: Sources<'a>,
    text: String,
}

impl Narration<'_> {
    fn finding(&mut self, count: &str, finding: &Finding) {
        let level = finding.severity.name();
        self.line(&format!("Finding {count}: {level}, rule {}", finding.rule));
        self.line(&telling::sentence(finding));
        self.place("Place to edit", finding.at, &finding.label);
        for (index, related) in finding.related.iter().enumerate() {
            let name = format!("Related place {} of {}", index + 1, finding.related.len());
            self.place(&name, related.at, &related.message);
        }
        if !finding.effect.is_empty() {
            self.line(&format!("Effect: {}", finding.effect));
        }
        if !finding.help.is_empty() {
            self.line(&format!("Fix: {}", finding.help));
        }
        for about in about(self.findings.evidence, &finding.certificates) {
            self.line(&format!("Certificate: {about}"));
        }
        self.text.push('\n');
    }

    /// Where it is, what is said of it, and what stands there.
    fn place(&mut self, name: &str, at: Span, message: &str) {
        let path = self.findings.evidence.path(at.file).to_owned();
        let start = self.findings.places.region(at).start;
        let message = match message {
            "" => String::new(),
            message => format!(": {message}"),
        };
        self.line(&format!(
            "{name}: {path}, line {}, column {}{message}",
            start.line, start.column
        ));
        if let Some(text) = self.source_line(at) {
            self.line(&format!("Line {} reads: {text}", start.line));
        }
    }

    /// The line of a place, fit to be read out; none of a file as a whole, nor
    /// of a certificate.
    fn source_line(&mut self, at: Span) -> Option<String> {
        if at == Span::whole(at.file) {
            return None;
        }
        let source = self.sources.text(at.file)?;
        let offset = floor(source, at.start as usize);
        let line = line_at(source, offset);
        let is_certificate = {
            let text = source[line.clone()].trim();
            text.is_empty() || text.starts_with("-----") || is_long_base64(text)
        };
        (!is_certificate).then(|| Line::new(source, line, Some(offset), ROOM).text)
    }

    /// Everything that could not be seen.
    fn gaps(&mut self) {
        let findings = self.findings;
        for group in grouped(findings.evidence, &findings.gaps) {
            let gap = group.first;
            let start = findings.places.region(gap.at).start;
            let path = findings.evidence.path(gap.at.file);
            let (reason, message) = (gap.reason.name(), &gap.message);
            self.line(&match group.below {
                Some((folder, count)) => {
                    format!("Not seen, {reason}: {count} places below {folder}: {message}")
                }
                None => format!(
                    "Not seen, {reason}: {path}, line {}, column {}: {message}",
                    start.line, start.column
                ),
            });
        }
        if !findings.gaps.is_empty() {
            let places = counted(findings.gaps.len(), "place");
            self.line(&format!("That is {places} in all."));
            self.text.push('\n');
        }
    }

    /// A line of its own, whatever is in it.
    fn line(&mut self, text: &str) {
        let text = printable(text).replace('\n', " ");
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }
}
