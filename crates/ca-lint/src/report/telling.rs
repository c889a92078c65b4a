//! What is said of a finding where there is room for text and for nothing else.

use crate::finding::{Confidence, Finding};

/// What it is, what it does and how to fix it, a paragraph each.
pub(super) fn paragraphs(finding: &Finding) -> Vec<String> {
    let mut paragraphs = vec![sentence(finding)];
    if !finding.effect.is_empty() {
        paragraphs.push(finding.effect.clone());
    }
    if !finding.help.is_empty() {
        paragraphs.push(format!("Fix: {}", finding.help));
    }
    paragraphs
}

/// The one sentence, with how sure it is where it is not.
pub(super) fn sentence(finding: &Finding) -> String {
    if finding.confidence == Confidence::High {
        return finding.message.clone();
    }
    format!(
        "{} ({} confidence)",
        finding.message,
        finding.confidence.name()
    )
}
