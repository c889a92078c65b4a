//! The first lines of the page: how much there is, and how bad it is.

use super::Page;
use crate::certificate_words::day;
use crate::report::inventory::human::validity::Age;
use crate::report::prose::{counted, listed};
use maud::{Markup, html as markup};

/// What was found, and by which day dates are judged.
pub(super) fn paragraphs(page: &Page) -> Markup {
    let items = &page.inventory.items;
    let cas = items
        .iter()
        .filter(|item| item.certificate.is_ca() == Some(true));
    let places = items.iter().map(|item| item.sightings.len()).sum();
    markup! {
        p.lead {
            (counted(items.len(), "certificate")) " (" (counted(cas.count(), "CA")) ") in "
            (counted(places, "place")) ", " (counted(page.inventory.evidence.files_seen(), "file"))
            " seen."
        }
        @if items.is_empty() && page.inventory.wanted.is_some() {
            p { strong { "No certificate here is the one that was asked for." } }
        }
        p { (dates(page)) " Dates are judged by " time datetime=(day(page.now)) { (day(page.now)) } "." }
    }
}

/// How many CAs are out of date.
fn dates(page: &Page) -> String {
    let mut wrong = 0;
    let mut near = 0;
    for item in &page.inventory.items {
        if item.certificate.is_ca() == Some(false) {
            continue;
        }
        match Age::of(item.certificate, page.now) {
            age if age.is_good() => {}
            age if age.is_valid() => near += 1,
            _ => wrong += 1,
        }
    }
    let mut words = Vec::new();
    if wrong > 0 {
        words.push(format!("{} not valid now", counted(wrong, "CA")));
    }
    if near > 0 {
        words.push(format!("{} about to expire", counted(near, "CA")));
    }
    if words.is_empty() {
        return "No CA is expired or about to expire.".to_owned();
    }
    format!("{}.", listed(&words))
}
