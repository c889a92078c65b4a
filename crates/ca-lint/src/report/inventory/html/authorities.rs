//! Each CA in full: what it is, where it stands, who writes and who reads it.

use super::links::{Links, id, validity};
use super::{Page, places};
use crate::certificate_words::day;
use crate::report::inventory::Item;
use crate::report::inventory::human::block::{is_ca, key, signer};
use crate::report::inventory::human::family::Family;
use crate::report::inventory::human::subject;
use crate::report::prose::counted;
use ca_audit::Signer;
use ca_audit::certificate::fingerprint::{colon_hex, kubeadm_pin};
use maud::{Markup, html as markup};

/// The section: each CA before the CAs below it.
pub(super) fn section(page: &Page, links: &Links, family: &Family, heads: &[usize]) -> Markup {
    markup! {
        @if heads.is_empty() {
            p { "No CA stands in a place of its own here." }
        }
        @for head in heads {
            (article(page, links, family.item(*head), &family.below(*head)))
        }
    }
}

fn article(page: &Page, links: &Links, item: &Item, below: &[&Item]) -> Markup {
    let certificate = item.certificate;
    let id = id(certificate);
    markup! {
        article.card id=(id) aria-labelledby={ "name-of-" (id) } {
            h3.name id={ "name-of-" (id) } { bdi { (subject(certificate)) } }
            p { (validity(certificate, page.now)) }
            dl {
                dt { "Is" }
                dd { (is_ca(certificate).0) "; " (signed_by(links, item)) }
                dt { "Valid" }
                dd {
                    (moment(certificate.not_before().seconds())) " to "
                    (moment(certificate.not_after().seconds()))
                }
                dt { "Key" }
                dd { (key(certificate.key())) ", signed with " (certificate.signature_algorithm()) }
                dt { "SHA-256" }
                dd { code.whole { (colon_hex(certificate.sha256())) } }
                dt { "kubeadm pin" }
                dd { code.whole { (kubeadm_pin(certificate.spki_sha256())) } }
                @if let Some(digest) = item.puppet_ca_fingerprint() {
                    dt { "Puppet’s ca_fingerprint" }
                    dd { code.whole { (digest) } }
                }
                dt { "Serial" }
                dd { code.whole { (certificate.serial_hex()) } }
            }
            (places::table(page, item))
            @if !below.is_empty() {
                details {
                    summary { "Signed " (counted(below.len(), "certificate")) " here" }
                    ul {
                        @for item in below {
                            li { (links.named(item.certificate)) ", " (validity(item.certificate, page.now)) }
                        }
                    }
                }
            }
        }
    }
}

fn moment(seconds: Option<i64>) -> Markup {
    markup! {
        @match seconds {
            Some(seconds) => { time datetime=(day(seconds)) { (day(seconds)) } }
            None => { "an unreadable date" }
        }
    }
}

fn signed_by(links: &Links, item: &Item) -> Markup {
    let (words, is_odd) = signer(item);
    markup! {
        @match &item.signer {
            Signer::Known(by) if !by.is_empty() => { "signed by " (links.named(by[0])) }
            _ if is_odd => { strong.warning { (words) } }
            _ => { (words) }
        }
    }
}
