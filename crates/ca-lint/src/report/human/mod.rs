//! Findings for people: what is wrong, where, what it does, how to fix it.

mod about_certificates;
mod boundary;
mod closing;
mod excerpt;
mod frame;
mod frames;
mod marks;
mod narrated;
mod secret;

pub(super) use about_certificates::day;
pub use narrated::narrated;

use super::Findings;
use super::canvas::{Canvas, Ink};
use super::gap_groups::grouped;
use super::printable::printable;
use super::prose::wrapped;
use crate::finding::{Confidence, Finding, Severity};
use crate::verdict::Judged;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// How much a report for people says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Findings and a summary.
    Normal,
    /// Also every place and everything that could not be seen.
    Verbose,
}

/// Columns that the names of a finding's rows take.
const ROW_NAME: usize = 10;

/// `2 errors and 1 warning.`
pub(super) fn verdict(findings: &Findings) -> String {
    closing::verdict(findings, Canvas::PLAIN)
}

/// What could not be seen, by reason; empty if nothing.
pub(super) fn not_seen(findings: &Findings) -> String {
    closing::not_seen(findings, Detail::Verbose)
}

/// The report of `check --format human`: the worst first, then by place.
pub fn human(findings: &Findings, canvas: Canvas, detail: Detail) -> String {
    let mut report = Report {
        findings,
        canvas,
        detail,
        sources: frames::Sources::new(findings.tree, findings.evidence),
        said: BTreeSet::new(),
        text: String::new(),
    };
    let mut shown: Vec<&Judged> = findings.shown.clone();
    shown.sort_by_key(|judged| Reverse(judged.finding.severity));
    for judged in shown {
        report.finding(judged);
    }
    if detail == Detail::Verbose {
        report.gaps();
    }
    report
        .text
        .push_str(&closing::closing(findings, canvas, detail));
    report.text
}

struct Report<'r, 'a> {
    findings: &'r Findings<'a>,
    canvas: Canvas,
    detail: Detail,
    sources: frames::Sources<'a>,
    /// Sentences that need not be said again.
    said: BTreeSet<&'a str>,
    text: String,
}

impl<'a> Report<'_, 'a> {
    fn finding(&mut self, judged: &'a Judged) {
        let finding = &judged.finding;
        self.heading(judged);
        let frames = frames::frames(
            self.findings,
            &mut self.sources,
            finding,
            self.canvas,
            self.detail,
        );
        self.text.push_str(&frames);
        self.rows(finding);
        self.text.push('\n');
    }

    /// `error[rule]: one sentence`.
    fn heading(&mut self, judged: &Judged) {
        let finding = &judged.finding;
        let level = format!("{}[{}]", finding.severity.name(), finding.rule);
        let mut sentence = format!("{level}: {}", finding.message);
        if finding.confidence != Confidence::High {
            sentence = format!("{sentence} ({} confidence)", finding.confidence.name());
        }
        let lines = wrapped(&sentence, "", "  ", self.canvas.prose_width());
        for line in lines {
            let (level, rest) = match line.strip_prefix(&level) {
                Some(rest) => (level.as_str(), rest),
                None => ("", line.as_str()),
            };
            let level = self.canvas.paint(Ink::Level(finding.severity), level);
            let level = self.canvas.linked(finding.rule, &level);
            self.line(&(level + &self.canvas.paint(Ink::Strong, rest)));
        }
    }

    fn rows(&mut self, finding: &'a Finding) {
        if self.said.insert(&finding.effect) {
            self.row("effect", &finding.effect);
        }
        if self.said.insert(&finding.help) {
            self.row("fix", &finding.help);
        } else if !finding.help.is_empty() {
            self.row("fix", "as told above");
        }
        let abouts = about_certificates::about(self.findings.evidence, &finding.certificates);
        for (index, about) in abouts.iter().enumerate() {
            self.row(if index == 0 { "certs" } else { "" }, about);
        }
    }

    /// A named row of prose; nothing when there is nothing to say.
    fn row(&mut self, name: &str, prose: &str) {
        if prose.is_empty() {
            return;
        }
        let indent = " ".repeat(ROW_NAME);
        let lines = wrapped(prose, "", "", self.canvas.prose_width() - ROW_NAME);
        for (index, line) in lines.iter().enumerate() {
            let named = format!("  {name:<width$}", width = ROW_NAME - 2);
            let start = if index == 0 {
                self.canvas.paint(Ink::Strong, &named)
            } else {
                indent.clone()
            };
            self.line(&(start + line));
        }
    }

    /// Everything that could not be seen, a line each, or each folder.
    fn gaps(&mut self) {
        for group in grouped(self.findings.evidence, &self.findings.gaps) {
            let gap = group.first;
            let start = self.findings.places.region(gap.at).start;
            let path = printable(self.findings.evidence.path(gap.at.file));
            let (place, count) = match &group.below {
                Some((folder, count)) => (printable(folder), format!(" ({count} places below)")),
                None => (
                    format!("{path}:{}:{}:", start.line, start.column),
                    String::new(),
                ),
            };
            let kind = self.canvas.paint(
                Ink::Level(Severity::Note),
                &format!("gap[{}]", gap.reason.name()),
            );
            let message = printable(&gap.message).replace('\n', " ");
            self.line(&format!(
                "{} {kind} {message}{count}",
                self.canvas.paint(Ink::Place, &place)
            ));
        }
        if !self.findings.gaps.is_empty() {
            self.line("");
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Related;
    use crate::verdict::{Policy, Verdict, judge};
    use ca_audit::place::{FileId, Span};
    use ca_audit::tree::{Memory, Tree};
    use ca_audit::{Evidence, Request, audit};

    const PLAIN: Canvas = Canvas {
        width: 80,
        colour: false,
        unicode: true,
        links: false,
    };

    fn at(tree: &Memory, evidence: &Evidence, path: &str, text: &str) -> Span {
        let file = evidence.file(path).expect("the file is there");
        let source = String::from_utf8(tree.bytes(path).expect("it is read")).expect("it is text");
        let start = source.find(text).expect("the text is there");
        Span::new(file, start, start + text.len())
    }

    fn finding(at: Span) -> Finding {
        Finding {
            rule: "divergent-ca",
            severity: Severity::Error,
            confidence: Confidence::Medium,
            message: "one sentence".into(),
            effect: "What programs do.".into(),
            help: "what to do".into(),
            at,
            label: "here".into(),
            related: Vec::new(),
            certificates: Vec::new(),
            fix: None,
            identity: Vec::new(),
        }
    }

    fn verdict(evidence: &Evidence, findings: Vec<Finding>) -> Verdict {
        judge(evidence, findings, &Policy::default())
    }

    fn report(tree: &Memory, evidence: &Evidence, findings: Vec<Finding>) -> String {
        let verdict = verdict(evidence, findings);
        human(
            &Findings::new(tree, evidence, &verdict, false),
            PLAIN,
            Detail::Normal,
        )
    }

    #[test]
    fn a_finding_is_told_with_its_frames() {
        let body = "MIIB".repeat(16);
        let pem = format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n");
        let tree = Memory::new()
            .with("a.conf", "one\ntwo three\nfour\n")
            .with("b.pem", pem);
        let evidence = audit(&tree, &Request::default());
        let mut finding = finding(at(&tree, &evidence, "a.conf", "three"));
        let other = at(&tree, &evidence, "b.pem", "-----BEGIN CERTIFICATE-----");
        finding.related.push(Related::new(other, "the other CA"));
        let expected = "\
error[divergent-ca]: one sentence (medium confidence)
   ╭─[a.conf:2:5]
 1 │ one
 2 │ two three
   ·     ─┬───
   ·      ╰── here
 3 │ four
   ╰────
   ╭─[b.pem:1:1]
   ╰── the other CA
  effect  What programs do.
  fix     what to do

1 error.
";
        let report = report(&tree, &evidence, vec![finding]);
        assert_eq!(report.split("Seen:").next(), Some(expected), "{report}");
    }

    #[test]
    fn sentences_are_not_repeated() {
        let tree = Memory::new().with("a", "x\n").with("b", "x\n");
        let evidence = audit(&tree, &Request::default());
        let findings = vec![
            finding(at(&tree, &evidence, "a", "x")),
            finding(at(&tree, &evidence, "b", "x")),
        ];
        let report = report(&tree, &evidence, findings);
        assert_eq!(report.matches("What programs do.").count(), 1, "{report}");
        assert_eq!(
            report.matches("fix     as told above").count(),
            1,
            "{report}"
        );
    }

    #[test]
    fn nothing_breaks_a_frame() {
        let long = format!("k: {}\r\n\tx\u{1b}[2J é", "long ".repeat(1000));
        let tree = Memory::new()
            .with("a", long)
            .with("b.der", b"\x30\x82\n\n")
            .with("c", "")
            .with("d", b"caf\xe9 \xe9");
        let evidence = audit(&tree, &Request::default());
        for file in 0..4 {
            for (start, end) in [
                (0, 0),
                (0, 1),
                (1, 5),
                (2, 9_999),
                (4990, 5020),
                (5013, 5013),
            ] {
                let mut finding = finding(Span::new(FileId(file), start, end));
                let other = Span::new(FileId(file), end / 2, end);
                finding.related.push(Related::new(
                    other,
                    "a label that is rather long ".repeat(9),
                ));
                let report = report(&tree, &evidence, vec![finding]);
                assert!(report.starts_with("error[divergent-ca]"), "{report}");
                assert!(!report.contains('\u{1b}'), "{report}");
                let widest = report.lines().map(crate::report::prose::columns).max();
                assert!(widest <= Some(80), "{report}");
            }
        }
    }
}
