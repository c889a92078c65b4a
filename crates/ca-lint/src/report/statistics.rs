//! How much was found of what, and what took how long: for people, beside any
//! report.

use super::Findings;
use super::prose::counted;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

/// A part of the work and how long it took.
#[derive(Clone, Copy, Debug)]
pub struct Phase {
    /// What was done, as a past participle.
    pub done: &'static str,
    /// Wall time.
    pub took: Duration,
}

/// Findings by rule (the most first), files, and the time of each phase.
pub fn statistics(findings: &Findings, phases: &[Phase]) -> String {
    let mut by_rule: BTreeMap<&str, usize> = BTreeMap::new();
    for judged in &findings.shown {
        *by_rule.entry(judged.finding.rule).or_default() += 1;
    }
    let mut by_rule: Vec<(&str, usize)> = by_rule.into_iter().collect();
    by_rule.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut text = String::new();
    // Writing to a string does not fail.
    for (rule, count) in &by_rule {
        let _ = writeln!(text, "{count:>6}  {rule}");
    }
    let _ = writeln!(
        text,
        "{:>6}  in all; {}, {} understood",
        findings.shown.len(),
        counted(findings.evidence.files_seen(), "file"),
        findings.evidence.understood
    );
    let phases = phases.iter().map(|phase| {
        let milliseconds = phase.took.as_secs_f64() * 1000.0;
        format!("{} in {milliseconds:.1} ms", phase.done)
    });
    let phases: Vec<String> = phases.collect();
    let _ = writeln!(text, "{}", phases.join(", "));
    text
}
