//! What could not be seen, the same causes together.

use super::Page;
use crate::report::gap_groups::grouped;
use crate::report::prose::counted;
use ca_audit::facts::Gap;
use maud::{Markup, html as markup};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// More causes than these are folded away.
const OPEN: usize = 20;
/// More places of one cause than these are counted.
const LISTED: usize = 100;

/// A reason in a word and in a sentence, and the places that have it.
type Cause<'g> = ((&'g str, &'g str), Vec<&'g Gap>);

/// The section.
pub(super) fn section(page: &Page) -> Markup {
    let gaps = &page.inventory.gaps;
    let mut by_cause: BTreeMap<(&str, &str), Vec<&Gap>> = BTreeMap::new();
    for gap in gaps {
        let cause = (gap.reason.name(), gap.message.as_str());
        by_cause.entry(cause).or_default().push(gap);
    }
    let mut causes: Vec<Cause> = by_cause.into_iter().collect();
    causes.sort_by_key(|(_, gaps)| Reverse(gaps.len()));
    let (open, folded) = causes.split_at(causes.len().min(OPEN));
    markup! {
        @if gaps.is_empty() {
            p { "Everything that was read could be seen." }
        } @else {
            p { (counted(gaps.len(), "place")) " could not be seen, for these reasons:" }
            (table(page, open))
            @if !folded.is_empty() {
                details {
                    summary { (counted(folded.len(), "more reason")) }
                    (table(page, folded))
                }
            }
        }
    }
}

fn table(page: &Page, causes: &[Cause]) -> Markup {
    markup! {
        table {
            thead {
                tr {
                    th scope="col" { "Why" }
                    th scope="col" { "Kind" }
                    th scope="col" { "Where" }
                }
            }
            tbody {
                @for ((reason, message), gaps) in causes {
                    tr {
                        th scope="row" { (message) }
                        td data-label="Kind" { (reason) }
                        td data-label="Where" { (places(page, gaps)) }
                    }
                }
            }
        }
    }
}

fn places(page: &Page, gaps: &[&Gap]) -> Markup {
    let evidence = page.inventory.evidence;
    let line = |gap: &Gap| {
        let path = evidence.path(gap.at.file);
        format!("{path}:{}", page.inventory.line(gap.at))
    };
    let groups = grouped(evidence, gaps);
    let more = groups.len().saturating_sub(LISTED);
    markup! {
        @if let [one] = gaps {
            code { (line(one)) }
        } @else {
            details {
                summary { (counted(gaps.len(), "place")) }
                ul.plain {
                    @for group in groups.iter().take(LISTED) {
                        li {
                            @match &group.below {
                                Some((folder, count)) => { code { (folder) } " (" (count) " places below)" }
                                None => { code { (line(group.first)) } }
                            }
                        }
                    }
                    @if more > 0 { li { "and " (more) " more; --format json lists them all" } }
                }
            }
        }
    }
}
