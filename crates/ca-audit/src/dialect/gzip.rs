//! gzip (RFC 1952) inside other files: cloud-init's `gz+b64`, Ignition's
//! `compression: gzip`. Compressed files themselves are archives, which are
//! not opened.

use super::Dialect;
use crate::facts::{Facts, Reason, Wrapping};
use crate::sniff::Form;
use crate::view::{MAX_DEPTH, View};
use flate2::read::MultiGzDecoder;
use std::io::Read as _;

pub(super) const DIALECT: Dialect = Dialect {
    name: "gzip",
    reads: |form| form == Form::Gzip,
    nests: true,
    extract,
};

/// What is unpacked at most; the text of a thousand certificates has 2 MiB.
const MAX_UNPACKED: u64 = 2 << 20;

fn extract(view: &View, _: Form, facts: &mut Facts) {
    if view.depth() >= MAX_DEPTH {
        return;
    }
    let whole = 0..view.bytes.len();
    let mut unpacked = Vec::new();
    let decoder = MultiGzDecoder::new(view.bytes);
    let most = MAX_UNPACKED.min(view.budget.unpacked_left());
    // What comes before a broken end is as good as any.
    let _ = decoder.take(most + 1).read_to_end(&mut unpacked);
    let len = unpacked.len() as u64;
    view.budget.spend_unpacked(len);
    if len > most {
        let message = "compressed data that unpacks to more than is read";
        view.gap(facts, Reason::TooLarge, whole, message);
        return;
    }
    // Compression leaves no place of its own to each byte.
    let (packed, total) = (view.bytes.len(), unpacked.len().max(1));
    let to_outer = |offset: usize| (offset * packed / total).min(packed.saturating_sub(1));
    let inner = view.nested(&unpacked, &to_outer).without(Wrapping::Gzip);
    super::extract_nested(&inner, facts);
}
