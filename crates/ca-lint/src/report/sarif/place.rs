//! Places in SARIF: a URI that does not depend on the machine, and a region.

use super::Message;
use crate::finding::Related;
use crate::report::{Findings, Region};
use ca_audit::place::Span;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

/// What stands in a path as it is: the unreserved characters of RFC 3986, the
/// separator, and what is common in names and means nothing in a path.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b'+')
    .remove(b'=')
    .remove(b'@')
    .remove(b',');

/// The name of the repository's root (SARIF 3.14.14).
const ROOT: &str = "%SRCROOT%";

/// What the names of roots mean: which folder it is on this machine is nobody's
/// business.
#[derive(Serialize)]
pub(super) struct BaseIds {
    #[serde(rename = "%SRCROOT%")]
    root: Base,
}

#[derive(Serialize)]
struct Base {
    description: BaseMeaning,
}

#[derive(Serialize)]
struct BaseMeaning {
    text: &'static str,
}

impl BaseIds {
    /// Those of every report.
    pub(super) const THIS: Self = Self {
        root: Base {
            description: BaseMeaning {
                text: "the root of the repository that was read",
            },
        },
    };
}

/// Tells spans as locations.
pub(super) struct Locator<'a> {
    pub(super) findings: &'a Findings<'a>,
}

impl Locator<'_> {
    /// A place, with why it matters where that is told.
    pub(super) fn location(&self, at: Span, message: Option<&str>) -> Location {
        Location {
            id: None,
            physical: Physical {
                artifact_location: self.artifact(at),
                region: self.region(at),
            },
            message: message.filter(|it| !it.is_empty()).map(Message::new),
        }
    }

    /// Another place of a finding; `id` tells it from the others.
    pub(super) fn related(&self, related: &Related, id: usize) -> Location {
        Location {
            id: Some(id),
            ..self.location(related.at, Some(&related.message))
        }
    }

    /// The file of a span.
    pub(super) fn artifact(&self, at: Span) -> Artifact {
        let path = self.findings.evidence.path(at.file);
        match self.findings.roots.in_repository(path) {
            Some(inside) => Artifact {
                uri: encoded(&inside),
                uri_base_id: Some(ROOT),
            },
            // It lies nowhere in the repository: only its own path tells where.
            None => Artifact {
                uri: format!("file://{}", encoded(&self.findings.roots.absolute(path))),
                uri_base_id: None,
            },
        }
    }

    /// The lines and columns of a span.
    pub(super) fn region(&self, at: Span) -> RegionEntry {
        let Region { start, end } = self.findings.places.region(at);
        RegionEntry {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

fn encoded(path: &str) -> String {
    utf8_percent_encode(path, KEPT).to_string()
}

#[derive(Serialize)]
pub(super) struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(rename = "physicalLocation")]
    physical: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: RegionEntry,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Artifact {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

/// From 1, the end exclusive, as everywhere in this program.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RegionEntry {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_encoded() {
        assert_eq!(
            encoded("a b/c:d#e?f%g/é\\x\n.pem"),
            "a%20b/c%3Ad%23e%3Ff%25g/%C3%A9%5Cx%0A.pem"
        );
        assert_eq!(
            encoded("k8s_master-1.test/a+b@c=d,e~"),
            "k8s_master-1.test/a+b@c=d,e~"
        );
    }
}
