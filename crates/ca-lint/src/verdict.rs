//! What becomes of the findings of the rules before anybody sees them.
//!
//! Rules know neither levels that a user asks for nor places that do not
//! matter. Here findings are selected, those in tests, examples, documentation
//! and vendored copies are put out of sight, and each gets its fingerprint.

use crate::config::Level;
use crate::finding::{Confidence, Finding, Severity};
use crate::source_roots::SourceRoots;
use ca_audit::Evidence;
use ca_audit::certificate::fingerprint::hex;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// What the user asked for.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Only these rules; all of them when empty.
    pub select: Vec<String>,
    /// Not these rules.
    pub ignore: Vec<String>,
    /// Rules whose level is another than their own.
    pub levels: BTreeMap<&'static str, Level>,
    /// Nothing less sure than this.
    pub min_confidence: Confidence,
    /// Where the files belong, for fingerprints that know no working directory.
    pub roots: SourceRoots,
}

/// The findings, judged and in the order of reports.
#[derive(Debug, Default)]
pub struct Verdict {
    /// By path, line, column and rule.
    pub findings: Vec<Judged>,
    /// How many were less sure than the user asked for.
    pub too_unsure: usize,
}

/// A finding and what was decided about it.
#[derive(Debug)]
pub struct Judged {
    /// The finding, at the level it is reported with.
    pub finding: Finding,
    /// Why it is out of sight, if it is.
    pub suppressed: Option<Suppression>,
    /// The same as long as the finding is: SHA-256 over rule, path, identity
    /// and certificates, in hexadecimal.
    pub fingerprint: String,
}

/// Why a finding is out of sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Suppression {
    /// It lies in a test, an example, documentation or a vendored copy.
    Place,
}

impl Suppression {
    /// The name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Place => "place",
        }
    }
}

/// How many findings there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Errors in sight.
    pub errors: usize,
    /// Warnings in sight.
    pub warnings: usize,
    /// Notes in sight.
    pub notes: usize,
    /// Whatever is out of sight, whether or not it was asked for.
    pub suppressed: usize,
}

/// Judges what the rules found.
pub fn judge(evidence: &Evidence, findings: Vec<Finding>, policy: &Policy) -> Verdict {
    let mut verdict = Verdict::default();
    for finding in findings {
        if !policy.admits(finding.rule) {
            continue;
        }
        if finding.confidence < policy.min_confidence {
            verdict.too_unsure += 1;
            continue;
        }
        verdict.findings.push(judged(evidence, finding, policy));
    }
    let order = |judged: &Judged| {
        let Finding {
            at, rule, message, ..
        } = &judged.finding;
        (at.file, at.start, *rule, at.end, message.clone())
    };
    verdict.findings.sort_by_cached_key(order);
    verdict
}

fn judged(evidence: &Evidence, mut finding: Finding, policy: &Policy) -> Judged {
    if let Some(severity) = policy.levels.get(finding.rule).and_then(|it| it.severity()) {
        finding.severity = severity;
    }
    let aside = evidence.is_aside(finding.at.file);
    let suppressed = aside.then_some(Suppression::Place);
    if suppressed.is_some() {
        finding.severity = Severity::Note;
    }
    let path = policy.roots.stable(evidence.path(finding.at.file));
    let fingerprint = fingerprint(&finding, &path);
    Judged {
        finding,
        suppressed,
        fingerprint,
    }
}

impl Policy {
    fn admits(&self, rule: &str) -> bool {
        let names = |list: &[String]| list.iter().any(|name| name == rule);
        let is_off = self.levels.get(rule) == Some(&Level::Off);
        // Who names a rule on the command line wants to hear of it.
        let is_on = names(&self.select) || (self.select.is_empty() && !is_off);
        is_on && !names(&self.ignore)
    }
}

fn fingerprint(finding: &Finding, path: &str) -> String {
    let mut hash = Sha256::new();
    // Each part with its length, so that no two lists of parts read alike.
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    part(finding.rule.as_bytes());
    part(path.as_bytes());
    for identity in &finding.identity {
        part(identity.as_bytes());
    }
    part(b"");
    for certificate in &finding.certificates {
        part(certificate);
    }
    hex(&hash.finalize())
}

impl Verdict {
    /// The findings to show.
    pub fn shown(&self, with_suppressed: bool) -> impl Iterator<Item = &Judged> {
        let shown = move |judged: &&Judged| with_suppressed || judged.suppressed.is_none();
        self.findings.iter().filter(shown)
    }

    /// How many there are of each kind.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for judged in &self.findings {
            let count = match (judged.suppressed, judged.finding.severity) {
                (Some(_), _) => &mut counts.suppressed,
                (None, Severity::Error) => &mut counts.errors,
                (None, Severity::Warning) => &mut counts.warnings,
                (None, Severity::Note) => &mut counts.notes,
            };
            *count += 1;
        }
        counts
    }

    /// Whether a finding in sight is as bad as `threshold`.
    pub fn reaches(&self, threshold: Severity) -> bool {
        self.shown(false)
            .any(|judged| judged.finding.severity >= threshold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ca_audit::place::{FileId, Span};
    use ca_audit::{Request, audit, tree::Memory};

    fn evidence(paths: &[&str]) -> Evidence {
        let empty = Memory::new();
        let tree = paths.iter().fold(empty, |tree, path| tree.with(*path, "x"));
        audit(&tree, &Request::default())
    }

    fn finding(file: u32, line: usize) -> Finding {
        Finding {
            rule: "divergent-ca",
            severity: Severity::Error,
            confidence: Confidence::Medium,
            message: "two".into(),
            effect: String::new(),
            help: String::new(),
            at: Span::new(FileId(file), line, line + 1),
            label: String::new(),
            related: Vec::new(),
            certificates: vec![[1; 32]],
            fix: None,
            identity: vec!["subject".into()],
        }
    }

    fn policy(main: &str) -> Policy {
        Policy {
            select: Vec::new(),
            ignore: Vec::new(),
            min_confidence: Confidence::Low,
            levels: BTreeMap::new(),
            roots: SourceRoots::new("/w".into(), vec![main.into()], Vec::new()),
        }
    }

    #[test]
    fn asides_are_notes_out_of_sight() {
        let evidence = evidence(&["a.pem", "spec/a.pem"]);
        let verdict = judge(&evidence, vec![finding(1, 0), finding(0, 0)], &policy("/w"));
        let counts = Counts {
            errors: 1,
            suppressed: 1,
            ..Counts::default()
        };
        assert_eq!(verdict.counts(), counts);
        assert_eq!(verdict.findings[1].finding.severity, Severity::Note);
        assert_eq!(
            (verdict.shown(false).count(), verdict.shown(true).count()),
            (1, 2)
        );
    }

    #[test]
    fn asides_do_not_fail_the_run() {
        let at = |path| judge(&evidence(&[path]), vec![finding(0, 0)], &policy("/w"));
        assert!(!at("spec/a.pem").reaches(Severity::Note));
        assert!(at("a.pem").reaches(Severity::Error));
    }

    #[test]
    fn rules_and_confidence_select() {
        let evidence = evidence(&["a.pem"]);
        let judge = |policy: Policy| judge(&evidence, vec![finding(0, 0)], &policy);
        let select = vec!["other".to_owned()];
        let ignore = vec!["divergent-ca".to_owned()];
        assert!(
            judge(Policy {
                select,
                ..policy("/w")
            })
            .findings
            .is_empty()
        );
        assert!(
            judge(Policy {
                ignore,
                ..policy("/w")
            })
            .findings
            .is_empty()
        );
        let sure = Policy {
            min_confidence: Confidence::High,
            levels: BTreeMap::new(),
            ..policy("/w")
        };
        assert_eq!(judge(sure).too_unsure, 1);
    }

    #[test]
    fn fingerprints_know_no_lines_and_no_checkouts() {
        let print = |path: &str, root: &str, line| {
            let verdict = judge(&evidence(&[path]), vec![finding(0, line)], &policy(root));
            verdict.findings[0].fingerprint.clone()
        };
        assert_eq!(print("a.pem", "/w", 1), print("a.pem", "/w", 9));
        assert_eq!(
            print("/one/a.pem", "/one", 1),
            print("/two/a.pem", "/two", 1)
        );
        assert_eq!(print("a.pem", "/w", 1), print("../a.pem", "/", 1));
        assert_ne!(print("a.pem", "/w", 1), print("b.pem", "/w", 1));
    }
}
