//! The inventory as a page, for somebody who was just handed a host or a
//! repository: one file that loads nothing and runs nothing.
//!
//! `maud` escapes what it puts between and into tags. What escaping does not
//! reach, characters that HTML must not hold or that turn the direction of text
//! around, is replaced on the finished page, so that no part can forget it.

mod authorities;
mod drawing;
mod findings;
mod gaps;
mod graph;
mod links;
mod other_certificates;
mod places;
mod style;
mod summary;
#[cfg(test)]
mod tests;

use super::Inventory;
use super::human::bundles::bundles;
use super::human::family::Family;
use crate::report::Findings;
use crate::report::graph::Chart;
use crate::report::printable::printable;
use links::Links;
use maud::{DOCTYPE, Markup, PreEscaped, html as markup};

/// What a page is made of.
pub struct Page<'a> {
    /// What was read, as the user named it.
    pub of: String,
    /// The certificates.
    pub inventory: &'a Inventory<'a>,
    /// What `check` says of the same files.
    pub findings: &'a Findings<'a>,
    /// What is drawn.
    pub chart: &'a Chart<'a>,
    /// The time by which dates are judged, in Unix seconds.
    pub now: i64,
}

/// The report of `inventory --format html`.
pub fn html(page: &Page) -> String {
    let bundles = bundles(page.inventory, page.inventory.wanted.is_some());
    let links = Links::new(page.inventory, &bundles);
    let family = Family::new(page.inventory, &bundles, false);
    let heads = family.in_order();
    let parts = [
        ("findings", "Findings", findings::section(page, &links)),
        (
            "authorities",
            "CAs",
            authorities::section(page, &links, &family, &heads),
        ),
        (
            "others",
            "Other certificates and bundles",
            other_certificates::section(page, &links, &bundles, &heads),
        ),
        ("trust", "Who trusts what", graph::section(page)),
        ("not-seen", "Not seen", gaps::section(page)),
    ];
    printable(&document(page, &parts).into_string())
}

/// The name of a part in links, its title, and what is told there.
type Part<'t> = (&'t str, &'t str, Markup);

fn document(page: &Page, parts: &[Part]) -> Markup {
    let title = format!("CA certificates: {}", page.of);
    markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(style::policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { (PreEscaped(style::SHEET)) }
            }
            body {
                a.skip href="#main" { "Skip to the contents" }
                header {
                    h1 { "CA certificates: " bdi { (page.of) } }
                    (summary::paragraphs(page))
                    nav aria-label="Parts of this page" {
                        ul {
                            @for (id, title, _) in parts {
                                li { a href={ "#" (id) } { (title) } }
                            }
                        }
                    }
                }
                main #main tabindex="-1" {
                    @for (id, title, contents) in parts {
                        section aria-labelledby=(id) {
                            h2 id=(id) { (title) }
                            (contents)
                        }
                    }
                }
                footer {
                    p { "Written by ca-lint " (env!("CARGO_PKG_VERSION")) ", which reads files and nothing else." }
                }
            }
        }
    }
}
