//! The end of the report: how much there was, and what was not seen.

use super::Report;
use crate::report::canvas::Ink;
use crate::report::gap_groups::{GapGroup, grouped};
use crate::report::printable::printable;
use crate::report::prose::{counted, listed, wrapped};
use std::collections::BTreeMap;

impl Report<'_, '_> {
    /// The closing lines.
    pub(super) fn closing(&mut self) {
        if self.is_verbose() {
            for group in grouped(self.inventory.evidence, &self.inventory.gaps) {
                self.gap(&group);
            }
        }
        self.counts();
        self.legend();
        self.not_seen();
    }

    fn counts(&mut self) {
        let items = &self.inventory.items;
        if items.is_empty() && self.inventory.wanted.is_some() {
            self.sentence(
                Ink::Strong,
                "No certificate here is the one that was asked for.",
            );
        }
        let cas = items.iter();
        let cas = cas
            .filter(|item| item.certificate.is_ca() == Some(true))
            .count();
        let places = items.iter().map(|item| item.sightings.len()).sum();
        let words = format!(
            "{} ({}) in {}; {} seen.",
            counted(items.len(), "certificate"),
            counted(cas, "CA"),
            counted(places, "place"),
            counted(self.inventory.evidence.files_seen(), "file"),
        );
        self.sentence(Ink::Strong, &words);
    }

    /// What the names of rows mean, where such rows are there.
    fn legend(&mut self) {
        let items = &self.inventory.items;
        if !self.has_fingerprints {
            return;
        }
        self.sentence(
            Ink::Faint,
            "sha256 is what openssl x509 -fingerprint -sha256 prints, pin the value of kubeadm \
             join --discovery-token-ca-cert-hash; --find finds a certificate by any of them.",
        );
        if items
            .iter()
            .any(|item| item.puppet_ca_fingerprint().is_some())
        {
            self.sentence(
                Ink::Faint,
                "puppet is Puppet's ca_fingerprint: of the whole file, so each line of it counts.",
            );
        }
    }

    fn not_seen(&mut self) {
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        for gap in &self.inventory.gaps {
            *reasons.entry(gap.reason.name()).or_default() += 1;
        }
        let counts: Vec<String> = reasons
            .iter()
            .map(|(reason, count)| format!("{count} {reason}"))
            .collect();
        if counts.is_empty() {
            return;
        }
        let hint = if self.is_verbose() {
            ""
        } else {
            " (-v lists them)"
        };
        self.sentence(Ink::Faint, &format!("Not seen: {}{hint}.", listed(&counts)));
    }

    fn gap(&mut self, group: &GapGroup) {
        let gap = group.first;
        let path = self.inventory.evidence.path(gap.at.file);
        let line = self.inventory.line(gap.at);
        let (place, count) = match &group.below {
            Some((folder, count)) => (folder.clone(), format!(" ({count} places below)")),
            None => (format!("{path}:{line}"), String::new()),
        };
        let words = format!(
            "{}: not seen ({}): {}{count}",
            printable(&place),
            gap.reason.name(),
            gap.message
        );
        for line in wrapped(&words, "", "  ", self.layout.canvas.prose_width()) {
            self.line(&line);
        }
    }
}
