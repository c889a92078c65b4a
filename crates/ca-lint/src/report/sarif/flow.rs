//! How a value came about, step by step.

use super::place::{Location, Locator};
use crate::finding::Finding;
use serde::Serialize;

/// Rules whose other places are a chain, from where the finding stands to where
/// its value comes from. Those of the others are places of one kind, such as
/// copies of a CA, and no path leads from one to the next.
const CHAINED: [&str; 5] = [
    "ca-path-missing",
    "etcd-client-ca-conditional",
    "etcd-client-without-ca",
    "puppet-overwrites-ca",
    "unmanaged-ca-path",
];

/// SARIF 3.36, `codeFlow`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Flow {
    thread_flows: [Thread; 1],
}

#[derive(Serialize)]
struct Thread {
    locations: Vec<Step>,
}

#[derive(Serialize)]
struct Step {
    location: Location,
}

impl Flow {
    /// The way of a finding, if it has one.
    pub(super) fn of(locator: &Locator, finding: &Finding) -> Vec<Self> {
        if finding.related.is_empty() || !CHAINED.contains(&finding.rule) {
            return Vec::new();
        }
        let first = (finding.at, finding.label.as_str());
        let others = finding
            .related
            .iter()
            .map(|it| (it.at, it.message.as_str()));
        let steps = std::iter::once(first).chain(others).map(|(at, why)| Step {
            location: locator.location(at, Some(why)),
        });
        vec![Self {
            thread_flows: [Thread {
                locations: steps.collect(),
            }],
        }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_are_those_of_rules() {
        assert!(
            CHAINED
                .iter()
                .all(|name| crate::rules::rule(name).is_some())
        );
    }
}
