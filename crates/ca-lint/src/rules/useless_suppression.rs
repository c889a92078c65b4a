//! A comment that ignores nothing.

use super::Rule;
use crate::finding::{Confidence, Finding, Severity};
use crate::settings::Settings;
use crate::suppression::{Fault, faults};
use ca_audit::Evidence;

pub(super) const RULE: Rule = Rule {
    name: "useless-suppression",
    summary: "a comment or an entry of the configuration ignores nothing, or not what it says",
    severity: Severity::Warning,
    page: PAGE,
    check,
};

const PAGE: &str = r"
A comment or an entry of the configuration that is meant to put a finding out of sight, and does not: it names a rule that does not exist, gives no reason, has ended, or no such finding is there any more.

## Why it matters

A suppression is a decision: somebody looked and said why it is all right. One without a reason cannot be checked by the next person, and one that is left behind hides the next finding that arises at its line.

In August 2019 a CA was put into Wikimedia's hieradata for the time of a move and was taken out three weeks later because somebody remembered: an end written beside it would have said so.

## What is reported

- a rule that does not exist;
- no reason, an end (`until=`) that is no date, or a date that is over: such a comment ignores nothing;
- a comment for a whole file (`ignore-file`) below its 20th line;
- a comment or an entry of `.ca-lint.yaml` to which no finding belongs. That can be told only when a whole project is read, so not for single files, for a node (`--node`), or for rules that were not asked.

## How to fix

`# ca-lint: ignore[rule-a, rule-b] reason until=2027-01-31`, on the line of the finding or the line above it, in any comment syntax; `ignore-file[…]` within the first 20 lines for the whole file. `until=` may be left out. Take out what ignores nothing.

## Fires

`modules/etcd/files/etcd.env`:
```ini
# ca-lint: ignore[etcd-client-without-ca]
ETCD_NAME=one
```

## Clean

`modules/etcd/files/etcd.env`:
```ini
# The name is the host's.
ETCD_NAME=one
```
";

fn check(evidence: &Evidence, settings: &Settings, report: &mut dyn FnMut(Finding)) {
    for (at, fault) in faults(evidence, settings.now) {
        let (message, help) = words(&fault);
        report(Finding {
            rule: RULE.name,
            severity: Severity::Warning,
            confidence: Confidence::High,
            message,
            effect: String::new(),
            help,
            at,
            label: label(&fault).to_owned(),
            related: Vec::new(),
            certificates: Vec::new(),
            fix: None,
            identity: vec![format!("{fault:?}")],
        });
    }
}

fn words(fault: &Fault) -> (String, String) {
    const FORM: &str = "write `ca-lint: ignore[rule-a, rule-b] reason`, or `ignore-file[…]` near the top of the file";
    match fault {
        Fault::Form => (
            "ca-lint does not know what this comment wants".into(),
            FORM.into(),
        ),
        Fault::NoRule => (
            "the comment names no rule, so it ignores nothing".into(),
            FORM.into(),
        ),
        Fault::UnknownRule(name) => (
            format!("there is no rule {name}, so nothing is ignored by that name"),
            match super::nearest(name) {
                Some(nearest) => {
                    format!("write {nearest}, if that is meant; ca-lint rules lists all")
                }
                None => "ca-lint rules lists the names".into(),
            },
        ),
        Fault::NoReason => (
            "the comment gives no reason, so it ignores nothing".into(),
            "write behind the bracket why this is all right, for whoever reads it next".into(),
        ),
        Fault::NoDate(text) => (
            format!("`{text}` is no day, so the comment ignores nothing"),
            "write the last day as in until=2027-01-31".into(),
        ),
        Fault::Ended(last) => (
            format!("the comment ended on {last} and ignores nothing any more"),
            "mend what it ignored, or look at it again and write a later day".into(),
        ),
        Fault::TooFarDown => (
            "a comment for the whole file counts only within its first 20 lines".into(),
            "move it up, or write ignore[…] at the line that it is about".into(),
        ),
    }
}

fn label(fault: &Fault) -> &'static str {
    match fault {
        Fault::Form => "not known",
        Fault::NoRule => "no rule",
        Fault::UnknownRule(_) => "no such rule",
        Fault::NoReason => "no reason",
        Fault::NoDate(_) => "no day",
        Fault::Ended(_) => "ended",
        Fault::TooFarDown => "too far down",
    }
}
