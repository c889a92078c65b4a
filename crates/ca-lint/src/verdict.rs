//! What becomes of the findings of the rules before anybody sees them.
//!
//! Rules know neither levels that a user asks for nor places that do not
//! matter. Here findings are selected, those that somebody suppresses and those
//! in tests, examples, documentation and vendored copies are put out of sight,
//! and each gets its fingerprint.

use crate::baseline::{Baseline, Known};
use crate::config::Level;
use crate::finding::{Confidence, Finding, Severity};
use crate::rules::USELESS_SUPPRESSION;
use crate::source_roots::SourceRoots;
use crate::suppression::{Entry, Suppression, Suppressors};
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
    /// What the configuration puts out of sight.
    pub entries: Vec<Entry>,
    /// The time by which suppressions end, in Unix seconds.
    pub now: i64,
    /// Whether a whole project is read, so that a suppression to which nothing
    /// belongs is one too many.
    pub is_whole: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            select: Vec::new(),
            ignore: Vec::new(),
            levels: BTreeMap::new(),
            min_confidence: Confidence::Low,
            roots: SourceRoots::default(),
            entries: Vec::new(),
            now: 0,
            is_whole: false,
        }
    }
}

/// The findings, judged and in the order of reports.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// By path, line, column and rule.
    pub findings: Vec<Judged>,
    /// How many were less sure than the user asked for.
    pub too_unsure: usize,
}

/// A finding and what was decided about it.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The finding, at the level it is reported with.
    pub finding: Finding,
    /// Why it is out of sight, if it is.
    pub suppressed: Option<Suppression>,
    /// The path of its file, the same in every checkout.
    pub path: String,
    /// The same as long as the finding is: SHA-256 over rule, path, identity
    /// and certificates, in hexadecimal.
    pub fingerprint: String,
    /// The same, even when its file gets another name.
    likeness: String,
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
    let mut suppressors = Suppressors::of(evidence, &policy.entries, policy.now);
    for finding in findings.into_iter().filter(|it| policy.admits(it.rule)) {
        let suppressed = suppressors.suppress(evidence, &finding);
        if finding.confidence < policy.min_confidence {
            verdict.too_unsure += 1;
            continue;
        }
        let judged = judged(evidence, finding, suppressed, policy);
        verdict.findings.push(judged);
    }
    if policy.is_whole && policy.admits(USELESS_SUPPRESSION) {
        let useless = suppressors.useless(&|rule| policy.admits(rule));
        let useless = useless
            .into_iter()
            .map(|it| judged(evidence, it, None, policy));
        verdict.findings.extend(useless);
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

fn judged(
    evidence: &Evidence,
    mut finding: Finding,
    suppressed: Option<Suppression>,
    policy: &Policy,
) -> Judged {
    if let Some(severity) = policy.levels.get(finding.rule).and_then(|it| it.severity()) {
        finding.severity = severity;
    }
    let is_aside = evidence.is_aside(finding.at.file);
    if is_aside {
        finding.severity = Severity::Note;
    }
    let path = policy
        .roots
        .stable(evidence.path(finding.at.file))
        .into_owned();
    Judged {
        suppressed: suppressed.or(is_aside.then_some(Suppression::Place)),
        fingerprint: fingerprint(&finding, &path),
        likeness: fingerprint(&finding, ""),
        path,
        finding,
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
            let count = match (&judged.suppressed, judged.finding.severity) {
                (Some(_), _) => &mut counts.suppressed,
                (None, Severity::Error) => &mut counts.errors,
                (None, Severity::Warning) => &mut counts.warnings,
                (None, Severity::Note) => &mut counts.notes,
            };
            *count += 1;
        }
        counts
    }

    /// Puts what a baseline knows out of sight; gives what it knows and is not
    /// there any more.
    pub fn accept(&mut self, baseline: &Baseline) -> Vec<Known> {
        let mut left = baseline.counts();
        self.hide_known(&mut left, &Suppression::Baseline, |it| &it.fingerprint);
        baseline.stale(&left)
    }

    /// Puts out of sight what was in sight before a change, too, also where its
    /// file had another name then: the one that is gone.
    pub fn only_new_since(&mut self, before: &Self, is_gone: &dyn Fn(&Judged) -> bool) {
        let mut same: BTreeMap<&str, usize> = BTreeMap::new();
        for judged in before.shown(false) {
            *same.entry(&judged.fingerprint).or_default() += 1;
        }
        self.hide_known(&mut same, &Suppression::Before, |it| &it.fingerprint);
        let mut moved: BTreeMap<&str, usize> = BTreeMap::new();
        for judged in before.shown(false).filter(|it| is_gone(it)) {
            *moved.entry(&judged.likeness).or_default() += 1;
        }
        self.hide_known(&mut moved, &Suppression::Before, |it| &it.likeness);
    }

    fn hide_known(
        &mut self,
        known: &mut BTreeMap<&str, usize>,
        why: &Suppression,
        name: impl Fn(&Judged) -> &String,
    ) {
        for judged in self
            .findings
            .iter_mut()
            .filter(|it| it.suppressed.is_none())
        {
            if let Some(count) = known.get_mut(name(judged).as_str())
                && *count > 0
            {
                *count -= 1;
                judged.suppressed = Some(why.clone());
            }
        }
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
            roots: SourceRoots::new("/w".into(), vec![main.into()], Vec::new()),
            ..Policy::default()
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

    #[test]
    fn a_baseline_hides_as_many_as_it_knows() {
        let evidence = evidence(&["a.pem"]);
        let twice = || vec![finding(0, 0), finding(0, 0)];
        let once = judge(&evidence, vec![finding(0, 0)], &policy("/w"));
        let baseline = Baseline::of(once.shown(false));
        let mut verdict = judge(&evidence, twice(), &policy("/w"));
        assert!(verdict.accept(&baseline).is_empty());
        assert_eq!(verdict.shown(false).count(), 1);
        let mut none = judge(&evidence, Vec::new(), &policy("/w"));
        assert_eq!(none.accept(&baseline).len(), 1);
    }

    #[test]
    fn what_was_there_before_is_not_new_under_another_name() {
        let then = evidence(&["a.pem", "b.pem"]);
        let before = judge(&then, vec![finding(0, 0), finding(1, 0)], &policy("/w"));
        let now = evidence(&["b.pem", "c.pem", "d.pem"]);
        let findings = (0..3).map(|file| finding(file, 5)).collect();
        let mut verdict = judge(&now, findings, &policy("/w"));
        verdict.only_new_since(&before, &|judged| judged.path == "a.pem");
        let new: Vec<&str> = verdict.shown(false).map(|it| it.path.as_str()).collect();
        assert_eq!(new, ["d.pem"]);
    }
}
