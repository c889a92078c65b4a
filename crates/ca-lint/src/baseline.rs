//! Findings that a project knows of and lives with for now, so that a check
//! fails only for what is new.

use crate::verdict::Judged;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the form.
const SCHEMA_VERSION: u32 = 1;

/// What a file of `--write-baseline` holds: findings by what makes them the
/// same ones, never by line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Baseline {
    schema_version: u32,
    findings: Vec<Known>,
}

/// A finding that is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Known {
    /// The path of its file.
    pub path: String,
    /// Its rule.
    pub rule: String,
    /// Its fingerprint, as in the JSON of `check`.
    pub fingerprint: String,
    /// How many there are that cannot be told apart.
    #[serde(default = "one")]
    pub count: usize,
    /// What it said when it was written down; for people.
    #[serde(default)]
    pub message: String,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// Says what is wrong with the text.
    pub fn read(text: &str) -> Result<Self, String> {
        let baseline: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        match baseline.schema_version {
            SCHEMA_VERSION => Ok(baseline),
            other => Err(format!(
                "this is version {other} of the form; version {SCHEMA_VERSION} is read (write it anew with --write-baseline)"
            )),
        }
    }

    /// The baseline of these findings.
    pub fn of<'j>(judged: impl IntoIterator<Item = &'j Judged>) -> Self {
        let mut known: BTreeMap<&str, Known> = BTreeMap::new();
        for judged in judged {
            let entry = known.entry(&judged.fingerprint);
            entry
                .and_modify(|known| known.count += 1)
                .or_insert_with(|| Known {
                    path: judged.path.clone(),
                    rule: judged.finding.rule.to_owned(),
                    fingerprint: judged.fingerprint.clone(),
                    count: 1,
                    message: judged.finding.message.clone(),
                });
        }
        let mut findings: Vec<Known> = known.into_values().collect();
        findings.sort();
        Self {
            schema_version: SCHEMA_VERSION,
            findings,
        }
    }

    /// How often each fingerprint is known.
    pub(crate) fn counts(&self) -> BTreeMap<&str, usize> {
        let known = self.findings.iter();
        known
            .map(|known| (known.fingerprint.as_str(), known.count))
            .collect()
    }

    /// How many findings it holds.
    pub fn len(&self) -> usize {
        self.findings.iter().map(|known| known.count).sum()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// What is left when these are taken out.
    #[must_use]
    pub fn without(&self, stale: &[Known]) -> Self {
        let gone = |known: &Known| {
            let found = stale.iter().find(|it| it.fingerprint == known.fingerprint);
            found.map_or(0, |it| it.count)
        };
        let left = self.findings.iter().filter_map(|known| {
            let count = known.count.saturating_sub(gone(known));
            (count > 0).then(|| Known {
                count,
                ..known.clone()
            })
        });
        Self {
            schema_version: SCHEMA_VERSION,
            findings: left.collect(),
        }
    }

    /// The entries of which some are left over in `left`, so many of each.
    pub(crate) fn stale(&self, left: &BTreeMap<&str, usize>) -> Vec<Known> {
        let stale = self.findings.iter().filter_map(|known| {
            let count = left.get(known.fingerprint.as_str()).copied().unwrap_or(0);
            (count > 0).then(|| Known {
                count,
                ..known.clone()
            })
        });
        stale.collect()
    }

    /// As a file, a finding a line, so that a merge of two branches rarely
    /// meets in one.
    pub fn to_text(&self) -> String {
        let mut text = format!(
            "{{\n  \"schema_version\": {},\n  \"findings\": [",
            self.schema_version
        );
        for (index, known) in self.findings.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            // A map of strings and a number is always JSON.
            let known = serde_json::to_string(known).unwrap_or_default();
            text.extend([comma, "\n    ", &known]);
        }
        text.push_str("\n  ]\n}\n");
        text
    }
}

fn one() -> usize {
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn baseline(counts: &[(&str, usize)]) -> Baseline {
        let known = counts.iter().map(|(print, count)| Known {
            path: "a".into(),
            rule: "weak-ca".into(),
            fingerprint: (*print).into(),
            count: *count,
            message: "it says \"no\"".into(),
        });
        Baseline {
            schema_version: SCHEMA_VERSION,
            findings: known.collect(),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let text = baseline(&[("x", 1), ("y", 2)]).to_text();
        assert_eq!(text.lines().count(), 7);
        let read = Baseline::read(&text).expect("it is right");
        assert_eq!(read.counts()["y"], 2);
        assert_eq!(read.len(), 3);
        let empty = Baseline::read(&baseline(&[]).to_text()).expect("it is right");
        assert!(empty.is_empty());
    }

    #[test]
    fn other_texts_are_refused() {
        assert!(Baseline::read("[]").is_err());
        assert!(Baseline::read("{\"schema_version\": 9, \"findings\": []}").is_err());
    }

    #[test]
    fn what_is_stale_goes() {
        let baseline = baseline(&[("x", 1), ("y", 2)]);
        let left = BTreeMap::from([("x", 1), ("y", 1)]);
        let stale = baseline.stale(&left);
        assert_eq!(stale.iter().map(|it| it.count).sum::<usize>(), 2);
        let kept = baseline.without(&stale);
        assert_eq!(kept.counts(), BTreeMap::from([("y", 1)]));
    }
}
