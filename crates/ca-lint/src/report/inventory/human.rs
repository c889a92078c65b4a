//! The inventory for people: CAs first, each with its places.

use super::{Inventory, Item};
use crate::finding::Severity;
use crate::report::canvas::{Canvas, Ink};
use crate::report::human::day;
use crate::report::printable::printable;
use crate::report::prose::counted;
use ca_audit::certificate::fingerprint::hex;
use ca_audit::certificate::{Certificate, Date, Key, KeyAlgorithm};
use ca_audit::facts::Cert;
use std::collections::BTreeMap;

const SECONDS_A_DAY: i64 = 86_400;
/// From here on an end is near.
const NEAR_DAYS: i64 = 90;

/// The report of `inventory --format human`; `now` in Unix seconds.
pub fn human(inventory: &Inventory, canvas: Canvas, now: i64) -> String {
    let mut report = Report {
        inventory,
        canvas,
        now,
        text: String::new(),
    };
    for kind in [Kind::Ca, Kind::Leaf, Kind::Undecided] {
        report.group(kind);
    }
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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ca,
    Leaf,
    Undecided,
}

impl Kind {
    fn of(certificate: &Certificate) -> Self {
        match certificate.is_ca() {
            Some(true) => Self::Ca,
            Some(false) => Self::Leaf,
            None => Self::Undecided,
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Ca => "CA certificate",
            Self::Leaf => "other certificate",
            Self::Undecided => "certificate that may be a CA or not",
        }
    }
}

struct Report<'r, 'a> {
    inventory: &'r Inventory<'a>,
    canvas: Canvas,
    now: i64,
    text: String,
}

impl Report<'_, '_> {
    fn group(&mut self, kind: Kind) {
        let items = self.inventory.items.iter();
        let mut items: Vec<&Item> = items
            .filter(|item| Kind::of(item.certificate) == kind)
            .collect();
        if items.is_empty() {
            return;
        }
        items.sort_by_cached_key(|item| item.certificate.subject_text());
        let title = match kind {
            Kind::Undecided => format!("{}: {}", kind.noun(), items.len()),
            _ => counted(items.len(), kind.noun()),
        };
        self.line(&self.canvas.paint(Ink::Strong, &title));
        self.line("");
        for item in items {
            self.item(item);
        }
    }

    fn item(&mut self, item: &Item) {
        let certificate = item.certificate;
        let subject = printable(&certificate.subject_text());
        let subject = if subject.is_empty() {
            "(no subject)"
        } else {
            &subject
        };
        self.line(&self.canvas.paint(Ink::Level(Severity::Note), subject));
        if certificate.self_signed() != Some(true) {
            self.row("issuer", &printable(&certificate.issuer_text()));
        }
        self.row("sha256", &hex(certificate.sha256()));
        self.row("valid", &self.validity(certificate));
        let algorithm = certificate.signature_algorithm();
        self.row(
            "key",
            &format!("{}, signed with {algorithm}", key(certificate.key())),
        );
        for (index, sighting) in self.sightings(item).iter().enumerate() {
            self.row(if index == 0 { "at" } else { "" }, sighting);
        }
        self.line("");
    }

    fn validity(&self, certificate: &Certificate) -> String {
        let (from, until) = (certificate.not_before(), certificate.not_after());
        let left = self.left(from, until);
        format!("{} to {}, {left}", day(from), day(until))
    }

    /// `1134 days left`, or what is the matter.
    fn left(&self, from: &Date, until: &Date) -> String {
        let (Some(from), Some(until)) = (from.seconds(), until.seconds()) else {
            return self.canvas.paint(Ink::Level(Severity::Error), "unreadable");
        };
        if self.now > until {
            let days = (self.now - until) / SECONDS_A_DAY;
            let words = format!("expired {} ago", counted_days(days));
            return self.canvas.paint(Ink::Level(Severity::Error), &words);
        }
        if self.now < from {
            let days = (from - self.now) / SECONDS_A_DAY;
            let words = format!("not valid for another {}", counted_days(days));
            return self.canvas.paint(Ink::Level(Severity::Error), &words);
        }
        let days = (until - self.now) / SECONDS_A_DAY;
        let words = format!("{} left", counted_days(days));
        if days < NEAR_DAYS {
            self.canvas.paint(Ink::Level(Severity::Warning), &words)
        } else {
            words
        }
    }

    /// `path:line  encoding, under container`, aligned.
    fn sightings(&self, item: &Item) -> Vec<String> {
        let sightings = item.sightings.iter();
        let told: Vec<(String, String)> = sightings
            .map(|cert| (self.place(cert), wrapping(cert)))
            .collect();
        let width = told
            .iter()
            .map(|(place, _)| place.chars().count())
            .max()
            .unwrap_or(0);
        let line = |(place, wrapping): &(String, String)| {
            let padded = format!("{place:<width$}");
            format!(
                "{}  {}",
                self.canvas.paint(Ink::Place, &padded),
                self.canvas.paint(Ink::Faint, wrapping)
            )
        };
        told.iter().map(line).collect()
    }

    fn place(&self, cert: &Cert) -> String {
        let line = self.inventory.places.region(cert.at).start.line;
        format!(
            "{}:{line}",
            printable(self.inventory.evidence.path(cert.at.file))
        )
    }

    fn closing(&mut self) {
        let items = &self.inventory.items;
        let sightings = items.iter().map(|item| item.sightings.len()).sum();
        let (certificates, places) = (
            counted(items.len(), "certificate"),
            counted(sightings, "place"),
        );
        let files = counted(self.inventory.evidence.files_seen(), "file");
        self.line(&format!("{certificates} in {places}; {files} seen."));
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        for gap in &self.inventory.gaps {
            *reasons.entry(gap.reason.name()).or_default() += 1;
        }
        let counts: Vec<String> = reasons
            .iter()
            .map(|(reason, count)| format!("{count} {reason}"))
            .collect();
        if !counts.is_empty() {
            self.line(&format!(
                "Not seen: {}.",
                crate::report::prose::listed(&counts)
            ));
        }
    }

    fn row(&mut self, name: &str, value: &str) {
        let name = self.canvas.paint(Ink::Faint, &format!("  {name:<8}"));
        self.line(&(name + value));
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }
}

fn counted_days(days: i64) -> String {
    counted(usize::try_from(days).unwrap_or_default(), "day")
}

fn wrapping(cert: &Cert) -> String {
    if cert.container.is_empty() {
        return cert.encoding.name().to_owned();
    }
    format!("{} in {}", cert.encoding.name(), printable(&cert.container))
}

/// `RSA 4096`, `EC P-256`.
fn key(key: &Key) -> String {
    let algorithm = match key.algorithm {
        KeyAlgorithm::Rsa => "RSA",
        KeyAlgorithm::Ec => "EC",
        KeyAlgorithm::Ed25519 => return "Ed25519".to_owned(),
        KeyAlgorithm::Ed448 => return "Ed448".to_owned(),
        KeyAlgorithm::Dsa => "DSA",
        _ => return "unknown key".to_owned(),
    };
    let size = key
        .curve
        .clone()
        .or_else(|| key.bits.map(|bits| bits.to_string()));
    size.map_or_else(
        || algorithm.to_owned(),
        |size| format!("{algorithm} {size}"),
    )
}
