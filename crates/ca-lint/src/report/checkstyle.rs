//! The XML of Checkstyle, which reviewdog, Jenkins and many editors read
//! (<https://github.com/checkstyle/checkstyle/blob/master/src/main/java/com/puppycrawl/tools/checkstyle/XMLLogger.java>).

use super::xml::{Xml, characters, document};
use super::{Findings, telling};
use crate::finding::Severity;
use crate::verdict::Judged;
use std::io;

/// The report of `check --format checkstyle`: a `file` for each path, an
/// `error` for each finding.
pub fn checkstyle(findings: &Findings) -> String {
    document(|xml| {
        let root = xml.create_element("checkstyle");
        let root = root.with_attribute(("version", "4.3"));
        if findings.shown.is_empty() {
            return root.write_empty().map(drop);
        }
        // Findings are sorted by path.
        let files = findings
            .shown
            .chunk_by(|a, b| a.finding.at.file == b.finding.at.file);
        root.write_inner_content(|xml| {
            for file in files {
                write_file(xml, findings, file)?;
            }
            Ok(())
        })
        .map(drop)
    })
}

fn write_file(xml: &mut Xml, findings: &Findings, file: &[&Judged]) -> io::Result<()> {
    let path = findings.evidence.path(file[0].finding.at.file);
    let element = xml.create_element("file");
    let element = element.with_attribute(("name", characters(path).as_str()));
    element
        .write_inner_content(|xml| {
            for judged in file {
                write_error(xml, findings, judged)?;
            }
            Ok(())
        })
        .map(drop)
}

fn write_error(xml: &mut Xml, findings: &Findings, judged: &Judged) -> io::Result<()> {
    let finding = &judged.finding;
    let start = findings.places.region(finding.at).start;
    let message = characters(&telling::paragraphs(finding).join("\n"));
    let element = xml.create_element("error").with_attributes([
        ("line", start.line.to_string().as_str()),
        ("column", start.column.to_string().as_str()),
        ("severity", severity(finding.severity)),
        ("message", message.as_str()),
        ("source", format!("ca-lint.{}", finding.rule).as_str()),
    ]);
    element.write_empty().map(drop)
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "info",
    }
}
