//! What the configuration puts out of sight: by rule, path and certificate.

use super::comment::is_past;
use crate::finding::Finding;
use crate::source_roots::SourceRoots;
use ca_audit::certificate::fingerprint::hex;
use ca_audit::place::Span;
use globset::GlobMatcher;
use time::Date;

/// An entry under `ignore:` of the configuration; what it does not name may be
/// any.
#[derive(Clone, Debug)]
pub struct Entry {
    /// These rules.
    pub rules: Vec<&'static str>,
    /// Files whose path from the configuration's folder is like this.
    pub path: Option<GlobMatcher>,
    /// A finding about this certificate: its SHA-256, in hexadecimal.
    pub certificate: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Where it stands, if the configuration is one of the audited files.
    pub at: Option<Span>,
    /// From where its paths count.
    pub ground: SourceRoots,
}

impl Entry {
    pub(super) fn holds_at(&self, now: i64) -> bool {
        !self.until.is_some_and(|last| is_past(last, now))
    }

    pub(super) fn is_about(&self, finding: &Finding, shown: &str) -> bool {
        let is_rule = self.rules.is_empty() || self.rules.contains(&finding.rule);
        let is_path = self.path.as_ref().is_none_or(|glob| {
            let path = self.ground.in_repository(shown);
            path.is_some_and(|path| glob.is_match(&*path))
        });
        let is_certificate = self.certificate.as_ref().is_none_or(|wanted| {
            let mut own = finding.certificates.iter();
            own.any(|certificate| hex(certificate) == *wanted)
        });
        is_rule && is_path && is_certificate
    }
}
