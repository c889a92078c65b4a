//! `# ca-lint: ignore[rule-a, rule-b] reason until=2027-01-31`

use crate::config::Day;
use crate::finding::Finding;
use crate::rules::rule;
use ca_audit::Evidence;
use ca_audit::facts::Directive;
use ca_audit::place::Span;
use time::{Date, OffsetDateTime};

/// Lines from the top in which a comment may speak for the whole file.
const TOP_LINES: u32 = 20;

/// A comment that puts findings out of sight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Comment {
    /// The rules that it names.
    pub(crate) rules: Vec<&'static str>,
    /// Why.
    pub(crate) reason: String,
    /// Where it stands.
    pub(crate) at: Span,
    /// The text that it is about; nothing for the whole file.
    about: Option<Span>,
}

/// What is wrong with a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is neither `ignore[…]` nor `ignore-file[…]`.
    Form,
    /// It names no rule.
    NoRule,
    /// There is no such rule.
    UnknownRule(String),
    /// It gives no reason.
    NoReason,
    /// Its end is no date.
    NoDate(String),
    /// It ended with this day.
    Ended(Date),
    /// It speaks for the file, and stands too far down.
    TooFarDown,
}

impl Comment {
    /// The comment, where it puts something out of sight at the time `now`.
    pub(crate) fn read(directive: &Directive, now: i64) -> Option<Self> {
        let parsed = Parsed::of(&directive.text)?;
        let rules: Vec<&str> = parsed
            .rules
            .iter()
            .filter_map(|name| Some(rule(name)?.name))
            .collect();
        let holds = parsed
            .faults(directive, now)
            .iter()
            .all(|fault| matches!(fault, Fault::UnknownRule(_)));
        (holds && !rules.is_empty()).then(|| Self {
            rules,
            reason: parsed.reason.to_owned(),
            at: directive.at,
            about: (!parsed.is_of_file).then_some(directive.about),
        })
    }

    /// Whether a finding is one of those that it means.
    pub(crate) fn is_about(&self, finding: &Finding) -> bool {
        let is_there = match self.about {
            Some(about) => {
                finding.at.file == about.file
                    && finding.at.start >= about.start
                    && finding.at.start <= about.end
            }
            None => finding.at.file == self.at.file,
        };
        is_there && self.rules.contains(&finding.rule)
    }
}

/// What is wrong with the comments of a project at the time `now`.
pub(crate) fn faults(evidence: &Evidence, now: i64) -> Vec<(Span, Fault)> {
    let mut found = Vec::new();
    for directive in &evidence.directives {
        match Parsed::of(&directive.text) {
            None => found.push((directive.at, Fault::Form)),
            Some(parsed) => {
                let faults = parsed.faults(directive, now);
                found.extend(faults.into_iter().map(|fault| (directive.at, fault)));
            }
        }
    }
    found
}

/// A comment taken apart.
struct Parsed<'t> {
    is_of_file: bool,
    rules: Vec<&'t str>,
    reason: &'t str,
    until: Option<&'t str>,
}

impl<'t> Parsed<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let rest = text.strip_prefix("ignore")?;
        let (is_of_file, rest) = match rest.strip_prefix("-file") {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let (names, reason) = rest.trim_start().strip_prefix('[')?.split_once(']')?;
        let names = names.split(',').map(str::trim);
        let (reason, until) = without_end(reason.trim());
        Some(Self {
            is_of_file,
            rules: names.filter(|name| !name.is_empty()).collect(),
            reason,
            until,
        })
    }

    fn faults(&self, directive: &Directive, now: i64) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.rules.is_empty() {
            faults.push(Fault::NoRule);
        }
        let unknown = self.rules.iter().filter(|name| rule(name).is_none());
        faults.extend(unknown.map(|name| Fault::UnknownRule((*name).to_owned())));
        if self.reason.is_empty() {
            faults.push(Fault::NoReason);
        }
        match self.until.map(|text| (text, Day::read(text))) {
            Some((text, None)) => faults.push(Fault::NoDate(text.to_owned())),
            Some((_, Some(Day(last)))) if is_past(last, now) => faults.push(Fault::Ended(last)),
            _ => {}
        }
        if self.is_of_file && directive.lines_above >= TOP_LINES {
            faults.push(Fault::TooFarDown);
        }
        faults
    }
}

/// `until=…` stands at either end of the reason.
fn without_end(text: &str) -> (&str, Option<&str>) {
    if let Some(rest) = text.strip_prefix("until=") {
        let (until, reason) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        return (reason.trim(), Some(until));
    }
    match text.rsplit_once(char::is_whitespace) {
        Some((reason, last)) => match last.strip_prefix("until=") {
            Some(until) => (reason.trim(), Some(until)),
            None => (text, None),
        },
        None => (text, None),
    }
}

/// Whether the day is over, in UTC.
pub(super) fn is_past(last: Date, now: i64) -> bool {
    OffsetDateTime::from_unix_timestamp(now).is_ok_and(|now| now.date() > last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ca_audit::place::FileId;

    const NOW: i64 = 1_700_000_000;

    fn directive(text: &str) -> Directive {
        let at = Span::new(FileId(0), 0, 10);
        Directive {
            at,
            about: Span::new(FileId(0), 11, 20),
            lines_above: 30,
            text: text.into(),
        }
    }

    fn fault(text: &str) -> Vec<Fault> {
        let mut evidence = Evidence::default();
        evidence.directives.push(directive(text));
        faults(&evidence, NOW)
            .into_iter()
            .map(|(_, fault)| fault)
            .collect()
    }

    #[test]
    fn comments_that_hold() {
        for text in [
            "ignore[weak-ca, expired-ca] the old cluster, until=2030-01-01",
            "ignore [weak-ca,expired-ca] until=2023-11-14 the old cluster,",
        ] {
            let comment = Comment::read(&directive(text), NOW).expect(text);
            assert_eq!(comment.rules, ["weak-ca", "expired-ca"]);
            assert_eq!(comment.reason, "the old cluster,");
            assert!(fault(text).is_empty());
        }
    }

    #[test]
    fn what_is_wrong_is_told_and_ignores_nothing() {
        for (text, wrong) in [
            ("ignore", Fault::Form),
            ("disable=weak-ca", Fault::Form),
            ("ignore[] why", Fault::NoRule),
            (
                "ignore[weak-sea] why",
                Fault::UnknownRule("weak-sea".into()),
            ),
            ("ignore[weak-ca]", Fault::NoReason),
            ("ignore[weak-ca] until=2030-01-01", Fault::NoReason),
            (
                "ignore[weak-ca] why until=soon",
                Fault::NoDate("soon".into()),
            ),
            ("ignore-file[weak-ca] why", Fault::TooFarDown),
        ] {
            assert_eq!(fault(text), [wrong], "{text}");
            assert_eq!(Comment::read(&directive(text), NOW), None, "{text}");
        }
        let ended = "ignore[weak-ca] why until=2023-11-13";
        assert!(matches!(fault(ended)[..], [Fault::Ended(_)]));
    }

    #[test]
    fn an_unknown_rule_does_not_stop_the_others() {
        let comment = Comment::read(&directive("ignore[weak-sea, weak-ca] why"), NOW);
        assert_eq!(comment.expect("it holds").rules, ["weak-ca"]);
    }
}
