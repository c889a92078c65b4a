//! What a rule says.

use ca_audit::facts::Cert;
use ca_audit::place::Span;
use std::collections::HashSet;

/// How bad it is for the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Depends on something outside this file.
    Warning,
    /// Has broken, or breaks at the next restart or Puppet run.
    Error,
}

impl Severity {
    /// The name in output and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// How sure the tool is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Something that could not be seen may change it.
    Low,
    /// Rests on a value that is one of several.
    Medium,
    /// Everything it rests on was seen.
    High,
}

impl Confidence {
    /// The name in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// One thing that a rule found. It cannot be made without a place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// One sentence of this very case.
    pub message: String,
    /// What real programs do about it; may be empty.
    pub effect: String,
    /// What to do, with the real names.
    pub help: String,
    /// Where the user edits.
    pub at: Span,
    /// What stands there, in a few words.
    pub label: String,
    /// Other places that matter, in the order in which they are read.
    pub related: Vec<Related>,
    /// SHA-256 of the certificates it is about.
    pub certificates: Vec<[u8; 32]>,
    /// A change to the files that mends it, where that is safe.
    pub fix: Option<Fix>,
    /// What makes this finding the same one after lines have moved: program,
    /// host path, certificate; never a line number.
    pub identity: Vec<String>,
}

/// A change to files that mends a finding: `check --fix` makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in a few words.
    pub title: String,
    /// In order of place, none overlapping another.
    pub edits: Vec<Edit>,
}

/// The bytes of a file that get another text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is taken out; nothing where text is only added.
    pub at: Span,
    /// What is put there.
    pub text: String,
}

impl Fix {
    /// One change at one place.
    pub fn new(title: impl Into<String>, at: Span, text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            title: title.into(),
            edits: vec![Edit { at, text }],
        }
    }
}

/// Another place that matters to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The place.
    pub at: Span,
    /// Why it matters.
    pub message: String,
}

impl Related {
    /// A place and why it matters.
    pub fn new(at: Span, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
        }
    }
}

/// The SHA-256 of each of these.
pub(crate) fn hashes<'c>(certs: impl IntoIterator<Item = &'c Cert>) -> Vec<[u8; 32]> {
    certs
        .into_iter()
        .map(|cert| *cert.certificate.sha256())
        .collect()
}

/// The SHA-256 of each of these, once, in their order.
pub(crate) fn distinct_hashes<'c>(certs: impl IntoIterator<Item = &'c Cert>) -> Vec<[u8; 32]> {
    let mut seen = HashSet::new();
    let mut hashes = hashes(certs);
    hashes.retain(|hash| seen.insert(*hash));
    hashes
}
