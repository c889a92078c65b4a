//! Suppressions that suppress nothing, as findings.

use super::comment::{Comment, is_past};
use super::entry::Entry;
use crate::finding::{Confidence, Finding, Severity};
use crate::rules::USELESS_SUPPRESSION;
use ca_audit::place::Span;

/// A comment where no such finding is.
pub(crate) fn of_comment(comment: &Comment) -> Finding {
    let rules = comment.rules.join(", ");
    finding(
        comment.at,
        format!("nothing here is a finding of {rules}, so this comment ignores nothing"),
        "take the comment out; left in, it would hide the next such finding that arises here",
        rules,
    )
}

/// An entry of the configuration that matches nothing or has ended; `None`
/// where the configuration is not among the audited files.
pub(crate) fn of_entry(entry: &Entry, now: i64) -> Option<Finding> {
    let message = match entry.until.filter(|last| is_past(*last, now)) {
        Some(last) => format!("this entry ended on {last} and ignores nothing any more"),
        None => "no finding is like this entry, so it ignores nothing".to_owned(),
    };
    let help =
        "take the entry out, or look whether its path, rule and certificate are what was meant";
    Some(finding(entry.at?, message, help, entry.reason.clone()))
}

fn finding(at: Span, message: String, help: &str, identity: String) -> Finding {
    Finding {
        rule: USELESS_SUPPRESSION,
        severity: Severity::Warning,
        confidence: Confidence::High,
        message,
        effect: String::new(),
        help: help.to_owned(),
        at,
        label: "ignores nothing".to_owned(),
        related: Vec::new(),
        certificates: Vec::new(),
        fix: None,
        identity: vec![identity],
    }
}
