//! The XML of `JUnit`, as Jenkins and GitLab read it
//! (<https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd>).
//!
//! A file is a suite, a finding a case. Errors and warnings are failures, notes
//! are cases that pass and say something, what is out of sight is skipped. It
//! has no other levels.

use super::xml::{Xml, characters, document};
use super::{Findings, telling};
use crate::finding::Severity;
use crate::verdict::Judged;
use quick_xml::events::BytesText;
use std::io;

/// The report of `check --format junit`.
pub fn junit(findings: &Findings) -> String {
    document(|xml| {
        let count = Count::of(&findings.shown);
        let root = xml.create_element("testsuites").with_attributes([
            ("name", "ca-lint"),
            ("tests", count.tests.max(1).to_string().as_str()),
            ("failures", count.failures.to_string().as_str()),
            ("errors", "0"),
        ]);
        // Findings are sorted by path.
        let files = findings
            .shown
            .chunk_by(|a, b| a.finding.at.file == b.finding.at.file);
        root.write_inner_content(|xml| {
            if findings.shown.is_empty() {
                write_clean(xml)?;
            }
            for file in files {
                write_suite(xml, findings, file)?;
            }
            Ok(())
        })
        .map(drop)
    })
}

/// How many cases there are of each kind.
struct Count {
    tests: usize,
    failures: usize,
    skipped: usize,
}

impl Count {
    fn of(cases: &[&Judged]) -> Self {
        let skipped = cases.iter().filter(|it| it.suppressed.is_some());
        Self {
            tests: cases.len(),
            failures: cases.iter().filter(|judged| is_failure(judged)).count(),
            skipped: skipped.count(),
        }
    }
}

fn is_failure(judged: &Judged) -> bool {
    judged.suppressed.is_none() && judged.finding.severity > Severity::Note
}

/// Readers take a report without cases for one that went wrong.
fn write_clean(xml: &mut Xml) -> io::Result<()> {
    let suite = xml.create_element("testsuite").with_attributes([
        ("name", "ca-lint"),
        ("tests", "1"),
        ("failures", "0"),
        ("errors", "0"),
        ("skipped", "0"),
    ]);
    suite
        .write_inner_content(|xml| {
            let case = xml.create_element("testcase");
            let case = case.with_attributes([("name", "no findings"), ("classname", "ca-lint")]);
            case.write_empty().map(drop)
        })
        .map(drop)
}

fn write_suite(xml: &mut Xml, findings: &Findings, cases: &[&Judged]) -> io::Result<()> {
    let path = findings.evidence.path(cases[0].finding.at.file);
    let count = Count::of(cases);
    let suite = xml.create_element("testsuite").with_attributes([
        ("name", characters(path).as_str()),
        ("tests", count.tests.to_string().as_str()),
        ("failures", count.failures.to_string().as_str()),
        ("errors", "0"),
        ("skipped", count.skipped.to_string().as_str()),
    ]);
    suite
        .write_inner_content(|xml| {
            for judged in cases {
                write_case(xml, findings, judged)?;
            }
            Ok(())
        })
        .map(drop)
}

fn write_case(xml: &mut Xml, findings: &Findings, judged: &Judged) -> io::Result<()> {
    let finding = &judged.finding;
    let start = findings.places.region(finding.at).start;
    let path = characters(findings.evidence.path(finding.at.file));
    let name = format!("{}: {path}:{}:{}", finding.rule, start.line, start.column);
    let class = format!("ca-lint.{}", finding.rule);
    let case = xml.create_element("testcase").with_attributes([
        ("name", name.as_str()),
        ("classname", class.as_str()),
        ("file", path.as_str()),
        ("line", start.line.to_string().as_str()),
    ]);
    case.write_inner_content(|xml| write_result(xml, judged))
        .map(drop)
}

fn write_result(xml: &mut Xml, judged: &Judged) -> io::Result<()> {
    let finding = &judged.finding;
    let text = characters(&telling::paragraphs(finding).join("\n"));
    let sentence = characters(&finding.message);
    if let Some(suppression) = &judged.suppressed {
        let message = format!("{}: {sentence}", suppression.name());
        let skipped = xml.create_element("skipped");
        let skipped = skipped.with_attribute(("message", message.as_str()));
        return skipped.write_empty().map(drop);
    }
    let text = BytesText::new(&text);
    if finding.severity == Severity::Note {
        let output = xml.create_element("system-out");
        return output.write_text_content(text).map(drop);
    }
    let failure = xml.create_element("failure").with_attributes([
        ("type", finding.severity.name()),
        ("message", sentence.as_str()),
    ]);
    failure.write_text_content(text).map(drop)
}
