//! What a CA signed, a line or two each; in full with `-v`.

use super::family::{Family, sort_by_end};
use super::{NEAR, ROW_NAME, Report, WRONG, short_subject};
use crate::report::canvas::Ink;
use crate::report::inventory::Item;
use crate::report::printable::printable;
use crate::report::prose::{columns, counted};
use ca_audit::Signer;
use ca_audit::certificate::fingerprint::colon_hex;
use std::collections::BTreeMap;

/// More certificates than these are counted in a normal report.
const ROWS: usize = 8;
/// Names are told apart in columns no wider than this.
const NAME: usize = 40;
/// Columns of `expired 1234 days ago`.
const LEFT: usize = 21;

impl Report<'_, '_> {
    /// What a CA signed, or what names it as its issuer.
    pub(super) fn signed(&mut self, below: &[&Item]) {
        self.list("signed", below);
    }

    /// Certificates whose issuer is not here, by the issuer's name.
    pub(super) fn issued_elsewhere(&mut self, family: &Family) {
        let mut groups: BTreeMap<(u8, String), Vec<&Item>> = BTreeMap::new();
        for item in &family.elsewhere {
            let issuer = printable(&item.certificate.issuer_text());
            let kind = match item.signer {
                Signer::AnotherKey(_) => 0,
                Signer::Itself => 2,
                _ => 1,
            };
            let issuer = if kind == 2 { String::new() } else { issuer };
            groups.entry((kind, issuer)).or_default().push(item);
        }
        for ((kind, issuer), mut items) in groups {
            sort_by_end(&mut items);
            let (title, ink) = match kind {
                0 => (
                    format!("Issued as {issuer}, but not with the key of the CA of that name here"),
                    NEAR,
                ),
                2 => ("Signed by themselves, and no CA".to_owned(), Ink::Strong),
                _ => (
                    format!("Issued by {issuer}, which is not here"),
                    Ink::Strong,
                ),
            };
            self.sentence(ink, &title);
            self.list("", &items);
            self.line("");
        }
    }

    fn list(&mut self, name: &str, items: &[&Item]) {
        let limit = self.limit(ROWS);
        let shown = &items[..items.len().min(limit)];
        let names = shown
            .iter()
            .map(|item| columns(&short_subject(item.certificate)));
        let width = names.filter(|width| *width <= NAME).max().unwrap_or(0);
        for (at, item) in shown.iter().enumerate() {
            self.signed_one(if at == 0 { name } else { "" }, item, width);
        }
        if items.len() > limit {
            self.rest(&items[limit..]);
        }
    }

    /// Name, time left, the start of the fingerprint, where it stands; in as
    /// many lines as that takes.
    fn signed_one(&mut self, row: &str, item: &Item, width: usize) {
        let certificate = item.certificate;
        let name = short_subject(certificate);
        let (left, ink) = self.left(certificate);
        let hash = format!("{}…", colon_hex(&certificate.sha256()[..4]));
        let place = if self.is_verbose() {
            String::new()
        } else {
            self.where_it_stands(item)
        };
        let told = ROW_NAME + columns(&name).max(width) + 2 + LEFT + 2 + columns(&hash);
        let gap = " ".repeat(LEFT.saturating_sub(columns(&left)));
        let left = ink.map_or_else(|| left.clone(), |ink| self.paint(ink, &left));
        let left = format!("{left}{gap}");
        let painted = self.paint(Ink::Place, &place);
        let room = self.layout.canvas.width;
        if told > room {
            self.row(row, &name);
            self.below(&format!("  {left}  {hash}"));
            self.below(&format!("  {painted}"));
            return;
        }
        let padded = format!("{name}{}", " ".repeat(width.saturating_sub(columns(&name))));
        if told + 2 + columns(&place) <= room {
            self.row(row, &format!("{padded}  {left}  {hash}  {painted}"));
        } else {
            self.row(row, &format!("{padded}  {left}  {hash}"));
            self.below(&format!("  {painted}"));
        }
    }

    fn where_it_stands(&self, item: &Item) -> String {
        match item.sightings.as_slice() {
            [] => String::new(),
            [only] => self.place(only),
            [first, rest @ ..] => {
                let more = counted(rest.len(), "more place");
                format!("{} and {more}", self.place(first))
            }
        }
    }

    fn rest(&mut self, items: &[&Item]) {
        let is_expired = |item: &&&Item| {
            let end = item.certificate.not_after().seconds();
            end.is_some_and(|end| self.layout.now > end)
        };
        let expired = items.iter().filter(is_expired).count();
        let words = format!(
            "and {} (-v lists them)",
            counted(items.len(), "more certificate")
        );
        let mut words = self.paint(Ink::Faint, &words);
        if expired > 0 {
            words += &self.paint(WRONG, &format!(", {expired} expired"));
        }
        self.below(&words);
    }
}
