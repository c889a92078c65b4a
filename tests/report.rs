//! Reports of `--format json`, asked as tests ask.

use crate::program::{CLOCK, ca_lint};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// What a command printed.
pub(crate) struct Report {
    /// Its exit status.
    pub(crate) status: Option<i32>,
    /// The document.
    pub(crate) json: Value,
}

/// Runs `ca-lint COMMAND --format json ARGUMENTS` in `folder`.
pub(crate) fn report(folder: &Path, command: &str, arguments: &[&str]) -> Report {
    let outcome = ca_lint(
        folder,
        [&[command, "--format", "json"], &CLOCK[..], arguments].concat(),
    );
    let json = serde_json::from_str(&outcome.output);
    Report {
        status: outcome.status,
        json: json.unwrap_or_else(|error| panic!("{error}: {outcome:?}")),
    }
}

impl Report {
    /// The findings of `rule`.
    pub(crate) fn findings(&self, rule: &str) -> Vec<&Value> {
        let findings = list(&self.json["findings"]);
        findings
            .iter()
            .filter(|finding| finding["rule"] == rule)
            .collect()
    }

    /// How many findings have `severity`.
    pub(crate) fn count(&self, severity: &str) -> usize {
        let findings = list(&self.json["findings"]);
        findings
            .iter()
            .filter(|finding| finding["severity"] == severity)
            .count()
    }

    /// The reasons of the gaps at `path`.
    pub(crate) fn gaps_at(&self, path: &str) -> BTreeSet<&str> {
        let gaps = list(&self.json["gaps"])
            .iter()
            .filter(|gap| gap["location"]["path"] == path);
        gaps.map(|gap| text(&gap["reason"])).collect()
    }

    /// The SHA-256 of every certificate of an inventory.
    pub(crate) fn hashes(&self) -> BTreeSet<&str> {
        list(&self.json["certificates"])
            .iter()
            .map(|certificate| text(&certificate["sha256"]))
            .collect()
    }

    /// The paths of all sightings of an inventory, one for each sighting.
    pub(crate) fn sightings(&self) -> Vec<&str> {
        let certificates = list(&self.json["certificates"]).iter();
        let sightings = certificates.flat_map(|certificate| list(&certificate["sightings"]));
        sightings.map(|sighting| text(&sighting["path"])).collect()
    }
}

/// `PATH:LINE` of a finding, a related place or a gap.
pub(crate) fn place(location: &Value) -> String {
    format!("{}:{}", text(&location["path"]), location["line"])
}

/// `PATH:LINE` of every related place.
pub(crate) fn related(finding: &Value) -> Vec<String> {
    list(&finding["related"]).iter().map(place).collect()
}

/// The elements of an array.
pub(crate) fn list(value: &Value) -> &[Value] {
    value
        .as_array()
        .unwrap_or_else(|| panic!("no array: {value}"))
}

/// A string.
pub(crate) fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no string: {value}"))
}
