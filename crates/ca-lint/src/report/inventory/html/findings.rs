//! What `check` says of the same files, the worst first.

use super::Page;
use super::links::Links;
use crate::finding::{Finding, Severity};
use crate::report::prose::counted;
use crate::report::rule_document::document_url;
use crate::report::telling::sentence;
use crate::verdict::Judged;
use ca_audit::certificate::Certificate;
use ca_audit::place::Span;
use maud::{Markup, html as markup};
use std::collections::BTreeMap;

/// More findings of one level than these are folded away.
const OPEN: usize = 25;
/// More certificates than these are folded away.
const NAMED: usize = 6;

/// The section.
pub(super) fn section(page: &Page, links: &Links) -> Markup {
    let told = Told::new(page, links);
    let shown: Vec<&Judged> = page
        .findings
        .shown
        .iter()
        .copied()
        .filter(|judged| told.is_asked_for(&judged.finding))
        .collect();
    let levels = [Severity::Error, Severity::Warning, Severity::Note];
    let suppressed = page.findings.verdict.counts().suppressed;
    markup! {
        @if shown.is_empty() { p { "Nothing was found to be wrong." } }
        @for level in levels { (told.level(level, &shown)) }
        @if suppressed > 0 {
            p.faint {
                (counted(suppressed, "finding"))
                " out of sight: in tests, examples, documentation or vendored copies, or put there "
                "by a comment, the configuration or the baseline. ca-lint check --show-suppressed shows them."
            }
        }
    }
}

struct Told<'p, 'a> {
    page: &'p Page<'a>,
    links: &'p Links,
    certificates: BTreeMap<&'a [u8; 32], &'a Certificate>,
}

impl<'p, 'a> Told<'p, 'a> {
    fn new(page: &'p Page<'a>, links: &'p Links) -> Self {
        let items = page.inventory.items.iter();
        let certificates = items.map(|item| (item.certificate.sha256(), item.certificate));
        Self {
            page,
            links,
            certificates: certificates.collect(),
        }
    }

    /// Whether it is about a certificate of the page, where some were asked for.
    fn is_asked_for(&self, finding: &Finding) -> bool {
        let is_told = |hash: &[u8; 32]| self.certificates.contains_key(hash);
        self.page.inventory.wanted.is_none() || finding.certificates.iter().any(is_told)
    }

    fn level(&self, level: Severity, shown: &[&Judged]) -> Markup {
        let of_level: Vec<&Finding> = shown
            .iter()
            .map(|judged| &judged.finding)
            .filter(|finding| finding.severity == level)
            .collect();
        let (open, folded) = of_level.split_at(of_level.len().min(OPEN));
        markup! {
            @if !open.is_empty() {
                h3 { (counted(of_level.len(), level.name())) }
                @for finding in open { (self.article(finding)) }
            }
            @if !folded.is_empty() {
                details {
                    summary { (counted(folded.len(), &format!("more {}", level.name()))) }
                    @for finding in folded { (self.article(finding)) }
                }
            }
        }
    }

    fn article(&self, finding: &Finding) -> Markup {
        markup! {
            article class={ "card finding " (finding.severity.name()) } {
                h4 {
                    span class={ "badge " (finding.severity.name()) } { (finding.severity.name()) }
                    " " (sentence(finding))
                }
                p {
                    code { (self.place(finding.at)) } " "
                    a href=(document_url(finding.rule)) rel="noreferrer" { (finding.rule) }
                }
                @if !finding.effect.is_empty() { p { (finding.effect) } }
                @if !finding.help.is_empty() { p { strong { "Fix: " } (finding.help) } }
                (self.about(finding))
                (self.related(finding))
            }
        }
    }

    fn about(&self, finding: &Finding) -> Markup {
        let known = finding.certificates.iter();
        let known: Vec<&Certificate> = known
            .filter_map(|hash| self.certificates.get(hash).copied())
            .collect();
        let (open, folded) = known.split_at(known.len().min(NAMED));
        markup! {
            @if !open.is_empty() { p { "About " (self.list(open)) } }
            @if !folded.is_empty() {
                details {
                    summary { "and about " (counted(folded.len(), "more certificate")) }
                    p { (self.list(folded)) }
                }
            }
        }
    }

    fn list(&self, certificates: &[&Certificate]) -> Markup {
        markup! {
            @for (at, certificate) in certificates.iter().enumerate() {
                @if at > 0 { ", " }
                (self.links.named(certificate))
            }
        }
    }

    fn related(&self, finding: &Finding) -> Markup {
        markup! {
            @if !finding.related.is_empty() {
                details {
                    summary { (counted(finding.related.len(), "other place")) " that matter" @if finding.related.len() == 1 { "s" } }
                    ul {
                        @for related in &finding.related {
                            li { code { (self.place(related.at)) } " " (related.message) }
                        }
                    }
                }
            }
        }
    }

    fn place(&self, at: Span) -> String {
        let findings = self.page.findings;
        let line = findings.places.region(at).start.line;
        format!("{}:{line}", findings.evidence.path(at.file))
    }
}
