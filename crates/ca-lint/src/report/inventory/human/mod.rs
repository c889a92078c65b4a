//! The inventory for people: under each CA the certificates that it signed.
//!
//! The normal report is to be read, so it is short: CAs in full, what they
//! signed in a line or two, large bundles in one. `-v` shows everything.

pub(super) mod block;
pub(super) mod bundles;
mod closing;
pub(super) mod family;
mod rows;
pub(super) mod validity;

use super::{Inventory, Item};
use crate::finding::Severity;
use crate::report::canvas::{Canvas, Ink};
use crate::report::human::{Detail, day};
use crate::report::printable::printable;
use crate::report::prose::wrapped;
use ca_audit::certificate::Certificate;
use ca_audit::certificate::fingerprint::hex;
use family::Family;

/// How the report is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// What it is written on.
    pub canvas: Canvas,
    /// How much it says.
    pub detail: Detail,
    /// Whether lines that are too long are broken at the edge, as on a
    /// terminal; in a file or a pipe they are not.
    pub breaks_lines: bool,
    /// The time by which dates are judged, in Unix seconds.
    pub now: i64,
}

/// The report of `inventory --format human`.
pub fn human(inventory: &Inventory, layout: Layout) -> String {
    let shows_all = layout.detail == Detail::Verbose || inventory.wanted.is_some();
    let bundles = bundles::bundles(inventory, shows_all);
    let family = Family::new(inventory, &bundles, shows_all);
    let mut report = Report {
        inventory,
        layout,
        has_fingerprints: false,
        text: String::new(),
    };
    for at in family.in_order() {
        report.block(family.item(at), &family.below(at));
    }
    report.issued_elsewhere(&family);
    report.bundles(&bundles);
    report.closing();
    report.text
}

/// One line a certificate, for `-q`: SHA-256, last day, subject.
pub fn concise(inventory: &Inventory) -> String {
    let line = |item: &Item| {
        let certificate = item.certificate;
        let hash = hex(certificate.sha256());
        let subject = printable(&certificate.subject_text());
        format!("{hash} {} {subject}\n", day(certificate.not_after()))
    };
    inventory.items.iter().map(line).collect()
}

/// Columns that the name of a row takes, with what surrounds it: the longest
/// value that people compare is kubeadm's pin, and that has to fit.
const ROW_NAME: usize = 9;

struct Report<'r, 'a> {
    inventory: &'r Inventory<'a>,
    layout: Layout,
    /// Whether the names of fingerprints need explaining.
    has_fingerprints: bool,
    text: String,
}

impl Report<'_, '_> {
    fn is_verbose(&self) -> bool {
        self.layout.detail == Detail::Verbose
    }

    fn paint(&self, ink: Ink, text: &str) -> String {
        self.layout.canvas.paint(ink, text)
    }

    /// A line that begins with the name of what it tells.
    fn row(&mut self, name: &str, value: &str) {
        let named = format!("  {name:<width$}", width = ROW_NAME - 2);
        let named = self.paint(Ink::Faint, &named);
        self.line(&(named + value));
    }

    /// A line below a row.
    fn below(&mut self, value: &str) {
        self.row("", value);
    }

    /// A sentence, wrapped, with its later lines indented.
    fn sentence(&mut self, ink: Ink, text: &str) {
        for line in wrapped(text, "", "  ", self.layout.canvas.prose_width()) {
            self.line(&self.paint(ink, &line));
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }
}

/// The subject, safe to print, or words where it has none.
pub(super) fn subject(certificate: &Certificate) -> String {
    let subject = printable(&certificate.subject_text());
    if subject.is_empty() {
        return "(no subject)".to_owned();
    }
    subject
}

/// What people call it: the common name where it has one, for lists.
pub(super) fn short_subject(certificate: &Certificate) -> String {
    let subject = subject(certificate);
    let common_name = attributes(&subject)
        .into_iter()
        .find(|attribute| attribute.starts_with("CN="));
    common_name.map_or_else(|| subject.clone(), str::to_owned)
}

/// The parts of a name as RFC 4514 writes it, between commas that are meant as
/// such.
fn attributes(name: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut is_escaped = false;
    for (at, character) in name.char_indices() {
        if character == ',' && !is_escaped {
            parts.push(&name[start..at]);
            start = at + 1;
        }
        is_escaped = character == '\\' && !is_escaped;
    }
    parts.push(&name[start..]);
    parts
}

/// The ink of what is wrong.
const WRONG: Ink = Ink::Level(Severity::Error);
/// The ink of what soon will be.
const NEAR: Ink = Ink::Level(Severity::Warning);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart_at_real_commas() {
        let name = r"L=a,O=Foundation\, Inc.,CN=x\\,OU=y";
        let parts = ["L=a", r"O=Foundation\, Inc.", r"CN=x\\", "OU=y"];
        assert_eq!(attributes(name), parts);
    }
}
