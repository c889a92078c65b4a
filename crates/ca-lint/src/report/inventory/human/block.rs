//! A certificate in full.

use super::{Report, WRONG, attributes, short_subject, subject};
use crate::finding::Severity;
use crate::report::canvas::Ink;
use crate::report::inventory::{Item, Sighting};
use crate::report::printable::printable;
use crate::report::prose::{columns, counted, wrapped};
use ca_audit::certificate::fingerprint::{colon_hex, hex, kubeadm_pin};
use ca_audit::certificate::{CaStatus, Certificate, Key, KeyAlgorithm};
use ca_audit::{Does, Reader, Signer, Writer};

/// More places, writers or readers than these are counted in a normal report.
const PLACES: usize = 6;
const USERS: usize = 2;

impl Report<'_, '_> {
    /// One certificate, and what it signed.
    pub(super) fn block(&mut self, item: &Item, below: &[&Item]) {
        let certificate = item.certificate;
        for line in self.heading(&subject(certificate)) {
            self.line(&self.paint(Ink::Level(Severity::Note), &line));
        }
        self.nature(item);
        let validity = self.validity(certificate);
        self.row("valid", &validity);
        self.fingerprints(item);
        self.places(item);
        self.signed(below);
        self.line("");
    }

    /// A name; one that a terminal would break is broken between its parts.
    fn heading(&self, name: &str) -> Vec<String> {
        let width = self.layout.canvas.width;
        let mut lines: Vec<String> = Vec::new();
        for part in attributes(name) {
            match lines.last_mut() {
                Some(line)
                    if !self.layout.breaks_lines || columns(line) + columns(part) + 2 <= width =>
                {
                    line.push(',');
                    line.push_str(part);
                }
                Some(line) => {
                    line.push(',');
                    lines.push(format!("  {part}"));
                }
                None => lines.push(part.to_owned()),
            }
        }
        lines
    }

    /// Whether it is a CA and why, who signed it, its key.
    fn nature(&mut self, item: &Item) {
        let certificate = item.certificate;
        let (is, ink) = is_ca(certificate);
        let algorithm = certificate.signature_algorithm();
        let key = format!("{}, signed with {algorithm}", key(certificate.key()));
        let (signer, is_odd) = signer(item);
        let text = format!("{is}; {signer}; {key}");
        let width = self.layout.canvas.prose_width() - super::ROW_NAME;
        for (at, line) in wrapped(&text, "", "", width).into_iter().enumerate() {
            let line = match ink.or(is_odd.then_some(super::NEAR)) {
                Some(ink) => self.paint(ink, &line),
                None => line,
            };
            self.row(if at == 0 { "is" } else { "" }, &line);
        }
    }

    fn fingerprints(&mut self, item: &Item) {
        self.has_fingerprints = true;
        let certificate = item.certificate;
        for (at, line) in self.sha256(certificate).iter().enumerate() {
            self.row(if at == 0 { "sha256" } else { "" }, line);
        }
        if self.is_verbose() {
            self.row("", &hex(certificate.sha256()));
            self.row("sha1", &colon_hex(&certificate.sha1()));
        }
        let is_pinned = certificate.is_ca() != Some(false) || self.is_verbose();
        if is_pinned {
            self.row("pin", &kubeadm_pin(certificate.spki_sha256()));
        }
        let mut of_files: Vec<&str> = item
            .sightings
            .iter()
            .filter_map(|sighting| sighting.file.as_ref())
            .filter(|file| file.is_puppet)
            .map(|file| file.sha256.as_str())
            .collect();
        of_files.sort_unstable();
        of_files.dedup();
        for (at, digest) in of_files.iter().take(self.limit(USERS)).enumerate() {
            self.row(if at == 0 { "puppet" } else { "" }, digest);
        }
        if self.is_verbose() {
            self.row("serial", &certificate.serial_hex());
            if let Some(id) = certificate.subject_key_id() {
                self.row("key id", &colon_hex(id));
            }
        }
    }

    /// As OpenSSL prints it: in one piece, so that it can be searched for, but
    /// for a terminal that would break it in an arbitrary place.
    fn sha256(&self, certificate: &Certificate) -> Vec<String> {
        let whole = colon_hex(certificate.sha256());
        let fits = super::ROW_NAME + whole.len() <= self.layout.canvas.width;
        if fits || !self.layout.breaks_lines {
            return vec![whole];
        }
        let (first, second) = certificate.sha256().split_at(16);
        vec![format!("{}:", colon_hex(first)), colon_hex(second)]
    }

    fn places(&mut self, item: &Item) {
        let limit = self.limit(PLACES);
        for (at, sighting) in item.sightings.iter().take(limit).enumerate() {
            self.sighting(if at == 0 { "at" } else { "" }, sighting);
        }
        let rest = item.sightings.len().saturating_sub(limit);
        if rest > 0 {
            let words = format!("and {} (-v lists them)", counted(rest, "more place"));
            let words = self.paint(Ink::Faint, &words);
            self.below(&words);
        }
    }

    fn sighting(&mut self, name: &str, sighting: &Sighting) {
        let place = self.place(sighting);
        let wrapping = wrapping(sighting);
        let painted = self.paint(Ink::Place, &place);
        let faint = self.paint(Ink::Faint, &wrapping);
        let length = super::ROW_NAME + columns(&place) + 2 + columns(&wrapping);
        let is_plain = sighting.cert.container.is_empty();
        if is_plain || length <= self.layout.canvas.width {
            self.row(name, &format!("{painted}  {faint}"));
        } else {
            self.row(name, &painted);
            self.below(&format!("  {faint}"));
        }
        if let Some(file) = sighting.file.as_ref().filter(|_| self.is_verbose()) {
            let digest = self.paint(Ink::Faint, "  the file's own sha256 ") + &file.sha256;
            self.below(&digest);
        }
        self.users(sighting);
    }

    /// `PATH:LINE`.
    pub(super) fn place(&self, sighting: &Sighting) -> String {
        let at = sighting.cert.at;
        let path = printable(self.inventory.evidence.path(at.file));
        format!("{path}:{}", self.inventory.line(at))
    }

    /// Who writes and who reads what stands there.
    fn users(&mut self, sighting: &Sighting) {
        let limit = self.limit(USERS);
        let writers: Vec<String> = sighting.writers.iter().map(|it| self.writer(it)).collect();
        let readers: Vec<String> = sighting.readers.iter().map(|it| self.reader(it)).collect();
        for users in [writers, readers] {
            for user in users.iter().take(limit) {
                let width = self.layout.canvas.prose_width().max(60) - super::ROW_NAME;
                for line in wrapped(user, "  ", "    ", width) {
                    self.below(&line);
                }
            }
            let rest = users.len().saturating_sub(limit);
            if rest > 0 {
                let words = self.paint(Ink::Faint, &format!("  and {rest} more (-v lists them)"));
                self.below(&words);
            }
        }
    }

    fn writer(&self, writer: &Writer) -> String {
        let write = writer.write;
        let at = write.declared_at();
        let path = printable(self.inventory.evidence.path(at.file));
        let place = format!("{path}:{}", self.inventory.line(at));
        let resource = &write.resource;
        match writer.does {
            Does::Writes => format!("written by {resource}, {place}"),
            Does::Copies => format!("source of {resource}, {place}"),
        }
    }

    fn reader(&self, reader: &Reader) -> String {
        let place = reader.at.map(|at| {
            let path = printable(self.inventory.evidence.path(at.file));
            format!(", {path}:{}", self.inventory.line(at))
        });
        let (program, role) = (reader.program, reader.role.noun());
        let place = place.unwrap_or_default();
        if reader.names_it {
            format!("read by {program} as its {role}{place}")
        } else {
            format!("read by {program}, which names no {role} and trusts this host's CAs{place}")
        }
    }

    /// How many of a list are shown.
    pub(super) fn limit(&self, normal: usize) -> usize {
        if self.is_verbose() {
            usize::MAX
        } else {
            normal
        }
    }
}

/// How it is encoded there, and under which name.
pub(in crate::report::inventory) fn wrapping(sighting: &Sighting) -> String {
    let cert = sighting.cert;
    if cert.container.is_empty() {
        return cert.encoding.name().to_owned();
    }
    format!("{} in {}", cert.encoding.name(), printable(&cert.container))
}

/// Whether it is a CA, in words, and whether that is odd.
pub(in crate::report::inventory) fn is_ca(certificate: &Certificate) -> (String, Option<Ink>) {
    let words = match certificate.ca_status() {
        CaStatus::Ca => "a CA".to_owned(),
        CaStatus::CaV1Root => "a CA of version 1, from before there was a field for it".to_owned(),
        CaStatus::CaKeyUsageOnly => {
            "a CA by its keyUsage alone (OpenSSL takes it as a root, Go does not)".to_owned()
        }
        CaStatus::CaNetscape => {
            "a CA by its nsCertType alone (OpenSSL takes it as a root, Go does not)".to_owned()
        }
        CaStatus::SelfSignedNoExtensions => "no CA: nothing in it says that it is one".to_owned(),
        CaStatus::NotCa => "no CA".to_owned(),
        CaStatus::Broken { why } => {
            let words = format!("perhaps a CA: {}", printable(why));
            return (words, Some(WRONG));
        }
        _ => "of an unknown kind".to_owned(),
    };
    (words, None)
}

/// Who signed it, in words, and whether that is odd.
pub(in crate::report::inventory) fn signer(item: &Item) -> (String, bool) {
    let issuer = printable(&item.certificate.issuer_text());
    match &item.signer {
        Signer::Itself => ("signed by itself".to_owned(), false),
        Signer::Known(by) => {
            let by = by.first().map_or_else(String::new, |by| short_subject(by));
            (format!("signed by {by}"), false)
        }
        Signer::Unchecked(named, why) if named.contains(&item.certificate) => {
            (format!("its own issuer by name, unchecked: {why}"), false)
        }
        Signer::Unchecked(_, why) => (
            format!("names {issuer} as its issuer, unchecked: {why}"),
            false,
        ),
        Signer::AnotherKey(_) => (
            format!(
                "names {issuer} as its issuer, but the key of the CA of that name here did not sign it"
            ),
            true,
        ),
        Signer::NotHere if item.certificate.self_issued() => (
            "names itself as its issuer, but its own key did not sign it".to_owned(),
            true,
        ),
        Signer::NotHere => (format!("issued by {issuer}, which is not here"), false),
    }
}

/// `RSA 4096`, `EC P-256`.
pub(in crate::report::inventory) fn key(key: &Key) -> String {
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
